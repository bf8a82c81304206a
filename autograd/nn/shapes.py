"""Modules without parameters that give their input another shape or size."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np

from .functional.images import interpolate, pad, pixel_shuffle
from .module import Module

Size = int | Sequence[int]

# -- axes ------------------------------------------------------------------------------------------------------------


class Identity(Module):
    """The input as it is; arguments of the constructor mean nothing, so that it can stand for any layer.

    Examples
    --------
    >>> from autograd import nn
    >>> nn.Identity(54, unused=True)(3.0)
    3.0
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        pass

    def forward(self, x: Any) -> Any:
        """Nothing."""
        return x


class Flatten(Module):
    """One axis for the axes from ``start_dim`` to ``end_dim``.

    Examples
    --------
    >>> import numpy as np
    >>> from autograd import nn
    >>> nn.Flatten()(np.zeros((5, 3, 28, 28))).shape
    (5, 2352)
    """

    def __init__(self, start_dim: int = 1, end_dim: int = -1) -> None:
        self.start_dim, self.end_dim = start_dim, end_dim

    def forward(self, x: Any) -> Any:
        """Shape ``(..., a, b, c, ...)`` to ``(..., a * b * c, ...)``."""
        shape = np.shape(x)
        if not shape:
            return x.reshape(1)
        first, last = self.start_dim, self.end_dim
        n = len(shape)
        if not (-n <= first < n and -n <= last < n and first % n <= last % n):
            raise ValueError(f"Flatten: no axes {first} to {last} in an input of shape {shape}.")
        first, last = first % n, last % n + 1
        return x.reshape(*shape[:first], math.prod(shape[first:last]), *shape[last:])

    def extra_repr(self) -> str:
        """Settings as PyTorch shows them."""
        return f"start_dim={self.start_dim}, end_dim={self.end_dim}"


class Unflatten(Module):
    """Several axes for one: the inverse of :class:`Flatten`.

    Parameters
    ----------
    dim : int
        The axis.
    unflattened_size : sequence of int
        What it becomes; one of them may be -1.

    Examples
    --------
    >>> import numpy as np
    >>> from autograd import nn
    >>> nn.Unflatten(1, (3, 4))(np.zeros((5, 12))).shape
    (5, 3, 4)
    """

    def __init__(self, dim: int, unflattened_size: Sequence[int]) -> None:
        self.dim, self.unflattened_size = dim, tuple(unflattened_size)

    def forward(self, x: Any) -> Any:
        """Shape ``(..., a * b * c, ...)`` to ``(..., a, b, c, ...)``."""
        shape, size = np.shape(x), self.unflattened_size
        if not -len(shape) <= self.dim < len(shape):
            raise ValueError(f"Unflatten: no axis {self.dim} in an input of shape {shape}.")
        dim, known = self.dim % len(shape), math.prod(n for n in size if n != -1)
        if size.count(-1) > 1 or (known != shape[dim] if -1 not in size else not known or shape[dim] % known):
            raise ValueError(f"Unflatten: {shape[dim]} elements of axis {dim} of {shape} are not {size}.")
        return x.reshape(*shape[:dim], *size, *shape[dim + 1 :])

    def extra_repr(self) -> str:
        """Settings as PyTorch shows them."""
        return f"dim={self.dim}, unflattened_size={self.unflattened_size}"


# -- images ----------------------------------------------------------------------------------------------------------


class Upsample(Module):
    """Signals (N, C, L) or images (N, C, H, W) of another size.

    Parameters
    ----------
    size : int or tuple of int, optional
        The new size.
    scale_factor : float or tuple of float, optional
        The new size as a multiple; one of the two has to be given.
    mode : {"nearest", "linear", "bilinear"}
        What lies between elements; ``linear`` is for signals, ``bilinear`` for images.
    align_corners : bool, optional
        Whether the centres of the outermost elements stay where they are, or their outer edges.
    recompute_scale_factor : bool, optional
        Whether the scale is that of the sizes before and after, or what is given.

    Examples
    --------
    >>> import numpy as np
    >>> from autograd import nn
    >>> nn.Upsample(scale_factor=2, mode="bilinear")(np.ones((5, 3, 7, 7))).shape
    (5, 3, 14, 14)
    """

    def __init__(
        self,
        size: Size | None = None,
        scale_factor: float | Sequence[float] | None = None,
        mode: str = "nearest",
        align_corners: bool | None = None,
        recompute_scale_factor: bool | None = None,
    ) -> None:
        self.size, self.scale_factor, self.mode, self.align_corners = size, scale_factor, mode, align_corners
        self.recompute_scale_factor = recompute_scale_factor

    def forward(self, x: Any) -> Any:
        """Shape ``(N, C, *places)`` to ``(N, C, *size)``."""
        settings = self.size, self.scale_factor, self.mode, self.align_corners, self.recompute_scale_factor
        return interpolate(x, *settings)

    def extra_repr(self) -> str:
        """Settings as PyTorch shows them."""
        size = f"scale_factor={self.scale_factor}" if self.size is None else f"size={self.size}"
        return f"{size}, mode={self.mode!r}"


class PixelShuffle(Module):
    """``(..., C r², H, W)`` to ``(..., C, H r, W r)``: channels become pixels (Shi et al., arXiv:1609.05158).

    Examples
    --------
    >>> import numpy as np
    >>> from autograd import nn
    >>> nn.PixelShuffle(2)(np.ones((5, 12, 7, 7))).shape
    (5, 3, 14, 14)
    """

    def __init__(self, upscale_factor: int) -> None:
        self.upscale_factor = upscale_factor

    def forward(self, x: Any) -> Any:
        """Fewer channels, more pixels."""
        return pixel_shuffle(x, self.upscale_factor)

    def extra_repr(self) -> str:
        """Settings as PyTorch shows them."""
        return f"upscale_factor={self.upscale_factor}"


class _Pad2d(Module):
    """What surrounds images; paddings differ in what that is."""

    mode: ClassVar[str]

    def __init__(self, padding: Size) -> None:
        self.padding = (padding,) * 4 if isinstance(padding, int) else tuple(padding)
        if len(self.padding) != 4:
            name = type(self).__name__
            raise ValueError(f"{name}: padding={padding} where a number or (left, right, top, bottom) is due.")

    def forward(self, x: Any) -> Any:
        """Shape ``(..., H, W)`` to ``(..., top + H + bottom, left + W + right)``."""
        return pad(x, self.padding, self.mode)

    def extra_repr(self) -> str:
        """Settings as PyTorch shows them."""
        return f"{self.padding}"


class ZeroPad2d(_Pad2d):
    """Zeros around images: as many on each side, or ``(left, right, top, bottom)``.

    Examples
    --------
    >>> import numpy as np
    >>> from autograd import nn
    >>> nn.ZeroPad2d((1, 0, 1, 0))(np.ones((1, 1, 2)))
    array([[[0., 0., 0.],
            [0., 1., 1.]]])
    """

    mode = "constant"


class ReflectionPad2d(_Pad2d):
    """Images mirrored at their outermost pixels; as :class:`ZeroPad2d`.

    Examples
    --------
    >>> import numpy as np
    >>> from autograd import nn
    >>> nn.ReflectionPad2d((2, 0, 0, 0))(np.array([[[1.0, 2.0, 3.0]]]))
    array([[[3., 2., 1., 2., 3.]]])
    """

    mode = "reflect"


class ReplicationPad2d(_Pad2d):
    """The outermost pixels of images again; as :class:`ZeroPad2d`.

    Examples
    --------
    >>> import numpy as np
    >>> from autograd import nn
    >>> nn.ReplicationPad2d((2, 0, 0, 0))(np.array([[[1.0, 2.0, 3.0]]]))
    array([[[1., 1., 1., 2., 3.]]])
    """

    mode = "replicate"
