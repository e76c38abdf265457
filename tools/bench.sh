#!/bin/bash
# Runs every benchmark program of a build folder and keeps its results as JSON beside it.
set -euo pipefail
cd "$(dirname "$0")/.."
shopt -s nullglob
for program in "$1"/benchmarks/*_benchmark; do
  "$program" --benchmark_out="$program.json" --benchmark_out_format=json \
    --benchmark_counters_tabular=true
done
