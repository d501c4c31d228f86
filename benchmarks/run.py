"""Times the six graphs side by side: this project, TensorFlow 1.15.5, Keras 3, PyTorch.

    python benchmarks/run.py                       every graph, size and mode: about 15 minutes
    python benchmarks/run.py --variants lstm --sizes tutorial --modes train
    python benchmarks/run.py --growth              time, build time and memory against steps
    python benchmarks/run.py --gpu                 on the GPU of this machine
    python benchmarks/run.py --table               the table of what was measured so far

Each engine is a process of its own with two threads; they take turns, a few steps at a time, and
what is kept is the median. TensorFlow 1.15.5 needs its own Python, named by TF1_RNN_ORACLE.
The results go into a JSON file, one case after the other, and as a table onto the screen.
"""

import argparse
import datetime
import importlib.metadata
import json
import os
import pathlib
import platform
import statistics
import subprocess
import sys

from tf1_rnn.graphs import GRAPHS

HERE = pathlib.Path(__file__).resolve().parent
ORACLE = os.environ.get("TF1_RNN_ORACLE", str(HERE.parent / ".oracle" / "bin" / "python"))
ENGINES = {  # name: (Python, program, its argument)
    "plain": (sys.executable, "engine_tensorflow.py", "plain"),
    "fast": (sys.executable, "engine_tensorflow.py", "fast"),
    "loops": (sys.executable, "engine_tensorflow.py", "loops"),
    "1.15.5": (ORACLE, "engine_tensorflow.py", "1.15.5"),
    "keras loop": (sys.executable, "engine_keras.py", "loop"),
    "keras unrolled": (sys.executable, "engine_keras.py", "unrolled"),
    "keras jit": (sys.executable, "engine_keras.py", "jit"),
    "torch": (sys.executable, "engine_torch.py", "torch"),
    "floor of tensorflow": (sys.executable, "engine_tensorflow.py", "floor"),
    "floor of torch": (sys.executable, "engine_torch.py", "floor"),
}
# On a GPU "fast" is cuDNN where possible, "loops" only the fast loops; elsewhere they are the same.
ENGINES_ON_GPU = ["plain", "fast", "loops", "keras loop", "keras jit", "torch"]
# The columns of the table: the fastest of some engines.
COLUMNS = {
    "plain": ["plain"],
    "fast": ["fast"],
    "loops": ["loops"],
    "1.15.5": ["1.15.5"],
    "keras": ["keras loop", "keras unrolled", "keras jit"],
    "torch": ["torch"],
    "floor": ["floor of tensorflow", "floor of torch"],
}
SIZES = {  # steps, inputs, units, batch
    "small": (100, 16, 32, 16),
    "tutorial": (28, 28, 128, 128),
    "large": (50, 64, 512, 64),
}
CONV_SIZES = {"small": (8, 16, 32, 16), "tutorial": (8, 28, 32, 16)}
UNROLLED_AT_MOST = 50  # steps that Keras is asked to unroll: its graphs take minutes to build
# Several engines share the card; TensorFlow by itself takes all of its memory.
ON_GPU = {"BENCHMARK_ON_GPU": "1", "TF_FORCE_GPU_ALLOW_GROWTH": "true"}
ROUNDS, ROUND_MS, LONGEST = 5, 200, 30


class Engine:
    """A process that builds cases and times them, on the GPU or where there is none."""

    def __init__(self, name, gpu=False):
        python, program, argument = ENGINES[name]
        self._process = subprocess.Popen(
            [python, str(HERE / program), argument],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env={
                **os.environ,
                "TF_CPP_MIN_LOG_LEVEL": "3",
                "OMP_NUM_THREADS": "2",
                "PYTHONPATH": "" if argument == "1.15.5" else str(HERE.parent),
                **(ON_GPU if gpu else {"CUDA_VISIBLE_DEVICES": "-1"}),
            },
        )

    def ask(self, question):
        """Return the answer, or None when the process is gone."""
        try:
            self._process.stdin.write(json.dumps(question) + "\n")
            self._process.stdin.flush()
            answer = self._process.stdout.readline()
        except BrokenPipeError:
            return None
        return json.loads(answer) if answer else None

    def close(self):
        """End the process."""
        self._process.kill()
        self._process.wait()


def start(names, gpu=False):
    """Return the engines that are installed, `{name: Engine}`."""
    engines = {}
    for name in names:
        try:
            engines[name] = Engine(name, gpu)
        except FileNotFoundError as error:
            print(f"{name}: skipped, {error}")
    return engines


def close(engines):
    """End the processes."""
    for engine in engines.values():
        engine.close()


def measure(case, engines):
    """Return `{engine: {"ms": median, ...}}` for one case, the engines taking turns."""
    results = {}
    for name, engine in engines.items():
        if name == "keras unrolled" and case["steps"] > UNROLLED_AT_MOST:
            continue
        built = engine.ask(case)
        if built is None:
            print(f"  {name}: skipped, it is not installed or does not run this case")
            continue
        results[name] = {**built, "all": []}
    for _ in range(ROUNDS):
        for name, result in results.items():
            first = engines[name].ask({"time": 1})["ms"]
            answer = engines[name].ask({"time": min(LONGEST, 1 + int(ROUND_MS / first[0]))})
            result["all"] += answer["ms"]
            result["peak_mb"] = answer["peak_mb"]
    for result in results.values():
        result["ms"] = statistics.median(result.pop("all"))
    return results


def cases_of(options):
    """Yield `(key, case)` for what the command line asks for."""
    for variant in options.variants:
        for size, numbers in (CONV_SIZES if variant == "conv_lstm" else SIZES).items():
            for mode in options.modes:
                if size in options.sizes:
                    yield (
                        f"{variant}/{size}/{mode}",
                        dict(
                            zip(("steps", "inputs", "units", "batch"), numbers, strict=True),
                            variant=variant,
                            mode=mode,
                        ),
                    )
    for steps in options.growth:
        for rnn in ("dynamic", "static") if steps <= 400 else ("dynamic",):
            yield (
                f"growth/{rnn}/{steps}",
                {
                    "variant": "lstm",
                    "mode": "train",
                    "rnn": rnn,
                    "steps": steps,
                    "inputs": 28,
                    "units": 128,
                    "batch": 32,
                },
            )


def machine(gpu=False):
    """Return a line about the machine and the versions."""
    packages = []
    for package in ("tensorflow", "keras", "torch"):
        try:
            packages.append(f"{package} {importlib.metadata.version(package)}")
        except importlib.metadata.PackageNotFoundError:
            packages.append(f"no {package}")
    cpu = next(
        (
            line.split(":")[1].strip()
            for line in open("/proc/cpuinfo")
            if line.startswith("model name")
        ),
        platform.processor(),
    )
    if gpu:
        query = ["nvidia-smi", "--query-gpu=name,driver_version", "--format=csv,noheader"]
        card = subprocess.run(query, capture_output=True, text=True, check=True)
        cpu = f"{card.stdout.splitlines()[0]}, {cpu}"
    return (
        f"{cpu}, {os.cpu_count()} cores; Python {platform.python_version()}, "
        f"{', '.join(packages)}; {datetime.date.today()}"
    )


def row_of(results):
    """Return the milliseconds of each column, None where nothing was measured."""
    return {
        column: min((results[name]["ms"] for name in names if name in results), default=None)
        for column, names in COLUMNS.items()
    }


def table(results):
    """Return the table, in Markdown: milliseconds, then ratios, of what was measured."""
    rows = {
        key: row_of(result)
        for key, result in results.items()
        if not key.startswith(("growth", "machine"))
    }
    columns = [column for column in COLUMNS if any(row[column] for row in rows.values())]
    ratios = [
        ("plain", "1.15.5"),
        ("fast", "1.15.5"),
        ("fast", "plain"),
        ("fast", "loops"),
        ("fast", "keras"),
        ("fast", "torch"),
        ("fast", "floor"),
    ]
    if "1.15.5" in columns:
        ratios.remove(("fast", "plain"))
    ratios = [(a, b) for a, b in ratios if a in columns and b in columns]
    heads = ["graph, size, mode", *columns, *(f"{a} / {b}" for a, b in ratios)]
    lines = [f"| {' | '.join(heads)} |", "|" + " --- |" * len(heads)]
    for key, row in rows.items():
        cells = ["-" if row[column] is None else f"{row[column]:.3g}" for column in columns]
        cells += [f"{row[a] / row[b]:.2f}" if row[a] and row[b] else "-" for a, b in ratios]
        lines.append(f"| {key.replace('/', ', ')} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def growth_table(results):
    """Return the table of time, build time and memory against the number of steps."""
    lines = [
        "| loop, steps | engine | step, ms | ms per time step | build, s | "
        "to the first step, s | peak memory, MB |",
        "| --- | --- |" + " --- |" * 5,
    ]
    for key, result in results.items():
        if key.startswith("growth"):
            _, rnn, steps = key.split("/")
            lines += [
                f"| {rnn}, {steps} | {name} | {r['ms']:.1f} | {r['ms'] / int(steps):.3f} | "
                f"{r['build_s']:.2f} | {r['first_step_s']:.2f} | {r['peak_mb']:.0f} |"
                for name, r in result.items()
            ]
    return "\n".join(lines)


def main():
    """Measure what the command line asks for, and prints the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--variants", nargs="*", default=list(GRAPHS), choices=list(GRAPHS))
    parser.add_argument("--sizes", nargs="*", default=list(SIZES), choices=list(SIZES))
    parser.add_argument(
        "--modes", nargs="*", default=["train", "forward"], choices=["train", "forward"]
    )
    parser.add_argument("--engines", nargs="*", choices=list(ENGINES))
    parser.add_argument("--gpu", action="store_true", help="measure on the GPU of this machine")
    parser.add_argument("--growth", nargs="*", type=int, help="numbers of time steps")
    parser.add_argument("--table", action="store_true", help="measure nothing")
    parser.add_argument("--output", type=pathlib.Path, help="results.json, or gpu.json with --gpu")
    options = parser.parse_args()
    if options.engines is None:
        others = [name for name in ENGINES if name != "loops"]
        options.engines = ENGINES_ON_GPU if options.gpu else others
    if options.growth is not None:
        options.variants, options.growth = [], options.growth or [28, 100, 400, 1000]
        options.engines = [n for n in options.engines if n in ("plain", "fast", "1.15.5")]
    else:
        options.growth = []
    output = options.output or HERE / ("gpu.json" if options.gpu else "results.json")
    results = json.loads(output.read_text()) if output.exists() else {}
    cases = [] if options.table else list(cases_of(options))
    engines = start(options.engines, options.gpu) if cases else {}
    for key, case in cases:
        print(key, flush=True)
        if key.startswith("growth"):  # the peak of memory is that of a process
            close(engines)
            engines = start(options.engines, options.gpu)
        results.setdefault(key, {}).update(measure(case, engines))
        results["machine"] = machine(options.gpu)
        output.write_text(json.dumps(results, indent=1) + "\n")
    close(engines)
    print(results.get("machine", ""), table(results), growth_table(results), sep="\n\n")


if __name__ == "__main__":
    main()
