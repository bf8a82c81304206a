"""Small real data, shipped with the package, for the demo, the examples and the tests.

Each data set lies next to this file with a page that states its source, its authors and its licence.
"""

from importlib.resources import files
from typing import Literal

import numpy as np
from numpy.typing import NDArray

__all__ = ["load_digits"]


def load_digits(*, split: Literal["train", "test"] | None = None) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Load 1,797 images of handwritten digits, 8 x 8 pixels each.

    The data are the writer-independent test set of the "Optical Recognition of Handwritten Digits" collection of
    E. Alpaydin and C. Kaynak (UCI Machine Learning Repository, 1998), used under the licence CC BY 4.0. The page
    ``digits.md`` next to this module says more.

    Parameters
    ----------
    split : {None, "train", "test"}, keyword-only
        ``None`` gives all 1,797 images, ``"test"`` a fixed subset of 360 (36 of each digit, drawn once at random) and
        ``"train"`` the other 1,437. The split is stored with the data, so it is the same on every machine. The order
        of the images is that of the source in all three cases.

    Returns
    -------
    images : ndarray of float64, shape (n, 8, 8)
        ``images[i, row, column]`` is the ink in a cell of 4 x 4 pixels of the scanned digit: a whole number from
        0 (no ink) to 16 (all ink). Divide by 16 for values from 0 to 1.
    labels : ndarray of int64, shape (n,)
        The digit that each image shows, 0 to 9.

    Raises
    ------
    ValueError
        If `split` is not one of the three values above.

    Notes
    -----
    Each call returns new arrays, which the caller may change freely. The same 13 people wrote the images of both
    parts, so the accuracy on ``"test"`` says how well a model reads new digits of known writers.

    Examples
    --------
    >>> from autograd.datasets import load_digits
    >>> images, labels = load_digits(split="train")
    >>> images.shape, labels.shape
    ((1437, 8, 8), (1437,))
    >>> labels[0]
    np.int64(0)
    >>> images[0].astype(int)
    array([[ 0,  0,  5, 13,  9,  1,  0,  0],
           [ 0,  0, 13, 15, 10, 15,  5,  0],
           [ 0,  3, 15,  2,  0, 11,  8,  0],
           [ 0,  4, 12,  0,  0,  8,  8,  0],
           [ 0,  5,  8,  0,  0,  9,  8,  0],
           [ 0,  4, 11,  0,  1, 12,  7,  0],
           [ 0,  2, 14,  5, 10, 12,  0,  0],
           [ 0,  0,  6, 13, 10,  0,  0,  0]])
    """
    if split not in (None, "train", "test"):
        raise ValueError(f"split must be None, 'train' or 'test', not {split!r}")
    with (files(__name__) / "digits.npz").open("rb") as stream, np.load(stream, allow_pickle=False) as table:
        images, labels, test = table["images"], table["labels"], table["test"]
    if split is not None:
        chosen = test if split == "test" else ~test
        images, labels = images[chosen], labels[chosen]
    return images.astype(np.float64), labels.astype(np.int64)
