"""Odd and hostile command lines and folders: the result is a plan, or one line and its exit code.

Hypothesis draws them: flags of every row with values of every kind, separately and together, and
the files of a model_dir with values replaced, nested, cut and exchanged. Whatever is drawn, nothing
is raised but a `RunError` of one line, and no file of the folder changes.
"""

import json
import os
import string

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tf1_rnn import command_line, main, train_all
from tf1_rnn.errors import RunError, UsageError
from tf1_rnn.trainer import choosing, plan
from tf1_rnn.trainer.flags import FLAGS
from tf1_rnn.trainer.model_dir import ModelDir
from tf1_rnn.trainer.settings import Settings

DRAWS = settings(
    max_examples=200,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
NUMBERS = ("0", "-1", "1", "3", "1e308", "nan", "inf", "-inf", "1e999", "9" * 400, "0x10", "1_0")
WORDS = ("", " ", "~", "true", "maybe", "3x3", "3,3", "3,", ",", "a b", "é", "\0", "\n", "[", "*")
ODD = (*NUMBERS, *WORDS, "--", "=", "gru", "lstm", "conv_lstm", "train", "eval", "balanced")


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """Return a folder with data, a trained folder that holds only names, and a file of bytes."""
    folder = tmp_path_factory.mktemp("place")
    random = np.random.RandomState(0)
    x, y = random.rand(20, 3, 2), np.arange(20) % 2
    np.savez(folder / "data.npz", x_train=x, y_train=y, x_test=x, y_test=y)
    flags = {"cell": "gru", "data": str(folder / "data.npz"), "standardize": True}
    settled = plan.settle(Settings(**flags, model_dir=str(folder / "run")))
    made = ModelDir(str(folder / "run"))
    with made.locked():
        made.write_config(settled.configuration, settled.statistics)
        row = {"train_loss": 0.5, "valid_loss": 0.25, "valid_accuracy": 0.5}
        made.write_history([{"epoch": n, "step": n, **row} for n in (1, 2, 3)])
    for name in ("model.ckpt-3.index", "model.ckpt-2.index"):
        (folder / "run" / name).write_text("")
    (folder / "bytes").write_bytes(bytes(range(256)))
    return folder


def listing(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize(
    "output, words", [(".", "is a folder or device"), ("no/x", "its folder does")]
)
def test_what_is_in_the_way_of_the_output_is_a_failure(place, monkeypatch, output, words):
    monkeypatch.chdir(place)
    for flags in (["--mode=predict"], ["--mode=export"]):
        with pytest.raises(RunError, match=words) as error:
            main.parse(["main", *flags, "--model_dir=run", f"--output={output}"])
        assert error.value.exit_code == 1


def answered(ask, codes=(1, 2)):
    """Return what a question was answered, and require that a refusal is one line."""
    try:
        return ask()
    except command_line.TextOnly:
        return None
    except RunError as error:
        text = command_line.printable(str(error), command_line.MOST)
        assert text.strip() and "\n" not in text and len(str(error)) < 5000, text
        assert "unexpected" not in text and error.exit_code in codes
        return None


values = st.one_of(
    st.sampled_from(ODD),
    st.integers(-(10**20), 10**20).map(str),
    st.floats().map(str),
    st.text(string.printable, max_size=12),
)
names = st.sampled_from([*FLAGS, "flagfile", "nofast", "no_verbose", "cel", "help", "undefok"])


@st.composite
def arguments(draw):
    """Draw a command line: mostly of flags that exist, sometimes with a value of another kind."""
    found = draw(st.sampled_from([[], ["--cell=gru"], ["--cell=conv_lstm"], ["--mode=eval"]]))
    for _ in range(draw(st.integers(1, 4))):
        name, form = draw(names), draw(st.sampled_from(["--{}={}", "--{}={}", "--{}", "--no{}"]))
        path = draw(st.sampled_from(["data.npz", "run", "bytes", "none", "run/config.json"]))
        is_path = name == "flagfile" or (name in FLAGS and FLAGS[name].kind == "path")
        value = path if is_path and draw(st.booleans()) else draw(values)
        found.append(form.format(name, value))
    return found


@DRAWS
@given(argv=arguments())
def test_any_command_line(place, argv):
    before, home = listing(place), os.getcwd()
    os.chdir(place)
    try:
        settled = answered(lambda: main.parse(["main", *argv]))
        if settled is not None:
            assert isinstance(settled, Settings)
            if settled.time_steps is None and not settled.describe:
                answered(lambda: plan.settle(settled))
        answered(lambda: train_all.parse(argv), codes=(2,))
    finally:
        os.chdir(home)
    assert listing(place) == before


json_values = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 10**30),
    st.floats(allow_nan=True),
    st.sampled_from(["", "1", "gru", "nan", "x" * 3000, [], {}, [[]], [1.5, "a"], [0], [-1]]),
    st.just(json.loads("[" * 500 + "]" * 500)),
)


@st.composite
def spoiled_json(draw, content):
    """Draw a JSON file with one value replaced, taken out or exchanged, or cut somewhere."""
    kept = json.loads(content)
    kind = draw(st.sampled_from(["flag", "flag", "flag", "statistics", "whole", "cut", "deep"]))
    if kind == "cut":
        return content[: draw(st.integers(0, len(content) - 2))]
    if kind == "deep":
        return "[" * draw(st.integers(1000, 200_000))
    if kind == "whole":
        return json.dumps(draw(json_values))
    if kind == "statistics":
        kept["statistics"] = draw(st.one_of(json_values, st.lists(json_values, max_size=3)))
    else:
        name = draw(st.sampled_from(sorted(kept["configuration"])))
        kept["configuration"][name] = draw(json_values)
        if draw(st.integers(0, 5)) == 0:
            del kept["configuration"][name]
    return json.dumps(kept)


cells = st.one_of(
    st.sampled_from(["", "nan", "inf", "-1", "1e999", "0", "2.5", '"', "9" * 5000, "x" * 140_000]),
    st.floats().map(str),
)


@st.composite
def spoiled_history(draw, content):
    """Draw a history with a field or a line replaced, repeated or cut."""
    lines = content.splitlines()
    at = draw(st.integers(0, len(lines) - 1))
    kind = draw(st.sampled_from(["field", "field", "line", "repeat", "cut", "text"]))
    if kind == "field":
        fields = lines[at].split(",")
        fields[draw(st.integers(0, len(fields) - 1))] = draw(cells)
        lines[at] = ",".join(fields)
    elif kind == "line":
        del lines[at]
    elif kind == "repeat":
        lines.insert(at, lines[at])
    elif kind == "text":
        lines[at] = draw(st.text(max_size=30))
    text = "\n".join(lines) + "\n"
    return text[: draw(st.integers(0, len(text)))] if kind == "cut" else text


@DRAWS
@given(data=st.data())
def test_any_content_of_a_folder(place, data):
    config, history = place / "run" / "config.json", place / "run" / "history.csv"
    kept = {path: path.read_text() for path in (config, history)}
    path = data.draw(st.sampled_from([config, config, history]))
    spoil = spoiled_json if path == config else spoiled_history
    path.write_text(data.draw(spoil(kept[path])), encoding="utf-8", errors="surrogatepass")
    before = listing(place)
    flags = {"data": str(place / "data.npz"), "model_dir": str(place / "run")}
    try:
        for more in ({"mode": "eval"}, {"cell": "gru", "standardize": True}):
            settled = answered(lambda more=more: plan.settle(Settings(**flags, **more)))
            if settled is not None and settled.statistics:
                # In batches: a folder may say that the data are read piece by piece.
                for batch in settled.dataset.test.in_order(100):
                    assert np.isfinite(batch.x).all()
        rows = answered(lambda: ModelDir(str(place / "run")).read_history(100)) or []
        assert all(np.isfinite(list(row.values())).all() for row in rows)
        assert listing(place) == before
    finally:
        for path, text in kept.items():
            path.write_text(text)


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """Return a folder as two finished runs of `train_all` leave it, without their checkpoints."""
    folder = tmp_path_factory.mktemp("runs")
    row = {"train_loss": 0.5, "valid_loss": 0.25, "valid_accuracy": 0.5}
    rows = [{"epoch": n, "step": n, **row} for n in (1, 2)]
    for cell in ("gru", "lstm"):
        made = ModelDir(str(folder / cell))
        choices = Settings(cell=cell).configuration()
        numbers = choosing.metrics(rows, 2, 2, {"test_loss": 0.5, "test_accuracy": 0.75})
        with made.locked():
            made.write_history(rows)
            made.write_metrics({**numbers, "parameters": 36, "configuration": choices})
        (folder / cell / "seconds.json").write_text("7")
    asked = train_all.parse(["--cells=gru,lstm", f"--runs={folder}"])
    (folder / "command.json").write_text(json.dumps({"cells": asked.cells, "flags": asked.flags}))
    return folder, asked


@st.composite
def spoiled_metrics(draw, content):
    """Draw a file of metrics with a value replaced or taken out, cut, or another file at all."""
    kept = json.loads(content)
    kind = draw(st.sampled_from(["value", "value", "value", "without", "whole", "cut", "deep"]))
    if kind == "cut":
        return content[: draw(st.integers(0, len(content) - 1))]
    if kind == "deep":
        return "[" * draw(st.integers(1000, 200_000))
    if kind == "whole" or not isinstance(kept, dict):
        return json.dumps(draw(json_values))
    names = draw(st.sampled_from([kept, kept, kept.get("configuration", kept)]))
    name = draw(st.sampled_from(sorted(names)))
    names[name] = draw(json_values)
    if kind == "without":
        del names[name]
    return json.dumps(kept)


@settings(DRAWS, max_examples=100)
@given(data=st.data())
def test_any_content_of_finished_runs(runs, data, capsys):
    folder, asked = runs
    name = data.draw(st.sampled_from(["metrics.json", "metrics.json", "seconds.json"]))
    path = data.draw(st.sampled_from([folder / "gru" / name, folder / "command.json"]))
    kept = path.read_text()
    path.write_text(data.draw(spoiled_metrics(kept)), encoding="utf-8", errors="surrogatepass")
    before = listing(folder)
    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(train_all, "_train", lambda *_: 3)  # a run that is not there is trained
            code = answered(lambda: train_all.train(asked), codes=(1,))
        table = capsys.readouterr().out
        assert code != 0 or ("nan" not in table and "inf" not in table and "| gru |" in table)
        changed = {p.name for p, content in listing(folder).items() if before.get(p) != content}
        assert changed <= {"results.md", "report.html", "command.json"}
    finally:
        path.write_text(kept)


@pytest.mark.parametrize(
    "argv, words",
    [
        (["--cell=gru", "--nofast=true"], "--nofast=true; expected --fast or --nofast"),
        (["--cell=gru", "--no-fast=true"], "expected --fast or --nofast"),
        (["--flagfile=bytes"], "--flagfile=bytes is not a text file; expected one flag"),
        (["--cell=gru", "--model_dir="], "--model_dir= is empty; expected a path"),
        (["--cell=gru", "--data= "], "is empty; expected a path"),
        (["--cell=conv_lstm", "--kernel_shape=3x3"], "expected two positive sizes, as 3,3"),
        (["--cell=gru", "--model_dir=a[b]"], "cannot read checkpoints in a folder with"),
        (
            ["--mode=predict", "--data=data.npz", "--model_dir=run", "--output=./data.npz"],
            "--output=./data.npz is part of --data=data.npz, which is never overwritten",
        ),
        (
            ["--mode=predict", "--data=data.npz", "--model_dir=run", "--output=run/config.json"],
            "--output=run/config.json is part of --model_dir=run",
        ),
        (
            ["--mode=predict", "--data=data.npz", "--model_dir=run", "--output=link"],
            "--output=link is part of --data=data.npz",
        ),
        (
            ["--cell=gru", "--data=a.csv", "--features=x,x"],
            "--features=x,x; expected different names separated by commas",
        ),
        (["--flagfile=nowhere"], "--flagfile=nowhere: no such file"),
        (
            ["--cell=gru", "--data=a.csv", "--label=y", "--features=x,y"],
            "--features=x,y names the column of --label; expected others",
        ),
        (["--cell=gru", "--data=a.csv", "--label=y", "--sequence=y"], "--label=y is the column of"),
        (["--cell"], "--cell has no value; expected --cell=VALUE"),
        (["--cell=GRU"], "--cell=GRU; expected one of basic_lstm, lstm, gru, multi_lstm, bilstm, "),
        (["--cell=grus"], "conv_lstm; did you mean gru?"),
        (["--help=3"], "--help=3; expected --help"),
        (["--mode=export", "--model_dir=run", "--output=m.xyz"], "expected FILE.onnx, FILE.tflite"),
        (
            ["--mode=predict", "--data=a_TRAIN.ts", "--model_dir=run", "--output=a_TEST.ts"],
            "--output=a_TEST.ts is part of --data=a_TRAIN.ts",
        ),
        (
            ["--cell=gru", "--data=run/history.csv", "--model_dir=run"],
            "--data=run/history.csv has the name of a file that a run writes to --model_dir=run",
        ),
    ],
)
def test_refused_in_words_that_fit(place, monkeypatch, argv, words):
    monkeypatch.chdir(place)
    if not os.path.lexists("link"):
        os.symlink("data.npz", "link")
    with pytest.raises(UsageError) as error:
        main.parse(["main", *argv])
    assert words in str(error.value)


@pytest.mark.parametrize(
    "flags, words",
    [
        (
            {"mode": "eval", "model_dir": "nowhere"},
            "--model_dir=nowhere does not exist; train first",
        ),
        ({"mode": "eval", "model_dir": "empty"}, "--model_dir=empty holds no checkpoint; train"),
        ({"mode": "eval", "model_dir": "piped"}, "piped/config.json: a pipe or device; expected"),
        ({"cell": "gru", "label": "y"}, r"arrays by name \(.npz\): --label is not for that"),
        ({"cell": "gru", "sequence": "y"}, r"it is for a table \(CSV\) or a table \(Parquet\)"),
    ],
)
def test_refused_before_a_run(place, monkeypatch, flags, words):
    monkeypatch.chdir(place)
    for name in ("empty", "piped"):
        (place / name).mkdir(exist_ok=True)
    if not os.path.lexists("piped/config.json"):
        os.mkfifo("piped/config.json")
    with pytest.raises(RunError, match=words):
        plan.settle(Settings(data="data.npz", **flags))


def test_predictions_may_lie_beside_the_checkpoints(place, monkeypatch):
    monkeypatch.chdir(place)
    flags = ["--mode=predict", "--data=data.npz", "--model_dir=run/"]
    assert main.parse(["main", *flags, "--output=run/mine.csv"]).output == "run/mine.csv"


def test_a_home_folder_and_slashes(place, monkeypatch):
    monkeypatch.setenv("HOME", str(place))
    given = main.parse(["main", "--cell=gru", "--model_dir=~/run//", "--data=~/data.npz"])
    assert given.data == str(place / "data.npz")
    assert ModelDir(given.model_dir).path == str(place / "run")


@pytest.mark.parametrize(
    "flags, words",
    [
        ({"cell": "gru", "num_units": 10**9}, "a model of --num_units=1000000000 .* give smaller"),
        ({"cell": "multi_lstm", "multi_units": (10**7, 10**7)}, "give smaller sizes"),
        ({"cell": "conv_lstm", "output_channels": 10**8}, "give smaller sizes"),
        ({"cell": "conv_lstm", "time_steps": 10**9}, "--time_steps=1000000000 takes .* fewer"),
    ],
)
def test_what_cannot_fit_is_said_before_it_is_tried(flags, words):
    with pytest.raises(RunError, match=words):
        plan.settle(Settings(**flags))
