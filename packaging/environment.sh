#!/usr/bin/env bash
# environment.sh run|dev: make .venv hold exactly one committed lock. A second call costs nothing.
# dev contains everything in run, so an environment with the developer's tools in it is never reduced to run.
set -euo pipefail
cd "$(dirname "$0")/.."

python=${PYTHON:-python3}
venv=.venv
stamp=$venv/lock.sha256 # the lock files .venv was made from; written last, so an interrupted set-up is done again

lock=requirements/$1.txt
if grep -qs requirements/dev.txt "$stamp"; then lock=requirements/dev.txt; fi
if [[ -x $venv/bin/python ]] && grep -qs "$lock" "$stamp" && sha256sum --check --status "$stamp" 2>/dev/null; then
    exit 0
fi

if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
    echo "Python 3.11 or later is needed; $("$python" --version) was found. Name another one: make PYTHON=/path/to/python3" >&2
    exit 1
fi
if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
    echo "Python cannot make environments here. On Debian and Ubuntu: apt-get install python3-venv" >&2
    exit 1
fi
"$python" packaging/system_libraries.py

[[ -t 2 ]] || export UV_NO_PROGRESS=1

echo "Setting up $venv from $lock ..."
rm -f "$stamp"
if ! [[ -x $venv/bin/python && -x $venv/bin/uv ]]; then
    "$python" -m venv --clear "$venv"
    "$venv/bin/pip" install --quiet --disable-pip-version-check --require-hashes --only-binary :all: \
        --requirement requirements/bootstrap.txt
fi
"$venv/bin/uv" pip sync --quiet --python "$venv/bin/python" --require-hashes --only-binary :all: \
    requirements/bootstrap.txt "$lock"
sha256sum requirements/bootstrap.txt "$lock" >"$stamp"
echo "Ready after $SECONDS s."
