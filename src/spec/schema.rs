//! The language's JSON Schema (draft-07), from the same definitions that decode it.

use schemars::generate::SchemaSettings;
use schemars::transform::{RecursiveTransform, Transform};
use schemars::{JsonSchema, Schema};
use serde_json::Value;

use super::language::{Film, Template};

/// The schema that editors check a `video.yaml` with.
pub fn schema() -> Value {
    schema_of::<Film>("A t2v video")
}

/// The schema that editors check a template's file with.
pub fn template_schema() -> Value {
    let mut schema = schema_of::<Template>("A t2v template");
    with_params(&mut schema);
    schema
}

/// Fields of templates whose values are literal: no parameter is filled in there.
const LITERAL_FIELDS: [&str; 6] = ["about", "params", "type", "choice", "default", "doc"];

/// Allows `$name` in place of every other field's value.
fn with_params(schema: &mut Value) {
    if let Some(Value::Object(fields)) = schema.get_mut("properties") {
        for (_, field) in fields.iter_mut().filter(|(name, _)| !LITERAL_FIELDS.contains(&name.as_str())) {
            let about = field.as_object_mut().and_then(|field| field.remove("description"));
            let mut either = serde_json::json!({ "anyOf": [field, { "type": "string", "pattern": "^\\$" }] });
            if let Some(about) = about {
                either["description"] = about;
            }
            *field = either;
        }
    }
    for inner in ["definitions", "$defs"] {
        let inner = schema.get_mut(inner).and_then(Value::as_object_mut);
        inner.into_iter().flat_map(|all| all.values_mut()).for_each(with_params);
    }
}

fn schema_of<T: JsonSchema>(title: &str) -> Value {
    let generator = SchemaSettings::draft07().for_deserialize().into_generator();
    let mut schema = generator.into_root_schema_for::<T>();
    RecursiveTransform(without_null).transform(&mut schema);
    schema.insert("title".to_owned(), Value::from(title));
    schema.to_value()
}

/// Removes null from a schema: a field is left out, never null.
fn without_null(schema: &mut Schema) {
    let null = Value::from("null");
    if let Some(Value::Array(types)) = schema.get_mut("type") {
        types.retain(|name| *name != null);
        if let [one] = types.as_slice() {
            let one = one.clone();
            schema.insert("type".to_owned(), one);
        }
    }
    if let Some(Value::Array(options)) = schema.get_mut("anyOf") {
        options.retain(|option| option.get("type") != Some(&null));
    }
    if let Some(Value::Array(names)) = schema.get_mut("enum") {
        names.retain(|name| !name.is_null());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As much of draft-07 as the schema uses, but for patterns.
    fn fits(value: &Value, schema: &Value, root: &Value) -> bool {
        if let Some(reference) = schema["$ref"].as_str() {
            return fits(value, root.pointer(&reference[1..]).unwrap(), root);
        }
        let any = |name: &str| schema[name].as_array().is_none_or(|all| all.iter().any(|one| fits(value, one, root)));
        let all = schema["allOf"].as_array().is_none_or(|all| all.iter().all(|one| fits(value, one, root)));
        let listed = schema["enum"].as_array().is_none_or(|names| names.contains(value));
        let constant = schema.get("const").is_none_or(|only| only == value);
        let typed = match &schema["type"] {
            Value::String(name) => is(value, name),
            Value::Array(names) => names.iter().any(|name| is(value, name.as_str().unwrap())),
            _ => true,
        };
        let above = schema["minimum"].as_f64().is_none_or(|least| value.as_f64().is_none_or(|n| n >= least));
        let items = value
            .as_array()
            .is_none_or(|all| schema.get("items").is_none_or(|item| all.iter().all(|v| fits(v, item, root))));
        any("anyOf")
            && any("oneOf")
            && all
            && listed
            && constant
            && typed
            && above
            && items
            && fields_fit(value, schema, root)
    }

    fn fields_fit(value: &Value, schema: &Value, root: &Value) -> bool {
        let Some(fields) = value.as_object() else { return true };
        let required = schema["required"]
            .as_array()
            .is_none_or(|names| names.iter().all(|n| fields.contains_key(n.as_str().unwrap())));
        required
            && fields.iter().all(|(name, value)| {
                match (schema["properties"].get(name), schema.get("additionalProperties")) {
                    (Some(field), _) => fits(value, field, root),
                    (None, Some(other)) => other != &Value::Bool(false) && fits(value, other, root),
                    (None, None) => true,
                }
            })
    }

    fn is(value: &Value, name: &str) -> bool {
        match name {
            "object" => value.is_object(),
            "array" => value.is_array(),
            "string" => value.is_string(),
            "number" => value.is_number(),
            "integer" => value.is_i64(),
            "boolean" => value.is_boolean(),
            _ => false,
        }
    }

    fn case(name: &str) -> Value {
        let path = format!("{}/tests/spec_errors/cases/{name}.yaml", env!("CARGO_MANIFEST_DIR"));
        serde_saphyr::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
    }

    #[test]
    fn what_decodes_fits_the_schema_and_what_is_misspelt_does_not() {
        let schema = schema();
        for name in ["accepted-least", "accepted-most", "accepted-cards", "accepted-exhibits", "accepted-over"] {
            assert!(fits(&case(name), &schema, &schema), "{name}");
        }
        for name in [
            "unknown-top-field",
            "unknown-scene-field",
            "unknown-show-field",
            "scenes-missing",
            "scenes-not-a-list",
            "captions-style",
            "quality-misspelt",
            "fps-unknown",
            "transition-kind",
            "show-not-a-map",
            "show-motion",
            "logo-ranges",
            "look-colour",
            "say-nested-list",
            "music-missing-file",
            "defaults",
            "show-code",
            "show-chart",
            "marks",
        ] {
            assert!(!fits(&case(name), &schema, &schema), "{name}");
        }
    }

    #[test]
    fn every_field_is_described_and_none_may_be_null() {
        fn walk(schema: &Value, at: &str) {
            if let Some(properties) = schema["properties"].as_object() {
                assert_eq!(schema["additionalProperties"], Value::Bool(false), "{at}");
                for (name, field) in properties {
                    assert!(field["description"].is_string(), "{at}.{name}");
                }
            }
            assert_ne!(schema["type"], Value::from("null"), "{at}");
            match schema {
                Value::Object(fields) => fields.iter().for_each(|(name, value)| walk(value, &format!("{at}.{name}"))),
                Value::Array(items) => items.iter().for_each(|value| walk(value, at)),
                _ => {}
            }
        }
        walk(&template_schema(), "");
        let schema = schema();
        assert_eq!(schema["$schema"], "http://json-schema.org/draft-07/schema#");
        walk(&schema, "");
    }
}
