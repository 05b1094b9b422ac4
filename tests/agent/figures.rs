//! Measurements, which are ignored by default: `cargo test --release --test main agent::figures -- --ignored --nocapture`.

use std::time::{Duration, Instant};

use t2v::process::CancelToken;
use t2v::remote::{Executor, Job, LocalExecutor};
use t2v::steps::WriteText;

use super::workspace::{Workspace, noise};
use super::{agent, connect};
use crate::common::Project;

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

#[test]
#[ignore = "measures"]
fn what_a_small_step_costs_and_how_fast_blobs_travel() {
    let (project, workspace) = (Project::new(""), Workspace::new());
    let start = Instant::now();
    let (mut client, _) = connect(agent(&project, "far"));
    println!("first greeting: {:?}", start.elapsed());
    let start = Instant::now();
    drop(connect(agent(&project, "far")));
    println!("second greeting and farewell: {:?}", start.elapsed());
    workspace.run(&mut client, &workspace.text("warm")).unwrap();
    let timed = |run: &mut dyn FnMut(usize)| {
        median(
            (0..200)
                .map(|i| {
                    let start = Instant::now();
                    run(i);
                    start.elapsed()
                })
                .collect(),
        )
    };
    let local = LocalExecutor::new(&workspace.cache, &workspace.workshop);
    let here = timed(&mut |i| {
        let job = Job { cancel: &CancelToken::default(), progress: &|_, _| {} };
        drop(local.run(&workspace.text(&format!("here {i}")), &job).unwrap());
    });
    let there = timed(&mut |i| drop(workspace.run(&mut client, &workspace.text(&format!("there {i}"))).unwrap()));
    println!("a small step: {here:?} here, {there:?} there (median of 200)");
    for (what, bytes, files) in [("256 MiB in one", 256 << 20, 1), ("256 MiB in 64", 4 << 20, 64)] {
        let with = |blob| workspace.action(&WriteText { text: what.to_owned() }, &[("unread", blob)]);
        let actions: Vec<_> = (0..files).map(|i| with(workspace.blob(&noise(bytes, 100 + i)))).collect();
        let start = Instant::now();
        actions.iter().for_each(|action| drop(workspace.run(&mut client, action).unwrap()));
        let took = start.elapsed().as_secs_f64();
        println!("{what}: {took:.2} s, {:.0} MB/s", (bytes as f64 * files as f64) / 1e6 / took);
    }
}
