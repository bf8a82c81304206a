"""Distances between vectors, and losses that learn them."""

from __future__ import annotations

from typing import Any

import numpy as np

from ... import functions as f
from ...tensor import value_of
from .reduction import like, reduced


def normalize(input: Any, p: float = 2.0, dim: int | tuple[int, ...] = 1, eps: float = 1e-12) -> Any:
    """``x / max(‖x‖_p, eps)`` along an axis: vectors of length 1.

    Examples
    --------
    >>> import numpy as np
    >>> from autograd.nn import functional as F
    >>> F.normalize(np.array([[3.0, 4.0]]))
    array([[0.6, 0.8]])
    """
    return input / np.maximum(np.linalg.norm(input, p, axis=dim, keepdims=True), eps)


def cosine_similarity(x1: Any, x2: Any, dim: int = 1, eps: float = 1e-8) -> Any:
    """``x₁ · x₂ / (max(‖x₁‖, eps) max(‖x₂‖, eps))`` along an axis.

    Examples
    --------
    >>> import numpy as np
    >>> from autograd.nn import functional as F
    >>> F.cosine_similarity(np.array([[1.0, 0.0]]), np.array([[3.0, 4.0]]))
    array([0.6])
    """
    return np.sum(normalize(x1, 2.0, dim, eps) * normalize(x2, 2.0, dim, eps), axis=dim)


def pairwise_distance(x1: Any, x2: Any, p: float = 2.0, eps: float = 1e-6, keepdim: bool = False) -> Any:
    """``‖x₁ - x₂ + eps‖_p`` along the last axis; the eps is PyTorch's, and keeps the derivative finite.

    Examples
    --------
    >>> import numpy as np
    >>> from autograd.nn import functional as F
    >>> F.pairwise_distance(np.array([[3.0, 4.0]]), np.zeros((1, 2)), eps=0)
    array([5.])
    """
    return np.linalg.norm(x1 - x2 + eps, p, axis=-1, keepdims=keepdim)


def triplet_margin_loss(
    anchor: Any,
    positive: Any,
    negative: Any,
    margin: float = 1.0,
    p: float = 2.0,
    eps: float = 1e-6,
    swap: bool = False,
    *,
    reduction: str = "mean",
) -> Any:
    """``max(0, ‖a - p‖ - ‖a - n‖ + margin)`` (Schroff et al., arXiv:1503.03832).

    With ``swap`` the negative is compared to whichever of ``a`` and ``p`` is nearer (Balntas et al., BMVC 2016).

    Examples
    --------
    >>> import numpy as np
    >>> from autograd.nn import functional as F
    >>> a = np.zeros((1, 2))
    >>> F.triplet_margin_loss(a, a, np.array([[0.6, 0.0]])).round(4)
    np.float64(0.4)
    """
    name = "triplet_margin_loss"
    shapes = [np.shape(x) for x in (anchor, positive, negative)]
    if len(set(shapes)) > 1:
        raise ValueError(f"{name}: anchor, positive and negative of shapes {shapes}, where one shape is due.")
    far = pairwise_distance(anchor, negative, p, eps)
    if swap:
        far = np.minimum(far, pairwise_distance(positive, negative, p, eps))
    return reduced(name, f.relu(pairwise_distance(anchor, positive, p, eps) - far + margin), reduction)


def cosine_embedding_loss(
    input1: Any, input2: Any, target: Any, margin: float = 0.0, *, reduction: str = "mean"
) -> Any:
    """``1 - cos(x₁, x₂)`` where the target is 1, and ``max(0, cos(x₁, x₂) - margin)`` where it is -1.

    Examples
    --------
    >>> import numpy as np
    >>> from autograd.nn import functional as F
    >>> x, y = np.array([[1.0, 0.0]]), np.array([[3.0, 4.0]])
    >>> F.cosine_embedding_loss(x, y, np.array([-1])), F.cosine_embedding_loss(x, y, np.array([1]))
    (np.float64(0.6), np.float64(0.4))
    """
    name, labels = "cosine_embedding_loss", np.asarray(value_of(target))
    cosine = cosine_similarity(input1, input2, -1, 1e-12)
    if labels.shape != cosine.shape:
        raise ValueError(f"{name}: target of shape {labels.shape} for {np.shape(input1)}, where {cosine.shape} is due.")
    if np.any(np.abs(labels) != 1):
        raise ValueError(f"{name}: label {labels[np.abs(labels) != 1][0]} where 1 or -1 is due.")
    same = like(cosine, labels > 0)
    return reduced(name, same * (1 - cosine) + (1 - same) * f.relu(cosine - margin), reduction)
