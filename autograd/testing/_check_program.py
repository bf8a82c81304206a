"""check_program: the derivatives of a whole program, and, if they are wrong, of the smallest one that is wrong too."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..tensor import Tensor
from ..transforms import grad, jvp, vjp
from ._check import check_gradients
from ._explain import KinkError
from ._oracles import STEP
from ._program import Program

_smallest: dict[tuple[str, int], tuple[Program, str]] = {}  # by what is wrong, the last that was found


def check_program(program: Program, *, order: int = 1, rtol: float = 1e-11) -> None:
    r"""Compare the gradient of a program with the complex step: ``backward()``, ``grad`` and forward mode.

    Parameters
    ----------
    program : Program
        From :func:`autograd.testing.strategies.programs`, or of your own; analytic but for kinks.
    order : {1, 2}
        2 checks the derivative, along a direction, of the derivative.
    rtol : float
        Largest error to accept, relative to the largest element of the gradient, or to 1 if that is larger.

    Raises
    ------
    AssertionError
        With the smallest program that is wrong, as runnable NumPy code, what is wrong of it, and which step is to
        blame.

    Examples
    --------
    >>> from autograd.testing import Program, check_program
    >>> check_program(Program("x = np.array([0.3, 0.7])\ny = np.sum(np.sin(x) * x)"), order=2)
    """
    __tracebackhide__ = True
    kind = _wrong(program, order, rtol)
    if kind is None:
        return
    what = kind.split(":")[0]

    def fails(smaller: Program) -> bool:
        found = _wrong(smaller, order, rtol)
        return found is not None and found.split(":")[0] == what

    known = _smallest.get((what, order))  # hypothesis asks again and again while it shrinks
    if known is None or not fails(known[0]):
        if _kinked(program, order):
            return
        smallest = program.shrunk(lambda smaller: fails(smaller) and not _kinked(smaller, order))
        known = _smallest[what, order] = smallest, _described(smallest, order, rtol)
    raise AssertionError(known[1])


def _described(smallest: Program, order: int, rtol: float) -> str:
    code = f"{smallest.text}\n# order {order}, {_wrong(smallest, order, rtol)}"
    try:
        check_gradients(smallest, *smallest.leaves.values(), order=order)
        more = ""
    except Exception as error:
        more = f"\n\n{error}"
    return f"The derivative of a program is wrong. The smallest one that is:\n\n{code}{more}"


def _wrong(program: Program, order: int, rtol: float) -> str | None:
    """What does not hold of the derivatives of a program, in words; None if all does."""
    f: Callable[..., Any] = program if order == 1 else _slope_of(program)
    leaves = list(program.leaves.values())
    try:
        return _compared(f, leaves, rtol)
    except Exception as error:  # a program that raises on Tensors alone fails too
        return f"{type(error).__name__}: {error}"


def _compared(f: Callable[..., Any], leaves: list[Any], rtol: float) -> str | None:
    expected = _complex_step(f, leaves)
    largest = max(float(np.max(np.abs(g))) for g in expected)
    if not np.isfinite(largest):
        return None  # beyond what numbers can hold: nothing to compare with
    allowed = rtol * (1 + largest)
    tensors = [Tensor(v, requires_grad=True) for v in leaves]
    y = f(*tensors)
    if isinstance(y, Tensor) and y.requires_grad:  # the slope of a linear program is a constant
        y.backward()
    by_grad = grad(f, tuple(range(len(leaves))))(*leaves)
    for k, (t, g, e) in enumerate(zip(tensors, by_grad, expected, strict=True)):
        got = np.zeros(e.shape) if t.grad is None else t.grad
        if not np.max(np.abs(got - e)) <= allowed:
            return f"reverse mode: leaf {k}: {np.asarray(got).tolist()} where {e.tolist()} is due"
        if not np.array_equal(got, g):
            return f"backward() and grad differ: leaf {k}: {np.asarray(got).tolist()} and {np.asarray(g).tolist()}"
    directions = _directions(leaves)
    slope, due = jvp(f, leaves, directions)[1], _along(expected, directions)
    if not abs(slope - due) <= allowed * sum(v.size for v in leaves):
        return f"forward mode: {float(slope)!r} where {float(due)!r} is due"
    return None


def _kinked(program: Program, order: int) -> bool:
    """Whether a program is at a kink, where every derivative is right that lies between those of its sides."""
    try:
        check_gradients(program, *program.leaves.values(), order=order, modes=["reverse"])
    except KinkError:
        return True
    except Exception:
        return False
    return False


def _complex_step(f: Callable[..., Any], leaves: list[Any]) -> list[Any]:
    gradients = []
    with np.errstate(all="ignore"):
        for k, leaf in enumerate(leaves):
            g = np.zeros(np.shape(leaf))
            for index in np.ndindex(np.shape(leaf)):
                moved = [np.array(v, complex) for v in leaves]
                moved[k][index] += 1j * STEP
                g[index] = np.imag(f(*(v[()] for v in moved))) / STEP
            gradients.append(g)
    return gradients


def _directions(leaves: Sequence[Any]) -> list[Any]:
    return [np.cos(1.0 + k + np.arange(v.size)).reshape(v.shape)[()] for k, v in enumerate(leaves)]


def _along(gradients: Sequence[Any], directions: Sequence[Any]) -> Any:
    return sum(np.sum(g * d) for g, d in zip(gradients, directions, strict=True))


def _slope_of(f: Callable[..., Any]) -> Callable[..., Any]:
    """The derivative of ``f`` along a direction: a function whose own derivative is one of second order."""

    def slope(*leaves: Any) -> Any:
        y, pullback = vjp(f, *leaves)
        return _along(pullback(y.dtype.type(1)), _directions(leaves))

    return slope
