#!/bin/bash
# Fails when a tracked C++ source is not as clang-format would write it; `make fmt` cures.
set -euo pipefail
cd "$(dirname "$0")/.."
git ls-files -z -- '*.h' '*.cc' |
  xargs -0 -r .deps/tools/bin/clang-format --dry-run -Werror
