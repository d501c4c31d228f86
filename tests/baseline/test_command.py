"""`tf1-rnn baseline`: what it prints, its exit codes, and that it starts at once."""

import os
import subprocess
import sys

import numpy as np
import pytest

from tf1_rnn.baseline import trace
from tf1_rnn.baseline.__main__ import main
from tf1_rnn.baseline.cases import CASES


def run(capsys, *arguments):
    try:
        code = main(list(arguments))
    except SystemExit as stop:  # argparse's own way out
        code = stop.code
    return (code, *capsys.readouterr())


def test_all_but_check_run_without_tensorflow(tmp_path):
    (tmp_path / "tensorflow.py").write_text("raise ImportError('not here')")
    environment = dict(os.environ, PYTHONPATH=str(tmp_path))
    np.savez(tmp_path / "mine.npz", outputs=np.zeros((2, 4, 4)))
    for arguments in (
        ["--help"],
        ["list"],
        ["show", "gru"],
        ["export", str(tmp_path / "out")],
        ["compare", "gru", str(tmp_path / "mine.npz")],
    ):
        done = subprocess.run(
            [sys.executable, "-m", "tf1_rnn.baseline", *arguments],
            env=environment,
            capture_output=True,
            text=True,
        )
        assert done.returncode == (1 if arguments[0] == "compare" else 0), done.stderr
        assert done.stdout
        assert done.stderr == ""


def test_list_names_every_case(capsys):
    code, out, _ = run(capsys, "list")
    assert code == 0
    assert [line.split()[0] for line in out.splitlines()] == list(CASES)


def test_show_tells_the_cell_its_variables_and_arrays(capsys):
    code, out, _ = run(capsys, "show", "lstm_peepholes")
    assert code == 0
    for part in (
        "LSTMCell in dynamic",
        '"use_peepholes": true',
        "rnn/lstm_cell/w_f_diag",
        "gradient/initial_state/c",
        "[5, 12]",
        "starts at 0",
    ):
        assert part in out


def test_check_passes_and_prints_a_row_a_case(capsys):
    code, out, _ = run(capsys, "check", "gru_static", "rnn_relu")
    assert code == 0
    assert out.count(" ok\n") == 4  # arrays, and seeded runs
    assert "no breach" in out


def test_check_ends_with_1_on_a_breach(capsys, monkeypatch):
    monkeypatch.setitem(trace.TRAINING, "float64", 0.0)
    monkeypatch.setitem(trace.VALUES, "float64", 0.0)
    code, out, _ = run(capsys, "check", "gru_static")
    assert code == 1
    assert "BREACH" in out
    assert "relative error" in out


def test_graph_names_the_node_where_two_graphs_part(tmp_path, capsys):
    import tf1_rnn.v1 as tf

    for name, build in (("mine", tf.tanh), ("other", tf.sigmoid)):
        with tf.Graph().as_default() as made:
            build(tf.placeholder(tf.float32, [2], "x"), name="y")
            (tmp_path / f"{name}.pb").write_bytes(made.as_graph_def().SerializeToString())
            tf.train.export_meta_graph(str(tmp_path / f"{name}.meta"))
    paths = [str(tmp_path / file) for file in ("mine.pb", "mine.meta", "other.pb")]
    assert run(capsys, "graph", *paths[:2])[0] == 0
    code, out, _ = run(capsys, "graph", *paths[1:])
    assert code == 1
    assert "they differ from node 1 on:\n  mine:  y: Tanh(x)\n  other: y: Sigmoid(x)\n" in out
    (tmp_path / "text.pb").write_text("no graph")
    code, _, err = run(capsys, "graph", paths[0], str(tmp_path / "text.pb"))
    assert code == 1 and "holds no graph" in err


def test_export_holds_all_that_a_port_needs(tmp_path, capsys):
    code, out, _ = run(capsys, "export", str(tmp_path / "new" / "folder"))
    assert code == 0
    files = set(os.listdir(tmp_path / "new" / "folder"))
    assert {name + ".npz" for name in CASES} | {"README.md", "misuse.json"} == files
    text = (tmp_path / "new" / "folder" / "README.md").read_text(encoding="utf-8")
    for part in ("i, j, f, o", "forget_bias", "r, u", "before", "w_o_diag", "row-major"):
        assert part in text


def test_export_into_a_file_is_one_line(tmp_path, capsys):
    (tmp_path / "file").write_text("")
    code, _, err = run(capsys, "export", str(tmp_path / "file"))
    assert code == 1
    assert err.count("\n") == 1


def save_outputs(file, factor=1.0):
    arrays, _ = trace.load(trace.path("gru_random_state"))
    np.savez(file, outputs=arrays["outputs"] * factor)


def test_compare_of_the_same_numbers(tmp_path, capsys):
    save_outputs(tmp_path / "mine.npz")
    code, out, _ = run(capsys, "compare", "gru_random_state", str(tmp_path / "mine.npz"))
    assert code == 0
    assert "all are equal" in out


def test_compare_of_other_numbers(tmp_path, capsys):
    save_outputs(tmp_path / "mine.npz", 1.001)
    code, out, _ = run(capsys, "compare", "gru_random_state", str(tmp_path / "mine.npz"))
    assert code == 1
    assert "first at batch 0, step 0, unit 0" in out
    code, out, _ = run(
        capsys, "compare", "--tolerance=0.01", "gru_random_state", str(tmp_path / "mine.npz")
    )
    assert code == 0


def test_compare_gives_the_hint(tmp_path, capsys):
    arrays, _ = trace.load(trace.path("gru_random_state"))
    np.savez(tmp_path / "mine.npz", outputs=arrays["outputs"].swapaxes(0, 1).copy())
    if arrays["outputs"].shape[0] == arrays["outputs"].shape[1]:
        pytest.skip("batch and time are of one size")
    code, out, _ = run(capsys, "compare", "gru_random_state", str(tmp_path / "mine.npz"))
    assert code == 1
    assert "hint: " in out
    assert "batch and time" in out


@pytest.mark.parametrize(
    "arguments, code, said",
    [
        ([], 2, "no command given; expected one of list, show, check, graph, export, compare"),
        (["check", "nothing_like_it"], 2, "no case 'nothing_like_it'"),
        (["show", "peephole"], 2, "lstm_peepholes"),
        (["compare", "gru"], 2, "FILE.npz"),
        (["compare", "gru", "/no/such/file.npz"], 1, "no such file"),
        (["compare", "gru", __file__], 1, "not a readable .npz"),
        (["compare", "gru", "x.npz", "--tolerance=-1"], 2, "not a positive number"),
        (["compare", "gru", "x.npz", "--tolerance=nan"], 2, "not a positive number"),
    ],
)
def test_bad_input_is_told_in_one_line(capsys, arguments, code, said):
    found, _, err = run(capsys, *arguments)
    assert found == code
    assert said in err.splitlines()[-1]
    assert "Traceback" not in err
