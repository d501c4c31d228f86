"""What a run says: the lines `data`, `graph`, `device`, `train`, `model`, `result`, `kept`.

Text alone; `session` decides when each is said.
"""

from tf1_rnn.graphs import GRAPHS
from tf1_rnn.trainer import measures
from tf1_rnn.trainer.flags import show


def start(plan, devices, parameters, notes):
    """Return the lines on what is about to be done, on what.

    Args:
        plan: the `Plan`.
        devices: names of the devices, TensorFlow's version included.
        parameters: how many trainable numbers the graph has.
        notes: what restoring the checkpoint found out.
    """
    lines = [*data(plan), graph(plan, parameters), f"device  {devices}"]
    if plan.settings.training:
        lines.append(train(plan.configuration))
    if plan.checkpoint:
        lines.append(f"model   {plan.checkpoint}")
    return [*lines, *(_more(note) for note in notes)]


def data(plan):
    """Return the lines on the data: how many, of what shape, and what was noticed."""
    dataset = plan.dataset
    splits = [
        f"{len(split):,} {name}"
        for name, split in (("training", dataset.train), ("test", dataset.test))
        if split
    ]
    kind = "frames" if plan.cell == "conv_lstm" else "steps"
    shape = " x ".join(map(str, dataset.step_shape))
    varying = "" if dataset.test.lengths is None else " at most, by each sequence's length"
    lines = [
        f"data    {plan.settings.data or dataset.name}: {' and '.join(splits)} sequences of "
        f"{dataset.time_steps} {kind} of {shape}{varying}; {_labels(plan)}"
    ]
    lines += [_more(note) for note in dataset.notes]
    if dataset.out_of_scale:
        lines.append(_more("--standardize may learn better from values of such a scale"))
    return lines


def _labels(plan):
    """Return what is to be learned, in words."""
    if plan.dataset.target == "number":
        return f"{plan.n_classes} numbers each" if plan.n_classes > 1 else "a number each"
    return f"{plan.n_classes} classes" + (
        ", one a step" if plan.dataset.target == "step classes" else ""
    )


def graph(plan, parameters):
    """Return the line on the graph and its options."""
    options = ", ".join(
        f"{name}={show(plan.configuration[name])}" for name in GRAPHS[plan.cell].options
    )
    fast = ", fast" if plan.settings.fast else ""
    return f"graph   {plan.cell}: {options}{fast}; {parameters:,} parameters"


def train(configuration):
    """Return the line on how the run trains."""
    return (
        f"train   Adam, learning rate {configuration['learning_rate']}, batches of "
        f"{configuration['batch_size']}, {configuration['epochs']} epochs, seed "
        f"{configuration['seed']}"
    )


def trained(row, seconds):
    """Return the line on the numbers of the last epoch, a row of the history."""
    train_loss = "" if row["train_loss"] is None else f", train loss {row['train_loss']:.4f}"
    return (
        f"result  {_measure(row, 4)}, test loss {row['test_loss']:.4f}"
        f"{train_loss}; {row['epoch']} epochs, {row['step']:,} steps, {seconds:.1f} s"
    )


def evaluated(numbers):
    """Return the line on the numbers of a trained model."""
    return f"result  {_measure(numbers, 6)}, test loss {numbers['test_loss']:.6f}"


def _measure(row, digits):
    name, value = measures.of_row(row)
    return f"test {measures.WORDS[name]} {value:.{digits}f}"


def predicted(count, path):
    """Return the line on a file of predictions."""
    return f"result  {count} predictions in {path}"


def kept(model_dir):
    """Return the line on what was kept where."""
    if model_dir:
        return f"kept    in {model_dir.path}: metrics.json, history.csv, checkpoints"
    return "kept    nowhere; --model_dir=FOLDER keeps the model and its numbers"


def _more(text):
    """Return a line that goes on from the one above it."""
    return f"        {text}"
