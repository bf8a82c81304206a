"""Embedding: a vector for each of finitely many things."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..tensor import value_of
from . import init
from .functional.maps import embedding
from .init import Rng
from .module import Module
from .parameter import Parameter


class Embedding(Module):
    """``weight[input]``: a learnt vector for each index; the gradient of a vector sums over all its uses.

    Parameters
    ----------
    num_embeddings, embedding_dim : int
        How many vectors, and their length.
    padding_idx : int, optional
        The index of nothing: its vector begins as zeros and learns nothing.
    sparse : bool
        For code that was written for PyTorch; the gradient is an array like any other.
    dtype : dtype
        Of the parameter.
    rng : Generator or int, optional
        Where the first weights come from: the standard normal distribution, as in PyTorch.

    Attributes
    ----------
    weight : Parameter, shape (num_embeddings, embedding_dim)

    Examples
    --------
    >>> import numpy as np
    >>> from autograd import nn
    >>> nn.Embedding(10, 3, rng=0)(np.array([[1, 2, 4, 5]])).shape
    (1, 4, 3)
    """

    def __init__(
        self,
        num_embeddings: int,
        embedding_dim: int,
        padding_idx: int | None = None,
        *,
        sparse: bool = False,
        dtype: Any = np.float32,
        rng: Rng = None,
    ) -> None:
        if padding_idx is not None and not -num_embeddings <= padding_idx < num_embeddings:
            raise ValueError(f"Embedding: padding_idx={padding_idx} is none of {num_embeddings} embeddings.")
        self.num_embeddings, self.embedding_dim = num_embeddings, embedding_dim
        self.padding_idx = None if padding_idx is None else padding_idx % num_embeddings
        self.weight = init.normal_(Parameter(np.empty((num_embeddings, embedding_dim), dtype)), rng=rng)
        if padding_idx is not None:
            self.weight.data[padding_idx] = 0

    @classmethod
    def from_pretrained(cls, embeddings: Any, freeze: bool = True, padding_idx: int | None = None) -> Embedding:
        """An embedding with given vectors, which learn only if ``freeze`` is False."""
        vectors = np.asarray(value_of(embeddings))
        if vectors.ndim != 2:
            raise ValueError(f"Embedding: vectors of shape {vectors.shape} where (num_embeddings, dim) is due.")
        n, dim = vectors.shape
        layer = cls(n, dim, padding_idx, dtype=vectors.dtype, rng=0)
        layer.weight.data[...] = vectors
        return layer.requires_grad_(not freeze)

    def forward(self, input: Any) -> Any:
        """Whole numbers of shape ``(...)`` to ``(..., embedding_dim)``."""
        return embedding(input, self.weight, self.padding_idx)

    def extra_repr(self) -> str:
        """Settings as PyTorch shows them."""
        padding = "" if self.padding_idx is None else f", padding_idx={self.padding_idx}"
        return f"{self.num_embeddings}, {self.embedding_dim}{padding}"
