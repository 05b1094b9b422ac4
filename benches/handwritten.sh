#!/usr/bin/env bash
# The bench's film by one ffmpeg command, as a practised hand would write it: zoompan, drawtext, xfade. Its captions do not follow the
# words, and its zoom moves by whole pixels of the photo; both spare it work. ENLARGE=2 enlarges the photos first, which is how people
# make zoompan shake less.
#
# usage: [ENLARGE=N] handwritten.sh PHOTOS SPEECH.wav SECONDS CAPTIONS OUT.mp4, where CAPTIONS is a folder of 0.txt … 7.txt
# Encoder options come from $X264.
set -euo pipefail

photos=$1 speech=$2 seconds=$3 captions=$4 out=$5
scenes=8 fade=0.5

# Eight equal scenes that overlap by the fade and fill the film's length.
frames=$(awk -v t="$seconds" -v n=$scenes -v f=$fade 'BEGIN { print int((t + (n - 1) * f) / n * 30 + 0.5) }')
step=$(awk -v n="$frames" -v f=$fade 'BEGIN { print n / 30 - f }')

inputs=() graph=""
for ((i = 0; i < scenes; i++)); do
    inputs+=(-i "$photos/photo-$i.jpg")
    if ((i % 2)); then zoom="1.12-0.12*on/$frames"; else zoom="1+0.12*on/$frames"; fi
    graph+="[$i:v]crop=iw:iw*9/16,scale=iw*${ENLARGE:-1}:-2,"
    graph+="zoompan=z='$zoom':x='(iw-iw/zoom)/2':y='(ih-ih/zoom)/2':d=$frames:s=1920x1080:fps=30,"
    graph+="drawtext=font=Sans:textfile=$captions/$i.txt:expansion=none:fontsize=54:fontcolor=white:borderw=4:bordercolor=black:"
    graph+="x=(w-text_w)/2:y=h*0.84,format=yuv420p,settb=AVTB[v$i];"
done
last=v0
for ((i = 1; i < scenes; i++)); do
    at=$(awk -v s="$step" -v i=$i 'BEGIN { print s * i }')
    graph+="[$last][v$i]xfade=transition=fade:duration=$fade:offset=${at}[x$i];"
    last=x$i
done

# shellcheck disable=SC2086  # $X264 is a list of options
ffmpeg -nostdin -v error -y "${inputs[@]}" -i "$speech" -filter_complex "${graph%;}" -map "[$last]" -map $scenes:a \
    $X264 -pix_fmt yuv420p -colorspace bt709 -color_primaries bt709 -color_trc bt709 -c:a aac -b:a 192k -movflags +faststart -t "$seconds" "$out"
