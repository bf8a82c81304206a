"""Keywords of NumPy's functions: sampled or refused, never ignored; ``out`` and ``where``; names that rules read."""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..primitive import Primitive, registry
from ..signatures import LETTERS
from ..tensor import Tensor, stack
from ..transforms import vjp
from ._cases import Case, agree, alike, arrays_of, cotangents, expect, identical, pullback_of, slots_of

# A value for each parameter that NumPy's functions have, other than its default.
PROBES: dict[str, Any] = {
    "dtype": "f4", "casting": "unsafe", "order": "F", "subok": True, "keepdims": True, "where": np.array(True),
    "initial": 0.5, "axis": 0, "axes": [(-2, -1), (-2, -1), (-2, -1)], "signature": "dd->d", "mode": "clip",
    "optimize": True, "ddof": 1, "correction": 1, "deg": True, "copy": True, "full": True, "cov": True,
    "interpolation": "lower", "bias": True,
}  # fmt: skip
UFUNC_KEYWORDS = ("casting", "order", "dtype", "subok", "signature", "axes", "axis", "keepdims")


def told(function: Callable[..., Any]) -> inspect.Signature:
    """NumPy's signature of a function; ours where NumPy does not tell (``np.where`` in 2.0)."""
    try:
        return inspect.signature(function)
    except ValueError:
        return inspect.signature(eval(f"lambda {registry[function].signature_text}: None"))


def is_numpys(case: Case) -> bool:
    """Whether NumPy's own function is called, which dispatches by itself."""
    return case.function is not case.primitive


def _parameters(function: Any) -> set[str]:
    if isinstance(function, np.ufunc):
        return set(UFUNC_KEYWORDS)
    parameters = told(function).parameters.values()
    named = {p.name for p in parameters if p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD, p.POSITIONAL_ONLY)}
    return named | (set(UFUNC_KEYWORDS) if any(p.kind is p.VAR_KEYWORD for p in parameters) else set())


def _given_in(case: Case) -> set[str]:
    if isinstance(case.function, np.ufunc):
        return set(case.call.kwargs)
    bound = told(case.function).bind(*case.call.args, **case.call.kwargs)
    return set(bound.arguments) | set(case.call.kwargs)


def _accepted(case: Case, name: str) -> bool | None:
    """Whether NumPy takes a keyword; None if it takes it with a warning that it will go."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", DeprecationWarning)
            case.given(**{name: PROBES[name]}).f(*case.values())
    except DeprecationWarning:
        return None
    except (TypeError, ValueError, KeyError):
        return False
    return True


def a_keyword_is_sampled_or_refused(cases: Sequence[Case]) -> None:
    """Every parameter of NumPy's signature, over all the cases of one function."""
    function = cases[0].function
    sampled = set().union(*(_given_in(case) for case in cases)) | {"out", "like"}
    for name in sorted(_parameters(function) - sampled):
        answers = [(case, _accepted(case, name)) for case in cases if name not in _given_in(case)]
        tried = [case for case, answer in answers if answer]
        if not tried and (name in UFUNC_KEYWORDS or any(answer is None for _, answer in answers)):
            continue  # not one of this function's, or not for long
        expect(tried, f"`{name}` is neither sampled nor in autograd.testing._keywords.PROBES")
        case, with_keyword = tried[-1], tried[-1].given(**{name: PROBES[name]})
        values = case.values()
        try:
            got = with_keyword.f(*(Tensor(v, requires_grad=True) for v in values))
        except TypeError:
            continue
        expect(name in UFUNC_KEYWORDS, f"`{name}` is neither sampled nor refused")
        for t, e in zip(arrays_of(got), arrays_of(with_keyword.f(*values)), strict=True):
            alike(t, e, f"`{name}`: forward")
            identical(t.data, e, f"`{name}`: forward")
        y, pullback = pullback_of(case.f, values)
        z, with_pullback = pullback_of(with_keyword.f, values)
        for g, e in zip(with_pullback(cotangents(z)), pullback(cotangents(y)), strict=True):
            agree(g, e, 1e-5 if name == "dtype" else 1e-13, f"`{name}`: cotangent")


def has_out(case: Case) -> bool:
    """Whether the function takes ``out=``."""
    return is_numpys(case) and (isinstance(case.function, np.ufunc) or "out" in told(case.function).parameters)


def out_is_rebound_or_refused(case: Case) -> None:
    """``out=`` gives a Tensor its new value and place on the tape, and refuses an array."""
    values = case.values()
    expected = arrays_of(case.f(*values))

    def into(targets: list[Any]) -> Case:
        return case.given(out=tuple(targets) if len(targets) > 1 else targets[0])

    y, pullback = pullback_of(case.f, values)
    try:
        into([np.zeros(v.shape, v.dtype) for v in expected]).f(*(Tensor(v, requires_grad=True) for v in values))
    except TypeError as error:
        expect("out" in str(error), f"out= an array: the error does not name it: {error}")
    else:
        expect(False, "out= an array, which loses the gradient, is not refused")

    def rebound(*xs: Any) -> list[Any]:
        targets = [Tensor(np.zeros_like(v)) for v in expected]
        into(targets).f(*xs)
        return targets

    z, again = pullback_of(rebound, values)
    for a, b in zip(y, z, strict=True):
        identical(b, a, "out=: value")
    for g, e in zip(again(cotangents(y)), pullback(cotangents(y)), strict=True):
        identical(g, e, "out=: cotangent")


def has_where(case: Case) -> bool:
    """Whether :func:`where_leaves_the_rest_of_out_alone` can say something of a ufunc's case."""
    if not isinstance(case.function, np.ufunc) or case.function.nout != 1 or case.function.signature:
        return False
    # SciPy's loops mishandle a mask: scipy.special.cosm1(x, out=out, where=mask) writes to the wrong elements (1.17)
    plain = getattr(np, case.function.__name__, None) is case.function
    return plain and slots_of(case.call)[0].shape == (2, 3)


def where_leaves_the_rest_of_out_alone(case: Case) -> None:
    """``where=`` with ``out=``: what the mask leaves out keeps its old value, and its old gradient."""
    values = case.values()
    rest = np.linspace(1, 2, 6).reshape(2, 3)
    mask = np.array([[True, False, True], [False, False, True]])

    def masked(out: Any, *xs: Any) -> Any:
        target = out + 0 if isinstance(out, np.ndarray) else stack([*out])
        case.given(out=target, where=mask).f(*xs)
        return target

    y, pullback = vjp(masked, rest, *values)
    identical(y, masked(rest, *values), "where=, out=: value")
    (u,) = cotangents([y])
    got, expected = pullback(u), pullback_of(case.f, values)[1]([np.where(mask, u, 0)])
    for g, e in zip(got, [np.where(mask, 0, u), *expected], strict=True):
        identical(g, e, "where=, out=: cotangent")


def a_rule_reads_only_what_there_is(function: Callable[..., Any], p: Primitive) -> None:
    """Every name that a rule reads is one of the engine's, or a parameter of the function."""
    known = {"out", "out_shape"} | ({"i", "shapes", "operands"} if p.variadic else set(LETTERS[: p.arity]))
    known |= {f"{letter}_shape" for letter in LETTERS[: p.arity]}
    if not isinstance(function, np.ufunc):
        target = eval(f"lambda {p.signature_text}: None") if p.signature_text else function
        known |= set(told(target).parameters)
    for names in p.reads:
        expect(set(names) <= known, f"its rule reads {sorted(set(names) - known)}, which is no operand or parameter")
