"""Losses as modules: how far an output is from its target."""

from __future__ import annotations

from typing import Any, ClassVar

from . import functional as F
from .module import Module


class Loss(Module):
    """A loss and its ``reduction``: the mean of all losses, their sum, or each (``"none"``).

    Losses take an output and a target, of the same shape if nothing else is said.
    """

    reductions: ClassVar[tuple[str, ...]] = ("mean", "sum", "none")

    def __init__(self, *, reduction: str = "mean") -> None:
        if reduction not in self.reductions:
            raise ValueError(f"{type(self).__name__}: reduction={reduction!r} is not one of {self.reductions}.")
        self.reduction = reduction

    def extra_repr(self) -> str:
        """How it reduces, and further settings."""
        shown = {k: v for k, v in vars(self).items() if k != "training" and isinstance(v, (str, float, int, bool))}
        return ", ".join(f"{name}={value!r}" for name, value in shown.items())


class MSELoss(Loss):
    """``(x - y)²``; with ``half=True`` its half, whose derivative is ``x - y``.

    Examples
    --------
    >>> import numpy as np
    >>> from autograd import nn
    >>> nn.MSELoss(half=True)(np.array([1.0, 3.0]), np.array([1.0, 1.0]))
    np.float64(1.0)
    """

    def __init__(self, *, reduction: str = "mean", half: bool = False) -> None:
        super().__init__(reduction=reduction)
        self.half = half

    def forward(self, input: Any, target: Any) -> Any:
        """The loss."""
        return F.mse_loss(input, target, reduction=self.reduction, half=self.half)


class L1Loss(Loss):
    """``|x - y|``.

    Examples
    --------
    >>> import numpy as np
    >>> from autograd import nn
    >>> nn.L1Loss()(np.array([1.0, 3.0]), np.array([1.0, 1.0]))
    np.float64(1.0)
    """

    def forward(self, input: Any, target: Any) -> Any:
        """The loss."""
        return F.l1_loss(input, target, reduction=self.reduction)


class HuberLoss(Loss):
    """``d² / 2`` of ``d = x - y`` up to ``delta``, and beyond the tangent ``delta (|d| - delta / 2)`` (Huber, 1964).

    Examples
    --------
    >>> import numpy as np
    >>> from autograd import nn
    >>> nn.HuberLoss()(np.array([0.5, 3.0]), np.zeros(2))
    np.float64(1.3125)
    """

    def __init__(self, reduction: str = "mean", delta: float = 1.0) -> None:
        super().__init__(reduction=reduction)
        self.delta = delta

    def forward(self, input: Any, target: Any) -> Any:
        """The loss."""
        return F.huber_loss(input, target, reduction=self.reduction, delta=self.delta)


class SmoothL1Loss(Loss):
    """``HuberLoss(delta=beta)`` divided by ``beta`` (Girshick, arXiv:1504.08083).

    Examples
    --------
    >>> import numpy as np
    >>> from autograd import nn
    >>> nn.SmoothL1Loss()(np.array([0.5, 3.0]), np.zeros(2))
    np.float64(1.3125)
    """

    def __init__(self, *, reduction: str = "mean", beta: float = 1.0) -> None:
        super().__init__(reduction=reduction)
        self.beta = beta

    def forward(self, input: Any, target: Any) -> Any:
        """The loss."""
        return F.smooth_l1_loss(input, target, reduction=self.reduction, beta=self.beta)


class HingeLoss(Loss):
    """``max(0, margin - y x)`` of labels ``y`` that are 1 or -1 (Cortes and Vapnik, 1995).

    Examples
    --------
    >>> import numpy as np
    >>> from autograd import nn
    >>> nn.HingeLoss()(np.array([2.0, 0.5]), np.array([1, -1]))
    np.float64(0.75)
    """

    def __init__(self, *, reduction: str = "mean", margin: float = 1.0) -> None:
        super().__init__(reduction=reduction)
        self.margin = margin

    def forward(self, input: Any, target: Any) -> Any:
        """The loss."""
        return F.hinge_loss(input, target, reduction=self.reduction, margin=self.margin)


class CrossEntropyLoss(Loss):
    """``-Σ_c w_c y_c log softmax(x)_c`` of scores ``(N, C, ...)`` and labels, or probabilities of all classes.

    Parameters
    ----------
    weight : array, shape (C,), optional
        Of each class.
    ignore_index : int
        A label that has no part.
    reduction : {"mean", "sum", "none"}
        What becomes of the losses; the mean of labels is divided by the sum of their weights.
    label_smoothing : float
        The share of probability that all classes have evenly (Szegedy et al., arXiv:1512.00567).

    Examples
    --------
    >>> import numpy as np
    >>> from autograd import nn
    >>> nn.CrossEntropyLoss()(np.array([[0.0, 0.0]]), np.array([1])).round(4)
    np.float64(0.6931)
    """

    weight: Any

    def __init__(
        self, weight: Any = None, *, ignore_index: int = -100, reduction: str = "mean", label_smoothing: float = 0.0
    ) -> None:
        super().__init__(reduction=reduction)
        self.register_buffer("weight", weight)
        self.ignore_index, self.label_smoothing = ignore_index, label_smoothing

    def forward(self, input: Any, target: Any) -> Any:
        """The loss."""
        return F.cross_entropy(
            input,
            target,
            self.weight,
            ignore_index=self.ignore_index,
            reduction=self.reduction,
            label_smoothing=self.label_smoothing,
        )


class NLLLoss(Loss):
    """``-w_y x_y`` for the label ``y`` of each row ``x`` of logarithms of probabilities ``(N, C, ...)``.

    Examples
    --------
    >>> import numpy as np
    >>> from autograd import nn
    >>> nn.NLLLoss()(np.log([[0.5, 0.5]]), np.array([1])).round(4)
    np.float64(0.6931)
    """

    weight: Any

    def __init__(self, weight: Any = None, *, ignore_index: int = -100, reduction: str = "mean") -> None:
        super().__init__(reduction=reduction)
        self.register_buffer("weight", weight)
        self.ignore_index = ignore_index

    def forward(self, input: Any, target: Any) -> Any:
        """The loss."""
        return F.nll_loss(input, target, self.weight, ignore_index=self.ignore_index, reduction=self.reduction)


class BCELoss(Loss):
    """``-w (y log(x) + (1 - y) log(1 - x))`` of a probability ``x``; a logarithm is at least -100, as in PyTorch.

    Examples
    --------
    >>> import numpy as np
    >>> from autograd import nn
    >>> nn.BCELoss()(np.array([0.5]), np.array([1.0])).round(4)
    np.float64(0.6931)
    """

    weight: Any

    def __init__(self, weight: Any = None, *, reduction: str = "mean") -> None:
        super().__init__(reduction=reduction)
        self.register_buffer("weight", weight)

    def forward(self, input: Any, target: Any) -> Any:
        """The loss."""
        return F.binary_cross_entropy(input, target, self.weight, reduction=self.reduction)


class BCEWithLogitsLoss(Loss):
    """``-w (p y log σ(x) + (1 - y) log σ(-x))``, exact in both tails; ``pos_weight`` is the weight p of ones.

    Examples
    --------
    >>> import numpy as np
    >>> from autograd import nn
    >>> nn.BCEWithLogitsLoss()(np.array([-1000.0]), np.array([1.0]))
    np.float64(1000.0)
    """

    weight: Any
    pos_weight: Any

    def __init__(self, weight: Any = None, *, reduction: str = "mean", pos_weight: Any = None) -> None:
        super().__init__(reduction=reduction)
        self.register_buffer("weight", weight)
        self.register_buffer("pos_weight", pos_weight)

    def forward(self, input: Any, target: Any) -> Any:
        """The loss."""
        return F.binary_cross_entropy_with_logits(
            input, target, self.weight, reduction=self.reduction, pos_weight=self.pos_weight
        )


class KLDivLoss(Loss):
    """``y (log y - x)`` of probabilities ``y`` and logarithms of probabilities ``x``.

    ``reduction="batchmean"`` is the divergence; with ``log_target`` the target is the logarithm of ``y``.

    Examples
    --------
    >>> import numpy as np
    >>> from autograd import nn
    >>> nn.KLDivLoss(reduction="batchmean")(np.log([[0.5, 0.5]]), np.array([[1.0, 0.0]])).round(4)
    np.float64(0.6931)
    """

    reductions = ("mean", "sum", "none", "batchmean")

    def __init__(self, *, reduction: str = "mean", log_target: bool = False) -> None:
        super().__init__(reduction=reduction)
        self.log_target = log_target

    def forward(self, input: Any, target: Any) -> Any:
        """The loss."""
        return F.kl_div(input, target, reduction=self.reduction, log_target=self.log_target)
