"""Functions that write into an array: they do to a Tensor what ``y[index] = v`` does, and so are on its tape."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..primitive import composite
from ..tensor import Tensor, tensor, value_of
from .indexing import along, on_axis, position


def _puts(function: Any, write: Any, signature: str | None = None) -> None:
    """Declare a function that writes into its first argument: a Tensor is given a new value, a plain array its own."""
    name = function.__name__

    def call(a: Any, *args: Any, **kwargs: Any) -> None:
        if isinstance(a, Tensor):
            write(a, *args, **kwargs)
        elif any(isinstance(v, Tensor) and v.requires_grad for v in (*args, *kwargs.values())):
            raise TypeError(
                f"{name}: the array that is written to is a plain one, so the values would lose their gradient. Make "
                f"it a Tensor first, with ag.tensor(a)."
            )
        else:
            function(a, *map(value_of, args), **{key: value_of(v) for key, v in kwargs.items()})

    call.__name__ = name
    composite(function, call).signature_text = signature


def _repeated(values: Any, n: int, name: str) -> Any:
    """The first ``n`` of the values, over and over."""
    values = np.ravel(tensor(values))
    if n and not values.size:
        raise ValueError(f"{name}: no values were given for {n} places.")
    return values[np.arange(n) % max(values.size, 1)]


def _put(a: Any, ind: Any, v: Any, mode: str = "raise") -> None:
    places = np.ravel(position(ind))
    if mode == "clip":
        places = np.clip(places, 0, a.size - 1)
    elif mode == "wrap":
        places = places % a.size
    elif np.any((places < -a.size) | (places >= a.size)):
        raise IndexError(f"put: a position is outside of an array of size {a.size}.")
    v = tensor(v)
    if v.size and places.size:
        a[np.unravel_index(places % a.size, a.shape)] = _repeated(v, places.size, "put")


def _place(arr: Any, mask: Any, vals: Any) -> None:
    mask = np.asarray(value_of(mask), bool)
    if mask.size != arr.size:
        raise ValueError(f"place: mask has shape {mask.shape} and the array {arr.shape}; they must be alike.")
    arr[mask.reshape(arr.shape)] = _repeated(vals, int(np.count_nonzero(mask)), "place")


def _putmask(a: Any, mask: Any, values: Any) -> None:
    mask, values = np.asarray(value_of(mask), bool), tensor(values)
    if mask.size != a.size:
        raise ValueError(f"putmask: mask has shape {mask.shape} and the array {a.shape}; they must be alike.")
    if values.size:
        mask = mask.reshape(a.shape)
        a[mask] = np.reshape(_repeated(values, a.size, "putmask"), a.shape)[mask]


def _copyto(dst: Any, src: Any, casting: Any = "same_kind", where: Any = True) -> None:
    src = tensor(src)
    if not np.can_cast(src.dtype, dst.dtype, casting):
        raise TypeError(f"copyto: {src.dtype} does not become {dst.dtype} by the rule {casting!r}; pass casting=.")
    dst[...] = src if where is True else np.where(where, src, dst)


def _fill_diagonal(a: Any, val: Any, wrap: bool = False) -> None:
    if a.ndim < 2 or (a.ndim > 2 and len(set(a.shape)) > 1):
        raise ValueError(f"fill_diagonal: shape {a.shape} has no diagonal; give a matrix, or a cube of more axes.")
    step = a.shape[1] + 1 if a.ndim == 2 else 1 + int(np.sum(np.cumprod(a.shape[:-1])))
    end = a.shape[1] ** 2 if a.ndim == 2 and not wrap else a.size
    places = np.arange(0, min(end, a.size), step)
    a[np.unravel_index(places, a.shape)] = _repeated(val, places.size, "fill_diagonal")


def _put_along_axis(arr: Any, indices: Any, values: Any, axis: int | None = -1) -> None:
    indices = np.asarray(position(indices))
    if axis is None:
        index = np.unravel_index(along((arr.size,), indices, 0)[0] % arr.size, arr.shape)
    else:
        index = along(arr.shape, indices, on_axis(arr, axis)[1])
    arr[index] = values


_puts(np.put, _put)
_puts(np.place, _place)
_puts(np.putmask, _putmask, "a, /, mask, values")
_puts(np.copyto, _copyto, "dst, src, casting='same_kind', where=True")
_puts(np.fill_diagonal, _fill_diagonal)
_puts(np.put_along_axis, _put_along_axis)
