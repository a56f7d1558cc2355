#!/usr/bin/env bash
# Moves traffic to the newest release in two steps while executions run; TARGET (options of the commands) and EVERY are in the environment.
set -euo pipefail
read -ra target <<<"$TARGET"
node --import tsx test/live/main.ts traffic "${target[@]}" &
traffic=$!
trap 'kill "$traffic" 2>/dev/null || true' EXIT
npm run release -- --steps 50,100 --every "$EVERY" --executions 1 "${target[@]}"
kill -TERM "$traffic"
wait "$traffic"
