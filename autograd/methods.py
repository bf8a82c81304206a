"""NumPy's method names: each is a call of NumPy's function, on whatever class mixes them in."""

from __future__ import annotations

from typing import Any

import numpy as np

from . import arrays
from .primitive import entry

_ASTYPE = entry(arrays.astype)
# Calling the registry directly saves the way through NumPy's dispatch.
_all = entry(np.all)
_any = entry(np.any)
_argmax = entry(np.argmax)
_argmin = entry(np.argmin)
_argpartition = entry(np.argpartition)
_argsort = entry(np.argsort)
_choose = entry(np.choose)
_clip = entry(np.clip)
_compress = entry(np.compress)
_conj = entry(np.conj)
_copy = entry(np.copy)
_cumprod = entry(np.cumprod)
_cumsum = entry(np.cumsum)
_diagonal = entry(np.diagonal)
_dot = entry(np.dot)
_imag = entry(np.imag)
_max = entry(np.max)
_mean = entry(np.mean)
_min = entry(np.min)
_nonzero = entry(np.nonzero)
_partition = entry(np.partition)
_prod = entry(np.prod)
_put = entry(np.put)
_ravel = entry(np.ravel)
_real = entry(np.real)
_repeat = entry(np.repeat)
_reshape = entry(np.reshape)
_round = entry(np.round)
_searchsorted = entry(np.searchsorted)
_sort = entry(np.sort)
_squeeze = entry(np.squeeze)
_std = entry(np.std)
_sum = entry(np.sum)
_swapaxes = entry(np.swapaxes)
_take = entry(np.take)
_trace = entry(np.trace)
_transpose = entry(np.transpose)
_var = entry(np.var)


class Methods:
    """The methods that an array has because NumPy's arrays have them."""

    __slots__ = ()
    ndim: Any
    shape: Any
    _rebind: Any
    __setitem__: Any

    @property
    def T(self) -> Any:
        """All axes reversed."""
        return _transpose(self)

    @property
    def mT(self) -> Any:
        """The last two axes swapped."""
        if self.ndim < 2:
            raise ValueError(f"mT: a matrix transpose needs two axes, and this Tensor has shape {self.shape}.")
        return _swapaxes(self, -1, -2)

    @property
    def real(self) -> Any:
        """Real part."""
        return _real(self)

    @property
    def imag(self) -> Any:
        """Imaginary part."""
        return _imag(self)

    def sum(self, axis: Any = None, dtype: Any = None, out: Any = None, keepdims: bool = False, **kw: Any) -> Any:
        """Sum over axes: :func:`numpy.sum`."""
        return _sum(self, axis, dtype, out, keepdims, **kw)

    def mean(self, axis: Any = None, dtype: Any = None, out: Any = None, keepdims: bool = False, **kw: Any) -> Any:
        """Mean over axes: :func:`numpy.mean`."""
        return _mean(self, axis, dtype, out, keepdims, **kw)

    def prod(self, axis: Any = None, dtype: Any = None, out: Any = None, keepdims: bool = False, **kw: Any) -> Any:
        """Product over axes: :func:`numpy.prod`."""
        return _prod(self, axis, dtype, out, keepdims, **kw)

    def var(self, axis: Any = None, dtype: Any = None, out: Any = None, ddof: float = 0, keepdims: bool = False,
            **kw: Any) -> Any:  # fmt: skip
        """Variance over axes: :func:`numpy.var`."""
        return _var(self, axis, dtype, out, ddof, keepdims, **kw)

    def std(self, axis: Any = None, dtype: Any = None, out: Any = None, ddof: float = 0, keepdims: bool = False,
            **kw: Any) -> Any:  # fmt: skip
        """Standard deviation over axes: :func:`numpy.std`."""
        return _std(self, axis, dtype, out, ddof, keepdims, **kw)

    def max(self, axis: Any = None, out: Any = None, keepdims: bool = False, **kw: Any) -> Any:
        """Largest element over axes: :func:`numpy.max`."""
        return _max(self, axis, out, keepdims, **kw)

    def min(self, axis: Any = None, out: Any = None, keepdims: bool = False, **kw: Any) -> Any:
        """Smallest element over axes: :func:`numpy.min`."""
        return _min(self, axis, out, keepdims, **kw)

    def argmax(self, axis: Any = None, out: Any = None, *, keepdims: bool = False) -> Any:
        """Index of the largest element; a constant: :func:`numpy.argmax`."""
        return _argmax(self, axis, out, keepdims=keepdims)

    def argmin(self, axis: Any = None, out: Any = None, *, keepdims: bool = False) -> Any:
        """Index of the smallest element; a constant: :func:`numpy.argmin`."""
        return _argmin(self, axis, out, keepdims=keepdims)

    def argsort(self, axis: int = -1, **kw: Any) -> Any:
        """Indices that sort; a constant: :func:`numpy.argsort`."""
        return _argsort(self, axis, **kw)

    def all(self, axis: Any = None, out: Any = None, keepdims: bool = False) -> Any:
        """Whether all elements are true; a constant: :func:`numpy.all`."""
        return _all(self, axis, out, keepdims)

    def any(self, axis: Any = None, out: Any = None, keepdims: bool = False) -> Any:
        """Whether any element is true; a constant: :func:`numpy.any`."""
        return _any(self, axis, out, keepdims)

    def cumsum(self, axis: Any = None, dtype: Any = None, out: Any = None) -> Any:
        """Running sum: :func:`numpy.cumsum`."""
        return _cumsum(self, axis, dtype, out)

    def cumprod(self, axis: Any = None, dtype: Any = None, out: Any = None) -> Any:
        """Running product: :func:`numpy.cumprod`."""
        return _cumprod(self, axis, dtype, out)

    def reshape(self, *shape: Any, order: Any = "C") -> Any:
        """The same elements in another shape: :func:`numpy.reshape`."""
        return _reshape(self, shape[0] if len(shape) == 1 else shape, order)

    def transpose(self, *axes: Any) -> Any:
        """Axes permuted, or reversed if none are given: :func:`numpy.transpose`."""
        order: Any = axes[0] if len(axes) == 1 and not isinstance(axes[0], int) else axes or None
        return _transpose(self, order)

    def swapaxes(self, axis1: int, axis2: int) -> Any:
        """Two axes swapped: :func:`numpy.swapaxes`."""
        return _swapaxes(self, axis1, axis2)

    def squeeze(self, axis: Any = None) -> Any:
        """Axes of length one removed: :func:`numpy.squeeze`."""
        return _squeeze(self, axis)

    def ravel(self, order: Any = "C") -> Any:
        """All elements along one axis: :func:`numpy.ravel`."""
        return _ravel(self, order)

    def flatten(self, order: Any = "C") -> Any:
        """All elements along one axis: :func:`numpy.ravel`."""
        return _ravel(self, order)

    def astype(self, dtype: Any, *, copy: bool = True) -> Any:
        """Converted to another dtype; integers and booleans leave the tape, for they have no derivative."""
        return _ASTYPE(self, np.dtype(dtype))

    def clip(self, min: Any = None, max: Any = None, out: Any = None) -> Any:
        """Limited to an interval: :func:`numpy.clip`."""
        return _clip(self, min, max, out)

    def round(self, decimals: int = 0, out: Any = None) -> Any:
        """Rounded, with derivative zero: :func:`numpy.round`."""
        return _round(self, decimals, out)

    def conj(self) -> Any:
        """Complex conjugate: :func:`numpy.conj`."""
        return _conj(self)

    conjugate = conj

    def dot(self, b: Any, out: Any = None) -> Any:
        """Dot product: :func:`numpy.dot`."""
        return _dot(self, b, out)

    def trace(self, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Any:
        """Sum along a diagonal: :func:`numpy.trace`."""
        return _trace(self, offset, axis1, axis2)

    def diagonal(self, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Any:
        """A diagonal: :func:`numpy.diagonal`."""
        return _diagonal(self, offset, axis1, axis2)

    def repeat(self, repeats: Any, axis: Any = None) -> Any:
        """Each element several times: :func:`numpy.repeat`."""
        return _repeat(self, repeats, axis)

    def take(self, indices: Any, axis: Any = None, out: Any = None, mode: Any = "raise") -> Any:
        """Elements at indices: :func:`numpy.take`."""
        return _take(self, indices, axis, out, mode)

    def compress(self, condition: Any, axis: Any = None, out: Any = None) -> Any:
        """Elements where a condition holds: :func:`numpy.compress`."""
        return _compress(condition, self, axis, out)

    def choose(self, choices: Any, out: Any = None, mode: Any = "raise") -> Any:
        """From several arrays the elements that these integers name: :func:`numpy.choose`."""
        return _choose(self, choices, out, mode)

    def nonzero(self) -> Any:
        """Indices of what is not zero; constants: :func:`numpy.nonzero`."""
        return _nonzero(self)

    def searchsorted(self, v: Any, side: Any = "left", sorter: Any = None) -> Any:
        """Where to insert to keep the order; a constant: :func:`numpy.searchsorted`."""
        return _searchsorted(self, v, side, sorter)

    def argpartition(self, kth: Any, axis: int = -1, kind: Any = "introselect") -> Any:
        """Indices that partition; a constant: :func:`numpy.argpartition`."""
        return _argpartition(self, kth, axis, kind)

    # -- in place: this object gets a new value and a new place on the tape ------------------------------------------

    def sort(self, axis: int = -1, kind: Any = None, *, stable: Any = None) -> None:
        """Sort in place; :func:`numpy.sort` returns a sorted copy."""
        self._rebind(_sort(self, axis, kind, stable=stable), "sort")

    def partition(self, kth: Any, axis: int = -1, kind: Any = "introselect") -> None:
        """Partition in place; :func:`numpy.partition` returns a copy."""
        self._rebind(_partition(self, kth, axis, kind), "partition")

    def put(self, indices: Any, values: Any, mode: Any = "raise") -> None:
        """Write values at places of the flat array: :func:`numpy.put`."""
        _put(self, indices, values, mode)

    def fill(self, value: Any) -> None:
        """Write one value everywhere."""
        self[...] = value

    def copy(self, order: Any = "C") -> Any:
        """The same values, at a place of their own on the tape: :func:`numpy.copy`."""
        return _copy(self, order)
