//! Measures the built-in voice: the time of the first sentence with loading, and the speed relative to real time after it.

use std::time::Instant;

use criterion::{Criterion, criterion_group, criterion_main};
use t2v::units::SAMPLE_RATE;
use t2v::voice::neural::HibariModel;

/// "The city council voted on Tuesday to close the old bridge to cars and to open it to people on foot." (20 words)
const SENTENCE: &str =
    "ðə sˈɪTi kˈWnsᵊl vˈOTᵻd ˌɔn tˈuzdˌA tə klˈOz ði ˈOld bɹˈɪʤ tə kˈɑɹz ænd tə ˈOpᵊn ɪt tə pˈipᵊl ˌɔn fˈʊt.";

fn speak() -> usize {
    HibariModel::heart().speak(SENTENCE, &[], 1.0, 1, &|| false).expect("the sentence can be spoken").samples.len()
}

fn sentence(bench: &mut Criterion) {
    let start = Instant::now();
    let samples = speak();
    let first = start.elapsed();
    let start = Instant::now();
    speak();
    let seconds = samples as f64 / f64::from(SAMPLE_RATE);
    println!(
        "first sentence, with loading: {first:.1?}; then {:.0} times real time",
        seconds / start.elapsed().as_secs_f64()
    );
    bench.bench_function("voice/20 words", |b| b.iter(speak));
}

criterion_group!(benches, sentence);
criterion_main!(benches);
