"""The shipped digits are the published ones, and the split is a split."""

import hashlib

import numpy as np
import pytest

from autograd.datasets import load_digits

COUNTS = [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]


@pytest.mark.parametrize(("split", "n"), [(None, 1797), ("train", 1437), ("test", 360)])
def test_shapes_dtypes_and_range(split, n):
    images, labels = load_digits(split=split)
    assert images.shape == (n, 8, 8)
    assert labels.shape == (n,)
    assert images.dtype == np.float64
    assert labels.dtype == np.int64
    assert images.min() == 0
    assert images.max() == 16
    assert np.array_equal(images, np.round(images))


@pytest.mark.parametrize(
    ("split", "counts"), [(None, COUNTS), ("train", [n - 36 for n in COUNTS]), ("test", [36] * 10)]
)
def test_class_counts_are_the_documented_ones(split, counts):
    assert np.bincount(load_digits(split=split)[1]).tolist() == counts


def test_the_data_are_those_of_the_source():
    images, labels = load_digits()
    table = np.column_stack([images.reshape(-1, 64), labels]).astype(int)
    text = "".join(",".join(map(str, row)) + "\n" for row in table.tolist())
    digest = hashlib.sha256(text.encode()).hexdigest()
    assert digest == "6ebb3d2fee246a4e99363262ddf8a00a3c41bee6014c373ed9d9216ba7f651b8"


def test_train_and_test_are_disjoint_and_complete():
    def rows(split):
        images, labels = load_digits(split=split)
        return [(*image.ravel(), label) for image, label in zip(images, labels, strict=True)]

    everything, train, test = rows(None), rows("train"), rows("test")
    assert len(set(everything)) == len(everything)  # so that a row stands for its image
    assert not set(train) & set(test)
    assert set(train) | set(test) == set(everything)


def test_the_split_does_not_drift():
    images, labels = load_digits(split="test")
    digest = hashlib.sha256(images.astype(np.uint8).tobytes() + labels.astype(np.uint8).tobytes()).hexdigest()
    assert digest == "5becaef9c969bed20d1bad0e1b5a0e69c964a8727061ce989816eaf224b950ef"


def test_each_call_returns_arrays_of_its_own():
    images, labels = load_digits()
    images[:], labels[:] = -1, -1
    images, labels = load_digits()
    assert images.min() == 0
    assert labels.min() == 0


@pytest.mark.parametrize("split", ["validation", "Train", "", 0, True])
def test_an_unknown_split_is_refused_by_name(split):
    with pytest.raises(ValueError, match=rf"split must be None, 'train' or 'test', not {split!r}"):
        load_digits(split=split)
