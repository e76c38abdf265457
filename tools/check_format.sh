#!/bin/bash
# Fails when a tracked C++ source is not as clang-format would write it; `make fmt` cures.
set -euo pipefail
cd "$(dirname "$0")/.."
differing=$(git ls-files -z -- '*.h' '*.cc' |
  xargs -0 -r .deps/tools/bin/clang-format --dry-run 2>&1 |
  sed -n -E 's/^([^ :]+):[0-9]+:.*Wclang-format-violations.*/\1/p' | sort -u)
if [ -n "$differing" ]; then
  printf 'not formatted (make fmt cures):\n%s\n' "$differing" >&2
  exit 1
fi
