"""Losses of classes and of probabilities."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from ... import functions as f
from ...functions._activations import log1p_above, log_above
from ...functions._exponential import label_cross_entropy
from ...tensor import value_of
from .reduction import like, pair, reduced, scores

# -- of classes ------------------------------------------------------------------------------------------------------


def _labels(name: str, x: Any, target: Any, ignore_index: int) -> tuple[Any, Any]:
    """Labels as an array, with 0 for the ignored ones; and which are not ignored, or None if all are not."""
    labels = np.asarray(value_of(target))
    shape = x.shape
    due = shape[:1] + shape[2:] if len(shape) > 1 else ()
    if labels.shape != due:
        raise ValueError(f"{name}: target of shape {labels.shape} for input of shape {shape}, where {due} is due.")
    n = shape[min(len(shape) - 1, 1)]
    if not labels.size or (labels.min() >= 0 and labels.max() < n):
        if not 0 <= ignore_index < n:
            return labels, None
    elif np.any(wrong := ((labels < 0) | (labels >= n)) & (labels != ignore_index)):
        raise ValueError(f"{name}: label {labels[wrong].flat[0]} where 0 to {n - 1} is due.")
    kept = labels != ignore_index
    return np.where(kept, labels, 0), kept


def _picked(log_p: Any, labels: Any) -> Any:
    """``-log_p`` at each label; one flat index, whose transpose is fast."""
    n, c, rest = log_p.shape[0], log_p.shape[1], math.prod(log_p.shape[2:])
    at = (np.arange(0, n * c, c)[:, None] + labels.reshape(n, rest)) * rest + np.arange(rest)
    return -log_p.reshape(-1)[at.reshape(-1)].reshape(labels.shape)


def _weighted(name: str, losses: Any, weights: Any, reduction: str) -> Any:
    """Reduce weighted losses; their mean is divided by the sum of the weights of the labels."""
    if weights is None or reduction != "mean":
        return reduced(name, losses, reduction)
    total = float(weights.sum())
    if not total:
        raise ValueError(f"{name}: the mean of nothing: every label is ignored, or of a class of weight 0.")
    return losses.sum() / total


def _class_weights(name: str, x: Any, weight: Any) -> Any:
    if weight is None:
        return None
    weight = np.asarray(value_of(weight), x.dtype)
    if weight.shape != (x.shape[1],):
        raise ValueError(f"{name}: weight of shape {weight.shape} where ({x.shape[1]},) is due, one for each class.")
    return weight


def nll_loss(
    input: Any, target: Any, weight: Any = None, *, ignore_index: int = -100, reduction: str = "mean"
) -> Any:
    """``-w_y x_y`` for the label ``y`` of each row ``x`` of logarithms of probabilities.

    Parameters
    ----------
    input : array, shape (C,), (N, C) or (N, C, ...)
        Logarithms of probabilities, classes on axis 1.
    target : array of int, shape (), (N,) or (N, ...)
        Labels.
    weight : array, shape (C,), optional
        Of each class; the mean is divided by the sum of the weights of the labels.
    ignore_index : int
        A label that has no part.
    reduction : {"mean", "sum", "none"}
        What becomes of the losses of all labels.

    Examples
    --------
    >>> import numpy as np
    >>> from autograd.nn import functional as F
    >>> F.nll_loss(np.log([[0.5, 0.25, 0.25]]), np.array([0])).round(4)
    np.float64(0.6931)
    """
    return _nll("nll_loss", scores("nll_loss", input), target, weight, ignore_index, reduction)


def _nll(
    name: str, x: Any, target: Any, weight: Any, ignore: int, reduction: str, smoothing: float = 0.0,
    pick: Callable[[Any, Any], Any] = _picked,
) -> Any:  # fmt: skip
    """What labels lose: ``pick(x, labels)`` is minus the logarithm of the probability of each."""
    if not x.ndim:
        raise ValueError(f"{name}: input of shape () has no axis of classes.")
    if np.asarray(value_of(target)).dtype.kind not in "iu":
        raise TypeError(f"{name}: labels of dtype {np.asarray(value_of(target)).dtype} where whole numbers are due.")
    labels, kept = _labels(name, x, target, ignore)
    shape = labels.shape
    if x.ndim == 1:
        x, labels, kept = x[None], labels[None], None if kept is None else kept[None]
    by_class = _class_weights(name, x, weight)
    weights = None if by_class is None else by_class[labels]
    if kept is not None:
        weights = kept.astype(x.dtype) if weights is None else weights * kept
    losses = pick(x, labels)
    if weights is not None:
        losses = losses * weights
    if smoothing:
        all_classes = x if by_class is None else x * by_class.reshape(-1, *[1] * (x.ndim - 2))
        even = all_classes.sum(axis=1) * (smoothing / x.shape[1])
        even = even if kept is None else even * kept.astype(x.dtype)
        losses = (1 - smoothing) * losses - even
    return _weighted(name, losses if losses.shape == shape else losses.reshape(shape), weights, reduction)


def cross_entropy(
    input: Any,
    target: Any,
    weight: Any = None,
    *,
    ignore_index: int = -100,
    reduction: str = "mean",
    label_smoothing: float = 0.0,
) -> Any:
    """``-Σ_c w_c y_c log softmax(x)_c``: of labels, or of probabilities ``y`` for all classes.

    Parameters
    ----------
    input : array, shape (C,), (N, C) or (N, C, ...)
        Scores before the softmax, classes on axis 1.
    target : array of int, shape (), (N,) or (N, ...); or of float, of the shape of the input
        Labels, or probabilities.
    weight : array, shape (C,), optional
        Of each class; with labels the mean is divided by the sum of the weights of the labels.
    ignore_index : int
        A label that has no part.
    reduction : {"mean", "sum", "none"}
        What becomes of the losses of all labels.
    label_smoothing : float
        The share of probability that all classes have evenly (Szegedy et al., arXiv:1512.00567).

    Examples
    --------
    >>> import numpy as np, autograd as ag
    >>> from autograd.nn import functional as F
    >>> F.cross_entropy(np.array([[0.0, 0.0], [0.0, 1000.0]]), np.array([1, 1])).round(4)
    np.float64(0.3466)
    >>> ag.grad(F.cross_entropy)(np.zeros((1, 2)), np.array([1]))
    array([[ 0.5, -0.5]])
    """
    name = "cross_entropy"
    if not 0 <= label_smoothing <= 1:
        raise ValueError(f"{name}: label_smoothing={label_smoothing} is not between 0 and 1.")
    x = scores(name, input)
    target = target if hasattr(target, "dtype") else np.asarray(target)
    if not x.ndim:
        raise ValueError(f"{name}: input of shape () has no axis of classes.")
    if x.ndim < 3 and not label_smoothing and target.dtype.kind != "f":  # picked from the scores in one step
        return _nll(name, x, target, weight, ignore_index, reduction, pick=label_cross_entropy)
    log_p = f.log_softmax(x, min(x.ndim - 1, 1))
    if target.dtype.kind != "f":
        return _nll(name, log_p, target, weight, ignore_index, reduction, label_smoothing)
    if target.shape != x.shape:
        raise ValueError(
            f"{name}: floating target of shape {target.shape} for input of shape {x.shape}; probabilities have the "
            f"shape of the input, and labels are whole numbers."
        )
    y = like(x, target)
    if x.ndim == 1:
        log_p, y = log_p[None], y[None]
    if label_smoothing:
        y = y * (1 - label_smoothing) + label_smoothing / log_p.shape[1]
    if weight is not None:
        y = y * _class_weights(name, log_p, weight).reshape(-1, *[1] * (log_p.ndim - 2))
    losses = -(y * log_p).sum(axis=1)
    return reduced(name, losses.reshape(losses.shape[1:]) if x.ndim == 1 else losses, reduction)


# -- of probabilities ------------------------------------------------------------------------------------------------


def binary_cross_entropy(input: Any, target: Any, weight: Any = None, *, reduction: str = "mean") -> Any:
    """``-w (y log(x) + (1 - y) log(1 - x))`` of a probability ``x``; a logarithm is at least -100, as in PyTorch.

    Examples
    --------
    >>> import numpy as np
    >>> from autograd.nn import functional as F
    >>> F.binary_cross_entropy(np.array([0.5, 0.0]), np.array([1.0, 1.0]), reduction="none").round(4)
    array([  0.6931, 100.    ])
    """
    x, y = pair("binary_cross_entropy", input, target)
    p = np.asarray(value_of(x))
    if np.any((p < 0) | (p > 1)):
        wrong = p[(p < 0) | (p > 1)].flat[0]
        raise ValueError(f"binary_cross_entropy: input {wrong} is no probability; scores go to the loss with logits.")
    losses = -(y * log_above(x, -100.0) + (1 - y) * log1p_above(-x, -100.0))
    return reduced("binary_cross_entropy", losses if weight is None else losses * like(x, weight), reduction)


def binary_cross_entropy_with_logits(
    input: Any, target: Any, weight: Any = None, *, reduction: str = "mean", pos_weight: Any = None
) -> Any:
    """``-w (p y log σ(x) + (1 - y) log σ(-x))``, exact in both tails; ``pos_weight`` is the weight p of ones.

    Examples
    --------
    >>> import numpy as np
    >>> from autograd.nn import functional as F
    >>> F.binary_cross_entropy_with_logits(np.array([1000.0, -1000.0]), np.array([1.0, 1.0]), reduction="none")
    array([   0., 1000.])
    """
    name = "binary_cross_entropy_with_logits"
    x, y = pair(name, input, target)
    ones = y if pos_weight is None else y * like(x, pos_weight)
    losses = ones * f.softplus(-x) + (1 - y) * f.softplus(x)
    return reduced(name, losses if weight is None else losses * like(x, weight), reduction)


def kl_div(input: Any, target: Any, *, reduction: str = "mean", log_target: bool = False) -> Any:
    """``y (log y - x)`` of probabilities ``y`` and logarithms of probabilities ``x`` (Kullback and Leibler, 1951).

    ``reduction="batchmean"`` is the divergence: the sum divided by the length of the first axis. With ``log_target``
    the target is the logarithm of ``y``.

    Examples
    --------
    >>> import numpy as np
    >>> from autograd.nn import functional as F
    >>> F.kl_div(np.log([[0.5, 0.5]]), np.array([[1.0, 0.0]]), reduction="batchmean").round(4)
    np.float64(0.6931)
    """
    x, y = pair("kl_div", input, target)
    losses = np.exp(y) * (y - x) if log_target else f.xlogy(y, y) - y * x
    if reduction != "batchmean":
        return reduced("kl_div", losses, reduction)
    if not losses.size:
        raise ValueError(f"kl_div: the mean of nothing: the input has shape {losses.shape}.")
    return losses.sum() / (losses.shape[0] if losses.ndim else 1)


def hinge_loss(input: Any, target: Any, *, reduction: str = "mean", margin: float = 1.0) -> Any:
    """``max(0, margin - y x)`` of labels ``y`` that are 1 or -1 (Cortes and Vapnik, 1995).

    Examples
    --------
    >>> import numpy as np
    >>> from autograd.nn import functional as F
    >>> F.hinge_loss(np.array([2.0, 0.5]), np.array([1, -1]), reduction="none")
    array([0. , 1.5])
    """
    x, y = pair("hinge_loss", input, target)
    labels = np.asarray(value_of(y))
    if np.any(np.abs(labels) != 1):
        raise ValueError(f"hinge_loss: label {labels[np.abs(labels) != 1][0]} where 1 or -1 is due.")
    return reduced("hinge_loss", f.relu(margin - y * x), reduction)
