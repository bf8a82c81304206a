"""Discrete Fourier transforms: linear, and each is the transpose of itself or of its twin.

With ``F[j, k] = exp(-2πi jk/n)``, which is symmetric, ``fft`` is ``F P``, where ``P`` crops or pads its axis to length
n; the transpose is ``Pᵀ F``, and ``Pᵀ`` pads or crops. The real transforms keep half of a spectrum that is symmetric:
all of its terms count twice but the first and, if n is even, the last. So ``rfft`` and ``hfft`` are each other's
transposes up to those weights, as are ``irfft`` and ``ihfft``, in every ``norm``. Transforms along several axes are
those along one, in turn.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..primitive import composite, linear


def fit(t: Any, length: int, axis: int) -> Any:
    """Crop an axis to a length, or pad it with zeros: the transpose of the same from the one length to the other."""
    n = t.shape[axis]
    if n < length:
        shape = list(t.shape)
        shape[axis] = length - n
        return np.concatenate((t, np.zeros_like(t, shape=tuple(shape))), axis)
    return t if n == length else t[(slice(None),) * (axis % t.ndim) + (slice(length),)]


def twice(t: Any, n: int, axis: int) -> Any:
    """How often each term of half a spectrum counts in the whole one of length n."""
    weights = np.full(n // 2 + 1, 2, np.finfo(t.dtype).dtype)
    weights[0] = 1
    if n % 2 == 0:
        weights[-1] = 1
    return weights.reshape((-1,) + (1,) * (t.ndim - 1 - axis % t.ndim))


def from_all(twin: Callable[..., Any], t: Any, shape: tuple[int, ...], axis: int, norm: str | None) -> Any:
    """The cotangent of what ``fft`` or ``ifft`` took."""
    return fit(twin(t, None, axis, norm), shape[axis], axis)


def from_half(
    twin: Callable[..., Any], t: Any, shape: tuple[int, ...], n: int | None, axis: int, norm: str | None
) -> Any:
    """The cotangent of what ``rfft`` or ``ihfft`` took, from that of half its spectrum."""
    n = shape[axis] if n is None else n
    return fit(twin(t / twice(t, n, axis), n, axis, norm), shape[axis], axis)


def from_whole(twin: Callable[..., Any], t: Any, shape: tuple[int, ...], axis: int, norm: str | None) -> Any:
    """The cotangent of the half spectrum that ``irfft`` or ``hfft`` took, from that of the whole."""
    spectrum = twin(t, None, axis, norm)
    return fit(spectrum * twice(spectrum, t.shape[axis], axis), shape[axis], axis)


# fmt: off
linear(np.fft.fft,   lambda t, x_shape, axis, norm: from_all(np.fft.fft, t, x_shape, axis, norm), free="n")
linear(np.fft.ifft,  lambda t, x_shape, axis, norm: from_all(np.fft.ifft, t, x_shape, axis, norm), free="n")
linear(np.fft.rfft,  lambda t, x_shape, n, axis, norm: from_half(np.fft.hfft, t, x_shape, n, axis, norm))
linear(np.fft.ihfft, lambda t, x_shape, n, axis, norm: from_half(np.fft.irfft, t, x_shape, n, axis, norm))
linear(np.fft.irfft, lambda t, x_shape, axis, norm: from_whole(np.fft.ihfft, t, x_shape, axis, norm), free="n")
linear(np.fft.hfft,  lambda t, x_shape, axis, norm: from_whole(np.fft.rfft, t, x_shape, axis, norm), free="n")
linear(np.fft.fftshift,  lambda t, axes: np.fft.ifftshift(t, axes))
linear(np.fft.ifftshift, lambda t, axes: np.fft.fftshift(t, axes))
composite(np.fft.fftfreq)  # one over n d, times integers
composite(np.fft.rfftfreq)
# fmt: on


def _lengths_and_axes(
    a: Any, s: Sequence[int | None] | None, axes: Sequence[int] | None, to_real: bool
) -> list[tuple[int | None, int]]:
    """The length and the axis of each transform, as NumPy understands ``s`` and ``axes``."""
    if axes is None:
        if s is not None:
            warnings.warn("`axes` should not be `None` if `s` is not `None`.", DeprecationWarning, stacklevel=4)
        axes = range(-(a.ndim if s is None else len(s)), 0)
    if s is None:
        s = [a.shape[axis] for axis in axes]
        if to_real:
            s[-1] = 2 * (s[-1] - 1)  # type: ignore[operator]
    if len(s) != len(axes):
        raise ValueError(f"Shape and axes have different lengths: s={tuple(s)}, axes={tuple(axes)}.")
    return [(a.shape[axis] if n == -1 else n, axis) for n, axis in zip(s, axes, strict=True)]


def _several(one: Callable[..., Any], last: Callable[..., Any], axes: Any) -> Callable[..., Any]:
    """A transform along several axes: ``last`` along the last of them, ``one`` along the others, in NumPy's order."""
    to_real = last is np.fft.irfft

    def transform(a: Any, s: Any = None, axes: Any = axes, norm: str | None = None) -> Any:
        steps = [(one, n, axis) for n, axis in _lengths_and_axes(a, s, axes, to_real)]
        if steps or last is not one:
            steps[-1] = (last, *steps[-1][1:])
        for f, n, axis in [*steps[:-1], *steps[-1:]] if to_real else reversed(steps):
            a = f(a, n, axis, norm)
        return a

    return transform


# fmt: off
composite(np.fft.fftn,   _several(np.fft.fft, np.fft.fft, None))
composite(np.fft.ifftn,  _several(np.fft.ifft, np.fft.ifft, None))
composite(np.fft.rfftn,  _several(np.fft.fft, np.fft.rfft, None))
composite(np.fft.irfftn, _several(np.fft.ifft, np.fft.irfft, None))
composite(np.fft.fft2,   _several(np.fft.fft, np.fft.fft, (-2, -1)))
composite(np.fft.ifft2,  _several(np.fft.ifft, np.fft.ifft, (-2, -1)))
composite(np.fft.rfft2,  _several(np.fft.fft, np.fft.rfft, (-2, -1)))
composite(np.fft.irfft2, _several(np.fft.ifft, np.fft.irfft, (-2, -1)))
# fmt: on
