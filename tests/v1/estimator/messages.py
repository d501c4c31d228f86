"""What `tf.estimator` says of what it is given wrongly, and what it makes of TF_CONFIG.

Runs under Python 3.7 and TensorFlow 1.15.5 too, which writes `messages.json`:

    .oracle/bin/python tests/v1/estimator/messages.py
"""

import json
import os
import re
import sys

import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))


def specs(tf):
    """Return specs by name, each a function."""
    modes = tf.estimator.ModeKeys
    one = tf.constant(1.0)
    many = tf.constant([1.0, 2.0])
    step = tf.no_op()
    output = tf.estimator.export.PredictOutput({"a": one})

    def spec(*args, **kwargs):
        return lambda: tf.estimator.EstimatorSpec(*args, **kwargs)

    return {
        "train": spec(modes.TRAIN, loss=one, train_op=step),
        "train without loss": spec(modes.TRAIN, train_op=step),
        "train without train_op": spec(modes.TRAIN, loss=one),
        "train op of another type": spec(modes.TRAIN, loss=one, train_op="no"),
        "eval": spec(modes.EVAL, loss=one),
        "eval without loss": spec(modes.EVAL),
        "loss of two": spec(modes.EVAL, loss=many),
        "loss of a list": spec(modes.EVAL, loss=tf.constant([1.0])),
        "loss of no tensor": spec(modes.EVAL, loss=3),
        "predict": spec(modes.PREDICT, predictions={"a": one}),
        "predict a tensor": spec(modes.PREDICT, predictions=one),
        "predict without predictions": spec(modes.PREDICT),
        "predictions of no tensor": spec(modes.PREDICT, predictions={"a": 1}),
        "metrics of no dict": spec(modes.EVAL, loss=one, eval_metric_ops=[1]),
        "metrics of one": spec(modes.EVAL, loss=one, eval_metric_ops={"a": one}),
        "metrics of three": spec(modes.EVAL, loss=one, eval_metric_ops={"a": (one, one, one)}),
        "metrics of no tensors": spec(modes.EVAL, loss=one, eval_metric_ops={"a": (1, 2)}),
        "metrics": spec(modes.EVAL, loss=one, eval_metric_ops={"a": (one, step)}),
        "outputs of no dict": spec(modes.PREDICT, predictions=one, export_outputs=[output]),
        "outputs of no output": spec(modes.PREDICT, predictions=one, export_outputs={"a": one}),
        "one output of any name": spec(
            modes.PREDICT, predictions=one, export_outputs={"mine": output}
        ),
        "two outputs without default": spec(
            modes.PREDICT, predictions=one, export_outputs={"mine": output, "yours": output}
        ),
        "hooks of no list": spec(modes.TRAIN, loss=one, train_op=step, training_hooks=3),
        "hooks of another type": spec(modes.TRAIN, loss=one, train_op=step, training_hooks=[3]),
        "evaluation hooks": spec(modes.EVAL, loss=one, evaluation_hooks=["no"]),
        "scaffold": spec(modes.TRAIN, loss=one, train_op=step, scaffold=3),
        "another mode": spec("other", loss=one),
        "another mode without loss": spec("other"),
    }


def estimators(tf):
    """Return constructions and calls by name, each a function."""
    new = tf.estimator.Estimator
    one = np.zeros([4, 1], np.float32)

    def good(features, labels, mode):
        return tf.estimator.EstimatorSpec(
            mode,
            predictions=features["x"],
            loss=tf.reduce_mean(features["x"]),
            train_op=tf.assign_add(tf.train.get_global_step(), 1),
        )

    def inputs():
        return {"x": tf.constant(one)}, tf.constant(one)

    def with_params(features, labels, mode, params):
        return good(features, labels, mode)

    nothing = "/tmp/no such folder of an estimator"
    return {
        "no model_fn": lambda: new(None),
        "model_fn without features": lambda: new(lambda labels: 1),
        "model_fn with another argument": lambda: new(lambda features, other: 1),
        "params without the argument": lambda: new(good, params={"a": 1}),
        "params of no dict": lambda: new(with_params, params=3).params,
        "config of another type": lambda: new(good, config=3),
        "two folders": lambda: new(good, model_dir="a", config=tf.estimator.RunConfig("b")),
        "steps and max_steps": lambda: new(good, nothing).train(inputs, steps=1, max_steps=2),
        "no steps": lambda: new(good, nothing).train(inputs, steps=0),
        "negative max_steps": lambda: new(good, nothing).train(inputs, max_steps=-1),
        "hooks of no list": lambda: new(good, nothing).train(inputs, hooks=3),
        "hooks of another type": lambda: new(good, nothing).train(inputs, hooks=[3]),
        "evaluate no steps": lambda: new(good, nothing).evaluate(inputs, steps=0),
        "evaluate no folder": lambda: new(good, nothing).evaluate(inputs, checkpoint_path="x"),
        "predict nothing trained": lambda: next(new(good, nothing).predict(inputs)),
        "variables of nothing trained": lambda: new(good, nothing).get_variable_names(),
        "value of nothing trained": lambda: new(good, nothing).get_variable_value("a"),
        "export nothing trained": lambda: new(good, nothing).export_saved_model(
            nothing,
            lambda: tf.estimator.export.ServingInputReceiver(
                {"x": tf.placeholder(tf.float32)}, {"x": tf.placeholder(tf.float32)}
            ),
        ),
        "export without receiver": lambda: new(good, nothing).export_saved_model(nothing, None),
        "a subclass": lambda: type("Mine", (new,), {"train": lambda self: 1})(good),
        "warm start of another type": lambda: new(good, nothing, warm_start_from=3),
        "not a spec": lambda: new(lambda features: 3, nothing).train(inputs, steps=1),
        "labels unasked for": lambda: new(lambda features: 3, nothing).train(inputs, steps=1),
    }


def configs(tf):
    """Return configurations by name, each a function."""
    new = tf.estimator.RunConfig
    return {
        "default": lambda: new(),
        "an unknown field": lambda: new().replace(other=3),
        "a field": lambda: new().replace(model_dir="a", save_summary_steps=3),
        "both checkpoints": lambda: new(save_checkpoints_secs=3, save_checkpoints_steps=3),
        "steps": lambda: new(save_checkpoints_steps=3),
        "no checkpoints": lambda: new(save_checkpoints_steps=None, save_checkpoints_secs=None),
        "replaced by steps": lambda: new().replace(save_checkpoints_steps=3),
        "both replaced": lambda: new().replace(save_checkpoints_steps=3, save_checkpoints_secs=3),
        "empty folder": lambda: new(model_dir=""),
        "negative summaries": lambda: new(save_summary_steps=-1),
        "negative secs": lambda: new(save_checkpoints_secs=-1),
        "negative steps": lambda: new(save_checkpoints_steps=-1),
        "session of another type": lambda: new(session_config=3),
        "negative kept": lambda: new(keep_checkpoint_max=-1),
        "no hours": lambda: new(keep_checkpoint_every_n_hours=0),
        "no log": lambda: new(log_step_count_steps=0),
        "log none": lambda: new(log_step_count_steps=None),
        "seed of another type": lambda: new(tf_random_seed="a"),
        "device of another type": lambda: new(device_fn=3),
        "protocol": lambda: new(protocol="other"),
    }


CLUSTER = {"chief": ["h0:1"], "ps": ["h1:1", "h2:1"], "worker": ["h3:1", "h4:1", "h5:1"]}
TF_CONFIGS = {
    "chief": {"cluster": CLUSTER, "task": {"type": "chief", "index": 0}},
    "ps": {"cluster": CLUSTER, "task": {"type": "ps", "index": 1}},
    "worker": {"cluster": CLUSTER, "task": {"type": "worker", "index": 2}},
    "evaluator": {"cluster": CLUSTER, "task": {"type": "evaluator", "index": 0}},
    "evaluator 1": {"cluster": CLUSTER, "task": {"type": "evaluator", "index": 1}},
    "no type": {"cluster": CLUSTER, "task": {"index": 0}},
    "no index": {"cluster": CLUSTER, "task": {"type": "worker"}},
    "no task": {"cluster": CLUSTER},
    "negative": {"cluster": CLUSTER, "task": {"type": "worker", "index": -1}},
    "beyond": {"cluster": CLUSTER, "task": {"type": "worker", "index": 5}},
    "unknown type": {"cluster": CLUSTER, "task": {"type": "mine", "index": 0}},
    "no chief": {"cluster": {"worker": ["h3:1"]}, "task": {"type": "worker", "index": 0}},
    "two chiefs": {
        "cluster": {"chief": ["a:1", "b:1"]},
        "task": {"type": "chief", "index": 0},
    },
    "master": {
        "cluster": {"master": ["a:1"], "worker": ["b:1"]},
        "task": {"type": "worker", "index": 0},
    },
    "chief alone": {"cluster": {"chief": ["a:1"]}, "task": {"type": "chief", "index": 0}},
    "no cluster": {"task": {"type": "worker", "index": 0}},
    "no cluster, ps": {"task": {"type": "ps", "index": 0}},
    "no cluster, index": {"task": {"type": "worker", "index": 1}},
    "folder": {"model_dir": "/tmp/a"},
    "service": {"service": {"a": 1}},
    "session master": {"session_master": "grpc://a", "eval_session_master": "grpc://b"},
    "environment": {"environment": "google"},
    "empty": {},
}


def as_text(config):
    """Return the public properties of a configuration, as JSON."""
    names = [name for name in dir(type(config)) if name[0] != "_" and name != "replace"]
    values = {name: getattr(config, name) for name in names}
    values["cluster_spec"] = config.cluster_spec.as_dict() and {
        job: list(hosts) for job, hosts in config.cluster_spec.as_dict().items()
    }
    values["session_config"] = str(values["session_config"]).split()
    values["device_fn"] = values["device_fn"] is not None
    return values


def specifications(tf):
    """Return what `train_and_evaluate` takes, by name, each a function."""
    train, evaluate = tf.estimator.TrainSpec, tf.estimator.EvalSpec

    def inputs():
        return None

    class Exporter(tf.estimator.Exporter):
        def __init__(self, name):
            self._name = name

        name = property(lambda self: self._name)

        def export(self, *args, **kwargs):
            return None

    return {
        "train": lambda: train(inputs),
        "train no function": lambda: train(3),
        "train with an argument": lambda: train(lambda other: 3),
        "train no steps": lambda: train(inputs, max_steps=0),
        "train hooks": lambda: train(inputs, hooks=[3]),
        "evaluate": lambda: evaluate(inputs),
        "evaluate no function": lambda: evaluate(3),
        "evaluate no steps": lambda: evaluate(inputs, steps=0),
        "evaluate name": lambda: evaluate(inputs, name=3),
        "evaluate hooks": lambda: evaluate(inputs, hooks=[3]),
        "evaluate negative delay": lambda: evaluate(inputs, start_delay_secs=-1),
        "evaluate negative throttle": lambda: evaluate(inputs, throttle_secs=-1),
        "exporters": lambda: evaluate(inputs, exporters=[Exporter("a"), Exporter("b")]),
        "exporters of another type": lambda: evaluate(inputs, exporters=[3]),
        "exporters of one name": lambda: evaluate(inputs, exporters=[Exporter("a"), Exporter("a")]),
        "exporter without name": lambda: evaluate(inputs, exporters=[Exporter("")]),
        "exporter with a number": lambda: evaluate(inputs, exporters=Exporter(3)),
        "estimator of another type": lambda: tf.estimator.train_and_evaluate(
            3, train(inputs), evaluate(inputs)
        ),
    }


def exports(tf):
    """Return what exports are made of, by name, each a function."""
    export = tf.estimator.export
    one = tf.constant([1.0])
    text = tf.constant(["a"])
    best = tf.estimator.BestExporter

    def receiver():
        return None

    return {
        "predict": lambda: sorted(export.PredictOutput(one).outputs),
        "predict dict": lambda: sorted(export.PredictOutput({"a": one, "b": one}).outputs),
        "predict names": lambda: sorted(export.PredictOutput({3: one}).outputs),
        "predict no tensor": lambda: export.PredictOutput({"a": 3}),
        "predict tuple": lambda: export.PredictOutput({("a", "b"): one}).outputs,
        "classify nothing": lambda: export.ClassificationOutput(),
        "classify whole scores": lambda: export.ClassificationOutput(scores=tf.constant([1])),
        "classify whole classes": lambda: export.ClassificationOutput(classes=tf.constant([1])),
        "classify": lambda: export.ClassificationOutput(scores=one, classes=text) and None,
        "regress": lambda: export.RegressionOutput(one) and None,
        "regress text": lambda: export.RegressionOutput(text),
        "receiver without features": lambda: export.ServingInputReceiver(None, text),
        "receiver without tensors": lambda: export.ServingInputReceiver({"a": one}, None),
        "receiver of no tensor": lambda: export.ServingInputReceiver({"a": 3}, text),
        "receiver of a number": lambda: export.ServingInputReceiver({3: one}, text),
        "receiver of a tensor": lambda: sorted(export.ServingInputReceiver(one, text).features),
        "receiver with no name": lambda: sorted(
            export.ServingInputReceiver(one, text).receiver_tensors
        ),
        "receiver tensors of no tensor": lambda: export.ServingInputReceiver({"a": one}, 3),
        "receiver alternatives": lambda: export.ServingInputReceiver({"a": one}, text, 3),
        "receiver alternatives dict": lambda: (
            export.ServingInputReceiver({"a": one}, text, {"b": text}).receiver_tensors_alternatives
            and None
        ),
        "tensor receiver": lambda: export.TensorServingInputReceiver({"a": one}, text),
        "best without receiver": lambda: best("a"),
        "best negative": lambda: best("a", receiver, exports_to_keep=-1),
        "best without comparison": lambda: best("a", receiver, compare_fn=None),
        "best with arguments": lambda: best("a", receiver, compare_fn=lambda a: 1),
        "best of one": lambda: best("a", receiver, compare_fn=lambda best_eval_result: 1),
        "latest negative": lambda: tf.estimator.LatestExporter("a", receiver, exports_to_keep=0),
        "final": lambda: tf.estimator.FinalExporter("a", receiver).name,
    }


def inputs(tf):
    """Return input functions, by name, each a function."""
    make = tf.estimator.inputs.numpy_input_fn
    x = np.arange(6).reshape(3, 2)
    y = np.arange(3)

    def made(*args, **kwargs):
        def call():
            features, labels = make(*args, **kwargs)(), None
            if isinstance(features, tuple):
                features, labels = features
            return [
                sorted(features) if isinstance(features, dict) else features.dtype.name,
                sorted(labels) if isinstance(labels, dict) else labels is not None,
            ]

        return call

    return {
        "dict": made({"x": x}, y, shuffle=False),
        "array": made(x, y, shuffle=False),
        "without labels": made({"x": x}, shuffle=True),
        "two labels": made({"x": x}, {"a": y, "b": y}, shuffle=False),
        "no shuffle": made({"x": x}, y, shuffle=None),
        "other lengths": made({"x": x}, np.arange(4), shuffle=False),
        "features of other lengths": made({"x": x, "z": np.arange(4)}, y, shuffle=False),
        "no array": made(3, y, shuffle=False),
        "no array in dict": made({"x": [1]}, y, shuffle=False),
        "empty dict": made({}, y, shuffle=False),
        "empty labels": made({"x": x}, {}, shuffle=False),
        "one name": made({"x": x}, {"x": y}, shuffle=False),
        "labels of another type": made({"x": x}, 3, shuffle=False),
    }


GROUPS = {
    "specs": specs,
    "estimators": estimators,
    "configs": configs,
    "specifications": specifications,
    "exports": exports,
    "inputs": inputs,
}


def say(call):
    """Return what a call says: its error, or what it returns."""
    try:
        result = call()
    except Exception as error:
        text = re.sub(r"0x[0-9a-f]+", "0x", str(error))
        text = re.sub(r"(?<=[ '\[<])\w+\.[\w.]*\.(?=Mine|PredictOutput)", "", text)
        text = text.replace("__main__.", "")
        return f"{type(error).__name__}: {text}"
    if hasattr(result, "save_checkpoints_steps"):
        return as_text(result)
    return result if isinstance(result, (list, str, type(None))) else type(result).__name__


def all_messages(tf):
    """Return all that is said, by group and name."""
    os.environ.pop("TF_CONFIG", None)
    said = {}
    for group, make in GROUPS.items():
        with tf.Graph().as_default():
            said[group] = {name: say(call) for name, call in make(tf).items()}
    said["TF_CONFIG"] = {}
    for name, value in TF_CONFIGS.items():
        os.environ["TF_CONFIG"] = json.dumps(value)
        said["TF_CONFIG"][name] = say(tf.estimator.RunConfig)
    os.environ.pop("TF_CONFIG", None)
    return json.loads(json.dumps(said))


if __name__ == "__main__":
    import tensorflow

    tensorflow.compat.v1.logging.set_verbosity(tensorflow.compat.v1.logging.ERROR)
    with open(os.path.join(HERE, "messages.json"), "w") as file:
        json.dump(all_messages(tensorflow), file, indent=1, sort_keys=True)
        file.write("\n")
    sys.exit()
