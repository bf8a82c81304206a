"""What samples cannot say of the Fourier transforms."""

import numpy as np
import pytest

import autograd as ag
from autograd.testing import check_gradients

REAL = [np.fft.rfft, np.fft.ihfft]
HALF = [np.fft.irfft, np.fft.hfft]


@pytest.mark.parametrize("n", [1, 2, 3, 4, 5, 6, 7, None])
@pytest.mark.parametrize("norm", [None, "backward", "ortho", "forward"])
@pytest.mark.parametrize("f", [*REAL, *HALF, np.fft.fft, np.fft.ifft])
def test_every_length_and_norm(f, norm, n):
    x = np.array([0.3, -1.2, 0.7, 2.0]) + (0 if f in REAL else 1j * np.array([0.4, -0.1, 0.9, 0.2]))
    check_gradients(lambda x: f(x, n, norm=norm), x, order=1, rtol=1e-9)


@pytest.mark.parametrize("f", HALF)
def test_the_ends_of_half_a_spectrum_have_no_imaginary_part_that_counts(f):
    x = np.array([1 + 2j, 3 - 1j, 0.5 + 0.2j])
    ends = ag.grad(lambda x: np.sum(f(x) ** 2))(x)[[0, -1]]
    assert np.array_equal(ends.imag, [0, 0])


def test_parseval_has_the_gradient_of_the_sum_of_squares():
    x = np.array([0.3, -1.2, 0.7, 2.0, 0.1])
    energy = ag.grad(lambda x: np.sum(np.abs(np.fft.fft(x, norm="ortho")) ** 2))
    assert np.allclose(energy(x), 2 * x, rtol=1e-14)


@pytest.mark.parametrize("f", [np.fft.rfft, np.fft.fft, np.fft.irfft, np.fft.hfft, np.fft.fftn, np.fft.irfftn])
def test_single_precision_stays_single(f):
    x = np.array([0.3, -1.2, 0.7, 2.0], np.float32)
    dtypes = []
    t = ag.Tensor(x, requires_grad=True)
    y = f(t * 1)
    y.register_hook(lambda c: dtypes.append(c.dtype))
    np.sum(np.abs(y) ** 2).backward()
    assert t.grad.dtype == np.float32
    assert dtypes[0] in (np.float32, np.complex64)


def test_lengths_and_axes_that_do_not_match_are_named():
    with pytest.raises(ValueError, match="Shape and axes have different lengths"):
        np.fft.fftn(ag.Tensor(np.ones((2, 3))), s=(2,), axes=(0, 1))
    with pytest.warns(DeprecationWarning, match="axes"):
        np.fft.fftn(ag.Tensor(np.ones((2, 3))), s=(2, 2))
