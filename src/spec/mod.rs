//! The spec language: turns text into a checked film, or into a report of everything that is wrong with it.

mod bundled_templates;
mod chart_numbers;
mod csv;
mod decode;
mod file_error;
mod files;
mod language;
mod loading;
pub mod model;
mod options;
mod params;
mod picture_info;
mod pronunciations;
mod resolve;
mod scalar;
mod schema;
mod script;
pub mod shows;
mod sniff;
mod suggest;
#[cfg(test)]
mod test_support;
#[cfg(test)]
mod tests;
mod tree;
mod vars;
mod written_vars;
mod yaml_writer;

pub use bundled_templates::descriptions as templates;
#[doc(hidden)]
pub use csv::parse as read_csv;
pub use loading::{LoadedSpec, MAX_SPEC_BYTES, as_yaml, load, parse, parse_script, variants};
pub use options::{DEFAULT_VOICE, IncludedText, LoadOptions};
pub use params::TemplateParam;
pub use resolve::template::declared_params as template_params;
pub use schema::{schema, template_schema};
pub use script::SourceFormat;
