"""Calling what a user wrote: each function gets what it asks for, and no more."""

import functools

import pytest

import tf1_rnn.v1 as tf
from tf1_rnn.v1.estimator import _model

MODE = tf.estimator.ModeKeys.TRAIN


class Callable:
    def __call__(self, features, mode):
        pass

    def method(self, a, *rest, b=1, **more):
        pass


@pytest.mark.parametrize(
    "function, names",
    [
        (lambda a, b=1, *, c: None, ("a", "b", "c")),
        (lambda *a, **b: None, ()),
        (functools.partial(lambda a, b, c: None, 1, c=2), ("b",)),
        (functools.partial(functools.partial(lambda a, b, c: None, 1), c=2), ("b",)),
        (Callable(), ("features", "mode")),
        (Callable().method, ("a", "b")),
        (functools.partial(Callable(), mode=1), ("features",)),
    ],
)
def test_names_of_arguments(function, names):
    assert _model.arguments_of(function) == names


def everything(features, labels, mode, params, config):
    pass


@pytest.mark.parametrize(
    "function, params, words",
    [
        (everything, {}, None),
        (lambda features: None, None, None),
        (lambda x: None, None, "must include features argument"),
        (lambda features: None, {"a": 1}, "does not include params argument, but params"),
        (lambda features, b, a: None, None, r"not expected args: \['a', 'b'\]"),
    ],
)
def test_a_model_function_is_checked_beforehand(function, params, words):
    if words is None:
        _model.check_model_fn(function, params)
        return
    with pytest.raises(ValueError, match=words):
        _model.check_model_fn(function, params)


@pytest.mark.parametrize(
    "result, features, labels",
    [
        ("features", "features", None),
        (("features", "labels"), "features", "labels"),
        (["features", "labels"], "features", "labels"),
        ({"x": 1}, {"x": 1}, None),
    ],
)
def test_what_an_input_function_gives(result, features, labels):
    asked = []

    def input_fn(mode, params):
        asked.append((mode, params))
        return result

    with tf.Graph().as_default():
        found = _model.call_input_fn(input_fn, MODE, "params", "config")
    assert found == (features, labels, []) and asked == [(MODE, "params")]


def test_more_than_a_pair_is_refused():
    with tf.Graph().as_default(), pytest.raises(ValueError, match="as a len 2 tuple"):
        _model.call_input_fn(lambda: (1, 2, 3), MODE)


def test_a_dataset_gets_an_iterator_that_a_hook_starts():
    with tf.Graph().as_default(), tf.Session() as session:
        dataset = tf.data.Dataset.from_tensor_slices(([1, 2], [3, 4]))
        features, labels, (hook,) = _model.call_input_fn(lambda: dataset, MODE)
        with pytest.raises(tf.errors.FailedPreconditionError):
            session.run(features)
        hook.after_create_session(session, None)
        assert session.run([features, labels]) == [1, 3]


def test_a_model_function_gets_labels_only_if_it_asks():
    spec = None

    def without(features, mode):
        return spec

    with tf.Graph().as_default():
        spec = tf.estimator.EstimatorSpec(MODE, loss=tf.zeros([]), train_op=tf.no_op())
        assert _model.call_model_fn(without, "x", None, MODE, None, None) is spec
        with pytest.raises(ValueError, match="does not take labels"):
            _model.call_model_fn(without, "x", "y", MODE, None, None)
        asked = {}

        def model_fn(**given):
            asked.update(given)
            return spec

        def full(features, labels, mode, params, config):
            return model_fn(
                features=features, labels=labels, mode=mode, params=params, config=config
            )

        _model.call_model_fn(full, "x", "y", MODE, "p", "c")
    found = {name: asked[name] for name in ("features", "labels", "mode", "params", "config")}
    assert found == dict(zip(found, ("x", "y", MODE, "p", "c"), strict=True))


def test_it_must_return_a_spec():
    with tf.Graph().as_default(), pytest.raises(ValueError, match="should return an EstimatorSpec"):
        _model.call_model_fn(lambda features: 7, "x", None, MODE, None, None)
