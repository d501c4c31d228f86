"""A data set shuffled, then repeated, has the first epoch of 1.15.5, which fused the two."""

import pytest

import tf1_rnn.v1 as tf


def elements(build, seed=11):
    """Return the elements of a data set under a graph's seed, at most 18."""
    with tf.Graph().as_default(), tf.Session() as session:
        tf.set_random_seed(seed)
        iterator = build(tf.data.Dataset.range(6)).make_initializable_iterator()
        following, found = iterator.get_next(), []
        session.run(iterator.initializer)
        try:
            while len(found) < 18:
                found.append(int(session.run(following)))
        except tf.errors.OutOfRangeError:
            pass
        return found


# First epochs that 1.15.5 gave.
FIRST = {
    "for ever": (lambda d: d.shuffle(6).repeat(), [5, 4, 2, 3, 0, 1]),
    "three times": (lambda d: d.shuffle(6).repeat(3), [5, 4, 2, 3, 0, 1]),
    "a tensor's times": (
        lambda d: d.shuffle(6).repeat(tf.constant(3, "int64")),
        [5, 4, 2, 3, 0, 1],
    ),
    "a small buffer": (lambda d: d.shuffle(3).repeat(), [2, 1, 4, 3, 5, 0]),
    "a seed": (lambda d: d.shuffle(6, seed=3).repeat(), [0, 1, 5, 3, 4, 2]),
    "within a map": (
        lambda d: d.flat_map(lambda _: tf.data.Dataset.range(6).shuffle(6).repeat(3)),
        [0, 3, 5, 2, 1, 4],
    ),
}


@pytest.mark.parametrize("what", FIRST)
def test_the_first_epoch_is_that_of_1_15_5_and_the_others_are_whole(what):
    build, first = FIRST[what]
    found = elements(build)
    assert found[:6] == first
    assert [sorted(found[start : start + 6]) for start in (6, 12)] == [[*range(6)]] * 2
    assert found[6:12] != found[:6] != found[12:]


def test_without_reshuffling_every_epoch_is_the_first():
    build = lambda d: d.shuffle(6, reshuffle_each_iteration=False).repeat(3)  # noqa: E731
    assert elements(build) == [5, 4, 2, 3, 0, 1] * 3


def test_one_epoch_is_shuffled_as_without_repeat():
    assert elements(lambda d: d.shuffle(6).repeat(1)) == [4, 2, 3, 0, 1, 5]


def test_a_one_shot_iterator_shuffles_so_too():
    with tf.Graph().as_default(), tf.Session() as session:
        tf.set_random_seed(11)
        data = tf.data.Dataset.range(6).shuffle(6).repeat().batch(6)
        assert session.run(data.make_one_shot_iterator().get_next()).tolist() == [5, 4, 2, 3, 0, 1]


def test_without_a_seed_nothing_is_added():
    with tf.Graph().as_default() as graph:
        tf.data.Dataset.range(6).shuffle(6).repeat()
        types = [each.type for each in graph.get_operations()]
    assert types.count("ShuffleDataset") == 1 and "ConcatenateDataset" not in types
