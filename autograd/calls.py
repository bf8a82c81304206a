"""Calling a primitive on Tensors, and recording the call: what every NumPy function on a Tensor ends in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from . import tape
from .primitive import Primitive, primitive
from .signatures import LETTERS
from .tape import SELECT, Bundle, Node, new_node, recording
from .tensor import _SCALARS, Tensor, _deliver, _explained, _unwrap, _wrap, tensor


def apply(p: Primitive, args: Sequence[Any], kwargs: dict[str, Any]) -> Any:
    """Call a primitive on Tensors and record it, by the shortest way that the call allows."""
    kind = p.kind
    one = type(args[0]) is Tensor if args else False
    ruled = kind in _RULED and not p.variadic and not (p.multiple and p.arity == 1)
    if ruled:
        if one and p.arity == 1:
            found = _recalled(p, args, kwargs)
            if found is not None:
                return _apply_one(p, args, kwargs, found)
        elif not kwargs and len(args) == p.arity:
            result = _apply_operands(p, args)
            if result is not NotImplemented:
                return result
    if kind == "constant" and one and len(args) == 1 and not kwargs:
        if tape.watcher is not None:
            tape.watcher.left(p.name, *args)
        return _wrapped(p.function(args[0]._buffer))
    at = p.plan.out_at
    positional = len(args) > at
    if (kwargs and kwargs.get("out") is not None) or (positional and (kind == "composite" or args[at] is not None)):
        return _apply_into(p, args, kwargs)
    if kind == "composite":
        kwargs.pop("out", None)
        return p.function(*args, **kwargs)
    if ruled and one and p.arity == 1:
        if _plain(args[1:]) and (not kwargs or _plain(kwargs.values())):
            return _apply_one(p, args, kwargs, None, _remembered)
        if _plain(args[1:], _ARRAYS) and (not kwargs or _plain(kwargs.values(), _ARRAYS)):
            return _apply_one(p, args, kwargs, None, _bound)
    if p.variadic and one:  # a Tensor is the sequence of its rows
        args = (list(args[0]), *args[1:])
    listed = p.variadic and kind in _RULED and not p.multiple and args and type(args[0]) in (list, tuple)
    if listed and all([type(v) is Tensor for v in args[0]]):
        return _apply_sequence(p, args, kwargs)
    return _apply_any(p, args, kwargs)


def _apply_any(p: Primitive, args: Sequence[Any], kwargs: dict[str, Any]) -> Any:
    """The general case: Tensors anywhere among the arguments, inside lists too."""
    kind = p.kind
    args = [_joined(arg, p.variadic) if type(arg) in (list, tuple) else arg for arg in args]
    tensors: list[Tensor] = []
    raw = [_unwrap(arg, tensors) for arg in args]
    raw_kwargs = {name: _unwrap(value, tensors) for name, value in kwargs.items()} if kwargs else kwargs
    taped = 0
    if recording():
        for t in tensors:
            if t._node is not None:
                taped += 1
    if kind in _NO_RULE and tensors:
        if kind == "undeclared" and p.discover(p.original):
            return apply(p, args, kwargs)
        if taped:
            raise _refused(p)
        raw = [_snapshot(arg) for arg in args]  # it might write to its operand, and nobody has looked
    try:
        out = p.function(*raw, **raw_kwargs)
    except (ValueError, TypeError, IndexError) as error:
        raise _explained(p, error, raw) from None
    if type(out) in (float, complex):
        out = np.asarray(out)[()]
    if not taped or kind == "constant":
        if tape.watcher is not None:
            tape.watcher.left(p.name, *args, *tensors)
        return _wrapped(out) if tensors else out
    values, parameters = p.bind(args, kwargs)
    for v in values:
        if isinstance(v, Tensor) and v._node is not None:
            taped -= 1
    if taped:
        names = [name for name, v in parameters.items() if isinstance(v, Tensor) and v._node is not None]
        raise TypeError(
            f"{p.name}: a Tensor on a tape was given where no derivative is defined"
            f"{f' (parameter {names[0]})' if names else ''}. Write t.detach() there."
        )
    return record(p, values, out, parameters)


def _joined(value: Any, variadic: bool) -> Any:
    """A list with taped Tensors inside as one Tensor (each of its entries, if the list is the operands)."""
    found: list[Tensor] = []
    _unwrap(value, found)
    if not any(t._node is not None for t in found):
        return value
    if variadic:
        return [tensor(item) if type(item) in (list, tuple) else item for item in value]
    return tensor(value)


_NO_RULE = ("unsupported", "undeclared")
_RULED = frozenset({"elementwise", "linear", "general"})


def _refused(p: Primitive) -> TypeError:
    if isinstance(p.original, np.ufunc) and all(set(types) <= set("O->") for types in p.original.types):
        return TypeError(
            f"{p.name}: a function made by np.frompyfunc returns objects, and a Tensor on a tape would lose its "
            f"gradient. Write ag.vectorize(f), which works on Tensors, or call it on t.detach()."
        )
    return TypeError(
        f"{p.name}: no derivative is known, so calling it on a Tensor that is on a tape would lose the gradient. "
        + (p.reason or "Call it on t.detach() if none is needed, or give it a rule with ag.custom_vjp.")
    )


def _apply_into(p: Primitive, args: Sequence[Any], kwargs: dict[str, Any]) -> Any:
    """A call with ``out``, by position or by name: compute, then deliver."""
    at = p.plan.out_at
    out = kwargs.get("out") if "out" in kwargs else args[at]
    rest = {name: value for name, value in kwargs.items() if name != "out"}
    if len(args) > at + 1:
        rest.update(zip(p.plan.names[at + 1 :], args[at + 1 :], strict=False))
    return _deliver(apply(p, args[:at], rest), out, p.name)


def _apply_operands(p: Primitive, args: Sequence[Any]) -> Any:
    """Calls with operands alone: Tensors, numbers and plain arrays. The same steps as :func:`_apply_any`, cut short."""
    raw: list[Any] = []
    nodes: list[Any] = []
    operands: list[Any] = []
    arrays: list[int] = []
    for v in args:
        kind = type(v)
        if kind is Tensor:
            raw.append(v._buffer)
            nodes.append(v._node)
            operands.append(v._node)
            continue
        if kind is np.ndarray and v.dtype.kind != "O":
            arrays.append(len(raw))
        elif kind not in _SCALARS and v is not None:
            return NotImplemented
        raw.append(v)
        nodes.append(None)
        operands.append(v if kind in _SCALARS else None)
    try:
        out = p.function(*raw)
    except (ValueError, TypeError, IndexError) as error:
        raise _explained(p, error, raw) from None
    if type(out) in (float, complex):
        out = np.asarray(out)[()]
    residuals = None
    varies = p.multiple or getattr(out, "dtype", _OBJECT).kind in "fc"
    if varies and recording() and any([node is not None for node in nodes]):
        for k in arrays:
            raw[k] = _constant(p, k, raw[k], nodes)
        residuals = p.link(out, *raw, *nodes, p.plan.defaults)
    if residuals is None:
        if tape.watcher is not None:
            tape.watcher.left(p.name, *args)
        return _wrapped(out)
    if p.multiple:
        return _several(p, tuple(operands), {}, residuals, out)
    return _wrap(out, new_node(p, {}, residuals, out.shape, out.dtype, row=tuple(operands)))


def _apply_sequence(p: Primitive, args: Sequence[Any], kwargs: dict[str, Any]) -> Any:
    """Calls with a sequence of Tensors. The same steps as :func:`_apply_any`, cut short."""
    raw, nodes = [t._buffer for t in args[0]], [t._node for t in args[0]]
    try:
        out = p.function(raw, *args[1:], **kwargs)
    except (ValueError, TypeError, IndexError) as error:
        raise _explained(p, error, (raw, *args[1:])) from None
    if not recording() or not any([node is not None for node in nodes]):
        if tape.watcher is not None:
            tape.watcher.left(p.name, *args[0])
        return _wrapped(out)
    parameters, given = _bound(p, args, kwargs)
    residuals = p.link(out, raw, nodes, given)
    return _wrap(out, new_node(p, parameters, residuals, out.shape, out.dtype, row=tuple(nodes)))


def _recalled(p: Primitive, args: Sequence[Any], kwargs: dict[str, Any]) -> Any:
    """The parameters of a call with one operand, as given and with defaults, if they were bound before; else None."""
    if not kwargs and len(args) == 1:
        return p.recalled.get(())
    try:
        return p.recalled.get(_key(args, kwargs))
    except Exception:  # there is a list or an array among them, or something that cannot be compared
        return None


def _bound(p: Primitive, args: Sequence[Any], kwargs: dict[str, Any]) -> Any:
    """The parameters of a call, as the tape may keep them: those given, and all with defaults."""
    parameters = {name: _snapshot(value) for name, value in p.bind(args, kwargs)[1].items()}
    defaults = p.plan.defaults
    return parameters, ({**defaults, **parameters} if parameters else defaults)


def _remembered(p: Primitive, args: Sequence[Any], kwargs: dict[str, Any]) -> Any:
    found = _bound(p, args, kwargs)
    if (p.custom or "index" in p.plan.known) and (kwargs or len(args) > 1):
        return found  # 1 == True == 1.0: no difference to our rules, but perhaps to somebody's, and to an index
    if len(p.recalled) >= 1000:
        p.recalled.clear()
    p.recalled[_key(args, kwargs)] = found
    return found


def _key(args: Sequence[Any], kwargs: dict[str, Any]) -> Any:
    """What tells the parameters of a call with one operand from those of others."""
    return (tuple(args[1:]), tuple(kwargs.items())) if kwargs else tuple(args[1:])


def _apply_one(
    p: Primitive, args: Sequence[Any], kwargs: dict[str, Any], found: Any, bind: Callable[..., Any] | None = None
) -> Any:
    """Calls with one Tensor, and parameters that are none. The same steps as :func:`_apply_any`, cut short."""
    x = args[0]
    a, node = x._buffer, x._node
    try:
        out = p.function(a, *args[1:], **kwargs)
    except (ValueError, TypeError, IndexError) as error:
        raise _explained(p, error, (a,)) from None
    if type(out) in (float, complex):
        out = np.asarray(out)[()]
    if node is None or p.pulls[0] is None or getattr(out, "dtype", _OBJECT).kind not in "fc" or not recording():
        if tape.watcher is not None:
            tape.watcher.left(p.name, x)
        return _wrapped(out)
    parameters, given = found if bind is None else bind(p, args, kwargs)
    return _wrap(out, new_node(p, parameters, p.link(out, a, node, given), out.shape, out.dtype, node))


_DTYPES = {np.dtype, *map(type, map(np.dtype, "dfFD"))}
_PLAIN: frozenset[type] = frozenset({int, float, bool, str, type(None), type, *_DTYPES})
_ARRAYS: frozenset[type] = _PLAIN | {np.ndarray}


def _plain(values: Iterable[Any], kinds: frozenset[type] = _PLAIN) -> bool:
    """Whether there is no array and no Tensor among parameters, nor anything that could hold one."""
    for value in values:
        if type(value) not in kinds and not (type(value) is tuple and all([type(item) is int for item in value])):
            return False
    return True


def record(p: Primitive, values: Sequence[Any], out: Any, parameters: dict[str, Any]) -> Any:
    """Put a computed value on the tape: keep what its rules read, and nothing else."""
    nodes = [v._node if isinstance(v, Tensor) else None for v in values]
    if parameters:
        parameters = {name: _snapshot(value) for name, value in parameters.items()}
    raw = [v._buffer if isinstance(v, Tensor) else _constant(p, i, v, nodes) for i, v in enumerate(values)]
    defaults = p.plan.defaults
    given = {**defaults, **parameters} if defaults else parameters
    residuals = p.link(out, raw, nodes, given) if p.variadic else p.link(out, *raw, *nodes, given)
    if residuals is None:
        if tape.watcher is not None:
            tape.watcher.left(p.name, *values)
        return _wrapped(out)
    operands = tuple(
        [v if node is None and type(v) in _SCALARS else node for node, v in zip(nodes, values, strict=True)]
    )
    if p.multiple:
        return _several(p, operands, parameters, residuals, out)
    if getattr(out, "dtype", _OBJECT).kind not in "fc":
        if tape.watcher is not None:
            tape.watcher.left(p.name, *values)
        return _wrapped(out)
    return _wrap(out, new_node(p, parameters, residuals, out.shape, out.dtype, row=operands))


def _constant(p: Primitive, i: int, value: Any, nodes: Sequence[Node | None]) -> Any:
    """A constant operand as the rules may keep it: an array of the user's is copied if a needed rule reads it."""
    if isinstance(value, (list, tuple)):
        return np.array(value)
    if isinstance(value, np.ndarray):
        if type(value) is not np.ndarray:
            return np.array(value)
        for k, node in enumerate(nodes):
            reads = p.reads[0 if p.variadic else k]
            if node is not None and ("operands" in reads or (not p.variadic and LETTERS[i] in reads)):
                return value.copy()
    return value


def _several(p: Primitive, operands: Any, parameters: Any, residuals: Any, out: Any) -> Any:
    """Record a primitive with several outputs: one node for the call, and one that selects each output from it."""
    shapes, dtypes = tuple(o.shape for o in out), tuple(o.dtype for o in out)
    node = new_node(p, parameters, residuals, shapes, dtypes, row=operands)
    outputs = [_wrap(o, _selected(node, k)) if o.dtype.kind in "fc" else _wrap(o) for k, o in enumerate(out)]
    return type(out)(*outputs) if hasattr(out, "_fields") else type(out)(outputs)


def _selected(node: Node, k: int) -> Node:
    residuals = (k, node.shape, node.dtype)
    return new_node(SELECT, {"part": k}, residuals, node.shape[k], node.dtype[k], node)


_PACK = primitive(
    lambda *values: values,
    vjp=lambda t, i: t.parts.get(i),
    jvp=lambda ts, shapes, dtypes: Bundle({i: t for i, t in enumerate(ts) if t is not None}, shapes, dtypes),
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
    pack = new_node(_PACK, {}, (shapes, dtypes), shapes, dtypes, row=tuple(nodes))
    call = (tuple(values), *saved)
    if tape.watcher is not None:
        tape.watcher.computed(call, outputs, values)
    return list(_several(p, (pack,), {}, call, tuple(outputs)))


def lifted(rule: Callable[..., Any], node: Node, i: int, operand: Node, t: Any, saved: Sequence[Any]) -> Any:
    """Apply a rule to Tensors, so that it is recorded: what it reads is put back at its place on the tape."""
    assert node.primitive is not None
    return rule(t, *[_lift(name, value, node) for name, value in zip(node.primitive.reads[i], saved, strict=True)])


def _like(result: Any, *arguments: Any) -> Any:
    """A rule's result as a plain array (or as several), if all its arguments were."""
    if any(isinstance(v, Tensor) for a in arguments for v in (a if isinstance(a, (tuple, list)) else (a,))):
        return result
    if type(result) in (tuple, list):
        return type(result)([_like(part) for part in result])
    return result._buffer if isinstance(result, Tensor) else result


def _lift(name: str, value: Any, node: Node) -> Any:
    if name == "out":
        if node.primitive is not None and node.primitive.multiple:
            parts = [_wrap(o, _selected(node, k) if o.dtype.kind in "fc" else None) for k, o in enumerate(value)]
            return type(value)(*parts) if hasattr(value, "_fields") else type(value)(parts)
        return _wrap(value, node)
    if name == "operands":
        return [_wrap(v, n) if type(n) is Node else v for v, n in zip(value, node.operands, strict=True)]
    if name in LETTERS and value is not None:
        operand = node.operands[LETTERS.index(name)]
        if type(operand) is Node and operand.primitive is _PACK:
            pairs = zip(value, operand.operands[: len(value)], strict=True)
            return tuple(v if n is None else _wrap(v, n) for v, n in pairs)
        return _wrap(value, operand) if type(operand) is Node else value
    return value


_OBJECT = np.dtype(object)


def _wrapped(out: Any) -> Any:
    if isinstance(out, (np.ndarray, np.generic, float, complex)):
        if getattr(out, "dtype", _OBJECT).kind == "O":
            raise TypeError(
                "The result is an object array, which has no derivative. Convert operands with astype(float)."
            )
        return _wrap(out)
    if isinstance(out, tuple) and hasattr(out, "_fields"):
        return type(out)(*map(_wrapped, out))
    if type(out) in (list, tuple):
        return type(out)(map(_wrapped, out))
    return _wrap(out) if hasattr(out, "__array_function__") else out


def _snapshot(value: Any) -> Any:
    """What the tape may keep of a value of the user's: arrays are copied, for their owner may write to them."""
    if isinstance(value, Tensor):
        return value._buffer
    if isinstance(value, np.ndarray):
        return value.copy()
    if type(value) in (list, tuple):
        return type(value)([_snapshot(item) for item in value])
    return value


Primitive.apply = staticmethod(apply)
Primitive.lift = staticmethod(lifted)
Primitive.like = staticmethod(_like)
Primitive.operand_types = (Tensor, list, tuple)
