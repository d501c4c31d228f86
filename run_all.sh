#!/usr/bin/env bash
# Train and test all six graphs, or run the tests, from a clean clone.
#
#   ./run_all.sh [FLAGS]   all six with the command's FLAGS, ends with a table and a file of it
#   ./run_all.sh test [..] the tests, with pytest's arguments
#
# Sets up .venv first. PYTHON=/path/to/python chooses the Python it is made with (3.10 to 3.13).
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
    local ready=".venv/installed${1:-}" python
    # What was interrupted has no mark, and is done again; a changed setup.py makes the mark old.
    if [ -e "$ready" ] && [ ! setup.py -nt "$ready" ] && "$VENV_PYTHON" -c "" 2>/dev/null; then
        return
    fi
    if ! "$VENV_PYTHON" -m pip --version >/dev/null 2>&1; then
        python="$(find_python)"
        echo "making .venv with $("$python" --version)"
        "$python" -m venv --clear .venv ||
            fail "no virtual environment: install Python's venv (Debian: python3-venv), or give PYTHON"
    fi
    echo "installing the package and TensorFlow into .venv (once, some minutes)"
    "$VENV_PYTHON" -m pip install --quiet --disable-pip-version-check -e ".${1:-}" ||
        fail "the installation failed, see above; the same command goes on"
    touch "$ready"
}

train_all() {
    local cells runs cell started
    cells="$("$VENV_PYTHON" -c 'from tf1_rnn.graphs import GRAPHS; print(*GRAPHS)')"
    runs="runs/$(date +%Y%m%d-%H%M%S)"
    mkdir -p "$runs"
    for cell in $cells; do
        echo
        echo "== $cell"
        started=$SECONDS
        "$VENV_PYTHON" -m tf1_rnn.main --cell="$cell" --model_dir="$runs/$cell" "$@"
        echo $((SECONDS - started)) > "$runs/$cell/seconds"
    done
    echo
    "$VENV_PYTHON" - "$runs" $cells <<'PYTHON' | tee "$runs/results.md"
import json
import pathlib
import sys

runs = pathlib.Path(sys.argv[1])
print("| cell | loop | parameters | test accuracy | test loss | seconds |")
print("| --- | --- | ---: | ---: | ---: | ---: |")
for cell in sys.argv[2:]:
    metrics = json.loads((runs / cell / "metrics.json").read_text())
    print(f"| {cell} | {metrics['configuration']['rnn']} | {metrics['parameters']:,} "
          f"| {metrics['test_accuracy']:.4f} | {metrics['test_loss']:.4f} "
          f"| {(runs / cell / 'seconds').read_text().strip()} |")
PYTHON
    echo
    echo "kept in $runs: results.md, and a folder for each graph"
}

if [ "${1:-}" = test ]; then
    shift
    install "[test]"
    exec "$VENV_PYTHON" -m pytest -n auto --dist worksteal "$@"
fi
install
train_all "$@"
