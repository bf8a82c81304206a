"""Functions made of exponentials and logarithms, none of which overflows, or loses the digits of a tail."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..primitive import Primitive, elementwise, primitive
from ..rules.reductions import kept
from ..strong import all_finite


def _floating(x: Any) -> Any:
    """A number or an array as an array of floating numbers."""
    x = x if hasattr(x, "dtype") else np.asarray(x)
    return x if x.dtype.kind in "fc" else x.astype(float)


# -- element by element ----------------------------------------------------------------------------------------------


def _relu(x: Any) -> Any:
    if type(x) is np.ndarray and x.size > 4096 and x.dtype.kind == "f":
        return x.clip(0, np.inf)  # a third of the time: np.maximum is slow beside a number
    return np.maximum(x, 0)


def _sigmoid(x: Any) -> Any:
    x = _floating(x)
    if x.dtype.kind == "c":
        return 1 / (1 + np.exp(-x))
    tail = np.exp(-np.abs(x))  # never overflows
    return np.where(x < 0, tail, 1) / (1 + tail)


def _softplus(x: Any) -> Any:
    x = _floating(x)
    return np.log1p(np.exp(x)) if x.dtype.kind == "c" else np.logaddexp(x, 0)


def _xlogy(x: Any, y: Any) -> Any:
    zero = np.equal(x, 0) & ~np.isnan(y)
    return np.where(zero, 0, x * np.log(np.where(zero, 1, y)))


_relu_p: Primitive = elementwise(_relu, lambda t, out: t * np.greater(out, 0))
_sigmoid_p: Primitive = elementwise(_sigmoid, lambda t, x, out: t * out * _sigmoid_p(-x))
_softplus_p: Primitive = elementwise(_softplus, lambda t, x: t * _sigmoid_p(x))
_xlogy_p: Primitive = elementwise(_xlogy, lambda t, y: t * np.log(y), lambda t, x, y: t / y * x)


def relu(x: Any) -> Any:
    """The larger of ``x`` and 0; its derivative at 0 is 0.

    Examples
    --------
    >>> import numpy as np, autograd as ag
    >>> ag.elementwise_grad(ag.functions.relu)(np.array([-1.0, 0.0, 2.0]))
    array([0., 0., 1.])
    """
    return _relu_p(x)


def sigmoid(x: Any) -> Any:
    """``1 / (1 + exp(-x))``; value and derivative keep their digits in both tails.

    Examples
    --------
    >>> import autograd as ag
    >>> ag.functions.sigmoid(0.0)
    np.float64(0.5)
    >>> round(ag.grad(ag.functions.sigmoid)(40.0) * 1e18, 3)
    np.float64(4.248)
    """
    return _sigmoid_p(x)


def softplus(x: Any) -> Any:
    """``log(1 + exp(x))``, whose derivative is the sigmoid.

    Examples
    --------
    >>> import autograd as ag
    >>> ag.functions.softplus(1000.0), ag.grad(ag.functions.softplus)(0.0)
    (np.float64(1000.0), np.float64(0.5))
    """
    return _softplus_p(x)


def xlogy(x: Any, y: Any) -> Any:
    """``x log(y)``, and 0 where ``x`` is 0: the terms of an entropy.

    Examples
    --------
    >>> import autograd as ag
    >>> ag.functions.xlogy(0.0, 0.0)
    array(0.)
    >>> ag.grad(lambda p: -ag.functions.xlogy(p, p))(1.0)
    np.float64(-1.0)
    """
    return _xlogy_p(x, y)


# -- along an axis ---------------------------------------------------------------------------------------------------


def _top(x: Any, axis: Any) -> Any:
    """The largest element, by its real part; 0 where that is infinite or there is none."""
    if type(x) is np.ndarray and x.dtype.kind == "f" and x.size:
        top = np.maximum.reduce(x, axis=axis, keepdims=True)
        if all_finite(top):
            return top
    top = np.max(x.real, axis=axis, keepdims=True, initial=-np.inf)
    return np.where(np.isfinite(top), top, 0).astype(x.real.dtype)


def _logsumexp(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    x = _floating(x)
    top = _top(x, axis)
    with np.errstate(divide="ignore"):  # the logarithm of no probability at all is -inf
        out = np.log(np.sum(np.exp(x - top), axis=axis, keepdims=True)) + top
    return out if keepdims else np.squeeze(out, axis=tuple(range(x.ndim)) if axis is None else axis)


def _softmax(x: Any, axis: Any = -1) -> Any:
    x = _floating(x)
    weights = np.exp(x - _top(x, axis))
    return weights / np.sum(weights, axis=axis, keepdims=True)


def _log_softmax(x: Any, axis: Any = -1) -> Any:
    x = _floating(x)
    moved = x - _top(x, axis)
    return moved - np.log(np.sum(np.exp(moved), axis=axis, keepdims=True))


def _label_cross_entropy(x: Any, labels: Any) -> Any:
    x = x.T.copy() if x.shape[1] < 64 else x.T  # few classes: by classes, for NumPy reduces short rows slowly
    moved = x - _top(x, 0)
    return np.log(np.add.reduce(np.exp(moved), axis=0)) - moved[labels, np.arange(len(labels))]


def _label_slope(x: Any, labels: Any, out: Any) -> Any:
    """The softmax, minus 1 at the label of each row."""
    if all_finite(out):
        weights = np.exp(x - (x[np.arange(len(labels)), labels] + out)[:, None])
    else:  # a label that has no probability
        weights = _softmax_p(x, 1)
    return weights - np.equal(labels[:, None], np.arange(x.shape[1])).astype(x.dtype)


def _weights(x: Any, axis: Any) -> Any:
    """``softmax(x)``; infinite elements share the weight, and where all are -inf nobody has any."""
    first, nothing = np.equal(x, np.inf), np.all(np.equal(x, -np.inf), axis=axis, keepdims=True)
    if np.any(first):
        among = np.any(first, axis=axis, keepdims=True)
        x = np.where(among, np.where(first, 0, -np.inf), x).astype(x.dtype)
    return np.where(nothing, 0, _softmax_p(x, axis))


def _pushed(t: Any, out: Any, axis: Any) -> Any:
    """The Jacobian of the softmax, ``diag(out) - out outᵀ``, times a vector: it is symmetric."""
    return out * (t - np.sum(t * out, axis=axis, keepdims=True))


_logsumexp_p: Primitive = primitive(
    _logsumexp,
    vjp=lambda t, x, axis, keepdims: kept(t, x.shape, axis, keepdims) * _weights(x, axis),
    jvp=lambda t, x, axis, keepdims: np.sum(t * _weights(x, axis), axis=axis, keepdims=keepdims),
)
_softmax_p: Primitive = primitive(_softmax, vjp=_pushed, jvp=_pushed)
_log_softmax_p: Primitive = primitive(
    _log_softmax,
    vjp=lambda t, out, axis: t - np.exp(out) * np.sum(t, axis=axis, keepdims=True),
    jvp=lambda t, out, axis: t - np.sum(t * np.exp(out), axis=axis, keepdims=True),
)


_label_cross_entropy_p: Primitive = primitive(
    _label_cross_entropy,
    vjp=(lambda t, x, y, out: t[:, None] * _label_slope(x, y, out), None),
    jvp=(lambda t, x, y, out: np.sum(t * _label_slope(x, y, out), axis=1), None),
)


def logsumexp(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """``log(sum(exp(x)))`` over axes, without overflow; its gradient is the softmax.

    Examples
    --------
    >>> import numpy as np, autograd as ag
    >>> ag.grad(ag.functions.logsumexp)(np.array([1000.0, 1000.0]))
    array([0.5, 0.5])
    """
    return _logsumexp_p(x, axis, keepdims)


def softmax(x: Any, axis: Any = -1) -> Any:
    """``exp(x) / sum(exp(x))`` along axes.

    Examples
    --------
    >>> import numpy as np, autograd as ag
    >>> ag.functions.softmax(np.array([0.0, 0.0, 1000.0]))
    array([0., 0., 1.])
    """
    return _softmax_p(x, axis)


def log_softmax(x: Any, axis: Any = -1) -> Any:
    """``x - logsumexp(x)`` along axes, exact where the softmax itself would round to 0 or 1.

    Examples
    --------
    >>> import numpy as np, autograd as ag
    >>> ag.functions.log_softmax(np.array([0.0, 1000.0]))
    array([-1000.,     0.])
    """
    return _log_softmax_p(x, axis)


def label_cross_entropy(x: Any, labels: Any) -> Any:
    """``logsumexp(x) - x_y`` of each row ``x`` and its label ``y``: minus the logarithm of the label's likelihood.

    One step where picking from :func:`log_softmax` takes two, with the gradient "softmax, minus one at the label".

    Parameters
    ----------
    x : array, shape (N, C)
        Scores.
    labels : array of int, shape (N,)
        From 0 to C - 1.

    Returns
    -------
    array, shape (N,)

    Examples
    --------
    >>> import numpy as np, autograd as ag
    >>> from autograd.functions._exponential import label_cross_entropy
    >>> ag.grad(lambda x: np.sum(label_cross_entropy(x, np.array([1]))))(np.zeros((1, 2)))
    array([[ 0.5, -0.5]])
    """
    return _label_cross_entropy_p(x, labels)


for _p in (
    _label_cross_entropy_p, _relu_p, _sigmoid_p, _softplus_p, _xlogy_p, _logsumexp_p, _softmax_p, _log_softmax_p,
):  # fmt: skip
    _p.name = _p.name.lstrip("_")
