//! SIGKILL at any moment of a build: nothing torn, nothing lost, nothing done twice.

use std::collections::BTreeSet;
use std::fs::{File, FileTimes};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::common::{Project, Run};
use crate::{Dice, FILM, alone, film, held, is_long, named, trials, wait_until};

/// Kills of a sample, and of the whole series.
const KILLS: (u32, u32) = (24, 200);

/// The sentence that each round has anew, so that there is work.
fn set_round(project: &Project, number: u32) {
    project.write("video.yaml", FILM.replace("We go on.", &format!("We go on to {number}.")));
}

/// A project that is killed, another one that never is, and what is known of both.
struct Trial {
    victim: Project,
    reference: Project,
    /// The rounds whose film may be seen in the victim: the last one that was there, and the one being built.
    whole: Option<String>,
    round: u32,
    /// What builds of this round have said to be finished.
    finished: BTreeSet<String>,
    /// How often a kill left something half done: beside the film, and in the cache.
    half_done: (u32, u32),
    /// Sessions that were killed while they were being made.
    without_lock: usize,
    dice: Dice,
    /// How long a build from nothing takes, and one of a new sentence.
    cold: Duration,
    warm: Duration,
}

impl Trial {
    fn new() -> Self {
        let (victim, reference) = (Project::new(FILM), Project::new(FILM));
        let timed = |round: u32| {
            set_round(&reference, round);
            let start = Instant::now();
            reference.build(&[]);
            start.elapsed()
        };
        let (cold, warm) = (timed(0), timed(1));
        println!("a build takes {cold:?} cold, {warm:?} with a new sentence");
        let (dice, finished) = (Dice::new("kill"), BTreeSet::new());
        Self {
            victim,
            reference,
            whole: None,
            round: 1,
            finished,
            half_done: (0, 0),
            without_lock: 0,
            dice,
            cold,
            warm,
        }
    }

    fn next_round(&mut self) {
        self.round += 1;
        self.finished.clear();
        set_round(&self.victim, self.round);
    }

    /// What an undisturbed build of this round gives.
    fn expected(&self) -> Option<String> {
        set_round(&self.reference, self.round);
        self.reference.build(&[]);
        film(&self.reference)
    }

    /// Steps that were said to be finished must not run again.
    fn note(&mut self, run: &Run) {
        let ran: BTreeSet<String> = run.ran().into_iter().collect();
        let again: Vec<&String> = ran.intersection(&self.finished).collect();
        assert!(again.is_empty(), "finished before, and run again: {again:?}\n{}", run.stderr);
        self.finished.extend(ran);
    }

    /// The film that can be seen is the one from before, or the new one, whole.
    fn look_at_film(&mut self) {
        let seen = film(&self.victim);
        if seen != self.whole {
            assert_eq!(seen, self.expected(), "round {}: what can be seen is no whole film", self.round);
            self.whole = seen;
        }
    }

    /// Starts a build and kills it at some moment, with or without its children. Whether it still ran.
    fn kill(&mut self) -> bool {
        let is_cold = !self.victim.path(".t2v").exists();
        let length = if is_cold { self.cold } else { self.warm };
        let moment = self.dice.below(7);
        let with_children = self.dice.below(2) == 0;
        let mut running = self.victim.spawn(&["build"]);
        match moment {
            0 => thread::sleep(self.dice.time(Duration::ZERO, Duration::from_millis(30))),
            1 => thread::sleep(self.dice.time(length * 8 / 10, length * 11 / 10)),
            // The film is done, and about to be put beside the spec.
            2 => {
                wait_until("the film", || running.is_over() || running.stderr().contains("film/mux"));
                thread::sleep(self.dice.time(Duration::ZERO, Duration::from_millis(25)));
            }
            // Something is just being written beside the film.
            3 => {
                let out = self.victim.path("out");
                while !running.is_over() && named(&out, ".t2v").is_empty() {}
            }
            _ => thread::sleep(self.dice.time(Duration::ZERO, length)),
        }
        let ended = running.is_over();
        running.signal(Signal::SIGKILL);
        if with_children {
            for id in self.victim.processes() {
                let _ = kill(Pid::from_raw(id), Signal::SIGKILL);
            }
        }
        let run = running.end();
        self.note(&run);
        // Nobody feeds them any more, so they end by themselves.
        wait_until("the orphans' end", || self.victim.processes().is_empty());
        let (beside, staged) = (self.victim.path("out"), self.victim.path(".t2v/cache/v3/tmp"));
        self.half_done.0 += u32::from(!named(&beside, ".t2v").is_empty());
        self.half_done.1 += u32::from(!named(&staged, "").is_empty());
        !ended
    }

    /// A build that nobody disturbs, after those that were killed.
    fn complete(&mut self) {
        let run = self.victim.run(&["build"]).ok();
        self.note(&run);
        self.whole = self.expected();
        assert_eq!(film(&self.victim), self.whole, "round {}", self.round);
        assert_eq!(named(&self.victim.path("out"), ".t2v"), [""; 0], "left beside the film");
        self.sweep();
    }

    /// Nothing is left of dead sessions, except of those that were killed before they had a lock, or after: they count as being made
    /// for a while, and go when they are old.
    fn sweep(&mut self) {
        let sessions = self.victim.path(".t2v/cache/v3/tmp");
        let left = named(&sessions, "");
        for session in left.iter().map(|name| sessions.join(name)) {
            assert!(!session.join("lock").exists(), "left in the cache: {}", session.display());
            let old = FileTimes::new().set_modified(SystemTime::now() - Duration::from_secs(7200));
            File::open(&session).unwrap().set_times(old).unwrap();
        }
        if !left.is_empty() {
            self.without_lock += left.len();
            self.victim.verify();
            assert_eq!(named(&sessions, ""), [""; 0], "old, and still there");
        }
    }
}

#[test]
fn a_build_may_be_killed_at_any_moment() {
    let _turn = alone();
    let start = Instant::now();
    let mut trial = Trial::new();
    let kills = trials(KILLS.0, KILLS.1);
    let (mut killed, mut completed) = (0, 0);
    set_round(&trial.victim, 1);
    while killed < kills {
        if trial.dice.below(3) > 0 {
            trial.next_round();
        }
        killed += u32::from(trial.kill());
        trial.victim.verify();
        trial.look_at_film();
        if trial.dice.below(12) == 0 {
            trial.complete();
            completed += 1;
        }
        if trial.dice.below(25) == 0 {
            for folder in [".t2v", "out"] {
                let _ = std::fs::remove_dir_all(trial.victim.path(folder));
            }
            (trial.whole, trial.finished) = (None, BTreeSet::new());
        }
    }
    assert!(!is_long() || trial.half_done.0 > 2, "kills in mid-write: {}", trial.half_done.0);
    trial.complete();
    assert_eq!(held(&trial.victim.path(".t2v/cache")), [""; 0]);
    println!(
        "{killed} kills in {} rounds and {:.1} s, {} builds to the end: 0 corrupt entries, 0 partial films, 0 steps twice; \
         half done were {} files beside the film and {} times something in the cache, {} sessions \
         were not made yet",
        trial.round,
        start.elapsed().as_secs_f64(),
        completed + 1,
        trial.half_done.0,
        trial.half_done.1,
        trial.without_lock
    );
}
