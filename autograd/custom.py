"""Functions with rules of their own: custom_vjp, custom_jvp, checkpoint, numerical."""

from __future__ import annotations

import contextlib
import functools
import inspect
import zlib
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from . import tape
from .calls import record_call
from .primitive import Primitive, _own
from .signatures import shape_of
from .tape import Bundle, Node, settle
from .tensor import Tensor, tensor
from .transforms import _is_number, _raw, _Run, _taped
from .trees import flatten, flatten_like, tree_map


class _Arguments:
    """The arguments of a call: the Tensors among them that are on a tape, and everything else, which stays as it is."""

    def __init__(self, args: tuple[Any, ...]) -> None:
        leaves, self.rebuild = flatten(args)
        self.places = [k for k, leaf in enumerate(leaves) if _taped(leaf)]
        self.tensors = [leaves[k] for k in self.places]
        self.fixed = [None if _taped(leaf) else _read_only(leaf) for leaf in leaves]

    def filled(self, values: Sequence[Any]) -> tuple[Any, ...]:
        """All arguments, with these values for the Tensors on a tape."""
        return self._with(values, self.fixed)

    def tangents(self, values: Sequence[Any]) -> tuple[Any, ...]:
        """The tangents of all arguments, given those of the Tensors on a tape: those of other numbers are zero."""
        return self._with(values, [_zero(v) if _is_number(v) else None for v in self.fixed])

    def _with(self, values: Sequence[Any], others: list[Any]) -> tuple[Any, ...]:
        leaves = list(others)
        for k, value in zip(self.places, values, strict=True):
            leaves[k] = value
        filled: tuple[Any, ...] = self.rebuild(leaves)
        return filled


def _zero(v: Any) -> Any:
    dtype = getattr(v, "dtype", None)
    return np.zeros(shape_of(v), dtype if dtype is not None and dtype.kind in "fc" else float)[()]


def _read_only(leaf: Any) -> Any:
    """A copy of an argument that nobody writes to: what a rule keeps of it is still true when the sweep comes by."""
    if not isinstance(leaf, (Tensor, np.ndarray)):
        return leaf
    array = leaf._buffer if isinstance(leaf, Tensor) else leaf
    if not isinstance(array, np.ndarray):
        return array
    array = array.copy()
    array.flags.writeable = False
    return array


def _kept(residual: Any) -> Any:
    """A residual as the tape may keep it: an array that somebody may write to, perhaps through its base, is copied."""
    if not isinstance(residual, np.ndarray):
        return residual
    base: Any = residual if residual.base is None else residual.base
    still = isinstance(base, np.ndarray) and not (residual.flags.writeable or base.flags.writeable)
    return residual if still else residual.copy()


class _Call:
    """A function whose calls are recorded as one node, however much goes on inside."""

    def __init__(self, f: Callable[..., Any], by: str) -> None:
        functools.update_wrapper(self, f)
        self.f = f
        self.primitive = Primitive(f, f"{by}({getattr(f, '__name__', repr(f))})")
        self.primitive.custom = True
        self.signature: inspect.Signature | None = None
        with contextlib.suppress(TypeError, ValueError):  # some functions written in C do not tell
            self.signature = None if isinstance(f, np.ufunc) else inspect.signature(f)
        parameters = self.signature.parameters.values() if self.signature else ()
        self.named = [p.name for p in parameters if p.kind is p.KEYWORD_ONLY]

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        args = self.positional(args, kwargs)
        if not tape.recording() or not any(map(_taped, flatten(args)[0])):
            return self.call(*args)
        return self.record(_Arguments(args))

    def positional(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Any, ...]:
        """All arguments by position, as rules see them: defaults filled in, those by keyword only at the end."""
        if self.signature is None:
            if kwargs:
                raise TypeError(f"{self.primitive.name}: the function has no signature, so pass arguments by position.")
            return args
        bound = self.signature.bind(*args, **kwargs)
        bound.apply_defaults()
        if set(bound.kwargs) - set(self.named):
            raise TypeError(f"{self.primitive.name}: **kwargs are not supported; name the parameters.")
        return (*bound.args, *(bound.kwargs[name] for name in self.named))

    def call(self, *args: Any) -> Any:
        """The function, on arguments as :meth:`positional` orders them."""
        n = len(args) - len(self.named)
        return self.f(*args[:n], **dict(zip(self.named, args[n:], strict=True)))

    def record(self, args: _Arguments) -> Any:
        raise NotImplementedError

    def plain(self, what: Callable[..., Any], args: _Arguments) -> Any:
        """Run the user's function on plain arrays; refuse one that closes over a Tensor and would lose its gradient."""
        result = what(*args.filled([_read_only(t) for t in args.tensors]))
        if any(map(_taped, flatten(result)[0])):
            raise TypeError(
                f"{self.primitive.name}: the function closes over a Tensor that is on a tape, and that gradient would "
                f"be lost. Pass the Tensor as an argument."
            )
        return result

    def node(
        self, args: _Arguments, saved: Sequence[Any], outputs: list[Any], outer: Sequence[Node] = ()
    ) -> list[Tensor]:
        nodes = [*(t._node for t in args.tensors), *outer]
        values = [t._buffer for t in args.tensors]
        return record_call(self.primitive, nodes, values, (args, *saved), [tensor(o)._buffer for o in outputs])


class custom_vjp(_Call):
    """Decorator: a function with a reverse rule of its own, given by ``defvjp(forward, backward)``.

    ``forward(*args)`` returns ``(output, residuals)`` and ``backward(residuals, ct)`` a tuple with the cotangent of
    each argument, or None for zero. Both are plain NumPy; if ``backward`` is differentiable, so is the derivative, and
    forward mode follows by transposition. Rules see all arguments by position: defaults filled in, and those by keyword
    only at the end.

    Raises
    ------
    TypeError
        If no rule was given, the function closes over a Tensor on a tape, or ``backward`` returns no tuple of the right
        length.

    Examples
    --------
    >>> import numpy as np, autograd as ag
    >>> @ag.custom_vjp
    ... def clipped(x):
    ...     return x
    >>> clipped.defvjp(lambda x: (x, None), lambda res, ct: (np.clip(ct, -1, 1),))
    >>> ag.grad(lambda x: 5 * clipped(x))(2.0)
    np.float64(1.0)
    """

    def __init__(self, f: Callable[..., Any]) -> None:
        super().__init__(f, "custom_vjp")
        self.forward: Callable[..., Any] | None = None
        self.backward: Callable[..., Any] | None = None

    def defvjp(self, forward: Callable[..., Any], backward: Callable[..., Any]) -> None:
        """State the rule: ``forward(*args) -> (output, residuals)``, ``backward(residuals, ct) -> tuple``."""
        self.forward, self.backward = forward, backward

        def rule(t: Any, x: Any, args: _Arguments, residuals: Any, rebuild_output: Any) -> Any:
            filled, recorded = args.filled(x), _any_tensor(x, t)
            if recorded:  # residuals as functions of the operands
                _, residuals = forward(*filled)
            cotangents = backward(residuals, rebuild_output([_own(part) for part in t]))
            if not isinstance(cotangents, tuple):
                raise TypeError(f"{self.primitive.name}: backward returned {type(cotangents).__name__}, not a tuple.")
            aligned = self._aligned(cotangents, filled)
            return [aligned[k] if recorded else _own(_raw(aligned[k])) for k in args.places]

        self.primitive.multiple = True
        self.primitive.declare("general", (rule,), (None,))

    def _aligned(self, cotangents: tuple[Any, ...], args: tuple[Any, ...]) -> list[Any]:
        """The leaves of the cotangents, in the order of the arguments' leaves; None stands for zero."""
        if len(cotangents) != len(args):
            raise TypeError(
                f"{self.primitive.name}: backward returned {len(cotangents)} cotangents for {len(args)} arguments."
            )
        aligned: list[Any] = []
        for cotangent, arg in zip(cotangents, args, strict=True):
            if cotangent is None:
                aligned += [None] * len(flatten(arg)[0])
                continue
            try:
                aligned += flatten_like(cotangent, arg)
            except ValueError as error:
                raise TypeError(f"{self.primitive.name}: the cotangent of an argument has {error}.") from None
        return aligned

    def record(self, args: _Arguments) -> Any:
        """Call the forward rule, and put the call on the tape with the residuals that it returns."""
        if self.forward is None:
            call = f"{self.f.__name__}.defvjp(forward, backward)"
            raise TypeError(f"{self.primitive.name}: no rule was given. Call {call}.")
        result = self.plain(self.forward, args)
        if not isinstance(result, tuple) or len(result) != 2:
            raise TypeError(f"{self.primitive.name}: forward returns a pair (output, residuals).")
        outputs, rebuild_output = flatten(result[0])
        residuals = tree_map(_kept, result[1])
        return rebuild_output(self.node(args, (residuals, rebuild_output), outputs))


class custom_jvp(_Call):
    """Decorator: a function with a forward rule of its own, given by ``defjvp(rule)``.

    ``rule(primals, tangents)`` returns ``(output, tangent)``, both as plain NumPy of the tuples it is given. It is
    linear in the tangents, so reverse mode follows by transposition. The tangent of an argument that is no number is
    None.

    Examples
    --------
    >>> import numpy as np, autograd as ag
    >>> @ag.custom_jvp
    ... def f(x):
    ...     return np.sin(x)
    >>> f.defjvp(lambda primals, tangents: (f(*primals), 2 * np.cos(primals[0]) * tangents[0]))
    >>> ag.grad(f)(0.0), ag.jvp(f, (0.0,), (1.0,))[1]
    (np.float64(2.0), np.float64(2.0))
    """

    def __init__(self, f: Callable[..., Any]) -> None:
        super().__init__(f, "custom_jvp")
        self.rule: Callable[..., Any] | None = None

    def defjvp(self, rule: Callable[..., Any]) -> None:
        """State the rule: ``rule(primals, tangents) -> (output, tangent)``."""
        self.rule = rule

        def tangent(x: Any, ts: Any, args: _Arguments, form: Any) -> list[Any]:
            result = rule(args.filled(x), args.tangents(ts))
            if not isinstance(result, tuple) or len(result) != 2:
                raise TypeError(f"{self.primitive.name}: the rule returns a pair (output, tangent).")
            try:
                tangents = flatten_like(result[1], form)
            except ValueError as error:
                raise TypeError(f"{self.primitive.name}: the tangent has {error}.") from None
            return tangents if _any_tensor(x, ts) else [_raw(v) for v in tangents]

        def push(t: Any, x: Any, args: _Arguments, form: Any) -> list[Any]:
            return tangent(x, t.filled(), args, form)

        def pull(t: Any, x: Any, args: _Arguments, form: Any) -> list[Any]:
            live = [k for k, ct in enumerate(t) if ct.dtype.kind in "fc"]

            def of_live(*ts: Any) -> list[Any]:
                found = tangent(x, ts, args, form)
                return [np.zeros_like(t[k]) if found[k] is None else found[k] for k in live]

            return _pulled(of_live, [(v.shape, v.dtype) for v in x], [t[k] for k in live], _any_tensor(x, t))

        self.primitive.multiple = True
        self.primitive.declare("general", (pull,), (push,))

    def record(self, args: _Arguments) -> Any:
        """Call the function, and put the call on the tape."""
        if self.rule is None:
            raise TypeError(f"{self.primitive.name}: no rule was given. Call {self.f.__name__}.defjvp(rule).")
        outputs, rebuild_output = flatten(self.plain(self.call, args))
        return rebuild_output(self.node(args, (rebuild_output([0.0] * len(outputs)),), outputs))


class checkpoint(_Call):
    """Decorator: a function whose intermediate values are computed again in the sweep instead of being kept.

    Memory for time: of a call only the arguments stay alive. Tensors that the function closes over get their gradients
    as usual; if no argument is on a tape, it is an ordinary call. The function has to be deterministic, for it runs
    twice.

    Source: Griewank and Walther, Algorithm 799: revolve, 2000.

    Examples
    --------
    >>> import numpy as np, autograd as ag
    >>> block = ag.checkpoint(lambda x: np.tanh(np.sin(x)))
    >>> ag.grad(block)(0.0)
    np.float64(1.0)
    """

    def __init__(self, f: Callable[..., Any]) -> None:
        super().__init__(f, "checkpoint")

        def again(t: Any, x: Any, args: _Arguments, outer: Any, outputs: Any) -> list[Any]:
            run = self._run(args, x)
            if [_fingerprint(output) for output in run.outputs] != outputs:
                raise RuntimeError(
                    f"{self.primitive.name}: computed again, the function gave another result. It has to be "
                    f"deterministic, and what it closes over has to stay as it is until backward()."
                )
            return run.pull(list(t), wanted=outer, record=_any_tensor(x, t))

        self.primitive.multiple = True
        self.primitive.declare("general", (again,), (None,))

    def _run(self, args: _Arguments, values: Sequence[Any]) -> _Run:
        return _Run(lambda *v: self.call(*args.filled(v)), values, range(len(values)), "checkpoint", False)

    def record(self, args: _Arguments) -> Any:
        """Run the function once to find its outputs and what it closes over; of its own tape nothing stays."""
        run = self._run(args, [t.detach() for t in args.tensors])
        fingerprints = [_fingerprint(t) for t in run.outputs]
        outputs = [t._buffer for t in run.outputs]
        return run.rebuild_output(self.node(args, (run.outer, fingerprints), outputs, run.outer))


def _fingerprint(t: Tensor) -> int | None:
    """A checksum of a value, to tell whether it was computed the same again; None for a lazy array."""
    value = t._buffer
    return zlib.crc32(np.ascontiguousarray(value).data) if isinstance(value, (np.ndarray, np.generic)) else None


class numerical(_Call):
    """Decorator: a black box that is differentiated by central differences of fourth order, and marked so on the tape.

    It runs four times for each element of its arguments. The step is 7e-4 times the element (at most 7e-4), so a
    function that varies on that scale gets about ten correct digits. The derivative cannot be differentiated again.

    Parameters
    ----------
    f : callable
        A function of float64 arrays.

    Examples
    --------
    >>> import math, autograd as ag
    >>> gamma = ag.numerical(lambda x: math.gamma(float(x)))
    >>> round(float(ag.grad(gamma)(1.0)), 8)
    -0.57721566
    """

    def __init__(self, f: Callable[..., Any]) -> None:
        super().__init__(f, "numerical")

        def pull(t: Any, x: Any, args: _Arguments) -> list[Any]:
            self._once((*x, *t))
            gradients = []
            for k, v in enumerate(x):
                g = np.zeros_like(v, subok=False) if np.shape(v) else np.zeros((), v.dtype)
                for index in np.ndindex(g.shape):
                    slopes = self._slope(x, k, index, args)
                    g[index] = sum(np.real(np.sum(a * b)) for a, b in zip(t, slopes, strict=True))
                gradients.append(g)
            return gradients

        def push(t: Any, x: Any, args: _Arguments) -> list[Any]:
            self._once((*x, *t.parts.values()))
            total: list[Any] = []
            for k, tangent in t.parts.items():
                for index in np.ndindex(np.shape(tangent)):
                    weighted = [tangent[index] * slope for slope in self._slope(x, k, index, args)]
                    total = [a + b for a, b in zip(total, weighted, strict=True)] if total else weighted
            still = [_read_only(v) for v in x]
            return total or [np.zeros_like(o) for o in flatten(self.call(*args.filled(still)))[0]]

        self.primitive.multiple = True
        self.primitive.declare("general", (pull,), (push,))

    def _once(self, values: Sequence[Any]) -> None:
        if _any_tensor(values):
            raise TypeError(f"{self.primitive.name}: a numerical derivative cannot be differentiated again.")

    def _slope(self, x: Sequence[Any], k: int, index: tuple[int, ...], args: _Arguments) -> list[Any]:
        """The derivative of each output by one element of one argument: central differences of fourth order."""
        value = float(x[k][index])
        h = float(np.finfo(x[k].dtype).eps) ** 0.2 * min(abs(value) or 1.0, 1.0)

        def at(s: float) -> list[Any]:
            moved = [np.array(v) for v in x]
            moved[k][index] = value + s * h
            return flatten(self.call(*args.filled([_read_only(v)[()] for v in moved])))[0]

        samples = zip(at(-2), at(-1), at(1), at(2), strict=True)
        return [np.asarray((a - 8 * b + 8 * c - d) / (12 * h)) for a, b, c, d in samples]

    def record(self, args: _Arguments) -> Any:
        """Call the function, and put the call on the tape."""
        if any(t.dtype.kind == "c" for t in args.tensors):
            raise TypeError(f"{self.primitive.name}: an argument is complex; pass its real and imaginary part.")
        outputs, rebuild_output = flatten(self.plain(self.call, args))
        outputs = [np.asarray(o, dtype=float) if isinstance(o, (int, float)) else o for o in outputs]
        return rebuild_output(self.node(args, (), outputs))


def _any_tensor(*values: Sequence[Any]) -> bool:
    """Whether a sweep is recorded: then its rules run on Tensors."""
    return any(isinstance(v, Tensor) for some in values for v in some)


def _pulled(f: Callable[..., Any], likes: Sequence[Any], cotangents: Sequence[Any], recorded: bool) -> list[Any]:
    """Pull cotangents back through a linear function, from values of these shapes and dtypes."""
    run = _Run(f, [np.zeros(shape, dtype) for shape, dtype in likes], range(len(likes)), "transpose", False)
    return run.pull(cotangents, record=recorded)


def _transpose(p: Primitive, i: int, node: Node) -> Callable[..., Any]:
    """The JVP that follows from a VJP: the VJP is linear in its cotangent, and its transpose is the JVP."""
    rule: Any = p.vjps[i]
    operand = node.operands[i]

    shapes, dtypes = (node.shape, node.dtype) if p.multiple else ((node.shape,), (node.dtype,))
    live = [k for k, dtype in enumerate(dtypes) if dtype.kind in "fc"]

    def push(t: Any, *saved: Any) -> Any:
        def pull(*cotangents: Any) -> Any:
            parts = dict(zip(live, cotangents, strict=True))
            c = rule(Bundle(parts, shapes, dtypes) if p.multiple else parts[0], *saved)
            c = settle(c, operand.shape, operand.dtype, p.name)
            if type(c) is not Bundle:
                return c
            return [c.parts[k] if k in c.parts else np.zeros(part.shape, part.dtype) for k, part in t.parts.items()]

        ts = list(t.parts.values()) if type(t) is Bundle else [t]
        recorded = _any_tensor(ts, saved, *(v for v in saved if isinstance(v, (tuple, list))))
        tangents = _pulled(pull, [(shapes[k], dtypes[k]) for k in live], ts, recorded)
        return Bundle(dict(zip(live, tangents, strict=True)), shapes, dtypes) if p.multiple else tangents[0]

    return push


Primitive.transpose = staticmethod(_transpose)
