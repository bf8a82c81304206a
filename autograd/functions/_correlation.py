"""The cross-correlation of images with kernels, and its two transposes.

Three functions are linear in each operand, and the derivatives of each are the other two, so they serve every order::

    y[n,o,p]  =  Σ x[n,c, p s + q d] w[o,c,q]      correlate(x, w)     over c and the places q in the kernel
    x[n,c,·]  =  Σ y[n,o,p] w[o,c,q]               spread(y, w)        what is found at p s + q d, for all o, p, q
    w[o,c,q]  =  Σ x[n,c, p s + q d] y[n,o,p]      weigh(x, y)         over n and p

Each is a matrix product. The values that lie under one row of the kernel are laid out as columns, and the next row of
the kernel finds its own among them, further down (Cho and Brand, arXiv:1706.06873). Columns are made for as many
samples, or rows of one, as fit into a cache. A signal is an image of one row.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..primitive import Primitive, primitive
from ..strong import PRODUCTS

Pair = tuple[int, int]
BLOCK = 1 << 18  # elements of the columns that are laid out at a time, at most,
FEW = 1 << 15  # and while more samples at once are no faster
ENOUGH = 128  # places for a matrix product to be fast


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


# -- the three products ----------------------------------------------------------------------------------------------


def _again(buffer: Any, shape: tuple[int, ...], dtype: Any) -> Any:
    """A buffer that has been used before, if it fits: fresh memory costs more than the sums that it is for."""
    return buffer if buffer is not None and buffer.shape == shape else np.empty(shape, dtype)


def _many(columns: int, places: int) -> int:
    """How many samples are laid out at a time, of so many elements and places each."""
    return max(1, min(max(FEW // max(1, columns), ENOUGH // max(1, places)), BLOCK // max(1, columns)))


def _laid_out(x: Any, size: Sequence[int], places: Sequence[int], windows: Windows) -> Iterator[tuple[Any, Any, Any]]:
    """Blocks of samples and rows of places; for each row of the kernel, what lies under it: (groups, c kw, places)."""
    (n, c, *image), g = x.shape, windows.groups
    (kh, kw), (oh, ow), (sh, sw), (dh, dw) = size, places, windows.stride, windows.dilation
    reach = windows.reach(size)[0]
    lines = BLOCK // max(1, c * kw * ow)  # of the image, whose columns fit
    many = min(max(1, n), _many(c * kw * ow * ((oh - 1) * sh + reach), oh * ow))
    tall = oh if many > 1 else max(1, min(oh, (lines - reach) // sh + 1))
    around = np.zeros((many, c, *windows.padded(image)), x.dtype) if np.any(windows.padding) else None
    columns: Any = None
    for first in range(0, n, many):
        block = x[first : first + many]
        m = len(block)
        if around is not None:
            (top, _), (left, _) = windows.padding
            around[:m, :, top : top + image[0], left : left + image[1]] = block
            block = around[:m]
        of_n, of_c, of_h, of_w = block.strides
        for row in range(0, oh, tall):
            rows = min(tall, oh - row)
            shape = (c, kw, (rows - 1) * sh + reach, m, ow)
            steps = (of_c, of_w * dw, of_h, of_n, of_w * sw)
            columns = _again(columns, shape, x.dtype)
            np.copyto(columns, np.lib.stride_tricks.as_strided(block[:, :, row * sh :], shape, steps))
            under = columns.reshape(g, c // g * kw, shape[2], m * ow)
            under = [under[:, :, i * dh : i * dh + (rows - 1) * sh + 1 : sh] for i in range(kh)]
            flat = (g, c // g * kw, rows * m * ow)
            yield slice(first, first + m), slice(row, row + rows), [u.reshape(flat) for u in under]


def _by_row(w: Any, groups: int) -> Any:
    """A kernel as one matrix for each of its rows: (kh, groups, o, c kw)."""
    o, c, kh, kw = w.shape
    return w.reshape(groups, o // groups, c, kh, kw).transpose(3, 0, 1, 2, 4).reshape(kh, groups, o // groups, c * kw)


def _as_columns(y: Any, groups: int) -> Any:
    """Channels by places, (groups, o, places), in the order of the columns that are laid out."""
    n, o, oh, ow = y.shape
    return y.transpose(1, 2, 0, 3).reshape(groups, o // groups, oh * n * ow)


def _correlate(x: Any, w: Any, windows: Windows) -> Any:
    places, g, o = windows.places(x.shape[2:], w.shape[2:]), windows.groups, len(w)
    y = np.empty((len(x), o, *places), np.result_type(x, w))
    kernel = _by_row(w, g)
    total = part = None
    for samples, rows, under in _laid_out(x, w.shape[2:], places, windows):
        here = y[samples, :, rows]
        n, _, h, width = here.shape
        shape = (g, o // g, h * n * width)
        whole = n == 1 and h == places[0]
        total = here.reshape(shape) if whole else _again(total, shape, y.dtype)
        np.matmul(kernel[0], under[0], out=total)
        for row, columns in zip(kernel[1:], under[1:], strict=True):
            part = _again(part, shape, y.dtype)
            total += np.matmul(row, columns, out=part)
        if not whole:
            here[...] = total.reshape(o, h, n, width).transpose(2, 0, 1, 3)
    return y


def _weigh(x: Any, y: Any, windows: Windows, size: Pair) -> Any:
    (kh, kw), g, o, c = size, windows.groups, y.shape[1], x.shape[1] // windows.groups
    w = np.zeros((kh, g, c * kw, o // g), np.result_type(x, y))
    for samples, rows, under in _laid_out(x, size, y.shape[2:], windows):
        found = _as_columns(y[samples, :, rows], g).mT
        for i, columns in enumerate(under):
            w[i] += columns @ found
    return w.reshape(kh, g, c, kw, o // g).transpose(1, 4, 2, 0, 3).reshape(o, c, kh, kw)


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
    return _correlate(y, turned, Windows((1, 1), padding, windows.dilation, g))


def _spread(y: Any, w: Any, windows: Windows, image: Pair) -> Any:
    x = _turned(y, w, windows, image)
    if x is not None:
        return x
    (n, _, oh, ow), g, (_, c, kh, kw) = y.shape, windows.groups, w.shape
    (top, _), (left, _) = windows.padding
    (sh, sw), (dh, dw) = windows.stride, windows.dilation
    height, width = map(max, windows.padded(image), windows.reach((kh, kw)))
    x = np.empty((n, g * c, *image), np.result_type(y, w))
    kernel, around, product = _by_row(w, g).mT, None, None
    many = _many(g * c * kw * oh * ow, oh * ow)
    for first in range(0, n, many):
        block = y[first : first + many]
        m, found = len(block), _as_columns(block, g)
        around = _again(around, (g * c, height, m, width), x.dtype)
        around[...] = 0
        for i in range(kh):
            product = _again(product, (g, c * kw, oh * m * ow), x.dtype)
            columns = np.matmul(kernel[i], found, out=product).reshape(g * c, kw, oh, m, ow)
            lines = around[:, i * dh : i * dh + (oh - 1) * sh + 1 : sh]
            for j in range(kw):
                lines[..., j * dw : j * dw + (ow - 1) * sw + 1 : sw] += columns[:, j]
        part = around[:, top : top + image[0], :, left : left + image[1]]
        x[first : first + m] = part.transpose(2, 0, 1, 3)
    return x


correlate: Primitive = primitive(
    _correlate,
    vjp=(
        lambda t, x_shape, y, windows: spread(t, y, windows, x_shape[2:]),
        lambda t, x, y_shape, windows: weigh(x, t, windows, y_shape[2:]),
    ),
    jvp=(lambda t, y, windows: correlate(t, y, windows), lambda t, x, windows: correlate(x, t, windows)),
)
spread: Primitive = primitive(
    _spread,
    vjp=(
        lambda t, y, windows: correlate(t, y, windows),
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
        lambda t, x, windows: correlate(x, t, windows),
    ),
    jvp=(
        lambda t, y, windows, size: weigh(t, y, windows, size),
        lambda t, x, windows, size: weigh(x, t, windows, size),
    ),
)
for _p in (correlate, spread, weigh):
    _p.name = _p.name.lstrip("_")
    PRODUCTS.add(_p)
