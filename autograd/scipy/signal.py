"""``scipy.signal`` for Tensors: convolution, correlation and linear filters.

A convolution is linear in either operand, and its transpose is the convolution with the other one turned round; every
mode and boundary is that full convolution, indexed. What SciPy has and this module has not takes plain arrays only.
"""

from __future__ import annotations

from typing import Any, cast

import numpy as np
from scipy import signal as _signal

from ..primitive import Primitive, primitive
from ..tensor import tensor
from ._plain import fallback

__all__ = ["convolve", "convolve2d", "correlate", "correlate2d", "fftconvolve", "lfilter", "oaconvolve"]

__getattr__ = fallback(_signal)

# -- convolution -----------------------------------------------------------------------------------------------------


def _full(x: Any, y: Any, method: str, axes: tuple[int, ...] | None) -> Any:
    if axes is not None:
        return _signal.fftconvolve(x, y, "full", axes)
    return _signal.convolve(x, y, "full", method)


def _transposed(t: Any, y: Any, shape: tuple[int, ...], method: str, axes: tuple[int, ...] | None) -> Any:
    """The cotangent of the operand beside ``y``: convolve with ``y`` turned round, and cut out its place."""
    along = range(t.ndim) if axes is None else axes
    wide = full(t, np.flip(y, tuple(along)), method, axes)
    start = [y.shape[k] - 1 if k in along else 0 for k in range(t.ndim)]
    return wide[tuple(slice(s, s + shape[k] if k in along else None) for k, s in enumerate(start))]


full: Primitive = primitive(
    _full,
    vjp=(
        lambda t, y, x_shape, method, axes: _transposed(t, y, x_shape, method, axes),
        lambda t, x, y_shape, method, axes: _transposed(t, x, y_shape, method, axes),
    ),
    jvp=(lambda t, y, method, axes: full(t, y, method, axes), lambda t, x, method, axes: full(x, t, method, axes)),
)
full.name = "convolve"


def _cut(out: Any, m: tuple[int, ...], n: tuple[int, ...], mode: str, axes: Any = None, late: bool = False) -> Any:
    """The part of a full convolution of lengths ``m`` and ``n`` that a mode keeps."""
    index = []
    for k, (a, b) in enumerate(zip(m, n, strict=True)):
        if mode == "full" or (axes is not None and k not in axes):
            index.append(slice(None))
        elif mode == "same":
            start = b // 2 if late else (b - 1) // 2
            index.append(slice(start, start + a))
        else:
            index.append(slice(min(a, b) - 1, max(a, b)))
    return out[tuple(index)]


def _checked(function: str, x: Any, y: Any, mode: str) -> tuple[Any, Any]:
    x, y = tensor(x), tensor(y)
    if mode not in ("full", "same", "valid"):
        raise ValueError(f"{function}: mode={mode!r}; it is 'full', 'same' or 'valid'.")
    if x.ndim != y.ndim:
        raise ValueError(f"{function}: shapes {x.shape} and {y.shape}; both operands need as many axes.")
    larger = {a >= b for a, b in zip(x.shape, y.shape, strict=True) if a != b}
    if mode == "valid" and len(larger) == 2:
        raise ValueError(f"{function}: mode='valid' needs one operand that is larger along every axis.")
    return x, y


def convolve(in1: Any, in2: Any, mode: str = "full", method: str = "auto") -> Any:
    """The convolution of two arrays.

    Examples
    --------
    >>> import numpy as np, autograd as ag
    >>> from autograd.scipy import signal
    >>> ag.grad(lambda y: signal.convolve(np.array([1.0, 2.0]), y).sum())(np.ones(3))
    array([3., 3., 3.])
    """
    x, y = _checked("convolve", in1, in2, mode)
    if not x.ndim:
        return x * y
    return _cut(full(x, y, method, None), x.shape, y.shape, mode)


def correlate(in1: Any, in2: Any, mode: str = "full", method: str = "auto") -> Any:
    """The cross-correlation: the convolution with the second array turned round and conjugated."""
    x, y = _checked("correlate", in1, in2, mode)
    return convolve(x, np.conj(np.flip(y)), mode, method)


def fftconvolve(in1: Any, in2: Any, mode: str = "full", axes: Any = None) -> Any:
    """The convolution along ``axes``, by Fourier transforms; other axes broadcast."""
    x, y = tensor(in1), tensor(in2)
    along = tuple(range(x.ndim)) if axes is None else tuple(a % x.ndim for a in np.atleast_1d(axes).tolist())
    if axes is None:
        _checked("fftconvolve", x, y, mode)
    return _cut(full(x, y, "fft", along), x.shape, y.shape, mode, along)


oaconvolve = fftconvolve


def _extended(x: Any, n: tuple[int, ...], boundary: str, fillvalue: Any) -> Any:
    """``x`` with a margin of one less than the kernel's lengths, by the positions that the margin repeats."""
    places, pad = np.arange(x.size).reshape(x.shape), cast(Any, np.pad)
    margin = [(k - 1, k - 1) for k in n]
    if boundary == "fill":
        places = pad(places, margin, constant_values=x.size)
        return np.concatenate((np.ravel(x), np.full_like(x, fillvalue, shape=(1,))))[places]
    return np.ravel(x)[pad(places, margin, mode={"wrap": "wrap", "symm": "symmetric"}[boundary])]


def convolve2d(in1: Any, in2: Any, mode: str = "full", boundary: str = "fill", fillvalue: Any = 0) -> Any:
    """The convolution of two matrices; ``boundary`` ('fill', 'wrap', 'symm') says what is beyond the first."""
    x, y = _checked("convolve2d", in1, in2, mode)
    if boundary not in ("fill", "wrap", "symm"):
        raise ValueError(f"convolve2d: boundary={boundary!r}; it is 'fill', 'wrap' or 'symm'.")
    if mode == "valid" and x.shape[0] < y.shape[0]:
        x, y = y, x
    if mode == "valid" or (boundary == "fill" and fillvalue == 0):
        return _cut(full(x, y, "direct", None), x.shape, y.shape, mode)
    wide = full(_extended(x, y.shape, boundary, fillvalue), y, "direct", None)
    grown = tuple(m + 2 * (n - 1) for m, n in zip(x.shape, y.shape, strict=True))
    return _cut(_cut(wide, grown, y.shape, "valid"), x.shape, y.shape, mode)


def correlate2d(in1: Any, in2: Any, mode: str = "full", boundary: str = "fill", fillvalue: Any = 0) -> Any:
    """The cross-correlation of two matrices."""
    x, y = _checked("correlate2d", in1, in2, mode)
    if mode == "valid" and x.shape[0] < y.shape[0]:  # SciPy exchanges them, and conjugates the other one then
        return np.flip(correlate2d(y, x, "valid"))
    turned = np.conj(np.flip(y))
    if mode != "same":
        return convolve2d(x, turned, mode, boundary, fillvalue)
    return _cut(convolve2d(x, turned, "full", boundary, fillvalue), x.shape, y.shape, mode, late=True)


# -- linear filters --------------------------------------------------------------------------------------------------
# A filter b/a is two steps along the last axis: u = b * x, then y[n] = u[n] - a[1] y[n-1] - a[2] y[n-2] - …


def _delayed(x: Any, taps: int, first: int = 0) -> Any:
    """``x[..., n - k]`` for k = first, first + 1, …, along a new last axis; 0 before the beginning."""
    n = x.shape[-1]
    at = np.arange(n)[:, None] - np.arange(first, first + taps)
    return np.where(at >= 0, x[..., np.maximum(at, 0)], 0)


def _overlaps(t: Any, x: Any, taps: int, first: int = 0) -> Any:
    """``Σ t[..., n] x[..., n-k]`` for each k."""
    products = t[..., None] * _delayed(x, taps, first)
    return np.sum(products, axis=tuple(range(products.ndim - 1)))


def _turned(f: Any, coefficients: Any, t: Any) -> Any:
    """A filter run backwards in time, which is its transpose."""
    return np.flip(f(coefficients, np.flip(t, -1)), -1)


fir: Primitive = primitive(
    lambda b, x: _signal.lfilter(b, np.ones(1, b.dtype), x),
    vjp=(lambda t, x_shape, y: _overlaps(t, y, x_shape[0]), lambda t, x: _turned(fir, x, t)),
    jvp=(lambda t, y: fir(t, y), lambda t, x: fir(x, t)),
)
recursive: Primitive = primitive(
    lambda a, u: _signal.lfilter(np.ones(1, a.dtype), np.concatenate((np.ones(1, a.dtype), a)), u),
    vjp=(
        lambda t, x, x_shape, out: -_overlaps(_turned(recursive, x, t), out, x_shape[0], 1),
        lambda t, x: _turned(recursive, x, t),
    ),
    jvp=(
        lambda t, x, out: -recursive(x, fir(np.concatenate((np.zeros_like(t, shape=(1,)), t)), out)),
        lambda t, x: recursive(x, t),
    ),
)
fir.name, recursive.name = "lfilter (b)", "lfilter (a)"


def lfilter(b: Any, a: Any, x: Any, axis: int = -1, zi: Any = None) -> Any:
    """The output of the linear filter ``b / a``; with ``zi`` also its last state.

    Examples
    --------
    >>> import numpy as np, autograd as ag
    >>> from autograd.scipy import signal
    >>> ag.grad(lambda a: signal.lfilter([1.0], [1.0, a], np.array([1.0, 0.0, 0.0]))[2])(0.5)
    np.float64(1.0)
    """
    b, a, x = (np.atleast_1d(tensor(v)) for v in (b, a, x))
    if not all(v.dtype.kind in "fc" for v in (b, a, x)):
        b, a, x = (v if v.dtype.kind in "fc" else v.astype(float) for v in (b, a, x))
    b, poles, x = b / a[0], a[1:] / a[0], np.moveaxis(x, axis, -1)
    n, order = x.shape[-1], max(b.shape[0], a.shape[0]) - 1
    tail = np.zeros_like(x, shape=(*x.shape[:-1], order))
    long = np.concatenate((x, tail), axis=-1)
    u = fir(b, long)
    if zi is not None:
        state: Any = np.moveaxis(cast(Any, tensor(zi)), axis, -1)
        rest = np.zeros_like(state, shape=(*state.shape[:-1], n))
        u = u + np.concatenate((state, rest), axis=-1)
    y = recursive(poles, u[..., :n]) if poles.shape[0] else u[..., :n]
    if zi is None:
        return np.moveaxis(y, -1, axis)
    last = u[..., n:]
    if poles.shape[0]:
        kept = np.concatenate((y, tail), axis=-1)
        last = last - fir(np.concatenate((np.zeros_like(poles, shape=(1,)), poles)), kept)[..., n:]
    return np.moveaxis(y, -1, axis), np.moveaxis(last, -1, axis)
