"""Functions with rules of their own: custom_vjp, custom_jvp, checkpoint, numerical."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from . import tape
from .calls import record_call
from .primitive import Primitive
from .tape import Bundle, Node, settle
from .tensor import Tensor, tensor
from .transforms import _raw, _Run, _taped, vjp
from .trees import flatten, flatten_like


class _Call:
    """A function whose calls are recorded as one node, however much goes on inside."""

    def __init__(self, f: Callable[..., Any], by: str) -> None:
        functools.update_wrapper(self, f)
        self.f, self.by = f, by
        self.primitive = Primitive(f, f"{by}({getattr(f, '__name__', repr(f))})")
        self.primitive.custom = Primitive.custom_seen = True

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if kwargs:
            bound = inspect.signature(self.f).bind(*args, **kwargs)
            bound.apply_defaults()
            args = bound.args
        leaves, rebuild = flatten(args)
        if not any(map(_taped, leaves)) or not tape.is_grad_enabled():
            return self.f(*args)
        return self.record(leaves, rebuild)

    def record(self, leaves: list[Any], rebuild: Callable[[list[Any]], Any]) -> Any:
        raise NotImplementedError

    def plain(self, what: Callable[..., Any], leaves: list[Any], rebuild: Callable[[list[Any]], Any]) -> Any:
        """Run the user's function on plain arrays, and see that it closes over no Tensor whose gradient would be lost."""
        result = what(*rebuild([_read_only(leaf) for leaf in leaves]))
        if any(map(_taped, flatten(result)[0])):
            raise TypeError(
                f"{self.primitive.name}: the function closes over a Tensor that is on a tape, and that gradient would be "
                f"lost. Pass the Tensor as an argument."
            )
        return result

    def node(
        self, leaves: list[Any], saved: Sequence[Any], outputs: list[Any], outer: Sequence[Node] = ()
    ) -> list[Tensor]:
        nodes = [leaf._node if isinstance(leaf, Tensor) else None for leaf in leaves]
        values = [leaf._data if isinstance(leaf, Tensor) else np.array(leaf) for leaf in leaves]
        return record_call(self.primitive, nodes + list(outer), values, saved, [tensor(o)._data for o in outputs])


def _read_only(leaf: Any) -> Any:
    """A copy of an argument that nobody writes to: what a rule keeps of it is still true when the sweep comes by."""
    if not isinstance(leaf, (Tensor, np.ndarray)):
        return leaf
    array = leaf._data if isinstance(leaf, Tensor) else leaf
    if not isinstance(array, np.ndarray):
        return array
    array = array.copy()
    array.flags.writeable = False
    return array


class custom_vjp(_Call):
    """Decorator: a function with a reverse rule of its own, given by ``defvjp(forward, backward)``.

    ``forward(*args)`` returns ``(output, residuals)`` and ``backward(residuals, ct)`` a tuple with the cotangent of each
    argument, or None for zero. Both are plain NumPy; if ``backward`` is differentiable, so is the derivative, and
    forward mode follows by transposition.

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

        def rule(t: Any, x: Any, residuals: Any, rebuild: Any, rebuild_output: Any) -> Any:
            if any(isinstance(v, Tensor) for v in (*x, *t)):  # recorded: residuals as functions of the operands
                _, residuals = forward(*rebuild(list(x)))
            cotangents = backward(residuals, rebuild_output(list(t)))
            if not isinstance(cotangents, tuple):
                raise TypeError(f"{self.primitive.name}: backward returned {type(cotangents).__name__}, not a tuple.")
            return self._aligned(cotangents, rebuild(list(x)))

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

    def record(self, leaves: list[Any], rebuild: Callable[[list[Any]], Any]) -> Any:
        if self.forward is None:
            raise TypeError(
                f"{self.primitive.name}: no rule was given. Call {self.__name__}.defvjp(forward, backward)."
            )
        output, residuals = self.plain(self.forward, leaves, rebuild)
        outputs, rebuild_output = flatten(output)
        return rebuild_output(self.node(leaves, (residuals, rebuild, rebuild_output), outputs))


class custom_jvp(_Call):
    """Decorator: a function with a forward rule of its own, given by ``defjvp(rule)``.

    ``rule(primals, tangents)`` returns ``(output, tangent)``, both as plain NumPy of the tuples it is given. It is linear in
    the tangents, so reverse mode follows by transposition.

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

        def tangent(x: Any, ts: Any, rebuild: Any) -> list[Any]:
            return flatten(rule(rebuild(list(x)), rebuild(list(ts)))[1])[0]

        def push(t: Any, x: Any, rebuild: Any) -> list[Any]:
            return tangent(x, t.filled(), rebuild)

        def pull(t: Any, x: Any, rebuild: Any) -> list[Any]:
            zeros = [np.zeros(v.shape, v.dtype) for v in x]
            return list(vjp(lambda *ts: tangent(x, ts, rebuild), *zeros)[1](list(t)))

        self.primitive.multiple = True
        self.primitive.declare("general", (pull,), (push,))

    def record(self, leaves: list[Any], rebuild: Callable[[list[Any]], Any]) -> Any:
        if self.rule is None:
            raise TypeError(f"{self.primitive.name}: no rule was given. Call {self.__name__}.defjvp(rule).")
        outputs, rebuild_output = flatten(self.plain(self.f, leaves, rebuild))
        return rebuild_output(self.node(leaves, (rebuild,), outputs))


class checkpoint(_Call):
    """Decorator: a function whose intermediate values are computed again in the sweep instead of being kept.

    Memory for time: of a call only the arguments stay alive. Tensors that the function closes over get their gradients as
    usual. The function has to be deterministic, for it runs twice.

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

        def again(t: Any, x: Any, rebuild: Any, outer: Any) -> list[Any]:
            run = _Run(lambda *leaves: f(*rebuild(list(leaves))), x, range(len(x)), "checkpoint", False)
            return run.pull(list(t), wanted=outer)

        self.primitive.multiple = True
        self.primitive.declare("general", (again,), (None,))

    def record(self, leaves: list[Any], rebuild: Callable[[list[Any]], Any]) -> Any:
        floating = [k for k, leaf in enumerate(leaves) if tensor(leaf).dtype.kind in "fc"]

        def refill(values: list[Any]) -> Any:
            filled = list(leaves_off_tape)
            for k, value in zip(floating, values, strict=True):
                filled[k] = value
            return rebuild(filled)

        leaves_off_tape = [None if k in floating else _read_only(leaf) for k, leaf in enumerate(leaves)]
        inputs = [leaves[k] for k in floating]
        with tape.no_grad():
            detached = [leaf.detach() if isinstance(leaf, Tensor) else leaf for leaf in inputs]
        run = _Run(lambda *values: self.f(*refill(list(values))), detached, range(len(inputs)), "checkpoint", False)
        outputs = [t._data for t in run.outputs]
        return run.rebuild_output(self.node(inputs, (refill, run.outer), outputs, run.outer))


class numerical(_Call):
    """Decorator: a black box that is differentiated by central differences of fourth order, and marked so on the tape.

    It runs four times for each element of its arguments. Its derivative has about ten correct digits, and cannot be
    differentiated again.

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

        def pull(t: Any, x: Any, rebuild: Any) -> list[Any]:
            if any(isinstance(v, Tensor) for v in (*x, *t)):
                raise TypeError(f"{self.primitive.name}: a numerical derivative cannot be differentiated again.")
            gradients = []
            for k, v in enumerate(x):
                g = np.zeros(np.shape(v), v.dtype)
                for index in np.ndindex(g.shape):
                    unit = np.zeros(g.shape, v.dtype)
                    unit[index] = 1
                    slopes = self._slope(x, {k: unit}, rebuild)
                    g[index] = sum(np.sum(a * b) for a, b in zip(t, slopes, strict=True))
                gradients.append(g)
            return gradients

        def push(t: Any, x: Any, rebuild: Any) -> list[Any]:
            if any(isinstance(v, Tensor) for v in (*x, *t.parts.values())):
                raise TypeError(f"{self.primitive.name}: a numerical derivative cannot be differentiated again.")
            return self._slope(x, t.parts, rebuild)

        self.primitive.multiple = True
        self.primitive.declare("general", (pull,), (push,))

    def _slope(self, x: Any, direction: dict[int, Any], rebuild: Any) -> list[Any]:
        scale = max(1.0, *(float(np.max(np.abs(x[k]), initial=0)) for k in direction))
        h = (
            float(np.finfo(x[0].dtype).eps) ** 0.2
            * scale
            / max(1e-300, *(float(np.max(np.abs(d))) for d in direction.values()))
        )

        def at(s: float) -> list[Any]:
            moved = [v + s * h * direction[k] if k in direction else v for k, v in enumerate(x)]
            return flatten(self.f(*rebuild(moved)))[0]

        samples = zip(at(-2), at(-1), at(1), at(2), strict=True)
        return [np.asarray((a - 8 * b + 8 * c - d) / (12 * h)) for a, b, c, d in samples]

    def record(self, leaves: list[Any], rebuild: Callable[[list[Any]], Any]) -> Any:
        outputs, rebuild_output = flatten(self.plain(self.f, leaves, rebuild))
        outputs = [np.asarray(o, dtype=float) if isinstance(o, (int, float)) else o for o in outputs]
        return rebuild_output(self.node(leaves, (rebuild,), outputs))


def _transpose(p: Primitive, i: int, node: Node) -> Callable[..., Any]:
    """The JVP that follows from a VJP: the VJP is linear in its cotangent, and its transpose is the JVP."""
    rule = p.vjps[i]
    operand = next(operand for k, operand, _ in node.edges if k == i)

    def push(t: Any, *saved: Any) -> Any:
        def pull(*cotangents: Any) -> Any:
            ct = Bundle(dict(enumerate(cotangents)), node.shape, node.dtype) if p.multiple else cotangents[0]
            c = settle(rule(ct, *saved), operand.shape, operand.dtype, p.name)
            return list(c.filled()) if type(c) is Bundle else c

        shapes, dtypes = (node.shape, node.dtype) if p.multiple else ((node.shape,), (node.dtype,))
        zeros = [np.zeros(shape, dtype) for shape, dtype in zip(shapes, dtypes, strict=True)]
        tangents = vjp(pull, *zeros)[1](list(t.filled()) if type(t) is Bundle else t)
        return tangents if p.multiple else tangents[0]

    return push


Primitive.transpose = staticmethod(_transpose)  # type: ignore[assignment]
