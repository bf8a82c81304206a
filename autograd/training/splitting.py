"""Parts of a data set, drawn at random."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from .data import Rng, Subset, _array


def _size(name: str, size: float, n: int) -> int:
    """A share of ``n``, or a number, as a number."""
    if isinstance(size, (int, np.integer)) and not isinstance(size, bool):
        return int(size)
    if not 0 < size < 1:
        raise ValueError(f"{name}={size} where a share between 0 and 1, or a whole number of samples, is due.")
    return math.ceil(size * n) if name == "test_size" else math.floor(size * n)


def _apportioned(counts: Any, total: int) -> Any:
    """Whole numbers in proportion to the counts, of this total (largest remainders)."""
    due = counts * (total / counts.sum())
    floor = np.floor(due).astype(int)
    floor[np.argsort(floor - due, kind="stable")[: total - floor.sum()]] += 1
    return floor


def split_indices(
    n: int, test: int, train: int, *, shuffle: bool = True, stratify: Any = None, rng: Rng = None
) -> tuple[Any, Any]:
    """Places of ``train`` and of ``test`` samples among ``n``."""
    rng = np.random.default_rng(rng)
    if stratify is None:
        order = rng.permutation(n) if shuffle else np.arange(n)
        return (order[test : test + train], order[:test]) if shuffle else (order[:train], order[train : train + test])
    labels = _array(stratify)
    if len(labels) != n:
        raise ValueError(f"train_test_split: {len(labels)} labels to stratify {n} samples by.")
    if not shuffle:
        raise ValueError("train_test_split: a stratified split is shuffled; pass shuffle=True.")
    kinds, kind, counts = np.unique(labels, return_inverse=True, return_counts=True)
    if counts.min() < 2 or min(test, train) < len(kinds):
        raise ValueError(
            f"train_test_split: {len(kinds)} classes, the rarest with {counts.min()} samples, cannot each be in both "
            f"parts of {train} and {test} samples."
        )
    in_test = _apportioned(counts, test)
    in_train = _apportioned(counts - in_test, train)
    parts: tuple[list[Any], list[Any]] = ([], [])
    for c in range(len(kinds)):
        members = rng.permutation(np.flatnonzero(kind == c))
        parts[1].append(members[: in_test[c]])
        parts[0].append(members[in_test[c] : in_test[c] + in_train[c]])
    first, second = (rng.permutation(np.concatenate(part)) for part in parts)
    return first, second


def train_test_split(
    *arrays: Any,
    test_size: float | None = None,
    train_size: float | None = None,
    shuffle: bool = True,
    stratify: Any = None,
    rng: Rng = None,
) -> list[Any]:
    """Split arrays in two, alike, with scikit-learn's arguments.

    Parameters
    ----------
    *arrays : array_like
        Of the same length.
    test_size, train_size : float or int, optional
        A share, or a number of samples. One follows from the other; by default a quarter is for testing.
    shuffle : bool
        Whether to draw at random; if not, the last samples are for testing.
    stratify : array_like, optional
        Labels, whose classes shall have the same share in both parts.
    rng : Generator or int, optional

    Returns
    -------
    list of array
        The training and the test part of each array, in turn.

    Examples
    --------
    >>> import numpy as np
    >>> from autograd import training
    >>> x, y = np.arange(8), np.array([0, 0, 0, 0, 1, 1, 1, 1])
    >>> x_train, x_test, y_train, y_test = training.train_test_split(x, y, stratify=y, rng=0)
    >>> y_test.tolist(), len(x_train)
    ([0, 1], 6)
    """
    given = [_array(a) for a in arrays]
    lengths = [len(a) for a in given]
    if not lengths or len(set(lengths)) != 1:
        raise ValueError(f"train_test_split: arrays of lengths {lengths} where one common length is due.")
    n = lengths[0]
    test = None if test_size is None else _size("test_size", test_size, n)
    train = None if train_size is None else _size("train_size", train_size, n)
    if test is None:
        test = n - train if train is not None else math.ceil(n / 4)
    train = n - test if train is None else train
    if test < 1 or train < 1 or test + train > n:
        raise ValueError(f"train_test_split: {n} samples cannot be split into {train} and {test}.")
    first, second = split_indices(n, test, train, shuffle=shuffle, stratify=stratify, rng=rng)
    return [part for a in given for part in (a[first], a[second])]


def random_split(dataset: Any, lengths: Sequence[float], *, rng: Rng = None) -> list[Subset]:
    """Split a data set at random into subsets of given lengths, or of given shares, as PyTorch does.

    Examples
    --------
    >>> from autograd import training
    >>> [len(part) for part in training.random_split(range(10), [0.7, 0.3], rng=0)]
    [7, 3]
    """
    n = len(dataset)
    sizes = [int(length) for length in lengths]
    if math.isclose(sum(lengths), 1) and all(0 <= length <= 1 for length in lengths):
        sizes = [math.floor(n * length) for length in lengths]
        for k in range(n - sum(sizes)):
            sizes[k % len(sizes)] += 1
    if sum(sizes) != n or min(sizes) < 0:
        raise ValueError(f"random_split: lengths {list(lengths)} for a data set of {n} samples: they must add up.")
    order = np.random.default_rng(rng).permutation(n)
    ends = np.cumsum(sizes)
    return [Subset(dataset, order[end - size : end]) for size, end in zip(sizes, ends, strict=True)]
