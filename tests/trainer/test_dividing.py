"""A part held out by a seed: always the same, of the asked size, and no class is lost."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tf1_rnn.errors import RunError
from tf1_rnn.trainer import datasets, dividing
from tf1_rnn.trainer.datasets import Dataset, Split


@settings(deadline=None, derandomize=True)
@given(
    counts=st.lists(st.integers(1, 30), min_size=2, max_size=6),
    fraction=st.floats(0.01, 0.6),
    seed=st.integers(0, 2**32 - 1),
)
def test_every_class_stays_and_keeps_its_share(counts, fraction, seed):
    y = np.random.RandomState(seed).permutation(np.repeat(np.arange(len(counts)), counts))
    chosen = dividing.held_out(y, None, fraction, seed)
    rest = np.setdiff1d(np.arange(len(y)), chosen)
    assert len(np.unique(chosen)) == len(chosen) and (np.diff(chosen) > 0).all()
    assert set(y[rest]) == set(y)
    wanted = min(max(1, round(fraction * len(y))), len(y) - 1)
    shares = np.array(counts) * wanted / len(y)
    taken = np.bincount(y[chosen], minlength=len(counts))
    assert (taken <= np.ceil(shares + 1e-9)).all() and len(chosen) <= wanted
    if (np.ceil(shares + 1e-9) < counts).all():
        assert len(chosen) == wanted and (taken >= np.floor(shares - 1e-9)).all()
    np.testing.assert_array_equal(chosen, dividing.held_out(y, None, fraction, seed))


def test_shares_are_those_of_the_classes():
    y = np.repeat([0, 1, 2], [100, 50, 10])
    chosen = dividing.held_out(y, None, 0.1, 0)
    assert list(np.bincount(y[chosen])) == [10, 5, 1]


def test_another_seed_takes_others():
    y = np.repeat([0, 1], 50)
    first, second = (dividing.held_out(y, None, 0.2, seed) for seed in (0, 1))
    assert len(first) == len(second) == 20 and not np.array_equal(first, second)


@settings(deadline=None, derandomize=True)
@given(seed=st.integers(0, 1000), n=st.integers(2, 25))
def test_classes_of_steps_stay_in_another_sequence(seed, n):
    random = np.random.RandomState(seed)
    y, lengths = random.randint(0, 4, [n, 5]), random.randint(1, 6, n)
    chosen = dividing.held_out(y, lengths, 0.3, seed)
    rest = np.setdiff1d(np.arange(n), chosen)

    def found(rows):
        return {c for i in rows for c in y[i, : lengths[i]]}

    assert found(rest) == found(range(n)) and len(chosen) <= max(1, round(0.3 * n))


def test_numbers_are_divided_only_by_the_seed():
    assert len(dividing.held_out(np.linspace(0, 1, 40), None, 0.25, 3)) == 10


def classes(y, **more):
    y = np.array(y)
    x = np.arange(len(y), dtype=np.float32).reshape(-1, 1, 1)
    ids = tuple(f"s{i}" for i in range(len(y)))
    return Dataset("d", Split(x, y, None, ids), Split(x, y), 3, **more)


def test_validation_is_taken_only_from_the_training_set():
    data = datasets.embedded_digits()
    held = dividing.with_validation(data, 0.1, 7)
    assert (len(held.train), len(held.valid), len(held.test)) == (1293, 144, 360)
    together = np.concatenate([held.train.x, held.valid.x]).reshape(1437, -1)
    before = data.train.x.reshape(1437, -1)
    np.testing.assert_array_equal(np.sort(together, 0), np.sort(before, 0))
    assert set(held.valid.y) == set(range(10)) and "144 training sequences" in held.notes[-1]
    again = dividing.with_validation(data, 0.1, 7)
    assert held.fingerprint() == again.fingerprint() != data.fingerprint()
    assert held.fingerprint() != dividing.with_validation(data, 0.1, 8).fingerprint()


def test_names_of_sequences_go_with_them():
    held = dividing.with_validation(classes([0, 1, 2] * 10), 0.2, 0)
    assert [f"s{int(v)}" for v in held.valid.x.ravel()] == list(held.valid.ids)


def test_what_is_given_is_kept_and_zero_takes_nothing():
    data = classes([0, 1, 2] * 10)
    given_one = classes([0, 1, 2] * 10, valid=data.test)
    assert dividing.with_validation(given_one, 0.5, 0) is given_one
    assert dividing.with_validation(data, 0, 0) is data


def test_too_few_are_refused_and_absent_classes_told():
    with pytest.raises(RunError, match="leaves none to validate on without losing a class"):
        dividing.with_validation(classes([0, 1, 2]), 0.3, 0)
    held = dividing.with_validation(classes([0] * 18 + [1, 2], classes=("a", "b", "c")), 0.1, 0)
    assert "no validation sequence of class b, c" in held.notes[-1]
