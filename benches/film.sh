#!/usr/bin/env bash
# t2v against x264 alone and against one hand-written ffmpeg command, on the same film, in one run; then what an edit costs.
#
# usage: benches/film.sh [PART…], PART of: cold null edits same memory (default: all)
#
# Environment: ROUNDS (3) rounds of each costly figure, the kinds in turn, medians reported; NULL_RUNS (10); T2V, a built program
# (default: builds the release profile); BENCH_DIR (default: a temporary folder, removed; given: kept, about 6 GB).
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "$here/.."

# Must say what t2v tells its encoder (src/steps), so that the ratio compares like with like.
export X264="${X264:--c:v libx264 -preset veryfast -crf 20 -g 15 -keyint_min 15 -sc_threshold 0 -bf 2 -profile:v high -flags +cgop}"
ROUNDS=${ROUNDS:-3}
NULL_RUNS=${NULL_RUNS:-10}
parts=" ${*:-cold null edits same memory} "

# shellcheck source=benches/measure.sh disable=SC1091
source "$here/measure.sh"
# shellcheck source=benches/project.sh disable=SC1091
source "$here/project.sh"

need "ffmpeg imagemagick strace" ffmpeg ffprobe convert strace awk
find_t2v
if [[ -n ${BENCH_DIR:-} ]]; then
    mkdir -p "$BENCH_DIR"
    work=$(realpath "$BENCH_DIR")
else
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
fi
photos=$work/photos figures=$work/figures base=$work/base
rm -rf "$figures"
mkdir -p "$figures" "$work/config"
# The user's own settings and cache stay out of it.
unset T2V_CACHE
export XDG_CONFIG_HOME=$work/config
cores=$(nproc)

wants() { [[ $parts == *" $1 "* ]]; }
say() { printf '==> %s\n' "$*" >&2; }
table=()
# row WHAT FIGURE GOAL
row() { table+=("$(printf '%-58s %14s   %s' "$@")"); }

build() { (in_folder "$1" "$T2V" build video.yaml "${@:2}"); }
digest() { sha256sum <"$1/out/film.mp4" | cut -c1-16; }
length_of() { ffprobe -v error -select_streams v:0 -show_entries stream=duration -of csv=p=0 "$1" | tr -d ','; }

# The film that all else is measured against; its cache is the warm start of null builds and edits.
prepare() {
    say "pictures"
    photos "$photos"
    say "first build, for memory"
    new_project "$base"
    local peak
    peak=$(peak_memory "$base" "$T2V" build video.yaml)
    row "peak memory, 8 scenes" "$peak MB" "<= 400"
    film=$base/out/film.mp4
    seconds=$(length_of "$film")
    frames=$(ffprobe -v error -select_streams v:0 -count_packets -show_entries stream=nb_read_packets -of csv=p=0 "$film" | tr -d ',')
    row "the film" "$frames frames" "$seconds s"
}

# The film's frames as two raw files, and its sound as a WAV: what x264 alone and the hand-written command start from.
unpack() {
    local half=$((frames / 2)) i
    say "frames to raw files"
    ffmpeg -nostdin -v error -y -i "$film" -map 0:v -frames:v "$half" -f rawvideo -pix_fmt yuv420p "$work/half-0.yuv"
    ffmpeg -nostdin -v error -y -i "$film" -map 0:v -vf "trim=start_frame=$half" -f rawvideo -pix_fmt yuv420p "$work/half-1.yuv"
    ffmpeg -nostdin -v error -y -i "$film" -map 0:a -c:a pcm_s16le "$work/speech.wav"
    mkdir -p "$work/captions"
    # shellcheck disable=SC2153  # from project.sh
    for i in "${!SENTENCES[@]}"; do printf '%s' "${SENTENCES[i]}" >"$work/captions/$i.txt"; done
}

encode_half() {
    # shellcheck disable=SC2086  # $X264 is a list of options
    ffmpeg -nostdin -v error -y -f rawvideo -pix_fmt yuv420p -s 1920x1080 -r 30 -i "$work/half-$1.yuv" $X264 -threads 1 "$work/half-$1.mp4"
}

encoder_alone() {
    encode_half 0 &
    local other=$!
    encode_half 1 && wait "$other"
}

cold_build() { build "$work/cold"; }

cold() {
    local i
    unpack
    for ((i = 1; i <= ROUNDS; i++)); do
        say "round $i of $ROUNDS: t2v, x264 alone, hand-written ffmpeg"
        new_project "$work/cold"
        measure cold cold_build
        measure x264 encoder_alone
        measure hand "$here/handwritten.sh" "$photos" "$work/speech.wav" "$seconds" "$work/captions" "$work/hand.mp4"
        measure smooth env ENLARGE=2 "$here/handwritten.sh" "$photos" "$work/speech.wav" "$seconds" "$work/captions" "$work/hand.mp4"
    done
    rm -f "$work"/half-?.yuv
    row "cold build, wall / CPU" "$(wall cold) / $(cpu cold)" "s"
    row "x264 alone, wall / CPU" "$(wall x264) / $(cpu x264)" "s"
    row "hand-written ffmpeg, wall / CPU" "$(wall hand) / $(cpu hand)" "s"
    row "the same, photos enlarged against shaking" "$(wall smooth) / $(cpu smooth)" "s"
    row "cold build CPU : x264 alone" "$(ratio "$(cpu cold)" "$(cpu x264)")" "<= 1.25"
    row "cores busy in the cold build ($cores cores)" "$(ratio "$(cpu cold)" "$(awk -v w="$(wall cold)" -v c="$cores" 'BEGIN { print w * c }')")" ">= 0.85"
    row "cold build wall : hand-written" "$(ratio "$(wall cold)" "$(wall hand)")" "< 1"
    row "cold build CPU : hand-written" "$(ratio "$(cpu cold)" "$(cpu hand)")" "<= 0.70"
    row "cold build CPU : hand-written, enlarged" "$(ratio "$(cpu cold)" "$(cpu smooth)")" "<= 0.70"
    row "hand-written CPU : x264 alone" "$(ratio "$(cpu hand)" "$(cpu x264)")" "about 1.8"
}

null() {
    local i children
    say "nothing changed"
    build "$base" >/dev/null 2>&1
    for ((i = 0; i < NULL_RUNS; i++)); do milliseconds build "$base"; done >"$figures/null"
    row "nothing changed, median of $NULL_RUNS" "$(median <"$figures/null") ms" "<= 50"
    children=$(children_of "$base" "$T2V" build video.yaml)
    row "nothing changed, programs started" "$children" "0"
}

# edit LABEL: measures a build after the arrays were edited, from a copy of the warm project.
edit() {
    rm -rf "$work/edit"
    cp -a "$base" "$work/edit"
    write_spec "$work/edit/video.yaml"
    measure "$1" build "$work/edit"
    # Colours and carriage returns go; what ran is in the last lines.
    sed -e 's/\x1b\[[0-9;]*[A-Za-z]//g' -e 's/.*\r//' "$figures/$1.log" | sed '/^[[:space:]]*$/d' | tail -n 3 >"$figures/$1.said"
}

# shellcheck disable=SC2034  # write_spec reads the arrays
edits() {
    local i label
    for ((i = 1; i <= ROUNDS; i++)); do
        say "edits, round $i of $ROUNDS"
        fresh_edit
        sentences[3]="Far below, the river still carries some ice."
        edit sentence
        fresh_edit
        pictures[3]=8
        edit picture
        fresh_edit
        style=boxed
        edit captions
        fresh_edit
        order=(0 1 2 5 4 3 6 7)
        edit reordered
        fresh_edit
        comment=$'# A remark.\n\n'
        edit comment
    done
    for label in sentence picture captions reordered comment; do
        row "edit: $label, wall / CPU" "$(wall $label) / $(cpu $label)" "s"
    done
    row "sentence CPU : picture CPU (its segments and the mux)" "$(ratio "$(cpu sentence)" "$(cpu picture)")" "<= 1.3"
}

# once LABEL FOLDER ARGUMENTS…: a cold build whose digest is kept.
once() {
    local label=$1 folder=$2
    shift 2
    new_project "$folder"
    (in_folder "$folder" env "${with[@]}" "$T2V" build video.yaml "$@") >"$figures/$label.log" 2>&1 || fail "$label" "$figures/$label.log"
    digest "$folder" >"$figures/$label.digest"
}

same() {
    local with=(TZ=UTC LC_ALL=C) label verdict=same first
    say "same bytes: one worker, two, another folder, another time zone and locale"
    once j1 "$work/same" -j 1
    once j2 "$work/same" -j 2
    once folder "$work/another folder/deeper" -j 2
    with=(TZ=Pacific/Chatham LC_ALL=C.UTF-8)
    once zone "$work/same" -j 2
    first=$(<"$figures/j1.digest")
    for label in j1 j2 folder zone; do
        [[ $(<"$figures/$label.digest") == "$first" ]] || verdict=different
        row "film's digest, $label" "$(<"$figures/$label.digest")" ""
    done
    row "-j 1, -j 2, other folder, other time zone" "$verdict" "same"
}

memory() {
    local count peak peaks=()
    for count in 8 64; do
        say "memory, $count short scenes"
        new_project "$work/memory"
        write_short_spec "$work/memory/video.yaml" "$count"
        peak=$(peak_memory "$work/memory" "$T2V" build video.yaml)
        peaks+=("$peak")
    done
    row "peak memory, 8 / 64 short scenes" "${peaks[0]} / ${peaks[1]} MB" "<= 400, not growing"
}

prepare
for part in cold null edits same memory; do
    if wants "$part"; then "$part"; fi
done

printf '\n%-58s %14s   %s\n' "film bench, $(date -u +%F), $cores cores, $ROUNDS rounds" figure goal
printf '%s\n' "${table[@]}"
if wants edits; then
    printf '\nwhat t2v said ran\n'
    for label in sentence picture captions reordered comment; do
        printf -- '-- edit: %s\n' "$label"
        cat "$figures/$label.said"
    done
fi
