"""Convolutions: the same small kernel at every place."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np

from .. import functions as f
from ..functions._convolution import around, batch, several
from . import init
from .init import Rng
from .module import Module
from .parameter import Parameter

Size = int | Sequence[int]
_MODES = {"zeros": "", "reflect": "reflect", "replicate": "edge", "circular": "wrap"}


class _Kernels(Module):
    """What convolutions and their transposes share: kernels, and how they are laid."""

    axes: ClassVar[int]
    transposed: ClassVar[bool] = False

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Size,
        stride: Size,
        padding: Size | str,
        output_padding: Size,
        dilation: Size,
        groups: int,
        bias: bool,
        padding_mode: str,
        dtype: Any,
        rng: Rng,
    ) -> None:
        name, axes = type(self).__name__, self.axes
        if groups < 1 or in_channels % groups or out_channels % groups:
            raise ValueError(
                f"{name}: in_channels={in_channels} and out_channels={out_channels} are not both "
                f"multiples of groups={groups}."
            )
        if padding_mode not in _MODES or (self.transposed and padding_mode != "zeros"):
            known = "zeros" if self.transposed else ", ".join(_MODES)
            raise ValueError(f"{name}: padding_mode={padding_mode!r} is not one of {known}.")
        self.in_channels, self.out_channels, self.groups = in_channels, out_channels, groups
        self.kernel_size = several(name, "kernel_size", kernel_size, axes)
        self.stride = several(name, "stride", stride, axes)
        self.dilation = several(name, "dilation", dilation, axes)
        self.output_padding = several(name, "output_padding", output_padding, axes, 0)
        named = isinstance(padding, str) and not self.transposed
        self.padding: Any = padding if named else several(name, "padding", padding, axes, 0)
        self.padding_mode = padding_mode
        ends = (in_channels, out_channels // groups) if self.transposed else (out_channels, in_channels // groups)
        rng = np.random.default_rng(rng)
        bound = 1 / math.sqrt(max(1, ends[1] * math.prod(self.kernel_size)))
        self.weight = init.uniform_(Parameter(np.empty((*ends, *self.kernel_size), dtype)), -bound, bound, rng=rng)
        self.bias = init.uniform_(Parameter(np.empty(out_channels, dtype)), -bound, bound, rng=rng) if bias else None

    def _checked(self, x: Any) -> Any:
        return batch(type(self).__name__, x, self.axes, self.in_channels)

    def extra_repr(self) -> str:
        """Settings as PyTorch shows them."""
        text = f"{self.in_channels}, {self.out_channels}, kernel_size={self.kernel_size}, stride={self.stride}"
        none, ones = (0,) * self.axes, (1,) * self.axes
        rest = {
            "padding": (self.padding, none), "dilation": (self.dilation, ones),
            "output_padding": (self.output_padding, none), "groups": (self.groups, 1),
            "bias": (self.bias is not None, True), "padding_mode": (self.padding_mode, "zeros"),
        }  # fmt: skip
        shown = [f"{k}={v}" for k, (v, usual) in rest.items() if v != usual]
        return ", ".join([text, *shown])


class _Convolution(_Kernels):
    """What convolutions share: where their arguments are, and what surrounds the input."""

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Size,
        stride: Size = 1,
        padding: Size | str = 0,
        dilation: Size = 1,
        groups: int = 1,
        bias: bool = True,
        padding_mode: str = "zeros",
        *,
        dtype: Any = np.float32,
        rng: Rng = None,
    ) -> None:
        super().__init__(
            in_channels, out_channels, kernel_size, stride, padding, 0, dilation, groups, bias, padding_mode, dtype, rng
        )
        self._around = around(type(self).__name__, padding, self.kernel_size, self.stride, self.dilation)

    def forward(self, x: Any) -> Any:
        """Shape ``(N, in_channels, *places)`` to ``(N, out_channels, *places)``; or one sample, without N."""
        self._checked(x)
        convolve = f.conv1d if self.axes == 1 else f.conv2d
        padding = self.padding
        if self.padding_mode != "zeros":
            widths = [(0, 0)] * (x.ndim - self.axes) + self._around
            x, padding = np.pad(x, widths, mode=_MODES[self.padding_mode]), 0  # type: ignore[call-overload]
        return convolve(x, self.weight, self.bias, self.stride, padding, self.dilation, self.groups)


class Conv1d(_Convolution):
    """``y[n,o,p] = b[o] + Σ x[n,c, p s + q d] W[o,c,q]``: kernels that slide along signals.

    Parameters
    ----------
    in_channels, out_channels : int
        Channels before and after.
    kernel_size, stride, padding, dilation : int or tuple of int
        Length of the kernel, its step, zeros at both ends (or "same", "valid"), and the step between its elements.
    groups : int
        Each group of output channels sees only its own group of input channels.
    bias : bool
        Whether there is a ``b``.
    padding_mode : {"zeros", "reflect", "replicate", "circular"}
        What surrounds the input.
    dtype : dtype
        Of the parameters.
    rng : Generator or int, optional
        Where the first weights come from: uniform within ``1/sqrt(in_channels / groups * kernel)``, as in PyTorch.

    Attributes
    ----------
    weight : Parameter, shape (out_channels, in_channels / groups, kernel)
    bias : Parameter, shape (out_channels,), or None

    Examples
    --------
    >>> import numpy as np
    >>> from autograd import nn
    >>> nn.Conv1d(2, 4, 3, padding="same", rng=0)(np.ones((5, 2, 9))).shape
    (5, 4, 9)
    """

    axes = 1


class Conv2d(_Convolution):
    """``S(i, j) = b + Σ I(i + m, j + n) K(m, n)``, over channels too: kernels that slide over images.

    LeCun et al., Gradient-based learning applied to document recognition, Proc. IEEE 86 (1998).

    Parameters are those of :class:`Conv1d`; a pair is for rows and columns.

    Attributes
    ----------
    weight : Parameter, shape (out_channels, in_channels / groups, KH, KW)
    bias : Parameter, shape (out_channels,), or None

    Examples
    --------
    >>> import numpy as np
    >>> from autograd import nn
    >>> layer = nn.Conv2d(3, 32, 3, padding=1, rng=0)
    >>> layer, layer(np.ones((5, 3, 28, 28))).shape
    (Conv2d(3, 32, kernel_size=(3, 3), stride=(1, 1), padding=(1, 1))  # 896 parameters, (5, 32, 28, 28))
    """

    axes = 2


class _ConvTranspose(_Kernels):
    """What transposed convolutions share: where their arguments are, and that they can be told a size to return."""

    transposed = True

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Size,
        stride: Size = 1,
        padding: Size = 0,
        output_padding: Size = 0,
        groups: int = 1,
        bias: bool = True,
        dilation: Size = 1,
        padding_mode: str = "zeros",
        *,
        dtype: Any = np.float32,
        rng: Rng = None,
    ) -> None:
        super().__init__(
            in_channels, out_channels, kernel_size, stride, padding, output_padding, dilation, groups, bias,
            padding_mode, dtype, rng,
        )  # fmt: skip

    def forward(self, x: Any, output_size: Sequence[int] | None = None) -> Any:
        """Shape ``(N, in_channels, *places)`` to ``(N, out_channels, *places)``; or one sample, without N.

        ``output_size``, the last axes of the output or all of them, stands for ``output_padding``.
        """
        self._checked(x)
        more = self.output_padding if output_size is None else self._more(x.shape, output_size)
        transpose = f.conv_transpose1d if self.axes == 1 else f.conv_transpose2d
        return transpose(x, self.weight, self.bias, self.stride, self.padding, more, self.groups, self.dilation)

    def _more(self, shape: tuple[int, ...], output_size: Sequence[int]) -> tuple[int, ...]:
        """The ``output_padding`` that leads to a size."""
        settings = zip(shape[-self.axes :], self.stride, self.padding, self.dilation, self.kernel_size, strict=True)
        least = [(n - 1) * s - 2 * p + d * (k - 1) + 1 for n, s, p, d, k in settings]
        wanted = tuple(output_size)[-self.axes :]
        more = tuple(w - n for w, n in zip(wanted, least, strict=False))
        if len(more) != self.axes or not all(0 <= m < s for m, s in zip(more, self.stride, strict=True)):
            most = [n + s - 1 for n, s in zip(least, self.stride, strict=True)]
            raise ValueError(f"{type(self).__name__}: output_size={wanted}, where {least} to {most} is possible.")
        return more


class ConvTranspose1d(_ConvTranspose):
    """The transpose of a convolution: each element lays down a kernel, and what overlaps adds up.

    Parameters are those of :class:`Conv1d`, of the convolution of which this is the transpose, and ``output_padding``:
    what the output has more, of the sizes that the convolution maps to the same one (Zeiler et al., CVPR 2010).

    Attributes
    ----------
    weight : Parameter, shape (in_channels, out_channels / groups, kernel)
    bias : Parameter, shape (out_channels,), or None

    Examples
    --------
    >>> import numpy as np
    >>> from autograd import nn
    >>> nn.ConvTranspose1d(8, 3, 2, stride=2, rng=0)(np.ones((5, 8, 7))).shape
    (5, 3, 14)
    """

    axes = 1


class ConvTranspose2d(_ConvTranspose):
    """:class:`ConvTranspose1d` for images.

    Attributes
    ----------
    weight : Parameter, shape (in_channels, out_channels / groups, KH, KW)
    bias : Parameter, shape (out_channels,), or None

    Examples
    --------
    >>> import numpy as np
    >>> from autograd import nn
    >>> up = nn.ConvTranspose2d(8, 3, 3, stride=2, padding=1, rng=0)
    >>> x = np.ones((5, 8, 7, 7))
    >>> up(x).shape, up(x, output_size=(14, 14)).shape
    ((5, 3, 13, 13), (5, 3, 14, 14))
    """

    axes = 2
