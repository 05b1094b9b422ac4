//! Progress on a terminal: one line for the build, one for each running step.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};

use crate::diag::printable;
use crate::event::{Event, EventSink, ResultOrigin};
use crate::work::StepName;

use super::hosts;
use super::plain::store_given_up;

/// Draws bars on standard error, and takes them away when dropped.
pub struct ProgressBars {
    bars: MultiProgress,
    whole: ProgressBar,
    colour: bool,
    state: Mutex<TerminalState>,
}

struct TerminalState {
    running: BTreeMap<StepName, ProgressBar>,
    start: Instant,
    steps: usize,
    done: usize,
    /// Expected seconds in steps that are over and that ran.
    worked: f64,
    left: f64,
}

impl ProgressBars {
    /// Draws with or without colours.
    pub fn new(colour: bool) -> Self {
        let bars = MultiProgress::new();
        let whole = bars.add(ProgressBar::new(0));
        whole.set_style(style("{prefix:>9} [{bar:28}] {pos}/{len} steps {elapsed} {msg}", colour));
        whole.set_prefix("building");
        whole.enable_steady_tick(Duration::from_millis(200));
        let (running, start) = (BTreeMap::new(), Instant::now());
        Self {
            bars,
            whole,
            colour,
            state: Mutex::new(TerminalState { running, start, steps: 0, done: 0, worked: 0.0, left: 0.0 }),
        }
    }

    fn start(&self, step: &StepName, slot: &str, state: &mut TerminalState) {
        let bar = self.bars.add(ProgressBar::new(1));
        bar.set_style(style("          [{bar:28}] {msg}", self.colour));
        let place = if hosts::is_here(slot) { String::new() } else { format!("  on {slot}") };
        bar.set_message(printable(&format!("{step}{place}")));
        state.running.insert(step.clone(), bar);
    }

    fn end(&self, step: &StepName, state: &mut TerminalState) {
        if let Some(bar) = state.running.remove(step) {
            bar.finish_and_clear();
            self.bars.remove(&bar);
        }
    }

    fn draw(&self, state: &TerminalState) {
        self.whole.set_length(state.steps as u64);
        self.whole.set_position(state.done as u64);
        self.whole.set_message(state.time_left().map(|left| format!("about {} left", clock(left))).unwrap_or_default());
    }
}

impl TerminalState {
    /// The rest at the speed so far. Nothing is said before there is a speed.
    fn time_left(&self) -> Option<Duration> {
        let elapsed = self.start.elapsed().as_secs_f64();
        let known = self.worked > 0.5 && elapsed > 2.0;
        known.then(|| Duration::from_secs_f64((elapsed * self.left / self.worked).min(1e6)))
    }
}

impl EventSink for ProgressBars {
    fn event(&self, event: &Event) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        match event {
            Event::Graph { steps, estimated_seconds_left: cost_left } => {
                if *steps == state.steps && *cost_left < state.left && !state.running.is_empty() {
                    state.worked += state.left - cost_left;
                }
                (state.steps, state.left) = (*steps, *cost_left);
            }
            Event::Started { step, slot, .. } => self.start(step, slot, &mut state),
            Event::Progress { step, done, total } => {
                if let Some(bar) = state.running.get(step) {
                    bar.set_length(*total);
                    bar.set_position(*done);
                }
            }
            Event::Finished { step, how, .. } => {
                state.done += 1;
                if matches!(how, ResultOrigin::Ran { .. }) {
                    self.end(step, &mut state);
                }
            }
            Event::Failed { step, .. } => self.end(step, &mut state),
            Event::Retrying { step, message, millis, .. } => {
                self.end(step, &mut state);
                let wait = *millis as f64 / 1000.0;
                // Where a host went away, that is said of the host.
                if wait > 0.0 {
                    let _ = self.bars.println(printable(&format!("{step}: {message}; trying again in {wait:.1} s")));
                }
            }
            Event::Host { host, news } => {
                let _ = self.bars.println(printable(&hosts::in_words(host, news)));
            }
            Event::StoreGivenUp { store, message } => {
                let _ = self.bars.println(printable(&store_given_up(store, message)));
            }
            Event::Lost { step } => {
                let _ = self.bars.println(printable(&format!("damaged in the cache, made again: {step}")));
            }
            _ => {}
        }
        self.draw(&state);
    }
}

impl Drop for ProgressBars {
    fn drop(&mut self) {
        self.whole.finish_and_clear();
        let _ = self.bars.clear();
    }
}

fn style(template: &str, colour: bool) -> ProgressStyle {
    let template = if colour { template.replace("bar:28", "bar:28.cyan/blue") } else { template.to_owned() };
    ProgressStyle::with_template(&template).expect("the template is ours").progress_chars("=> ")
}

fn clock(left: Duration) -> String {
    match left.as_secs() {
        seconds @ 0..60 => format!("{seconds} s"),
        seconds => format!("{}:{:02} min", seconds / 60, seconds % 60),
    }
}
