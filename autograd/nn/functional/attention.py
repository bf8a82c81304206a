"""Attention: what is asked is answered by a weighted mean of values."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ... import functions as f
from ...tensor import value_of
from ..init import Rng
from .regularization import dropout


def added_mask(mask: Any, seen: bool, dtype: Any) -> Any:
    """A mask as numbers to add: -inf where a boolean one says that nothing is seen."""
    mask = mask if hasattr(mask, "dtype") else np.asarray(mask)
    if mask.dtype != bool:
        return mask if mask.dtype == dtype else mask.astype(dtype)
    hidden = np.asarray(value_of(mask)) != seen
    return np.where(hidden, dtype.type(-np.inf), dtype.type(0))


def attention_weights(query: Any, key: Any, added: Any, scale: float) -> Any:
    """``softmax(Q Kᵀ scale + added)``; who sees nothing gets zeros."""
    scores = (query * scale) @ key.mT
    if added is None:
        return f.softmax(scores, -1)
    blind = (np.asarray(value_of(added)) == -np.inf).all(axis=-1, keepdims=True)
    if not blind.any():
        return f.softmax(scores + added, -1)
    return f.softmax(scores + np.where(blind, scores.dtype.type(0), added), -1) * ~blind


def scaled_dot_product_attention(
    query: Any,
    key: Any,
    value: Any,
    attn_mask: Any = None,
    dropout_p: float = 0.0,
    is_causal: bool = False,
    scale: float | None = None,
    *,
    rng: Rng = None,
) -> Any:
    """``softmax(Q Kᵀ / sqrt(d) + mask) V`` (Vaswani et al., arXiv:1706.03762).

    Parameters
    ----------
    query, key, value : array, shapes (..., L, d), (..., S, d), (..., S, e)
        What asks, what answers, and with what.
    attn_mask : array, optional
        Broadcasts to (..., L, S). A boolean one is True where something is seen (the opposite of
        ``MultiheadAttention``, as in PyTorch); others are added. Who sees nothing gets zeros.
    dropout_p : float
        Probability that a weight is dropped.
    is_causal : bool
        Nobody sees what comes later.
    scale : float, optional
        Instead of ``1 / sqrt(d)``.
    rng : Generator or int, optional
        For dropout.

    Examples
    --------
    >>> import numpy as np
    >>> from autograd.nn import functional as F
    >>> x = np.eye(2)[None]
    >>> F.scaled_dot_product_attention(x, x, x, is_causal=True)[0, 0]
    array([1., 0.])
    """
    if is_causal:
        if attn_mask is not None:
            raise ValueError("scaled_dot_product_attention: give attn_mask or is_causal, not both.")
        attn_mask = np.tri(query.shape[-2], key.shape[-2], dtype=bool)
    added = None if attn_mask is None else added_mask(attn_mask, True, query.dtype)
    weights = attention_weights(query, key, added, 1 / math.sqrt(query.shape[-1]) if scale is None else scale)
    return dropout(weights, dropout_p, rng=rng) @ value
