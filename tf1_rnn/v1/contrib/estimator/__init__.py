"""`tf.contrib.estimator` of TensorFlow 1.x: its recurrent estimators, and their parts."""

from ... import _lazy
from ...estimator import add_metrics  # noqa: F401
from ...estimator import experimental as _experimental
from ...estimator.experimental import (  # noqa: F401
    build_raw_supervised_input_receiver_fn,
    call_logit_fn,
)
from ._clipping import clip_gradients_by_norm  # noqa: F401
from ._forwarding import forward_features  # noqa: F401
from ._heads import (  # noqa: F401
    binary_classification_head,
    logistic_regression_head,
    multi_class_head,
    poisson_regression_head,
    regression_head,
)
from ._multi_head import multi_head  # noqa: F401
from ._multi_label_head import multi_label_head  # noqa: F401
from ._rnn import RNNClassifier, RNNEstimator  # noqa: F401


def export_saved_model_for_mode(
    estimator,
    export_dir_base,
    input_receiver_fn,
    assets_extra=None,
    as_text=False,
    checkpoint_path=None,
    mode="infer",
):
    """Write a SavedModel of one mode; return its folder, as bytes.

    Args:
        estimator: the `Estimator`.
        export_dir_base: the folder of the new folder.
        input_receiver_fn: makes the receiver of the mode.
        assets_extra: a dict from paths within `assets.extra` to files that are copied there.
        as_text: write the graph as text.
        checkpoint_path: the checkpoint, by default the folder's last one.
        mode: one of `ModeKeys`.
    """
    return estimator.experimental_export_all_saved_models(
        export_dir_base, {mode: input_receiver_fn}, assets_extra, as_text, checkpoint_path
    )


def export_all_saved_models(
    estimator,
    export_dir_base,
    input_receiver_fn_map,
    assets_extra=None,
    as_text=False,
    checkpoint_path=None,
):
    """Write a SavedModel of several modes; return its folder, as bytes.

    Args:
        estimator: the `Estimator`.
        export_dir_base: the folder of the new folder.
        input_receiver_fn_map: dict from modes to functions that make receivers.
        assets_extra: a dict from paths within `assets.extra` to files that are copied there.
        as_text: write the graph as text.
        checkpoint_path: the checkpoint, by default the folder's last one.
    """
    return estimator.experimental_export_all_saved_models(
        export_dir_base, input_receiver_fn_map, assets_extra, as_text, checkpoint_path
    )


# What was here until 1.14: hooks that stop a training or evaluate within it.
_lazy.forward(__name__, _experimental)
