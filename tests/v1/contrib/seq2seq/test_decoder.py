"""The loop that runs a decoder: when it ends, what of finished sequences it keeps."""

import itertools

import numpy as np
import pytest

import tf1_rnn.v1 as tf
from tf1_rnn.v1.contrib.seq2seq._decoder import BaseDecoder, BasicDecoderV2
from tf1_rnn.v1.contrib.seq2seq._samplers import TrainingSampler

seq2seq = tf.contrib.seq2seq
LENGTHS = [3, 1, 0]


class Counting(seq2seq.Decoder):
    """Puts out its state, which counts; a sequence ends at its length."""

    tracks_own_finished = property(lambda self: self._tracks)
    batch_size = property(lambda self: tf.constant(3))
    output_size = property(lambda self: {"count": tf.TensorShape([2])})
    output_dtype = property(lambda self: {"count": tf.float32})

    def __init__(self, lengths=LENGTHS, tracks=False):
        self._lengths, self._tracks = tf.constant(lengths), tracks

    def initialize(self, name=None, start=0.0):
        return self._lengths <= 0, tf.zeros([3, 1]), tf.fill([3, 2], start)

    def step(self, time, inputs, state, name=None):
        state = state + 1.0
        finished = time + 1 >= self._lengths
        if self._tracks:  # the first sequence goes on after all
            finished = tf.logical_and(finished, [False, True, True])
        return {"count": state}, state, inputs, finished


def decode(**options):
    """Return what decoding in a graph of its own gives."""
    with tf.Graph().as_default(), tf.Session() as session:
        return session.run(seq2seq.dynamic_decode(Counting(), **options))


@pytest.mark.parametrize("time_major, impute", list(itertools.product([False, True], repeat=2)))
def test_lengths_outputs_and_states(time_major, impute):
    outputs, state, lengths = decode(output_time_major=time_major, impute_finished=impute)
    assert lengths.tolist() == LENGTHS
    counts = outputs["count"] if time_major else outputs["count"].swapaxes(0, 1)
    assert counts.shape == (3, 3, 2)
    expected = np.array([[1, 1, 1], [2, 2, 2], [3, 3, 3]])
    if impute:
        expected = np.array([[1, 1, 0], [2, 0, 0], [3, 0, 0]])
    np.testing.assert_array_equal(counts[..., 0], expected)
    np.testing.assert_array_equal(state[:, 0], LENGTHS if impute else [3, 3, 3])


@pytest.mark.parametrize("most, steps", [(0, 0), (1, 1), (2, 2), (9, 3)])
def test_at_most_so_many_steps(most, steps):
    outputs, _, lengths = decode(maximum_iterations=most)
    assert outputs["count"].shape == (3, steps, 2)
    assert lengths.tolist() == [min(n, most) for n in LENGTHS]


def test_only_layers_have_arguments_of_initialize():
    outputs, _, _ = decode(decoder_init_input=10.0, decoder_init_kwargs={"start": 10.0})
    assert outputs["count"][0, 0, 0] == 1


def test_a_decoder_that_tracks_what_is_finished_may_take_it_back():
    with tf.Graph().as_default(), tf.Session() as session:
        made = seq2seq.dynamic_decode(Counting([1, 1, 1], True), maximum_iterations=4)
        assert session.run(made[2]).tolist() == [4, 1, 1]


def test_a_last_word_of_the_decoder():
    class Final(Counting):
        def finalize(self, outputs, final_state, sequence_lengths):
            return outputs["count"][..., 0] * 10.0, ()

    with tf.Graph().as_default(), tf.Session() as session:
        outputs, state, _ = seq2seq.dynamic_decode(Final())
        assert state == () and session.run(outputs)[0].tolist() == [10, 20, 30]


@pytest.mark.parametrize(
    "decoder, options, error",
    [
        (lambda: "no decoder", {}, TypeError),
        (Counting, {"maximum_iterations": [3]}, ValueError),
    ],
)
def test_misuse(decoder, options, error):
    with tf.Graph().as_default(), pytest.raises(error):
        seq2seq.dynamic_decode(decoder(), **options)


class Layer:
    """Doubles what a cell puts out, joined to itself."""

    def compute_output_shape(self, shape):
        return shape[:-1].concatenate([2 * shape[-1].value])

    def __call__(self, outputs):
        return tf.concat([outputs, outputs], 1)


@pytest.mark.parametrize("layer, width", [(None, 4), (Layer(), 8)])
def test_a_basic_decoder_is_a_cell_and_a_helper(layer, width):
    with tf.Graph().as_default(), tf.Session() as session:
        cell, x = tf.nn.rnn_cell.GRUCell(4), tf.ones([2, 3, 5])
        helper = seq2seq.TrainingHelper(x, [3, 2])
        decoder = seq2seq.BasicDecoder(cell, helper, cell.zero_state(2, tf.float32), layer)
        assert decoder.output_size.rnn_output == width and decoder.output_size.sample_id == []
        assert decoder.output_dtype == (tf.float32, tf.int32)
        (outputs, ids), state, lengths = seq2seq.dynamic_decode(decoder, impute_finished=True)
        loop, last = tf.nn.dynamic_rnn(cell, x, [3, 2], dtype=tf.float32)
        session.run(tf.global_variables_initializer())
        outputs, ids, state, lengths, loop, last = session.run(
            [outputs, ids, state, lengths, loop, last]
        )
        names = {variable.op.name for variable in tf.global_variables()}
    np.testing.assert_allclose(outputs[..., :4], loop, atol=1e-6)
    np.testing.assert_allclose(state, last, atol=1e-6)
    np.testing.assert_array_equal(ids[0], outputs[0].argmax(-1))
    assert lengths.tolist() == [3, 2] and "decoder/gru_cell/gates/kernel" in names


def test_a_basic_decoder_takes_only_helpers_and_layers():
    with tf.Graph().as_default():
        cell, helper = tf.nn.rnn_cell.GRUCell(4), seq2seq.TrainingHelper(tf.ones([2, 3, 5]), [3, 2])
        with pytest.raises(TypeError, match="helper must be a Helper"):
            seq2seq.BasicDecoder(cell, "helper", ())
        with pytest.raises(TypeError, match="output_layer must be a Layer"):
            seq2seq.BasicDecoder(cell, helper, (), lambda outputs: outputs)


# The decoders that are layers.


class CountingLayer(BaseDecoder):
    """Puts out how many steps there were; each sequence is finished after its own."""

    batch_size, output_size, output_dtype = 2, tf.TensorShape([]), tf.int32

    def initialize(self, inputs, initial_state=None, **kwargs):
        self.initialized_with = kwargs
        return tf.equal(inputs, 0), inputs, initial_state

    def step(self, time, inputs, state):
        return tf.fill([2], time), state, inputs, time + 1 >= inputs


def test_a_layer_is_called_with_its_inputs():
    decoder = CountingLayer(maximum_iterations=4, output_time_major=True)
    with tf.Graph().as_default(), tf.Session() as session:
        outputs, state, lengths = decoder(tf.constant([3, 1]), tf.constant([7, 7]), more="given")
        assert session.run(outputs).tolist() == [[0, 0], [1, 1], [2, 2]]
        assert session.run([state, lengths])[1].tolist() == [3, 1]
        assert outputs.name.startswith("counting_layer")
    assert decoder.initialized_with == {"more": "given"} and decoder.built


def test_layers_are_named_as_keras_counts():
    with tf.Graph().as_default():
        names = [
            CountingLayer().name,
            CountingLayer().name,
            CountingLayer(name="mine").name,
            CountingLayer().name,
        ]
    assert names == ["counting_layer", "counting_layer_1", "mine", "counting_layer_2"]


def test_a_layer_has_the_variables_of_its_cell():
    with tf.Graph().as_default():
        cell, layer = tf.nn.rnn_cell.GRUCell(4), tf.layers.Dense(3)
        decoder = BasicDecoderV2(cell, TrainingSampler(), layer)
        state = cell.zero_state(2, tf.float32)
        decoder(tf.zeros([2, 5, 3]), initial_state=state, sequence_length=[5, 3])
        assert decoder.variables == cell.variables + layer.variables == tf.global_variables()
        assert cell.variables[0].op.name == "decoder/gru_cell/gates/kernel"


def test_a_checkpoint_of_objects_finds_the_cell(tmp_path):
    with tf.Graph().as_default(), tf.Session() as session:
        cell = tf.nn.rnn_cell.GRUCell(4)
        decoder = BasicDecoderV2(cell, TrainingSampler())
        state = cell.zero_state(2, tf.float32)
        decoder(tf.zeros([2, 5, 3]), initial_state=state, sequence_length=[5, 3])
        session.run(tf.global_variables_initializer())
        path = tf.train.Checkpoint(decoder=decoder).save(str(tmp_path / "c"), session=session)
    names = [name for name, _ in tf.train.list_variables(path)]
    assert any(name.startswith("decoder/cell/") for name in names), names


@pytest.mark.parametrize("property_name", ["batch_size", "output_size", "output_dtype"])
def test_what_a_layer_must_say(property_name):
    with pytest.raises(NotImplementedError):
        getattr(BaseDecoder(), property_name)


@pytest.mark.parametrize(
    "make, error, words",
    [
        (lambda cell: BasicDecoderV2(cell, 3), TypeError, "sampler must be a Sampler"),
        (lambda cell: BasicDecoderV2(3, TrainingSampler()), TypeError, "not an RNNCell"),
        (lambda cell: BasicDecoderV2(cell, TrainingSampler(), 3), TypeError, "must be a Layer"),
        (lambda cell: BasicDecoderV2(cell, TrainingSampler(), x=3), TypeError, "understood: 'x'"),
        (
            lambda cell: BasicDecoderV2(cell, TrainingSampler())(tf.zeros([2, 5, 3])),
            ValueError,
            "basic_decoder_v2 needs an initial_state",
        ),
    ],
)
def test_misuse_of_a_layer(make, error, words):
    with tf.Graph().as_default(), pytest.raises(error, match=words):
        make(tf.nn.rnn_cell.GRUCell(4))
