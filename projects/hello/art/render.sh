#!/usr/bin/env bash
# Makes the film's pictures, its terminal clip and its music again. Needs python3, chromium, ffmpeg, imagemagick, and the fonts Inter and
# JetBrains Mono (Debian: chromium ffmpeg imagemagick webp fonts-inter fonts-jetbrains-mono). A build of the film needs none of this.
set -euo pipefail
cd "$(dirname "$0")"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

shoot() { # SVG PNG WIDTH HEIGHT
    printf '<!doctype html><style>*{margin:0}body{background:transparent}img{display:block}</style><img src="file://%s">' \
        "$(realpath "$1")" >"$scratch/page.html"
    chromium --headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking \
        --disable-component-update --disable-sync --hide-scrollbars --force-device-scale-factor=1 --allow-file-access-from-files \
        --default-background-color=00000000 --user-data-dir="$scratch/profile" --window-size="$3,$4" \
        --screenshot="$2" "file://$scratch/page.html" >"$scratch/log" 2>&1 || { cat "$scratch/log" >&2; return 1; }
}

jpeg() { convert "$1" -background '#070f1d' -flatten -sampling-factor 4:4:4 -quality 88 -strip "$2"; }

pictures() {
    python3 draw.py
    for name in script graph keys edit; do
        shoot "$name.svg" "$scratch/$name.png" 2400 1350
        jpeg "$scratch/$name.png" "../assets/$name.jpg"
    done
    shoot cache.svg "$scratch/cache.png" 1350 2400
    jpeg "$scratch/cache.png" ../assets/cache.jpg
    shoot outputs.svg "$scratch/outputs.png" 2400 1350
    convert "$scratch/outputs.png" -background '#070f1d' -flatten -quality 90 -strip ../assets/outputs.webp
    shoot logo.svg "$scratch/logo.png" 540 240
    convert "$scratch/logo.png" -strip ../assets/logo.png
}

clip() {
    python3 terminal.py "$scratch"
    for sheet in "$scratch"/sheet-*.svg; do
        shoot "$sheet" "${sheet%.svg}.png" 1920 10800
    done
    ffmpeg -nostdin -v error -y -framerate 3 -i "$scratch/sheet-%02d.png" -vf "untile=1x10,scale=out_color_matrix=bt709:out_range=tv,format=yuv420p" \
        -r 30 -c:v libx264 -preset slow -crf 20 -colorspace bt709 -color_primaries bt709 -color_trc bt709 -movflags +faststart \
        -map_metadata -1 -fflags +bitexact -flags:v +bitexact ../assets/terminal.mp4
}

music() {
    python3 music.py "$scratch/music.wav"
    ffmpeg -nostdin -v error -y -i "$scratch/music.wav" -map_metadata -1 -c:a libvorbis -q:a 4 -fflags +bitexact -flags:a +bitexact ../assets/music.ogg
}

case "${1:-all}" in
pictures) pictures ;;
clip) clip ;;
music) music ;;
all)
    pictures
    clip
    music
    ;;
*) echo "usage: render.sh [pictures|clip|music|all]" >&2 && exit 2 ;;
esac
