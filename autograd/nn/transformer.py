"""Transformers: an encoder, a decoder, and both (Vaswani et al., arXiv:1706.03762)."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import numpy as np

from . import init
from .containers import ModuleList
from .init import Rng
from .module import Module
from .normalization import LayerNorm
from .transformer_layers import TransformerDecoderLayer, TransformerEncoderLayer


def _copies(layer: Module, count: int) -> ModuleList:
    """Copies of a layer, which begin with its weights and draw from generators of their own."""
    copies = [copy.deepcopy(layer) for _ in range(count)]
    for one in copies:
        for given, made in zip(layer.modules(), one.modules(), strict=True):
            generators = {name: v for name, v in vars(given).items() if isinstance(v, np.random.Generator)}
            vars(made).update({name: generator.spawn(1)[0] for name, generator in generators.items()})
    return ModuleList(copies)


class TransformerEncoder(Module):
    """Copies of an encoder layer, one after the other; they begin with its weights, as in PyTorch.

    Parameters
    ----------
    encoder_layer : Module
        Such as a :class:`TransformerEncoderLayer`.
    num_layers : int
        How many copies.
    norm : Module, optional
        What comes last.
    enable_nested_tensor : bool
        For code that was written for PyTorch; it means nothing.

    Examples
    --------
    >>> import numpy as np
    >>> from autograd import nn
    >>> encoder = nn.TransformerEncoder(nn.TransformerEncoderLayer(8, 2, 16, rng=0), num_layers=2)
    >>> encoder(np.ones((5, 3, 8)), is_causal=True).shape
    (5, 3, 8)
    """

    def __init__(
        self, encoder_layer: Module, num_layers: int, norm: Module | None = None, enable_nested_tensor: bool = True
    ) -> None:
        self.layers, self.num_layers, self.norm = _copies(encoder_layer, num_layers), num_layers, norm

    def forward(self, src: Any, mask: Any = None, src_key_padding_mask: Any = None, is_causal: bool = False) -> Any:
        """Through all layers, with the same masks."""
        for layer in self.layers:
            src = layer(src, mask, src_key_padding_mask, is_causal)
        return src if self.norm is None else self.norm(src)


class TransformerDecoder(Module):
    """Copies of a decoder layer, one after the other; they begin with its weights, as in PyTorch.

    Parameters are those of :class:`TransformerEncoder`.

    Examples
    --------
    >>> import numpy as np
    >>> from autograd import nn
    >>> decoder = nn.TransformerDecoder(nn.TransformerDecoderLayer(8, 2, 16, rng=0), num_layers=2)
    >>> decoder(np.ones((4, 3, 8)), np.ones((5, 3, 8)), tgt_is_causal=True).shape
    (4, 3, 8)
    """

    def __init__(self, decoder_layer: Module, num_layers: int, norm: Module | None = None) -> None:
        self.layers, self.num_layers, self.norm = _copies(decoder_layer, num_layers), num_layers, norm

    def forward(self, tgt: Any, memory: Any, *masks: Any, **named: Any) -> Any:
        """Through all layers, with the same memory and the masks of :class:`TransformerDecoderLayer`."""
        for layer in self.layers:
            tgt = layer(tgt, memory, *masks, **named)
        return tgt if self.norm is None else self.norm(tgt)


class Transformer(Module):
    """An encoder, and a decoder that attends to what it returns.

    Parameters
    ----------
    d_model, nhead : int
        Features, and heads of each attention.
    num_encoder_layers, num_decoder_layers : int
        How many layers.
    dim_feedforward, dropout, activation : optional
        As in :class:`TransformerEncoderLayer`, and so are ``layer_norm_eps``, ``batch_first``, ``norm_first``,
        ``bias``, ``dtype`` and ``rng``. Weights begin Xavier uniform.

    Examples
    --------
    >>> import numpy as np
    >>> from autograd import nn
    >>> model = nn.Transformer(8, 2, 1, 1, 16, rng=0)
    >>> mask = nn.Transformer.generate_square_subsequent_mask(4)
    >>> model(np.ones((5, 3, 8)), np.ones((4, 3, 8)), tgt_mask=mask).shape
    (4, 3, 8)
    """

    def __init__(
        self,
        d_model: int = 512,
        nhead: int = 8,
        num_encoder_layers: int = 6,
        num_decoder_layers: int = 6,
        dim_feedforward: int = 2048,
        dropout: float = 0.1,
        activation: str | Callable[[Any], Any] = "relu",
        *,
        layer_norm_eps: float = 1e-5,
        batch_first: bool = False,
        bias: bool = True,
        dtype: Any = np.float32,
        rng: Rng = None,
        **options: Any,
    ) -> None:
        rng = np.random.default_rng(rng)
        options |= {"layer_norm_eps": layer_norm_eps, "batch_first": batch_first, "bias": bias, "dtype": dtype}
        settings = d_model, nhead, dim_feedforward, dropout, activation

        def norm() -> LayerNorm:
            return LayerNorm(d_model, layer_norm_eps, bias=bias, dtype=dtype)

        encoder = TransformerEncoderLayer(*settings, rng=rng, **options)
        decoder = TransformerDecoderLayer(*settings, rng=rng, **options)
        self.encoder = TransformerEncoder(encoder, num_encoder_layers, norm())
        self.decoder = TransformerDecoder(decoder, num_decoder_layers, norm())
        for p in self.parameters():
            if p.ndim > 1:
                init.xavier_uniform_(p, rng=rng)

    def forward(
        self,
        src: Any,
        tgt: Any,
        src_mask: Any = None,
        tgt_mask: Any = None,
        memory_mask: Any = None,
        src_key_padding_mask: Any = None,
        tgt_key_padding_mask: Any = None,
        memory_key_padding_mask: Any = None,
        src_is_causal: bool = False,
        tgt_is_causal: bool = False,
        memory_is_causal: bool = False,
    ) -> Any:
        """Shapes ``(S, N, d_model)`` and ``(L, N, d_model)`` to the second; masks as in :class:`MultiheadAttention`."""
        memory = self.encoder(src, src_mask, src_key_padding_mask, src_is_causal)
        padding = tgt_key_padding_mask, memory_key_padding_mask
        return self.decoder(tgt, memory, tgt_mask, memory_mask, *padding, tgt_is_causal, memory_is_causal)

    @staticmethod
    def generate_square_subsequent_mask(sz: int, dtype: Any = np.float32) -> Any:
        """What hides the later from the earlier when it is added to scores: -inf above the diagonal, else 0."""
        return np.triu(np.full((sz, sz), -np.inf, dtype), 1)
