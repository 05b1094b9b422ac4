//! Charts: bars, lines and pies in the look's colours, whose parts grow one after the other.

mod bars;
mod colours;
mod context;
pub(super) mod data;
mod draw;
mod lines;
mod pie;
mod scale;
#[cfg(test)]
mod tests;

pub use data::ChartData;
pub(crate) use draw::ChartPainter;
