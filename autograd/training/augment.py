"""Augmentation: random changes to a batch that keep its labels (Goodfellow, Bengio and Courville 2016, section 7.4).

Each function takes a batch of arrays ``(N, …)``, or of images ``(N, C, H, W)``, draws for each sample of its own, and
returns a new array of the same dtype. Take changes that leave the class alone: a "b" flipped is a "d".
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from .data import Rng


def _images(name: str, x: Any) -> Any:
    x = np.asarray(x)
    if x.ndim != 4:
        raise ValueError(f"{name}: an array of shape {x.shape} where images (N, C, H, W) are due.")
    return x


class Augment:
    """Changes to the inputs of a batch, one after the other, for ``DataLoader(transform=…)``.

    Parameters
    ----------
    *functions : callable
        Each is called as ``function(x, rng=rng)`` and returns the changed ``x``, which is the batch, or the first
        array of one that is a tuple. Fix other arguments with :func:`functools.partial`.

    Examples
    --------
    >>> import numpy as np
    >>> from functools import partial
    >>> from autograd import training
    >>> change = training.Augment(training.random_flip, partial(training.random_shift, pixels=1))
    >>> x, y = change((np.ones((2, 1, 4, 4)), np.array([0, 1])), np.random.default_rng(0))
    >>> x.shape
    (2, 1, 4, 4)
    """

    def __init__(self, *functions: Callable[..., Any]) -> None:
        self.functions = functions

    def __call__(self, batch: Any, rng: Rng = None) -> Any:
        """Change the inputs, and leave the rest of the batch as it is."""
        rng = np.random.default_rng(rng)
        x = batch[0] if isinstance(batch, (tuple, list)) else batch
        for function in self.functions:
            x = function(x, rng=rng)
        return (x, *batch[1:]) if isinstance(batch, (tuple, list)) else x


def add_noise(x: Any, std: float = 0.1, *, rng: Rng = None) -> Any:
    """Add normal noise of this standard deviation.

    Examples
    --------
    >>> import numpy as np
    >>> from autograd import training
    >>> training.add_noise(np.zeros(2, np.float32), rng=0)
    array([ 0.01257302, -0.01321049], dtype=float32)
    """
    x = np.asarray(x)
    if x.dtype.kind != "f":
        raise TypeError(f"add_noise: dtype {x.dtype} where a floating one is due.")
    return x + np.random.default_rng(rng).normal(0, std, x.shape).astype(x.dtype)


def random_flip(x: Any, p: float = 0.5, axis: int = -1, *, rng: Rng = None) -> Any:
    """Reverse an axis of each sample with probability ``p``: -1 flips images left to right, -2 upside down.

    Examples
    --------
    >>> import numpy as np
    >>> from autograd import training
    >>> training.random_flip(np.arange(6).reshape(3, 2), rng=0)
    array([[0, 1],
           [3, 2],
           [5, 4]])
    """
    out = np.array(x)
    if axis % out.ndim == 0:
        raise ValueError("random_flip: axis 0 counts the samples; flip one of theirs.")
    chosen = np.random.default_rng(rng).random(len(out)) < p
    out[chosen] = np.flip(out[chosen], axis)
    return out


def random_crop(x: Any, size: int | tuple[int, int], padding: int = 0, *, fill: float = 0, rng: Rng = None) -> Any:
    """Cut a window of this size out of each image, after a margin of ``padding`` pixels is added.

    Parameters
    ----------
    x : array_like, shape (N, C, H, W)
    size : int or (int, int)
        Height and width of the result.
    padding : int
        Margin on each side.
    fill : float
        What the margin is filled with.
    rng : Generator or int, optional

    Examples
    --------
    >>> import numpy as np
    >>> from autograd import training
    >>> training.random_crop(np.arange(16).reshape(1, 1, 4, 4), 2, rng=0)
    array([[[[ 9, 10],
             [13, 14]]]])
    """
    x = _images("random_crop", x)
    height, width = (size, size) if isinstance(size, int) else size
    if padding:
        x = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)), constant_values=fill)
    n, _, h, w = x.shape
    if not (0 < height <= h and 0 < width <= w):
        raise ValueError(f"random_crop: a window {height} × {width} of images {h} × {w}, margins included.")
    rng = np.random.default_rng(rng)
    top, left = rng.integers(0, h - height + 1, n), rng.integers(0, w - width + 1, n)
    windows = np.lib.stride_tricks.sliding_window_view(x, (height, width), axis=(2, 3))
    return windows[np.arange(n), :, top, left]


def random_shift(x: Any, pixels: int, *, fill: float = 0, rng: Rng = None) -> Any:
    """Move each image by up to this many pixels, up or down and left or right; what comes in is ``fill``.

    Examples
    --------
    >>> import numpy as np
    >>> from autograd import training
    >>> training.random_shift(np.arange(4).reshape(1, 1, 2, 2), 1, rng=0)
    array([[[[2, 3],
             [0, 0]]]])
    """
    x = _images("random_shift", x)
    if pixels < 0:
        raise ValueError(f"random_shift: pixels={pixels} is negative.")
    return random_crop(x, x.shape[2:], pixels, fill=fill, rng=rng)


def rotate(x: Any, radians: Any, *, fill: float = 0) -> Any:
    """Turn each image about its centre, counter-clockwise, with bilinear interpolation.

    Parameters
    ----------
    x : array_like, shape (N, C, H, W)
    radians : float or array_like, shape (N,)
        Angles.
    fill : float
        What lies outside.

    Examples
    --------
    >>> import math
    >>> import numpy as np
    >>> from autograd import training
    >>> np.round(training.rotate(np.arange(4.0).reshape(1, 1, 2, 2), math.pi / 2), 12)
    array([[[[1., 3.],
             [0., 2.]]]])
    """
    x = _images("rotate", x)
    n, _, h, w = x.shape
    angle = np.broadcast_to(np.asarray(radians, float), (n,)).reshape(n, 1, 1)
    v, u = np.arange(h).reshape(h, 1) - (h - 1) / 2, np.arange(w) - (w - 1) / 2
    row = np.cos(angle) * v + np.sin(angle) * u + (h - 1) / 2  # where each pixel of the result comes from
    column = np.cos(angle) * u - np.sin(angle) * v + (w - 1) / 2
    row, column = np.round(row, 9), np.round(column, 9)  # a quarter turn meets pixels, not their neighbourhood
    padded = np.pad(x, ((0, 0), (0, 0), (1, 1), (1, 1)), constant_values=fill)
    row, column = np.clip(row + 1, 0, h + 1), np.clip(column + 1, 0, w + 1)
    i, j = np.minimum(row.astype(int), h), np.minimum(column.astype(int), w)
    down, right = (row - i)[:, None], (column - j)[:, None]
    k = np.arange(n).reshape(n, 1, 1)

    def at(i: Any, j: Any) -> Any:
        return np.moveaxis(padded[k, :, i, j], -1, 1)

    above = at(i, j) * (1 - right) + at(i, j + 1) * right
    below = at(i + 1, j) * (1 - right) + at(i + 1, j + 1) * right
    turned = above * (1 - down) + below * down
    return turned.astype(x.dtype) if x.dtype.kind == "f" else np.rint(turned).astype(x.dtype)


def random_rotation(x: Any, degrees: float, *, fill: float = 0, rng: Rng = None) -> Any:
    """Turn each image about its centre by up to this many degrees either way; outside is ``fill``.

    Examples
    --------
    >>> import numpy as np
    >>> from autograd import training
    >>> training.random_rotation(np.ones((2, 1, 8, 8)), 15, rng=0).shape
    (2, 1, 8, 8)
    """
    x = _images("random_rotation", x)
    bound = math.radians(degrees)
    return rotate(x, np.random.default_rng(rng).uniform(-bound, bound, len(x)), fill=fill)
