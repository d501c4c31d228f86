"""Arrays of one element are numbers again where old programs took them for numbers."""

import threading

import numpy
import pytest

from tf1_rnn.porting import habits, imports, numpy1


@pytest.mark.parametrize(
    "expression, value",
    [
        ("int(np.searchsorted(np.cumsum([0.1, 0.9]), np.array([0.5])))", 1),
        ("float(np.array([[1.5]])), int('ff', 16), int(*['4'])", (1.5, 255, 4)),
        ("'%.1f %d %s' % (np.array([1.25]), np.array([[2]]), np.array([3.0]))", "1.2 2 [3.]"),
        ("'%f' % np.array([1.0]), '%s' % np.array([1])", ("1.000000", "[1]")),
        ("'%(a)s%%' % {'a': 1}, 7 % 4", ("1%", 3)),
        ("np.array([1, 2], np.uint8).tostring(), np.array([1, 5]).ptp()", (b"\1\2", 4)),
        ("np.vstack(row for row in ([1], [2])).tolist(), np.math.sqrt(4)", ([[1], [2]], 2.0)),
    ],
)
def test_arrays_of_one_element_are_numbers(expression, value):
    names = {"np": numpy1}
    exec(imports.compile_user_source(f"value = {expression}", "script.py"), names)
    assert names["value"] == value
    assert sorted(name for name in names if name[0] != "_") == ["np", "value"]


def test_an_array_of_one_element_is_assigned_to_an_element():
    source = (
        "x = np.zeros(3); x[0] = np.array([1.0]); x[1:][0] = np.array([[2.0]]); x[2:] = 3\n"
        "y = np.zeros((2, 2), np.uint8); y[0, 0] = 300; y[1, ...] = [1, 2]\n"
        "d = {}; d['k'] = np.array([1])\n"
    )
    names = {"np": numpy1}
    exec(imports.compile_user_source(source, "script.py"), names)
    assert names["x"].tolist() == [1, 2, 3]
    assert names["y"].tolist() == [[44, 0], [1, 2]]
    assert names["d"]["k"].shape == (1,)


@pytest.mark.parametrize(
    "source, error",
    [
        ("int(np.array([1, 2]))", TypeError),
        ("int('x')", ValueError),
        ("'%d' % 'x'", TypeError),
        ("np.zeros(2)[0] = np.zeros(2)\n", ValueError),
        ("[1][5] = 2\n", IndexError),
    ],
)
def test_what_failed_on_numpy_1_fails(source, error):
    with pytest.raises(error):
        exec(imports.compile_user_source(source, "script.py"), {"np": numpy1})


def test_methods_that_arrays_lost_and_those_of_other_objects():
    assert set(imports.METHODS) == set(habits._METHODS)

    class Mine:
        def itemset(self, value):
            return value

    source = "x = np.zeros(3); x.itemset(1, 5); x.itemset(2, 7.5); y = mine.itemset(4)\n"
    names = {"np": numpy1, "mine": Mine()}
    exec(imports.compile_user_source(source, "script.py"), names)
    assert names["x"].tolist() == [0, 5, 7.5] and names["y"] == 4
    with pytest.raises(AttributeError, match="Mine.*tostring"):
        habits.method(Mine(), "tostring")


def test_a_thread_prints_as_the_thread_that_started_it():
    seen = []

    class Talker(threading.Thread):
        def run(self):
            seen.append(repr(numpy.float32(0.5)))

    before = numpy.get_printoptions()["legacy"]
    numpy.set_printoptions(legacy=habits.PRINTED_AS)
    try:
        thread = Talker()
        habits.started_in_context(threading.Thread.start)(thread)
        thread.join()
    finally:
        numpy.set_printoptions(legacy=before)
    assert seen == ["0.5"]
    assert repr(numpy.float32(0.5)) == "np.float32(0.5)"
