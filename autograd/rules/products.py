"""Products of vectors, matrices and tensors."""

from __future__ import annotations

import itertools
import operator
import string
from collections.abc import Sequence
from typing import Any

import numpy as np

from ..late import late
from ..primitive import Primitive, composite, constant, primitive, unsupported
from ..strong import PRODUCTS
from ..tensor import tensor

# -- products --------------------------------------------------------------------------------------------------------


def times_transposed(x: Any, y: Any) -> Any:
    """``x @ yᵀ``, for stacks of matrices too.

    OpenBLAS takes up to twice as long for a thin ``x`` beside a ``y`` that is stored by rows as for ``(y @ xᵀ)ᵀ``.
    """
    if type(x) is type(y) is np.ndarray and x.ndim == y.ndim == 2 and 4 <= len(x) <= 64 and y.size >= 1 << 14:
        return np.ascontiguousarray((y @ x.T).T)
    return x @ y.swapaxes(-1, -2)


def matmul_x(t: Any, x_shape: tuple[int, ...], y: Any) -> Any:
    """``t @ yᵀ``: the cotangent of the left operand of ``x @ y``."""
    if y.ndim > 1:
        if len(x_shape) > 1:
            return times_transposed(t, y)
        return (t[..., None, :] @ y.swapaxes(-1, -2))[..., 0, :]
    return t[..., None] * y


def matmul_y(t: Any, x: Any, y_shape: tuple[int, ...]) -> Any:
    """``xᵀ @ t``: the cotangent of the right operand of ``x @ y``."""
    if x.ndim > 1:
        if len(y_shape) > 1:
            return x.swapaxes(-1, -2) @ t
        return (x.swapaxes(-1, -2) @ t[..., None])[..., 0]
    return t[..., None] * x if len(y_shape) == 1 else x[:, None] * t[..., None, :]


late(matmul_y, lambda t, x, y_shape: (x.T, t) if x.ndim == len(y_shape) == t.ndim == 2 else None)
primitive(np.matmul, vjp=(matmul_x, matmul_y), jvp=(lambda t, y: t @ y, lambda t, x: x @ t)).batched = True


def _dot(a: Any, b: Any, out: None = None) -> Any:
    a, b = tensor(a), tensor(b)
    if not a.ndim or not b.ndim:
        return a * b
    return a @ b if b.ndim < 3 else np.tensordot(a, b, (-1, -2))


def _tensordot(a: Any, b: Any, axes: Any = 2) -> Any:
    """Contract axes of ``a`` with axes of ``b``: one matrix product between two reshapes."""
    a, b = tensor(a), tensor(b)
    if isinstance(axes, (int, np.integer)):
        of_a, of_b = list(range(a.ndim - axes, a.ndim)), list(range(axes))
    else:
        of_a, of_b = ([k % t.ndim for k in np.atleast_1d(ax).tolist()] for t, ax in zip((a, b), axes, strict=True))
    if [a.shape[k] for k in of_a] != [b.shape[k] for k in of_b]:
        raise ValueError(f"tensordot: axes {of_a} of {a.shape} and {of_b} of {b.shape} differ in length.")
    rest_a = [k for k in range(a.ndim) if k not in of_a]
    rest_b = [k for k in range(b.ndim) if k not in of_b]
    n = int(np.prod([a.shape[k] for k in of_a]))
    rows, columns = tuple(a.shape[k] for k in rest_a), tuple(b.shape[k] for k in rest_b)
    left = np.transpose(a, rest_a + of_a).reshape((int(np.prod(rows)), n))
    right = np.transpose(b, of_b + rest_b).reshape((n, int(np.prod(columns))))
    return (left @ right).reshape(rows + columns)


composite(np.dot, _dot).signature_text = "a, b, out=None"
composite(np.tensordot, _tensordot)
composite(
    np.inner, lambda a, b: np.dot(a, b) if not np.ndim(a) or not np.ndim(b) else np.tensordot(a, b, (-1, -1))
).signature_text = "a, b, /"
composite(np.outer, lambda a, b, out=None: np.ravel(tensor(a))[:, None] * np.ravel(tensor(b)))


def conj(x: Any) -> Any:
    """The conjugate of a complex array; a real one is its own, and takes no step on the tape."""
    return np.conj(x) if x.dtype.kind == "c" else x


def to_last(x: Any, axis: int) -> Any:
    """An array, or what becomes one, with one axis put last."""
    x = tensor(x)
    return x if axis == -1 else np.moveaxis(x, axis, -1)


def _vecdot(x1: Any, x2: Any, /, *, axis: int = -1, keepdims: bool = False) -> Any:
    """``Σ conj(x1) x2`` along an axis: a row times a column."""
    x1, x2 = to_last(x1, axis), to_last(x2, axis)
    product = (conj(x1)[..., None, :] @ x2[..., None])[..., 0]
    return np.moveaxis(product, -1, axis) if keepdims else product[..., 0]


composite(np.vdot, lambda a, b, /: conj(np.ravel(tensor(a))) @ np.ravel(tensor(b))).signature_text = "a, b, /"
composite(np.vecdot, _vecdot)
if hasattr(np, "matvec"):  # from NumPy 2.2 on
    composite(np.matvec, lambda x1, x2, /: (tensor(x1) @ tensor(x2)[..., None])[..., 0])
    composite(np.vecmat, lambda x1, x2, /: (conj(tensor(x1))[..., None, :] @ tensor(x2))[..., 0, :])


def _kron(a: Any, b: Any) -> Any:
    """Every element of ``a`` times all of ``b``: a product in which the axes of the two alternate."""
    a, b = tensor(a), tensor(b)
    ndim = max(a.ndim, b.ndim)
    m, n = ((1,) * (ndim - x.ndim) + x.shape for x in (a, b))
    left, right = (tuple(itertools.chain.from_iterable(pairs)) for pairs in (((k, 1) for k in m), ((1, k) for k in n)))
    return (a.reshape(left) * b.reshape(right)).reshape(tuple(map(operator.mul, m, n)))


composite(np.kron, _kron)


def _cross(a: Any, b: Any, axisa: int = -1, axisb: int = -1, axisc: int = -1, axis: int | None = None) -> Any:
    """``a₁b₂ - a₂b₁`` and so on around; of vectors in a plane only the third component is not zero."""
    if axis is not None:
        axisa = axisb = axisc = axis
    a, b = to_last(a, axisa), to_last(b, axisb)
    if not {a.shape[-1], b.shape[-1]} <= {2, 3}:
        raise ValueError(f"cross: vectors have 2 or 3 components, and these {a.shape[-1]} and {b.shape[-1]}.")
    if 2 in (a.shape[-1], b.shape[-1]):
        np.cross(np.zeros(a.shape[-1]), np.zeros(b.shape[-1]))  # NumPy's own warning, or error, for plane vectors
    if a.shape[-1] == b.shape[-1] == 2:
        return a[..., 0] * b[..., 1] - a[..., 1] * b[..., 0]
    a, b = (
        x if x.shape[-1] == 3 else np.concatenate([x, np.zeros((*x.shape[:-1], 1), x.dtype)], -1) for x in (a, b)
    )
    ahead, behind = [1, 2, 0], [2, 0, 1]
    return np.moveaxis(a[..., ahead] * b[..., behind] - a[..., behind] * b[..., ahead], -1, axisc)


def _cross3(x1: Any, x2: Any, /, *, axis: int = -1) -> Any:
    lengths = tensor(x1).shape[axis], tensor(x2).shape[axis]
    if lengths != (3, 3):
        raise ValueError(f"linalg.cross: vectors have 3 components, and these {lengths[0]} and {lengths[1]}.")
    return _cross(x1, x2, axis=axis)


composite(np.cross, _cross)

# -- chains and powers of matrices -----------------------------------------------------------------------------------


def _chain_back(t: Any, i: int, operands: Sequence[Any], shapes: Any) -> Any:
    """``leftᵀ t rightᵀ``: the cotangent of ``x`` in ``left @ x @ right``. A vector at an end is a row or a column."""
    m = [x if len(x.shape) == 2 else x[None] if k == 0 else x[:, None] for k, x in enumerate(operands)]
    t = t.reshape((m[0].shape[0], m[-1].shape[1]))
    left, right = [x.T for x in reversed(m[:i])], [x.T for x in reversed(m[i + 1 :])]
    return np.linalg.multi_dot([*left, t, *right]).reshape(shapes[i])


primitive(
    np.linalg.multi_dot,
    vjp=_chain_back,
    jvp=lambda ts, operands: sum(
        np.linalg.multi_dot([t if j == k else x for j, x in enumerate(operands)])
        for k, t in enumerate(ts)
        if t is not None
    ),
    variadic=True,
)


def _matrix_power(a: Any, n: int) -> Any:
    """Repeated squaring, as NumPy does it."""
    a, n = tensor(a), operator.index(n)
    if a.ndim < 2 or a.shape[-1] != a.shape[-2]:
        raise np.linalg.LinAlgError(f"matrix_power: the last two axes must be square, and the shape is {a.shape}.")
    if n == 0:
        return np.zeros_like(a) + np.eye(a.shape[-1], dtype=a.dtype)
    square, power = np.linalg.inv(a) if n < 0 else a, None
    n = abs(n)
    while n:
        if n % 2:
            power = square if power is None else power @ square
        n //= 2
        square = square @ square if n else square
    return np.copy(power) if power is a else power


composite(np.linalg.matrix_power, _matrix_power)

# -- the names of the array API standard, which have parameters of their own -----------------------------------------


def _outer(x1: Any, x2: Any, /) -> Any:
    if np.ndim(x1) != 1 or np.ndim(x2) != 1:
        raise ValueError(f"linalg.outer: takes two vectors, and these are {np.shape(x1)} and {np.shape(x2)}.")
    return np.outer(x1, x2)


composite(np.linalg.outer, _outer)
composite(np.linalg.cross, _cross3)
composite(np.linalg.vecdot, lambda x1, x2, /, *, axis=-1: _vecdot(x1, x2, axis=axis))
composite(np.linalg.matmul, lambda x1, x2, /: np.matmul(x1, x2))
composite(np.linalg.tensordot, lambda x1, x2, /, *, axes=2: np.tensordot(x1, x2, axes))
composite(np.linalg.matrix_transpose, lambda x, /: np.matrix_transpose(x))
composite(np.linalg.diagonal, lambda x, /, *, offset=0: np.diagonal(x, offset, -2, -1))
composite(np.linalg.trace, lambda x, /, *, offset=0, dtype=None: np.trace(x, offset, -2, -1, dtype))

# -- einsum ----------------------------------------------------------------------------------------------------------


def _contract(
    operands: Sequence[Any], terms: tuple[str, ...], result: str, optimize: Any = False, dtype: Any = None,
    order: Any = "K", casting: Any = "safe",
) -> Any:  # fmt: skip
    text = f"{','.join(terms)}->{result}"
    return np.einsum(text, *operands, optimize=optimize, dtype=dtype, order=order, casting=casting)


def _einsum_back(
    t: Any, i: int, operands: Any, shapes: Any, terms: tuple[str, ...], result: str, optimize: Any
) -> Any:
    """The cotangent of the i-th operand: the same contraction with ``t`` in its place and its letters as the result.

    A letter that occurs only in this operand was summed away: a vector of ones spreads it again, also where the others
    have length one. A letter that occurs twice picked a diagonal: an identity matrix puts it back. A path that was
    given as a list is one through other operands than these.
    """
    optimize = optimize if isinstance(optimize, (bool, str)) else "greedy"
    lengths: dict[str, int] = {}
    for term, shape in zip(terms, shapes, strict=True):
        for letter, n in zip(term, shape, strict=True):
            lengths[letter] = max(n, lengths.get(letter, 1)) if n else 0
    factors = [(term, x) for k, (term, x) in enumerate(zip(terms, operands, strict=True)) if k != i]
    factors.append((result, t))
    unused = iter([c for c in string.ascii_letters if c not in lengths])
    wanted = ""
    for letter in terms[i]:
        if letter in wanted:
            fresh = next(unused)
            factors.append((letter + fresh, np.eye(lengths[letter], dtype=t.dtype)))
            wanted += fresh
        else:
            if not any(letter in term and x.shape[term.index(letter)] == lengths[letter] for term, x in factors):
                factors.append((letter, np.ones(lengths[letter], dtype=t.dtype)))
            wanted += letter
    return contract([x for _, x in factors], tuple(term for term, _ in factors), wanted, optimize)


contract: Primitive = primitive(
    _contract,
    vjp=_einsum_back,
    jvp=lambda ts, operands, terms, result, optimize, dtype, casting: sum(
        contract([t if j == k else x for j, x in enumerate(operands)], terms, result, optimize, dtype, "K", casting)
        for k, t in enumerate(ts)
        if t is not None
    ),
    variadic=True,
    free="order",
)
contract.name = "einsum"
PRODUCTS.add(contract)


def _spelled(args: Sequence[Any]) -> tuple[str, list[Any]]:
    """The subscripts as text, and the operands: NumPy takes lists of numbers for letters too."""
    if isinstance(args[0], str):
        return args[0].replace(" ", ""), [tensor(a) for a in args[1:]]
    pairs, rest = args[: len(args) // 2 * 2], args[len(args) // 2 * 2 :]
    letters = string.ascii_uppercase + string.ascii_lowercase  # their order is that of the numbers

    def spell(sub: Any) -> str:
        return "".join("..." if s is Ellipsis else letters[s] for s in sub)

    text = ",".join(map(spell, pairs[1::2])) + (f"->{spell(rest[0])}" if rest else "")
    return text, [tensor(a) for a in pairs[::2]]


def _einsum(
    *args: Any, out: None = None, optimize: Any = False, dtype: Any = None, order: Any = "K", casting: Any = "safe"
) -> Any:
    """``np.einsum`` with every subscript spelled out, so that its rule has only letters to move."""
    text, operands = _spelled(args)
    left, arrow, right = text.partition("->")
    terms = left.split(",")
    if len(terms) != len(operands):
        raise ValueError(f"einsum: {len(terms)} terms in {text!r} for {len(operands)} operands.")
    if not arrow:
        letters = [c for c in left if c.isalpha()]
        right = "..." * ("..." in left) + "".join(sorted(c for c in set(letters) if letters.count(c) == 1))
    if "..." in text:
        spare = [c for c in string.ascii_letters if c not in text]
        widths = [a.ndim - len(t.replace("...", "")) if "..." in t else 0 for t, a in zip(terms, operands, strict=True)]
        dots = "".join(spare[: max(widths)])
        if dots and "..." not in right:
            raise ValueError(f"einsum: the result of {text!r} has no '...' for the axes of the operands' '...'.")
        terms = [t.replace("...", dots[len(dots) - w :]) for t, w in zip(terms, widths, strict=True)]
        right = right.replace("...", dots)
    for term, a in zip(terms, operands, strict=True):
        if len(term) != a.ndim:
            raise ValueError(f"einsum: the term {term!r} of {text!r} has {len(term)} letters for shape {a.shape}.")
    return contract(operands, tuple(terms), right, optimize, dtype, order, casting)


composite(np.einsum, _einsum)
constant(np.einsum_path)
unsupported(np.bmat, "It makes an np.matrix, which is no plain array. Write np.block.")
