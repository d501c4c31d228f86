#!/usr/bin/env bash
# Train and test all six graphs, or run the tests, from a clean clone.
#
#   ./run_all.sh [FLAGS]      trains all six, as tf1-rnn train-all does; --help lists FLAGS
#   ./run_all.sh test [ARGS]  passes the tests, with pytest's arguments
#
# Both create .venv if it does not exist. PYTHON=/path/to/python chooses the Python that it is made
# with (3.10 to 3.13), TENSORFLOW=2.18.* the version of TensorFlow.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

VENV_PYTHON="$PWD/.venv/bin/python"
RIGHT_VERSION='import sys; sys.exit(not (3, 10) <= sys.version_info[:2] <= (3, 13))'

fail() {
    echo "run_all.sh: $1" >&2
    exit 1
}

find_python() {
    local candidate
    if [ -n "${PYTHON:-}" ]; then
        "$PYTHON" -c "$RIGHT_VERSION" 2>/dev/null ||
            fail "PYTHON=$PYTHON is no Python 3.10 to 3.13; give the path of one"
        echo "$PYTHON"
        return
    fi
    for candidate in python3 python3.13 python3.12 python3.11 python3.10; do
        if "$candidate" -c "$RIGHT_VERSION" 2>/dev/null; then
            echo "$candidate"
            return
        fi
    done
    fail "no Python 3.10 to 3.13 found; install one, or give PYTHON=/path/to/python"
}

# install EXTRA: make .venv hold the package with that extra ("" for none).
install() {
    local ready=".venv/installed${1:-}${TENSORFLOW:-}" python
    # What was interrupted has no mark, and is done again; changed metadata make the mark old.
    if [ -e "$ready" ] && [ ! setup.py -nt "$ready" ] && [ ! pyproject.toml -nt "$ready" ] &&
        "$VENV_PYTHON" -c "" 2>/dev/null; then
        return
    fi
    if ! "$VENV_PYTHON" -m pip --version >/dev/null 2>&1; then
        python="$(find_python)"
        echo "making .venv with $("$python" --version)"
        "$python" -m venv --clear .venv ||
            fail "no virtual environment: install Python's venv (Debian: python3-venv), or give PYTHON"
    fi
    echo "installing the package and TensorFlow into .venv (once, some minutes)"
    "$VENV_PYTHON" -m pip install --quiet --disable-pip-version-check -e ".${1:-}" \
        ${TENSORFLOW:+"tensorflow==$TENSORFLOW"} ||
        fail "the installation failed, see above; run the same command again to resume it"
    touch "$ready"
}

if [ "${1:-}" = test ]; then
    shift
    install "[test]"
    exec "$VENV_PYTHON" -m pytest -n auto --dist worksteal "$@"
fi
install
exec "$VENV_PYTHON" -m tf1_rnn.train_all "$@"
