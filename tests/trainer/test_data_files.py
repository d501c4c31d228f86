"""Which files belong to the one that is named, only by their names."""

import pytest

from tf1_rnn.trainer import data_files


@pytest.fixture
def there(tmp_path, monkeypatch):
    def there(*names):
        monkeypatch.chdir(tmp_path)
        for name in names:
            (tmp_path / name).write_text("x")

    return there


@pytest.mark.parametrize(
    "name, part",
    [
        ("train.csv", "train"),
        ("Coffee_TRAIN.ts", "train"),
        ("mnist-test.tfrecord-00000-of-00001", "test"),
        ("validation@3", "valid"),
        ("x.dev.csv", "valid"),
        ("trains.csv", None),
        ("strain.csv", None),
    ],
)
def test_the_part_by_the_name(name, part):
    assert data_files.part_of(name) == part


def test_partners_in_the_same_case(there):
    there("A_TRAIN.ts", "A_TEST.ts", "A_test.ts", "A_VALIDATION.ts", "B_TRAIN.ts")
    assert data_files.partners("A_TRAIN.ts") == {
        "train": "A_TRAIN.ts",
        "test": "A_TEST.ts",
        "valid": "A_VALIDATION.ts",
    }
    assert data_files.partners("A_TEST.ts") == {} == data_files.partners("B_TRAIN.ts")


def test_partners_of_shards_have_their_own_count(there):
    there("train-00000-of-00002", "train-00001-of-00002", "test-00000-of-00001")
    for pattern in ("train-*-of-00002", "train@2", "train-?????-of-00002"):
        test = data_files.partners(pattern)["test"]
        assert data_files.matching(test) == ["test-00000-of-00001"]
    assert data_files.matching("train@2") == ["train-00000-of-00002", "train-00001-of-00002"]


def test_a_file_with_the_signs_of_a_pattern_is_a_file(there):
    there("a[1].csv", "a@4")
    assert not data_files.is_pattern("a[1].csv") and not data_files.is_pattern("a@4")
    assert data_files.is_pattern("a[2].csv") and not data_files.is_pattern("b.csv")


@pytest.mark.parametrize(
    "data, output, is_read",
    [
        ("A_TRAIN.ts", "A_TEST.ts", True),
        ("A_TRAIN.ts", "./../here/A_TEST.ts", True),
        ("A_TRAIN.ts", "A_VAL.ts", True),  # would be read the next time
        ("A_TRAIN.ts", "link", True),
        ("A_TRAIN.ts", "A_TESTS.ts", False),
        ("A_TEST.ts", "A_TRAIN.ts", False),
        ("train-*", "train-00000", True),
        ("train-*", "train-predictions.csv", True),
        ("train-*", "test-00000", True),
        ("train-*", "predictions.csv", False),
        ("folder", "folder/x.csv", True),
    ],
)
def test_what_reading_opens(tmp_path, monkeypatch, data, output, is_read):
    (tmp_path / "here" / "folder").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "here")
    for name in ("A_TRAIN.ts", "A_TEST.ts", "train-00000"):
        (tmp_path / "here" / name).write_text(name)
    (tmp_path / "here" / "link").symlink_to("A_TEST.ts")
    assert data_files.may_read(data, output) == is_read
