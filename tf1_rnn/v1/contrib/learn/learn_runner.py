"""`tf.contrib.learn.learn_runner` of TensorFlow 1.x: runs an `Experiment`."""

from ... import _lazy
from ._experiment import Experiment


def run(experiment_fn, output_dir=None, schedule=None, run_config=None, hparams=None):
    """Make an experiment, run it, and return what its run returns.

    Args:
        experiment_fn: a function of a folder, or of a `RunConfig` and of parameters.
        output_dir: the folder, or
        run_config: the `RunConfig`, which names one.
        schedule: the name of the experiment's method; by default "train_and_evaluate".
        hparams: the parameters.

    Raises:
        ValueError: there is no folder, or the experiment has no such method.
        TypeError: the function makes no `Experiment`.
    """
    if output_dir is not None and run_config is not None:
        raise ValueError("Cannot provide both `output_dir` and `run_config`")
    if output_dir is None and run_config is None:
        raise ValueError("Must set value for `output_dir` or `run_config`")
    if not callable(experiment_fn):
        raise TypeError(f'Experiment builder "{experiment_fn}" is not callable.')
    if run_config is None:
        experiment = experiment_fn(output_dir)
    else:
        if not run_config.model_dir:
            raise ValueError("Must specify a model directory `model_dir` in `run_config`.")
        experiment = experiment_fn(run_config, hparams)
    if not isinstance(experiment, Experiment):
        raise TypeError(f'Experiment builder "{experiment_fn}" is not callable.')
    schedule = schedule or "train_and_evaluate"
    if not callable(getattr(experiment, schedule, None)):
        raise ValueError(f"Schedule references non-existent task {schedule}")
    return getattr(experiment, schedule)()


_lazy.forward(__name__)
