#!/bin/bash
# Runs the fuzz targets of a build of the preset `fuzz`: fuzz.sh BUILD SECONDS [TARGET...]
#
# Each searches for SECONDS, as many beside each other as there are processors, and keeps what it
# learns in BUILD/corpus. An input that breaks one is kept in BUILD, too.
set -euo pipefail

build=$1 seconds=$2
shift 2
folder=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
targets=("$@")
if [ ${#targets[@]} = 0 ]; then
  for corpus in "$folder"/corpus/*; do targets+=("$(basename "$corpus")"); done
fi

search() {
  local target=$1 log=$build/fuzz_$1.log
  mkdir -p "$build/corpus/$target"
  if "$build/tests/fuzz_$target" "-max_total_time=$seconds" -max_len=4096 -timeout=30 \
      -print_final_stats=1 "-artifact_prefix=$build/$target-" \
      "$build/corpus/$target" "$folder/corpus/$target" >"$log" 2>&1; then
    echo "$target: $(sed -n 's/^stat::number_of_executed_units: *//p' "$log") inputs, nothing found"
  else
    grep -E 'does not hold|ERROR|SUMMARY|Test unit written' "$log" | sed "s/^/$target: /"
    return 1
  fi
}
export -f search
export build seconds folder

printf '%s\n' "${targets[@]}" | xargs -P "$(nproc)" -I{} bash -c 'search {}'
