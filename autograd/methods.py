"""NumPy's method names: each is a call of NumPy's function, on whatever class mixes them in."""

from __future__ import annotations

from typing import Any

import numpy as np

from . import arrays
from .primitive import entry

_ASTYPE = entry(arrays.astype)


class Methods:
    """The methods that an array has because NumPy's arrays have them."""

    __slots__ = ()

    ndim: int
    shape: tuple[int, ...]

    @property
    def T(self) -> Any:
        """All axes reversed."""
        return np.transpose(self)

    @property
    def mT(self) -> Any:
        """The last two axes swapped."""
        if self.ndim < 2:
            raise ValueError(f"mT: a matrix transpose needs two axes, and this Tensor has shape {self.shape}.")
        return np.swapaxes(self, -1, -2)

    @property
    def real(self) -> Any:
        """Real part."""
        return np.real(self)

    @property
    def imag(self) -> Any:
        """Imaginary part."""
        return np.imag(self)

    def sum(self, axis: Any = None, dtype: Any = None, out: Any = None, keepdims: bool = False, **kw: Any) -> Any:
        """Sum over axes: :func:`numpy.sum`."""
        return np.sum(self, axis, dtype, out, keepdims, **kw)

    def mean(self, axis: Any = None, dtype: Any = None, out: Any = None, keepdims: bool = False, **kw: Any) -> Any:
        """Mean over axes: :func:`numpy.mean`."""
        return np.mean(self, axis, dtype, out, keepdims, **kw)

    def prod(self, axis: Any = None, dtype: Any = None, out: Any = None, keepdims: bool = False, **kw: Any) -> Any:
        """Product over axes: :func:`numpy.prod`."""
        return np.prod(self, axis, dtype, out, keepdims, **kw)

    def var(self, axis: Any = None, dtype: Any = None, out: Any = None, ddof: float = 0, keepdims: bool = False,
            **kw: Any) -> Any:  # fmt: skip
        """Variance over axes: :func:`numpy.var`."""
        return np.var(self, axis, dtype, out, ddof, keepdims, **kw)

    def std(self, axis: Any = None, dtype: Any = None, out: Any = None, ddof: float = 0, keepdims: bool = False,
            **kw: Any) -> Any:  # fmt: skip
        """Standard deviation over axes: :func:`numpy.std`."""
        return np.std(self, axis, dtype, out, ddof, keepdims, **kw)

    def max(self, axis: Any = None, out: Any = None, keepdims: bool = False, **kw: Any) -> Any:
        """Largest element over axes: :func:`numpy.max`."""
        return np.max(self, axis, out, keepdims, **kw)

    def min(self, axis: Any = None, out: Any = None, keepdims: bool = False, **kw: Any) -> Any:
        """Smallest element over axes: :func:`numpy.min`."""
        return np.min(self, axis, out, keepdims, **kw)

    def argmax(self, axis: Any = None, out: Any = None, *, keepdims: bool = False) -> Any:
        """Index of the largest element; a constant: :func:`numpy.argmax`."""
        return np.argmax(self, axis, out, keepdims=keepdims)

    def argmin(self, axis: Any = None, out: Any = None, *, keepdims: bool = False) -> Any:
        """Index of the smallest element; a constant: :func:`numpy.argmin`."""
        return np.argmin(self, axis, out, keepdims=keepdims)

    def argsort(self, axis: int = -1, **kw: Any) -> Any:
        """Indices that sort; a constant: :func:`numpy.argsort`."""
        return np.argsort(self, axis, **kw)

    def all(self, axis: Any = None, out: Any = None, keepdims: bool = False) -> Any:
        """Whether all elements are true; a constant: :func:`numpy.all`."""
        return np.all(self, axis, out, keepdims)

    def any(self, axis: Any = None, out: Any = None, keepdims: bool = False) -> Any:
        """Whether any element is true; a constant: :func:`numpy.any`."""
        return np.any(self, axis, out, keepdims)

    def cumsum(self, axis: Any = None, dtype: Any = None, out: Any = None) -> Any:
        """Running sum: :func:`numpy.cumsum`."""
        return np.cumsum(self, axis, dtype, out)

    def reshape(self, *shape: Any, order: Any = "C") -> Any:
        """The same elements in another shape: :func:`numpy.reshape`."""
        return np.reshape(self, shape[0] if len(shape) == 1 else shape, order)

    def transpose(self, *axes: Any) -> Any:
        """Axes permuted, or reversed if none are given: :func:`numpy.transpose`."""
        return np.transpose(self, (axes[0] if len(axes) == 1 and not isinstance(axes[0], int) else axes) or None)

    def swapaxes(self, axis1: int, axis2: int) -> Any:
        """Two axes swapped: :func:`numpy.swapaxes`."""
        return np.swapaxes(self, axis1, axis2)

    def squeeze(self, axis: Any = None) -> Any:
        """Axes of length one removed: :func:`numpy.squeeze`."""
        return np.squeeze(self, axis)

    def ravel(self, order: Any = "C") -> Any:
        """All elements along one axis: :func:`numpy.ravel`."""
        return np.ravel(self, order)

    def flatten(self, order: Any = "C") -> Any:
        """All elements along one axis: :func:`numpy.ravel`."""
        return np.ravel(self, order)

    def astype(self, dtype: Any, *, copy: bool = True) -> Any:
        """Converted to another dtype; integers and booleans leave the tape, for they have no derivative."""
        return _ASTYPE(self, np.dtype(dtype))

    def clip(self, min: Any = None, max: Any = None, out: Any = None) -> Any:
        """Limited to an interval: :func:`numpy.clip`."""
        return np.clip(self, min, max, out)

    def round(self, decimals: int = 0, out: Any = None) -> Any:
        """Rounded, with derivative zero: :func:`numpy.round`."""
        return np.round(self, decimals, out)

    def conj(self) -> Any:
        """Complex conjugate: :func:`numpy.conj`."""
        return np.conj(self)

    conjugate = conj

    def dot(self, b: Any, out: Any = None) -> Any:
        """Dot product: :func:`numpy.dot`."""
        return np.dot(self, b, out)

    def trace(self, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Any:
        """Sum along a diagonal: :func:`numpy.trace`."""
        return np.trace(self, offset, axis1, axis2)

    def diagonal(self, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Any:
        """A diagonal: :func:`numpy.diagonal`."""
        return np.diagonal(self, offset, axis1, axis2)

    def repeat(self, repeats: Any, axis: Any = None) -> Any:
        """Each element several times: :func:`numpy.repeat`."""
        return np.repeat(self, repeats, axis)

    def take(self, indices: Any, axis: Any = None, out: Any = None, mode: Any = "raise") -> Any:
        """Elements at indices: :func:`numpy.take`."""
        return np.take(self, indices, axis, out, mode)

    def copy(self, order: Any = "C") -> Any:
        """The same values, at a place of their own on the tape: :func:`numpy.copy`."""
        return np.copy(self, order)
