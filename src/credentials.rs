//! Keys to external services: where they come from, and a type that keeps them out of logs, keys and results.
//!
//! A key is read when a step needs it and is never stored. Child processes start without the variables that hold keys (`process`).

use std::ffi::{OsStr, OsString};
use std::fmt;

/// The start of the names of all environment variables that hold keys.
pub const VARIABLE_PREFIX: &str = "T2V_KEY_";

/// A key to a service. It has neither `Display` nor `Serialize`, and its `Debug` shows nothing of it.
pub struct Secret(String);

impl Secret {
    /// Wraps a key.
    pub fn new(key: String) -> Self {
        Self(key)
    }

    /// The key itself: for the request that needs it, and for nothing else.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str("Secret(..)")
    }
}

/// Why there is no key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CredentialError {
    /// The user has not set one.
    #[error("there is no key for `{provider}`")]
    Missing {
        /// The service.
        provider: String,
        /// The environment variable that would hold the key.
        variable: String,
    },
    /// The variable's value is not UTF-8.
    #[error("the value of {variable} is not text")]
    NotText {
        /// The environment variable.
        variable: String,
    },
    /// The step that asks is not one of an external service, so its result must not depend on a key.
    #[error("a `{kind}` step must not use credentials")]
    NotExternal {
        /// The kind of step.
        kind: String,
    },
    /// Steps run for another machine, or without access to the user's keys.
    #[error("no credentials are available here")]
    Unavailable,
}

impl CredentialError {
    /// How the user can solve it.
    pub fn help(&self) -> Option<String> {
        match self {
            Self::Missing { variable, .. } | Self::NotText { variable } => {
                Some(format!("set the environment variable {variable} to your key"))
            }
            Self::NotExternal { .. } | Self::Unavailable => None,
        }
    }
}

/// A source of keys.
pub trait Credentials: Sync {
    /// The user's key for the service `provider`.
    ///
    /// # Errors
    /// [`CredentialError::Missing`] or [`CredentialError::NotText`].
    fn secret(&self, provider: &str) -> Result<Secret, CredentialError>;
}

/// Keys in environment variables: that of `acme-voice` in `T2V_KEY_ACME_VOICE`.
#[derive(Clone, Copy, Debug, Default)]
pub struct EnvironmentCredentials;

impl Credentials for EnvironmentCredentials {
    fn secret(&self, provider: &str) -> Result<Secret, CredentialError> {
        let variable = variable_name(provider);
        let value = std::env::var_os(&variable);
        secret_from_value(provider, variable, value)
    }
}

/// Whether an environment variable of this name holds a key.
pub fn is_secret_variable(name: &OsStr) -> bool {
    name.as_encoded_bytes().starts_with(VARIABLE_PREFIX.as_bytes())
}

/// The provider's name in capitals; what can't stand in the name of a variable becomes `_`.
fn variable_name(provider: &str) -> String {
    let suffix: String =
        provider.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' }).collect();
    format!("{VARIABLE_PREFIX}{suffix}")
}

/// A value as a key. White space around it is dropped: keys are often pasted with a line break. An empty value is none.
fn secret_from_value(provider: &str, variable: String, value: Option<OsString>) -> Result<Secret, CredentialError> {
    let value = value.unwrap_or_default();
    let Some(text) = value.to_str() else { return Err(CredentialError::NotText { variable }) };
    match text.trim() {
        "" => Err(CredentialError::Missing { provider: provider.to_owned(), variable }),
        key => Ok(Secret::new(key.to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::ffi::OsStringExt;

    use super::*;

    /// `cannot_be!(Secret: Display)` does not compile if the type implements the trait: the marker is ambiguous then.
    macro_rules! cannot_be {
        ($type:ty: $trait:path) => {{
            trait IsAmbiguous<Marker> {
                fn check() {}
            }
            struct Implemented;
            impl<T> IsAmbiguous<()> for T {}
            impl<T: $trait> IsAmbiguous<Implemented> for T {}
            <$type as IsAmbiguous<_>>::check();
        }};
    }

    #[test]
    fn a_secret_is_neither_shown_nor_serialised() {
        let secret = Secret::new("hunter2".to_owned());
        assert_eq!(format!("{secret:?} {:#?}", Some(&secret)).matches("hunter2").count(), 0);
        assert_eq!(format!("{secret:?}"), "Secret(..)");
        assert_eq!(secret.expose(), "hunter2");
        cannot_be!(Secret: serde::Serialize);
        cannot_be!(Secret: fmt::Display);
        cannot_be!(Secret: Clone);
    }

    #[test]
    fn a_providers_variable_is_its_name_in_capitals() {
        assert_eq!(variable_name("acme-voice.v2"), "T2V_KEY_ACME_VOICE_V2");
        assert!(is_secret_variable(OsStr::new("T2V_KEY_ACME")) && !is_secret_variable(OsStr::new("T2V_CACHE")));
    }

    #[test]
    fn a_key_is_a_text_that_is_not_empty() {
        let read = |value: &[u8]| {
            secret_from_value("acme", "T2V_KEY_ACME".to_owned(), Some(OsString::from_vec(value.to_vec())))
        };
        assert_eq!(read(b" abc\n").unwrap().expose(), "abc");
        assert!(matches!(read(b" \n"), Err(CredentialError::Missing { .. })));
        let error = read(b"\xff").unwrap_err();
        assert_eq!(error.help().unwrap(), "set the environment variable T2V_KEY_ACME to your key");
        assert!(matches!(error, CredentialError::NotText { .. }));
    }

    #[test]
    fn a_key_that_is_not_set_is_an_error_that_names_the_variable() {
        let error = EnvironmentCredentials.secret("no such provider").unwrap_err();
        assert_eq!(error.to_string(), "there is no key for `no such provider`");
        assert!(error.help().unwrap().contains("T2V_KEY_NO_SUCH_PROVIDER"));
    }
}
