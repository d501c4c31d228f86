#!/usr/bin/env bash
# Makes .oracle/: a Python 3.7 with TensorFlow 1.15.5, which everything here is compared with.
#
#   tools/make_oracle.sh            make it, or do nothing if it is already there and works
#   PYTHON37=/path/to/python tools/make_oracle.sh
#
# Exit codes: 0 made (or already there), 3 no Python 3.7 on this machine, 1 anything else.
set -euo pipefail
cd "$(dirname "$0")/.."

packages=('tensorflow==1.15.5' 'protobuf<3.21' 'numpy<1.19' 'h5py<3')

is_37() { [ -x "$1" ] && "$1" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 7))' 2>/dev/null; }

works() {
  is_37 "$1" && [ "$("$1" -W ignore -c 'import tensorflow; print(tensorflow.__version__)' \
    2>/dev/null | tail -n 1)" = 1.15.5 ]
}

find_37() {
  if [ -n "${PYTHON37:-}" ]; then
    is_37 "$PYTHON37" && echo "$PYTHON37"
    return
  fi
  local candidate versions
  versions="$(pyenv root 2>/dev/null || echo "${PYENV_ROOT:-$HOME/.pyenv}")/versions"
  for candidate in "$(command -v python3.7 || true)" "$versions"/3.7.*/bin/python; do
    # A pyenv shim named python3.7 exists even where it cannot run: only one that answers counts.
    if is_37 "$candidate"; then echo "$candidate"; return; fi
  done
}

if works .oracle/bin/python; then
  echo "The oracle exists: .oracle/bin/python has TensorFlow 1.15.5."
  exit 0
fi

python37="$(find_37 || true)"
if [ -z "$python37" ]; then
  if [ -n "${PYTHON37:-}" ]; then
    echo "PYTHON37=$PYTHON37 is not a Python 3.7 that runs." >&2
  else
    echo "No Python 3.7 here (looked for python3.7 on PATH and in pyenv's versions)." >&2
  fi
  echo "TensorFlow 1.15.5 needs one, so the live comparison is skipped; the recorded traces" \
    "are still checked. Install one ('pyenv install 3.7') or set PYTHON37=/path/to/python." >&2
  exit 3
fi

echo "Making .oracle/ with $python37 ..."
rm -rf .oracle
"$python37" -m venv .oracle
.oracle/bin/python -m pip install --quiet --disable-pip-version-check --upgrade 'pip<24.1'
.oracle/bin/python -m pip install --quiet --disable-pip-version-check "${packages[@]}"
if ! works .oracle/bin/python; then
  echo "The packages are installed, but TensorFlow 1.15.5 does not import:" >&2
  .oracle/bin/python -c 'import tensorflow' >&2 || true
  exit 1
fi
echo "Made: .oracle/bin/python has TensorFlow 1.15.5."
