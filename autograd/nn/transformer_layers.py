"""Layers of transformers: attention and a small network by turns (Vaswani et al., arXiv:1706.03762)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

import numpy as np

from . import functional as F
from .attention import MultiheadAttention
from .dropout import Dropout
from .init import Rng
from .linear import Linear
from .module import Module
from .normalization import LayerNorm

_ACTIVATIONS: dict[Any, Any] = {"relu": F.relu, "gelu": F.gelu}


class _Layer(Module):
    """What layers of encoders and of decoders share: their parts, and how these are put together."""

    norms: ClassVar[int]  # as many as there are steps

    def __init__(
        self,
        d_model: int,
        nhead: int,
        dim_feedforward: int = 2048,
        dropout: float = 0.1,
        activation: str | Callable[[Any], Any] = "relu",
        layer_norm_eps: float = 1e-5,
        batch_first: bool = False,
        norm_first: bool = False,
        bias: bool = True,
        *,
        dtype: Any = np.float32,
        rng: Rng = None,
    ) -> None:
        if not callable(activation) and activation not in _ACTIVATIONS:
            name = type(self).__name__
            raise ValueError(f"{name}: activation={activation!r} is not 'relu', 'gelu' or a function.")
        rng = np.random.default_rng(rng)
        made: dict[str, Any] = {"bias": bias, "dtype": dtype, "rng": rng}
        self.activation: Callable[[Any], Any] = _ACTIVATIONS.get(activation, activation)
        self.norm_first = norm_first
        for name in ("self_attn", "multihead_attn")[: self.norms - 1]:
            setattr(self, name, MultiheadAttention(d_model, nhead, dropout, batch_first=batch_first, **made))
        self.linear1 = Linear(d_model, dim_feedforward, **made)
        self.linear2 = Linear(dim_feedforward, d_model, **made)
        for k in range(1, self.norms + 1):
            setattr(self, f"norm{k}", LayerNorm(d_model, layer_norm_eps, bias=bias, dtype=dtype))
        self.dropout = Dropout(dropout, rng=rng)

    def _step(self, k: int, x: Any, change: Callable[[Any], Any]) -> Any:
        """``norm(x + change(x))``, or ``x + change(norm(x))``."""
        norm = getattr(self, f"norm{k}")
        return x + self.dropout(change(norm(x))) if self.norm_first else norm(x + self.dropout(change(x)))

    def _attend(self, to: str, x: Any, memory: Any, mask: Any, padding: Any, is_causal: bool) -> Any:
        attention = getattr(self, to)
        return attention(x, memory, memory, padding, False, mask, is_causal=is_causal)[0]

    def _network(self, x: Any) -> Any:
        return self.linear2(self.dropout(self.activation(self.linear1(x))))


class TransformerEncoderLayer(_Layer):
    """Attention to oneself, then a network with one hidden layer; each is added to its input and normalised.

    Parameters
    ----------
    d_model, nhead : int
        Features, and heads of the attention.
    dim_feedforward : int
        Hidden units of the network.
    dropout : float
        With what probability weights, hidden units and what is added are dropped in training.
    activation : {"relu", "gelu"} or callable
        Of the hidden units.
    layer_norm_eps : float
        Added to variances.
    batch_first : bool
        Shapes ``(N, L, E)`` instead of ``(L, N, E)``.
    norm_first : bool
        Normalise what goes into attention and network, instead of the sum (Xiong et al., arXiv:2002.04745).
    bias : bool
        Whether there are biases.
    dtype : dtype
        Of the parameters.
    rng : Generator or int, optional
        Where the first weights come from, and what dropout draws from.

    Attributes
    ----------
    self_attn : MultiheadAttention
    linear1, linear2 : Linear
    norm1, norm2 : LayerNorm

    Examples
    --------
    >>> import numpy as np
    >>> from autograd import nn
    >>> nn.TransformerEncoderLayer(8, 2, 16, rng=0)(np.ones((5, 3, 8))).shape
    (5, 3, 8)
    """

    norms = 2

    def forward(
        self, src: Any, src_mask: Any = None, src_key_padding_mask: Any = None, is_causal: bool = False
    ) -> Any:
        """Shape ``(L, N, d_model)`` to the same; masks as in :class:`MultiheadAttention`."""
        mask = src_mask, src_key_padding_mask, is_causal
        x = self._step(1, src, lambda x: self._attend("self_attn", x, x, *mask))
        return self._step(2, x, self._network)


class TransformerDecoderLayer(_Layer):
    """Attention to oneself, attention to what an encoder made of its input, then a network with one hidden layer.

    Parameters and attributes are those of :class:`TransformerEncoderLayer`, and ``multihead_attn``, the second
    attention, and ``norm3``.

    Examples
    --------
    >>> import numpy as np
    >>> from autograd import nn
    >>> nn.TransformerDecoderLayer(8, 2, 16, rng=0)(np.ones((4, 3, 8)), np.ones((5, 3, 8))).shape
    (4, 3, 8)
    """

    norms = 3

    def forward(
        self,
        tgt: Any,
        memory: Any,
        tgt_mask: Any = None,
        memory_mask: Any = None,
        tgt_key_padding_mask: Any = None,
        memory_key_padding_mask: Any = None,
        tgt_is_causal: bool = False,
        memory_is_causal: bool = False,
    ) -> Any:
        """Shapes ``(L, N, d_model)`` and ``(S, N, d_model)`` to the first; masks as in :class:`MultiheadAttention`."""
        own = tgt_mask, tgt_key_padding_mask, tgt_is_causal
        other = memory_mask, memory_key_padding_mask, memory_is_causal
        x = self._step(1, tgt, lambda x: self._attend("self_attn", x, x, *own))
        x = self._step(2, x, lambda x: self._attend("multihead_attn", x, memory, *other))
        return self._step(3, x, self._network)
