//! Where a result came from that could not be computed: who was asked, what was paid, and under which licence it may be used.
//!
//! It is stored beside the result and never part of a key.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::digest::Blob;

/// What is known of an external result. Every field may be missing; a reader keeps those that it does not know.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Provenance {
    /// The service that answered, such as `openverse`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provider: Option<String>,
    /// The model that it used.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// The service's own name for the request, for its support.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// A page about the result that a person can visit; never a signed link.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Whom the licence asks to name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub author: Option<String>,
    /// The licence's address or SPDX identifier.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub licence: Option<String>,
    /// What was paid, in millionths of a US dollar.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub price_micro_usd: Option<u64>,
    /// When it was asked for, in seconds since 1970.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub requested_at: Option<u64>,
    /// What was said to and by the service, without secrets; a blob of the cache.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub log: Option<Blob>,
    /// Fields of later versions.
    #[serde(flatten)]
    pub other: BTreeMap<String, Value>,
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn fields_of_later_versions_are_kept() {
        let written = json!({"provider": "openverse", "price_micro_usd": 0, "carbon_grams": 3, "tags": ["a"]});
        let read: Provenance = serde_json::from_value(written.clone()).unwrap();
        assert_eq!((read.provider.as_deref(), read.price_micro_usd), (Some("openverse"), Some(0)));
        assert_eq!(serde_json::to_value(&read).unwrap(), written);
        assert_eq!(serde_json::to_value(Provenance::default()).unwrap(), json!({}));
    }
}
