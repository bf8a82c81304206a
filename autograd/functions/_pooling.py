"""Pooling: each place of the output is the largest, or the mean, of a window on the input."""

from __future__ import annotations

from typing import Any

import numpy as np

from ._convolution import Size, batch, flat, several, shaped
from ._folds import Pool, max_pool, sum_pool


def _pool(
    name: str, axes: int, x: Any, size: Any, stride: Any, padding: Any, dilation: Any, ceil: bool
) -> tuple[Any, bool, Pool]:
    """The input as images, whether it came as one sample, and where the windows are."""
    size = several(name, "kernel_size", size, axes)
    stride = size if stride is None else several(name, "stride", stride, axes)
    padding, dilation = several(name, "padding", padding, axes, 0), several(name, "dilation", dilation, axes)
    if any(2 * p > k for p, k in zip(padding, size, strict=True)):
        raise ValueError(f"{name}: padding={padding} is more than half of kernel_size={size}.")
    x, one = batch(name, x, axes)
    if axes == 1:
        size, stride, padding, dilation = (1, *size), (1, *stride), (0, *padding), (1, *dilation)
    x = flat(x)
    pool = Pool(size[:2], stride[:2], padding[:2], dilation[:2], ceil)
    if min(pool.axis(k, x.shape[2 + k])[0] for k in (0, 1)) < 1:
        raise ValueError(f"{name}: a window of {size[-axes:]} on an input of size {x.shape[-axes:]}.")
    return x, one, pool


def _largest(axes: int, x: Any, size: Any, stride: Any, padding: Any, dilation: Any, ceil: bool) -> Any:
    x, one, pool = _pool(f"max_pool{axes}d", axes, x, size, stride, padding, dilation, ceil)
    return shaped(max_pool(x, pool), axes, one)


def _counts(n: int, k: int, pool: Pool, include_pad: bool) -> list[int]:
    """By how much the sum of each window of an axis is divided."""
    size, stride, padding, (out, _) = pool.size[k], pool.stride[k], pool.padding[k], pool.axis(k, n)
    counts = []
    for start in range(-padding, out * stride - padding, stride):
        inside = max(start, 0), min(start + size, n)
        counts.append(min(start + size, n + padding) - start if include_pad else inside[1] - inside[0])
    return counts


def _mean(
    axes: int, x: Any, size: Any, stride: Any, padding: Any, ceil: bool, include_pad: bool, divisor: int | None
) -> Any:
    name = f"avg_pool{axes}d"
    if divisor == 0:
        raise ValueError(f"{name}: divisor_override=0.")
    x, one, pool = _pool(name, axes, x, size, stride, padding, 1, ceil)
    total = sum_pool(x, pool)
    if divisor is not None:
        return shaped(total / divisor, axes, one)
    high, wide = (_counts(x.shape[2 + k], k, pool, include_pad) for k in (0, 1))
    if len({*high}) == len({*wide}) == 1:
        return shaped(total * (1 / (high[0] * wide[0])), axes, one)
    counts = np.outer(high, wide).astype(x.dtype if x.dtype.kind in "fc" else float)
    return shaped(total / counts, axes, one)


def max_pool1d(
    x: Any,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Size = 0,
    dilation: Size = 1,
    ceil_mode: bool = False,
) -> Any:
    """``y[n,c,p] = max x[n,c, p s + q d]`` over places q of the window.

    Among equals the cotangent is divided evenly; PyTorch gives all of it to the first.

    Parameters
    ----------
    x : array, shape (N, C, L) or (C, L)
        Signals.
    kernel_size, stride, dilation : int or tuple of int
        Length of the window, its step (by default its length), and the step between its elements.
    padding : int or tuple of int
        How far the first window reaches out of the input; nothing outside is ever the largest.
    ceil_mode : bool
        Whether there is a last window that reaches out of the input by more.

    Examples
    --------
    >>> import numpy as np, autograd as ag
    >>> ag.functions.max_pool1d(np.array([[1.0, 3.0, 2.0, 0.0, 5.0]]), 2)
    array([[3., 2.]])
    """
    return _largest(1, x, kernel_size, stride, padding, dilation, ceil_mode)


def max_pool2d(
    x: Any,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Size = 0,
    dilation: Size = 1,
    ceil_mode: bool = False,
) -> Any:
    """:func:`max_pool1d` for images of shape (N, C, H, W) or (C, H, W).

    Examples
    --------
    >>> import numpy as np, autograd as ag
    >>> ag.functions.max_pool2d(np.arange(16.0).reshape(1, 4, 4), 2)
    array([[[ 5.,  7.],
            [13., 15.]]])
    """
    return _largest(2, x, kernel_size, stride, padding, dilation, ceil_mode)


def avg_pool1d(
    x: Any,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Size = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
) -> Any:
    """``y[n,c,p] = mean x[n,c, p s + q]`` over places q of the window.

    Parameters
    ----------
    x : array, shape (N, C, L) or (C, L)
        Signals.
    kernel_size, stride : int or tuple of int
        Length of the window, and its step (by default its length).
    padding : int or tuple of int
        How many zeros surround the input.
    ceil_mode : bool
        Whether there is a last window that reaches out of the padded input; what is there does not count.
    count_include_pad : bool
        Whether the zeros count.

    Examples
    --------
    >>> import numpy as np, autograd as ag
    >>> ag.functions.avg_pool1d(np.array([[1.0, 3.0, 2.0, 0.0, 5.0]]), 2)
    array([[2., 1.]])
    """
    return _mean(1, x, kernel_size, stride, padding, ceil_mode, count_include_pad, None)


def avg_pool2d(
    x: Any,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Size = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor_override: int | None = None,
) -> Any:
    """:func:`avg_pool1d` for images of shape (N, C, H, W) or (C, H, W); a divisor may be given.

    Examples
    --------
    >>> import numpy as np, autograd as ag
    >>> ag.functions.avg_pool2d(np.arange(16.0).reshape(1, 4, 4), 2)
    array([[[ 2.5,  4.5],
            [10.5, 12.5]]])
    """
    return _mean(2, x, kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override)
