#!/bin/bash
# Fails on common misspellings in tracked text; codespell's settings stand in .codespellrc.
set -euo pipefail
cd "$(dirname "$0")/.."
git ls-files -z | xargs -0 -r .deps/venv/bin/python -m codespell_lib
