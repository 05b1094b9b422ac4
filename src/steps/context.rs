//! What a step can use while it runs: inputs, tools, its output folder, and credentials if it asks an external service.

use std::fs;
use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::credentials::{CredentialError, Credentials, Secret};
use crate::process::CancelToken;

use super::inputs::StepInputs;
use super::step_error::StepError;
use super::workshop::Workshop;

/// What a step can use while it runs.
pub struct Context<'a> {
    /// The inputs that the action names.
    pub inputs: StepInputs<'a>,
    /// The folder for outputs; each is a file named by its role.
    pub folder: &'a Path,
    /// Tools of this machine, and pictures and voices in memory.
    pub workshop: &'a Workshop,
    /// Whether the step may read the user's keys.
    pub credentials: CredentialAccess<'a>,
    /// Set when the build is cancelled.
    pub cancel: &'a CancelToken,
    /// Receives the progress: units done, and units in all.
    pub progress: &'a (dyn Fn(u64, u64) + Sync),
}

/// Access to the user's keys, for steps of external services only; [`credential_access`](super::credential_access) makes it.
#[derive(Clone, Copy)]
pub struct CredentialAccess<'a> {
    kind: &'a str,
    is_external: bool,
    credentials: Option<&'a dyn Credentials>,
}

impl<'a> CredentialAccess<'a> {
    pub(super) fn new(kind: &'a str, is_external: bool, credentials: Option<&'a dyn Credentials>) -> Self {
        Self { kind, is_external, credentials }
    }

    fn secret(&self, provider: &str) -> Result<Secret, CredentialError> {
        if !self.is_external {
            return Err(CredentialError::NotExternal { kind: self.kind.to_owned() });
        }
        self.credentials.ok_or(CredentialError::Unavailable)?.secret(provider)
    }
}

impl Context<'_> {
    /// The user's key for the service `provider`.
    ///
    /// # Errors
    /// [`CredentialError::NotExternal`] in a step whose origin is not [`Origin::External`](super::Origin::External): its result is the
    /// same for every user, so it must not depend on a key. Else what the source of keys says.
    pub fn credential(&self, provider: &str) -> Result<Secret, CredentialError> {
        self.credentials.secret(provider)
    }

    pub(super) fn output(&self, role: &str) -> PathBuf {
        self.folder.join(role)
    }

    pub(super) fn write(&self, role: &str, bytes: &[u8]) -> Result<(), StepError> {
        Ok(fs::write(self.output(role), bytes)?)
    }

    pub(super) fn write_json(&self, role: &str, value: &impl Serialize) -> Result<(), StepError> {
        self.write(role, &serde_json::to_vec(value).expect("outputs are plain data"))
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Origin, STEP_KINDS, credential_access};
    use super::*;

    struct FixedCredentials;

    impl Credentials for FixedCredentials {
        fn secret(&self, provider: &str) -> Result<Secret, CredentialError> {
            Ok(Secret::new(format!("key of {provider}")))
        }
    }

    #[test]
    fn a_step_whose_result_is_the_same_for_everybody_gets_no_key() {
        for kind in STEP_KINDS.iter().filter(|kind| kind.origin != Origin::External) {
            let error = credential_access(kind.name, Some(&FixedCredentials)).secret("acme").unwrap_err();
            assert_eq!(error, CredentialError::NotExternal { kind: kind.name.to_owned() });
        }
        assert!(credential_access("no such kind", Some(&FixedCredentials)).secret("acme").is_err());
    }

    #[test]
    fn a_step_of_an_external_service_gets_its_key_where_there_are_credentials() {
        let here = CredentialAccess::new("external", true, Some(&FixedCredentials));
        assert_eq!(here.secret("acme").unwrap().expose(), "key of acme");
        let on_a_host = CredentialAccess::new("external", true, None);
        assert_eq!(on_a_host.secret("acme").unwrap_err(), CredentialError::Unavailable);
    }
}
