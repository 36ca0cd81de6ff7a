#!/usr/bin/env bash
# lock.sh [--upgrade]: resolve pyproject.toml into the committed locks, for every platform and with hashes.
# run.txt and bootstrap.txt are constrained by dev.txt, so that all three name the same versions.
set -euo pipefail
cd "$(dirname "$0")/.."

compile() {
    .venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
        --only-binary :all: --override requirements/overrides.txt --custom-compile-command "make lock" "$@"
}

compile pyproject.toml --extra dev --output-file requirements/dev.txt "$@"
compile pyproject.toml --constraint requirements/dev.txt --output-file requirements/run.txt
compile - --constraint requirements/dev.txt --output-file requirements/bootstrap.txt <<<uv
