"""What a model predicts, as CSV. Needs NumPy alone.

One class a sequence: a row a sequence, the class and the probability of each. One class a step: a
row a step, counted from 0, of those that belong to the sequence. Numbers: a row a sequence.
Sequences that have names in their file are called by them in the first column.
"""

import csv
import io


def as_csv(dataset, found):
    """Return predictions of the test set as text.

    Args:
        dataset: the `Dataset`.
        found: probabilities `[n, n_classes]`, of steps `[n, time_steps, n_classes]`, or numbers
            `[n, outputs]`.
    """
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    ids = dataset.test.ids
    called = [[name] for name in ids] if ids else [[]] * len(found)
    head = ["sequence"] * bool(ids)
    if dataset.target == "number":
        several = [f"number_{i}" for i in range(found.shape[1])]
        table.writerow([*head, *(several if len(several) > 1 else ["number"])])
        table.writerows([*name, *row.tolist()] for name, row in zip(called, found, strict=True))
        return text.getvalue()
    classes = dataset.classes or range(found.shape[-1])
    columns = ["class", *(f"probability_{name}" for name in classes)]
    if dataset.target == "class":
        table.writerow([*head, *columns])
        rows = zip(called, found, strict=True)
    else:
        table.writerow([*(head or ["sequence"]), "step", *columns])
        rows = _of_steps(dataset.test, called, found)
    table.writerows([*name, classes[row.argmax()], *row.tolist()] for name, row in rows)
    return text.getvalue()


def _of_steps(split, called, found):
    """Yield the name and the probabilities of every valid step."""
    for i, (name, valid, rows) in enumerate(zip(called, split.is_valid(), found, strict=True)):
        for step, row in enumerate(rows[valid]):
            yield [*(name or [i]), step], row
