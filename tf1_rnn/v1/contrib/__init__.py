"""`tf.contrib` of TensorFlow 1.x, as far as recurrent networks need it."""

import typing as _typing

from .. import _lazy

_lazy.forward(__name__)

if _typing.TYPE_CHECKING:  # for editors; `_lazy` finds these names at run time
    from . import (  # noqa: F401
        crf,
        cudnn_rnn,
        data,
        distributions,
        estimator,
        feature_column,
        framework,
        grid_rnn,
        layers,
        learn,
        legacy_seq2seq,
        lookup,
        losses,
        metrics,
        opt,
        predictor,
        recurrent,
        rnn,
        seq2seq,
        slim,
        tensorboard,
        testing,
        training,
        util,
    )
