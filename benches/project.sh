# shellcheck shell=bash disable=SC2154
# Sourced by film.sh: makes the bench's project. Pictures are photo-like, drawn from a seed; the spec is written from arrays, so
# that an edit is an assignment.

SENTENCES=(
    "The first light comes slowly over the northern ridge."
    "A narrow path winds between the old stone walls."
    "Nobody had walked here since the end of winter."
    "Far below, the river carries the last of the ice."
    "By noon the whole valley smells of wet grass."
    "Two riders cross the bridge without looking back."
    "The village lies quiet behind its long orchard."
    "When evening falls, every window is a small lamp."
)
MOTIONS=(zoom-in pan-right zoom-out pan-left pan-up zoom-in pan-down zoom-out)

# photo SEED FILE: 3000×2000, large soft shapes, edges and grain: as hard to encode as a photograph.
photo() {
    convert -limit thread 1 -seed "$1" \
        \( -size 375x250 plasma:fractal -resize 3000x2000! -modulate 100,60 \) \
        \( -size 1500x1000 plasma:tomato-steelblue -posterize 9 -blur 0x1 -resize 3000x2000! \) -compose softlight -composite \
        \( -size 1500x1000 xc:gray50 +noise Gaussian -colorspace gray -blur 0x0.7 -resize 3000x2000! \) -compose overlay -composite \
        -sampling-factor 4:2:0 -quality 90 -strip "$2"
}

# photos FOLDER: eight pictures and one more to change to; kept between runs.
photos() {
    local i
    mkdir -p "$1"
    for i in 0 1 2 3 4 5 6 7 8; do
        [[ -s $1/photo-$i.jpg ]] && continue
        photo $((i + 1)) "$1/part-$i.jpg"
        mv "$1/part-$i.jpg" "$1/photo-$i.jpg"
    done
}

# fresh_edit: the arrays from which write_spec writes, as they are before any edit.
fresh_edit() {
    sentences=("${SENTENCES[@]}")
    pictures=(0 1 2 3 4 5 6 7)
    order=(0 1 2 3 4 5 6 7)
    style=karaoke
    comment=
}

# write_spec FILE
write_spec() {
    local i
    {
        printf '%stitle: Bench\noutput: { file: out/film.mp4, size: 1080p, fps: 30, quality: standard }\nvoice: en-us\n' "$comment"
        printf 'captions: { style: %s, burn: true }\n' "$style"
        printf 'defaults: { transition: { kind: crossfade, length: 0.5s } }\nscenes:\n'
        for i in "${order[@]}"; do
            printf '  - id: s%d\n    title: Part %d\n    say: "%s"\n' "$i" "$i" "${sentences[i]}"
            printf '    show: { image: photos/photo-%d.jpg, motion: %s }\n' "${pictures[i]}" "${MOTIONS[i]}"
        done
    } >"$1"
}

# write_short_spec FILE COUNT: many scenes of one second, silent; for memory.
write_short_spec() {
    local i
    {
        printf 'title: Short scenes\noutput: { file: out/film.mp4, size: 1080p, fps: 30, quality: standard }\n'
        printf 'defaults: { transition: { kind: crossfade, length: 0.2s } }\nscenes:\n'
        for ((i = 0; i < $2; i++)); do
            printf '  - { id: s%d, length: 1s, show: { image: photos/photo-%d.jpg, motion: %s } }\n' "$i" $((i % 8)) "${MOTIONS[i % 8]}"
        done
    } >"$1"
}

# new_project FOLDER: the bench's film, not yet built.
new_project() {
    rm -rf "$1"
    mkdir -p "$1/photos"
    cp "$photos"/*.jpg "$1/photos/"
    fresh_edit
    write_spec "$1/video.yaml"
}
