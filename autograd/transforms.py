"""Transforms of plain functions: derivatives in, derivatives out, composable to any depth.

A transform runs the function on fresh leaves, which are its own, and sweeps the tape between them and the result.
Whatever is older than its leaves belongs to somebody else: if the result depends on such a node (an outer transform, a
Tensor that the function closes over), the sweep itself is recorded, so that derivatives of derivatives are exact. No
levels or tags are needed, since every place on the tape is a variable of its own.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from . import arrays, tape
from .calls import lifted
from .late import formed
from .primitive import linear
from .tape import Bundle, Node, backward_sweep, forward_sweep, reachable, settle
from .tensor import Tensor, tensor
from .trees import flatten, flatten_like

_alias = linear(arrays.alias, lambda t: t)
_alias.batched = True

# -- one run of a function on leaves of its own ----------------------------------------------------------------------


def _inner(value: Any, by: str) -> Tensor:
    """A fresh place on the tape for an argument: a leaf, or, for a Tensor on a tape, the same value behind it."""
    if isinstance(value, Tensor) and value.requires_grad and tape.recording():
        return _alias(value)
    if not _is_number(value):
        raise TypeError(f"{by}: an argument is a {type(value).__name__}, and only arrays and numbers have derivatives.")
    t = Tensor(value.detach() if isinstance(value, Tensor) else value)
    if t.dtype.kind not in "fc":
        raise TypeError(
            f"{by}: an argument has dtype {t.dtype}, which has no derivative. Write 2.0 instead of 2, or convert it "
            f"with astype(float)."
        )
    t.requires_grad = True
    return t


def _raw(value: Any) -> Any:
    """The plain value of a Tensor: an array, or a NumPy scalar if it has no axes."""
    if not isinstance(value, Tensor):
        return value
    data = value.data
    return data[()] if isinstance(data, np.ndarray) and data.ndim == 0 else data


def _is_number(value: Any) -> bool:
    return isinstance(value, (Tensor, int, float, complex, np.generic)) or hasattr(value, "__array_function__")


class _Run:
    """A function's run on leaves of its own: what every transform starts with."""

    def __init__(
        self, f: Callable[..., Any], args: Sequence[Any], argnums: Sequence[int], by: str, has_aux: bool
    ) -> None:
        self.by, self.aux = by, None
        with tape.enable_grad():
            flat = [flatten(args[k]) for k in argnums]
            self.rebuilds = [(len(leaves), rebuild) for leaves, rebuild in flat]
            self.inputs = [_inner(leaf, by) for leaves, _ in flat for leaf in leaves]
            first = self.inputs[0]._node if self.inputs else tape.leaf((), np.dtype(float))
            self.until = first.order
            call = list(args)
            for k, tree in zip(argnums, self.trees(self.inputs), strict=True):
                call[k] = tree
            result = f(*call)
            if has_aux:
                if not isinstance(result, tuple) or len(result) != 2:
                    raise TypeError(f"{by}: with has_aux=True the function returns a pair (value, aux).")
                result, self.aux = result
            if result is None:
                raise TypeError(f"{by}: the function returned None. Is a return missing?")
            leaves, self.rebuild_output = flatten(result)
            for leaf in leaves:
                if not _is_number(leaf):
                    raise TypeError(
                        f"{by}: the function returned {type(leaf).__name__}, which is not an array or number."
                    )
            self.outputs = [tensor(leaf) for leaf in leaves]
        roots = [t._node for t in self.outputs if t._node is not None]
        self.nodes = reachable(roots, self.until)
        self.outer = [node for node in self.nodes if node.order > self.until]

    def trees(self, leaves: Sequence[Any]) -> tuple[Any, ...]:
        """Leaves in the containers of the arguments."""
        built, start = [], 0
        for n, rebuild in self.rebuilds:
            built.append(rebuild(list(leaves[start : start + n])))
            start += n
        return tuple(built)

    def recorded(self, *values: Any) -> bool:
        """Whether a sweep has to be recorded, because somebody else's tape is involved and wants to know."""
        return tape.recording() and (bool(self.outer) or any(isinstance(v, Tensor) and v.requires_grad for v in values))

    def value(self) -> Any:
        """What the function returned, off our tape unless somebody else's goes through it."""
        keep = self.recorded()
        return self.rebuild_output([t if keep and t.requires_grad else _raw(t) for t in self.outputs])

    def auxiliary(self) -> Any:
        leaves, rebuild = flatten(self.aux)
        nodes = reachable([leaf._node for leaf in leaves if _taped(leaf)], self.until)
        keep = tape.recording() and any(node.order > self.until for node in nodes)
        return rebuild([leaf if keep else _raw(leaf) for leaf in leaves])

    def pull(
        self,
        cotangents: Sequence[Any],
        *,
        free: bool = False,
        lead: int = 0,
        wanted: Sequence[Node] = (),
        record: bool | None = None,
    ) -> list[Any]:
        """The cotangents of the inputs (and of the nodes ``wanted``), given those of the outputs (None for zero)."""
        seeds: dict[Node, Any] = {}
        for t, cotangent in zip(self.outputs, cotangents, strict=True):
            if cotangent is not None and t._node is not None and (t._node.order <= self.until or t._node in wanted):
                seeds[t._node] = seeds[t._node] + cotangent if t._node in seeds else cotangent
        record = self.recorded(*cotangents) if record is None else record
        ends = [t._node for t in self.inputs] + list(wanted)
        with np.errstate(all="ignore"):  # what is not recorded is on raw arrays, so there is no mode to set
            arrived = backward_sweep(
                seeds,
                free=free and not record,
                until=self.until,
                wanted=set(ends),
                transform=_how(record, lead),
                lead=lead,
            )
        del seeds, cotangents
        return [_arrived(arrived, node, lead) for node in ends]

    def push(self, tangents: Sequence[Any], *, lead: int = 0) -> list[Any]:
        """The tangents of the outputs, given those of the inputs (None for zero)."""
        record = self.recorded(*tangents)
        ours = [node for node in self.nodes if node.order <= self.until]
        live = {t._node: tangent for t, tangent in zip(self.inputs, tangents, strict=True) if tangent is not None}
        with np.errstate(all="ignore"):
            ends = [t._node for t in self.outputs if t._node is not None]
            arrived = forward_sweep(live, ours, ends, transform=_how(record, lead, forward=True), lead=lead)
        return [_arrived(arrived, t._node or t, lead) for t in self.outputs]


def _arrived(arrived: dict[Node, Any], at: Any, lead: int) -> Any:
    """What arrived at a node, as a value that nobody else holds, or zeros; without axes it is a NumPy scalar."""
    value = tape.take(arrived, at) if at in arrived else np.zeros((1,) * lead + at.shape, at.dtype)
    return value[()] if isinstance(value, np.ndarray) and value.ndim == 0 else value


# -- how a sweep applies a rule: as it stands, on Tensors, or to several cotangents at once ---------------------------


def _how(record: bool, lead: int, forward: bool = False) -> Callable[..., Any] | None:
    plain = lifted if record else None
    if not lead:
        return plain

    def apply(rule: Callable[..., Any], node: Node, i: int, operand: Node, t: Any, saved: Sequence[Any]) -> Any:
        def once(t: Any) -> Any:
            return rule(t, *saved) if plain is None else plain(rule, node, i, operand, t, saved)

        primitive = node.primitive
        assert primitive is not None
        if primitive.batched or (primitive.kind == "elementwise" and not primitive.multiple):
            if forward:
                if primitive.kind != "elementwise":
                    return _each(once, t, node.shape, node.dtype, primitive.name, tangent=True)
                t = t.reshape(t.shape[:1] + (1,) * (len(node.shape) - t.ndim + 1) + t.shape[1:])
            return once(t)
        if primitive.joint is not None and not forward:
            return _each_share(once, t, primitive.arity)
        target = node if forward else operand
        return _each(once, t, target.shape, target.dtype, primitive.name, tangent=forward)

    return apply


def _each(once: Callable[[Any], Any], t: Any, shape: Any, dtype: Any, by: str, tangent: bool) -> Any:
    """Apply a rule to one cotangent after the other, and stack what it returns."""
    results = [once(row) for row in _separated(t)]
    if not results or results[0] is None:
        return None
    results = [settle(c, shape, dtype, by, tangent=tangent) for c in results]
    if type(results[0]) is Bundle:
        return Bundle({k: np.stack([c.parts[k] for c in results]) for k in results[0].parts}, shape, dtype)
    return np.stack(results)


def _each_share(once: Callable[[Any], Any], t: Any, arity: int) -> tuple[Any, ...]:
    """The same for a joint rule: stack each operand's share of what it returns."""
    shares = zip(*[once(row) for row in _separated(t)], strict=True)
    stacked = tuple([None if rows[0] is None else np.stack([*map(formed, rows)]) for rows in shares])
    return stacked or (None,) * arity


def _separated(t: Any) -> list[Any]:
    """The cotangents (or tangents) that are stacked along the leading axis."""
    if type(t) is Bundle:
        n = len(next(iter(t.parts.values()), ()))
        return [Bundle({k: part[j] for k, part in t.parts.items()}, t.shape, t.dtype) for j in range(n)]
    if type(t) is list:
        n = max(len(part) for part in t if part is not None)
        return [[None if part is None else part[j] for part in t] for j in range(n)]
    return [t[j] for j in range(len(t))]


# -- products --------------------------------------------------------------------------------------------------------


def vjp(f: Callable[..., Any], *primals: Any, has_aux: bool = False) -> Any:
    """Value of ``f`` and its pullback, the linear map ``ct -> ctᵀ J``.

    Parameters
    ----------
    f : callable
        A function of arrays, or of containers of arrays, to arrays or containers of them.
    *primals
        Where to evaluate it.
    has_aux : bool
        ``f`` returns a pair, the second of which is passed through.

    Returns
    -------
    y
        ``f(*primals)``.
    pullback : callable
        ``pullback(ct)`` returns a tuple with one cotangent for each primal; it can be called again.
    aux
        Only with ``has_aux``.

    Examples
    --------
    >>> import numpy as np, autograd as ag
    >>> y, pullback = ag.vjp(lambda x, w: np.sin(x) * w, 0.0, 3.0)
    >>> pullback(1.0)
    (np.float64(3.0), np.float64(0.0))
    """
    run = _Run(f, primals, range(len(primals)), "vjp", has_aux)

    def pullback(ct: Any) -> tuple[Any, ...]:
        return run.trees(run.pull(_matching(ct, run.rebuild_output(run.outputs), "vjp: the cotangent")))

    y = run.value()
    return (y, pullback, run.auxiliary()) if has_aux else (y, pullback)


def jvp(f: Callable[..., Any], primals: Sequence[Any], tangents: Sequence[Any], *, has_aux: bool = False) -> Any:
    """Value of ``f`` and its derivative along ``tangents``, ``J t``.

    Parameters
    ----------
    f : callable
        A function of arrays or containers of arrays.
    primals, tangents : tuple
        Where to evaluate it, and in which direction: of equal structure, shapes and dtypes.
    has_aux : bool
        ``f`` returns a pair, the second of which is passed through.

    Returns
    -------
    y, tangent
        ``f(*primals)`` and its derivative; and aux, with ``has_aux``.

    Examples
    --------
    >>> import numpy as np, autograd as ag
    >>> ag.jvp(lambda x: x ** 3, (2.0,), (1.0,))
    (np.float64(8.0), np.float64(12.0))
    """
    if not isinstance(primals, (tuple, list)) or not isinstance(tangents, (tuple, list)):
        raise TypeError("jvp: primals and tangents are tuples: jvp(f, (x,), (t,)).")
    run = _Run(f, primals, range(len(primals)), "jvp", has_aux)
    directions = run.push(_matching(tuple(tangents), run.trees(run.inputs), "jvp: the tangent"))
    y, tangent = run.value(), run.rebuild_output([_raw(t) if not _taped(t) else t for t in directions])
    return (y, tangent, run.auxiliary()) if has_aux else (y, tangent)


def _taped(value: Any) -> bool:
    return isinstance(value, Tensor) and value.requires_grad


def _matching(tree: Any, form: Any, what: str) -> list[Any]:
    """The leaves of a container of (co)tangents, checked against the values that they belong to."""
    try:
        leaves = flatten_like(tree, form, lists=True)
    except ValueError as error:
        raise ValueError(f"{what} has {error}.") from None
    checked = []
    for leaf, like in zip(leaves, flatten(form)[0], strict=True):
        if isinstance(leaf, (bool, int, float, complex, list)) or (
            isinstance(leaf, np.generic) and leaf.dtype.kind in "biu"
        ):
            leaf = np.asarray(leaf, like.dtype)[()]
        shape, dtype = getattr(leaf, "shape", type(leaf).__name__), getattr(leaf, "dtype", "none")
        if shape != like.shape or dtype != like.dtype:
            raise ValueError(f"{what} has shape {shape} and dtype {dtype} where {like.shape} and {like.dtype} are due.")
        keep = _taped(leaf) and tape.recording()
        checked.append(leaf._buffer if isinstance(leaf, Tensor) and not keep else leaf)
    return checked


# -- gradients -------------------------------------------------------------------------------------------------------


def value_and_grad(
    f: Callable[..., Any], argnums: int | Sequence[int] = 0, *, has_aux: bool = False, holomorphic: bool = False
) -> Callable[..., Any]:
    """Function that returns both the value of a scalar ``f`` and its gradient.

    Parameters
    ----------
    f : callable
        Returns a real scalar (a complex one with ``holomorphic``).
    argnums : int or tuple of int
        With respect to which positional arguments; a tuple gives a tuple of gradients.
    has_aux : bool
        ``f`` returns ``(value, aux)``, and the result is ``((value, aux), grad)``.
    holomorphic : bool
        ``f`` is complex differentiable, and its derivative is returned.

    Raises
    ------
    TypeError
        If ``f`` returns no scalar, or an argument is of integers.

    Examples
    --------
    >>> import numpy as np, autograd as ag
    >>> ag.value_and_grad(lambda x: x ** 2)(3.0)
    (np.float64(9.0), np.float64(6.0))
    """

    def wrapped(*args: Any, **kwargs: Any) -> Any:
        run = _differentiated(f, args, kwargs, argnums, "grad", has_aux)
        if len(run.outputs) != 1 or run.outputs[0].shape != ():
            n = len(run.outputs)
            returned = f"shape {run.outputs[0].shape}" if n == 1 else f"{n} arrays"
            raise TypeError(
                f"grad: the function returned {returned}, and only one scalar has a gradient. Reduce it (np.sum), or "
                f"use jacobian, elementwise_grad or vjp."
            )
        (y,) = run.outputs
        if (y.dtype.kind == "c") != holomorphic:
            raise TypeError(
                f"grad: the function returned {y.dtype}. "
                + ("With holomorphic=True it has to be complex." if holomorphic else
                   "Return a real value, or pass holomorphic=True if f is complex differentiable.")
            )  # fmt: skip
        if holomorphic and any(t.dtype.kind != "c" for t in run.inputs):
            raise TypeError("grad: with holomorphic=True the arguments have to be complex too; write 1 + 0j.")
        value = (run.value(), run.auxiliary()) if has_aux else run.value()
        return value, _selected(run.trees(run.pull([y.dtype.type(1)], free=True)), argnums)

    return _named(wrapped, f, "value_and_grad")


def grad(
    f: Callable[..., Any], argnums: int | Sequence[int] = 0, *, has_aux: bool = False, holomorphic: bool = False
) -> Callable[..., Any]:
    """Gradient of a scalar function, ``∇f``: see :func:`value_and_grad` for the parameters.

    Examples
    --------
    >>> import numpy as np, autograd as ag
    >>> ag.grad(np.tanh)(0.0)
    np.float64(1.0)
    >>> ag.grad(ag.grad(ag.grad(lambda x: x ** 4)))(2.0)
    np.float64(48.0)
    >>> ag.grad(lambda p: p["a"] * np.sum(p["b"] ** 2))({"a": 2.0, "b": np.ones(2)})
    {'a': np.float64(2.0), 'b': array([4., 4.])}
    """
    both = value_and_grad(f, argnums, has_aux=has_aux, holomorphic=holomorphic)

    def wrapped(*args: Any, **kwargs: Any) -> Any:
        value, gradient = both(*args, **kwargs)
        return (gradient, value[1]) if has_aux else gradient

    return _named(wrapped, f, "grad")


def elementwise_grad(f: Callable[..., Any], argnums: int | Sequence[int] = 0) -> Callable[..., Any]:
    """Derivative of a function that acts element by element: ``f'(x)`` for each element of ``x``.

    For other functions it is the sum of each column of the Jacobian.

    Examples
    --------
    >>> import numpy as np, autograd as ag
    >>> ag.elementwise_grad(np.square)(np.array([1.0, 2.0, 3.0]))
    array([2., 4., 6.])
    """

    def wrapped(*args: Any, **kwargs: Any) -> Any:
        run = _differentiated(f, args, kwargs, argnums, "elementwise_grad", False)
        if any(t.dtype.kind == "c" for t in run.outputs) and any(t.dtype.kind == "f" for t in run.inputs):
            raise TypeError(
                "elementwise_grad: the function takes real numbers to complex ones; use jvp, which keeps both parts."
            )
        ones = [np.ones_like(t._buffer)[()] for t in run.outputs]
        return _selected(run.trees(run.pull(ones, free=True)), argnums)

    return _named(wrapped, f, "elementwise_grad")


def _differentiated(f: Any, args: Any, kwargs: Any, argnums: Any, by: str, has_aux: bool) -> _Run:
    numbers = (argnums,) if isinstance(argnums, int) else tuple(argnums)
    for k in numbers:
        if not -len(args) <= k < len(args):
            raise TypeError(f"{by}: argnums={k}, and the function was called with {len(args)} positional arguments.")
    return _Run((lambda *a: f(*a, **kwargs)) if kwargs else f, args, [k % len(args) for k in numbers], by, has_aux)


def _selected(trees: tuple[Any, ...], argnums: Any) -> Any:
    return trees[0] if isinstance(argnums, int) else trees


def _named(wrapped: Callable[..., Any], f: Callable[..., Any], by: str) -> Callable[..., Any]:
    if not callable(f):
        raise TypeError(f"{by}: {f!r} is a {type(f).__name__}, not a function. Write {by}(f)(x).")
    wrapped.__name__ = wrapped.__qualname__ = f"{by}({getattr(f, '__name__', repr(f))})"
    wrapped.__doc__ = f.__doc__
    return wrapped


# -- Jacobians and Hessians ------------------------------------------------------------------------------------------


def jacobian(f: Callable[..., Any], argnums: int | Sequence[int] = 0, *, mode: str | None = None) -> Callable[..., Any]:
    """Jacobian: for each output and input the array ``∂y[i…] / ∂x[j…]`` of shape ``y.shape + x.shape``.

    Parameters
    ----------
    f : callable
        A function of arrays or containers of them.
    argnums : int or tuple of int
        With respect to which positional arguments.
    mode : {"reverse", "forward"}, optional
        One sweep a row, or one a column; by default whichever are fewer. Either way the sweeps run together, as one
        sweep of stacked cotangents, where the rules allow it.

    Examples
    --------
    >>> import numpy as np, autograd as ag
    >>> ag.jacobian(lambda x: x[:2] * x[2])(np.array([1.0, 2.0, 3.0]))
    array([[3., 0., 1.],
           [0., 3., 2.]])
    """
    if mode not in (None, "reverse", "forward"):
        raise ValueError(f"jacobian: mode={mode!r}; it is 'reverse', 'forward' or None.")

    def wrapped(*args: Any, **kwargs: Any) -> Any:
        run = _differentiated(f, args, kwargs, argnums, "jacobian", False)
        rows, columns = (sum(t.size for t in ts) for ts in (run.outputs, run.inputs))
        reverse = rows <= columns if mode is None else mode == "reverse"
        reverse = _right_for_complex(run, reverse, mode)
        blocks = _rows(run) if reverse else _columns(run)
        return run.rebuild_output([_selected(run.trees(row), argnums) for row in blocks])

    return _named(wrapped, f, "jacobian")


def _right_for_complex(run: _Run, reverse: bool, mode: str | None) -> bool:
    """The mode that loses nothing between real and complex numbers.

    A cotangent of a real input is real, and so is a tangent of a real output.
    """
    real_inputs, real_outputs = (any(t.dtype.kind == "f" for t in ts) for ts in (run.inputs, run.outputs))
    complex_inputs, complex_outputs = (any(t.dtype.kind == "c" for t in ts) for ts in (run.inputs, run.outputs))
    forward_only, reverse_only = real_inputs and complex_outputs, complex_inputs and real_outputs
    if (forward_only and (reverse_only or mode == "reverse")) or (reverse_only and mode == "forward"):
        raise TypeError(
            "jacobian: from real to complex numbers it takes mode='forward', from complex to real mode='reverse'; the "
            "other one would lose an imaginary part. Differentiate real and imaginary part on their own."
        )
    return reverse_only or (reverse and not forward_only)


def _rows(run: _Run) -> list[list[Any]]:
    """The Jacobian's blocks, output by output: cotangents that are unit vectors, pulled back together."""
    blocks = []
    for k, y in enumerate(run.outputs):

        def pull(units: Any, k: int = k) -> list[Any]:
            return run.pull([units if j == k else None for j in range(len(run.outputs))], lead=1)

        parts = _in_chunks(pull, y, run.inputs, run)
        blocks.append([_blocks(p, y.size, y.shape + x.shape, x) for p, x in zip(parts, run.inputs, strict=True)])
    return blocks


def _columns(run: _Run) -> list[list[Any]]:
    """The same by tangents that are unit vectors, pushed forward together."""
    blocks: list[list[Any]] = [[] for _ in run.outputs]
    for k, x in enumerate(run.inputs):

        def push(units: Any, k: int = k) -> list[Any]:
            return run.push([units if j == k else None for j in range(len(run.inputs))], lead=1)

        for block, part, y in zip(blocks, _in_chunks(push, x, run.outputs, run), run.outputs, strict=True):
            columns = _blocks(part, x.size, x.shape + y.shape, y)
            block.append(np.moveaxis(columns, range(x.ndim), range(-x.ndim, 0)) if x.ndim else columns)
    return blocks


_CHUNK = 2**22  # elements that one stacked sweep may hold at a node


def _in_chunks(sweep: Callable[[Any], list[Any]], like: Tensor, ends: Sequence[Tensor], run: _Run) -> list[Any]:
    """Sweep the unit vectors of ``like``, as many at once as memory allows; list what arrives at the ``ends``."""
    if not like.size:
        return [np.zeros((0, *t.shape), t.dtype) for t in ends]
    widest = max((math.prod(n.shape) for n in run.nodes if not (n.shape and isinstance(n.shape[0], tuple))), default=1)
    step = max(1, _CHUNK // max(1, widest))
    units = np.eye(like.size, dtype=like.dtype).reshape((like.size, *like.shape))
    parts = [sweep(units[start : start + step]) for start in range(0, like.size, step)]
    return [column[0] if len(column) == 1 else np.concatenate(column) for column in zip(*parts, strict=True)]


def _blocks(part: Any, n: int, shape: tuple[int, ...], like: Tensor) -> Any:
    if len(part) != n:  # nothing arrived: one zero row stands for all
        part = np.zeros((n, *part.shape[1:]), part.dtype)
    block = part.reshape(shape)
    return block if isinstance(block, Tensor) and block.requires_grad else _raw(block)[()]


def hessian(f: Callable[..., Any], argnums: int | Sequence[int] = 0) -> Callable[..., Any]:
    """Hessian of a scalar function, ``∂²f / ∂x[i…] ∂x[j…]``: the Jacobian of its gradient.

    Examples
    --------
    >>> import numpy as np, autograd as ag
    >>> ag.hessian(lambda x: x[0] ** 2 * x[1])(np.array([1.0, 3.0]))
    array([[6., 2.],
           [2., 0.]])
    """
    return _named(jacobian(grad(f, argnums), argnums), f, "hessian")


def hvp(f: Callable[..., Any], primals: Sequence[Any], tangents: Sequence[Any]) -> Any:
    """Hessian of a scalar function times a vector, without the Hessian: forward over reverse.

    Returns
    -------
    array or tuple of arrays
        ``H t``, like the gradient: a tuple if there are several primals.

    Examples
    --------
    >>> import numpy as np, autograd as ag
    >>> ag.hvp(lambda x: np.sum(x ** 3), (np.array([1.0, 2.0]),), (np.array([1.0, 0.0]),))
    array([6., 0.])
    """
    argnums = 0 if len(primals) == 1 else tuple(range(len(primals)))
    return jvp(grad(f, argnums), primals, tangents)[1]
