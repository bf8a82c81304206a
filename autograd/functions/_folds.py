"""Pooling: each place of the output is the largest, or the mean, of what lies in its window.

A window is looked at from the side of its elements: the first elements of all windows are a slice of the image, so are
the second ones, and so on, and a pool is a fold over these slices. A signal is an image of one row.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..primitive import Primitive, linear, primitive

BLOCK = 1 << 19  # elements that are looked at together

Pair = tuple[int, int]
Places = tuple[Any, Any]  # where in the output, and where in the image


@functools.lru_cache(1024)
def _spans(
    n: int, size: int, stride: int, padding: int, dilation: int, ceil: bool
) -> tuple[int, list[tuple[slice, slice]]]:
    """How many windows an axis has; for each of their elements the windows in which it is in the image, and where."""
    free = n + 2 * padding - dilation * (size - 1) - 1
    out = (free + (stride - 1 if ceil else 0)) // stride + 1
    if ceil and (out - 1) * stride >= n + padding:
        out -= 1  # a window that begins in the padding behind the image
    spans = []
    for at in range(-padding, size * dilation - padding, dilation):
        first, last = max(0, -(at // stride)), min(out - 1, (n - 1 - at) // stride)
        if first <= last:
            spans.append((slice(first, last + 1), slice(first * stride + at, last * stride + at + 1, stride)))
    return max(0, out), spans


@dataclass(frozen=True, slots=True)
class Pool:
    """Windows on an image, in rows and columns; what lies outside of it counts for nothing."""

    size: Pair
    stride: Pair
    padding: Pair = (0, 0)
    dilation: Pair = (1, 1)
    ceil: bool = False

    def axis(self, k: int, n: int) -> tuple[int, list[tuple[slice, slice]]]:
        """The windows along one axis."""
        return _spans(n, self.size[k], self.stride[k], self.padding[k], self.dilation[k], self.ceil)

    def slices(self, image: Any) -> list[Places]:
        """For each element of the windows: which windows, and where in the image."""
        pairs = itertools.product(self.axis(0, image[0])[1], self.axis(1, image[1])[1])
        return [((..., i[0], j[0]), (..., i[1], j[1])) for i, j in pairs]

    def __repr__(self) -> str:
        return f"Pool({self.size}, stride={self.stride})"


def _at(index: slice, k: int) -> Any:
    """The index of rows (k is 0) or columns (1)."""
    return (..., index, slice(None)) if k == 0 else (..., index)


def _folded(fold: Any, x: Any, start: Any, pool: Pool) -> Any:
    """A fold over the elements of all windows, first along columns and then along rows."""
    for k in (0, 1):
        out, spans = pool.axis(k, x.shape[2 + k])
        of_all = [x[_at(here, k)] for there, here in spans if there == slice(0, out)]
        if len(of_all) > 1:
            y = functools.reduce(fold, of_all)
        elif of_all:
            y = of_all[0].copy("K")
        else:
            y = np.full_like(x, start, shape=(*x.shape[: 2 + k], out, *x.shape[3 + k :]))
        for there, here in spans:
            if there != slice(0, out):
                part = y[_at(there, k)]
                fold(part, x[_at(here, k)], out=part)
        x = y
    return x


# -- the largest -----------------------------------------------------------------------------------------------------


def _max_pool(x: Any, pool: Pool) -> Any:
    return _folded(np.maximum, x, -np.inf if x.dtype.kind in "fc" else np.iinfo(x.dtype).min, pool)


def _winners(x: Any, y: Any, pool: Pool) -> Iterator[tuple[Any, list[tuple[Places, Any]], Any]]:
    """Blocks of channels: which elements of each slice are the largest of their window, and how many there are."""
    places, missing = pool.slices(x.shape[2:]), bool(np.isnan(y).any())
    counted = np.min_scalar_type(len(places))
    many = max(1, BLOCK // max(1, x.size // max(1, x.shape[1])))
    for first in range(0, x.shape[1], many):
        block = (slice(None), slice(first, first + many))
        image, best = x[block], y[block]
        number, slices = np.zeros_like(best, counted), []
        for there, here in places:
            wins = np.equal(image[here], best[there])
            if missing:
                wins |= np.isnan(image[here]) & np.isnan(best[there])
            number[there] += wins.view(np.uint8)
            slices.append(((there, here), wins))
        yield block, slices, number


def _give(t: Any, x: Any, y: Any, pool: Pool) -> Any:
    apart = all(s >= (k - 1) * d + 1 for s, k, d in zip(pool.stride, pool.size, pool.dilation, strict=True))
    filled = apart and sum(y[there].size for there, _ in pool.slices(x.shape[2:])) == x.size  # every element is in one
    out = (np.empty_like if filled else np.zeros_like)(x, t.dtype)
    for block, slices, number in _winners(x, y, pool):
        share, image = np.divide(t[block], number, out=np.empty_like(y[block], t.dtype)), out[block]
        for (there, here), wins in slices:
            part = image[here]
            if apart:
                np.multiply(share[there], wins, out=part)
            else:
                part += share[there] * wins
    return out


def _take(t: Any, x: Any, y: Any, pool: Pool) -> Any:
    out = np.zeros_like(y, t.dtype)
    for block, slices, number in _winners(x, y, pool):
        image, found = t[block], out[block]
        for (there, here), wins in slices:
            found[there] += image[here] * wins
        found /= number
    return out


# what flows back to the largest element of each window, in equal shares among equals, and what flows forward from there
give: Primitive = primitive(
    _give,
    vjp=(lambda t, y, z, pool: take(t, y, z, pool), None, None),
    jvp=(lambda t, y, z, pool: give(t, y, z, pool), None, None),
)
take: Primitive = primitive(
    _take,
    vjp=(lambda t, y, z, pool: give(t, y, z, pool), None, None),
    jvp=(lambda t, y, z, pool: take(t, y, z, pool), None, None),
)
max_pool: Primitive = primitive(
    _max_pool, vjp=lambda t, x, out, pool: give(t, x, out, pool), jvp=lambda t, x, out, pool: take(t, x, out, pool)
)

# -- sums ------------------------------------------------------------------------------------------------------------


def _sum_pool(x: Any, pool: Pool) -> Any:
    return _folded(np.add, x, 0, pool)


def _sum_back(t: Any, pool: Pool, image: Pair) -> Any:
    """What each element gets from all windows that it lies in."""
    for k in (1, 0):
        x = np.zeros_like(t, shape=(*t.shape[: 2 + k], image[k], *t.shape[3 + k :]))
        for there, here in pool.axis(k, image[k])[1]:
            part = x[_at(here, k)]
            part += t[_at(there, k)]
        t = x
    return t


sum_pool: Primitive = linear(_sum_pool, lambda t, x_shape, pool: sum_back(t, pool, x_shape[2:]))
sum_back: Primitive = linear(_sum_back, lambda t, pool: sum_pool(t, pool), free="image")

for _p in (give, take, max_pool, sum_pool, sum_back):
    _p.name = _p.name.lstrip("_")
