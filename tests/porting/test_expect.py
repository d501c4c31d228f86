"""`--expect`: numbers that are equal, numbers that part, and what is no difference."""

import math

import pytest

from tf1_rnn.errors import RunError
from tf1_rnn.porting import expect

LOG = """\
2020-03-04 10:11:12.345678: I tensorflow/core/platform/cpu_feature_guard.cc:142] AVX2 FMA
Reading /home/me/data/ptb.train.txt
Epoch 1, loss 2.302585, accuracy 0.125, 3.2 sec/step
Epoch 2, loss 2.201000, accuracy 0.250, 3.1 sec/step
step 10 loss=1.5e+00 (12:34:56, 1200 wps)
saved to ./checkpoints/model-100
done in 12.3s
"""
NOW = """\
Reading /srv/data/ptb.train.txt
a line of this day
Epoch 1, loss 2.302586, accuracy 0.125, 0.2 sec/step
Epoch 2, loss 2.201010, accuracy 0.250, 0.1 sec/step
step 10 loss=1.5e+00 (01:34:56, 99 wps)
saved to ./checkpoints/model-100
done in 1s
"""


def compared(printed, log=LOG):
    return expect.compare(printed.splitlines(), log.splitlines())


def test_times_dates_speeds_and_paths_are_no_difference():
    comparison = compared(NOW)
    assert comparison.parting is None
    assert expect.is_equal(comparison)
    assert comparison.numbers >= 8


def test_the_first_parting_is_named_with_its_error():
    comparison = compared(NOW.replace("2.201010", "2.301010"))
    assert not expect.is_equal(comparison)
    assert comparison.parting.expected.startswith("Epoch 2, loss 2.201000")
    assert comparison.parting.printed.startswith("Epoch 2, loss 2.301010")
    assert math.isclose(comparison.parting.error, 0.1 / 2.201, rel_tol=0.01)
    assert "differs from old.log at line" in expect.report(comparison, "old.log")[0]


def test_a_line_that_is_not_printed_is_a_parting():
    comparison = compared(NOW.replace("Epoch 2", "Era 2"))
    assert comparison.parting.expected.startswith("Epoch 2")
    assert "the script did not print this line" in expect.report(comparison, "old.log")[0]


def test_a_log_without_numbers_is_not_equal():
    comparison = compared(NOW, "no numbers here\n")
    assert not expect.is_equal(comparison)
    assert expect.report(comparison, "old.log") == ["expected old.log: no numbers to compare in it"]


def test_a_tolerance_grows_with_the_lines_before():
    assert expect.tolerance(0) == expect.FIRST_TOLERANCE
    assert expect.tolerance(50) > 10 * expect.tolerance(0)
    assert expect.tolerance(1000) == expect.LAST_TOLERANCE
    log = "".join(f"loss {1 + k / 100:.6f}\n" for k in range(100))
    rounded = "".join(f"loss {(1 + k / 100) * (1 + 1e-5 * 1.04**k):.6f}\n" for k in range(100))
    assert expect.is_equal(compared(rounded, log))
    assert not expect.is_equal(compared(log.replace("loss 1.000000", "loss 1.000400"), log))


@pytest.mark.parametrize(
    "got, want, equal",
    [("0.12", "0.13", True), ("0.12", "0.14", False), ("nan", "nan", True), ("nan", "1.0", False)],
)
def test_the_last_printed_digit_may_differ_by_one(got, want, equal):
    assert expect.is_equal(compared(f"loss {got}\n", f"loss {want}\n")) is equal


def run(log, tmp_path, program):
    path = tmp_path / "old.log"
    path.write_text(log)
    return expect.run(str(path), expect.read(str(path)), program)


def test_the_exit_code_says_whether_the_numbers_part(tmp_path, capsys):
    assert run("loss 1.5\n", tmp_path, lambda: print("loss 1.5") or 0) == 0
    assert run("loss 1.5\n", tmp_path, lambda: print("loss 2.5") or 0) == 1
    out, err = capsys.readouterr()
    assert out == "loss 1.5\nloss 2.5\n"
    assert "1 number in 1 line" in err and "expected: loss 1.5" in err


def test_a_program_that_fails_keeps_its_exit_code(tmp_path, capsys):
    def program():
        print("loss 1.5")
        raise SystemExit(3)

    with pytest.raises(SystemExit) as end:
        run("loss 1.5\n", tmp_path, program)
    assert end.value.code == 3


def test_a_log_that_is_no_text_is_shown_as_printable_lines(tmp_path, capsys):
    assert run("\0\x1b[31m 1.5 loss\x07\n", tmp_path, lambda: print("acc 1.5") or 0) == 1
    err = capsys.readouterr().err
    assert all(line.isprintable() for line in err.splitlines()) and "\\x1b[31m 1.5" in err


def test_a_log_that_cannot_be_read_is_one_line(tmp_path):
    with pytest.raises(RunError, match="--expect=.*none: no such file"):
        expect.read(str(tmp_path / "none"))
