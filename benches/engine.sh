#!/usr/bin/env bash
# The engine on very long films: what an unchanged build costs beside ninja on a graph of as many steps and files, what one edit costs
# beside the steps that it changes, what the mux costs beside `cp`, and what an edit in one long scene draws again.
#
# usage: benches/engine.sh [PART…], PART of: null edit long (default: all)
#
# Environment: SCENES (1000); MORE_SCENES (10000); RUNS (10) of each quick figure, medians reported; T2V, a built program (default: builds
# the release profile). The films are small and of few different pictures, so that the first builds take minutes and not hours; every
# scene has a picture file of its own, and the graph is as large as that of any film of so many scenes.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "$here/.."

SCENES=${SCENES:-1000}
MORE_SCENES=${MORE_SCENES:-10000}
RUNS=${RUNS:-10}
parts=" ${*:-null edit long} "

# shellcheck source=benches/measure.sh disable=SC1091
source "$here/measure.sh"

need "ffmpeg espeak-ng imagemagick ninja-build strace" ffmpeg espeak-ng convert ninja strace awk
find_t2v
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
figures=$work/figures
mkdir -p "$figures" "$work/config"
unset T2V_CACHE
export XDG_CONFIG_HOME=$work/config

SPOKEN='say: [Here is part %d., It has a picture., Then it goes on.]'
# So that the first build of very many scenes is not an hour of encoding sound.
SILENT='length: 1s'

wants() { [[ $parts == *" $1 "* ]]; }
say() { printf '==> %s\n' "$*" >&2; }
row() { printf '%-66s %14s   %s\n' "$@"; }
build() { (in_folder "$1" "$T2V" build video.yaml "${@:2}"); }

# film SCENES FOLDER WORDS: a project of so many scenes, each with a picture file of its own and WORDS, the YAML of what is said; %d in it
# is a small number.
film() {
    local n=$1 folder=$2 words=$3 i
    mkdir -p "$folder/img"
    for i in 0 1 2 3 4; do convert -size 160x90 "gradient:hsl($((i * 70)),60%,40%)-black" "$folder/img/base-$i.png"; done
    {
        printf 'title: Bench\noutput: { file: out/film.mp4, size: 128x72, fps: 24, quality: draft }\n'
        printf 'voice: { engine: espeak, name: en-us }\ncaptions: { burn: true }\n'
        printf 'defaults: { transition: { kind: fade, length: 0.2s } }\nscenes:\n'
        for ((i = 0; i < n; i++)); do
            printf '  - { id: s%d, %s, show: { image: img/%d.png, motion: hold } }\n' "$i" "${words//%d/$((i % 5))}" "$i"
        done
    } >"$folder/video.yaml"
    for ((i = 0; i < n; i++)); do cp "$folder/img/base-$((i % 5)).png" "$folder/img/$i.png"; done
}

# ninja_graph SCENES FOLDER: as many steps and files, each scene's as t2v has them.
ninja_graph() {
    local n=$1 folder=$2 i all=()
    mkdir -p "$folder/img" "$folder/out"
    {
        printf 'rule make\n  command = touch $out\n'
        for ((i = 0; i < n; i++)); do
            printf 'build out/s%d.1: make spec.yaml\nbuild out/s%d.2: make spec.yaml\nbuild out/s%d.3: make spec.yaml\n' "$i" "$i" "$i"
            printf 'build out/p%d: make img/%d.png out/s%d.1 out/s%d.2 out/s%d.3\n' "$i" "$i" "$i" "$i" "$i"
            printf 'build out/j%d: make img/%d.png out/s%d.3\nbuild out/t%d: make out/p%d out/p%d\n' "$i" "$i" "$i" "$i" "$i" $((i > 0 ? i - 1 : 0))
            all+=("out/p$i" "out/t$i" "out/j$i")
        done
        printf 'build out/film: make'
        printf ' %s' "${all[@]}"
        printf '\n'
    } >"$folder/build.ninja"
    touch "$folder/spec.yaml"
    for ((i = 0; i < n; i++)); do : >"$folder/img/$i.png"; done
    in_folder "$folder" ninja >/dev/null &
    wait $!
}

# quick LABEL COMMAND…: median milliseconds of RUNS runs.
quick() {
    local label=$1 i
    shift
    "$@" >/dev/null 2>&1
    for ((i = 0; i < RUNS; i++)); do milliseconds "$@" >>"$figures/$label.ms"; done
    median <"$figures/$label.ms"
}
in_it() { (in_folder "$@"); }

# idle LOG: seconds of a build's event stream in which no step ran.
idle() {
    awk '{ match($0, /"t":[0-9.e-]+/); t = substr($0, RSTART + 4, RLENGTH - 4) + 0 }
        n == 0 { idle += t - last } { last = t }
        /"event":"started"/ { n++ } /"event":"finished"/ && /"ran"/ { n-- } END { printf "%.3f", idle }' "$1"
}
# millis LOG STEP: how long a step ran.
millis() { grep -F "\"event\":\"finished\",\"step\":\"$2\"" "$1" | grep -o '"millis":[0-9]*' | cut -d: -f2; }

long_graph() { [[ -d $work/film ]] || { say "a film of $SCENES scenes"; film "$SCENES" "$work/film" "$SPOKEN"; build "$work/film" >"$figures/cold.log" 2>&1; }; }

null_part() {
    long_graph
    local steps ours theirs again
    steps=$(build "$work/film" | grep -o '[0-9]* steps reused' | cut -d' ' -f1)
    say "ninja's graph"
    ninja_graph "$SCENES" "$work/ninja"
    say "nothing changed"
    ours=$(quick null in_it "$work/film" "$T2V" build)
    theirs=$(quick ninja in_it "$work/ninja" ninja)
    row "nothing changed, $SCENES scenes, $steps steps: t2v" "$ours ms" "≤ 150 ms"
    row "ninja, as many steps and files" "$theirs ms" ""
    row "t2v : ninja" "$(awk -v a="$ours" -v b="$theirs" 'BEGIN { printf "%.2f", a / b }')" "≤ 1.5"
    touched() { touch "$work/film/video.yaml" && in_it "$work/film" "$T2V" build; }
    again=$(quick touched touched)
    row "only the spec's time changed: every key worked out again" "$again ms" ""
    row "programs started" "$(children_of "$work/film" "$T2V" build)" "0"
    say "a film of $MORE_SCENES scenes"
    film "$MORE_SCENES" "$work/more" "$SILENT"
    build "$work/more" >"$figures/more.log" 2>&1
    row "nothing changed, $MORE_SCENES scenes, $(build "$work/more" | grep -o '[0-9]* steps reused' | cut -d' ' -f1) steps" "$(quick more in_it "$work/more" "$T2V" build) ms" "≤ 1500 ms"
    touch "$work/more/video.yaml"
    row "  memory, every key worked out again" "$(peak_memory "$work/more" "$T2V" build) MB" ""
    row "  memory, nothing changed" "$(peak_memory "$work/more" "$T2V" build) MB" "≤ 200 MB"
    touched_more() { touch "$work/more/video.yaml" && in_it "$work/more" "$T2V" build; }
    row "  every key worked out again" "$(quick touched-more touched_more) ms" ""
    rm -rf "$work/more"
}

edit_part() {
    long_graph
    local log=$figures/edit.json mux copy
    say "one edit among $SCENES scenes"
    sed -i "s/id: s$((SCENES / 2)), say: \[Here is part/id: s$((SCENES / 2)), say: [Here was part/" "$work/film/video.yaml"
    build "$work/film" --json >"$log" 2>/dev/null
    row "one edit among $SCENES scenes: steps that ran" "$(grep -c '"event":"started"' "$log")" ""
    row "  time in which no step ran" "$(idle "$log") s" "≤ 0.3 s"
    mux=$(millis "$log" film/mux)
    sync
    copy=$(quick copy cp "$work/film/out/film.mp4" "$work/copy.mp4")
    row "  mux of $(du -m "$work/film/out/film.mp4" | cut -f1) MB : cp ($copy ms) + 1 s" "$mux ms" "≤ 1.5 × cp + 1000"
    row "  the film's sound, of one core" "$(millis "$log" film/sound) ms" "≤ 1/25 of the film: $(ffprobe -v error -show_entries format=duration -of csv=p=0 "$work/film/out/film.mp4" | awk '{ printf "%d ms", $1 * 40 }')"
}

long_part() {
    local folder=$work/long i
    say "one scene of five minutes"
    mkdir -p "$folder"
    convert -size 1920x1080 plasma:tan-steelblue -blur 0x3 "$folder/a.jpg"
    {
        printf 'title: Long\noutput: { file: out/film.mp4, size: 720p, fps: 30 }\nvoice: { engine: espeak, name: en-us }\ncaptions: { burn: true }\n'
        printf 'scenes:\n  - id: long\n    show: { image: a.jpg, motion: hold }\n    say:\n'
        for ((i = 1; i <= 75; i++)); do printf '      - Sentence number %d of this long scene tells about one thing and then about another.\n' "$i"; done
    } >"$folder/video.yaml"
    measure long build "$folder" --json
    cp "$figures/long.log" "$figures/long-first.json"
    row "one scene of $(ffprobe -v error -show_entries format=duration -of csv=p=0 "$folder/out/film.mp4" | cut -d. -f1) s: CPU ÷ (cores × wall)" \
        "$(awk -v n="$(nproc)" '{ printf "%.0f %%", 100 * $2 / $1 / n }' "$figures/long")" ""
    sed -i 's/Sentence number 30 of this long scene tells/Sentence number 30 of this very long scene tells/' "$folder/video.yaml"
    build "$folder" --json >"$figures/long-edit.json" 2>/dev/null
    row "  pieces of its picture: drawn at first" "$(grep -c '"started","step":"scene:long/picture' "$figures/long-first.json")" ""
    row "  drawn again after one sentence was edited" "$(grep -c '"started","step":"scene:long/picture' "$figures/long-edit.json")" "those whose frames changed"
}

for part in null edit long; do
    if wants "$part"; then "${part}_part"; fi
done
