"""Activations: PyTorch's values and gradients, formulas, and digits in the tails."""

import math

import mpmath as mp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd as ag
from autograd import functions as f
from autograd import nn
from autograd.nn import functional as F
from autograd.testing import check_gradients

from .oracle import same_as_torch

DTYPES = pytest.mark.parametrize("dtype", [np.float64, np.float32])
X = np.random.default_rng(0).normal(scale=3, size=(4, 5))
WIDE = np.array([-1e4, -1e3, -100.0, -30, -19, -8, -1, -1e-3, 1e-3, 1, 8, 19, 30, 100, 1e3, 1e4])
NAMES = {
    "ReLU": [()], "ReLU6": [()], "LeakyReLU": [(), (0.3,)], "ELU": [(), (0.7,)], "SELU": [()],
    "GELU": [(), ("tanh",)], "SiLU": [()], "Softplus": [(), (2.0, 3.0)], "Hardtanh": [(), (-0.5, 2.0)],
    "Sigmoid": [()], "LogSigmoid": [()], "Tanh": [()], "Softmax": [(1,), (0,)], "LogSoftmax": [(1,), (0,)],
}  # fmt: skip
CASES = [(name, args) for name, several in NAMES.items() for args in several]


@DTYPES
@pytest.mark.parametrize("x", [X, WIDE[None]], ids=["normal", "wide"])
@pytest.mark.parametrize(("name", "args"), CASES, ids=str)
def test_modules_are_torchs(name, args, x, dtype):
    torch = pytest.importorskip("torch")
    kwargs = {"approximate": args[0]} if name == "GELU" and args else {}
    theirs = getattr(torch.nn, name)(*(() if kwargs else args), **kwargs)
    same_as_torch(getattr(nn, name)(*args), theirs, x, dtype=dtype)


@DTYPES
@pytest.mark.parametrize(
    ("name", "args"),
    [("relu", ()), ("leaky_relu", (0.2,)), ("elu", (1.3,)), ("gelu", ()), ("silu", ()), ("softplus", (0.5, 4.0)),
     ("hardtanh", (-2.0, 0.3)), ("sigmoid", ()), ("tanh", ()), ("softmax", (0,)), ("log_softmax", (-1,)), ("relu6", ()),
     ("selu", ()), ("logsigmoid", ())],
    ids=str,
)  # fmt: skip
def test_functions_are_torchs(name, args, dtype):
    torch = pytest.importorskip("torch")
    same_as_torch(
        lambda x: getattr(F, name)(x, *args), lambda x: getattr(torch.nn.functional, name)(x, *args), X, dtype=dtype
    )


@DTYPES
@pytest.mark.parametrize(("number", "shape"), [(1, (4,)), (1, (2, 3, 4)), (3, (5, 3)), (3, (2, 3, 4, 2))], ids=str)
def test_learnt_slopes_are_torchs(number, shape, dtype):
    torch = pytest.importorskip("torch")
    x = np.random.default_rng(1).normal(size=shape).astype(dtype)
    theirs, ours = torch.nn.PReLU(number, 0.5).to(getattr(torch, dtype.__name__)), nn.PReLU(number, 0.5, dtype=dtype)
    same_as_torch(ours, theirs, x, dtype=dtype)
    same_as_torch(F.prelu, torch.nn.functional.prelu, x, np.full(number, 0.3), dtype=dtype)
    np.testing.assert_allclose(ours.weight.grad, theirs.weight.grad.numpy(), rtol=1e-5)
    check_gradients(F.prelu, x.astype(float), np.full(number, 0.3), order=2)


def test_torchs_further_arguments():
    for function in (F.relu, F.relu6, F.selu, F.silu):
        np.testing.assert_array_equal(function(X, inplace=True), function(X))
    for function in (F.leaky_relu, F.elu, F.hardtanh):
        np.testing.assert_array_equal(function(X, inplace=True), function(X))
    for function in (F.softmax, F.log_softmax):
        y = function(X.astype(np.float32), dim=1, dtype=np.float64)
        np.testing.assert_array_equal(y, function(X.astype(np.float32).astype(float), dim=1))


def every():
    """All activations by name, with their settings."""
    made = {name: getattr(nn, name)() for name in NAMES if "Softmax" not in name}
    return {**made, "Arctan": nn.Arctan(), "Step": nn.Step(), "GELU tanh": nn.GELU("tanh"), "slope": nn.Sigmoid(2.5)}


@pytest.mark.parametrize("name", every())
def test_gradients_and_second_derivatives(name):
    layer = every()[name]
    x = np.array([[-2.3, -0.4, 0.7], [1.3, 2.9, -1.6]])
    check_gradients(layer, x, order=2)


@DTYPES
@pytest.mark.parametrize("name", every())
def test_nothing_overflows_and_the_precision_stays(name, dtype):
    x = ag.Tensor(np.concatenate([WIDE, [0.0]]).astype(dtype), requires_grad=True)
    y = every()[name](x)
    assert y.dtype == dtype
    y.sum().backward()
    assert x.grad.dtype == dtype
    assert np.isfinite(y.data).all()
    assert np.isfinite(x.grad).all()


TAILS = {
    "sigmoid": (f.sigmoid, lambda x: 1 / (1 + mp.exp(-x))),
    "silu": (f.silu, lambda x: x / (1 + mp.exp(-x))),
    "log_sigmoid": (f.log_sigmoid, lambda x: -mp.log1p(mp.exp(-x))),
    "softplus": (f.softplus, lambda x: mp.log1p(mp.exp(x))),
    "gelu": (f.gelu, lambda x: x * mp.ncdf(x)),
    "gelu tanh": (
        lambda x: f.gelu(x, "tanh"),
        lambda x: x * (1 + mp.tanh(mp.sqrt(2 / mp.pi) * (x + mp.mpf("0.044715") * x**3))) / 2,
    ),
    "elu": (f.elu, lambda x: x if x > 0 else mp.expm1(x)),
    "tanh": (np.tanh, mp.tanh),
}


@pytest.mark.parametrize(
    ("name", "x"),
    [(name, x) for name in TAILS for x in (-35.0, -20.5, -9.0, -3.7, -1e-6, 1e-6, 0.3, 5.5, 17.0, 36.0)
     if not (name == "gelu tanh" and x < -20)],  # there, both underflow
)  # fmt: skip
def test_digits_of_value_and_derivative(name, x):
    ours, exact = TAILS[name]
    with mp.workdps(80):
        value, slope = float(exact(mp.mpf(x))), float(mp.diff(exact, mp.mpf(x), h=mp.mpf(10) ** -25))
    assert float(ours(x)) == pytest.approx(value, rel=1e-13, abs=0)
    assert float(ag.grad(ours)(x)) == pytest.approx(slope, rel=2e-12, abs=1e-300)


@given(st.floats(-38, 9))
def test_the_normal_distribution_to_its_last_digits(x):
    with mp.workdps(30):
        due = float(mp.ncdf(mp.mpf(x)))
    assert float(f._activations._normal_cdf(x)) == pytest.approx(due, rel=2e-15, abs=1e-307)


def test_the_normal_distribution_of_other_precisions():
    x = np.linspace(-8, 8, 101)
    due = f._activations._normal_cdf(x)
    for dtype, rtol in ((np.float32, 1e-6), (np.float16, 2e-3), (np.longdouble, 1e-15)):
        got = f._activations._normal_cdf(x.astype(dtype))
        assert got.dtype == dtype
        np.testing.assert_allclose(got, f._activations._normal_cdf(x.astype(dtype).astype(float)), rtol, atol=1e-7)
    ends = f._activations._normal_cdf(np.array([-np.inf, np.inf, np.nan]))
    np.testing.assert_array_equal(ends, [0, 1, np.nan])
    assert due[50] == pytest.approx(0.5, rel=2e-16)


@pytest.mark.parametrize(
    ("g", "due"),
    [(f.relu, 0), (lambda x: f.leaky_relu(x, 0.1), 0.1), (lambda x: f.leaky_relu(x, 2.0), 1),
     (lambda x: f.leaky_relu(x, -0.5), 0), (f.elu, 1), (lambda x: f.elu(x, 0.5), 0.5), (lambda x: f.elu(x, 2.0), 1),
     (f.step, 0), (lambda x: f.hardtanh(x, 0.0, 1.0), 0), (f.relu6, 0), (f.gelu, 0.5), (f.silu, 0.5)],
)  # fmt: skip
def test_at_zero_the_smallest_slope_of_both_sides(g, due):
    assert ag.grad(g)(0.0) == pytest.approx(due, rel=1e-15)


def test_formulas():
    np.testing.assert_array_equal(nn.Step()(np.array([-1.0, 0.0, 1.0])), [0, 1, 1])
    np.testing.assert_array_equal(f.step(np.array([-1.0, 0.0, 1.0]), 0.5), [0, 0.5, 1])
    np.testing.assert_allclose(nn.Sigmoid(3.0)(X), 1 / (1 + np.exp(-3 * X)))
    np.testing.assert_array_equal(nn.Arctan()(X), np.arctan(X))
    np.testing.assert_allclose(F.softplus(X, 2.0, math.inf), np.log1p(np.exp(2 * X)) / 2)
    np.testing.assert_allclose(F.softmax(X, 0), np.exp(X) / np.exp(X).sum(0))
    assert F.relu(np.array([-1.0]), inplace=True) == 0
    assert F.elu(2) == 2.0


def test_bad_settings():
    with pytest.raises(ValueError, match=r"softplus: beta=0 is not positive"):
        F.softplus(X, 0)
    with pytest.raises(ValueError, match=r"hardtanh: min_val=1 is not less than max_val=0"):
        F.hardtanh(X, 1, 0)
    with pytest.raises(ValueError, match=r"gelu: approximate='erf' is not 'none' or 'tanh'"):
        F.gelu(X, "erf")
    with pytest.raises(ValueError, match=r"prelu: weight of shape \(4,\) where \(1,\) or \(5,\) is due"):
        F.prelu(X, np.ones(4))
    with pytest.raises(ValueError, match=r"softmax: dim is due for an input of shape \(1, 2, 3\)"):
        nn.Softmax()(np.zeros((1, 2, 3)))


def test_repr():
    assert repr(nn.LeakyReLU(0.2)) == "LeakyReLU(negative_slope=0.2)"
    assert repr(nn.PReLU(3)) == "PReLU(num_parameters=3)  # 3 parameters"
    assert repr(nn.Softplus()) == "Softplus(beta=1.0, threshold=20.0)"
    assert repr(nn.Softmax(dim=1)) == "Softmax(dim=1)"
    assert repr(nn.ReLU(inplace=True)) == "ReLU()"
