"""The tutorial's `gru` in PyTorch: python torch_gru.py TRACE.npz OUT.npz.

torch.nn.GRU applies the reset gate after the matrix product and cannot hold these weights.
"""

import sys

import numpy as np
import torch


class GRU(torch.nn.Module):
    """TensorFlow 1's GRU over x [batch, time, D]; gives outputs and the last h."""

    def __init__(self, weights):
        super().__init__()
        self.weights = torch.nn.ParameterDict(weights)

    def forward(self, x):
        """Run over all time steps from a zero state."""
        w = self.weights
        h = x.new_zeros(x.shape[0], w["candidate_bias"].shape[0])
        outputs = []
        for x_t in x.unbind(1):
            gates = torch.cat([x_t, h], 1) @ w["gates_kernel"] + w["gates_bias"]
            r, u = torch.sigmoid(gates).chunk(2, 1)
            c = torch.tanh(torch.cat([x_t, r * h], 1) @ w["candidate_kernel"] + w["candidate_bias"])
            h = u * h + (1 - u) * c
            outputs.append(h)
        return torch.stack(outputs, 1), h


def mean_square(t):
    """One term of the traces' loss."""
    return torch.mean((t - ((torch.arange(t.numel()) % 7 - 3) / 4).reshape(t.shape)) ** 2)


def main(trace_file, out_file):
    """Compute the trace's outputs, final state, loss and gradients."""
    trace = np.load(trace_file)
    scope = "variable/rnn/gru_cell/"
    layer = GRU(
        {
            name[len(scope) :].replace("/", "_"): torch.tensor(trace[name])
            for name in trace.files
            if name.startswith(scope)
        }
    )
    x = torch.tensor(trace["input/x"], requires_grad=True)
    outputs, h = layer(x)
    found = {"outputs": outputs, "final_state": h}
    found["loss"] = mean_square(outputs) + mean_square(h)
    found["loss"].backward()
    found["gradient/input/x"] = x.grad
    for name, parameter in layer.weights.items():
        found["gradient/" + scope + name.replace("_", "/")] = parameter.grad
    np.savez(out_file, **{name: tensor.detach().numpy() for name, tensor in found.items()})


if __name__ == "__main__":
    main(*sys.argv[1:])
