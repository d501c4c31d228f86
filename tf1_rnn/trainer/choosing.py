"""Which epoch of a run is chosen, and when patience ends it. Both depend only on the history.

A run that was killed and resumed has the same history, and so chooses the same epoch and ends
with the same one. Needs neither TensorFlow nor NumPy.
"""

from __future__ import annotations


def chosen(rows: list[dict]) -> dict | None:
    """Return the row of a history that is kept for use: the best one, or the last.

    The best has the lowest validation loss, the first one of several. Without a validation set
    nothing is chosen: it is the last.

    Args:
        rows: the history, a dict for each epoch.

    Returns:
        One of the rows, or None where there are none.
    """
    return best_of(rows) if rows else None


def best_of(rows: list[dict]) -> dict:
    """Return what `chosen` does, of a history that has a row."""
    validated = [row for row in rows if "valid_loss" in row]
    return min(validated, key=lambda row: row["valid_loss"]) if validated else rows[-1]


def is_out_of_patience(rows: list[dict], patience: int | None) -> bool:
    """Return whether a run ends, for want of a lower validation loss in so many epochs.

    Args:
        rows: the history, a dict for each epoch.
        patience: a number of epochs, or None for a run that does not end that way.
    """
    best = chosen(rows)
    if patience is None or best is None or "valid_loss" not in rows[-1]:
        return False
    return rows[-1]["epoch"] - best["epoch"] >= patience


def metrics(rows: list[dict], epochs: int, steps: int, test: dict | None = None) -> dict:
    """Return a run's numbers as `metrics.json` has them: those of the chosen epoch.

    Args:
        rows: the history, a dict for each epoch; empty where the model was trained elsewhere.
        epochs: the epochs that the run has done.
        steps: the training steps that it has done.
        test: the chosen epoch's numbers of the test set, at the end of a run.
    """
    row = chosen(rows) or {"epoch": epochs, "step": steps, "train_loss": None}
    numbers = {name: value for name, value in row.items() if name not in ("epoch", "step")}
    return {
        **(test or {}),
        **numbers,
        "chosen_epoch": row["epoch"],
        "chosen_by": "valid_loss" if "valid_loss" in row else None,
        "epochs": epochs,
        "steps": steps,
    }
