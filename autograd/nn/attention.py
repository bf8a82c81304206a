"""Multi-head attention, with the maps into its heads and out of them."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from . import init
from .functional.attention import added_mask, attention_weights
from .functional.maps import linear
from .functional.regularization import dropout
from .init import Rng
from .linear import Linear
from .module import Module
from .parameter import Parameter


class MultiheadAttention(Module):
    """Several attentions side by side, each in a subspace of its own (Vaswani et al., arXiv:1706.03762).

    ``concat_h(softmax(Q_h K_hᵀ / sqrt(d) + mask) V_h) Woᵀ + bo`` with ``Q = query Wqᵀ + bq`` and ``K``, ``V`` alike;
    head ``h`` has the ``h``-th ``d = embed_dim / num_heads`` columns of each.

    Parameters
    ----------
    embed_dim : int
        Features of query and output.
    num_heads : int
        How many heads; divides ``embed_dim``.
    dropout : float
        Probability that a weight is dropped in training.
    bias : bool
        Whether the maps in and out have one.
    kdim, vdim : int, optional
        Features of key and value, if they differ; then there are three weights instead of ``in_proj_weight``.
    batch_first : bool
        Shapes ``(N, L, E)`` instead of ``(L, N, E)``.
    dtype : dtype
        Of the parameters.
    rng : Generator or int, optional
        Where the first weights come from (Xavier uniform into the heads, zero biases), and what dropout draws from.

    Attributes
    ----------
    in_proj_weight : Parameter, shape (3 * embed_dim, embed_dim)
        Wq, Wk and Wv, one below the other; None if ``kdim`` or ``vdim`` differ, and then ``q_proj_weight``,
        ``k_proj_weight`` and ``v_proj_weight`` are there.
    in_proj_bias : Parameter, shape (3 * embed_dim,), or None
    out_proj : Linear

    Examples
    --------
    >>> import numpy as np
    >>> from autograd import nn
    >>> attend = nn.MultiheadAttention(8, 2, batch_first=True, rng=0)
    >>> x = np.ones((3, 5, 8), np.float32)
    >>> output, weights = attend(x, x, x)
    >>> output.shape, weights.shape
    ((3, 5, 8), (3, 5, 5))
    """

    def __init__(
        self,
        embed_dim: int,
        num_heads: int,
        dropout: float = 0.0,
        bias: bool = True,
        *,
        kdim: int | None = None,
        vdim: int | None = None,
        batch_first: bool = False,
        dtype: Any = np.float32,
        rng: Rng = None,
    ) -> None:
        if num_heads < 1 or embed_dim % num_heads:
            raise ValueError(f"MultiheadAttention: {num_heads} heads do not divide embed_dim={embed_dim}.")
        self.embed_dim, self.num_heads, self.dropout, self.batch_first = embed_dim, num_heads, dropout, batch_first
        self.kdim, self.vdim = embed_dim if kdim is None else kdim, embed_dim if vdim is None else vdim
        self.rng = np.random.default_rng(rng)

        def weight(rows: int, columns: int) -> Any:
            return init.xavier_uniform_(Parameter(np.empty((rows, columns), dtype)), rng=self.rng)

        if self.kdim == self.vdim == embed_dim:
            self.in_proj_weight = weight(3 * embed_dim, embed_dim)
        else:
            self.in_proj_weight = None
            self.q_proj_weight = weight(embed_dim, embed_dim)
            self.k_proj_weight, self.v_proj_weight = weight(embed_dim, self.kdim), weight(embed_dim, self.vdim)
        self.in_proj_bias = Parameter(np.zeros(3 * embed_dim, dtype)) if bias else None
        self.out_proj = Linear(embed_dim, embed_dim, bias, dtype=dtype, rng=self.rng)
        if bias:
            self.out_proj.bias = Parameter(np.zeros(embed_dim, dtype))

    def forward(
        self,
        query: Any,
        key: Any,
        value: Any,
        key_padding_mask: Any = None,
        need_weights: bool = True,
        attn_mask: Any = None,
        average_attn_weights: bool = True,
        is_causal: bool = False,
    ) -> tuple[Any, Any]:
        """Attend.

        Parameters
        ----------
        query, key, value : array, shapes (L, N, embed_dim), (S, N, kdim), (S, N, vdim)
            Or (N, L, embed_dim), … if ``batch_first``; or without the batch axis N.
        key_padding_mask : array, shape (N, S), optional
            True where a key is to be ignored; or numbers to add to scores.
        need_weights : bool
            Whether weights are returned.
        attn_mask : array, shape (L, S) or (N * num_heads, L, S), optional
            True where nothing is seen; or numbers to add to scores.
        average_attn_weights : bool
            Return the mean of the weights of all heads.
        is_causal : bool
            Nobody sees what comes later; not beside ``attn_mask``, which would say so itself.

        Returns
        -------
        output : array, of the shape of the query
        weights : array, shape (N, L, S) or (N, num_heads, L, S), or None
        """
        batched = self._check(query, key, value)
        same = query is key and key is value
        query, key, value = (self._batch_first(x, batched) for x in (query, key, value))
        n, length, sources = query.shape[0], query.shape[1], key.shape[1]
        q, k, v = self._heads(query, key, value, same)
        added = self._mask(n, length, sources, attn_mask, key_padding_mask, is_causal, q.dtype)
        weights = attention_weights(q, k, added, 1 / math.sqrt(q.shape[-1]))
        weights = dropout(weights, self.dropout, self.training, rng=self.rng)
        output = self.out_proj((weights @ v).swapaxes(1, 2).reshape(n, length, self.embed_dim))
        if not batched:
            output = output[0]
        elif not self.batch_first:
            output = output.swapaxes(0, 1)
        if not need_weights:
            return output, None
        weights = weights.mean(axis=1) if average_attn_weights else weights
        return output, weights if batched else weights[0]

    def _check(self, *inputs: Any) -> bool:
        """Whether there is a batch axis."""
        shapes, due = [x.shape for x in inputs], (self.embed_dim, self.kdim, self.vdim)
        ndims, lasts = {len(shape) for shape in shapes}, tuple(shape[-1] if shape else None for shape in shapes)
        batch = 0 if self.batch_first else 1
        if ndims not in ({2}, {3}) or lasts != due or shapes[1][:-1] != shapes[2][:-1] or (
            ndims == {3} and shapes[0][batch] != shapes[1][batch]
        ):
            order = "(N, L, {0}), (N, S, {1}), (N, S, {2})" if batch == 0 else "(L, N, {0}), (S, N, {1}), (S, N, {2})"
            raise ValueError(
                f"MultiheadAttention: query, key and value of shapes {shapes[0]}, {shapes[1]} and {shapes[2]} where "
                f"{order.format(*due)} are due, or the same without N."
            )
        return ndims == {3}

    def _batch_first(self, x: Any, batched: bool) -> Any:
        if not batched:
            return x[None]
        return x if self.batch_first else x.swapaxes(0, 1)

    def _heads(self, query: Any, key: Any, value: Any, same: bool) -> list[Any]:
        """Q, K and V of shapes ``(N, heads, length, d)``; of one input by one matrix product."""
        e, h = self.embed_dim, self.num_heads
        if same and self.in_proj_weight is not None:
            all_three = linear(query, self.in_proj_weight, self.in_proj_bias)
            parts = all_three.reshape(*query.shape[:2], 3, h, e // h).transpose(2, 0, 3, 1, 4)
            return [parts[0], parts[1], parts[2]]
        w, b = self.in_proj_weight, self.in_proj_bias
        if w is not None:
            weights = [w[:e], w[e : 2 * e], w[2 * e :]]
        else:
            weights = [self.q_proj_weight, self.k_proj_weight, self.v_proj_weight]
        biases = [None] * 3 if b is None else [b[:e], b[e : 2 * e], b[2 * e :]]
        projected = [linear(x, *wb) for x, *wb in zip((query, key, value), weights, biases, strict=True)]
        return [x.reshape(*x.shape[:2], h, e // h).swapaxes(1, 2) for x in projected]

    def _mask(
        self, n: int, length: int, sources: int, attn_mask: Any, padding: Any, is_causal: bool, dtype: Any
    ) -> Any:
        """All masks as one array of numbers to add to scores of shape ``(N, heads, L, S)``."""
        added = None
        if is_causal and attn_mask is None:
            attn_mask = ~np.tri(length, sources, dtype=bool)
        if attn_mask is not None:
            added = added_mask(attn_mask, False, dtype)
            if added.shape not in ((length, sources), (n * self.num_heads, length, sources)):
                raise ValueError(
                    f"MultiheadAttention: attn_mask of shape {added.shape} where ({length}, {sources}) or "
                    f"({n * self.num_heads}, {length}, {sources}) is due."
                )
            added = added.reshape(-1, self.num_heads if added.ndim == 3 else 1, length, sources)
        if padding is not None:
            padding = added_mask(padding, False, dtype)
            if padding.shape not in ((n, sources), (sources,)):
                raise ValueError(
                    f"MultiheadAttention: key_padding_mask of shape {padding.shape} where ({n}, {sources}) is due."
                )
            padding = padding.reshape(-1, 1, 1, sources)
            added = padding if added is None else added + padding
        return added

    def extra_repr(self) -> str:
        """Settings."""
        return f"embed_dim={self.embed_dim}, num_heads={self.num_heads}, dropout={self.dropout}"


MultiHeadAttention = MultiheadAttention
