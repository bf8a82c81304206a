"""Distances between vectors as modules, and losses that learn them."""

from __future__ import annotations

from typing import Any

from . import functional as F
from .losses import Loss
from .module import Module


class CosineSimilarity(Module):
    """``x₁ · x₂ / (max(‖x₁‖, eps) max(‖x₂‖, eps))`` along an axis.

    Examples
    --------
    >>> import numpy as np
    >>> from autograd import nn
    >>> nn.CosineSimilarity(dim=0)(np.array([1.0, 0.0]), np.array([3.0, 4.0]))
    np.float64(0.6)
    """

    def __init__(self, dim: int = 1, eps: float = 1e-8) -> None:
        self.dim, self.eps = dim, eps

    def forward(self, x1: Any, x2: Any) -> Any:
        """Shapes ``(..., D, ...)`` to the same without the axis."""
        return F.cosine_similarity(x1, x2, self.dim, self.eps)

    def extra_repr(self) -> str:
        """Settings."""
        return f"dim={self.dim}, eps={self.eps}"


class PairwiseDistance(Module):
    """``‖x₁ - x₂ + eps‖_p`` along the last axis.

    Examples
    --------
    >>> import numpy as np
    >>> from autograd import nn
    >>> nn.PairwiseDistance(eps=0)(np.array([[3.0, 4.0]]), np.zeros((1, 2)))
    array([5.])
    """

    def __init__(self, p: float = 2.0, eps: float = 1e-6, keepdim: bool = False) -> None:
        self.p, self.eps, self.keepdim = p, eps, keepdim

    def forward(self, x1: Any, x2: Any) -> Any:
        """Shapes ``(..., D)`` to ``(...)``."""
        return F.pairwise_distance(x1, x2, self.p, self.eps, self.keepdim)

    def extra_repr(self) -> str:
        """Settings."""
        return f"p={self.p}, eps={self.eps}, keepdim={self.keepdim}"


class TripletMarginLoss(Loss):
    """``max(0, ‖a - p‖ - ‖a - n‖ + margin)`` of anchors, positives and negatives (Schroff et al., arXiv:1503.03832).

    With ``swap`` the negative is compared to whichever of ``a`` and ``p`` is nearer (Balntas et al., BMVC 2016).

    Examples
    --------
    >>> import numpy as np
    >>> from autograd import nn
    >>> a = np.zeros((1, 2))
    >>> nn.TripletMarginLoss()(a, a, np.array([[0.6, 0.0]])).round(4)
    np.float64(0.4)
    """

    def __init__(
        self, margin: float = 1.0, p: float = 2.0, eps: float = 1e-6, swap: bool = False, *, reduction: str = "mean"
    ) -> None:
        super().__init__(reduction=reduction)
        self.margin, self.p, self.eps, self.swap = margin, p, eps, swap

    def forward(self, anchor: Any, positive: Any, negative: Any) -> Any:
        """The loss of vectors of shape ``(..., D)``."""
        settings = self.margin, self.p, self.eps, self.swap
        return F.triplet_margin_loss(anchor, positive, negative, *settings, reduction=self.reduction)


class CosineEmbeddingLoss(Loss):
    """``1 - cos(x₁, x₂)`` where the target is 1, and ``max(0, cos(x₁, x₂) - margin)`` where it is -1.

    Examples
    --------
    >>> import numpy as np
    >>> from autograd import nn
    >>> nn.CosineEmbeddingLoss()(np.array([[1.0, 0.0]]), np.array([[3.0, 4.0]]), np.array([-1]))
    np.float64(0.6)
    """

    def __init__(self, margin: float = 0.0, *, reduction: str = "mean") -> None:
        super().__init__(reduction=reduction)
        self.margin = margin

    def forward(self, input1: Any, input2: Any, target: Any) -> Any:
        """The loss of vectors of shape ``(..., D)``."""
        return F.cosine_embedding_loss(input1, input2, target, self.margin, reduction=self.reduction)
