"""Arrays, shapes, axes and indices."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from .._properties import LAYOUTS
from ..samples import A, Call, Domain, any_number, away, call

Strategy = st.SearchStrategy[Any]
SPREAD = away(0.2, 2)


def shapes(*, min_dims: int = 0, max_dims: int = 3, min_side: int = 0, max_side: int = 4) -> Strategy:
    """Shapes of arrays, 0-d and size 0 among them.

    Examples
    --------
    >>> from hypothesis import find
    >>> find(shapes(min_dims=2), lambda shape: 0 not in shape)
    (1, 1)
    """
    return hnp.array_shapes(min_dims=min_dims, max_dims=max_dims, min_side=min_side, max_side=max_side)


def broadcastable_shapes(n: int = 2, *, max_dims: int = 3, min_side: int = 0, max_side: int = 4) -> Strategy:
    """Tuples of ``n`` shapes that broadcast with each other.

    Examples
    --------
    >>> from hypothesis import find
    >>> sorted(find(broadcastable_shapes(2), lambda pair: pair[0] != pair[1] and 0 not in pair[0] + pair[1]))
    [(), (1,)]
    """
    shapes = hnp.mutually_broadcastable_shapes(
        num_shapes=n, min_dims=0, max_dims=max_dims, min_side=min_side, max_side=max_side
    )
    return shapes.map(lambda found: found.input_shapes)


def dtypes(*, complex: bool = False) -> Strategy:
    """The dtypes that have derivatives: float64, float32 and, with ``complex``, complex128 and complex64.

    Examples
    --------
    >>> from hypothesis import find
    >>> find(dtypes(), lambda dtype: dtype.itemsize < 8)
    dtype('float32')
    """
    kinds = ["f8", "f4", "c16", "c8"] if complex else ["f8", "f4"]
    return st.sampled_from([np.dtype(kind) for kind in kinds])


@st.composite
def arrays(draw: Any, shape: Any = None, dtype: Any = np.float64, *, of: Domain = SPREAD, layouts: bool = True) -> Any:
    """Arrays of values that are spread over a domain, no two of them close, in any memory layout.

    Parameters
    ----------
    shape : tuple of int, or strategy
        By default :func:`shapes`.
    dtype : dtype, or strategy
        See :func:`dtypes`.
    of : domain
        Where the values lie, as in :mod:`autograd.testing.samples`.
    layouts : bool
        Draw the memory layout too: Fortran, strided, reversed, read-only.

    Examples
    --------
    >>> from hypothesis import find
    >>> find(arrays((2,)), lambda a: True)
    array([-1.46,  0.74])
    """
    shape = draw(shapes() if shape is None else shape) if not isinstance(shape, tuple) else shape
    dtype = np.dtype(draw(dtype) if isinstance(dtype, st.SearchStrategy) else dtype)
    array = _spread(draw, shape, dtype, of)
    layout = draw(st.sampled_from([None, *LAYOUTS])) if layouts else None
    return array if layout is None else LAYOUTS[layout](array)


def _spread(draw: Any, shape: tuple[int, ...], dtype: Any, of: Domain) -> Any:
    number = draw(st.integers(0, 2**16 - 1))
    n, rng = int(np.prod(shape)), np.random.default_rng(number)
    ranks = rng.permutation(n) if number else np.arange(n) * 7 % max(n, 1)
    offset = rng.uniform(0.2, 0.45, n) if number else 0.3  # off the middle, so that no value is another's negative
    values = np.array(np.round(of((ranks + offset) / max(n, 1)), 3), float).reshape(shape)
    if dtype.kind == "c":
        values = values + 1j * np.round(rng.permutation(np.linspace(-0.6, 0.8, n + 2)[1:-1]), 3).reshape(shape)
    return values.astype(dtype)


@st.composite
def broadcastable(draw: Any, n: int = 2, dtype: Any = np.float64, *, of: Domain = SPREAD) -> Any:
    """Tuples of ``n`` arrays that broadcast with each other.

    Examples
    --------
    >>> from hypothesis import find
    >>> x, y = find(broadcastable(2), lambda pair: pair[0].ndim > pair[1].ndim)
    >>> (x + y).shape == x.shape
    True
    """
    return tuple(draw(arrays(shape, dtype, of=of)) for shape in draw(broadcastable_shapes(n)))


def axes(ndim: int, *, allow_none: bool = True) -> Strategy:
    """Values for ``axis=``: one axis from either end, a tuple of several, and None for all.

    Examples
    --------
    >>> from hypothesis import find
    >>> find(axes(2), lambda axis: isinstance(axis, int) and axis < 0)
    -1
    """
    kinds: list[Strategy] = [st.none()] if allow_none else []
    if ndim:
        kinds = [st.integers(-ndim, ndim - 1), hnp.valid_tuple_axes(ndim, min_size=1), *kinds]
    return st.one_of(kinds) if kinds else st.just(())


def indices(shape: tuple[int, ...]) -> Strategy:
    """Indices of an array of this shape: numbers, slices, ``None``, ``...``, arrays of integers, and masks.

    Examples
    --------
    >>> from hypothesis import find
    >>> find(indices((3,)), lambda index: isinstance(index, np.ndarray) and index.dtype == bool).shape
    (3,)
    """
    kinds: list[Strategy] = [hnp.basic_indices(shape, allow_newaxis=True)]
    if shape and all(shape):
        kinds.append(hnp.integer_array_indices(shape, result_shape=hnp.array_shapes(max_dims=2, max_side=3)))
    if shape:
        kinds.append(hnp.arrays(bool, shape))
    return st.one_of(kinds)


@st.composite
def symmetric(draw: Any, n: Any = None, *, batch: tuple[int, ...] = ()) -> Any:
    """Symmetric matrices whose eigenvalues are well apart from each other and from zero.

    Parameters
    ----------
    n : int or strategy
        Rows and columns, by default 1 to 4.
    batch : tuple of int
        Leading axes.

    Examples
    --------
    >>> from hypothesis import find
    >>> find(symmetric(2), lambda a: True).shape
    (2, 2)
    """
    n = draw(st.integers(1, 4)) if n is None else n if isinstance(n, int) else draw(n)
    return _with_eigenvalues(draw, n, batch, 1.2 * np.arange(n) - 0.6 * n + 0.25)


@st.composite
def positive_definite(draw: Any, n: Any = None, *, batch: tuple[int, ...] = ()) -> Any:
    """Symmetric positive definite matrices whose eigenvalues are well apart.

    Examples
    --------
    >>> from hypothesis import find
    >>> bool(np.all(np.linalg.eigvalsh(find(positive_definite(3), lambda a: True)) > 0.4))
    True
    """
    n = draw(st.integers(1, 4)) if n is None else n if isinstance(n, int) else draw(n)
    return _with_eigenvalues(draw, n, batch, 0.5 + 0.8 * np.arange(n))


def _with_eigenvalues(draw: Any, n: int, batch: tuple[int, ...], values: Any) -> Any:
    rng = np.random.default_rng(draw(st.integers(0, 2**16 - 1)))
    q = np.linalg.qr(rng.normal(size=(*batch, n, n)))[0]
    a = (q * (values + rng.uniform(-0.1, 0.1, (*batch, 1, n)))) @ q.mT
    return (a + a.mT) / 2


@st.composite
def elementwise_calls(draw: Any, n: int = 1, *, of: Domain = any_number) -> Call:
    """Calls of an elementwise function of ``n`` arrays, with every kind of broadcasting, for ``check_primitive``.

    Examples
    --------
    >>> from autograd.testing import check_primitive
    >>> check_primitive(np.sin, elementwise_calls(1), examples=5).drawn >= 5
    True
    """
    return call(*(A(*shape, of=of) for shape in draw(broadcastable_shapes(n, max_side=3))))
