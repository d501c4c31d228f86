"""Times how long the fast loops keep one waiting for the first training step, against plain ones.

    python benchmarks/first_step.py                # about five minutes

In processor time, each graph in a process of its own, by turns; medians. The processor time of a
process depends less on what else the machine does than the time that passes.
"""

import argparse
import statistics

import run

ROUNDS, LOOPS = 3, ("plain", "fast")


def measure(case):
    """Return for each of the loops the median seconds to the first step and peak of memory, MB."""
    answers = {loop: [] for loop in LOOPS}
    for _ in range(ROUNDS):
        for loop, found in answers.items():
            engine = run.Engine(loop)
            found.append(engine.ask(case))
            engine.close()
    return {
        loop: [statistics.median(a[key] for a in found) for key in ("first_step_cpu_s", "peak_mb")]
        for loop, found in answers.items()
    }


def main():
    """Print a row for each graph, in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", nargs="+", default=["tutorial"], choices=list(run.SIZES))
    graphs = ["basic_lstm", "lstm", "gru", "multi_lstm", "bilstm"]
    parser.add_argument("--variants", nargs="+", default=graphs, choices=graphs)
    options = parser.parse_args()
    options.modes, options.growth = ["train"], []
    print("| graph | plain, s | fast, s | fast / plain | memory, fast / plain |")
    print("| --- | ---: | ---: | ---: | ---: |")
    for key, case in run.cases_of(options):
        found = measure({**case, "rnn": "dynamic"})
        (plain, plain_mb), (fast, fast_mb) = (found[loop] for loop in LOOPS)
        ratios = f"{fast / plain:.2f} | {fast_mb / plain_mb:.2f}"
        print(f"| {key} | {plain:.2f} | {fast:.2f} | {ratios} |", flush=True)


if __name__ == "__main__":
    main()
