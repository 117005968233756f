#!/usr/bin/env bash
# A decoder of your own from a recording of the live graph, and the live graph with it:
#
#     scripts/record_train_decode.sh OUT [SECONDS_RECORDED] [MINUTES_TRAINED] [SECONDS_LIVE]
#
# OUT gets the bag, the session made of it, the decoder with its card and losses, a second bag decoded live by it, and
# the figure of the estimated and the true hand.
set -euo pipefail
out=${1:?the folder for everything that is made}
recorded=${2:-120} minutes=${3:-4} live=${4:-30}
mkdir -p "$out"

echo "== recording $recorded s of the live graph"
emgsim launch forearm_sim --record --bag "$out/recorded" --duration "$recorded"
emgsim sessions from-bag "$out/recorded" "$out/session.hdf5"

echo "== training for $minutes min of computing"
emgsim pose train --data "$out/session.hdf5" --plan decoder_grid --minutes "$minutes" --folder "$out" --experiment mine

echo "== the live graph with the new decoder"
printf 'pose:\n  ros__parameters:\n    checkpoint: %s\n' "$out/mine/pose.safetensors" > "$out/mine.yaml"
emgsim launch forearm_sim --config "$out/mine.yaml" --record --bag "$out/live" --duration "$live"
emgsim pose decode "$out/live" --checkpoint "$out/mine/pose.safetensors" --output "$out/figures"
