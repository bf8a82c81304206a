"""Mutants of what a declaration says: each rule's result, its operand, its parameters; and the engine's unbroadcast."""

from __future__ import annotations

import ast
import inspect
import itertools

import numpy as np

from autograd import tape
from autograd.primitive import DIFFERENTIABLE, elementwise, registry
from autograd.tape import Bundle
from autograd.tensor import Tensor

from .mutants import Mutant, node_of

# -- results, changed ------------------------------------------------------------------------------------------------


def each(change):
    """The change on an array, and on every floating array in what a rule returns."""

    def changed(value):
        if value is None or getattr(value, "dtype", np.dtype(float)) is None:
            return value
        if type(value) in (tuple, list) or hasattr(value, "_fields"):
            return type(value)(*map(changed, value)) if hasattr(value, "_fields") else type(value)(map(changed, value))
        if type(value) is Bundle:
            return Bundle({k: changed(v) for k, v in value.parts.items()}, value.shape, value.dtype)
        return change(value) if getattr(value, "dtype", np.dtype(float)).kind in "fc" else value

    return changed


def detached(value):
    return value.detach() if isinstance(value, Tensor) else value


RESULTS = {
    "sign": lambda v: -v,
    "factor 1.001": lambda v: v * np.asarray(1.001, getattr(v, "dtype", None))[()],
    "zero": lambda v: v * 0,
    "not recorded": detached,
}
COMPLEX = {"real part": np.real, "conjugate": np.conj}


def noted(change, touched):
    """The change, with a note that there was something to change."""

    def changed(v):
        if v.dtype.kind == "c":
            touched.append(True)
        return change(v)

    return changed


# -- rules, declared again -------------------------------------------------------------------------------------------

STATE = ("picks", "vjps", "jvps", "reads", "jvp_picks", "link", "kind", "arity", "_plan", "custom", "function")


def rules_of(p):
    """The rules as they were declared: VJPs and JVPs."""
    return [_bare(rule) for rule in p.vjps], list(p.jvps)


def _bare(rule):
    cells = inspect.getclosurevars(rule).nonlocals if rule is not None else {}
    return cells["vjp"] if rule is not None and "_adapted" in rule.__qualname__ else rule


def arguments(rule):
    return rule.__code__.co_varnames[: rule.__code__.co_argcount]


def wrapped(rule, change=None, **replaced):
    """The rule with its result changed, or with other values in place of some that it reads; its signature stays."""
    names = arguments(rule)
    inner = [f"_replaced[{n!r}]" if n in replaced else n for n in names]
    text = f"lambda {', '.join(names)}: _change(_rule({', '.join(inner)}))"
    made = eval(text, {"_rule": rule, "_replaced": replaced, "_change": change or (lambda v: v)})
    made.__module__ = "autograd.rules"  # as a rule of ours: others get copies of what they could write to
    return made


def redeclared(p, vjps, jvps):
    """What puts these rules in the place of a primitive's."""

    def enter():
        before = {name: getattr(p, name) for name in STATE}
        p.declare(p.kind, vjps, jvps)
        return lambda: [setattr(p, name, value) for name, value in before.items()]

    return enter


def places(p):
    """Where a mutant can be put: a side and an operand. One rule that serves both sides is changed on both."""
    vjps, jvps = rules_of(p)
    both = p.kind == "elementwise"
    for i, rule in enumerate(vjps):
        if rule is not None and not refuses(rule):
            yield ("rule" if both else "vjp"), i, rule
    for i, rule in enumerate(jvps):
        if rule is not None and not both and not refuses(rule):
            yield "jvp", i, rule


def refuses(rule):
    """Whether a rule only raises, because no derivative by this operand is known: it has nothing to change."""
    node = node_of(rule.__code__)
    return isinstance(node, ast.FunctionDef) and isinstance(node.body[-1], ast.Raise) and len(node.body) < 3


def with_rule(p, side, i, rule):
    vjps, jvps = rules_of(p)
    if side in ("rule", "vjp"):
        vjps[i] = rule
    if side in ("rule", "jvp"):
        jvps[i] = rule
    return redeclared(p, vjps, jvps)


def of_rules(p, takes_complex):
    """Every mutant of every rule of a primitive."""
    for side, i, rule in places(p):
        name = f"{p.name}, {side} {i}"
        for kind, change in RESULTS.items():
            yield Mutant(f"{name}: {kind}", kind, [p], with_rule(p, side, i, wrapped(rule, each(change))))
        for kind, change in COMPLEX.items() if takes_complex else ():
            touched: list[bool] = []
            mutated = wrapped(rule, each(noted(change, touched)))
            yield Mutant(f"{name}: {kind}", kind, [p], with_rule(p, side, i, mutated), touched)
        for parameter in sorted(set(arguments(rule)) & set(p.plan.defaults) - {"out"}):
            mutated = wrapped(rule, **{parameter: p.plan.defaults[parameter]})
            yield Mutant(f"{name}: {parameter} ignored", "parameter ignored", [p], with_rule(p, side, i, mutated))
    vjps, jvps = rules_of(p)
    for i, j in itertools.combinations(range(len(vjps)), 2):
        for side, rules in (("rule", vjps),) if p.kind == "elementwise" else (("vjp", vjps), ("jvp", jvps)):
            if any(rule is None or refuses(rule) for rule in (rules[i], rules[j])) or same_code(rules[i], rules[j]):
                continue
            swapped = list(rules)
            swapped[i], swapped[j] = rules[j], rules[i]
            enter = redeclared(p, vjps if side == "jvp" else swapped, jvps if side == "vjp" else swapped)
            yield Mutant(f"{p.name}, {side}: {i} and {j} swapped", "operands swapped", [p], enter)


def same_code(a, b):
    return a.__code__.co_code == b.__code__.co_code and a.__code__.co_consts == b.__code__.co_consts


# -- composites: they have no rule, so what flows back through their result is changed -------------------------------


def spoiler(change):
    def same(x):
        return x + 0

    same.__module__ = "autograd.rules"
    p = elementwise(same, wrapped(lambda t: t, each(change)))
    del registry[same]
    return p


SPOILERS = {kind: spoiler(change) for kind, change in RESULTS.items() if kind != "zero"}


def of_composite(p):
    """The gradient through a composite's result, changed or lost."""
    for kind in RESULTS:
        spoil = SPOILERS.get(kind, Tensor.detach)
        passed = each(lambda v, spoil=spoil: spoil(v) if isinstance(v, Tensor) else v)

        def enter(passed=passed):
            before = p.function
            p.function = lambda *args, **kwargs: passed(before(*args, **kwargs))
            return lambda: setattr(p, "function", before)

        yield Mutant(f"{p.name}, composite: {kind}", kind, [p], enter)


# -- the engine ------------------------------------------------------------------------------------------------------


def _first(t, axes):
    return t[tuple(slice(0, 1) if k in axes else slice(None) for k in range(t.ndim))]


def _unbroadcast(fold):
    def unbroadcast(t, shape, lead=0):
        extra = t.ndim - lead - len(shape)
        outer = tuple(range(lead, lead + extra))
        inner = tuple(k for k, n in enumerate(shape, lead + extra) if n == 1 and t.shape[k] != 1)
        return fold(t, outer, inner).reshape(t.shape[:lead] + shape)

    return unbroadcast


ENGINE = {
    "unbroadcast takes the first": _unbroadcast(lambda t, outer, inner: _first(t, outer + inner)),
    "unbroadcast takes the mean": _unbroadcast(lambda t, outer, inner: t.mean(axis=outer + inner, keepdims=True)),
    "unbroadcast sums new axes only": _unbroadcast(lambda t, outer, inner: _first(t, inner).sum(outer, keepdims=True)),
    "unbroadcast sums old axes only": _unbroadcast(lambda t, outer, inner: _first(t, outer).sum(inner, keepdims=True)),
}


def of_engine(p, shapes):
    """Unbroadcast, wrong in each way that the primitive's samples can tell: ``shapes`` says which axes it folds."""
    outer, inner = any(len(t) > len(s) for t, s in shapes), any(1 in s[-1:] or 1 in s for _, s in shapes)
    for kind, function in ENGINE.items():
        if ("new" in kind and not inner) or ("old" in kind and not outer):
            continue

        def enter(function=function):
            before = tape.unbroadcast
            tape.unbroadcast = function
            return lambda: setattr(tape, "unbroadcast", before)

        yield Mutant(f"{p.name}: {kind}", "unbroadcast", [p], enter)


def broadcasts(cases, pullback_of, cotangents):
    """The pairs of shapes (from, to) that the engine folds in these cases."""
    seen, before = [], tape.unbroadcast

    def watching(t, shape, lead=0):
        if t.size > max(1, int(np.prod(shape))):
            seen.append((t.shape, shape))
        return before(t, shape, lead)

    tape.unbroadcast = watching
    try:
        for case in cases:
            y, pullback = pullback_of(case.f, case.values())
            pullback(cotangents(y))
    finally:
        tape.unbroadcast = before
    return seen


def of_primitive(p, takes_complex):
    assert p.kind in DIFFERENTIABLE
    return list(of_composite(p) if p.kind == "composite" else of_rules(p, takes_complex))
