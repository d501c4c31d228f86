"""The Kubernetes manifest in the documentation: each role is one that the program accepts."""

import json
import pathlib
import re

import pytest
import yaml

from tf1_rnn import main
from tf1_rnn.trainer.cluster import configuration

ROOT = pathlib.Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "how-to" / "cluster.md").read_text("utf-8")
DOCUMENTS = [
    document
    for block in re.findall(r"^```yaml\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)
    for document in yaml.safe_load_all(block)
]


def of_kind(kind):
    return {each["metadata"]["name"]: each for each in DOCUMENTS if each["kind"] == kind}


def container(job):
    (found,) = job["spec"]["template"]["spec"]["containers"]
    return found


def task(job):
    return configuration.read({each["name"]: each["value"] for each in container(job)["env"]})


def test_there_is_a_job_for_each_role():
    jobs = of_kind("Job").values()
    assert sorted(task(job).job for job in jobs) == ["chief", "evaluator", "ps", "worker"]
    assert len(jobs) + len(of_kind("Service")) == len(DOCUMENTS)


@pytest.mark.parametrize("name", of_kind("Job"))
def test_a_job_is_one_that_the_program_takes(name):
    job = of_kind("Job")[name]
    own = task(job)
    python, flag, module, *flags = container(job)["command"]
    assert (python, flag, module) == ("python", "-m", "tf1_rnn.main")
    main.parse([module, *flags]).check_workers(len(own.workers()))
    assert job["spec"]["template"]["spec"]["restartPolicy"] == "OnFailure"
    volumes = {each["name"] for each in job["spec"]["template"]["spec"].get("volumes", ())}
    assert {each["name"] for each in container(job).get("volumeMounts", ())} == volumes
    assert bool(volumes) == (own.job in ("chief", "evaluator"))


def test_all_have_one_cluster_and_the_same_flags():
    jobs = of_kind("Job").values()
    assert len({json.dumps(task(job).cluster) for job in jobs}) == 1
    assert len({tuple(container(job)["command"]) for job in jobs}) == 1


def test_addresses_are_those_of_services_that_lead_to_their_jobs():
    jobs, services = of_kind("Job"), of_kind("Service")
    cluster = task(next(iter(jobs.values()))).cluster
    addresses = {address for each in cluster.values() for address in each}
    assert addresses == {
        f"{name}:{port['port']}"
        for name, each in services.items()
        for port in each["spec"]["ports"]
    }
    for name, service in services.items():
        job, own = jobs[name], task(jobs[name])
        assert service["spec"]["clusterIP"] == "None"  # headless: the address is the pod's own
        assert service["spec"]["selector"] == job["spec"]["template"]["metadata"]["labels"]
        port = int(own.address.rpartition(":")[2])
        assert own.address == f"{name}:{port}"
        assert [each["containerPort"] for each in container(job)["ports"]] == [port]
