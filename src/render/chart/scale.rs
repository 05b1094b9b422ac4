//! Axes in round numbers, and how numbers are written. Plain arithmetic only, so that both are the same on every machine.

use crate::render::paint::Rect;

/// An axis from one round number to another.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct AxisScale {
    low: f64,
    high: f64,
    step: f64,
}

impl AxisScale {
    /// The axis that holds `low` to `high`, in about `steps` steps of 1, 2 or 5 times a power of ten.
    pub fn around(low: f64, high: f64, steps: usize) -> AxisScale {
        let high = if high > low { high } else { low + low.abs().max(1.0) };
        let step = round_step((high - low) / steps.max(1) as f64);
        AxisScale { low: (low / step).floor() * step, high: (high / step).ceil() * step, step }
    }

    /// The numbers at the axis' marks, in ascending order.
    pub fn ticks(&self) -> Vec<f64> {
        let (first, last) = ((self.low / self.step).round() as i64, (self.high / self.step).round() as i64);
        (first..=last).map(|n| n as f64 * self.step).collect()
    }

    /// The place of `value` on the axis, from 0 at its low end to 1 at its high end.
    pub fn share(&self, value: f64) -> f64 {
        (value - self.low) / (self.high - self.low)
    }

    /// The place of `value` on an upright axis that fills `plot`, in pixels from the top.
    pub fn height_in(&self, plot: Rect, value: f64) -> f64 {
        plot.bottom - (plot.bottom - plot.top) * self.share(value)
    }
}

/// The smallest of 1, 2 and 5 times a power of ten that is at least `least`.
fn round_step(least: f64) -> f64 {
    let mut power = 1.0;
    while power > least {
        power /= 10.0;
    }
    while power * 10.0 <= least {
        power *= 10.0;
    }
    // Repeated divisions by ten have rounded the power; this takes the nearest fraction 1/n.
    let power = if power < 1.0 { 1.0 / (1.0 / power).round() } else { power };
    [1.0, 2.0, 5.0, 10.0].into_iter().map(|n| n * power).find(|step| *step >= least * 0.999_999).unwrap_or(power * 10.0)
}

/// How the numbers of a chart are written.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct NumberFormat {
    decimals: usize,
    before: String,
    after: String,
    /// A unit that is too long to stand at each number.
    pub caption: Option<String>,
}

impl NumberFormat {
    /// A format with as many decimals as the values need, at most two (four for very small ones). Values far smaller than
    /// the largest one do not count: [`NumberFormat::value`] gives them more decimals.
    pub fn new<'v>(values: impl Iterator<Item = &'v f64> + Clone, unit: Option<&str>) -> NumberFormat {
        let largest = values.clone().fold(0.0, |most: f64, value| most.max(value.abs()));
        let most = if largest < 0.1 { 4 } else { 2 };
        let large = values.filter(|value| value.abs() * 100.0 >= largest);
        let decimals = (0..most).find(|decimals| large.clone().all(|value| has_decimals(*value, *decimals)));
        let decimals = decimals.unwrap_or(most);
        let (before, after, caption) = match unit {
            None => (String::new(), String::new(), None),
            Some(sign @ ("$" | "€" | "£" | "¥")) => (sign.to_owned(), String::new(), None),
            Some(sign @ ("%" | "°" | "×" | "x")) => (String::new(), sign.to_owned(), None),
            Some(unit) if unit.chars().count() <= 4 => (String::new(), format!("\u{a0}{unit}"), None),
            Some(unit) => (String::new(), String::new(), Some(unit.to_owned())),
        };
        NumberFormat { decimals, before, after, caption }
    }

    /// A value, with its unit where that is short.
    pub fn value(&self, value: f64) -> String {
        // A value other than zero must not read as zero.
        let powers = [1.0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6];
        let least = powers.iter().position(|power| value == 0.0 || value.abs() * power >= 0.95).unwrap_or(6);
        self.with_unit(value, &digits(value.abs(), self.decimals.max(least), 100_000.0))
    }

    /// A number of an axis.
    pub fn tick(&self, value: f64, scale: &AxisScale) -> String {
        let decimals = (0..4).find(|decimals| {
            let power = [1.0, 10.0, 100.0, 1_000.0][*decimals];
            (scale.step * power - (scale.step * power).round()).abs() < 1e-6
        });
        self.with_unit(value, &digits(value.abs(), decimals.unwrap_or(4), 10_000.0))
    }

    /// `digits` with the sign of `value` and the unit.
    fn with_unit(&self, value: f64, digits: &str) -> String {
        let zero = !digits.bytes().any(|b| (b'1'..=b'9').contains(&b));
        let sign = if value < 0.0 && !zero { "−" } else { "" };
        format!("{sign}{}{digits}{}", self.before, self.after)
    }
}

/// Whether a value written with this many decimals is the same number.
fn has_decimals(value: f64, decimals: usize) -> bool {
    let power = [1.0, 10.0, 100.0, 1_000.0, 10_000.0][decimals];
    (value * power - (value * power).round()).abs() < 1e-6 * power
}

/// A number as `1,234.5`; from `short` on in thousands, millions, billions or trillions.
fn digits(value: f64, decimals: usize, short: f64) -> String {
    for (from, power, name) in [(1e12, 1e12, "tn"), (1e9, 1e9, "bn"), (1e6, 1e6, "M"), (short, 1e3, "k")] {
        // A number that would be rounded up to 1000k is written as 1M.
        if value >= from * 0.999_5 && value >= short {
            let scaled = value / power;
            let decimals = if scaled >= 99.95 {
                0
            } else if scaled >= 9.995 {
                1
            } else {
                2
            };
            let text = format!("{scaled:.decimals$}");
            let text = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
            return format!("{}{name}", grouped(text));
        }
    }
    grouped(&format!("{value:.decimals$}"))
}

/// A decimal number with a comma between groups of three digits.
fn grouped(text: &str) -> String {
    let (whole, fraction) = text.split_at(text.find('.').unwrap_or(text.len()));
    let mut grouped = String::new();
    for (i, digit) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped + fraction
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn axes_go_in_round_steps_around_all_values() {
        for (low, high, ticks) in [
            (0.0, 37.4, vec![0.0, 10.0, 20.0, 30.0, 40.0]),
            (0.0, 0.6, vec![0.0, 0.2, 0.4, 0.6]),
            (-3.0, 8.0, vec![-5.0, 0.0, 5.0, 10.0]),
            (0.0, 1e9, vec![0.0, 2e8, 4e8, 6e8, 8e8, 1e9]),
            (5.0, 5.0, vec![5.0, 6.0, 7.0, 8.0, 9.0, 10.0]),
            (0.0, 0.0, vec![0.0, 0.2, 0.4, 0.6, 0.8, 1.0]),
        ] {
            let found = AxisScale::around(low, high, 5).ticks();
            assert_eq!(found.len(), ticks.len(), "{low} {high}: {found:?}");
            assert!(found.iter().zip(&ticks).all(|(a, b)| (a - b).abs() <= 1e-9 * b.abs().max(1.0)), "{found:?}");
        }
        for exponent in -9..15 {
            let high = 3.7 * 10_f64.powi(exponent);
            let scale = AxisScale::around(0.0, high, 5);
            assert!(scale.ticks().len() <= 7 && scale.share(high) <= 1.0 + 1e-9, "{high}");
        }
    }

    #[test]
    fn numbers_are_written_as_people_read_them() {
        let written = |value: f64, unit| NumberFormat::new([value].iter(), unit).value(value);
        assert_eq!(written(1200.0, None), "1,200");
        assert_eq!(written(37.4, Some("s")), "37.4\u{a0}s");
        assert_eq!(written(12.345, Some("%")), "12.35%");
        assert_eq!(written(99_999.0, Some("$")), "$99,999");
        assert_eq!(written(120_000.0, None), "120k");
        assert_eq!(written(3_400_000.0, None), "3.4M");
        assert_eq!(written(999_999.0, None), "1M");
        assert_eq!(written(8.1e9, Some("people")), "8.1bn");
        assert_eq!(written(-0.5, None), "−0.5");
        assert_eq!(written(0.003, Some("s")), "0.003\u{a0}s");
        let builds = [11.2, 2.2, 0.003];
        let numbers = NumberFormat::new(builds.iter(), Some("s"));
        assert_eq!(builds.map(|value| numbers.value(value)), ["11.2\u{a0}s", "2.2\u{a0}s", "0.003\u{a0}s"]);
        assert_eq!(NumberFormat::new([1.0, 2.5].iter(), None).value(1.0), "1.0");
        let scale = AxisScale::around(0.0, 47_000.0, 5);
        let ticks: Vec<String> =
            scale.ticks().into_iter().map(|t| NumberFormat::new([1.0].iter(), None).tick(t, &scale)).collect();
        assert_eq!(ticks, ["0", "10k", "20k", "30k", "40k", "50k"]);
    }
}
