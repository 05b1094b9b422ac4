# shellcheck shell=bash disable=SC2154
# Sourced by film.sh and engine.sh: finds the programs, runs commands and keeps what they cost, under $figures. Has no part in making films.

# measure LABEL COMMAND…: adds one line "wall cpu" (seconds; CPU is user + system, children included) to LABEL's figures.
# The command's own words go to $figures/LABEL.log.
measure() {
    local label=$1 wall user sys
    shift
    local TIMEFORMAT='%3R %3U %3S'
    { time "$@" >"$figures/$label.log" 2>&1; } 2>"$figures/times" || fail "$label" "$figures/$label.log"
    read -r wall user sys <"$figures/times"
    awk -v w="$wall" -v u="$user" -v s="$sys" 'BEGIN { printf "%.3f %.3f\n", w, u + s }' >>"$figures/$label"
}

# need PACKAGES PROGRAM…: ends the bench unless all programs are there; the packages have them on Debian.
need() {
    local packages=$1 program
    shift
    for program in "$@"; do
        command -v "$program" >/dev/null || { echo "bench: $program is missing (apt-get install $packages)" >&2; exit 1; }
    done
}

# find_t2v: sets T2V to the built program's path; builds the release profile unless T2V names a program.
find_t2v() {
    if [[ -z ${T2V:-} ]]; then
        cargo build --release --locked
        T2V=${CARGO_TARGET_DIR:-$PWD/target}/release/t2v
    fi
    T2V=$(realpath "$T2V")
}

# fail LABEL LOG: ends the bench with the command's last words.
fail() {
    printf 'bench: %s failed:\n' "$1" >&2
    tail -n 20 "$2" >&2
    exit 1
}

# in_folder FOLDER COMMAND…: becomes the command; call it in a subshell.
in_folder() { cd "$1" && shift && exec "$@"; }

# peak_memory FOLDER COMMAND…: the highest resident set of the command's own process (not its children), in MB.
peak_memory() {
    local pid peak=0 now
    in_folder "$@" >"$figures/peak.log" 2>&1 &
    pid=$!
    while now=$(awk '/^VmHWM/ { print $2 }' "/proc/$pid/status" 2>/dev/null) && [[ -n $now ]]; do
        peak=$now
        sleep 0.02
    done
    wait "$pid" || fail "peak memory" "$figures/peak.log"
    awk -v kb="$peak" 'BEGIN { printf "%.0f", kb / 1024 }'
}

# milliseconds COMMAND…: wall time of one run.
milliseconds() {
    local start=${EPOCHREALTIME/[.,]/}
    "$@" >"$figures/quick.log" 2>&1 || fail "a quick run" "$figures/quick.log"
    awk -v us=$((${EPOCHREALTIME/[.,]/} - start)) 'BEGIN { printf "%.1f\n", us / 1000 }'
}

# children_of FOLDER COMMAND…: how many programs the command starts, itself not counted.
children_of() {
    local folder=$1
    shift
    (in_folder "$folder" strace -f -qq -e trace=execve -e signal=none -o "$figures/strace" "$@" >/dev/null 2>&1) || fail "strace" "$figures/strace"
    awk '/execve/ && / = 0$/ { n++ } END { print n - 1 }' "$figures/strace"
}

# median < NUMBERS
median() { sort -n | awk '{ v[NR] = $1 } END { print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'; }

# wall LABEL, cpu LABEL: the median of what was measured, in seconds.
wall() { cut -d' ' -f1 "$figures/$1" | median; }
cpu() { cut -d' ' -f2 "$figures/$1" | median; }

# ratio A B
ratio() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.2f", a / b }'; }
