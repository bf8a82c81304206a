"""The cross-correlation of images with kernels, and its two transposes.

Three functions are linear in each operand, and the derivatives of each are the other two, so they serve every order::

    y[n,o,p]  =  Σ x[n,c, p s + q d] w[o,c,q]      correlate(x, w)     over c and the places q in the kernel
    x[n,c,·]  =  Σ y[n,o,p] w[o,c,q]               spread(y, w)        what is found at p s + q d, for all o, p, q
    w[o,c,q]  =  Σ x[n,c, p s + q d] y[n,o,p]      weigh(x, y)         over n and p

Each is a matrix product: what lies under the kernel at a place is laid out as a column (Chellapilla, Puri and Simard,
High performance convolutional neural networks for document processing, 2006). Columns are made for as many places as
fit into a cache. In memory the samples of a batch are next to each other, (channels, rows, columns, samples). Then the
same pixels of all samples are one run of numbers, which is copied at once, also where a stride skips the next pixel,
and a product writes its result where it belongs. Results keep this order in memory, and so does what NumPy computes
from them element by element: the next convolution finds its input as it needs it. A signal is an image of one row.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..primitive import Primitive, primitive
from ..strong import PRODUCTS

Pair = tuple[int, int]
BLOCK = 1 << 19  # elements of the columns that are laid out at a time
SMALL = 10**6  # multiplications: OpenBLAS does not copy the operands of a smaller product, which takes half the time
SAMPLES = 16  # that are moved together: an image of 2^k bytes falls on the same lines of the cache as the next one


@dataclass(frozen=True, slots=True)
class Windows:
    """Where a kernel is laid on an image with padding, in rows and columns, and how many groups of channels it has."""

    stride: Pair = (1, 1)
    padding: tuple[Pair, Pair] = ((0, 0), (0, 0))
    dilation: Pair = (1, 1)
    groups: int = 1

    def reach(self, kernel: Sequence[int]) -> list[int]:
        """What a kernel spans."""
        return [(k - 1) * d + 1 for k, d in zip(kernel, self.dilation, strict=True)]

    def padded(self, image: Sequence[int]) -> list[int]:
        """The image with what surrounds it."""
        return [n + a + b for n, (a, b) in zip(image, self.padding, strict=True)]

    def places(self, image: Sequence[int], kernel: Sequence[int]) -> list[int]:
        """At how many places the kernel is laid."""
        reach, padded = self.reach(kernel), self.padded(image)
        return [max(0, (n - r) // s + 1) for n, r, s in zip(padded, reach, self.stride, strict=True)]


# -- the layout ------------------------------------------------------------------------------------------------------


def _samples_last(x: Any, windows: Windows = Windows()) -> Any:
    """Images as (channels, rows, columns, samples) in this order in memory, with what surrounds them."""
    moved = x.transpose(1, 2, 3, 0)
    padded = np.any(windows.padding)
    if moved.flags.c_contiguous and not padded:
        return moved
    (n, c, *image), ((top, _), (left, _)) = x.shape, windows.padding
    laid = (np.zeros if padded else np.empty)((c, *windows.padded(image), n), x.dtype)
    inside = laid[:, top : top + image[0], left : left + image[1]]
    for first in range(0, n, SAMPLES):
        some = slice(first, first + SAMPLES)
        inside[..., some] = moved[..., some]
    return laid


def _samples_first(x: Any) -> Any:
    """The same images as (samples, channels, rows, columns), where they are."""
    return x.transpose(3, 0, 1, 2)


def _blocks(places: Sequence[int], column: int) -> Iterator[tuple[slice, slice]]:
    """Rows of places, or pieces of a row, whose columns, of so many elements for each place, fit into a block."""
    high, wide = places
    fit = max(1, BLOCK // max(1, column))
    rows, columns = max(1, fit // max(1, wide)), min(fit, wide)
    for row in range(0, high, rows):
        for at in range(0, wide, columns):
            yield slice(row, row + rows), slice(at, at + columns)


def _under(x: Any, size: Sequence[int], places: Sequence[int], windows: Windows) -> Iterator[tuple[Any, Any, Any]]:
    """Blocks of places, and as columns what lies under the kernel there: (groups, c kh kw, places and samples)."""
    image = _samples_last(x, windows)
    c, *_, n = image.shape
    (of_c, of_h, of_w, of_n), (sh, sw), (dh, dw) = image.strides, windows.stride, windows.dilation
    shape, steps = (c, *size, *places, n), (of_c, of_h * dh, of_w * dw, of_h * sh, of_w * sw, of_n)
    everywhere = np.lib.stride_tricks.as_strided(image, shape, steps)
    g, column = windows.groups, c * math.prod(size)
    for rows, columns in _blocks(places, column * n):
        block = everywhere[:, :, :, rows, columns]
        yield rows, columns, block.reshape(g, column // g, math.prod(block.shape[3:]))


def _by_group(y: Any, groups: int) -> Any:
    """What is found at the places: (groups, o, rows, columns, samples)."""
    return y.reshape(groups, len(y) // groups, *y.shape[1:])


def _matrix(block: Any) -> Any:
    """What is found at a block of places, as a matrix of each group: the same memory, for a block is one run of it."""
    return block.reshape(*block.shape[:2], math.prod(block.shape[2:]))


def _narrow(size: int, least: int, *matrices: Any) -> Iterator[list[Any]]:
    """Matrices (groups, rows, n), cut into stacks of narrow ones, so that products with ``size`` elements are small.

    They are left as they are if that would make them narrower than ``least``.
    """
    n = matrices[0].shape[-1]
    width = min(n, SMALL // max(1, size))
    width = width if width >= least else n
    whole = n - n % max(1, width)
    for start, stop, columns in ((0, whole, width), (whole, n, n - whole)):
        if start < stop:
            parts = [m[..., start:stop] for m in matrices]
            yield [part.reshape(*part.shape[:2], -1, columns).swapaxes(1, 2) for part in parts]


# -- the three products ----------------------------------------------------------------------------------------------


def _correlate(x: Any, w: Any, bias: Any, windows: Windows) -> Any:
    (o, _, *size), g, operands = w.shape, windows.groups, (x, w) if bias is None else (x, w, bias)
    places, kernel = windows.places(x.shape[2:], size), w.reshape(g, o // g, -1)
    y = np.empty((o, *places, len(x)), np.result_type(*operands))
    found = _by_group(y, g)
    for rows, columns, under in _under(x, size, places, windows):
        here = _matrix(found[:, :, rows, columns])
        for a, b in _narrow(kernel[0].size, 64, under, here):
            np.matmul(kernel[:, None], a, out=b)
        if bias is not None:
            here += bias.reshape(g, o // g, 1)
    return _samples_first(y)


def _weigh(x: Any, y: Any, windows: Windows, size: Pair) -> Any:
    g, (_, o, *places) = windows.groups, y.shape
    found = _by_group(_samples_last(y), g)
    w = np.zeros((g, x.shape[1] // g * math.prod(size), o // g), np.result_type(x, y))
    for rows, columns, under in _under(x, size, places, windows):
        for a, b in _narrow(w[0].size, 512, under, _matrix(found[:, :, rows, columns])):
            w += np.add.reduce(a @ b.mT, 1)
    return w.mT.reshape(o, x.shape[1] // g, *size)


def _turned(y: Any, w: Any, windows: Windows, image: Pair) -> Any:
    """``spread`` where it is a correlation with the kernel turned round; None where it is not."""
    g, (o, c, *size) = windows.groups, w.shape
    reach = windows.reach(size)
    before = [r - 1 - a for r, (a, _) in zip(reach, windows.padding, strict=True)]
    after = [m - p + r - 1 - b for m, p, r, b in zip(image, y.shape[2:], reach, before, strict=True)]
    if windows.stride != (1, 1) or min(*before, *after) < 0:
        return None
    turned = w.reshape(g, o // g, c, *size)[..., ::-1, ::-1].swapaxes(1, 2).reshape(g * c, o // g, *size)
    padding = ((before[0], after[0]), (before[1], after[1]))
    return _correlate(y, turned, None, Windows((1, 1), padding, windows.dilation, g))


def _spread(y: Any, w: Any, windows: Windows, image: Pair) -> Any:
    x = _turned(y, w, windows, image)
    if x is not None:
        return x
    (n, o, *places), (_, c, kh, kw), g = y.shape, w.shape, windows.groups
    ((top, _), (left, _)), (sh, sw), (dh, dw) = windows.padding, windows.stride, windows.dilation
    x = np.zeros((g * c, *map(max, windows.padded(image), windows.reach((kh, kw))), n), np.result_type(y, w))
    kernel, found = w.reshape(g, o // g, c * kh * kw).mT, _by_group(_samples_last(y), g)
    for rows, columns in _blocks(places, g * c * kh * kw * n):
        here = found[:, :, rows, columns]
        high, wide = here.shape[2:4]
        product = (kernel @ _matrix(here)).reshape(g * c, kh, kw, high, wide, n)
        for i, j in np.ndindex(kh, kw):
            from_h, from_w = i * dh + rows.start * sh, j * dw + columns.start * sw
            part = x[:, from_h : from_h + (high - 1) * sh + 1 : sh, from_w : from_w + (wide - 1) * sw + 1 : sw]
            part += product[:, i, j]
    return _samples_first(x[:, top : top + image[0], left : left + image[1]])


correlate: Primitive = primitive(
    _correlate,
    vjp=(
        lambda t, x_shape, y, windows: spread(t, y, windows, x_shape[2:]),
        lambda t, x, y_shape, windows: weigh(x, t, windows, y_shape[2:]),
        lambda t: np.sum(t, (0, 2, 3)),
    ),
    jvp=(
        lambda t, y, windows: correlate(t, y, None, windows),
        lambda t, x, windows: correlate(x, t, None, windows),
        lambda t: t.reshape((-1, 1, 1)),
    ),
)
spread: Primitive = primitive(
    _spread,
    vjp=(
        lambda t, y, windows: correlate(t, y, None, windows),
        lambda t, x, y_shape, windows: weigh(t, x, windows, y_shape[2:]),
    ),
    jvp=(
        lambda t, y, windows, image: spread(t, y, windows, image),
        lambda t, x, windows, image: spread(x, t, windows, image),
    ),
)
weigh: Primitive = primitive(
    _weigh,
    vjp=(
        lambda t, x_shape, y, windows: spread(y, t, windows, x_shape[2:]),
        lambda t, x, windows: correlate(x, t, None, windows),
    ),
    jvp=(
        lambda t, y, windows, size: weigh(t, y, windows, size),
        lambda t, x, windows, size: weigh(x, t, windows, size),
    ),
)
for _p in (correlate, spread, weigh):
    _p.name = _p.name.lstrip("_")
    PRODUCTS.add(_p)
