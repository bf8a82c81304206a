"""The tape: nodes, whether they are recorded, and the two sweeps over them.

A node is one step of the program that was run: a primitive, its operands, its parameters, and the residuals that its
rules read. Nodes link to nodes, never to Tensors, so there are no reference cycles: memory goes with the last handle.
Each node carries an order number, so "latest first" is a topological order and no sweep needs recursion.
"""

from __future__ import annotations

import contextlib
import functools
import inspect
import threading
import weakref
from collections.abc import AsyncGenerator, Callable, Collection, Generator, Iterable, Iterator, Sequence
from contextvars import ContextVar
from copy import copy
from heapq import heapify, heappop, heappush, heapreplace
from itertools import count
from sys import getrefcount
from typing import Any, ClassVar

import numpy as np

from .late import Product, formed
from .primitive import Primitive
from .primitive import primitive as declared
from .signatures import shape_of
from .strong import all_finite, immediate, plain, strong, strong_zeros

# -- whether operations are recorded ---------------------------------------------------------------------------------

_recording: ContextVar[bool] = ContextVar("autograd.recording", default=True)
_before: ContextVar[tuple[bool, ...]] = ContextVar("autograd.before", default=())
recording = _recording.get  # for the hot path: no Python frame


def is_grad_enabled() -> bool:
    """Whether operations are recorded in this thread and this async task.

    Examples
    --------
    >>> import autograd as ag
    >>> ag.is_grad_enabled()
    True
    """
    return recording()


class _recording_as(contextlib.ContextDecorator):
    """Record operations, or not, within a context; as a decorator, in each step of a generator or coroutine too."""

    def __init__(self, value: bool) -> None:
        self.value = value

    def __enter__(self) -> None:
        if watcher is not None and not self.value:
            watcher.paused()
        _before.set((*_before.get(), _recording.get()))
        _recording.set(self.value)

    def __exit__(self, *error: object) -> None:
        before = _before.get()
        if before:  # none if a generator that was entered elsewhere ends here: then this context has nothing to restore
            _before.set(before[:-1])
            _recording.set(before[-1])

    def __call__(self, f: Callable[..., Any]) -> Any:
        value = self.value
        if inspect.iscoroutinefunction(f):

            @functools.wraps(f)
            async def coroutine(*args: Any, **kwargs: Any) -> Any:
                with _recording_as(value):
                    return await f(*args, **kwargs)

            return coroutine
        if inspect.isasyncgenfunction(f):
            return _each_async_step(f, value)
        if inspect.isgeneratorfunction(f):
            return _each_step(f, value)

        @functools.wraps(f)
        def function(*args: Any, **kwargs: Any) -> Any:
            with _recording_as(value):
                return f(*args, **kwargs)

        return function


def _each_step(f: Callable[..., Generator[Any, Any, Any]], value: bool) -> Callable[..., Any]:
    """A generator function whose body runs in a mode, while its caller keeps his own between the steps."""

    @functools.wraps(f)
    def generator(*args: Any, **kwargs: Any) -> Generator[Any, Any, Any]:
        body = f(*args, **kwargs)
        step: Callable[[], Any] = functools.partial(next, body)
        while True:
            try:
                with _recording_as(value):
                    item = step()
            except StopIteration as stop:
                return stop.value
            try:
                step = functools.partial(body.send, (yield item))
            except GeneratorExit:
                with _recording_as(value):
                    body.close()
                raise
            except BaseException as error:
                step = functools.partial(body.throw, error)

    return generator


def _each_async_step(f: Callable[..., AsyncGenerator[Any, Any]], value: bool) -> Callable[..., Any]:
    """The same for an asynchronous generator."""

    @functools.wraps(f)
    async def generator(*args: Any, **kwargs: Any) -> AsyncGenerator[Any, Any]:
        body = f(*args, **kwargs)
        step: Callable[[], Any] = body.__anext__
        while True:
            try:
                with _recording_as(value):
                    item = await step()
            except StopAsyncIteration:
                return
            try:
                step = functools.partial(body.asend, (yield item))
            except GeneratorExit:
                with _recording_as(value):
                    await body.aclose()
                raise
            except BaseException as error:
                step = functools.partial(body.athrow, error)

    return generator


def no_grad() -> _recording_as:
    """Context (or decorator) in which operations are not recorded, in this thread and this async task only.

    Examples
    --------
    >>> import autograd as ag
    >>> x = ag.Tensor(2.0, requires_grad=True)
    >>> with ag.no_grad():
    ...     y = x * x
    >>> y.requires_grad
    False
    """
    return _recording_as(False)


def enable_grad() -> _recording_as:
    """Context (or decorator) in which operations are recorded again, inside a :func:`no_grad`.

    Examples
    --------
    >>> import autograd as ag
    >>> with ag.no_grad(), ag.enable_grad():
    ...     ag.is_grad_enabled()
    True
    """
    return _recording_as(True)


# -- nodes -----------------------------------------------------------------------------------------------------------

_clock: Iterator[int] = count(0, -1)

# What listeners (of `debug`, of a recording) hang in: it is told of sweeps and of what leaves the tape. And reports.
watcher: Any = None
reports: weakref.WeakSet[Any] = weakref.WeakSet()


class Node:
    """One recorded step.

    Attributes
    ----------
    primitive : Primitive or None
        What was computed; None for a leaf.
    x, y, row
        The operands. The hot path keeps one or two as ``x`` and ``y``, for a tuple of nodes would be one more object
        that the garbage collector visits; any other call keeps the tuple ``row``. Read them as ``operands``.
    parameters : dict
        The parameters that were given, by NumPy's names.
    residuals : tuple or None
        What its rules read, as its primitive's ``link`` lays it out; None once it was freed.
    shape, dtype
        Of the value that was computed; tuples of both if there were several.
    order : int
        Falls with each node, so that a min-heap yields the latest first.
    watch : Watch or None
        The gradient, hooks and name of a leaf or of a node whose gradient somebody asked for.
    """

    __slots__ = ("dtype", "order", "parameters", "primitive", "residuals", "row", "shape", "watch", "x", "y")

    primitive: Any
    x: Any
    y: Any
    row: tuple[Any, ...] | None
    parameters: dict[str, Any] | None
    residuals: Any
    shape: Any
    dtype: Any
    order: int
    watch: Watch | None

    @property
    def operands(self) -> tuple[Any, ...]:
        """For each operand its node, or, for a constant, its value if it is a Python scalar and else None."""
        return (self.x, self.y)[: self.primitive.arity] if self.row is None else self.row

    @property
    def edges(self) -> list[tuple[int, Node, tuple[Any, ...]]] | None:
        """For each operand that is differentiated: which rule it has, its node, and what that reads. None if freed."""
        p = self.primitive
        if p is None or self.residuals is None:
            return None if p is not None else []
        return [
            (0 if p.variadic else k, v, p.residuals_of(k, self.residuals))
            for k, v in enumerate(self.operands)
            if type(v) is Node and (p.variadic or p.vjps[k] is not None)
        ]

    def __repr__(self) -> str:
        name = self.primitive.name if self.primitive else "leaf"
        return f"<Node {name} {self.shape} {self.dtype}>"


class Watch:
    """What people look at on a node: its gradient, the hooks on its cotangent, its name; of a leaf, its Tensor."""

    __slots__ = ("grad", "hooks", "name", "owner", "retain")

    hooks_seen: ClassVar[bool] = False  # whether there has ever been a hook

    def __init__(self, name: str | None = None, retain: bool = False) -> None:
        self.grad: Any = None
        self.hooks: dict[int, Callable[[Any], Any]] = {}
        self.name = name
        self.owner: weakref.ref[Any] | None = None
        self.retain = retain


def new_node(
    primitive: Primitive | None,
    parameters: dict[str, Any] | None,
    residuals: tuple[Any, ...] | None,
    shape: Any,
    dtype: Any,
    x: Any = None,
    y: Any = None,
    row: tuple[Any, ...] | None = None,
) -> Node:
    """Record a step, in half the time that a class with ``__init__`` takes, for it is run for every operation."""
    node = Node()
    node.primitive = primitive
    node.parameters = parameters
    node.residuals = residuals
    node.shape = shape
    node.dtype = dtype
    node.x = x
    node.y = y
    node.row = row
    node.watch = None
    node.order = next(_clock)
    return node


def leaf(shape: tuple[int, ...], dtype: np.dtype[Any], name: str | None = None, owner: Any = None) -> Node:
    """A node that nothing produced: it gets a gradient."""
    node = new_node(None, None, (), shape, dtype, row=())
    node.watch = Watch(name, retain=True)
    if owner is not None:
        node.watch.owner = weakref.ref(owner)
    return node


class Bundle:
    """The cotangents (or tangents) of a node with several values: those that have arrived, by position.

    It adds up part by part like any cotangent, so no sweep needs to know about several outputs. Many parts of one
    shape, such as the rows of an array, are gathered in one array as they arrive, so that they are not alive beside it.
    """

    __slots__ = ("dtype", "gathered", "parts", "shape")

    MANY: ClassVar[int] = 8

    def __init__(
        self, parts: dict[int, Any], shape: tuple[tuple[int, ...], ...], dtype: tuple[np.dtype[Any], ...]
    ) -> None:
        self.parts, self.shape, self.dtype = parts, shape, dtype
        self.gathered: Any = None

    def __iadd__(self, other: Bundle) -> Bundle:
        for k, part in other.parts.items():
            self._put(k, self.parts[k] + part if k in self.parts else part)
        return self

    def __add__(self, other: Bundle) -> Bundle:
        total = Bundle({}, self.shape, self.dtype)
        n = len(self.shape)
        alike = n >= self.MANY and self.shape.count(self.shape[0]) == self.dtype.count(self.dtype[0]) == n
        if alike and all([type(part) is np.ndarray for part in self.parts.values()]):
            total.gathered = np.empty((n, *self.shape[0]), self.dtype[0])
        total += self
        total += other
        return total

    def _put(self, k: int, part: Any) -> None:
        if self.gathered is not None:
            if type(part) is np.ndarray and part.shape == self.shape[k]:
                self.gathered[k] = part
                part = self.gathered[k]
            else:  # lazy, recorded, or several cotangents at once
                self.gathered = None
        self.parts[k] = part

    def arrived(self) -> tuple[Any, ...]:
        """All parts, with None where nothing has arrived."""
        return tuple([self.parts.get(k) for k in range(len(self.shape))])

    def filled(self) -> Any:
        """All parts, with zeros where nothing has arrived (and as many leading axes as the others have).

        They are a tuple, or the array in which they were gathered.
        """
        if self.gathered is not None:
            self.gathered[[k for k in range(len(self.shape)) if k not in self.parts]] = 0
            return self.gathered
        if not self.parts:
            return tuple(np.zeros(shape, dtype) for shape, dtype in zip(self.shape, self.dtype, strict=True))
        k, part = next(iter(self.parts.items()))
        lead = part.shape[: part.ndim - len(self.shape[k])]
        return tuple(
            self.parts[k] if k in self.parts else np.zeros_like(part, dtype, shape=lead + shape)
            for k, (shape, dtype) in enumerate(zip(self.shape, self.dtype, strict=True))
        )


SELECT = declared(
    lambda values, part: values[part],
    vjp=lambda t, part, shapes, dtypes: Bundle({part: t}, shapes, dtypes),
    jvp=lambda t, part: t.parts.get(part),
)
SELECT.name = "select"


# -- the contract: a cotangent has the shape and dtype of its primal, a tangent those of its output ------------------


_ONES = {np.dtype(kind): np.ones(4096, kind) for kind in "fd"}


def unbroadcast(t: Any, shape: tuple[int, ...], lead: int = 0) -> Any:
    """Sum ``t`` over the axes along which an operand of this shape was broadcast; leave the first ``lead`` axes."""
    extra = t.ndim - lead - len(shape)
    if extra == 1 and not lead and t.ndim == 2 and t.shape[1] == shape[0] and type(t) is np.ndarray:
        ones = _ONES.get(t.dtype)
        if ones is not None and len(t) <= len(ones):
            return ones[: len(t)].dot(t)  # a sum over rows, as for a bias: by BLAS in half the time, or less
    axes = tuple(range(lead, lead + extra))
    if t.shape[lead + extra :] != shape:
        axes += tuple(k for k, n in enumerate(shape, lead + extra) if n == 1 and t.shape[k] != 1)
    if axes:
        t = np.add.reduce(t, axis=axes) if type(t) is np.ndarray else t.sum(axis=axes)
    return t if t.shape[lead:] == shape else t.reshape(t.shape[:lead] + shape)


def _broadcasts(small: tuple[int, ...], large: tuple[int, ...]) -> bool:
    return len(small) <= len(large) and all(
        n in (1, m) for n, m in zip(small, large[len(large) - len(small) :], strict=True)
    )


def settle(t: Any, shape: Any, dtype: Any, by: str, *, lead: int = 0, tangent: bool = False) -> Any:
    """Hold a rule's result to the contract: unbroadcast (or broadcast a tangent), cast, or raise and name the rule."""
    if shape and type(shape[0]) is tuple:
        return _settle_parts(t, shape, dtype, by, lead=lead, tangent=tangent)
    t = formed(t)
    if not hasattr(t, "shape"):
        t = np.asarray(t)
    if t.dtype.kind not in "fc":
        raise TypeError(f"{by}: its rule returned dtype {t.dtype} where {dtype} is due.")
    if not tangent and not lead and t.shape[t.ndim - len(shape) :] == shape:
        t = unbroadcast(t, shape)
    elif t.shape[lead:] != shape:
        if tangent and _broadcasts(t.shape[lead:], shape):
            t = t.reshape(t.shape[:lead] + (1,) * (len(shape) - t.ndim + lead) + t.shape[lead:])
            t = np.broadcast_to(t, t.shape[:lead] + shape)
        elif not tangent and _broadcasts(shape, t.shape[lead:]):
            t = unbroadcast(t, shape, lead)
        else:
            raise ValueError(
                f"{by}: its rule returned shape {t.shape[lead:]} where {shape} is due. A cotangent has the shape of "
                f"its primal, a tangent that of its output."
            )
    if t.dtype != dtype:
        t = (t.real if t.dtype.kind == "c" and dtype.kind != "c" else t).astype(dtype)
    return t


def _settle_parts(t: Any, shape: Any, dtype: Any, by: str, **how: Any) -> Bundle:
    """The contract for a node with several values: it holds for each part."""
    if type(t) is not Bundle and len(t) != len(shape):
        raise ValueError(f"{by}: its rule returned {len(t)} parts where {len(shape)} are due.")
    parts = t.parts if type(t) is Bundle else dict(enumerate(t))
    settled = {
        k: settle(part, shape[k], dtype[k], by, **how)
        for k, part in parts.items()
        if part is not None and dtype[k].kind in "fc"  # an integer output has no tangent
    }
    return Bundle(settled, shape, dtype)


# -- the backward sweep ----------------------------------------------------------------------------------------------

FREED = (
    "this part of the graph was swept before and its residuals were freed. "
    "Pass retain_graph=True to the first backward(), or run the forward computation again."
)


def located(error: Exception, node: Node) -> Exception:
    """An error in a sweep, with a note that says where its node was recorded, if a report of `debug` knows."""
    for report in list(reports):
        report.annotate(error, node)
    return error


def backward_sweep(
    seeds: dict[Node, Any],
    *,
    free: bool = False,
    until: int | None = None,
    wanted: Collection[Node] = (),
    transform: Callable[..., Any] | None = None,
    lead: int = 0,
) -> dict[Node, Any]:
    """Push cotangents from the roots to the leaves; return those that arrived.

    Parameters
    ----------
    seeds : dict
        The cotangent of each root.
    free : bool
        Drop the residuals of what the sweep has passed, once it has arrived: an exception leaves the tape as it was.
    until : int or None
        Go no further than nodes of this order: older ones belong to somebody else.
    wanted : collection of Node
        Nodes to stop at, as at a leaf, whatever their age.
    transform : callable or None
        How to apply a rule, ``transform(rule, node, i, operand, t, saved)``; None applies it to raw arrays as it
        stands. A primitive's joint rule is applied for the first operand that asks.
    lead : int
        How many leading axes of a cotangent count independent cotangents.
    """
    run = _backward if watcher is None else watcher.sweep(_backward)

    def sweep(transform: Callable[..., Any] | None) -> tuple[dict[Node, Any], list[Node]]:
        return run(seeds, until, wanted, transform, lead)

    # A hook is run once, so it has to see strong zeros at once.
    at_once = (Watch.hooks_seen and _hooked_below(seeds)) or not _can_be_looked_at(seeds.values())
    careful = strong_zeros() and at_once
    arrived, passed = sweep(_carefully(transform) if careful else transform)
    if not careful and strong_zeros() and not all(map(all_finite, arrived.values())):
        del arrived
        arrived, passed = sweep(_carefully(transform))
    if free:
        for node in passed:
            node.residuals = None
    return arrived


def _backward(
    seeds: dict[Node, Any],
    until: int | None,
    wanted: Collection[Node],
    transform: Callable[..., Any] | None,
    lead: int,
) -> tuple[dict[Node, Any], list[Node]]:
    """The sweep itself: what arrived where, and the nodes that it passed."""
    cotangents = dict(seeds)
    arrived: dict[Node, Any] = {}
    passed: list[Node] = []
    summed: set[Node] = set()
    # Latest first. The latest operand found is held back in `latest`: mostly it is the next node, and alone.
    heap = [(node.order, node) for node in seeds]
    heapify(heap)
    latest: Node | None = None
    arriving: Any = None
    while True:
        if latest is None:
            if not heap:
                break
            node = heappop(heap)[1]
            t = cotangents.pop(node)
        elif not heap or latest.order < heap[0][0]:
            node, t = latest, arriving
        else:
            cotangents[latest] = arriving
            node = heapreplace(heap, (latest.order, latest))[1]
            t = cotangents.pop(node)
        latest = None
        if node.watch is not None or type(t) is Product:
            t = _arrived(node, t, arrived, lead)
        primitive = node.primitive
        if primitive is None or (wanted and node in wanted):
            arrived[node] = t
            continue
        residuals = node.residuals
        if residuals is None:
            raise located(RuntimeError(f"{primitive.name}: {FREED}"), node)
        passed.append(node)
        pulls, variadic = primitive.pulls, primitive.variadic
        joint: Any = primitive.joint
        shares: Any = None  # what a joint rule returned: it is asked once for all operands
        for i, operand in enumerate(node.row or (node.x, node.y)):
            if type(operand) is not Node or (until is not None and operand.order > until and operand not in wanted):
                continue
            k = 0 if variadic else i
            pull = pulls[k]
            if pull is None:
                continue
            try:
                if shares is not None:
                    c = shares[i]
                elif transform is None:
                    c = pull(t, residuals, i)
                else:
                    saved = primitive.residuals_of(i, residuals)
                    c = transform(joint or primitive.vjps[k], node, k, operand, t, saved)
                if joint is not None and shares is None:
                    shares, c = c, c[i]
                if c is None:
                    continue
                try:  # what is passed on was looked at when it came
                    due = (c is t and operand.shape is node.shape and operand.dtype is node.dtype) or (
                        c.shape == operand.shape and c.dtype is operand.dtype
                    )
                except AttributeError:
                    due = False
                if not due:
                    c = settle(c, operand.shape, operand.dtype, primitive.name, lead=lead)
            except Exception as error:
                located(error, node)
                raise
            if operand.primitive is SELECT and transform is None and operand.watch is None and operand not in wanted:
                call, given = operand.x, operand.parameters or {}
                operand, c = call, Bundle({given["part"]: c}, call.shape, call.dtype)  # at once: it need not wait
            if operand is latest:
                arriving = arriving + c
            elif operand not in cotangents:
                if operand.primitive is None:  # nothing lies below a leaf, so it has no turn
                    cotangents[operand] = c
                    continue
                if latest is not None:
                    cotangents[latest] = arriving
                    heappush(heap, (latest.order, latest))
                latest, arriving = operand, c
            elif operand in summed:  # the sum is the sweep's own buffer: nobody else sees it
                total = cotangents[operand]
                total += c
                cotangents[operand] = total
            else:
                total = cotangents[operand] = cotangents[operand] + c
                if (transform is None and operand.shape != (1,)) or type(total) is Bundle:
                    summed.add(operand)  # not if it has one element: NumPy is slow to add to that in place
    for node, t in cotangents.items():
        arrived[node] = _arrived(node, t, arrived, lead)
    return arrived, passed


def _arrived(node: Node, t: Any, arrived: dict[Node, Any], lead: int) -> Any:
    """A cotangent to which nothing will be added: formed, shown to hooks, and kept if somebody asked for it."""
    t, watch = formed(t), node.watch
    if watch is None:
        return t
    for hook in list(watch.hooks.values()):
        if lead:
            t = np.stack([_hooked(hook, t[j], node) for j in range(len(t))])
        else:
            t = _hooked(hook, t, node)
    if watch.retain:
        arrived[node] = t
    return t


def _hooked(hook: Callable[[Any], Any], t: Any, node: Node) -> Any:
    replacement = hook(_read_only(t))
    if replacement is None:
        return t
    if shape_of(replacement) != node.shape:
        raise ValueError(f"hook: returned shape {shape_of(replacement)} where {node.shape} is due.")
    replacement = settle(replacement, node.shape, node.dtype, "hook")
    return replacement.copy() if type(replacement) is np.ndarray else replacement  # it may be written to again


def _read_only(t: Any) -> Any:
    if type(t) is not np.ndarray:
        return t
    view = t.view()
    view.flags.writeable = False
    return view


def _hooked_below(roots: Iterable[Node]) -> bool:
    """Whether a sweep from here meets a hook."""
    return any(node.watch is not None and node.watch.hooks for node in reachable(roots))


# -- careful sweeps: strong zeros ------------------------------------------------------------------------------------


def _can_be_looked_at(values: Iterable[Any]) -> bool:
    return all(type(t) is Bundle or immediate(getattr(t, "_buffer", t)) for t in values)


def _carefully(transform: Callable[..., Any] | None, forward: bool = False) -> Callable[..., Any]:
    """How to apply a rule with strong zeros. One that somebody else wrote gets plain arrays all the same.

    So does a JVP that is the transpose of a VJP, for that is a sweep of its own.
    """

    def how(rule: Callable[..., Any], node: Node, i: int, operand: Node, t: Any, saved: Sequence[Any]) -> Any:
        assert node.primitive is not None
        transposed = forward and node.primitive.jvps[i] is None and node.primitive.kind != "linear"
        if not node.primitive.custom and not transposed:
            rule = _careful(rule)
        return rule(t, *saved) if transform is None else transform(rule, node, i, operand, t, saved)

    return how


def _careful(rule: Callable[..., Any]) -> Callable[..., Any]:
    def carefully(t: Any, *saved: Any) -> Any:
        c = plain(rule(strong(t), *saved))
        return Bundle({k: plain(part) for k, part in c.parts.items()}, c.shape, c.dtype) if type(c) is Bundle else c

    return carefully


def _references_of_one_holder() -> int:
    held = {0: object()}
    return getrefcount(held[0])


# How many references getrefcount sees for an object that only a dict, or a slot, which it was looked up in, holds.
ALONE = _references_of_one_holder()
_commit = threading.Lock()


def take(arrived: dict[Node, Any], node: Node) -> Any:
    """A cotangent as an array that nobody else holds: the one that arrived if it is such, else a copy."""
    if type(arrived[node]) is np.ndarray:
        alone = getrefcount(arrived[node]) == ALONE and arrived[node].base is None
        return arrived[node] if alone and arrived[node].flags.writeable else arrived[node].copy()
    return arrived[node] if isinstance(arrived[node], np.generic) else copy(arrived[node])


def accumulate_grads(arrived: dict[Node, Any]) -> None:
    """Add what arrived to ``.grad``: last, together and under a lock: no failed or concurrent sweep loses any."""
    with _commit:
        for node in arrived:
            watch = node.watch
            if watch is not None and watch.retain:
                grad = take(arrived, node) if watch.grad is None else watch.grad + arrived[node]
                watch.grad = np.asarray(grad) if isinstance(grad, np.generic) else grad


# -- the forward sweep -----------------------------------------------------------------------------------------------


def reachable(roots: Iterable[Node], until: int | None = None) -> list[Node]:
    """The nodes that the roots depend on, oldest first; those older than ``until`` are named but not entered."""
    seen, stack = set(), list(roots)
    while stack:
        node = stack.pop()
        if node not in seen:
            seen.add(node)
            if until is None or node.order <= until:
                stack.extend(operand for operand in node.operands if type(operand) is Node)
    return sorted(seen, key=lambda node: -node.order)


def forward_sweep(
    tangents: dict[Node, Any],
    nodes: Sequence[Node],
    ends: Iterable[Node],
    *,
    transform: Callable[..., Any] | None = None,
    lead: int = 0,
) -> dict[Node, Any]:
    """Push tangents through ``nodes`` (oldest first, as :func:`reachable` lists them); return those at the ``ends``."""
    run = _forward if watcher is None else watcher.sweep(_forward)

    def sweep(transform: Callable[..., Any] | None) -> dict[Node, Any]:
        found = run(tangents, nodes, transform, lead)
        return {node: found[node] for node in ends if node in found}

    if not strong_zeros():
        return sweep(transform)
    if _can_be_looked_at(tangents.values()):
        arrived = sweep(transform)
        if all(map(all_finite, arrived.values())):
            return arrived
    return sweep(_carefully(transform, forward=True))


def _forward(
    tangents: dict[Node, Any], nodes: Iterable[Node], transform: Callable[..., Any] | None, lead: int
) -> dict[Node, Any]:
    tangents = dict(tangents)
    for node in nodes:
        primitive = node.primitive
        if node in tangents or primitive is None:
            continue
        edges = node.edges
        if edges is None:
            raise located(RuntimeError(f"{primitive.name}: {FREED}"), node)
        total = None
        for i, operand, saved in edges[:1] if primitive.variadic else edges:
            t = _tangents(node, tangents) if primitive.variadic else tangents.get(operand)
            if t is None:
                continue
            rule = primitive.forward_rule(i, node)
            try:
                c = rule(t, *saved) if transform is None else transform(rule, node, i, operand, t, saved)
                if c is None:
                    continue
                c = settle(c, node.shape, node.dtype, primitive.name, lead=lead, tangent=True)
            except Exception as error:
                located(error, node)
                raise
            total = c if total is None else total + c
        if total is not None:
            tangents[node] = total
    return tangents


def _tangents(node: Node, tangents: dict[Node, Any]) -> list[Any] | None:
    """All tangents of a variadic primitive's operands, for its rule takes them together; None if there are none."""
    ts = [tangents.get(operand) if type(operand) is Node else None for operand in node.operands]
    return ts if any(t is not None for t in ts) else None
