"""How good predictions are: functions of predictions and targets that return a number."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from .data import _array


def _pair(name: str, prediction: Any, target: Any) -> tuple[Any, Any]:
    """Both as arrays of one shape."""
    p, y = _array(prediction), _array(target)
    if p.shape != y.shape:
        raise ValueError(f"{name}: predictions of shape {p.shape} for targets of shape {y.shape}.")
    if not y.size:
        raise ValueError(f"{name}: no predictions.")
    return p, y


def accuracy(prediction: Any, target: Any) -> float:
    """Share of the predictions that are right.

    Parameters
    ----------
    prediction : array_like
        Scores or logits ``(N, C, …)``, of which the largest counts, or labels.
    target : array_like
        Labels ``(N, …)``, or probabilities ``(N, C, …)``.

    See Also
    --------
    binary_accuracy : for one score per sample.

    Examples
    --------
    >>> from autograd import training
    >>> training.accuracy([[0.1, 0.9], [0.8, 0.2]], [1, 1])
    0.5
    """
    p, y = _array(prediction), _array(target)
    if p.dtype.kind == "f" and p.shape == y.shape and y.dtype.kind == "f" and p.ndim > 1 and p.shape[1] > 1:
        p, y = p.argmax(1), y.argmax(1)
    elif p.ndim == y.ndim + 1 and p.shape[1] > 1:
        p = p.argmax(1)
    elif p.dtype.kind == "f":
        raise ValueError(
            f"accuracy: predictions of shape {p.shape} for targets of shape {y.shape}, where scores (N, classes, …) "
            f"are due; for one score per sample take binary_accuracy."
        )
    p, y = _pair("accuracy", p, y)
    return float(np.mean(p == y))


def binary_accuracy(prediction: Any, target: Any, threshold: float = 0.5) -> float:
    """Share of samples whose score is on the right side of a threshold: 0.5 for probabilities, 0 for logits.

    Examples
    --------
    >>> from autograd import training
    >>> training.binary_accuracy([0.9, 0.2, 0.6], [1, 0, 0])
    0.6666666666666666
    """
    p, y = _pair("binary_accuracy", prediction, target)
    return float(np.mean((p > threshold) == (y > 0.5)))


def top_k(prediction: Any, target: Any, k: int = 5) -> float:
    """Share of labels that are among the ``k`` largest scores.

    Examples
    --------
    >>> from autograd import training
    >>> training.top_k([[0.1, 0.5, 0.4], [0.8, 0.1, 0.1]], [2, 0], k=2)
    1.0
    """
    p, y = _array(prediction), _array(target)
    if p.ndim != y.ndim + 1 or p.shape[:1] + p.shape[2:] != y.shape or not y.size:
        raise ValueError(f"top_k: scores of shape {p.shape} for labels of shape {y.shape}.")
    if not 1 <= k <= p.shape[1]:
        raise ValueError(f"top_k: k={k} of {p.shape[1]} classes.")
    if y.min() < 0 or y.max() >= p.shape[1]:
        raise ValueError(f"top_k: labels from {y.min()} to {y.max()} for {p.shape[1]} classes.")
    best = np.argsort(-p, axis=1, kind="stable")[:, :k]
    return float(np.mean((best == y[:, None]).any(axis=1)))


def mse(prediction: Any, target: Any) -> float:
    """Mean of the squared errors.

    Examples
    --------
    >>> from autograd import training
    >>> training.mse([1.0, 2.0], [1.0, 4.0])
    2.0
    """
    p, y = _pair("mse", prediction, target)
    return float(np.mean((p - y) ** 2))


def mae(prediction: Any, target: Any) -> float:
    """Mean of the absolute errors.

    Examples
    --------
    >>> from autograd import training
    >>> training.mae([1.0, 2.0], [1.0, 4.0])
    1.0
    """
    p, y = _pair("mae", prediction, target)
    return float(np.mean(np.abs(p - y)))


class R2:
    """``1 - Σ(y - p)² / Σ(y - ȳ)²`` over several batches: the share of the variance that is explained.

    A mean over batches of their own coefficients would be another number. ``fit`` and ``evaluate`` take any object
    with these three methods as a metric, and this one for the function :func:`r2`.

    Examples
    --------
    >>> from autograd import training
    >>> score = training.R2()
    >>> score.update([1.0, 2.0], [1.0, 2.0])
    >>> score.update([3.0], [4.0])
    >>> round(score.compute(), 4)
    0.7857
    """

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Forget all batches."""
        self._n, self._mean, self._spread, self._error = 0, 0.0, 0.0, 0.0

    def update(self, prediction: Any, target: Any) -> None:
        """Count a batch (Chan, Golub and LeVeque 1983)."""
        p, y = (a.astype(float) for a in _pair("r2", prediction, target))
        n, mean = y.size, float(y.mean())
        total = self._n + n
        self._spread += float(((y - mean) ** 2).sum()) + (mean - self._mean) ** 2 * self._n * n / total
        self._mean += (mean - self._mean) * n / total
        self._error += float(((y - p) ** 2).sum())
        self._n = total

    def compute(self) -> float:
        """The coefficient; without any variance 1 if all is right, else 0."""
        if self._spread > 0:
            return 1 - self._error / self._spread
        return float(self._error == 0)


def r2(prediction: Any, target: Any) -> float:
    """Coefficient of determination: the share of the variance of all targets that is explained.

    Examples
    --------
    >>> from autograd import training
    >>> round(training.r2([1.0, 2.0, 3.0], [1.0, 2.0, 4.0]), 4)
    0.7857
    """
    score = R2()
    score.update(prediction, target)
    return score.compute()


def perplexity(cross_entropy: Any) -> Any:
    """``exp`` of a mean cross-entropy in nats: among how many symbols a uniform choice would be as uncertain.

    Examples
    --------
    >>> import math
    >>> from autograd import training
    >>> round(training.perplexity(math.log(8)), 12)
    8.0
    """
    out = np.exp(_array(cross_entropy))
    return float(out) if not np.ndim(out) else out


def bits(cross_entropy: Any) -> Any:
    """A mean cross-entropy in nats, as bits per symbol.

    Examples
    --------
    >>> import math
    >>> from autograd import training
    >>> training.bits(math.log(8))
    3.0
    """
    out = _array(cross_entropy) / math.log(2)
    return float(out) if not np.ndim(out) else out
