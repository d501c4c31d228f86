"""`tf.estimator.export`: outputs, receivers, and the signatures they make."""

import pytest

import tf1_rnn.v1 as tf

export = tf.estimator.export


@pytest.fixture(autouse=True)
def graph():
    with tf.Graph().as_default():
        yield


def floats(name=None):
    return tf.placeholder(tf.float32, [None, 3], name)


def texts(name=None):
    return tf.placeholder(tf.string, [None], name)


@pytest.mark.parametrize(
    "make, outputs, method",
    [
        (lambda: export.ClassificationOutput(scores=floats()), {"scores"}, "classify"),
        (lambda: export.ClassificationOutput(classes=texts()), {"classes"}, "classify"),
        (
            lambda: export.ClassificationOutput(floats(), texts()),
            {"scores", "classes"},
            "classify",
        ),
        (lambda: export.RegressionOutput(floats()), {"outputs"}, "regress"),
        (lambda: export.PredictOutput(floats()), {"output"}, "predict"),
        (lambda: export.PredictOutput({("a", "b"): floats()}), {"a/b"}, "predict"),
    ],
)
def test_signatures(make, outputs, method):
    output = make()
    signature = output.as_signature_def({"examples": texts()})
    assert set(signature.outputs) == outputs
    assert signature.method_name == f"tensorflow/serving/{method}"
    if method != "predict":
        for inputs in ({"a": texts(), "b": texts()}, {"a": floats()}):
            with pytest.raises(ValueError, match="input must be a single string Tensor"):
                output.as_signature_def(inputs)


@pytest.mark.parametrize(
    "make, words",
    [
        (lambda: export.ClassificationOutput(), "At least one of scores and classes"),
        (lambda: export.ClassificationOutput(scores=texts()), "scores must be a float32 Tensor"),
        (lambda: export.ClassificationOutput(classes=floats()), "classes must be a string Tensor"),
        (lambda: export.RegressionOutput(texts()), "value must be a float32 Tensor"),
        (lambda: export.PredictOutput({1: floats()}), "key must be a string; got 1"),
        (lambda: export.PredictOutput({"a": 1}), "value must be a Tensor; got 1"),
        (lambda: export.ServingInputReceiver(None, floats()), "features must be defined"),
        (lambda: export.ServingInputReceiver(floats(), None), "receiver_tensors must be defined"),
        (lambda: export.ServingInputReceiver({"a": 1}, floats()), "feature a must be a Tensor"),
        (lambda: export.ServingInputReceiver(floats(), floats(), [1]), "must be a dict"),
        (lambda: export.TensorServingInputReceiver({"a": floats()}, floats()), "must be a Tensor"),
        (
            lambda: export.build_raw_supervised_input_receiver_fn({"a": floats()}, {"a": floats()}),
            "distinct keys. Got overlapping: {'a'}",
        ),
    ],
)
def test_what_is_refused(make, words):
    with pytest.raises(ValueError, match=words):
        make()


def test_one_tensor_is_a_dict_of_one():
    made = export.ServingInputReceiver(floats(), texts(), {"other": floats()})
    assert set(made.features) == {"feature"} and set(made.receiver_tensors) == {"input"}
    assert set(made.receiver_tensors_alternatives["other"]) == {"input"}
    plain = export.TensorServingInputReceiver(floats(), texts())
    assert tf.is_tensor(plain.features)


@pytest.mark.parametrize("batch", [None, 4])
def test_serialised_examples_are_parsed(batch):
    spec = {"x": tf.FixedLenFeature([2], tf.float32)}
    made = export.build_parsing_serving_input_receiver_fn(spec, batch)()
    examples = made.receiver_tensors["examples"]
    assert examples.op.name == "input_example_tensor" and examples.shape.as_list() == [batch]
    feature = tf.train.Feature(float_list=tf.train.FloatList(value=[1, 2]))
    example = tf.train.Example(features=tf.train.Features(feature={"x": feature}))
    with tf.Session() as session:
        feed = {examples: [example.SerializeToString()] * (batch or 1)}
        assert session.run(made.features["x"], feed).tolist() == [[1, 2]] * (batch or 1)


@pytest.mark.parametrize("batch", [None, 4])
def test_features_themselves_of_another_batch(batch):
    made = export.build_raw_serving_input_receiver_fn({"x": tf.zeros([7, 3], name="mine")}, batch)()
    assert made.features["x"].shape.as_list() == [batch, 3]
    assert made.features["x"] is made.receiver_tensors["x"]
    assert made.features["x"].op.name.startswith("mine")


@pytest.mark.parametrize("as_dicts", [False, True])
def test_features_and_labels_themselves(as_dicts):
    x, y = tf.zeros([7, 3]), tf.zeros([7], tf.int64)
    given = ({"x": x}, {"y": y}) if as_dicts else (x, y)
    made = export.build_raw_supervised_input_receiver_fn(*given)()
    names = {"x", "y"} if as_dicts else {"input", "label"}
    assert set(made.receiver_tensors) == names
    assert isinstance(made.features, dict) is isinstance(made.labels, dict) is as_dicts
    label = made.labels["y"] if as_dicts else made.labels
    assert label.dtype == tf.int64 and label.shape.as_list() == [None]
