"""The launcher's command line, and how it watches its processes."""

import signal

import pytest

from tf1_rnn import cluster, command_line
from tf1_rnn.command_line import TextOnly
from tf1_rnn.errors import UsageError


@pytest.mark.parametrize(
    "argv, found",
    [
        (["--", "--cell=gruu"], "--cell"),
        (["--", "--cell=gru", "--mode=eval", "--model_dir=x"], "--mode=eval is for one process"),
        (["--cell=gru"], "--cell is a flag of tf1-rnn train; expected it after --"),
        (["--model-dir=x"], "--model_dir is a flag of tf1-rnn train"),
        (["--workers=0", "--", "--cell=gru"], "--workers=0; expected a whole number, 1 or more"),
        (["--ps=-1", "--", "--cell=gru"], "--ps=-1; expected a whole number, 0 or more"),
        (["--wrokers=3", "--", "--cell=gru"], "did you mean --workers?"),
        (["--evaluator", "--", "--cell=gru"], "expected --model_dir"),
        (["--workers=2"], "--cell was not given"),
        (
            ["--", "--cell=gru", "--backup_workers=2"],
            "--backup_workers=2 of 2 workers, the chief included; expected fewer",
        ),
        (
            ["--", "--cell=gru", "--async", "--backup-workers=1"],
            "--backup_workers=1 was given with --nosync",
        ),
        (
            ["--", "--cell=gru", "--backup_workers=-1"],
            "--backup_workers=-1; expected a whole number, 0 or more",
        ),
    ],
)
def test_a_wrong_command_line_is_one_line(argv, found):
    with pytest.raises(UsageError) as caught:
        cluster.parse(argv)
    assert found in str(caught.value)


def test_help_shows_every_flag():
    with pytest.raises(TextOnly) as caught:
        cluster.parse(["--help"])
    for name in ("--workers", "--ps", "--[no]evaluator", "--restarts"):
        assert name in str(caught.value)


def test_every_process_gets_the_cluster_and_its_own_task():
    request = cluster.parse(["--workers=3", "--ps=2", "--", "--cell=gru", "--seed=3"])
    members = cluster._members(request)
    assert [m.name for m in members] == ["chief", "worker 0", "worker 1", "ps 0", "ps 1"]
    assert request.training == ["--cell=gru", "--seed=3"]
    assert [m.is_chief for m in members] == [True, False, False, False, False]


class Script:
    """A process that ends as it is told: an exit code each time it is started."""

    def __init__(self, name, *codes):
        self.name, self.is_chief, self.codes, self.starts = name, name == "chief", list(codes), 0

    def start(self):
        self.starts += 1

    def code(self):
        return self.codes.pop(0) if len(self.codes) > 1 else self.codes[0]

    def last_line(self):
        return f"{self.name} has failed"


def test_the_chief_ends_the_watch(capsys):
    assert cluster._watch([Script("chief", None, 0), Script("worker 0", None)], 3) == 0
    assert cluster._watch([Script("chief", None, 1), Script("worker 0", None)], 3) == 1


def test_a_killed_process_is_started_again_until_restarts_are_used_up(capsys):
    worker = Script("worker 0", -signal.SIGKILL, None)
    assert cluster._watch([worker, Script("chief", None, None, 0)], 3) == 0
    assert worker.starts == 1
    assert (
        "worker 0 was killed by SIGKILL: restarting it, 2 restarts left" in capsys.readouterr().out
    )
    worker = Script("worker 0", -signal.SIGKILL)
    assert cluster._watch([worker, Script("chief", None)], 3) == 128 + signal.SIGKILL
    assert worker.starts == 3
    assert "no restarts left (--restarts=3)" in capsys.readouterr().err


def test_one_that_fails_by_itself_ends_all_and_says_why(capsys):
    members = [Script("chief", None), Script("ps 0", None, 2)]
    assert cluster._watch(members, 3) == 2
    assert capsys.readouterr().err == "ps 0 has failed\n"


def test_what_a_process_repeats_of_the_chief_is_said_once(capsys):
    worker = Script("worker 0", None, 2)
    worker.last_line = lambda: "tf1-rnn cluster: the chief has ended: --epochs=1 asks for fewer"
    assert cluster._watch([worker, Script("chief", None)], 3) == 2
    assert capsys.readouterr().err == ""


def test_one_that_was_stopped_is_named(capsys):
    chief = Script("chief", None, 128 + signal.SIGTERM)
    chief.last_line = lambda: ""
    assert cluster._watch([chief, Script("worker 0", None)], 3) == 143
    assert capsys.readouterr().err == "tf1-rnn cluster: chief was stopped\n"


@pytest.mark.parametrize(
    "argv, words",
    [
        ([], "nothing was kept; runs with --model_dir=FOLDER can be resumed"),
        (["--model_dir=x"], "x holds no checkpoint yet; the same command starts again"),
        (["--model_dir=y"], "run the same command again to resume from the last checkpoint in y"),
    ],
)
def test_ctrl_c_is_answered_once_with_how_to_go_on(argv, words, monkeypatch, tmp_path, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "y").mkdir()
    (tmp_path / "y" / "checkpoint").touch()

    def interrupted(request):
        (member,) = cluster._members(request)
        assert command_line.PARENT in member._environment
        signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(cluster, "train", interrupted)
    assert cluster.main(["cluster", "--workers=1", "--", "--cell=gru", *argv]) == 130
    assert capsys.readouterr().err == f"tf1-rnn cluster: stopped by Ctrl-C; {words}\n"


def test_one_that_has_served_does_not_disturb_the_others():
    assert cluster._watch([Script("ps 0", 0), Script("chief", None, None, 0)], 0) == 0
