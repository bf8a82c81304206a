"""Other sizes and shapes for signals and images."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from ... import functions as f

Size = int | Sequence[int]
PADDING = {"constant": "constant", "reflect": "reflect", "replicate": "edge", "circular": "wrap"}  # NumPy's names


def interpolate(
    input: Any,
    size: Size | None = None,
    scale_factor: float | Sequence[float] | None = None,
    mode: str = "nearest",
    align_corners: bool | None = None,
    recompute_scale_factor: bool | None = None,
) -> Any:
    """Signals or images of another size: :func:`autograd.functions.upsample`, with PyTorch's arguments.

    With ``recompute_scale_factor`` the scale is that of the sizes, where it is what is given otherwise.

    Examples
    --------
    >>> import numpy as np
    >>> from autograd.nn import functional as F
    >>> F.interpolate(np.ones((5, 3, 7, 7)), scale_factor=2, mode="bilinear").shape
    (5, 3, 14, 14)
    """
    if recompute_scale_factor:
        if scale_factor is None:
            raise ValueError("interpolate: recompute_scale_factor has no meaning without scale_factor.")
        places = np.shape(input)[2:]
        factors = scale_factor if isinstance(scale_factor, Sequence) else [scale_factor] * len(places)
        size, scale_factor = [math.floor(n * s) for n, s in zip(places, factors, strict=True)], None
    return f.upsample(input, size, scale_factor, mode, align_corners)


def pad(input: Any, pad: Sequence[int], mode: str = "constant", value: float | None = None) -> Any:
    """Surround an input: pairs of lengths, before and after, from the last axis on towards the first.

    Parameters
    ----------
    input : array
        Of any shape.
    pad : sequence of int
        ``(left, right)``, ``(left, right, top, bottom)``, …; a negative length crops.
    mode : {"constant", "reflect", "replicate", "circular"}
        What is around it.
    value : float, optional
        The constant; 0 by default.

    Examples
    --------
    >>> import numpy as np
    >>> from autograd.nn import functional as F
    >>> F.pad(np.array([[1.0, 2.0]]), (1, 0, 0, 1))
    array([[0., 1., 2.],
           [0., 0., 0.]])
    """
    if len(pad) % 2 or len(pad) > 2 * input.ndim:
        raise ValueError(f"pad: {list(pad)} where pairs are due, one for each of the last axes of {input.shape}.")
    if mode not in PADDING:
        raise ValueError(f"pad: mode={mode!r} is not one of {', '.join(PADDING)}.")
    if mode != "constant" and value is not None:
        raise ValueError(f"pad: value={value} has no meaning beside mode={mode!r}.")
    widths = [(0, 0)] * (input.ndim - len(pad) // 2) + [(pad[k], pad[k + 1]) for k in range(len(pad) - 2, -1, -2)]
    if any(n + min(a, 0) + min(b, 0) < 0 for n, (a, b) in zip(input.shape, widths, strict=True)):
        raise ValueError(f"pad: {list(pad)} crops more than there is of an input of shape {input.shape}.")
    x = input
    if min(pad, default=0) < 0:
        x = x[tuple(slice(max(-a, 0), n - max(-b, 0)) for n, (a, b) in zip(x.shape, widths, strict=True))]
    widths = [(max(a, 0), max(b, 0)) for a, b in widths]
    given = {"constant_values": 0 if value is None else value} if mode == "constant" else {}
    return np.pad(x, widths, mode=PADDING[mode], **given)  # type: ignore[call-overload]


def pixel_shuffle(input: Any, upscale_factor: int) -> Any:
    """``(..., C r², H, W)`` to ``(..., C, H r, W r)``: channels become pixels (Shi et al., arXiv:1609.05158).

    Examples
    --------
    >>> import numpy as np
    >>> from autograd.nn import functional as F
    >>> F.pixel_shuffle(np.arange(4.0).reshape(1, 4, 1, 1), 2)
    array([[[[0., 1.],
             [2., 3.]]]])
    """
    r = upscale_factor
    if input.ndim < 3 or r < 1 or input.shape[-3] % (r * r):
        raise ValueError(f"pixel_shuffle: input of shape {input.shape} where (..., C * {r * r}, H, W) is due.")
    *lead, c, h, w = input.shape
    n = len(lead)
    parts = input.reshape(*lead, c // (r * r), r, r, h, w)
    return parts.transpose(*range(n + 1), n + 3, n + 1, n + 4, n + 2).reshape(*lead, c // (r * r), h * r, w * r)
