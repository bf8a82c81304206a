"""Scaling of inputs and targets, by what the training data say; the names are scikit-learn's."""

from __future__ import annotations

from typing import Any, TypeVar

import numpy as np

S = TypeVar("S", bound="_Scaler")


class _Scaler:
    """``transform(x) = x * factor + offset``, feature by feature."""

    axis: int | tuple[int, ...]
    _factor: Any
    _offset: Any

    def _measure(self, x: Any) -> None:
        raise NotImplementedError

    def fit(self: S, x: Any) -> S:
        """Measure the training data."""
        x = self._checked(x)
        if not x.size:
            raise ValueError(f"{type(self).__name__}: data of shape {x.shape}, which hold no sample.")
        if not np.isfinite(x).all():
            raise ValueError(f"{type(self).__name__}: the data hold NaN or infinity.")
        self._measure(x)
        return self

    def transform(self, x: Any) -> Any:
        """Scale by what ``fit`` measured; float32 stays float32."""
        x = self._fitted(x)
        return x * self._factor.astype(x.dtype) + self._offset.astype(x.dtype)

    def inverse_transform(self, x: Any) -> Any:
        """Undo ``transform``."""
        x = self._fitted(x)
        return (x - self._offset.astype(x.dtype)) / self._factor.astype(x.dtype)

    def fit_transform(self, x: Any) -> Any:
        """Measure, and scale."""
        return self.fit(x).transform(x)

    def _checked(self, x: Any) -> Any:
        x = np.asarray(x)
        return x if x.dtype.kind == "f" else x.astype(float)

    def _fitted(self, x: Any) -> Any:
        if not hasattr(self, "_factor"):
            raise RuntimeError(f"{type(self).__name__}: call fit on the training data first.")
        x, due = self._checked(x), self._factor.shape
        if x.ndim < len(due) or any(d not in (1, n) for d, n in zip(due[::-1], x.shape[::-1], strict=False)):
            raise ValueError(f"{type(self).__name__}: data of shape {x.shape} where samples of shape {due} are due.")
        return x

    def _reduced(self, function: Any, x: Any) -> Any:
        """A statistic over the samples, which broadcasts against one sample."""
        return function(x, axis=self.axis, keepdims=True)[0]


class StandardScaler(_Scaler):
    """Mean 0 and standard deviation 1 for each feature; a constant feature is only moved.

    Parameters
    ----------
    with_mean, with_std : bool
        Whether to move, and whether to scale.
    axis : int or tuple of int
        What is averaged over: 0 is the samples; (0, 2, 3) gives images (N, C, H, W) one number for each channel.

    Attributes
    ----------
    mean_, var_, scale_ : ndarray
        What ``fit`` measured; ``scale_`` is the standard deviation, or 1 where that is 0.

    Examples
    --------
    >>> import numpy as np
    >>> from autograd import training
    >>> scaler = training.StandardScaler().fit([[0.0, 5.0], [2.0, 5.0]])
    >>> scaler.transform([[0.0, 5.0], [4.0, 6.0]])
    array([[-1.,  0.],
           [ 3.,  1.]])
    """

    def __init__(self, *, with_mean: bool = True, with_std: bool = True, axis: int | tuple[int, ...] = 0) -> None:
        self.with_mean, self.with_std, self.axis = with_mean, with_std, axis

    def _measure(self, x: Any) -> None:
        x = x.astype(float)
        self.mean_, self.var_ = self._reduced(np.mean, x), self._reduced(np.var, x)
        rounding = 10 * np.finfo(float).eps * (np.abs(self.mean_) + 1e-300)
        constant = np.sqrt(self.var_) <= rounding
        self.scale_ = np.where(constant | (not self.with_std), 1.0, np.sqrt(self.var_))
        self._factor = 1 / self.scale_
        self._offset = -self.mean_ / self.scale_ if self.with_mean else np.zeros_like(self.mean_)


class MinMaxScaler(_Scaler):
    """Each feature within ``feature_range``; a constant feature is at its lower end.

    Parameters
    ----------
    feature_range : (float, float)
    axis : int or tuple of int
        As in :class:`StandardScaler`.

    Attributes
    ----------
    data_min_, data_max_, scale_, min_ : ndarray
        What ``fit`` measured: ``transform(x) = x * scale_ + min_``.

    Examples
    --------
    >>> from autograd import training
    >>> training.MinMaxScaler().fit_transform([[0.0], [5.0], [20.0]])
    array([[0.  ],
           [0.25],
           [1.  ]])
    """

    def __init__(self, feature_range: tuple[float, float] = (0, 1), *, axis: int | tuple[int, ...] = 0) -> None:
        if not feature_range[0] < feature_range[1]:
            raise ValueError(f"MinMaxScaler: feature_range={feature_range} is empty.")
        self.feature_range, self.axis = feature_range, axis

    def _measure(self, x: Any) -> None:
        x = x.astype(float)
        low, high = self.feature_range
        self.data_min_, self.data_max_ = self._reduced(np.min, x), self._reduced(np.max, x)
        width = self.data_max_ - self.data_min_
        self.scale_ = (high - low) / np.where(width > 0, width, 1.0)
        self.min_ = low - self.data_min_ * self.scale_
        self._factor, self._offset = self.scale_, self.min_
