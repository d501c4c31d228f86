"""What a run prints: the lines `data`, `graph`, `device`, `train`, `model`, `result`, `kept`.

Only text; `session` decides when each line is printed.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import TYPE_CHECKING

from tf1_rnn.graphs import GRAPHS
from tf1_rnn.trainer import measures
from tf1_rnn.trainer.flags import FLAGS, show
from tf1_rnn.wording import counted

if TYPE_CHECKING:
    from tf1_rnn.trainer.model_dir import ModelDir
    from tf1_rnn.trainer.plan import Plan

MANY_STEPS = 200  # from which an unrolled graph takes longer to build than one waits for
TRICKS = {
    "dropout": "dropout",
    "clip_norm": "gradients clipped to",
    "decay": "decay",
    "class_weights": "class weights",
}


def start(plan: Plan, devices: str, parameters: int, notes: Iterable[str]) -> list[str]:
    """Return the lines on what is about to be done, on what.

    Args:
        plan: the `Plan`.
        devices: names of the devices, TensorFlow's version included.
        parameters: how many trainable numbers the graph has.
        notes: what restoring the checkpoint found out.
    """
    lines = [*data(plan), graph(plan, parameters), f"device  {devices}"]
    if plan.settings.training:
        lines += train(plan)
    if plan.checkpoint:
        lines.append(f"model   {plan.checkpoint}")
    return [*lines, *(_more(note) for note in notes)]


def data(plan: Plan) -> list[str]:
    """Return the lines on the data: how many, of what shape, and what was noticed."""
    dataset = plan.dataset
    kind = "frame" if GRAPHS[plan.cell].takes_frames else "step"
    shape = " x ".join(map(str, dataset.step_shape))
    up_to = "" if dataset.test.lengths is None else "up to "
    lines = [
        f"data    {plan.settings.data or dataset.name}: {_sequences(plan)} of "
        f"{up_to}{counted(dataset.time_steps, kind)} of {shape}; {_labels(plan)}"
    ]
    lines += [_more(note) for note in dataset.notes]
    if dataset.out_of_scale:
        lines.append(_more("features are badly scaled for training; --standardize may help"))
    return lines


def _sequences(plan):
    """Return how many sequences each part has, in words."""
    dataset = plan.dataset
    if plan.settings.mode == "predict" and dataset.is_whole:
        return counted(len(dataset.test), "sequence")
    parts = [("training", dataset.train), ("validation", dataset.valid)]
    before = [f"{len(split):,} {name}" for name, split in parts if split]
    return _and([*before, counted(len(dataset.test), "sequence", "test")])


def _labels(plan):
    """Return what is to be learned, in words."""
    if plan.dataset.target == "number":
        numbers = counted(plan.n_classes, "number") if plan.n_classes > 1 else "a number"
        return f"{numbers} to predict"
    return counted(plan.n_classes, "class") + (
        ", one for each step" if plan.dataset.target == "step classes" else ""
    )


def graph(plan: Plan, parameters: int) -> str:
    """Return the line on the graph and its options."""
    options = ", ".join(
        f"{name}={show(plan.configuration[name])}" for name in GRAPHS[plan.cell].options
    )
    fast = ", fast" if plan.settings.fast else ""
    return f"graph   {plan.cell}: {options}{fast}; {counted(parameters, 'parameter')}"


def slow_to_build(plan: Plan) -> str | None:
    """Return the line on a graph that takes long to build, before it is built, or None."""
    steps = plan.dataset.time_steps
    if plan.configuration["rnn"] != "static" or plan.settings.fast or steps < MANY_STEPS:
        return None
    return (
        f"graph   unrolled over {steps:,} time steps, building it takes about {steps / 20:,.0f} s; "
        "--rnn=dynamic or --fast avoids this"
    )


def train(plan: Plan) -> list[str]:
    """Return the lines on how the run trains, and which epoch it keeps."""
    choices = plan.configuration
    more = "".join(
        f", {words} {show(choices[name])}"
        for name, words in TRICKS.items()
        if choices[name] != FLAGS[name].default
    )
    lines = [
        f"train   Adam, learning rate {choices['learning_rate']}, batches of "
        f"{choices['batch_size']}, {counted(choices['epochs'], 'epoch')}, "
        f"seed {choices['seed']}{more}"
    ]
    if not plan.dataset.valid:
        return [*lines, _more("no validation set: the last epoch is kept")]
    patience = choices["patience"]
    until = (
        f"; training stops after {counted(patience, 'epoch')} without a lower one"
        if patience
        else ""
    )
    return [*lines, _more(f"the epoch with the lowest validation loss is kept{until}")]


def trained(metrics: dict, seconds: float) -> str:
    """Return the line on the numbers of a run, as `choosing.metrics` gives them."""
    by = "chosen by validation loss" if metrics["chosen_by"] else "the last"
    return (
        f"result  {_measure(metrics, 4)}, test loss {metrics['test_loss']:.4f}; epoch "
        f"{metrics['chosen_epoch']} of {metrics['epochs']}, {by}; "
        f"{counted(metrics['steps'], 'step')}, {seconds:.1f} s"
    )


def evaluated(numbers: dict) -> str:
    """Return the line on the numbers of a trained model."""
    return f"result  {_measure(numbers, 6)}, test loss {numbers['test_loss']:.6f}"


def _measure(numbers, digits):
    word, value = measures.of_row(numbers, "test") or ("loss", numbers["test_loss"])
    return f"test {word} {value:.{digits}f}"


def predicted(count: int, path: str) -> str:
    """Return the line on a file of predictions, of so many sequences."""
    return f"result  predictions for {counted(count, 'sequence')} in {path}"


def without_report() -> str:
    """Return the line on a report that could not be made."""
    return "report  not written, it needs matplotlib: pip install 'tf1_rnn[report]'"


def kept(model_dir: ModelDir | None) -> str:
    """Return the line on what was kept where."""
    if model_dir:
        page = "report.html, " if os.path.exists(model_dir.join("report.html")) else ""
        return f"kept    in {model_dir.path}: {page}metrics.json, history.csv, checkpoints"
    return "kept    nothing; --model_dir=FOLDER keeps the model and its results"


def _and(words):
    """Return words as a list in a sentence."""
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1]]))


def _more(text):
    """Return a line that continues the one above it."""
    return f"        {text}"
