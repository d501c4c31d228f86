"""Exporters: which evaluation each of them writes, and what it keeps."""

import os

import pytest

import tf1_rnn.v1 as tf
from tests.v1.estimator.test_early_stopping import estimator as estimator  # the fixture
from tests.v1.estimator.test_early_stopping import inputs


class Estimator:
    """Writes folders whose names count."""

    def __init__(self, folder):
        self.model_dir, self.written = str(folder), []

    def export_saved_model(self, export_path, receiver, **options):
        self.written.append(options)
        path = os.path.join(export_path, str(8 + len(self.written)))
        os.makedirs(path)
        return path


def result(exporter, made, folder, loss, final=False):
    return exporter.export(
        estimator=made,
        export_path=str(folder / "export"),
        checkpoint_path="model.ckpt-1",
        eval_result={"loss": loss},
        is_the_final_export=final,
    )


@pytest.mark.parametrize("keep, left", [(None, ["10", "11", "8", "9"]), (2, ["10", "11"])])
def test_the_latest_are_kept_by_their_number(tmp_path, keep, left):
    made = Estimator(tmp_path)
    exporter = tf.estimator.LatestExporter("latest", None, exports_to_keep=keep, as_text=True)
    os.makedirs(tmp_path / "export" / "8")
    for _ in range(3):
        assert result(exporter, made, tmp_path, 1.0)
    assert sorted(os.listdir(tmp_path / "export")) == left
    assert made.written[0] == {
        "assets_extra": None,
        "as_text": True,
        "checkpoint_path": "model.ckpt-1",
    }
    assert exporter.name == "latest"


def test_the_final_one_alone(tmp_path):
    made, exporter = Estimator(tmp_path), tf.estimator.FinalExporter("final", None)
    assert result(exporter, made, tmp_path, 1.0) is None
    assert result(exporter, made, tmp_path, 1.0, final=True).endswith("9")


def test_the_best_by_its_loss(tmp_path):
    made, exporter = Estimator(tmp_path), tf.estimator.BestExporter()
    written = [bool(result(exporter, made, tmp_path, loss)) for loss in (3.0, 4.0, 3.0, 2.0)]
    assert written == [True, False, False, True]
    with pytest.raises(ValueError, match="without a loss"):
        exporter.export(made, str(tmp_path), "c", {"accuracy": 1.0}, False)


@pytest.mark.parametrize("pattern, is_written", [("eval/*.tfevents.*", False), (None, True)])
def test_the_best_of_a_run_before_counts(tmp_path, pattern, is_written):
    with tf.Graph().as_default():
        writer = tf.summary.FileWriter(str(tmp_path / "eval"))
        for loss in (5.0, 1.0, 9.0):
            writer.add_summary(tf.Summary(value=[{"tag": "loss", "simple_value": loss}]), 1)
        writer.close()
    exporter = tf.estimator.BestExporter(event_file_pattern=pattern)
    assert bool(result(exporter, Estimator(tmp_path), tmp_path, 2.0)) is is_written


@pytest.mark.parametrize(
    "make, words",
    [
        (lambda: tf.estimator.LatestExporter("a", None, exports_to_keep=0), "must be positive"),
        (lambda: tf.estimator.BestExporter(exports_to_keep=-1), "must be a positive number"),
        (lambda: tf.estimator.BestExporter(compare_fn=None), "must not be None"),
        (
            lambda: tf.estimator.BestExporter(compare_fn=lambda best_eval_result: True),
            "must include current_eval_result argument",
        ),
    ],
)
def test_misuse(make, words):
    with pytest.raises(ValueError, match=words):
        make()


def test_exports_what_is_better_than_all_before(estimator):
    receiver = tf.estimator.export.build_raw_serving_input_receiver_fn(
        {"x": tf.placeholder(tf.float32, [None, 1])}
    )

    def nearer(best_eval_result, current_eval_result):
        return current_eval_result["distance"] < best_eval_result["distance"]

    best = tf.estimator.BestExporter("best", receiver, compare_fn=nearer)
    written = []
    export = best.export

    def remember(**kwargs):
        result = export(**kwargs)
        written.append((kwargs["eval_result"]["global_step"], result is not None))
        return result

    best.export = remember
    with tf.Graph().as_default():
        metrics, exports = tf.estimator.train_and_evaluate(
            estimator,
            tf.estimator.TrainSpec(inputs(), max_steps=40),
            tf.estimator.EvalSpec(inputs(1), steps=1, throttle_secs=0, exporters=[best]),
        )
    step = metrics["global_step"]
    assert step == 40 and exports == [None]
    # The first evaluation is not exported, as in 1.15.5: it has been written as the best.
    assert written[:3] == [(5, False), (10, True), (15, False)]
