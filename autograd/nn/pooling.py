"""Pooling: modules that sum up what lies in windows on signals and images."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from .. import functions as f
from .module import Module

Size = int | Sequence[int]


class _MaxPool(Module):
    axes: ClassVar[int]

    def __init__(
        self,
        kernel_size: Size,
        stride: Size | None = None,
        padding: Size = 0,
        dilation: Size = 1,
        ceil_mode: bool = False,
    ) -> None:
        self.kernel_size, self.stride = kernel_size, kernel_size if stride is None else stride
        self.padding, self.dilation, self.ceil_mode = padding, dilation, ceil_mode

    def forward(self, x: Any) -> Any:
        """Shape ``(N, C, *places)`` to ``(N, C, *fewer)``; or one sample, without N."""
        pool = f.max_pool1d if self.axes == 1 else f.max_pool2d
        return pool(x, self.kernel_size, self.stride, self.padding, self.dilation, self.ceil_mode)

    def extra_repr(self) -> str:
        """Settings as PyTorch shows them."""
        size = f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"
        return f"{size}, dilation={self.dilation}, ceil_mode={self.ceil_mode}"


class MaxPool1d(_MaxPool):
    """The largest element of each window on signals (N, C, L).

    Parameters
    ----------
    kernel_size, stride, padding, dilation : int or tuple of int
        Length of the window, its step (by default its length), how far it reaches out of the input, and the step
        between its elements.
    ceil_mode : bool
        Whether there is a last window that reaches out of the input by more.

    Notes
    -----
    Among equals the cotangent is divided evenly; PyTorch gives all of it to the first.

    Examples
    --------
    >>> import numpy as np
    >>> from autograd import nn
    >>> nn.MaxPool1d(2)(np.array([[1.0, 3.0, 2.0, 0.0]]))
    array([[3., 2.]])
    """

    axes = 1


class MaxPool2d(_MaxPool):
    """The largest element of each window on images (N, C, H, W); parameters are those of :class:`MaxPool1d`.

    Examples
    --------
    >>> import numpy as np
    >>> from autograd import nn
    >>> nn.MaxPool2d(2, 2)(np.arange(16.0).reshape(1, 4, 4))
    array([[[ 5.,  7.],
            [13., 15.]]])
    """

    axes = 2


class AvgPool1d(Module):
    """The mean of each window on signals (N, C, L).

    Parameters
    ----------
    kernel_size, stride, padding : int or tuple of int
        Length of the window, its step (by default its length), and how many zeros surround the input.
    ceil_mode : bool
        Whether there is a last window that reaches out of the padded input; what is there does not count.
    count_include_pad : bool
        Whether the zeros count.

    Examples
    --------
    >>> import numpy as np
    >>> from autograd import nn
    >>> nn.AvgPool1d(2)(np.array([[1.0, 3.0, 2.0, 0.0]]))
    array([[2., 1.]])
    """

    def __init__(
        self,
        kernel_size: Size,
        stride: Size | None = None,
        padding: Size = 0,
        ceil_mode: bool = False,
        count_include_pad: bool = True,
    ) -> None:
        self.kernel_size, self.stride = kernel_size, kernel_size if stride is None else stride
        self.padding, self.ceil_mode, self.count_include_pad = padding, ceil_mode, count_include_pad

    def forward(self, x: Any) -> Any:
        """Shape ``(N, C, L)`` to ``(N, C, fewer)``; or one sample, without N."""
        return f.avg_pool1d(x, self.kernel_size, self.stride, self.padding, self.ceil_mode, self.count_include_pad)

    def extra_repr(self) -> str:
        """Settings as PyTorch shows them."""
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"


class AvgPool2d(Module):
    """The mean of each window on images (N, C, H, W).

    Parameters are those of :class:`AvgPool1d`, and ``divisor_override``: by what the sum of a window is divided.

    Examples
    --------
    >>> import numpy as np
    >>> from autograd import nn
    >>> nn.AvgPool2d(2)(np.arange(16.0).reshape(1, 4, 4))
    array([[[ 2.5,  4.5],
            [10.5, 12.5]]])
    """

    def __init__(
        self,
        kernel_size: Size,
        stride: Size | None = None,
        padding: Size = 0,
        ceil_mode: bool = False,
        count_include_pad: bool = True,
        divisor_override: int | None = None,
    ) -> None:
        self.kernel_size, self.stride = kernel_size, kernel_size if stride is None else stride
        self.padding, self.ceil_mode, self.count_include_pad = padding, ceil_mode, count_include_pad
        self.divisor_override = divisor_override

    def forward(self, x: Any) -> Any:
        """Shape ``(N, C, H, W)`` to ``(N, C, *fewer)``; or one sample, without N."""
        settings = self.kernel_size, self.stride, self.padding, self.ceil_mode, self.count_include_pad
        return f.avg_pool2d(x, *settings, self.divisor_override)

    def extra_repr(self) -> str:
        """Settings as PyTorch shows them."""
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"


class AdaptiveAvgPool1d(Module):
    """Means of ``output_size`` windows that cover a signal evenly, whatever its length.

    Parameters
    ----------
    output_size : int or None
        How many windows; None for as many as there are elements.

    Examples
    --------
    >>> import numpy as np
    >>> from autograd import nn
    >>> nn.AdaptiveAvgPool1d(1)(np.ones((5, 3, 9))).shape
    (5, 3, 1)
    """

    def __init__(self, output_size: Size | None) -> None:
        self.output_size = output_size

    def forward(self, x: Any) -> Any:
        """Shape ``(N, C, L)`` to ``(N, C, output_size)``; or one sample, without N."""
        return f.adaptive_avg_pool1d(x, self.output_size)

    def extra_repr(self) -> str:
        """Settings as PyTorch shows them."""
        return f"output_size={self.output_size}"


class AdaptiveAvgPool2d(Module):
    """Means of ``output_size`` windows, a number or a pair, that cover an image evenly: :class:`AdaptiveAvgPool1d`.

    Examples
    --------
    >>> import numpy as np
    >>> from autograd import nn
    >>> nn.AdaptiveAvgPool2d((6, 6))(np.ones((5, 3, 13, 9))).shape
    (5, 3, 6, 6)
    """

    def __init__(self, output_size: int | Sequence[int | None] | None) -> None:
        self.output_size = output_size

    def forward(self, x: Any) -> Any:
        """Shape ``(N, C, H, W)`` to ``(N, C, *output_size)``; or one sample, without N."""
        return f.adaptive_avg_pool2d(x, self.output_size)

    def extra_repr(self) -> str:
        """Settings as PyTorch shows them."""
        return f"output_size={self.output_size}"
