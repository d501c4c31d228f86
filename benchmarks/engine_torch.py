"""The graphs in PyTorch: `nn.LSTM`, `nn.GRU`, and a plain ConvLSTM; and only the products.

LSTMs are without peepholes, which PyTorch has not. Started by `run.py` as
`python engine_torch.py {torch|floor}`; see `worker.py`.
"""

import sys

import torch
import worker
from torch import nn

torch.set_num_threads(worker.THREADS)
DEVICE = "cuda" if worker.ON_GPU else "cpu"
torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = False


class ConvLSTM(nn.Module):
    """One convolution a step, then the gates."""

    def __init__(self, channels, units):
        super().__init__()
        self.units = units
        self.conv = nn.Conv2d(channels + units, 4 * units, 3, padding=1)

    def forward(self, x):
        """Run over `[batch, time, channels, height, width]`."""
        c = h = x.new_zeros(x.shape[0], self.units, *x.shape[3:])
        outputs = []
        for step in x.unbind(1):
            i, j, f, o = self.conv(torch.cat([step, h], 1)).chunk(4, 1)
            c = torch.sigmoid(f + 1) * c + torch.sigmoid(i) * torch.tanh(j)
            h = torch.sigmoid(o) * torch.tanh(c)
            outputs.append(h)
        return torch.stack(outputs, 1)


class Layers(nn.ModuleList):
    """Recurrent layers, one on top of the other."""

    def forward(self, x):
        """Run over `[batch, time, depth]`."""
        for layer in self:
            x = layer(x)[0]
        return x


def model_of(case):
    """Return the model of one of the six graphs."""
    depth, units = case["inputs"], case["units"]
    if case["variant"] == "conv_lstm":
        return ConvLSTM(1, units)
    if case["variant"] == "gru":
        return Layers([nn.GRU(depth, units, batch_first=True)])
    layers = [nn.LSTM(depth, units, batch_first=True, bidirectional=case["variant"] == "bilstm")]
    if case["variant"] == "multi_lstm":
        layers.append(nn.LSTM(units, units // 2, batch_first=True))
    return Layers(layers)


def build(case):
    """Return the function that runs one step of a case."""
    if sys.argv[1] == "floor":
        return floor(case)
    shape = worker.input_shape(case)
    if case["variant"] == "conv_lstm":
        shape = [*shape[:2], 1, *shape[2:4]]
    x, model = torch.randn(shape, device=DEVICE), model_of(case).to(DEVICE)
    optimizer = torch.optim.SGD(model.parameters(), 0.1)

    def forward():
        with torch.no_grad():
            model(x)

    def train():
        optimizer.zero_grad()
        model(x).square().mean().backward()
        optimizer.step()

    step = forward if case["mode"] == "forward" else train
    if not worker.ON_GPU:
        return step

    def finished():
        step()
        torch.cuda.synchronize()

    return finished


def floor(case):
    """Return the function that makes all the products of a step."""
    times = 1 if case["mode"] == "forward" else 3
    pairs = []
    for left, right in worker.products(case):
        if len(left) == 2:
            pairs.append((torch.mm, torch.randn(left), torch.randn(right)))
        else:
            order = [left[0], left[3], left[1], left[2]]
            pairs.append(
                (
                    lambda x, w: torch.conv2d(x, w, padding=1),
                    torch.randn(order),
                    torch.randn([right[3], right[2], *right[:2]]),
                )
            )

    def run():
        with torch.no_grad():
            for _ in range(case["steps"] * times):
                for product, left, right in pairs:
                    product(left, right)

    return run


worker.serve(build)
