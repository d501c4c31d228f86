"""What a report is told, and its one line."""

import contextlib

import pytest

from tf1_rnn.fast.report import Call, Report, note, uncounted


def test_a_report_is_told_while_it_listens():
    report = Report()
    note("dynamic_rnn", "", "")
    with report.listening():
        note("static_rnn", "decoder", "inputs of float16")
    note("dynamic_rnn", "", "")
    assert report.calls == [Call("static_rnn", "decoder", "inputs of float16")]


def test_of_two_that_listen_the_inner_is_told_and_an_error_ends_it():
    outer, inner = Report(), Report()
    with outer.listening():
        with pytest.raises(KeyError), inner.listening():
            note("inner", "", "")
            raise KeyError
        note("outer", "", "")
    assert [call.loop for call in inner.calls] == ["inner"]
    assert [call.loop for call in outer.calls] == ["outer"]


@pytest.mark.parametrize("listens", [False, True])
@pytest.mark.parametrize("counts", [False, True])
def test_nodes_are_left_out_for_an_owner_who_counts_and_listens(listens, counts):
    inside = []

    @contextlib.contextmanager
    def leave_out():
        inside.append(1)
        yield
        inside.append(2)

    report = Report(leave_out if counts else None)
    with report.listening() if listens else contextlib.nullcontext():
        with uncounted():
            assert inside == ([1] if listens and counts else [])
    assert inside == ([1, 2] if listens and counts else [])


@pytest.mark.parametrize(
    "calls, line",
    [
        ([], "fast: no recurrent calls"),
        ([("a", "", "")], "fast: 1 of 1 recurrent calls"),
        (
            [("a", "", "late"), ("b", "s", ""), ("a", "", "late"), ("b", "s", "odd")],
            "fast: 1 of 4 recurrent calls; not fast: a in the outermost scope: late (2 times); "
            "b in s: odd",
        ),
    ],
)
def test_line(calls, line):
    report = Report()
    report.calls += [Call(*call) for call in calls]
    assert report.line() == line
