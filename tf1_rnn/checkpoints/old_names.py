"""The names of a cell's variables before TensorFlow 1.2, and those they have had since.

What is `kernel` and `bias` since then was `weights` and `biases`, and in the attention decoder of
1.0 still `Matrix` and `Bias`. TensorFlow 1.15 carried these very pairs, in
`contrib.rnn.python.tools.checkpoint_convert`. Needs no TensorFlow.
"""

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
    """Return a variable's name of today: the same one, unless it is an old name.

    `model/rnn/lstm_cell/weights/Adam` is `model/rnn/lstm_cell/kernel/Adam`: what is before and
    behind a pair's part stays. The part begins behind a slash, which 1.15.5 did not ask for: it
    took the `biases` of a `conv_lstm_cell`, which are right, for those of an `lstm_cell`.
    """
    for old, new in REPLACEMENTS.items():
        if "/" + old in "/" + name:
            return ("/" + name).replace("/" + old, "/" + new)[1:]
    return name
