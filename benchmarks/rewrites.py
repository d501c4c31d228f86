"""Times the six graphs without TensorFlow's remapper and without oneDNN, against both.

    python benchmarks/rewrites.py                  # the tutorial's sizes: about five minutes

The engines take turns, as in `run.py`; each number is the median of the ratios of the rounds.
"""

import argparse
import os
import statistics

import run

ROUNDS, ROUND_MS, LONGEST = 7, 120, 30
# Environment variables, by what is said of an engine.
KINDS = {
    "both": {"ALL_REWRITES": "1"},
    "no remapper": {},
    "no oneDNN": {"ALL_REWRITES": "1", "TF_ENABLE_ONEDNN_OPTS": "0"},
}


def start(loop):
    """Return an engine of each kind, by its name."""
    engines = {}
    for kind, variables in KINDS.items():
        os.environ.update(variables)
        engines[kind] = run.Engine(loop)
        for name in variables:
            del os.environ[name]
    return engines


def ratios(case, engines):
    """Return the median over the rounds of each engine's time to that with both."""
    for engine in engines.values():
        engine.ask(case)
    times = {kind: [] for kind in engines}
    for _ in range(ROUNDS):
        for kind, engine in engines.items():
            first = engine.ask({"time": 1})["ms"][0]
            steps = min(LONGEST, 1 + int(ROUND_MS / first))
            times[kind].append(statistics.median(engine.ask({"time": steps})["ms"]))
    return {
        kind: statistics.median(a / b for a, b in zip(each, times["both"], strict=True))
        for kind, each in times.items()
    }


def main():
    """Print a row for each graph, in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", nargs="+", default=["tutorial"], choices=list(run.SIZES))
    parser.add_argument("--variants", nargs="+", default=list(run.GRAPHS), choices=list(run.GRAPHS))
    options = parser.parse_args()
    options.modes, options.growth = ["forward", "train"], []
    print("| graph | loops | no remapper | no oneDNN |\n| --- | --- | ---: | ---: |")
    for loop in ("plain", "fast"):
        engines = start(loop)
        for key, case in run.cases_of(options):
            row = ratios(case, engines)
            print(f"| {key} | {loop} | {row['no remapper']:.2f} | {row['no oneDNN']:.2f} |")
        run.close(engines)


if __name__ == "__main__":
    main()
