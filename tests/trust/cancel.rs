//! Ctrl-C and polite kills: the build ends at once, leaves no child, and the next one goes on.

use std::collections::BTreeSet;
use std::thread;
use std::time::{Duration, Instant};

use nix::sys::signal::Signal;

use crate::common::Project;
use crate::{Dice, FILM, alone, film, held, named, trials, wait_until};

/// Cancelled builds of a sample, and of the whole series.
const CANCELS: (u32, u32) = (6, 24);

#[test]
fn a_cancelled_build_ends_at_once_and_the_next_one_goes_on() {
    let _turn = alone();
    let (project, reference) = (Project::new(FILM), Project::new(FILM));
    let start = Instant::now();
    reference.build(&[]);
    let cold = start.elapsed();
    let mut dice = Dice::new("cancel");
    let (mut cancelled, mut longest) = (0, Duration::ZERO);
    let (mut finished, mut is_whole) = (BTreeSet::new(), false);
    let cancels = trials(CANCELS.0, CANCELS.1);
    let mut round = 0;
    while cancelled < cancels {
        assert!(round < 20 * cancels, "builds end before they are cancelled: {cancelled} of {round} were");
        if round % 3 == 0 || is_whole {
            finished.clear();
            project.write("video.yaml", FILM.replace("We go on.", &format!("We go on to {round}.")));
        }
        let signal = [Signal::SIGINT, Signal::SIGTERM, Signal::SIGHUP][dice.below(3) as usize];
        let mut running = project.spawn(&["build"]);
        let cache = project.path(".t2v/cache");
        wait_until("a step", || running.is_over() || !held(&cache).is_empty());
        thread::sleep(dice.time(Duration::ZERO, cold / 4));
        let ended = running.is_over();
        let asked = Instant::now();
        running.signal(signal);
        let run = running.end();
        let took = asked.elapsed();
        is_whole = run.code == Some(0);
        let ran: BTreeSet<String> = run.ran().into_iter().collect();
        assert!(ran.is_disjoint(&finished), "run again: {ran:?}, after {finished:?}");
        finished.extend(ran);
        if !ended && run.code != Some(0) {
            assert_eq!(run.code, Some(130), "{signal}: {run:#?}");
            assert!(run.stderr.contains("interrupted; ") && run.stderr.contains("kept for the next build"), "{run:#?}");
            (cancelled, longest) = (cancelled + 1, longest.max(took));
        }
        assert_eq!(project.processes(), [0; 0], "still there after {signal}");
        assert_eq!(named(&project.path(".t2v/cache/v3/tmp"), ""), [""; 0]);
        assert_eq!(held(&cache), [""; 0]);
        project.verify();
        round += 1;
    }
    project.write("video.yaml", FILM);
    project.build(&[]);
    assert_eq!(film(&project), film(&reference));
    println!("{cancelled} of {round} builds cancelled, the slowest ended after {longest:?}");
}

/// What computes in the program itself can't be stopped like a child; nobody waits for it.
#[test]
fn a_long_sentence_does_not_hold_up_a_cancelled_build() {
    let _turn = alone();
    let long = "and so we walk along the river until we see the old mill on the other side of it, ".repeat(24);
    let project = Project::new(&format!(
        "output: {{ size: 128x72, quality: draft }}\nscenes:\n  - {{ say: \"{long}the end.\", show: {{ colour: black }} }}\n"
    ));
    // The sentence takes minutes; its key is locked while it is spoken.
    let cache = project.path(".t2v/cache");
    let mut running = project.spawn(&["build"]);
    wait_until("a step", || running.is_over() || !held(&cache).is_empty());
    let asked = Instant::now();
    running.signal(Signal::SIGINT);
    let run = running.end();
    println!("a build that speaks a long sentence ended {:?} after Ctrl-C", asked.elapsed());
    assert_eq!(run.code, Some(130), "{run:#?}");
    assert!(run.ran().is_empty() && run.stderr.contains("interrupted"), "{}", run.stderr);
    project.verify();

    let mut running = project.spawn(&["build"]);
    wait_until("a step", || running.is_over() || !held(&cache).is_empty());
    let asked = Instant::now();
    running.signal(Signal::SIGINT);
    thread::sleep(Duration::from_millis(50));
    running.signal(Signal::SIGINT);
    let run = running.end();
    println!("and {:?} after the first of two", asked.elapsed());
    assert_eq!(run.code, Some(130), "{run:#?}");
    assert!(run.ran().is_empty(), "{}", run.stderr);
}
