"""Calling a primitive on Tensors, and recording the call: what every NumPy function on a Tensor ends in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from .primitive import LETTERS, Primitive, primitive
from .tape import Bundle, Node, is_grad_enabled, new_node
from .tensor import _SCALARS, Tensor, _explained, _unwrap, _wrap


def apply(p: Primitive, args: Sequence[Any], kwargs: dict[str, Any]) -> Any:
    """Call a primitive on Tensors and record it: what every NumPy function on a Tensor ends in."""
    kind = p.kind
    if kind == "composite":
        return p.function(*args, **kwargs)
    if kind == "elementwise" and not kwargs and len(args) == 1 and type(args[0]) is Tensor:
        return _apply_unary(p, args[0])
    tensors: list[Tensor] = []
    raw_args = [_unwrap(arg, tensors) for arg in args]
    raw_kwargs = {name: _unwrap(value, tensors) for name, value in kwargs.items()} if kwargs else kwargs
    taped = [t for t in tensors if t._node is not None] if is_grad_enabled() else []
    if taped and kind in ("unsupported", "undeclared"):
        raise TypeError(
            f"{p.name}: no derivative is known, so calling it on a Tensor that is on a tape would lose the gradient. "
            + (p.reason or "Call it on t.detach() if none is needed, or give it a rule with ag.custom_vjp.")
        )
    try:
        out = p.function(*raw_args, **raw_kwargs)
    except (ValueError, TypeError, IndexError) as error:
        raise _explained(p, error, raw_args) from None
    if not taped or kind == "constant":
        return _wrapped(out) if tensors else out
    values, parameters = p.bind(args, kwargs)
    if sum(isinstance(v, Tensor) and v._node is not None for v in values) != len(taped):
        names = [name for name, v in parameters.items() if isinstance(v, Tensor) and v._node is not None]
        raise TypeError(
            f"{p.name}: a Tensor on a tape was given where no derivative is defined"
            f"{f' (parameter {names[0]})' if names else ''}. Write t.detach() there."
        )
    return record(p, values, out, parameters)


def _apply_unary(p: Primitive, x: Tensor) -> Tensor:
    """The commonest call of all: a function of one Tensor and nothing else."""
    a, node = x._data, x._node
    try:
        out = p.function(a)
    except (ValueError, TypeError) as error:
        raise _explained(p, error, (a,)) from None
    if node is None or p.vjps[0] is None or not is_grad_enabled():
        return _wrap(out)
    keep = p.keeps[0]
    return _wrap(
        out,
        new_node(
            p, (node,), None, ((0, node, keep(out, (a,), p.plan.defaults, 0) if keep else ()),), out.shape, out.dtype
        ),
    )


def record(p: Primitive, values: Sequence[Any], out: Any, parameters: dict[str, Any]) -> Any:
    """Put a computed value on the tape: keep what its rules read, and nothing else."""
    nodes = [v._node if isinstance(v, Tensor) else None for v in values]
    if parameters:
        parameters = {name: _snapshot(value) for name, value in parameters.items()}
    raw = [v._data if isinstance(v, Tensor) else _constant(p, i, v, nodes) for i, v in enumerate(values)]
    defaults = p.plan.defaults
    given = {**defaults, **parameters} if defaults else parameters
    edges = []
    for i, node in enumerate(nodes):
        k = 0 if p.variadic else i
        if node is not None and p.vjps[k] is not None:
            keep = p.keeps[k]
            edges.append((k, node, keep(out, raw, given, i) if keep else ()))
    if not edges:
        return _wrapped(out)
    operands = tuple(
        [v if node is None and type(v) in _SCALARS else node for node, v in zip(nodes, values, strict=True)]
    )
    if p.multiple:
        return _several(p, operands, parameters, tuple(edges), out)
    if out.dtype.kind not in "fc":
        return _wrap(out)
    return _wrap(out, new_node(p, operands, parameters, tuple(edges), out.shape, out.dtype))


def _constant(p: Primitive, i: int, value: Any, nodes: Sequence[Node | None]) -> Any:
    """A constant operand as the rules may keep it: an array of the user's is copied if a needed rule reads it."""
    if isinstance(value, (list, tuple)):
        return np.array(value)
    if isinstance(value, np.ndarray):
        for k, node in enumerate(nodes):
            reads = p.reads[0 if p.variadic else k]
            if node is not None and ("operands" in reads or (not p.variadic and LETTERS[i] in reads)):
                return value.copy()
    return value


def _several(p: Primitive, operands: Any, parameters: Any, edges: Any, out: Any) -> Any:
    """Record a primitive with several outputs: one node for the call, and one that selects each output from it."""
    shapes, dtypes = tuple(o.shape for o in out), tuple(o.dtype for o in out)
    node = new_node(p, operands, parameters, edges, shapes, dtypes)
    outputs = [_wrap(o, _selected(node, k)) if o.dtype.kind in "fc" else _wrap(o) for k, o in enumerate(out)]
    return type(out)(*outputs) if hasattr(out, "_fields") else type(out)(outputs)


def _selected(node: Node, k: int) -> Node:
    edges = ((0, node, (k, node.shape, node.dtype)),)
    return new_node(_SELECT, (node,), {"part": k}, edges, node.shape[k], node.dtype[k])


_SELECT = primitive(
    lambda values, part: values[part],
    vjp=lambda t, part, shapes, dtypes: Bundle({part: t}, shapes, dtypes),
    jvp=lambda t, part: t.parts.get(part),
)
_SELECT.name = "select"


_PACK = primitive(
    lambda *values: values,
    vjp=lambda t, i: t.parts.get(i),
    jvp=lambda t, i, shapes, dtypes: Bundle({i: t}, shapes, dtypes),
    variadic=True,
)
_PACK.name = "pack"


def record_call(
    p: Primitive, nodes: Sequence[Node | None], values: Sequence[Any], saved: Sequence[Any], outputs: Sequence[Any]
) -> list[Tensor]:
    """Record a call whose rule treats all its operands at once: one node packs them, one is the call.

    ``nodes`` may be more than ``values``: those beyond are Tensors that the function closes over.
    """
    likes = [n if n is not None else v for n, v in zip(nodes, [*values, *nodes[len(values) :]], strict=True)]
    shapes, dtypes = tuple(v.shape for v in likes), tuple(v.dtype for v in likes)
    edges = tuple((0, node, (i, shapes, dtypes)) for i, node in enumerate(nodes) if node is not None)
    pack = new_node(_PACK, tuple(nodes), {}, edges, shapes, dtypes)
    return list(_several(p, (pack,), {}, ((0, pack, (tuple(values), *saved)),), tuple(outputs)))


def lifted(rule: Callable[..., Any], node: Node, i: int, operand: Node, t: Any, saved: Sequence[Any]) -> Any:
    """Apply a rule to Tensors, so that it is recorded: what it reads is put back at its place on the tape."""
    assert node.primitive is not None
    return rule(t, *[_lift(name, value, node) for name, value in zip(node.primitive.reads[i], saved, strict=True)])


def _lift(name: str, value: Any, node: Node) -> Any:
    if name == "out":
        if node.primitive is not None and node.primitive.multiple:
            parts = [_wrap(o, _selected(node, k)) for k, o in enumerate(value)]
            return type(value)(*parts) if hasattr(value, "_fields") else type(value)(parts)
        return _wrap(value, node)
    if name == "operands":
        return [_wrap(v, n) if type(n) is Node else v for v, n in zip(value, node.operands, strict=True)]
    if name in LETTERS:
        operand = node.operands[LETTERS.index(name)]
        if type(operand) is Node and operand.primitive is _PACK:
            pairs = zip(value, operand.operands[: len(value)], strict=True)
            return tuple(v if n is None else _wrap(v, n) for v, n in pairs)
        return _wrap(value, operand) if type(operand) is Node else value
    return value


def _wrapped(out: Any) -> Any:
    if isinstance(out, (np.ndarray, np.generic)):
        return _wrap(out)
    if isinstance(out, tuple) and hasattr(out, "_fields"):
        return type(out)(*map(_wrapped, out))
    if type(out) in (list, tuple):
        return type(out)(map(_wrapped, out))
    return _wrap(out) if hasattr(out, "__array_function__") else out


def _snapshot(value: Any) -> Any:
    """What the tape may keep of a value of the user's: arrays are copied, for their owner may write to them."""
    if isinstance(value, Tensor):
        return value._data
    if isinstance(value, np.ndarray):
        return value.copy()
    if type(value) in (list, tuple):
        return type(value)([_snapshot(item) for item in value])
    return value


Primitive.apply = staticmethod(apply)  # type: ignore[assignment]
Primitive.lift = staticmethod(lifted)  # type: ignore[assignment]
Primitive.operand_types = (Tensor, list, tuple)
