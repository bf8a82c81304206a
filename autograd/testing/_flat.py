"""Functions as functions from a list of arrays to a list of arrays; their Jacobians; pullbacks as such functions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..tensor import Tensor
from ..transforms import jvp, vjp
from ..trees import flatten
from ._oracles import Flat, coordinates, scales_of, units


def flat(f: Callable[..., Any], args: Sequence[Any]) -> tuple[Flat, list[Any], list[str]]:
    """``f`` as a function from a list of arrays to a list of arrays, without what has no derivative."""
    leaves, rebuild, names = [], [], []
    for k, arg in enumerate(args):
        found, build = flatten(arg)
        leaves += [leaf.detach().numpy() if isinstance(leaf, Tensor) else leaf for leaf in found]
        rebuild.append((len(found), build))
        names += [f"argument {k}" if len(found) == 1 else f"argument {k}, leaf {n}" for n in range(len(found))]
    varying = [n for n, leaf in enumerate(leaves) if np.asarray(leaf).dtype.kind in "fc"]

    def outputs(values: Sequence[Any]) -> list[Any]:
        filled = list(leaves)
        for n, value in zip(varying, values, strict=True):
            filled[n] = value
        call, start = [], 0
        for size, build in rebuild:
            call.append(build(filled[start : start + size]))
            start += size
        return flatten(f(*call))[0]

    values = [np.array(leaves[n])[()] for n in varying]
    kept = [n for n, out in enumerate(outputs(values)) if np.asarray(out).dtype.kind in "fc"]

    def function(values: list[Any]) -> list[Any]:
        results = outputs(values)
        return [results[n] for n in kept]

    return function, values, [names[n] for n in varying]


def pulled(f: Flat, leaves: list[Any], names: list[str], reverse: bool) -> tuple[Flat, list[Any], list[str]]:
    """The pullback (or pushforward) of ``f`` as a function of where it is taken and of the cotangents (tangents)."""
    n = len(leaves)
    likes = [np.asarray(v) for v in (f(leaves) if reverse else leaves)]
    seeds = [_pattern(v, k) for k, v in enumerate(likes)]

    def derivative(values: list[Any]) -> list[Any]:
        primals, directions = values[:n], values[n:]
        if not reverse:
            return list(jvp(lambda *x: f(list(x)), primals, directions)[1])
        y, pullback = vjp(lambda *x: f(list(x)), *primals)
        return list(pullback([_as(c, out) for c, out in zip(directions, y, strict=True)]))

    what = "cotangent" if reverse else "tangent"
    return derivative, leaves + seeds, names + [f"{what} {k}" for k in range(len(seeds))]


def _pattern(like: Any, k: int) -> Any:
    """Numbers of size one that have no symmetry."""
    v = np.cos(1.0 + k + 2.3 * np.arange(like.size)).reshape(like.shape)
    return (v * (1 - 0.7j) if like.dtype.kind == "c" else v).astype(like.dtype)[()]


def _as(c: Any, like: Any) -> Any:
    """A cotangent in its output's dtype: an output that stays real on complex numbers is constant, or not analytic."""
    if c.dtype == like.dtype:
        return c
    return (c.real if c.dtype.kind == "c" and like.dtype.kind != "c" else c).astype(like.dtype)


def projected(f: Flat, leaves: list[Any], names: list[str], n: int, seed: int) -> tuple[Flat, list[Any], list[str]]:
    """``f`` along ``n`` random directions of each of its arguments, and seen along ``n`` of its results.

    Its Jacobian is small, however large that of ``f`` is, and any error of that shows in it.
    """
    rng = np.random.default_rng(seed)
    outputs = [np.asarray(v) for v in f(leaves)]
    scales, start, into = scales_of(leaves), 0, []
    for v in leaves:
        size = v.size * (2 if v.dtype.kind == "c" else 1)
        part = np.ascontiguousarray(rng.normal(size=(n, size)) * scales[start : start + size], v.real.dtype)
        into.append(part.view(v.dtype).reshape(n, *v.shape))
        start += size
    onto = [_numbers(rng, (n, *v.shape), v.dtype) for v in outputs]

    def along(values: list[Any]) -> list[Any]:
        moved = [v + sum(s[k] * d[k] for k in range(n)) for v, s, d in zip(leaves, values, into, strict=True)]
        results, seen = f(moved), []
        for k in range(n):
            terms = [np.sum(w[k] * y) for w, y in zip(onto, results, strict=True)]
            seen.append(sum(np.real(t) if w.dtype.kind == "c" else t for t, w in zip(terms, onto, strict=True)))
        return seen if outputs else []

    names = [f"random direction of {name}" for name in names]
    return along, [np.zeros(n, v.real.dtype) for v in leaves], names


def _numbers(rng: np.random.Generator, shape: tuple[int, ...], dtype: Any) -> Any:
    numbers = rng.normal(size=shape)
    return (numbers + 1j * rng.normal(size=shape) if dtype.kind == "c" else numbers).astype(dtype)


def rows_of(f: Flat, leaves: list[Any]) -> Any:
    """The Jacobian row by row, in reverse mode. A cotangent c pairs with a tangent t as Re(ct): no conjugates."""
    y, pullback = vjp(lambda *x: f(list(x)), *leaves)
    zeros = [np.zeros_like(v) for v in y]
    rows = []
    for k, unit in units(y):
        cotangents = pullback([*zeros[:k], np.conj(unit), *zeros[k + 1 :]])
        rows.append(coordinates([np.conj(c) for c in cotangents]))
    return np.array(rows).reshape(len(rows), coordinates(leaves).size)


def columns_of(f: Flat, leaves: list[Any]) -> Any:
    """The Jacobian column by column, in forward mode."""
    zeros = [np.zeros_like(v) for v in leaves]
    columns = [
        coordinates(jvp(lambda *x: f(list(x)), leaves, [*zeros[:k], unit, *zeros[k + 1 :]])[1])
        for k, unit in units(leaves)
    ]
    return np.array(columns).reshape(len(columns), coordinates(f(leaves)).size).T


def place_of(values: Sequence[Any], n: Any, names: Sequence[str] | None = None) -> str:
    """Which array a coordinate belongs to, and where in it."""
    for k, v in enumerate(values):
        parts = 2 if v.dtype.kind == "c" else 1
        if n < v.size * parts:
            index = tuple(map(int, np.unravel_index(n // parts, v.shape)))
            name = names[k] if names else str(k)
            return f"{name}{list(index) if index else ''}{'' if parts == 1 else ('.real', '.imag')[n % 2]}"
        n -= v.size * parts
    raise IndexError(n)
