"""The order of an epoch: every sequence once, only by seed and epoch, like lengths together."""

import numpy as np
import pytest

from tf1_rnn.trainer.streaming import order


def epoch(count=1000, batch_size=16, window=5, seed=0, number=0, lengths=None, size=10):
    blocks = order.cut(np.array([0, count // 3, count]), size)
    return order.Epoch(blocks, lengths, batch_size, window, seed, number)


def sequence(epoch):
    """Return positions in the order of an epoch."""
    return np.concatenate(
        [positions[order] for positions, order in map(epoch.window, range(len(epoch)))]
    )


@pytest.mark.parametrize(
    "count, batch_size, window, size",
    [(1000, 16, 5, 10), (7, 3, 1, 1), (50, 64, 2, 8), (64, 8, 8, 64)],
)
def test_every_sequence_once(count, batch_size, window, size):
    found = sequence(epoch(count, batch_size, window, size=size))
    assert sorted(found) == list(range(count))


def test_the_order_is_that_of_seed_and_epoch():
    first = sequence(epoch())
    np.testing.assert_array_equal(first, sequence(epoch()))
    assert (first != sequence(epoch(number=1))).any() and (first != sequence(epoch(seed=1))).any()


def test_blocks_do_not_cross_borders_and_are_read_in_one_piece():
    np.testing.assert_array_equal(
        order.cut(np.array([0, 5, 5, 12]), 4), [[0, 4], [4, 5], [5, 9], [9, 12]]
    )
    positions, _ = epoch().window(1)
    assert (np.diff(positions) == 1).mean() > 0.8


def test_a_window_mixes_far_away_sequences():
    positions, _ = epoch(100_000, window=50, size=20).window(0)
    assert np.histogram(positions, 10, (0, 100_000))[0].min() > 0


def test_batches_are_of_like_lengths_and_all_full_but_the_last():
    lengths = np.random.RandomState(0).randint(1, 101, 1003).astype(np.int32)
    shuffled = epoch(1003, 16, 20, lengths=lengths)
    parts = [positions[order] for positions, order in map(shuffled.window, range(len(shuffled)))]
    assert [len(part) % 16 for part in parts[:-1]] == [0] * (len(parts) - 1)
    assert sorted(np.concatenate(parts)) == list(range(1003))
    padded = longest = 0
    for part in parts:
        for begin in range(0, len(part), 16):
            batch = lengths[part[begin : begin + 16]]
            padded += batch.max() * len(batch)
        rows = np.array_split(np.random.RandomState(1).permutation(part), len(part) // 16)
        longest += sum(lengths[row].max() * len(row) for row in rows)
    assert padded / lengths.sum() < 1.25 < 1.6 < longest / lengths.sum()
    # Short batches do not all come before long ones.
    means = [lengths[row].mean() for row in parts[0].reshape(-1, 16)]
    assert (np.diff(means) < 0).any() and (np.diff(means) > 0).any()


def test_in_order():
    plain = order.InOrder(50, 8, 3)
    assert sequence(plain).tolist() == list(range(50)) and len(plain) == 3


@pytest.mark.parametrize("left_out", [0, 2])
@pytest.mark.parametrize("number", [0, 1, 12])
def test_workers_share_each_batch_among_them(number, left_out):
    whole = epoch()  # windows of 5 batches of 16, the last one of 3
    mine = np.arange(1000) % 7
    masks = [
        mine < 3,
        (mine >= 3) & (np.arange(1000) < 990),
        (mine >= 3) & (np.arange(1000) >= 990),
    ]
    positions, chosen, ends = whole.cut(number, left_out, 16)
    batches = np.split(positions[chosen], ends[:-1])
    shares = []
    for mask in masks:
        own, places, cuts = order.Share(whole, mask).cut(number, left_out, 16)
        assert mask[own].all() and len(cuts) == len(ends) and cuts[-1] == len(places)
        shares.append(np.split(own[places], cuts[:-1]))
    for batch, *parts in zip(batches, *shares, strict=True):
        assert sorted(np.concatenate(parts)) == sorted(batch)


def test_who_has_nothing_in_a_window_reads_one_and_gives_none():
    mask = np.arange(1000) == 999
    share, found = order.Share(epoch(), mask), 0
    for number in range(len(share)):
        positions, places, ends = share.cut(number, 0, 16)
        assert positions.tolist() == [999]
        found += len(places)
        assert ends[-1] == len(places)
    assert found == 1
