"""TF_CONFIG: what is read of it, and one line for each thing that is wrong."""

import json

import pytest

from tf1_rnn.errors import UsageError
from tf1_rnn.trainer.cluster import configuration

CLUSTER = {"chief": ["a:1"], "worker": ["b:1", "c:1"], "ps": ["d:1"]}


def read(**changes):
    values = {"cluster": CLUSTER, "task": {"type": "worker", "index": 1}, **changes}
    return configuration.read({"TF_CONFIG": json.dumps(values)})


def test_a_task_of_a_cluster():
    task = read()
    assert (task.job, task.index, task.name, task.address) == ("worker", 1, "worker 1", "c:1")
    assert task.chief == "chief"
    assert task.others() == [("chief", 0), ("worker", 0), ("ps", 0)]


def test_an_evaluator_takes_no_part_in_the_training():
    cluster = {**CLUSTER, "evaluator": ["e:1"]}
    task = read(cluster=cluster, task={"type": "evaluator", "index": 0})
    assert task.job == "evaluator" and "evaluator" not in task.cluster
    assert read(task={"type": "evaluator"}).job == "evaluator"  # nor need it be listed


def test_a_chief_of_before_1_8_is_called_master():
    task = read(cluster={"master": ["a:1"], "worker": ["b:1"]}, task={"type": "master", "index": 0})
    assert task.chief == "master" and task.name == "master"


def test_an_index_written_as_text():
    assert read(task={"type": "worker", "index": "1"}).index == 1


def test_an_empty_job_is_none():
    assert read(cluster={**CLUSTER, "ps": []}).cluster.keys() == {"chief", "worker"}


@pytest.mark.parametrize("text", ["", " ", "{}", '{"task": {"type": "worker", "index": 0}}'])
def test_no_cluster_is_asked_for(text):
    assert configuration.read({"TF_CONFIG": text}) is None
    assert configuration.read({}) is None


@pytest.mark.parametrize(
    "changes, found",
    [
        ({"cluster": ["a:1"]}, "has the cluster"),
        ({"cluster": {**CLUSTER, "wrker": ["x:1"]}}, 'the unknown job "wrker"'),
        ({"cluster": {**CLUSTER, "ps": "d:1"}}, 'has ps: "d:1"'),
        ({"cluster": {**CLUSTER, "ps": {"0": "d:1"}}}, "has ps: {"),
        ({"cluster": {**CLUSTER, "ps": ["d"]}}, 'the address "d" in ps'),
        ({"cluster": {**CLUSTER, "ps": ["d:0"]}}, 'the address "d:0" in ps'),
        ({"cluster": {**CLUSTER, "ps": ["d:65536"]}}, 'the address "d:65536" in ps'),
        ({"cluster": {**CLUSTER, "ps": [7]}}, "the address 7 in ps"),
        ({"cluster": {"worker": ["b:1"]}}, "has no chief"),
        ({"cluster": {"chief": ["a:1", "b:1"]}}, "has 2 chiefs"),
        ({"cluster": {"chief": ["a:1"], "master": ["b:1"]}}, "has 2 chiefs"),
        ({"cluster": {**CLUSTER, "evaluator": ["e:1", "f:1"]}}, "has 2 evaluators"),
        ({"cluster": {**CLUSTER, "ps": ["a:1"]}}, "the address a:1 twice"),
        ({"cluster": {"chief": ["a:1"], "worker": ["A:01"]}}, "the address a:1 twice"),
        ({"cluster": {"evaluator": ["e:1"]}}, "has no chief"),
        ({"cluster": {"chief": None, "worker": ["b:1"]}}, "has chief: null"),
        ({"cluster": {"chief": [["a:1"]]}}, 'the address ["a:1"] in chief'),
        ({"cluster": {"chief": ["grpc://a:1"]}}, 'the address "grpc://a:1" in chief'),
        ({"cluster": {"chief": ["a:1\n"]}}, "the address "),
        ({"cluster": {"chief": ["\ud800:1"]}}, "the address "),
        ({"cluster": {"chief": ["a:1:2"]}}, 'the address "a:1:2"'),
        ({"cluster": 7}, "has the cluster 7"),
        ({"task": {"type": "worker", "index": "9" * 5000}}, "a task of index"),
        ({"task": {"type": "worker", "index": "-1"}}, 'a task of index "-1"'),
        ({"task": {"type": "worker", "index": None}}, "a task of index null"),
        ({"task": {"type": "worker", "index": [0]}}, "a task of index [0]"),
        ({"task": {"type": "worker", "index": 10**30}}, "a task of index 1000"),
        ({"task": {"type": "evaluator", "index": 1}}, "a task of index 1 in evaluator"),
        ({"task": {"type": "Worker", "index": 0}}, 'of the unknown type "Worker"'),
        ({"task": None}, "has no task"),
        ({"task": "worker"}, 'has the task "worker"'),
        ({"task": {"index": 0}}, "has the task"),
        ({"task": {"type": "boss", "index": 0}}, 'of the unknown type "boss"'),
        ({"task": {"type": ["worker"], "index": 0}}, "of the unknown type"),
        ({"task": {"type": "worker", "index": 2}}, "a task of index 2 in worker; expected 0 to 1"),
        ({"task": {"type": "worker", "index": -1}}, "a task of index -1 in worker"),
        ({"task": {"type": "chief", "index": 1}}, "a task of index 1 in chief; expected 0"),
        ({"task": {"type": "worker", "index": 0.5}}, "a task of index 0.5"),
        ({"task": {"type": "worker", "index": True}}, "a task of index true"),
        ({"task": {"type": "master", "index": 0}}, "no master in its cluster"),
    ],
)
def test_what_is_wrong_is_one_line(changes, found):
    with pytest.raises(UsageError) as caught:
        read(**changes)
    message = str(caught.value)
    assert message.startswith("TF_CONFIG ") and found in message and "; expected " in message
    assert "\n" not in message


@pytest.mark.parametrize("text", ["{", "nonsense", "[]", "7", "null", "{}x", "[" * 99_999])
def test_text_that_is_no_object(text):
    with pytest.raises(UsageError, match="^TF_CONFIG is .*; expected an object"):
        configuration.read({"TF_CONFIG": text})


def test_a_name_that_stands_twice():
    text = '{"cluster": {"chief": ["a:1"], "chief": ["b:1"]}, "task": {"type": "chief"}}'
    with pytest.raises(UsageError, match='^TF_CONFIG has "chief" twice in one object; expected'):
        configuration.read({"TF_CONFIG": text})
