#!/bin/bash
# Runs clang-tidy over the sources of a configured build folder: check_tidy.sh BUILD [FILE...]
set -euo pipefail
cd "$(dirname "$0")/.."
build=$1
shift
[ $# -gt 0 ] || mapfile -t -d '' files < <(git ls-files -z -- 'src/*.cc' 'benchmarks/*.cc')
[ $# -gt 0 ] && files=("$@")
printf '%s\0' "${files[@]}" |
  xargs -0 -n 1 -P "$(nproc)" .deps/tools/bin/clang-tidy -p "$build" --quiet
echo "clang-tidy: ${#files[@]} files, nothing found"
