#!/usr/bin/env bash
# check_wheels.sh: show that every locked package exists as a wheel for each supported platform and Python.
# Nothing is installed; uv only resolves the locks as those machines would.
set -euo pipefail
cd "$(dirname "$0")/.."

nowhere=$(mktemp -d)
trap 'rm -rf "$nowhere"' EXIT
for platform in x86_64-manylinux_2_34 aarch64-manylinux_2_39 windows; do
    for python in 3.11 3.12 3.13; do
        for lock in run dev; do
            .venv/bin/uv pip install --quiet --dry-run --no-deps --require-hashes --only-binary :all: \
                --python-platform "$platform" --python-version "$python" --target "$nowhere" \
                --requirement "requirements/$lock.txt"
            echo "$platform, Python $python, $lock.txt: every package is a wheel"
        done
    done
done
