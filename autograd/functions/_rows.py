"""Rows of an array in another order, with gaps: packing sequences of several lengths, and padding them."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..primitive import Primitive, linear


def _rows(x: Any, where: Any, back: Any) -> Any:
    return np.concatenate([x, np.zeros_like(x, shape=(1, *x.shape[1:]))])[where]


rows_p: Primitive = linear(_rows, lambda t, where, back: rows(t, back, where))


def rows(x: Any, where: Any, back: Any) -> Any:
    """Rows of ``x`` in another order, each at most once: row ``k`` is ``x[where[k]]``, or zeros where that is -1.

    ``back`` says the same of the way back, which is what the transpose needs: it picks rows too, where the transpose of
    indexing has to add them up.

    Examples
    --------
    >>> import numpy as np
    >>> from autograd.functions._rows import rows
    >>> rows(np.array([[1.0], [2.0]]), np.array([1, -1, 0]), np.array([2, 0]))
    array([[2.],
           [0.],
           [1.]])
    """
    return rows_p(x, where, back)


rows_p.name = "rows"
