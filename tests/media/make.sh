#!/usr/bin/env bash
# Makes media that mean harm, and a few honest ones beside them, for the tests. README.md says what is expected of each.
#
# usage: make.sh FOLDER
#   FOLDER/project: what a spec names; FOLDER/outside: what no build may read: a picture and a film of plain magenta (#ff00ff), a text.
# Needs ffmpeg and gzip. The same bytes on every run, but for the folder's own path.
set -euo pipefail
export LC_ALL=C

(($# == 1)) || {
    echo "usage: make.sh FOLDER" >&2
    exit 2
}
mkdir -p "$1/project" "$1/outside"
outside=$(realpath "$1/outside")
cd "$1/project"

ff() { ffmpeg -nostdin -v error -y -fflags +bitexact "$@"; }
# still COLOUR SIZE FILE
still() { ff -f lavfi -i "color=$1:s=$2,format=rgb24" -frames:v 1 -threads 1 -flags:v +bitexact "$3"; }
# clip COLOUR FILE OPTION…: one second of picture and a tone.
clip() {
    ff -f lavfi -i "color=$1:s=160x90:r=30:d=1" -f lavfi -i "sine=440:r=48000:d=1" -c:v libx264 -threads 1 -pix_fmt yuv420p -c:a aac \
        -flags +bitexact "${@:3}" "$2"
}
# be32 NUMBER: four bytes, the highest first.
be32() { printf '%b' "$(printf '\\x%02x\\x%02x\\x%02x\\x%02x' $(($1 >> 24 & 255)) $(($1 >> 16 & 255)) $(($1 >> 8 & 255)) $(($1 & 255)))"; }
# crc32 < BYTES: four bytes, the highest first (gzip writes them last and backwards).
crc32() { gzip -c -n | tail -c 8 | head -c 4 | od -An -tu4 | { read -r n; be32 "$n"; }; }
# chunk TYPE < DATA: a PNG chunk. By a file, because a shell variable holds no NUL.
chunk() {
    { printf '%s' "$1"; cat; } >.chunk
    be32 $(($(wc -c <.chunk) - 4))
    cat .chunk
    crc32 <.chunk
    rm .chunk
}
# patch FILE TEXT OFFSET BYTES: writes BYTES (\x…) OFFSET bytes after the first TEXT (a Perl expression).
patch() {
    local found
    found=$(grep -abobP -- "$2" "$1" | head -n 1 | cut -d: -f1)
    printf '%b' "$4" | dd of="$1" bs=1 seek=$((found + $3)) conv=notrunc status=none
}

forbidden() {
    still magenta 64x64 "$outside/marker.png"
    clip magenta "$outside/marker.mp4"
    ff -f lavfi -i "sine=1000:r=48000:d=1" -c:a pcm_s16le -flags:a +bitexact "$outside/marker.wav"
    printf 'MARKER-7f3a91\n' >"$outside/marker.txt"
}

honest() {
    still teal 64x36 good.png
    still teal 64x36 good.jpg
    clip teal good.mp4
    ff -f lavfi -i "sine=440:r=48000:d=1" -c:a pcm_s16le -flags:a +bitexact good.wav
    # A picture whose stored left is red and right is blue; turned by orientation 6 (a quarter to the right), its top is red.
    ff -f lavfi -i "color=red:s=32x32" -f lavfi -i "color=blue:s=32x32" -filter_complex hstack -frames:v 1 -threads 1 -flags:v +bitexact .flat.jpg
    {
        head -c 2 .flat.jpg
        printf '\xff\xe1\x00\x22Exif\x00\x00MM\x00\x2a\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00\x06\x00\x00\x00\x00\x00\x00'
        tail -c +3 .flat.jpg
    } >orientation-6.jpg
    rm .flat.jpg
    clip teal data-stream.mov -timecode 00:00:00:00
    clip teal attachment.mkv -attach "$outside/marker.txt" -metadata:s:t mimetype=text/plain
    # Names that some program somewhere takes for syntax; each is an honest picture.
    cp good.png 'concat:good.png'
    cp good.png 'subfile,,start,0,end,10,,:good.png'
    cp good.png '%03d.png'
    cp good.png ./-y.png
    cp good.png "it's [a];b,c=d\\e %{f}.png"
}

playlists() {
    local name
    for name in hls.mp4 hls.mp3 hls.png; do
        printf '#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:1\n#EXTINF:1.0,\nfile://%s/marker.mp4\n#EXT-X-ENDLIST\n' "$outside" >"$name"
    done
    printf '#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXT-X-KEY:METHOD=AES-128,URI="file://%s/marker.txt"\n#EXTINF:1.0,\nhttp://127.0.0.1:9/x.ts\n#EXT-X-ENDLIST\n' \
        "$outside" >hls-network.mp4
    printf "ffconcat version 1.0\nfile '%s/marker.mp4'\n" "$outside" >ffconcat.mp4
    printf "ffconcat version 1.0\nfile '../outside/marker.mp4'\n" >ffconcat-relative.wav
    cat >dash.mp4 <<MPD
<?xml version="1.0"?>
<MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" mediaPresentationDuration="PT1S" profiles="urn:mpeg:dash:profile:isoff-on-demand:2011">
<Period><AdaptationSet mimeType="video/mp4"><Representation id="1" bandwidth="1000" codecs="avc1.42E01E">
<BaseURL>file://$outside/marker.mp4</BaseURL></Representation></AdaptationSet></Period></MPD>
MPD
    printf 'v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video 9 RTP/AVP 96\na=rtpmap:96 H264/90000\n' >sdp.mp4
    cat >svg.png <<SVG
<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY leak SYSTEM "file://$outside/marker.txt">]>
<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="64" height="64">
<image xlink:href="file://$outside/marker.png" width="64" height="64"/><text y="20">&leak;</text></svg>
SVG
    printf '<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64"><image href="file://%s/marker.png" width="64" height="64"/></svg>\n' \
        "$outside" >svg-image.png
    printf 'push graphic-context\nimage over 0,0 0,0 "%s/marker.png"\npop graphic-context\n' "$outside" >drawing.jpg
}

polyglots() {
    { cat good.png && cat hls.mp4; } >png-then-hls.png
    { printf '\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isomiso2\n' && cat hls.mp4; } >ftyp-then-hls.mp4
    { printf 'ID3\x03\x00\x00\x00\x00\x00\x00' && cat hls.mp4; } >id3-then-hls.mp3
    { printf '\xef\xbb\xbf\n' && cat hls.mp4; } >bom-then-hls.mp4
    { cat good.jpg && printf 'PK\x03\x04' && cat "$outside/marker.txt"; } >jpeg-then-zip.jpg
    cp good.png png-named.mp4
    cp good.mp4 mp4-named.png
}

bombs() {
    {
        printf '\x89PNG\r\n\x1a\n'
        { be32 60000 && be32 60000 && printf '\x08\x06\x00\x00\x00'; } | chunk IHDR
        { printf '\x78\x9c' && head -c 1024 /dev/zero | gzip -c -n | tail -c +11 | head -c -8; } | chunk IDAT
        chunk IEND </dev/null
    } >huge.png
    cp good.jpg huge.jpg
    patch huge.jpg '\xff\xc0' 5 '\xff\xdc\xff\xdc'
    # An extended WebP whose canvas is said to be 16384×16384, with nothing on it.
    printf 'RIFF\x16\x00\x00\x00WEBPVP8X\x0a\x00\x00\x00\x00\x00\x00\x00\xff\x3f\x00\xff\x3f\x00' >huge.webp
    cp good.mp4 long.mp4
    patch long.mp4 'mvhd' 20 '\xff\xff\xff\xfe'
    cp good.mp4 huge-frame.mp4
    patch huge-frame.mp4 'avc1\x00{7}\x01' 28 '\xea\x60\xea\x60'
    cp good.mp4 big-box.mp4
    { printf '\x00\x00\x00\x01mdat\x3f\xff\xff\xff\xff\xff\xff\xf0' && head -c 64 /dev/zero; } >>big-box.mp4
    { printf '\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isomiso2' && printf '\x7f\xff\xff\xffmoov' && head -c 64 /dev/zero; } >big-moov.mp4
    wav_header '\xff\xff\xff\xff' '\x02\x00' '\x80\xbb\x00\x00' '\xf0\xff\xff\xff' >sizes.wav
    wav_header '\x24\x01\x00\x00' '\x00\x00' '\x80\xbb\x00\x00' '\x00\x01\x00\x00' >no-channels.wav
    wav_header '\x24\x01\x00\x00' '\xff\xff' '\xff\xff\xff\xff' '\x00\x01\x00\x00' >rate.wav
}

# wav_header RIFFSIZE CHANNELS RATE DATASIZE, then 256 silent bytes.
wav_header() {
    printf '%b' "RIFF$1WAVEfmt \x10\x00\x00\x00\x01\x00$2$3\x00\x77\x01\x00\x04\x00\x10\x00data$4"
    head -c 256 /dev/zero
}

broken() {
    head -c $(($(wc -c <good.jpg) / 2)) good.jpg >truncated.jpg
    head -c 40 good.png >truncated.png
    head -c $(($(wc -c <good.mp4) / 2)) good.mp4 >truncated.mp4
    local name
    for name in empty.png empty.jpg empty.mp4 empty.wav; do : >"$name"; done
    printf 'This is a note and no picture.\n' >text.jpg
    head -c 4096 /dev/zero >zeros.mp4
    ff -f lavfi -i "sine=440:r=48000:d=1" -c:a aac -flags:a +bitexact sound-only.mp4
    ff -f lavfi -i "color=teal:s=160x90:r=30:d=1" -c:v libx264 -threads 1 -flags:v +bitexact picture-only.mp4
}

# Things that are no plain file, and ways out of the project.
odd() {
    rm -rf pipe.png folder.png link.png zero.png loop.png away
    mkfifo pipe.png
    mkdir folder.png
    ln -s ../outside/marker.png link.png
    ln -s /dev/zero zero.png
    ln -s loop.png loop.png
    ln -s ../outside away
}

forbidden
honest
playlists
polyglots
bombs
broken
odd
