"""Linear maps, and vectors for indices."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ...functions._linear import linear as linear
from ...tensor import Tensor, value_of


def bilinear(input1: Any, input2: Any, weight: Any, bias: Any = None) -> Any:
    """``y_k = x₁ᵀ W_k x₂ + b_k`` on the last axes.

    Examples
    --------
    >>> import numpy as np
    >>> from autograd.nn import functional as F
    >>> F.bilinear(np.ones((4, 3)), np.ones((4, 5)), np.ones((2, 3, 5)))[0]
    array([15., 15.])
    """
    outs, n, m = weight.shape
    lead = input1.shape[:-1]
    x, y = input1.reshape(math.prod(lead), n), input2.reshape(math.prod(lead), m, 1)
    left = (x @ weight.transpose(1, 0, 2).reshape(n, outs * m)).reshape(math.prod(lead), outs, m)
    out = (left @ y).reshape(*lead, outs)
    return out if bias is None else out + bias


def embedding(input: Any, weight: Any, padding_idx: int | None = None) -> Any:
    """``weight[input]``: a row for each index; the row at ``padding_idx`` learns nothing.

    Examples
    --------
    >>> import numpy as np
    >>> from autograd.nn import functional as F
    >>> F.embedding(np.array([[0, 2]]), np.eye(3))
    array([[[1., 0., 0.],
            [0., 0., 1.]]])
    """
    index, n = _indices("embedding", input, weight.shape[0]), weight.shape[0]
    rows = weight[index.reshape(-1)].reshape(*index.shape, weight.shape[1])
    if padding_idx is None or not isinstance(weight, Tensor):
        return rows
    padded = index == padding_idx % n
    return np.where(padded[..., None], weight.detach()[padding_idx % n], rows) if padded.any() else rows


def _indices(name: str, given: Any, n: int) -> Any:
    """Whole numbers from 0 to n - 1, or an error that says which is not."""
    index = np.asarray(value_of(given))
    if index.dtype.kind not in "iu":
        raise TypeError(f"{name}: indices of dtype {index.dtype}, where whole numbers are due.")
    wrong = index[(index < 0) | (index >= n)]
    if wrong.size:
        raise IndexError(f"{name}: index {wrong.flat[0]} where 0 to {n - 1} is due.")
    return index


def one_hot(tensor: Any, num_classes: int = -1) -> Any:
    """1 at each index of a new last axis, and 0 elsewhere; whole numbers.

    Examples
    --------
    >>> from autograd.nn import functional as F
    >>> F.one_hot([0, 2])
    array([[1, 0, 0],
           [0, 0, 1]])
    """
    index = np.asarray(value_of(tensor))
    n = num_classes if num_classes >= 0 else int(index.max(initial=-1)) + 1
    return np.eye(n, dtype=np.int64)[_indices("one_hot", index, n)]
