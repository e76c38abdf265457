#!/bin/bash
# Runs the benchmarks with the programs of a build folder: bench.sh BUILD_FOLDER.
# SF is the scale factor, ROUNDS the number of rounds, CARMILLA_PROGRAM another program to measure.
# Results are JSON in BUILD_FOLDER/benchmarks/.
set -euo pipefail
cd "$(dirname "$0")/.."
build=$1
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

(flock 9 && provide_venv) 9>.deps/.bench-lock
mkdir -p "$build/benchmarks"
shopt -s nullglob
for program in "$build"/benchmarks/*_benchmark; do
  "$program" --benchmark_out="$program.json" --benchmark_out_format=json \
    --benchmark_counters_tabular=true
done
export CARMILLA_PROGRAM=${CARMILLA_PROGRAM:-$build/carmilla}
/usr/bin/python3 benchmarks/bench.py --scale "${SF:-0.2}" --rounds "${ROUNDS:-5}" \
  | tee "$build/benchmarks/bench.json"
