"""The export command, on graphs as TensorFlow 1 wrote them."""

import os
import pathlib
import resource
import subprocess
import sys

import numpy as np
import pytest

import tf1_rnn.v1 as tf
from tests.exporting import legacy_graphs, modern_graphs
from tf1_rnn import export
from tf1_rnn.exporting import lite, loading, writing
from tools import oracle

EXAMPLES = pathlib.Path(__file__).parent.parent / "examples"

pytest.importorskip("onnxruntime")
pytest.importorskip("tf2onnx")


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    """A graph with training in it, as `.meta` and checkpoint, SavedModel and frozen graph."""
    path = tmp_path_factory.mktemp("saved")
    with tf.Graph().as_default() as graph, tf.Session() as session:
        words = tf.placeholder("int32", [None, 6], name="words")
        n = tf.placeholder("int32", [None], name="lengths")
        x = tf.nn.embedding_lookup(tf.get_variable("table", [9, 3]), words)
        cells = [tf.nn.rnn_cell.LSTMCell(4, use_peepholes=True) for _ in range(2)]
        outputs, _ = tf.nn.bidirectional_dynamic_rnn(*cells, x, n, dtype="float32")
        prob = tf.nn.softmax(tf.layers.dense(tf.concat(outputs, 2), 2), name="prob")
        tf.train.AdamOptimizer().minimize(tf.reduce_mean(prob[..., 0]))
        session.run(tf.global_variables_initializer())
        tf.train.Saver().save(session, str(path / "model.ckpt"), 1)
        names = {"words": words, "lengths": n}
        tf.saved_model.simple_save(session, str(path / "saved"), names, {"prob": prob})
        frozen = tf.graph_util.convert_variables_to_constants(
            session, graph.as_graph_def(), ["prob"]
        )
    (path / "frozen.pb").write_bytes(frozen.SerializeToString())
    for name in ("text", "text.meta"):
        (path / name).write_text("a graph, some day")
    (path / "empty.pb").write_bytes(b"")
    return path


def run(capsys, *arguments):
    code = export.main([str(argument) for argument in arguments])
    return code, *capsys.readouterr()


@pytest.mark.parametrize("graph", ["model.ckpt-1.meta", "saved", "frozen.pb"])
def test_each_form_of_a_graph(graph, saved, tmp_path, capsys):
    output = tmp_path / "model.onnx"
    more = ["--outputs=prob"] if graph.endswith(".meta") else []
    code, out, err = run(capsys, saved / graph, f"--output={output}", *more)
    assert (code, err) == (0, "")
    assert "words" in out and "to prob" in out and "LSTM, 4 units, both directions" in out
    assert float(out.split("random inputs: ")[1]) <= 1e-6
    assert output.exists()


def test_litert_on_samples_of_ones_own(saved, tmp_path, capsys):
    samples, output = tmp_path / "samples.npz", tmp_path / "model.tflite"
    words = np.random.RandomState(0).randint(0, 9, (3, 6))
    np.savez(samples, words=words.astype("int32"), lengths=np.array([6, 2, 0], "int32"))
    code, out, _ = run(
        capsys, saved / "frozen.pb", f"--output={output}", f"--samples={samples}", "--batch_size=3"
    )
    assert code == 0 and f"largest difference on {samples}: " in out
    assert sorted(os.listdir(tmp_path)) == ["model.tflite", "samples.npz"]


@pytest.mark.oracle
@pytest.mark.skipif(oracle.python() is None, reason="no TensorFlow 1.15.5 here")
@pytest.mark.parametrize("name", ["model.onnx", "model.tflite"])
def test_a_graph_that_1_15_5_wrote(name, tmp_path, capsys):
    program = (EXAMPLES / "own_graph.py").read_text("utf-8")
    program = program.replace("import tf1_rnn.v1 as tf", "import tensorflow as tf")
    (tmp_path / "own_graph.py").write_text(program, "utf-8")
    command = [oracle.python(), "-W", "ignore", "own_graph.py", str(tmp_path)]
    done = subprocess.run(
        command, cwd=tmp_path, capture_output=True, text=True, env=oracle.environment()
    )
    assert done.returncode == 0, done.stderr
    graph, output = tmp_path / "model.ckpt-1.meta", tmp_path / name
    code, out, err = run(capsys, graph, "--outputs=probabilities", f"--output={output}")
    assert (code, err) == (0, "") and float(out.split("random inputs: ")[1]) <= 1e-6
    assert "16 units, both directions" in out or name.endswith(".tflite")


@pytest.mark.parametrize(
    "graph, more, why",
    [
        ("model.ckpt-1.meta", [], "many unused tensors; expected --outputs=TENSOR"),
        ("frozen.pb", ["--outputs=probs"], "no tensor probs; did you mean prob?"),
        ("none.pb", [], "none.pb: no such file"),
        ("frozen.pb", ["--output=."], "--output=. is a folder or device that exists"),
        ("frozen.pb", ["--output=/dev/full"], "is a folder or device that exists"),
        ("model.ckpt-1.index", [], "is not a graph"),
        ("", [], "is not a SavedModel"),
        ("text", [], "is not a graph"),
        ("text.meta", ["--outputs=y"], "cannot be read"),
        ("empty.pb", [], "computes nothing"),
        ("/dev/zero", [], "a pipe or device; expected a regular file"),
        ("frozen.pb", ["--inputs=words"], "the outputs need lengths too"),
        ("model.ckpt-1.meta", ["--checkpoint=none", "--outputs=prob"], "there is no checkpoint"),
        ("frozen.pb", ["--set=words=1"], "words has the shape"),
        ("frozen.pb", ["--samples=none.npz"], "--samples=none.npz: no such file"),
    ],
)
def test_a_failure_is_one_line_and_leaves_no_file(graph, more, why, saved, tmp_path, capsys):
    code, out, err = run(capsys, saved / graph, f"--output={tmp_path / 'm.onnx'}", *more)
    asks = any(words in why for words in ("tensor", "outputs need"))  # for another command line
    assert (code, out) == (2 if asks else 1, "") and why in err and err.count("\n") == 1
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize(
    "output", ["none/m.onnx", "none/m.tflite", "frozen.pb/m.onnx", "frozen.pb/m"]
)
def test_a_path_that_cannot_be_written_is_one_line(output, saved, capsys):
    path = saved / output
    code, out, err = run(capsys, saved / "frozen.pb", f"--output={path}")
    assert (code, out) == (1, "") and err.count("\n") == 1
    assert err.startswith(f"tf1-rnn export: --output={path} cannot be written: ")


@pytest.mark.parametrize("name", ["m.onnx", "m.tflite", "m"])
def test_a_full_disk_is_one_line_and_leaves_no_file(name, saved, tmp_path, capsys):
    """Stood in for by a limit on the size of files; the graph's constants alone have more."""
    output, limits = tmp_path / name, resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (500, limits[1]))
    try:
        code, out, err = run(capsys, saved / "frozen.pb", f"--output={output}")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert (code, out) == (1, "") and err.count("\n") == 1
    assert f"--output={output} cannot be written: " in err and os.listdir(tmp_path) == []


def test_a_switch_is_an_input_or_set(tmp_path, capsys):
    with tf.Graph().as_default() as graph:
        x, is_on = tf.placeholder("float", [None, 3], "x"), tf.placeholder("bool", [], "is_on")
        tf.identity(tf.cond(is_on, lambda: x, lambda: x * 2.0), "y")
    (tmp_path / "g.pb").write_bytes(graph.as_graph_def().SerializeToString())
    command = [tmp_path / "g.pb", f"--output={tmp_path / 'm.onnx'}"]
    code, out, err = run(capsys, *command)
    assert (code, err) == (0, "") and "m.onnx: x, is_on to y" in out
    code, out, err = run(capsys, *command, "--set=is_on=true")
    assert (code, err) == (0, "") and "m.onnx: x to y" in out


def test_an_input_of_a_signature_that_nothing_needs_is_left_out(tmp_path, capsys):
    with tf.Graph().as_default(), tf.Session() as session:
        x, n = tf.placeholder("float", [None, 3]), tf.placeholder("int32", [None])
        y = tf.nn.softmax(x)
        tf.saved_model.simple_save(session, str(tmp_path / "saved"), {"x": x, "n": n}, {"y": y})
    code, out, _ = run(capsys, tmp_path / "saved", f"--output={tmp_path / 'm.onnx'}")
    assert code == 0 and "m.onnx: x to y" in out


@pytest.fixture(scope="module")
def modern(tmp_path_factory):
    """SavedModels of Keras and of `tf.function`, each kind written once, by another process."""
    written = {}

    def of_kind(kind):
        if kind == "keras2":
            pytest.importorskip("tf_keras")
        if kind not in written:
            written[kind] = tmp_path_factory.mktemp(kind)
            command = [sys.executable, modern_graphs.__file__, str(written[kind]), kind]
            done = subprocess.run(command, capture_output=True, text=True)
            assert done.returncode == 0, done.stderr
        return written[kind]

    return of_kind


@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    "kind, name", [(kind, name) for kind, names in modern_graphs.NAMES.items() for name in names]
)
def test_models_of_today(kind, name, modern, tmp_path):
    path = modern(kind) / name
    arrays = dict(np.load(f"{path}.npz"))
    want = [arrays[key] for key in sorted(arrays) if key.startswith("out")]
    model = loading.load(str(path))
    given = [arrays[key] for key in sorted(arrays) if key.startswith("in")]
    # A signature has names of its own; no two of these inputs have the same shape.
    feed = {name: next(a for a in given if fits(model, name, a)) for name in model.inputs}
    for ending in ("onnx", "tflite"):
        written = writing.write(str(tmp_path / f"m.{ending}"), model, [feed])
        assert len(written.found) == len(want)
        for array in want:
            same = [each for each in written.found.values() if each.shape == array.shape]
            assert min(np.abs(each - array).max() for each in same) <= 1e-6
        layers = modern_graphs.NAMES[kind][name]
        if ending == "onnx" and layers is not None:
            assert [line.split(": ")[1] for line in written.notes] == layers


def fits(model, name, array):
    """Whether an input takes an array."""
    with tf.Graph().as_default() as graph:
        tf.import_graph_def(model.graph_def, name="")
        tensor = graph.get_tensor_by_name(model.inputs[name])
    return tensor.shape.is_compatible_with(array.shape) and tensor.dtype == array.dtype


def test_open_time_steps_stay_open_in_litert_unless_fixed(tmp_path, capsys):
    with tf.Graph().as_default() as graph, tf.Session() as session:
        x = tf.placeholder("float", [None, None, 3], name="x")
        y, _ = tf.nn.dynamic_rnn(tf.nn.rnn_cell.GRUCell(2), x, dtype="float32")
        session.run(tf.global_variables_initializer())
        frozen = tf.graph_util.convert_variables_to_constants(
            session, graph.as_graph_def(), [y.op.name]
        )
    (tmp_path / "g.pb").write_bytes(frozen.SerializeToString())
    output = tmp_path / "m.tflite"
    code, _, err = run(capsys, tmp_path / "g.pb", f"--output={output}")
    assert (code, err) == (0, "")
    x = np.random.RandomState(0).randn(2, 9, 3).astype("float32")
    ((name, found),) = lite.run(str(output), {"x": x}).items()
    expected = loading.load(str(tmp_path / "g.pb")).run({"x": x})[name]
    np.testing.assert_allclose(found, expected, atol=1e-6)
    np.savez(tmp_path / "x.npz", x=x)
    more = ["--quantize=int8", f"--samples={tmp_path / 'x.npz'}"]
    code, _, err = run(capsys, tmp_path / "g.pb", f"--output={output}", *more)
    assert code == 1 and "int8 needs it; give --time_steps" in err
    code, _, err = run(capsys, tmp_path / "g.pb", f"--output={output}", "--time_steps=7")
    assert (code, err) == (0, "")
    ((_, found),) = lite.run(str(output), {"x": x[:, :7]}).items()
    np.testing.assert_allclose(found, expected[:, :7], atol=1e-6)


@pytest.fixture(scope="module")
def legacy(tmp_path_factory):
    """Graphs that 1.15.5 wrote, in each form."""
    if oracle.python() is None:
        pytest.skip("no TensorFlow 1.15.5 here")
    path = tmp_path_factory.mktemp("legacy")
    command = [oracle.python(), "-W", "ignore", legacy_graphs.__file__, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, env=oracle.environment())
    assert done.returncode == 0, done.stderr
    return path


NAMES = sorted([*legacy_graphs.CELLS, *legacy_graphs.LOOPS])
FORMS = [(name, ".pb", ending) for name in NAMES for ending in ("onnx", "tflite")]
FORMS += [(name, form, "onnx") for name in ("partitioned", "static") for form in (".meta", "")]


@pytest.mark.oracle
@pytest.mark.parametrize("name, form, ending", FORMS)
def test_what_1_15_5_computed_is_what_the_file_computes(name, form, ending, legacy, tmp_path):
    given = dict(np.load(legacy / f"{name}.npz"))
    model = loading.load(str(legacy / name) + form, outputs=["y"] if form else None)
    feed = {key: given[key] for key in model.inputs}
    written = writing.write(str(tmp_path / f"m.{ending}"), model, [feed])
    np.testing.assert_allclose(written.found["y"], given["y"], atol=2e-6)
    layers = legacy_graphs.LAYERS.get(name)
    if ending == "onnx" and layers is not None:
        assert [line.split(": ")[1] for line in written.notes] == layers


@pytest.mark.parametrize(
    "more, why",
    [
        ([], "--output"),
        (["--output=m.onnx", "--quantize=int8"], "is for LiteRT"),
        (["--output=m.tflite", "--quantize=int8"], "needs --samples"),
        (["--output=m.onnx", "--batch_size=0"], "expected a positive number"),
        (["--output=m.onnx", "--time_steps=-1"], "expected a positive number"),
        (["--output=m.onnx", "--set=keep"], "--set=keep; expected NAME=VALUE"),
        (["--output=m.onx"], "expected FILE.onnx, FILE.tflite, or a new folder"),
        ([f"--output={__file__}"], "is the graph itself"),
        (["--output=m.pb"], "expected FILE.onnx, FILE.tflite, or a new folder"),
    ],
)
def test_usage(more, why, capsys):
    code, _, err = run(capsys, __file__, *more)
    assert code == 2 and why in err and err.count("\n") == 1
