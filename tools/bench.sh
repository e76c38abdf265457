#!/bin/bash
# Runs the benchmarks with the programs of a build folder: bench.sh BUILD_FOLDER [instructions].
# With `instructions` it counts those of the hot path over recorded copies and nothing else.
# SF is the scale factor, ROUNDS the number of rounds, CARMILLA_PROGRAM another program to measure.
# Results are JSON in BUILD_FOLDER/benchmarks/.
set -euo pipefail
cd "$(dirname "$0")/.."
build=$1
what=${2:-all}
results=$build/benchmarks
export CARMILLA_RECORDINGS=$results/recordings PYTHONDONTWRITEBYTECODE=1
venv=.deps/bench-venv
stamp=.deps/stamps/bench-venv

# Only who measures needs these packages, so tools/setup.sh leaves them out.
provide_venv() {
  local wanted
  wanted=$(sha256sum <tools/requirements-bench.txt)
  [ "$(cat $stamp 2>/dev/null)" = "$wanted" ] && return
  echo "bench: making the Python environment of the benchmarks" >&2
  mkdir -p .deps/stamps
  rm -rf $venv $stamp
  /usr/bin/python3 -m venv $venv
  $venv/bin/python -m pip install -q --require-hashes --only-binary=:all: --no-deps \
    -r tools/requirements-bench.txt
  echo "$wanted" >$stamp
}

# The server's part is recorded once and again when the tables change.
provide_recordings() {
  local wanted
  wanted=$(cat benchmarks/record.py benchmarks/tables.py | sha256sum)
  [ "$(cat "$CARMILLA_RECORDINGS/stamp" 2>/dev/null)" = "$wanted" ] && return
  echo "bench: recording copies" >&2
  rm -rf "$CARMILLA_RECORDINGS"
  /usr/bin/python3 benchmarks/record.py "$CARMILLA_RECORDINGS"
  echo "$wanted" >"$CARMILLA_RECORDINGS/stamp"
}

mkdir -p "$results"
(flock 9 && provide_venv && provide_recordings) 9>.deps/.bench-lock
if [ "$what" = instructions ]; then
  /usr/bin/python3 benchmarks/instructions.py "$results/hot_path_stage" "$CARMILLA_RECORDINGS" \
    "$results" | tee "$results/instructions.json"
  exit
fi
shopt -s nullglob
for program in "$results"/*_benchmark; do
  "$program" --benchmark_out="$program.json" --benchmark_out_format=json \
    --benchmark_counters_tabular=true >&2
done
export CARMILLA_PROGRAM=${CARMILLA_PROGRAM:-$build/carmilla}
/usr/bin/python3 benchmarks/bench.py --scale "${SF:-0.2}" --rounds "${ROUNDS:-5}" \
  | tee "$results/bench.json"
