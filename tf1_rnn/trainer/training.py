"""Train a model epoch after epoch: the batches of each, their losses, and its validation."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from tf1_rnn.errors import RunError
from tf1_rnn.trainer import choosing, scoring

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
    ) -> None:
        """Train nothing yet.

        Args:
            plan: the `Plan`.
            session: the session of the model, its variables initialised or restored.
            model: the `Classifier`.
            best: a `Best` that takes the best epoch's variables; None without a validation set.
            keeper: a `Keeper` of every epoch, or None.
        """
        self._plan, self._best, self.keeper = plan, best, keeper
        self._scorer = scoring.Scorer(session, model, plan)
        fed, self._more = [*model.inputs, model.y], []
        if model.keep_prob is not None:
            fed, self._more = [*fed, model.keep_prob], [1 - plan.configuration["dropout"]]
        self._train = session.make_callable([model.train_op, model.loss], fed)
        # The last step of an epoch also tells how it was trained.
        self._measured = {
            "learning_rate": model.learning_rate,
            "gradient_norm": model.gradient_norm,
        }
        self._train_measured = session.make_callable(
            [model.train_op, model.loss, *self._measured.values()], fed
        )
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
        losses, count, confusion = 0.0, 0, None
        if self.keeper and step % self._plan.steps_per_epoch:
            losses, count = self.keeper.unfinished
            progress.resume(count)
        for batch in self._batches(epoch, step):
            step += 1
            is_last = step % self._plan.steps_per_epoch == 0
            train = self._train_measured if is_last else self._train
            _, loss, *more = train(*scoring.fed(batch, self._plan), *self._more)
            self._check_finite(loss, "training", epoch, step)
            losses += float(loss) * len(batch)
            count += len(batch)
            progress.step(len(batch), loss)
            if self.keeper and not is_last:
                self.keeper.keep_inside(step, losses, count)
        row = {"step": step, "train_loss": losses / count}
        if self._plan.dataset.valid:
            numbers, confusion = self._scorer.numbers_and_confusion(
                "valid", self._plan.class_weights
            )
            row.update(numbers)
            self._check_finite(row["valid_loss"], "validation", epoch, step)
        more = {name: float(n) for name, n in zip(self._measured, more, strict=True)}
        return row, more, confusion

    def _batches(self, epoch, step):
        """Return the batches of an epoch that are not done before a step."""
        choices, done = self._plan.configuration, step % self._plan.steps_per_epoch
        train = self._plan.dataset.train_set
        return train.batches(choices["batch_size"], choices["seed"], epoch, done)

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
