"""Products of vectors, matrices and tensors."""

from __future__ import annotations

import string
from collections.abc import Sequence
from typing import Any

import numpy as np

from ..primitive import Primitive, composite, primitive
from ..strong import PRODUCTS
from ..tensor import tensor

# -- products --------------------------------------------------------------------------------------------------------


def matmul_x(t: Any, x_shape: tuple[int, ...], y: Any) -> Any:
    """``t @ yᵀ``: the cotangent of the left operand of ``x @ y``."""
    if y.ndim > 1:
        if len(x_shape) > 1:
            return t @ y.swapaxes(-1, -2)
        return (t[..., None, :] @ y.swapaxes(-1, -2))[..., 0, :]
    return t[..., None] * y


def matmul_y(t: Any, x: Any, y_shape: tuple[int, ...]) -> Any:
    """``xᵀ @ t``: the cotangent of the right operand of ``x @ y``."""
    if x.ndim > 1:
        if len(y_shape) > 1:
            return x.swapaxes(-1, -2) @ t
        return (x.swapaxes(-1, -2) @ t[..., None])[..., 0]
    return t[..., None] * x if len(y_shape) == 1 else x[:, None] * t[..., None, :]


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

# -- einsum ----------------------------------------------------------------------------------------------------------


def _contract(operands: Sequence[Any], terms: tuple[str, ...], result: str, optimize: Any = False) -> Any:
    return np.einsum(f"{','.join(terms)}->{result}", *operands, optimize=optimize)


def _einsum_back(
    t: Any, i: int, operands: Any, shapes: Any, terms: tuple[str, ...], result: str, optimize: Any
) -> Any:
    """The cotangent of the i-th operand: the same contraction with ``t`` in its place and its letters as the result.

    A letter that occurs only in this operand was summed away: a vector of ones spreads it again, also where the others
    have length one. A letter that occurs twice picked a diagonal: an identity matrix puts it back.
    """
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
    jvp=lambda ts, operands, terms, result, optimize: sum(
        contract([t if j == k else x for j, x in enumerate(operands)], terms, result, optimize)
        for k, t in enumerate(ts)
        if t is not None
    ),
    variadic=True,
)
contract.name = "einsum"
PRODUCTS.add(contract)


def _einsum(*args: Any, out: None = None, optimize: Any = False, **kwargs: Any) -> Any:
    """``np.einsum`` with every subscript spelled out, so that its rule has only letters to move."""
    if kwargs:
        raise TypeError(f"einsum: the parameters {sorted(kwargs)} are not supported on Tensors.")
    if isinstance(args[0], str):
        text, operands = args[0].replace(" ", ""), [tensor(a) for a in args[1:]]
    else:
        pairs, rest = args[: len(args) // 2 * 2], args[len(args) // 2 * 2 :]
        operands = [tensor(a) for a in pairs[::2]]

        def spell(sub: Any) -> str:
            return "".join("..." if s is Ellipsis else string.ascii_letters[s] for s in sub)

        text = ",".join(map(spell, pairs[1::2])) + (f"->{spell(rest[0])}" if rest else "")
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
        terms = [t.replace("...", dots[len(dots) - w :]) for t, w in zip(terms, widths, strict=True)]
        right = right.replace("...", dots)
    for term, a in zip(terms, operands, strict=True):
        if len(term) != a.ndim:
            raise ValueError(f"einsum: the term {term!r} of {text!r} has {len(term)} letters for shape {a.shape}.")
    return contract(operands, tuple(terms), right, optimize)


composite(np.einsum, _einsum)
