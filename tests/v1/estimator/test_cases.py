"""Estimators train, resume, evaluate, predict and export as under TensorFlow 1.15.5.

`recorded` holds 1.15.5's folders and its results after resuming in them.
"""

import json
import os
import shutil
import subprocess

import numpy as np
import pytest

import tf1_rnn.v1 as tf
from tests import legacy
from tests.v1.estimator import cases, messages
from tools import oracle

with open(os.path.join(cases.RECORDED, "expected.json")) as _file:
    EXPECTED = json.load(_file)
with open(os.path.join(messages.HERE, "messages.json")) as _file:
    MESSAGES = json.load(_file)


@pytest.fixture(autouse=True)
def graph():
    with tf.Graph().as_default() as graph:
        yield graph


def assert_same(got, want, where=""):
    """Assert equal structures and words, and numbers equal but for rounding."""
    if isinstance(want, dict):
        assert sorted(got) == sorted(want), where
        for key in want:
            assert_same(got[key], want[key], f"{where}/{key}")
    elif isinstance(want, list):
        assert len(got) == len(want), f"{where}: {got}, expected {want}"
        for index, pair in enumerate(zip(got, want, strict=True)):
            assert_same(*pair, f"{where}/{index}")
    elif isinstance(want, str):
        legacy.assert_same_prints(got, want)
    else:
        np.testing.assert_allclose(got, want, rtol=1e-4, atol=1e-5, err_msg=where)


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """The folder of every case, trained here, and the results."""
    folder = tmp_path_factory.mktemp("trained")
    results = {}
    for name, case in cases.CASES.items():
        with tf.Graph().as_default():
            results[name] = case(tf, str(folder / name)).first()
    return folder, results


@pytest.mark.parametrize("name", cases.CASES)
def test_trains_as_1_15_5(name, trained):
    assert_same(cases.numbers(trained[1][name]), EXPECTED[name]["first"])


@pytest.mark.parametrize("name", cases.CASES)
def test_goes_on_in_a_folder_of_1_15_5(name):
    got = cases.again(tf, name, os.path.join(cases.RECORDED, name))
    assert_same(cases.numbers(got), EXPECTED[name]["again"])


@pytest.mark.oracle
@pytest.mark.skipif(oracle.python() is None, reason="no TensorFlow 1.15.5 here")
@pytest.mark.parametrize("name", cases.CASES)
def test_1_15_5_goes_on_in_our_folder(name, trained, tmp_path):
    folder = tmp_path / name
    shutil.copytree(trained[0] / name, folder)
    for path in folder.glob("*.meta"):
        path.unlink()  # as of the recorded folder
    done = subprocess.run(
        [oracle.python(), "-W", "ignore", cases.__file__, "again", name, str(folder)],
        capture_output=True,
        text=True,
        env=oracle.environment(),
    )
    assert done.returncode == 0, done.stderr
    ours = cases.numbers(cases.again(tf, name, str(folder)))
    assert_same(ours, json.loads(done.stdout.splitlines()[-1]))


@pytest.fixture(scope="module")
def said():
    """All that our estimators say of what they are given wrongly."""
    return messages.all_messages(tf)


@pytest.mark.parametrize("group, name", [(g, n) for g in sorted(MESSAGES) for n in MESSAGES[g]])
def test_says_what_1_15_5_says(group, name, said):
    assert said[group][name] == MESSAGES[group][name]
