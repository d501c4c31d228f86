"""The tutorial's `bilstm` in PyTorch: python torch_bilstm.py TRACE.npz OUT.npz.

torch.nn.LSTM has no peepholes, so the recurrence is written out.
"""

import sys

import numpy as np
import torch


class PeepholeLSTM(torch.nn.Module):
    """TensorFlow 1's LSTMCell(use_peepholes=True) over x [batch, time, D]."""

    def __init__(self, weights, forget_bias=1.0):
        super().__init__()
        self.weights = torch.nn.ParameterDict(weights)
        self.forget_bias = forget_bias

    def forward(self, x):
        """Run over all time steps from a zero state; give outputs, c and h."""
        w = self.weights
        c = h = x.new_zeros(x.shape[0], w["w_i_diag"].shape[0])
        outputs = []
        for x_t in x.unbind(1):
            i, j, f, o = (torch.cat([x_t, h], 1) @ w["kernel"] + w["bias"]).chunk(4, 1)
            i = torch.sigmoid(i + w["w_i_diag"] * c)
            f = torch.sigmoid(f + self.forget_bias + w["w_f_diag"] * c)
            c = f * c + i * torch.tanh(j)
            h = torch.sigmoid(o + w["w_o_diag"] * c) * torch.tanh(c)  # o uses the new c
            outputs.append(h)
        return torch.stack(outputs, 1), c, h


def mean_square(t):
    """One term of the traces' loss."""
    return torch.mean((t - ((torch.arange(t.numel()) % 7 - 3) / 4).reshape(t.shape)) ** 2)


def main(trace_file, out_file):
    """Compute the trace's outputs, final states, loss and gradients."""
    trace = np.load(trace_file)
    x = torch.tensor(trace["input/x"], requires_grad=True)
    found, layers = {}, {}
    for way in ("fw", "bw"):
        scope = f"variable/bidirectional_rnn/{way}/lstm_cell/"
        layers[scope] = PeepholeLSTM(
            {
                name[len(scope) :]: torch.tensor(trace[name])
                for name in trace.files
                if name.startswith(scope)
            }
        )
        outputs, c, h = layers[scope](x if way == "fw" else x.flip(1))
        found["outputs/" + way] = outputs if way == "fw" else outputs.flip(1)
        found[f"final_state/{way}/c"], found[f"final_state/{way}/h"] = c, h
    found["loss"] = sum(map(mean_square, found.values()))
    found["loss"].backward()
    found["gradient/input/x"] = x.grad
    for scope, layer in layers.items():
        found.update(
            ("gradient/" + scope + name, parameter.grad)
            for name, parameter in layer.weights.items()
        )
    np.savez(out_file, **{name: tensor.detach().numpy() for name, tensor in found.items()})


if __name__ == "__main__":
    main(*sys.argv[1:])
