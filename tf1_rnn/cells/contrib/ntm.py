"""The neural Turing machine: a recurrent controller that reads and writes a memory.

Graves, Wayne and Danihelka, "Neural Turing machines", 2014, https://arxiv.org/abs/1410.5401; in
the form of Collier and Beel, "Implementing neural Turing machines", 2018,
https://arxiv.org/abs/1807.08518. The numbers of the equations are the first paper's.
"""

import collections

import tensorflow.compat.v1 as tf

from ..arguments import as_batch_size, as_size, known_depth
from ..hints import DTypeLike, ShapeLike, Size, State
from ..node_count import counted_as
from ..rnn_cell import LayerRNNCell, RNNCell
from ..wrappers import check_cell

NTMControllerState = collections.namedtuple(
    "NTMControllerState", ("controller_state", "read_vector_list", "w_list", "M", "time")
)


def address(
    k: tf.Tensor,
    beta: tf.Tensor,
    g: tf.Tensor,
    s: tf.Tensor,
    gamma: tf.Tensor,
    memory: tf.Tensor,
    w: tf.Tensor,
) -> tf.Tensor:
    """Return a head's weights over the memory, `[batch, N]`, in rows that sum to 1.

    Args:
        k: the content it searches for, `[batch, M]`.
        beta: how sharp the search is, `[batch, 1]`, not below 0.
        g: from 0, to stay where it was, to 1, to search for k: `[batch, 1]`.
        s: how much to move by 0, 1, ..., R, -R, ..., -1 places, `[batch, 2R+1]`, of sum 1.
        gamma: how sharp the result is, `[batch, 1]`, not below 1.
        memory: `[batch, N, M]`.
        w: its weights of the step before, `[batch, N]`.
    """
    lengths = tf.norm(memory, axis=2) * tf.norm(k, axis=1, keepdims=True)
    similarity = tf.linalg.matvec(memory, k) / (lengths + 1e-8)  # equation 6
    w_c = tf.nn.softmax(beta * similarity)  # equation 5
    w_g = g * w_c + (1.0 - g) * w  # equation 7
    reach = s.shape.as_list()[1] // 2
    moved = tf.add_n(  # equation 8; the negative places lie at the end of s
        [s[:, d, tf.newaxis] * tf.roll(w_g, d, axis=1) for d in range(-reach, reach + 1)]
    )
    sharp = tf.pow(moved, gamma)
    return sharp / tf.reduce_sum(sharp, axis=1, keepdims=True)  # equation 9


def read(w: tf.Tensor, memory: tf.Tensor) -> tf.Tensor:
    """Return the sum of `memory` `[batch, N, M]` weighted by `w` `[batch, N]`, equation 2."""
    return tf.linalg.matvec(memory, w, transpose_a=True)


def write(w: tf.Tensor, erase: tf.Tensor, add: tf.Tensor, memory: tf.Tensor) -> tf.Tensor:
    """Return the memory after one head has written to it, by equations 3 and 4.

    Args:
        w: where the head writes, `[batch, N]`.
        erase: how much to erase, `[batch, M]`, from 0 to 1.
        add: what to add, `[batch, M]`.
        memory: `[batch, N, M]`.
    """
    w = w[:, :, tf.newaxis]
    return memory * (1.0 - w * erase[:, tf.newaxis]) + w * add[:, tf.newaxis]


class NTMCell(LayerRNNCell):
    """The neural Turing machine.

        o, controller' = controller([x, r_1, r_2, ...], controller)
        p = clip(o W_p + b_p)                      (split among the heads, see below)
        w_i' = address(tanh(k_i), softplus(beta_i), sigmoid(g_i), softmax(s_i),
                       softplus(gamma_i) + 1, M, w_i)                 (for each head i)
        r_i' = w_i' M                                                 (for each reading head)
        M' = M*(1 - w_i' sigmoid(erase_i)) + w_i' tanh(add_i)         (by each writing head)
        output = clip([o, r_1', r_2', ...] W_o + b_o)

    The state is an `NTMControllerState` of the controller's state, the lists of all r (reading
    heads) and all w (first the reading, then the writing heads), the memory and the time. At
    time 0 these are ignored: the variables give their initial values.

    p holds, for each head, k, beta, g, s, gamma; then, for each writing head, erase and add.

    Variables, with D inputs, C outputs of the controller, N places of size M, R reading and S
    writing heads: `parameters_kernel [C, p]` and `parameters_bias [p]`, `output_kernel [C+R*M,
    output_dim]` and `output_bias`, `initial_read_vector_i [1, M]` (through tanh),
    `initial_address_weights_i [1, N]` (through softmax), `memory [N, M]` (starts at 1e-6). Those
    of the controller are in the same scope; `controller.variables` lists them.

    Args:
        controller: a cell.
        memory_size: N, at least 2*shift_range + 1.
        memory_vector_dim: M.
        read_head_num: R, at least 1.
        write_head_num: S, at least 1.
        shift_range: by how many places a head can move in a step.
        output_dim: size of the output; None for that of the inputs.
        clip_value: bound of the absolute values of p and of the output.
        dtype: type of the variables.
        name: the scope of the variables, by default `ntm_cell`.

    Raises:
        TypeError: `controller` is not a cell.
    """

    def __init__(
        self,
        controller: RNNCell,
        memory_size: int,
        memory_vector_dim: int,
        read_head_num: int,
        write_head_num: int,
        shift_range: int = 1,
        output_dim: int | None = None,
        clip_value: float = 20,
        dtype: DTypeLike = tf.float32,
        name: str | None = None,
    ) -> None:
        super().__init__(dtype=dtype, name=name)
        check_cell(controller)
        self.controller = controller
        self.memory_size = as_size(memory_size)
        self.memory_vector_dim = as_size(memory_vector_dim)
        self.read_head_num = read_head_num
        self.write_head_num = write_head_num
        self.clip_value = clip_value
        self.output_dim = as_size(output_dim)
        self.shift_range = shift_range
        self.num_parameters_per_head = self.memory_vector_dim + 2 * shift_range + 4
        self.num_heads = read_head_num + write_head_num
        of_heads = self.num_parameters_per_head * self.num_heads
        self.total_parameter_num = of_heads + 2 * self.memory_vector_dim * write_head_num

    @property
    def state_size(self) -> NTMControllerState:
        """`NTMControllerState` of sizes; the memory's is N*M."""
        return NTMControllerState(
            controller_state=self.controller.state_size,
            read_vector_list=[self.memory_vector_dim] * self.read_head_num,
            w_list=[self.memory_size] * self.num_heads,
            M=tf.TensorShape([self.memory_size * self.memory_vector_dim]),
            time=tf.TensorShape([]),
        )

    @property
    def output_size(self) -> Size:
        """The `output_dim` given, or, from the first call on, the number of inputs."""
        return self.output_dim

    def zero_state(self, batch_size: int | tf.Tensor, dtype: DTypeLike) -> State:
        """Return the state at time 0, with a memory `[batch, N, M]`; see RNNCell."""
        batch_size, places = as_batch_size(batch_size), self.memory_size
        size = self.memory_vector_dim
        return NTMControllerState(
            controller_state=self.controller.zero_state(batch_size, dtype),
            read_vector_list=[tf.zeros([batch_size, size]) for _ in range(self.read_head_num)],
            w_list=[tf.zeros([batch_size, places]) for _ in range(self.num_heads)],
            M=tf.zeros([batch_size, places, size]),
            time=0,
        )

    def _children(self):
        return []  # as in TensorFlow 1.x, `variables` leaves those of the controller out

    def build(self, inputs_shape: ShapeLike) -> None:
        """Make all variables but the controller's, for inputs `[batch, D]`."""
        if self.output_dim is None:
            self.output_dim = known_depth(inputs_shape)
        depth, size = self.controller.output_size, self.memory_vector_dim
        self._params_kernel, self._params_bias = self._linear(
            "parameters", depth, self.total_parameter_num
        )
        self._output_kernel, self._output_bias = self._linear(
            "output", depth + size * self.read_head_num, self.output_dim
        )
        self._init_read_vectors = [
            self.add_variable(
                f"initial_read_vector_{i}", [1, size], initializer=tf.glorot_uniform_initializer()
            )
            for i in range(self.read_head_num)
        ]
        self._init_address_weights = [
            self.add_variable(
                f"initial_address_weights_{i}",
                [1, self.memory_size],
                initializer=tf.glorot_uniform_initializer(),
            )
            for i in range(self.num_heads)
        ]
        self._M = self.add_variable(
            "memory", [self.memory_size, size], initializer=tf.constant_initializer(1e-6)
        )
        self.built = True

    def _linear(self, name, depth, size):
        kernel = self.add_variable(
            f"{name}_kernel",
            [depth, size],
            initializer=tf.truncated_normal_initializer(stddev=depth**-0.5),
        )
        bias = self.add_variable(
            f"{name}_bias", [size], initializer=tf.constant_initializer(0.0, self.dtype)
        )
        return kernel, bias

    def call(self, x: tf.Tensor, prev_state: NTMControllerState) -> tuple[tf.Tensor, State]:
        """Run one step: x `[batch, D]` to `([batch, output_dim], new state)`."""
        with counted_as(7 + 13 * self.read_head_num):
            reads, places, memory = self._at_time_zero(x, prev_state)
        output, controller_state = self.controller(
            tf.concat([x, *reads], 1), prev_state.controller_state
        )
        of_head = 104 + 4 * self.memory_size
        with counted_as(51 + of_head * self.num_heads + 11 * self.write_head_num):
            output, reads, places, memory = self._with_memory(output, places, memory)
        time = prev_state.time + 1
        return output, NTMControllerState(controller_state, reads, places, memory, time)

    def _with_memory(self, output, places, memory):
        """Move the heads, read, write; return the output, and the new r, w and M."""
        heads, erase_add = self._parameters(output)
        places = [self._place(p, memory, w) for p, w in zip(heads, places, strict=True)]
        reads = [read(w, memory) for w in places[: self.read_head_num]]
        for w, erase, add in zip(
            places[self.read_head_num :], erase_add[::2], erase_add[1::2], strict=True
        ):
            memory = write(w, tf.sigmoid(erase), tf.tanh(add), memory)
        output = self._clipped(tf.concat([output, *reads], 1), "output")
        return output, reads, places, memory

    def _at_time_zero(self, inputs, state):
        """Return r, w and M of the state, or at time 0 what the variables say."""
        first = tf.equal(state.time, 0)
        batch = tf.shape(inputs)[0]

        def chosen(start, before):
            start = tf.broadcast_to(start, tf.concat([[batch], tf.shape(start)[1:]], 0))
            return tf.where(first, start, before)

        return (
            [
                chosen(tf.tanh(start), before)
                for start, before in zip(
                    self._init_read_vectors, state.read_vector_list, strict=True
                )
            ],
            [
                chosen(tf.nn.softmax(start), before)
                for start, before in zip(self._init_address_weights, state.w_list, strict=True)
            ],
            chosen(self._M[tf.newaxis], state.M),
        )

    def _clipped(self, x, name):
        kernel, bias = {
            "parameters": (self._params_kernel, self._params_bias),
            "output": (self._output_kernel, self._output_bias),
        }[name]
        y = tf.nn.bias_add(tf.matmul(x, kernel), bias)
        return tf.clip_by_value(y, -self.clip_value, self.clip_value)

    def _parameters(self, output):
        """Return those of each head, and a list erase, add, erase, add, ..."""
        of_heads = self.num_parameters_per_head * self.num_heads
        parameters = self._clipped(output, "parameters")
        return (
            tf.split(parameters[:, :of_heads], self.num_heads, axis=1),
            tf.split(parameters[:, of_heads:], 2 * self.write_head_num, axis=1),
        )

    def _place(self, parameters, memory, w):
        k, beta, g, s, gamma = tf.split(
            parameters, [self.memory_vector_dim, 1, 1, 2 * self.shift_range + 1, 1], axis=1
        )
        return address(
            tf.tanh(k),
            tf.nn.softplus(beta),
            tf.sigmoid(g),
            tf.nn.softmax(s),
            tf.nn.softplus(gamma) + 1.0,
            memory,
            w,
        )
