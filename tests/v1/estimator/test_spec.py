"""`EstimatorSpec`: what a mode needs, what is made of it, and what is refused."""

import pytest

import tf1_rnn.v1 as tf

Spec, Keys = tf.estimator.EstimatorSpec, tf.estimator.ModeKeys
export = tf.estimator.export
DEFAULT = "serving_default"


@pytest.fixture(autouse=True)
def graph():
    with tf.Graph().as_default():
        yield


def given(**changes):
    made = {"predictions": tf.zeros([2]), "loss": tf.zeros([]), "train_op": tf.no_op()}
    return {name: value for name, value in {**made, **changes}.items() if value is not None}


@pytest.mark.parametrize(
    "mode, missing",
    [
        (Keys.TRAIN, "loss"),
        (Keys.TRAIN, "train_op"),
        (Keys.EVAL, "loss"),
        (Keys.PREDICT, "predictions"),
    ],
)
def test_what_a_mode_needs(mode, missing):
    Spec(mode, **given())
    with pytest.raises(ValueError, match=f"Missing {missing}"):
        Spec(mode, **given(**{missing: None}))


def test_a_loss_of_one_element_becomes_a_scalar():
    for shape in ([1], [1, 1], []):
        assert Spec(Keys.EVAL, loss=tf.zeros(shape)).loss.shape == []
    assert Spec(Keys.EVAL, loss=tf.placeholder(tf.float32)).loss.shape.rank is None
    with pytest.raises(ValueError, match="Loss must be scalar"):
        Spec(Keys.EVAL, loss=tf.zeros([2]))


@pytest.mark.parametrize(
    "outputs, names",
    [
        (None, [DEFAULT]),
        (lambda: {"one": export.PredictOutput(tf.zeros([2]))}, ["one", DEFAULT]),
        (lambda: {DEFAULT: export.PredictOutput(tf.zeros([2]))}, [DEFAULT]),
        (
            lambda: {
                DEFAULT: export.PredictOutput(tf.zeros([2])),
                "two": export.RegressionOutput(tf.zeros([2])),
            },
            [DEFAULT, "two"],
        ),
    ],
)
def test_a_default_output_to_serve(outputs, names):
    spec = Spec(Keys.PREDICT, predictions=tf.zeros([2]), export_outputs=outputs and outputs())
    assert list(spec.export_outputs) == names
    # In other modes they are left as they are.
    assert Spec(Keys.EVAL, loss=tf.zeros([]), export_outputs=7).export_outputs == 7


def other_graph():
    with tf.Graph().as_default():
        return tf.zeros([])


@pytest.mark.parametrize(
    "mode, changes, error, words",
    [
        (Keys.TRAIN, lambda: {"train_op": 7}, TypeError, "train_op must be Operation or Tensor"),
        (Keys.TRAIN, lambda: {"loss": 7.0}, TypeError, "loss must be Tensor"),
        (Keys.TRAIN, lambda: {"loss": other_graph()}, ValueError, "from the default graph"),
        (Keys.TRAIN, lambda: {"training_hooks": [7]}, TypeError, "must be SessionRunHook"),
        (Keys.TRAIN, lambda: {"scaffold": 7}, TypeError, "scaffold must be tf.train.Scaffold"),
        (Keys.EVAL, lambda: {"eval_metric_ops": [7]}, TypeError, "must be a dict"),
        (
            Keys.EVAL,
            lambda: {"eval_metric_ops": {"a": 7}},
            TypeError,
            "tuples, given: 7 for key: a",
        ),
        (Keys.PREDICT, lambda: {"predictions": {"a": 7}}, TypeError, r"predictions\[a\] must be"),
        (Keys.PREDICT, lambda: {"export_outputs": 7}, TypeError, "export_outputs must be dict"),
        (Keys.PREDICT, lambda: {"export_outputs": {"a": 7}}, TypeError, "must be ExportOutput"),
        (
            Keys.PREDICT,
            lambda: {"export_outputs": dict.fromkeys("ab", export.PredictOutput(tf.zeros([2])))},
            ValueError,
            "none of them is specified as the default",
        ),
    ],
)
def test_what_is_refused(mode, changes, error, words):
    with pytest.raises(error, match=words):
        Spec(mode, **{**given(), **changes()})


def test_a_variable_may_be_what_trains():
    variable = tf.get_variable("v", [])
    assert isinstance(Spec(Keys.TRAIN, **given(train_op=variable)).train_op, tf.Operation)


def test_a_copy_with_other_values_is_checked_too():
    spec = Spec(Keys.EVAL, loss=tf.zeros([]))
    assert spec._replace(mode=Keys.EVAL, predictions={"a": tf.zeros([1])}).loss is spec.loss
    with pytest.raises(ValueError, match="mode of EstimatorSpec cannot be changed"):
        spec._replace(mode=Keys.TRAIN)
    with pytest.raises(ValueError, match="Missing loss"):
        spec._replace(loss=None)


def test_a_metric_may_have_several_values():
    value, update = (tf.zeros([]), (tf.ones([]), tf.ones([2]))), tf.no_op()
    spec = Spec(Keys.EVAL, **given(eval_metric_ops={"pair": (value, update)}))
    assert spec.eval_metric_ops["pair"][0] is value
    with tf.Graph().as_default():
        with pytest.raises(ValueError, match="pair"):
            Spec(Keys.EVAL, **given(eval_metric_ops={"pair": (value, tf.no_op())}))
