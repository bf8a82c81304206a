"""Histograms: counts are constant, weights count linearly, and edges between the extremes move with those."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..primitive import composite, primitive
from ..tensor import Tensor, tensor, value_of
from .indexing import scatter

primitive(
    np.bincount,
    vjp=lambda t, numbers: t[numbers],
    jvp=lambda t, numbers, minlength: np.bincount(numbers, t, minlength),
    operands="weights",
    signature="numbers, /, weights=None, minlength=0",
)


def _edges(values: Any, raw: Any, given: bool) -> Any:
    """The edges of bins: NumPy's if they were given, else evenly spaced from the smallest value to the largest."""
    if given or not values.size:
        return tensor(raw)
    low, high = np.min(values), np.max(values)
    if value_of(low) == value_of(high):
        low, high = low - 0.5, high + 0.5
    return low + (high - low) * (np.arange(len(raw)) / (len(raw) - 1)).astype(raw.dtype)


def _histogram_bin_edges(a: Any, bins: Any = 10, range: Any = None, weights: Any = None) -> Any:
    bins = _as_edges(bins)
    raw = np.histogram_bin_edges(value_of(a), _plain(bins), range, _plain(weights))
    if isinstance(bins, Tensor):
        return bins
    return _edges(tensor(a), raw, range is not None or _several(bins))


def _plain(value: Any) -> Any:
    """The value of an argument that may be a number, a word, None, an array, or a list of those."""
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return value_of(value) if isinstance(value, Tensor) else value


def _several(bins: Any) -> bool:
    return isinstance(bins, (list, tuple)) or (not isinstance(bins, str) and np.ndim(bins) > 0)


def _weighed(weights: Any, values: list[Any], edges: list[Any]) -> Any:
    """The sum of weights in each bin; a bin has its lower edge, and the last one both."""
    shape = tuple(len(e) - 1 for e in edges)
    inside = np.ones(len(weights), bool)
    places = []
    for v, e, n in zip(values, edges, shape, strict=True):
        place = np.where(v == e[-1], n - 1, np.searchsorted(e, v, "right") - 1)
        inside &= (place >= 0) & (place < n)
        places.append(place)
    return scatter(weights[inside], tuple(place[inside] for place in places), shape)


def _as_edges(bins: Any) -> Any:
    """Edges that came as a list with Tensors among them, as one Tensor."""
    listed = isinstance(bins, (list, tuple)) and any(isinstance(edge, Tensor) and not edge.ndim for edge in bins)
    return tensor(list(bins)) if listed else bins


def _histogram(a: Any, bins: Any = 10, range: Any = None, density: bool | None = None, weights: Any = None) -> Any:
    counts: Any
    bins = _as_edges(bins)
    counts, raw = np.histogram(value_of(a), _plain(bins), range, weights=_plain(weights))
    edges = _histogram_bin_edges(a, bins, range, weights)
    if isinstance(weights, Tensor):
        counts = _weighed(np.ravel(weights), [np.ravel(value_of(a))], [raw])
    counts = tensor(counts)
    if density:
        return counts / (edges[1:] - edges[:-1]).astype(float) / np.sum(counts), edges
    return counts, edges


def _histogramdd(
    sample: Any, bins: Any = 10, range: Any = None, density: bool | None = None, weights: Any = None
) -> Any:
    """``np.histogramdd``, for a table of samples, or the list of its columns."""
    bins = [_as_edges(b) for b in bins] if isinstance(bins, (list, tuple)) else bins
    table = sample
    if not hasattr(sample, "shape") or sample.ndim != 2:
        table = np.swapaxes(np.atleast_2d(tensor(sample)), 0, 1)
    values = value_of(table)
    counts: Any
    counts, raw = np.histogramdd(values, _plain(bins), range, weights=_plain(weights))
    d = len(raw)
    each = bins if _several(bins) else [bins] * d
    given = [_several(b) or (range is not None and range[k] is not None) for k, b in enumerate(each)]
    edges = [
        b if isinstance(b, Tensor) and b.ndim else _edges(column, raw[k], given[k])
        for k, (b, column) in enumerate(zip(each, np.swapaxes(tensor(table), 0, 1), strict=True))
    ]
    if isinstance(weights, Tensor):
        counts = _weighed(weights.astype(float), list(values.T), list(raw))
    counts = tensor(counts)
    if density:
        total = np.sum(counts)
        for k, e in enumerate(edges):
            counts = counts / (e[1:] - e[:-1]).reshape((-1,) + (1,) * (d - 1 - k))
        counts = counts / total
    return counts, edges


def _histogram2d(
    x: Any, y: Any, bins: Any = 10, range: Any = None, density: bool | None = None, weights: Any = None
) -> Any:
    if len(x) != len(y):
        raise ValueError(f"histogram2d: x and y must have the same length, and these have {len(x)} and {len(y)}.")
    if _several(bins) and len(bins) not in (1, 2):
        bins = [bins, bins]
    counts, (of_x, of_y) = _histogramdd([x, y], bins, range, density, weights)
    return counts, of_x, of_y


composite(np.histogram_bin_edges, _histogram_bin_edges)
composite(np.histogram, _histogram)
composite(np.histogramdd, _histogramdd)
composite(np.histogram2d, _histogram2d)
