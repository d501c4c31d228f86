"""Train a model epoch after epoch: the batches of each, their losses, and its validation."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from tf1_rnn.errors import RunError
from tf1_rnn.trainer import choosing, scoring
from tf1_rnn.trainer.steps import InTurn

if TYPE_CHECKING:
    import tensorflow.compat.v1 as tf

    from tf1_rnn.console import Console
    from tf1_rnn.trainer.best import Best
    from tf1_rnn.trainer.classifier import Classifier
    from tf1_rnn.trainer.keeper import Keeper
    from tf1_rnn.trainer.plan import Plan


class Training:
    """The epochs of one run.

    Attributes:
        rows: the history, a dict for each epoch, those before a resumption included.
        keeper: the `Keeper` of every epoch, or None.
    """

    def __init__(
        self,
        plan: Plan,
        session: tf.Session,
        model: Classifier,
        best: Best | None = None,
        keeper: Keeper | None = None,
        steps: InTurn | None = None,
    ) -> None:
        """Train nothing yet.

        Args:
            plan: the `Plan`.
            session: the session of the model, its variables initialised or restored.
            model: the `Classifier`.
            best: a `Best` that takes the best epoch's variables; None without a validation set.
            keeper: a `Keeper` of every epoch, or None.
            steps: how an epoch is gone through, with the methods of `steps.InTurn`, the default.
        """
        self._plan, self._best, self.keeper = plan, best, keeper
        self._scorer = scoring.Scorer(session, model, plan)
        self._steps = steps or InTurn(plan, session, model)
        self.rows, self._step = keeper.rows if keeper else [], 0

    def run(self, step: int, console: Console) -> None:
        """Train to the last epoch, or until patience runs out.

        Args:
            step: training steps that are done.
            console: a `Console` to show progress on.

        Raises:
            RunError: a loss is not finite.
        """
        plan = self._plan
        epochs, first = plan.configuration["epochs"], step // plan.steps_per_epoch
        self._step = step
        if first >= epochs or self._is_over(first):
            return
        with console.progress(first, epochs, len(plan.dataset.train_set)) as progress:
            for epoch in range(first, epochs):
                numbers, more, confusion = self._epoch(epoch, step, progress)
                row = {"epoch": epoch + 1, **numbers}
                self._step = step = row["step"]
                self.rows.append(row)
                if self._best and choosing.chosen(self.rows) is row:
                    self._best.take()
                is_over = self._is_over(epoch + 1)
                if self.keeper:
                    self.keeper.keep(more, confusion, last=is_over)
                progress.epoch(row)
                if is_over:
                    break

    def put_chosen_back(self) -> None:
        """Give the session the variables of the chosen epoch."""
        if self._best and self.rows:
            self._best.put_back()

    def metrics(self, test: dict) -> dict:
        """Return the numbers of the run and of the test, as `choosing.metrics` does."""
        epochs = self.rows[-1]["epoch"] if self.rows else self._plan.configuration["epochs"]
        return choosing.metrics(self.rows, epochs, self._step, test)

    def _is_over(self, done):
        """Return whether a run that has done so many epochs ends."""
        choices = self._plan.configuration
        return done == choices["epochs"] or choosing.is_out_of_patience(
            self.rows, choices["patience"]
        )

    def _epoch(self, epoch, step, progress):
        """Train what is left of an epoch, counted from 0.

        Returns:
            The rest of its row, the learning rate and the gradients' norm of its last step, and
            the confusion matrix of the validation set, or None.
        """
        losses, count, confusion, measured = 0.0, 0, None, {}
        done = step % self._plan.steps_per_epoch
        if self.keeper and done:
            losses, count = self.keeper.unfinished
            progress.resume(count)
        for one in self._steps.run(epoch, done, self._is_checkpoint_due):
            step += 1
            self._check_finite(one.loss, "training", epoch, step)
            losses += float(one.loss) * one.size
            count += one.size
            measured = one.measured or measured
            progress.step(one.size, one.loss)
            if self.keeper and one.settled and step % self._plan.steps_per_epoch:
                self.keeper.keep_inside(step, losses, count)
        row = {"step": step, "train_loss": losses / count}
        if self._plan.dataset.valid:
            numbers, confusion = self._scorer.numbers_and_confusion(
                "valid", self._plan.class_weights
            )
            row.update(numbers)
            self._check_finite(row["valid_loss"], "validation", epoch, step)
        return row, measured, confusion

    def _is_checkpoint_due(self):
        return self.keeper is not None and self.keeper.is_due()

    def _check_finite(self, loss, kind, epoch, step):
        if math.isfinite(loss):
            return
        kept = "; nothing was kept"
        if self.keeper:
            kept = f"; no epoch was finished, {self.keeper.path} holds no checkpoint of this run"
            if self.rows:
                kept = f"; the last good checkpoint is kept in {self.keeper.path}"
        raise RunError(
            f"the {kind} loss is {loss} at epoch {epoch + 1}, step {step}{kept}: try a "
            "smaller --learning_rate, or --standardize where the data's values are large"
        )
