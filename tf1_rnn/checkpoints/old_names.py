"""Names of cells' variables before TensorFlow 1.2, and their current names.

What is `kernel` and `bias` since then was `weights` and `biases`, and in the attention decoder of
1.0 still `Matrix` and `Bias`. TensorFlow 1.15 carried these very pairs, in
`contrib.rnn.python.tools.checkpoint_convert`. Before 1.0 the scopes had the names of classes, as in
`RNN/MultiRNNCell/Cell0/BasicLSTMCell/Linear/Matrix`. Needs no TensorFlow.
"""

import re

# The scopes whose `weights` became `kernel` and whose `biases` became `bias`.
_SCOPES = (
    "basic_rnn_cell",
    "gru_cell",
    "gru_cell/gates",
    "gru_cell/candidate",
    "basic_lstm_cell",
    "lstm_cell",
    "lstm_cell/projection",
    "output_projection_wrapper",
    "input_projection_wrapper",
    "lstm_block_wrapper",
    "layer_norm_basic_lstm_cell",
    "ugrnn_cell",
    "intersection_rnn_cell",
    "intersection_rnn_cell/in_projection",
    "phased_lstm_cell/mask_gates",
    "phased_lstm_cell/new_input",
    "phased_lstm_cell/output_gate",
    "attention_cell_wrapper",
    "attention_cell_wrapper/attn_output_projection",
    "attention_cell_wrapper/attention",
    "attention_decoder",
    "attention_decoder/Attention_0",
    "attention_decoder/AttnOutputProjection",
)

REPLACEMENTS = {
    f"{scope}/{old}": f"{scope}/{new}"
    for scope in _SCOPES
    for old, new in (("weights", "kernel"), ("biases", "bias"))
}
REPLACEMENTS.update(
    {
        "nas_rnn/weights": "nas_rnn/kernel",
        "nas_rnn/recurrent_weights": "nas_rnn/recurrent_kernel",
        "attention_decoder/Attention_0/Linear/Bias": "attention_decoder/Attention_0/bias",
        "attention_decoder/Attention_0/Linear/Matrix": "attention_decoder/Attention_0/kernel",
        "attention_decoder/AttnOutputProjection/Linear/Bias": (
            "attention_decoder/AttnOutputProjection/bias"
        ),
        "attention_decoder/AttnOutputProjection/Linear/Matrix": (
            "attention_decoder/AttnOutputProjection/kernel"
        ),
        "attention_decoder/LSTMCell/B": "attention_decoder/lstm_cell/bias",
        "attention_decoder/LSTMCell/W_0": "attention_decoder/lstm_cell/kernel",
        "attention_decoder/Linear/Bias": "attention_decoder/bias",
        "attention_decoder/Linear/Matrix": "attention_decoder/kernel",
    }
)


def renamed(name):
    """Return a variable's current name, which is the same unless it is an old one.

    `model/rnn/lstm_cell/weights/Adam` is `model/rnn/lstm_cell/kernel/Adam`: what is before and
    behind a pair's part stays. The part begins behind a slash, which 1.15.5 did not ask for: it
    took the `biases` of a `conv_lstm_cell`, which are right, for those of an `lstm_cell`.
    """
    for old, new in REPLACEMENTS.items():
        if "/" + old in "/" + name:
            return ("/" + name).replace("/" + old, "/" + new)[1:]
    return name


# Scopes before 1.0, and theirs since.
_SCOPES_BEFORE_1_0 = {
    "RNN": "rnn",
    "BiRNN": "bidirectional_rnn",
    "BiRNN_FW": "bidirectional_rnn/fw",
    "BiRNN_BW": "bidirectional_rnn/bw",
    "FW": "fw",
    "BW": "bw",
    "MultiRNNCell": "multi_rnn_cell",
}
_CELLS_BEFORE_1_0 = {
    "BasicRNNCell": "basic_rnn_cell",
    "BasicLSTMCell": "basic_lstm_cell",
    "LSTMCell": "lstm_cell",
    "GRUCell": "gru_cell",
    "InputProjectionWrapper": "input_projection_wrapper",
    "OutputProjectionWrapper": "output_projection_wrapper",
    "EmbeddingWrapper": "embedding_wrapper",
}
# A cell's own variables before 1.0. LSTMCell's were always shards, if only one.
_LEAVES_BEFORE_1_0 = (
    (r"Linear/Matrix", "kernel"),
    (r"Linear/Bias", "bias"),
    (r"Gates/Linear/Matrix", "gates/kernel"),
    (r"Gates/Linear/Bias", "gates/bias"),
    (r"Candidate/Linear/Matrix", "candidate/kernel"),
    (r"Candidate/Linear/Bias", "candidate/bias"),
    (r"W_(\d+)", r"kernel/part_\1"),
    (r"B", "bias"),
    (r"W_F_diag", "w_f_diag"),
    (r"W_I_diag", "w_i_diag"),
    (r"W_O_diag", "w_o_diag"),
    (r"W_P_(\d+)", r"projection/kernel/part_\1"),
    (r"embedding", "embedding"),
)
_BEFORE_1_0 = re.compile(
    r"(?P<scopes>(?:.*/)?)(?P<cell>{})(?P<number>_\d+)?/(?P<leaf>{})(?P<slot>/.*)?".format(
        "|".join(_CELLS_BEFORE_1_0), "|".join(leaf for leaf, _ in _LEAVES_BEFORE_1_0)
    )
)


def of_today(name):
    """Return the current name of a variable from before TensorFlow 1.2 or before 1.0."""
    old = _BEFORE_1_0.fullmatch(name)
    if not old:
        return renamed(name)
    scopes = [_scope_of_today(part) for part in old["scopes"].split("/")[:-1]]
    cell = _CELLS_BEFORE_1_0[old["cell"]] + (old["number"] or "")
    leaf = next(
        re.sub(pattern, new, old["leaf"])
        for pattern, new in _LEAVES_BEFORE_1_0
        if re.fullmatch(pattern, old["leaf"])
    )
    return "/".join([*scopes, cell, leaf]) + (old["slot"] or "")


def _scope_of_today(part):
    part = re.sub(r"^Cell(\d+)$", r"cell_\1", part)
    return {**_SCOPES_BEFORE_1_0, **_CELLS_BEFORE_1_0}.get(part, part)
