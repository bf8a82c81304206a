"""Convolution, as neural networks call it: the cross-correlation of signals or images with kernels."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..tensor import Tensor
from ._correlation import Windows, correlate, spread

Size = int | Sequence[int]


def several(name: str, what: str, value: Any, axes: int, least: int = 1) -> tuple[int, ...]:
    """A setting for each axis, given for all or for each."""
    values = (value,) * axes if np.ndim(value) == 0 else tuple(value)
    if len(values) != axes or not all(isinstance(v, int | np.integer) and v >= least for v in values):
        raise ValueError(f"{name}: {what}={value!r}, where {axes} integers from {least} on are due, or one for all.")
    return tuple(int(v) for v in values)


def batch(name: str, x: Any, axes: int, channels: int | None = None) -> tuple[Any, bool]:
    """An input as (samples, channels, *places), and whether it came as one sample; its shape is checked."""
    x = x if isinstance(x, Tensor | np.ndarray) else np.asarray(x)
    one = x.ndim == axes + 1
    if x.ndim not in (axes + 1, axes + 2) or (channels is not None and x.shape[-axes - 1] != channels):
        c, places = "C" if channels is None else channels, ", ".join("HW"[2 - axes :] if axes == 2 else "L")
        raise ValueError(f"{name}: input of shape {x.shape} where (N, {c}, {places}) or ({c}, {places}) is due.")
    return (x.reshape((1, *x.shape)) if one else x), one


def flat(x: Any) -> Any:
    """Signals as images of one row."""
    return x.reshape((*x.shape[:2], 1, x.shape[2])) if x.ndim == 3 else x


def shaped(y: Any, axes: int, one: bool) -> Any:
    """Images as what came: signals, or one sample."""
    shape = y.shape[1:] if one else y.shape
    return y.reshape((*shape[:-2], shape[-1]) if axes == 1 else shape) if one or axes == 1 else y


def around(
    name: str, padding: Any, kernel: Sequence[int], stride: Sequence[int], dilation: Sequence[int]
) -> list[tuple[int, int]]:
    """What ``padding`` means on each axis: elements before and after."""
    if padding == "valid":
        return [(0, 0)] * len(kernel)
    if padding == "same":
        if max(stride) > 1:
            raise ValueError(f"{name}: padding='same' has no meaning beside stride {tuple(stride)}; give numbers.")
        total = [d * (k - 1) for k, d in zip(kernel, dilation, strict=True)]
        return [(n // 2, n - n // 2) for n in total]
    if isinstance(padding, str):
        raise ValueError(f"{name}: padding={padding!r}, where 'same', 'valid' or numbers are due.")
    return [(p, p) for p in several(name, "padding", padding, len(kernel), 0)]


def _windows(name: str, kernel: Sequence[int], stride: Any, padding: Any, dilation: Any, groups: int) -> Windows:
    """The settings of a convolution on images; a signal's get another axis."""
    axes = len(kernel)
    stride, dilation = several(name, "stride", stride, axes), several(name, "dilation", dilation, axes)
    pads = around(name, padding, kernel, stride, dilation)
    more = 2 - axes
    (sh, sw), (dh, dw), (above, beside) = (1,) * more + stride, (1,) * more + dilation, [(0, 0)] * more + pads
    return Windows((sh, sw), (above, beside), (dh, dw), groups)


def _checked(name: str, bias: Any, channels: int) -> Any:
    if bias is not None and np.shape(bias) != (channels,):
        raise ValueError(f"{name}: bias of shape {np.shape(bias)} where ({channels},) is due.")
    return bias


def _conv(axes: int, x: Any, weight: Any, bias: Any, stride: Any, padding: Any, dilation: Any, groups: int) -> Any:
    name = f"conv{axes}d"
    if np.ndim(weight) != axes + 2:
        raise ValueError(f"{name}: weight of shape {np.shape(weight)} where (out, in/groups, *kernel) is due.")
    out, inner, *kernel = weight.shape
    if groups < 1 or out % groups:
        raise ValueError(f"{name}: {out} channels of output do not divide into groups={groups}.")
    x, one = batch(name, x, axes, inner * groups)
    windows, x, weight = _windows(name, kernel, stride, padding, dilation, groups), flat(x), flat(weight)
    reach, padded = windows.reach(weight.shape[2:]), windows.padded(x.shape[2:])
    if any(r > n for r, n in zip(reach, padded, strict=True)):
        raise ValueError(f"{name}: a kernel that spans {reach[-axes:]} on an input of padded size {padded[-axes:]}.")
    return shaped(correlate(x, weight, _checked(name, bias, out), windows), axes, one)


def conv1d(
    x: Any,
    weight: Any,
    bias: Any = None,
    stride: Size = 1,
    padding: Size | str = 0,
    dilation: Size = 1,
    groups: int = 1,
) -> Any:
    """``y[n,o,p] = b[o] + Σ x[n,c, p s + q d] w[o,c,q]`` over channels c and places q of the kernel.

    Parameters
    ----------
    x : array, shape (N, C, L) or (C, L)
        Signals.
    weight : array, shape (O, C / groups, K)
        Kernels.
    bias : array, shape (O,), optional
        What is added to each channel.
    stride, dilation : int or tuple of int
        Steps from place to place, and between the elements of the kernel.
    padding : int, tuple of int, "same" or "valid"
        How many zeros surround the input.
    groups : int
        Each group of output channels sees only its own group of input channels.

    Returns
    -------
    array, shape (N, O, (L + 2 padding - dilation (K - 1) - 1) // stride + 1)

    Examples
    --------
    >>> import numpy as np, autograd as ag
    >>> ag.functions.conv1d(np.array([[1.0, 2.0, 4.0, 8.0]]), np.array([[[-1.0, 1.0]]]))
    array([[1., 2., 4.]])
    """
    return _conv(1, x, weight, bias, stride, padding, dilation, groups)


def conv2d(
    x: Any,
    weight: Any,
    bias: Any = None,
    stride: Size = 1,
    padding: Size | str = 0,
    dilation: Size = 1,
    groups: int = 1,
) -> Any:
    """``S(i, j) = Σ I(i + m, j + n) K(m, n)``, over channels too: :func:`conv1d` for images.

    Parameters
    ----------
    x : array, shape (N, C, H, W) or (C, H, W)
        Images.
    weight : array, shape (O, C / groups, KH, KW)
        Kernels.
    bias : array, shape (O,), optional
        What is added to each channel.
    stride, padding, dilation, groups
        As in :func:`conv1d`; a pair is for rows and columns.

    Examples
    --------
    >>> import numpy as np, autograd as ag
    >>> image = np.arange(16.0).reshape(1, 4, 4)
    >>> ag.functions.conv2d(image, np.ones((1, 1, 3, 3)))
    array([[[45., 54.],
            [81., 90.]]])
    """
    return _conv(2, x, weight, bias, stride, padding, dilation, groups)


def _transpose(
    axes: int, x: Any, weight: Any, bias: Any, stride: Any, padding: Any, more: Any, groups: int, dilation: Any
) -> Any:
    name = f"conv_transpose{axes}d"
    if np.ndim(weight) != axes + 2:
        raise ValueError(f"{name}: weight of shape {np.shape(weight)} where (in, out/groups, *kernel) is due.")
    channels, inner, *kernel = weight.shape
    if groups < 1 or channels % groups:
        raise ValueError(f"{name}: {channels} channels of input do not divide into groups={groups}.")
    if isinstance(padding, str):
        raise ValueError(f"{name}: padding={padding!r}, where numbers are due.")
    x, one = batch(name, x, axes, channels)
    more = (0,) * (2 - axes) + several(name, "output_padding", more, axes, 0)
    windows, x, weight = _windows(name, kernel, stride, padding, dilation, groups), flat(x), flat(weight)
    if any(m >= s for m, s in zip(more, windows.stride, strict=True)):
        raise ValueError(f"{name}: output_padding={more[-axes:]} is not less than stride {windows.stride[-axes:]}.")
    sizes = zip(x.shape[2:], windows.stride, windows.padding, windows.reach(weight.shape[2:]), more, strict=True)
    high, wide = ((n - 1) * s - sum(p) + r + m for n, s, p, r, m in sizes)
    if min(high, wide) < 1:
        raise ValueError(f"{name}: input of shape {x.shape} leaves an output of size {(high, wide)[-axes:]}.")
    y, bias = spread(x, weight, windows, (high, wide)), _checked(name, bias, inner * groups)
    return shaped(y if bias is None else y + bias.reshape((-1, 1, 1)), axes, one)


def conv_transpose1d(
    x: Any,
    weight: Any,
    bias: Any = None,
    stride: Size = 1,
    padding: Size = 0,
    output_padding: Size = 0,
    groups: int = 1,
    dilation: Size = 1,
) -> Any:
    """The transpose of :func:`conv1d` as a linear map: each element lays down a kernel, and what overlaps adds up.

    Parameters
    ----------
    x : array, shape (N, C, L) or (C, L)
        Signals.
    weight : array, shape (C, O / groups, K)
        Kernels.
    bias : array, shape (O,), optional
        What is added to each channel.
    stride, padding, groups, dilation
        Those of the convolution of which this is the transpose.
    output_padding : int or tuple of int
        What the output has more, of the sizes that the convolution maps to the same one; less than ``stride``.

    Returns
    -------
    array, shape (N, O, (L - 1) stride - 2 padding + dilation (K - 1) + output_padding + 1)

    Examples
    --------
    >>> import numpy as np, autograd as ag
    >>> ag.functions.conv_transpose1d(np.array([[1.0, 2.0]]), np.ones((1, 1, 3)), stride=2)
    array([[1., 1., 3., 2., 2.]])
    """
    return _transpose(1, x, weight, bias, stride, padding, output_padding, groups, dilation)


def conv_transpose2d(
    x: Any,
    weight: Any,
    bias: Any = None,
    stride: Size = 1,
    padding: Size = 0,
    output_padding: Size = 0,
    groups: int = 1,
    dilation: Size = 1,
) -> Any:
    """:func:`conv_transpose1d` for images: the transpose of :func:`conv2d`.

    Parameters are those of :func:`conv_transpose1d`, with ``x`` of shape (N, C, H, W) or (C, H, W) and ``weight`` of
    shape (C, O / groups, KH, KW); a pair is for rows and columns.

    Examples
    --------
    >>> import numpy as np, autograd as ag
    >>> ag.functions.conv_transpose2d(np.array([[[1.0, 2.0]]]), np.ones((1, 1, 1, 3)), stride=(1, 2))
    array([[[1., 1., 3., 2., 2.]]])
    """
    return _transpose(2, x, weight, bias, stride, padding, output_padding, groups, dilation)
