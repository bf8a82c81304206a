"""Which step of a function is to blame for a wrong derivative.

The function runs once on the tape. While it does, each primitive writes down what it is called with, so that every
recorded step can be tried on its own: its JVP against a difference of its own function, its VJP against its JVP.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

import numpy as np

from ..debug._hooks import Residuals
from ..debug._places import place
from ..primitive import registry
from ..tape import Bundle, Node, backward_sweep, forward_sweep, reachable
from ..tensor import Tensor
from ..trees import flatten
from ._oracles import ridders

BOOKKEEPING = ("select", "pack", "alias")


class Step(NamedTuple):
    """What a recorded step was called with, and where."""

    operands: list[Any]
    where: str


@contextmanager
def _written_down() -> Iterator[dict[int, Any]]:
    """Steps by the identity of their residuals, which are kept alive here so that it stays theirs."""
    log: dict[int, Any] = {}
    before = [(p, p.link) for p in list(registry.values())]

    def linking(p: Any, link: Callable[..., Any]) -> Callable[..., Any]:
        def linked(out: Any, *args: Any) -> Any:
            residuals = link(out, *args)
            if residuals is not None:
                residuals = Residuals(residuals)  # an object of its own
                operands = list(args[0]) if p.variadic else list(args[: p.arity])
                log[id(residuals)] = (residuals, Step(operands, str(place()[0] or "")))
            return residuals

        return linked

    try:
        for p, link in before:
            p.link = linking(p, link)
        yield log
    finally:
        for p, link in before:
            p.link = link


def blame(f: Callable[[list[Any]], list[Any]], leaves: Sequence[Any]) -> str:
    """In words: the first step whose own derivative is wrong, or that no step's is."""
    try:
        tensors = [Tensor(v, requires_grad=True) for v in leaves]
        with _written_down() as log, np.errstate(all="ignore"):
            outputs = [t for t in flatten(f(list(tensors)))[0] if isinstance(t, Tensor) and t._node is not None]
        roots = [t._node for t in outputs]
        steps = [node for node in reachable(roots) if node.primitive is not None and node.residuals is not None]
        with np.errstate(all="ignore"):
            for node in steps:
                if node.primitive.name not in BOOKKEEPING:
                    step = log.get(id(node.residuals), (None, None))[1]
                    text = _wrong(node, step)
                    if text:
                        return text
    except Exception as error:
        return f"The steps could not be tried one by one ({type(error).__name__}: {error})."
    names = ", ".join(dict.fromkeys(node.primitive.name for node in steps if node.primitive.name not in BOOKKEEPING))
    return (
        f"Each recorded step ({names or 'there is none'}) is right on its own, so something depends on the arguments "
        f"behind the tape's back: a rule or the function took a value off it (.data, detach(), float(), a constant)."
    )


def _wrong(node: Any, step: Step | None) -> str:
    """What is wrong with the rules of one step, operand by operand; empty if nothing is."""
    p = node.primitive
    seed = _pattern(node.shape, node.dtype, 1)
    operands = list(dict.fromkeys(operand for _, operand, _ in node.edges or ()))
    back = backward_sweep({node: seed}, wanted=set(operands))
    for operand in operands:
        places = [k for k, v in enumerate(node.operands) if v is operand]
        tangent = _pattern(operand.shape, operand.dtype, 4)
        forward = forward_sweep({operand: tangent}, [node], [node]).get(node)
        by_jvp, by_vjp = _product(seed, forward), _product(back.get(operand), tangent)
        size = _product(seed, forward, absolute=True) + _product(back.get(operand), tangent, absolute=True)
        exact = _by_differences(node, step, places, seed, tangent)
        eps = max(1e-7, 1e4 * _eps(node, operand))
        differ = not abs(by_jvp - by_vjp) <= max(1e-10, 1e3 * _eps(node, operand)) * size
        if exact is not None:
            slope, error = exact
            wrong = [not abs(v - slope) <= eps * (size + abs(slope)) + 10 * error for v in (by_vjp, by_jvp)]
        else:
            wrong = [differ, differ]
        if not (any(wrong) or differ):
            continue
        who = {(1, 1): "VJP and JVP", (1, 0): "VJP", (0, 1): "JVP"}.get((int(wrong[0]), int(wrong[1])), "VJP or JVP")
        number = f"operand {places[0]}" if places else "its operands"
        shape = getattr(operand, "shape", ())
        at = f" ({step.where})" if step is not None and step.where else ""
        difference = f", a difference of the step itself {exact[0]:.10g}" if exact is not None else ""
        return (
            f"The first step that is wrong on its own: {p.name}{at}, the {who} by {number} of shape {shape}. Along one "
            f"direction its VJP gives {by_vjp:.10g}, its JVP {by_jvp:.10g}{difference}."
        )
    return ""


def _by_differences(node: Any, step: Step | None, places: list[int], seed: Any, tangent: Any) -> Any:
    """The slope of a step's own function along a direction, by differences; None where it cannot be run again."""
    p = node.primitive
    if step is None or not places or isinstance(tangent, Bundle):
        return None
    wide = [np.asarray(v, np.result_type(v, np.float64)) if _floats(v) else v for v in step.operands]
    ordered: list[Any] = list(wide)

    def along(h: float) -> Any:
        moved = [v + h * tangent if k in places else v for k, v in enumerate(ordered)]
        if p.variadic:
            out = p.function(moved, **(node.parameters or {}))
        elif p.plan.leading or not p.plan.operands:
            out = p.function(*moved, **(node.parameters or {}))
        else:
            out = p.function(**dict(zip(p.plan.operands, moved, strict=True)), **(node.parameters or {}))
        outs = out if isinstance(out, (list, tuple)) else [out]
        weights = seed.filled() if isinstance(seed, Bundle) else [seed]
        pairs = [(w, o) for w, o in zip(weights, outs, strict=True) if np.asarray(o).dtype.kind in "fc"]
        return np.array([float(sum(np.sum(np.real(w * o)) for w, o in pairs))])

    scale = max((float(np.max(np.abs(wide[k]), initial=0)) for k in places), default=1) or 1
    try:
        slope, error = ridders(along, 0.03 * scale)
    except Exception:  # it does not run on these: the other two numbers have to do
        return None
    return (float(slope[0]), float(error[0])) if np.isfinite(error[0]) else None


def _floats(v: Any) -> bool:
    return getattr(v, "dtype", np.asarray(v).dtype if isinstance(v, (int, float)) else np.dtype(object)).kind in "fc"


def _pattern(shape: Any, dtype: Any, k: int) -> Any:
    """Numbers without symmetry in the form of a cotangent."""
    if shape and isinstance(shape[0], tuple):
        parts = {
            n: _pattern(s, d, k + n) for n, (s, d) in enumerate(zip(shape, dtype, strict=True)) if d.kind in "fc"
        }
        return Bundle(parts, shape, dtype)
    n = int(np.prod(shape))
    v = np.cos(1.0 + k + 2.3 * np.arange(n)).reshape(shape)
    return (v * (1 - 0.7j) if dtype.kind == "c" else v).astype(dtype)[()]


def _product(a: Any, b: Any, absolute: bool = False) -> float:
    """The real part of the sum of products, part by part; what is None is 0."""
    if a is None or b is None:
        return 0.0
    if isinstance(a, Bundle) or isinstance(b, Bundle):
        return sum(_product(a.parts[k], b.parts[k], absolute) for k in a.parts if k in b.parts)
    return float(np.sum(np.abs(a * b)) if absolute else np.sum(np.real(a * b)))


def _eps(*nodes: Node) -> float:
    dtypes = [d for n in nodes for d in (n.dtype if isinstance(n.dtype, tuple) else (n.dtype,))]
    return max((float(np.finfo(d).eps) for d in dtypes if d.kind in "fc"), default=0.0)
