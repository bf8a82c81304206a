"""What a rule's signature says: which values it reads, and how they are collected for it and handed to it.

A rule's first argument is the cotangent (or the tangent); the names of the others are those of :mod:`.primitive`. They
are compiled twice: to a ``link``, which collects the residuals of a node when it is recorded, and to ``pulls``, which
find in them what each rule reads when a sweep comes.
"""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from .late import lately

Rule = Callable[..., Any]

LETTERS = "xyzwv"
OF_ENGINE = re.compile(f"out|i|operands|shapes|([{LETTERS}]|out)_shape|[{LETTERS}]")


def shape_of(value: Any) -> tuple[int, ...]:
    """Shape of an array or scalar, without leaving NumPy's protocols."""
    return value.shape if hasattr(value, "shape") else np.shape(value)


class Shapes(tuple[tuple[int, ...], ...]):
    """The shapes of a variadic primitive's operands, and where each begins in their concatenation."""

    @functools.cached_property
    def _starts(self) -> dict[int, list[int]]:
        return {}

    def starts(self, axis: int) -> list[int]:
        """The running sum of the lengths along an axis, worked out once for all operands."""
        if axis not in self._starts:
            self._starts[axis] = list(itertools.accumulate((shape[axis] for shape in self), initial=0))
        return self._starts[axis]


def names_of(rule: Rule | None) -> tuple[str, ...]:
    """What a rule reads beside ``t``."""
    return () if rule is None else rule.__code__.co_varnames[1 : rule.__code__.co_argcount]


# -- rules that share their work --------------------------------------------------------------------------------------


def jointly(rule: Rule, count: int) -> tuple[Rule, ...]:
    """The VJPs of the first ``count`` operands, if they share their work: ``rule`` returns a tuple of all cotangents.

    A sweep then asks the rule once for each node, and not once for each operand, if no other operand has a rule. If the
    function returns several arrays, ``t`` is a tuple with None, and not with zeros, for those of which no cotangent has
    arrived: what has not arrived need not be computed with.

    Examples
    --------
    >>> import numpy as np, autograd as ag
    >>> from autograd.signatures import jointly
    >>> def back(t, x, y, out):
    ...     t = -t * out * out  # for both
    ...     return t * y, t * x
    >>> inverse = ag.primitive(lambda x, y: 1 / (x * y), vjp=jointly(back, 2))
    >>> ag.grad(inverse, (0, 1))(1.0, 2.0)
    (np.float64(-0.5), np.float64(-0.25))
    """
    given = ", ".join(rule.__code__.co_varnames[: rule.__code__.co_argcount])
    shares = tuple(eval(f"lambda {given}: _rule({given})[{k}]", {"_rule": rule}) for k in range(count))
    rule.share = None  # type: ignore[attr-defined]
    for k, share in enumerate(shares):
        share.__module__, share.__doc__, share.share = rule.__module__, rule.__doc__, (rule, k)
    return shares


def shared(rules: Sequence[Rule | None]) -> Rule | None:
    """The rule whose shares all of these are, each in its place; None if there is no such rule."""
    shares = [(k, getattr(rule, "share", None)) for k, rule in enumerate(rules) if rule is not None]
    joint: Rule | None = shares[0][1][0] if shares and shares[0][1] else None
    return joint if all(share == (joint, k) for k, share in shares) else None


# -- compiling --------------------------------------------------------------------------------------------------------


def no_link(*_: Any) -> None:
    """Of a function that nobody has declared."""
    return None


def pull_of(rule: Rule, at: Sequence[int]) -> Rule:
    """A VJP as the sweep calls it: told where it finds what it reads, for a call with ``*saved`` costs more."""
    if rule.__code__.co_code == _unchanged.__code__.co_code:
        return _passed_on
    given = "".join(f", {'i' if k < 0 else f'r[{k}]'}" for k in at)
    pull: Any = _shape_of_a_pull(given)(lately(rule))
    pull.__code__ = pull.__code__.replace()  # of its own: the interpreter adapts code to what it calls
    return pull


def _unchanged(t: Any) -> Any:
    return t


def _passed_on(t: Any, r: Any, i: Any) -> Any:
    """The pull of a rule ``lambda t: t``."""
    return t


@functools.cache
def _shape_of_a_pull(given: str) -> Callable[[Rule], Rule]:
    made: Callable[[Rule], Rule] = eval(f"lambda rule: lambda t, r, i: rule(t{given})")
    return made


def when_called(p: Any, compile: Callable[[], Callable[..., Any]]) -> Callable[..., Any]:
    """A primitive's ``link``, compiled when it is first called: a program uses few of all the primitives."""
    compiled: Callable[..., Any] | None = None

    def link(*args: Any) -> Any:
        nonlocal compiled
        if compiled is None:
            compiled = compile()
        if p.link is link:  # not while `debug` watches
            p.link = compiled
        return compiled(*args)

    return link


def link_of(
    layout: Sequence[str], reads: Sequence[tuple[str, ...]], vjps: Sequence[Rule | None], variadic: bool
) -> Callable[..., Any]:
    """Compile ``link(out, *operands, *nodes, parameters)``, which collects a node's residuals: what its rules read.

    It runs for every recorded operation, so it is compiled to one expression instead of interpreted name by name. For
    ``np.multiply`` that is ``(None if x_node is None else y, None if y_node is None else x)``. A variadic primitive's
    operands and nodes come as two sequences.
    """
    n = len(vjps)
    if variadic:
        return _variadic_link(layout)
    letters = LETTERS[:n]
    head = ", ".join([*letters, *(f"{letter}_node" for letter in letters)])
    ruled = [k for k in range(n) if vjps[k] is not None]
    parts = []
    for name in layout:
        readers = [k for k in ruled if name in reads[k]]
        absent = " and ".join(f"{LETTERS[k]}_node is None" for k in readers) if readers else "True"
        always = len(readers) == n
        parts.append(f"{_source(name, n)}, " if always else f"None if {absent} else {_source(name, n)}, ")
    body = f"({''.join(parts)})"
    if len(ruled) < n or n > 2:
        none = " and ".join(f"{LETTERS[k]}_node is None" for k in ruled) or "True"
        body = f"None if {none} else {body}"
    link: Callable[..., Any] = eval(f"lambda out, {head}, parameters: {body}", {"shape_of": shape_of})
    return link


def _variadic_link(layout: Sequence[str]) -> Callable[..., Any]:
    sources = {"shapes": "Shapes(map(shape_of, operands))"}
    parts = "".join(f"{sources.get(name) or _source(name, 0)}, " for name in layout)
    source = f"lambda out, operands, nodes, parameters: ({parts})"
    link: Callable[..., Any] = eval(source, {"shape_of": shape_of, "Shapes": Shapes})
    return link


def _source(name: str, arity: int) -> str:
    """The expression for one name that a rule reads."""
    if name in ("out", "operands") or name in LETTERS[:arity]:
        return name
    if name == "out_shape":
        return "out.shape"
    if name.endswith("_shape") and name[0] in LETTERS[:arity]:
        return f"shape_of({name[0]})"
    return f"parameters[{name!r}]"
