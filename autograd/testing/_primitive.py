"""check_primitive: everything that has to hold for a function with a rule, ours or a user's."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

import numpy as np

from ..primitive import Primitive, registry
from . import _keywords
from ._cases import Case
from ._properties import DRAWN, PROPERTIES
from .samples import Call, Sample, Slot, binary, unary


@dataclass(frozen=True)
class PrimitiveCheck:
    """What :func:`check_primitive` did, for there is nothing else to say when all holds.

    Attributes
    ----------
    calls : tuple of str
        The calls that were checked, one by one.
    properties : tuple of str
        What was checked of each.
    drawn : int
        How many calls hypothesis drew.
    """

    calls: tuple[str, ...]
    properties: tuple[str, ...]
    drawn: int = 0


def check_primitive(f: Callable[..., Any], *samples: Any, examples: int | None = None) -> PrimitiveCheck:
    """Check a function that has a rule of its own as this library checks each of its rules.

    For each call: Tensors give what arrays give, in value, shape and dtype; the Jacobian agrees with an oracle that
    knows no rules, at orders one and two, in both modes; ⟨u, Jv⟩ = ⟨Jᵀu, v⟩; the pullback is linear, gives each
    operand its shape and dtype, writes to nothing and shares no memory; and none of it depends on memory layout,
    read-only arrays, strides of 0, scalars in the place of arrays, or which operands are differentiated. Of a NumPy
    function also that each keyword is honoured or refused.

    Parameters
    ----------
    f : callable
        What ``ag.elementwise``, ``ag.linear`` or ``ag.primitive`` returned, a function decorated with
        ``ag.custom_vjp`` or ``ag.custom_jvp``, a NumPy function, or any function of arrays.
    *samples : Call, Sample, or hypothesis strategy of Calls
        How to call it, in the language of :mod:`autograd.testing.samples`: ``call(A(2, 3), axis=1)``,
        ``unary(span(-3, 3))``. A Call may hold hypothesis strategies in the place of arguments and shapes. None are
        needed for an elementwise function that takes any number.
    examples : int, optional
        How many calls hypothesis draws, for each strategy among the samples, and of an elementwise function without
        samples for its shapes. By default what the profile says; 0 draws none.

    Returns
    -------
    PrimitiveCheck
        What was checked.

    Raises
    ------
    AssertionError
        On the first thing that does not hold; the text begins with the call and the property.
    TypeError
        If samples are needed and there are none.
    ImportError
        If there is something to draw and hypothesis is not installed.

    Examples
    --------
    >>> import numpy as np, autograd as ag
    >>> from autograd.testing import A, call, check_primitive, span, unary
    >>> cube = ag.elementwise(lambda x: x * x * x, lambda t, x: 3 * t * x * x)
    >>> check_primitive(cube, unary(span(-2, 2))).calls[3]
    '<lambda>(A(2, 3))'
    >>> wrong = ag.elementwise(lambda x: x * x * x, lambda t, x: 3.01 * t * x * x)
    >>> check_primitive(wrong, call(A(2, 3)))
    Traceback (most recent call last):
        ...
    AssertionError: check_primitive: <lambda>(A(2, 3)): jacobian and higher orders: ...
    """
    p = f if isinstance(f, Primitive) else registry.get(f) if _hashable(f) else None
    name = p.name if p is not None else str(getattr(f, "__name__", type(f).__name__))
    drawn: list[Any] = []
    fixed: list[tuple[Sample, Call]] = []
    for sample in samples or _usual(f, p, name):
        if isinstance(sample, Sample):
            fixed += [(sample, call) for call in sample.calls]
        elif isinstance(sample, Call) and not _open(sample):
            fixed.append((_bare(sample), sample))
        elif isinstance(sample, Call) or _is_strategy(sample):
            drawn.append(sample)
        else:
            raise TypeError(
                f"check_primitive: {type(sample).__name__} given as a sample; write call(A(2, 3)) where you would "
                f"write f(x) for an x of shape (2, 3)."
            )
    cases = [Case(f, p, sample, call, f"{name}-{k}") for k, (sample, call) in enumerate(fixed)]
    for case in cases:
        for holds in PROPERTIES:
            run(case, holds)
    if cases and p is not None and p is not f and _module(f) in ("numpy", "scipy"):
        _check_keywords(name, cases)
    number = 0
    draws = examples or (examples is None and find_spec("hypothesis") is not None)
    if not samples and p is not None and p.kind == "elementwise" and draws:
        from .strategies import elementwise_calls

        drawn.append(elementwise_calls(p.arity))
    if drawn and examples != 0:
        from ._drawn import check_drawn

        number = sum(check_drawn(f, p, name, sample, examples) for sample in drawn)
    properties = (*(h.__name__ for h in PROPERTIES), *(h.__name__ for h in DRAWN if drawn and h not in PROPERTIES))
    return PrimitiveCheck(tuple(described(case) for case in cases), properties, number)


def run(case: Case, holds: Callable[[Case], None]) -> None:
    """One property of one case; what it raises begins with both."""
    try:
        holds(case)
    except AssertionError as error:
        text = f"check_primitive: {described(case)}: {holds.__name__.replace('_', ' ')}: {error}"
        raise type(error)(text) from None
    except Exception as error:
        error.add_note(f"check_primitive: {described(case)}: {holds.__name__.replace('_', ' ')}")
        raise


def _check_keywords(name: str, cases: Sequence[Case]) -> None:
    try:
        _keywords.a_keyword_is_sampled_or_refused(cases)
        if _keywords.has_out(cases[0]):
            _keywords.out_is_rebound_or_refused(cases[0])
        for case in filter(_keywords.has_where, cases):
            _keywords.where_leaves_the_rest_of_out_alone(case)
    except AssertionError as error:
        raise AssertionError(f"check_primitive: {name}: {error}") from None


def _usual(f: Any, p: Primitive | None, name: str) -> list[Sample]:
    """The sample of a function that says of itself how it is called."""
    facts: Any = dict(analytic=False, order=2)
    if p is not None and p.kind == "elementwise" and p.arity in (1, 2):
        return [unary(**facts) if p.arity == 1 else binary(**facts)]
    raise TypeError(
        f"check_primitive: how is {name} called? Pass samples: check_primitive(f, call(A(2, 3), axis=1)) calls "
        f"f(x, axis=1) with an x of shape (2, 3); unary(span(-3, 3)) is an elementwise function of one array."
    )


def _bare(call: Call) -> Sample:
    """The facts of a call that comes without: nothing is claimed."""
    return Sample((call,), analytic=False, order=2)


def _hashable(f: Any) -> bool:
    return getattr(type(f), "__hash__", None) is not None


def _module(f: Any) -> str:
    return "numpy" if isinstance(f, np.ufunc) else (getattr(f, "__module__", "") or "").split(".")[0]


def _is_strategy(value: Any) -> bool:
    """Whether this is something that hypothesis draws, told without importing it."""
    return any(cls.__name__ == "SearchStrategy" for cls in type(value).__mro__)


def _open(tree: Any) -> bool:
    """Whether a call still has something to draw."""
    if _is_strategy(tree) or (isinstance(tree, Slot) and _is_strategy(tree.shape)):
        return True
    children = tree.values() if isinstance(tree, dict) else tree if isinstance(tree, (list, tuple)) else ()
    return not isinstance(tree, Slot) and any(map(_open, children))


def described(case: Case) -> str:
    """A case's call as it is written."""
    name = case.primitive.name if case.primitive else str(getattr(case.function, "__name__", case.name))
    parts = [*map(_written, case.call.args), *(f"{key}={_written(v)}" for key, v in case.call.kwargs.items())]
    return f"{name}({', '.join(parts)})"


def _written(value: Any) -> str:
    if isinstance(value, Slot):
        return f"A({', '.join(map(str, value.shape))})"
    if isinstance(value, np.ndarray):
        return f"np.array({value.tolist()})"
    if type(value) in (list, tuple):
        inner = ", ".join(map(_written, value)) + ("," if type(value) is tuple and len(value) == 1 else "")
        return f"[{inner}]" if type(value) is list else f"({inner})"
    return repr(value)
