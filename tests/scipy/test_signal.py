"""``autograd.scipy.signal``: SciPy's values in every mode, and derivatives by both operands."""

import numpy as np
import pytest

import autograd as ag
from autograd.testing import check_gradients

scipy_signal = pytest.importorskip("scipy.signal")

from autograd.scipy import signal  # noqa: E402

rng = np.random.default_rng(0)
X, Y = rng.normal(size=6), rng.normal(size=4)
IMAGE, WIDE, TALL = rng.normal(size=(3, 4)), rng.normal(size=(2, 3)), rng.normal(size=(3, 2))
POLES, ZEROS = np.array([1.5, 0.4]), np.array([0.5, 0.3, -0.2])


def check(call, *arrays, order=1):
    """The value is SciPy's, for real and complex operands, and so are the shape and the derivatives."""
    turned = [a + 0.1j * np.cos(np.arange(a.size)).reshape(a.shape) for a in arrays]
    for values in (arrays, turned):
        expected = call(scipy_signal, *values)
        got = call(signal, *(ag.Tensor(a, requires_grad=True) for a in values))
        for t, e in zip(*((r if isinstance(r, tuple) else (r,)) for r in (got, expected)), strict=True):
            assert (t.shape, t.dtype) == (e.shape, e.dtype)
            np.testing.assert_allclose(t.data, e, rtol=1e-12, atol=1e-13)
        check_gradients(lambda *xs: call(signal, *xs), *values, order=order, rtol=1e-8)


@pytest.mark.parametrize("mode", ["full", "same", "valid"])
@pytest.mark.parametrize("name", ["convolve", "correlate", "fftconvolve", "oaconvolve"])
def test_convolution(name, mode):
    check(lambda m, x, y: getattr(m, name)(x, y, mode), X, Y, order=2)
    check(lambda m, x, y: getattr(m, name)(x, y, mode), Y, X)
    check(lambda m, x, y: getattr(m, name)(x, y, mode), IMAGE, WIDE)


@pytest.mark.parametrize("method", ["direct", "fft"])
def test_methods(method):
    check(lambda m, x, y: m.convolve(x, y, method=method), X, Y)
    check(lambda m, x, y: m.correlate(x, y, "same", method), X, Y)


def test_along_axes():
    check(lambda m, x, y: m.fftconvolve(x, y, axes=1), IMAGE, IMAGE[:1, :3].copy())
    check(lambda m, x, y: m.fftconvolve(x, y, "same", axes=-1), IMAGE, IMAGE[:, :2].copy())


@pytest.mark.parametrize("boundary", ["fill", "wrap", "symm"])
@pytest.mark.parametrize("mode", ["full", "same", "valid"])
@pytest.mark.parametrize("name", ["convolve2d", "correlate2d"])
def test_images(name, mode, boundary):
    for kernel in (WIDE, TALL):
        check(lambda m, x, y: getattr(m, name)(x, y, mode, boundary), IMAGE, kernel)
    check(lambda m, x, y: getattr(m, name)(x, y, mode, fillvalue=1.5), IMAGE, WIDE)
    if mode == "valid":
        check(lambda m, x, y: getattr(m, name)(x, y, mode), WIDE, IMAGE)


def test_filters():
    check(lambda m, b, a, x: m.lfilter(b, a, x), ZEROS, POLES, X, order=2)
    check(lambda m, b, a, x: m.lfilter(b, a, x, axis=0), POLES, ZEROS, IMAGE)
    check(lambda m, b, x: m.lfilter(b, [2.0], x), ZEROS, X)
    check(lambda m, b, a, x, z: m.lfilter(b, a, x, zi=z), ZEROS, POLES, X, np.array([0.3, -0.2]))
    check(lambda m, b, a, x, z: m.lfilter(b, a, x, 0, z), ZEROS, POLES, IMAGE, rng.normal(size=(2, 4)))
    taps, start = np.array([0.3, 0.2, 0.5, 0.1]), Y[:3].copy()  # a state that is longer than the signal
    check(lambda m, b, a, x, z: m.lfilter(b, a, x, zi=z), taps, POLES, X[:2].copy(), start)


def test_float32_stays_float32():
    x, y = X.astype("f4"), Y.astype("f4")
    for f in (signal.convolve, signal.correlate, lambda x, y: signal.lfilter(y, y, x)):
        out, pull = ag.vjp(f, x, y)
        assert {out.dtype, *(g.dtype for g in pull(np.ones_like(out)))} == {np.dtype("f4")}


def test_errors():
    with pytest.raises(ValueError, match="convolve: mode='all'; it is 'full', 'same' or 'valid'"):
        signal.convolve(X, Y, "all")
    with pytest.raises(ValueError, match=r"shapes \(6,\) and \(3, 4\)"):
        signal.convolve(X, IMAGE)
    with pytest.raises(ValueError, match="one operand that is larger along every axis"):
        signal.convolve2d(np.ones((2, 5)), np.ones((3, 3)), "valid")
    with pytest.raises(TypeError, match=r"scipy.signal.detrend: no derivative is known"):
        signal.detrend(ag.Tensor(X, requires_grad=True))
