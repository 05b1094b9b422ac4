//! The macro that gives a scalar type its JSON Schema.

/// Implements [`schemars::JsonSchema`] for a type by a literal schema, which is inlined wherever the type is used.
macro_rules! schema {
    ($ty:ty, $name:literal, $schema:tt) => {
        impl schemars::JsonSchema for $ty {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> std::borrow::Cow<'static, str> {
                $name.into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!($schema)
            }
        }
    };
}
pub(super) use schema;
