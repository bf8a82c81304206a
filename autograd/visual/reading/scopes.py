"""Which call of which module a step belongs to: told by the modules while a recording is open."""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Callable, Iterable, Sequence
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from ..model import Group

if TYPE_CHECKING:
    from ...nn.module import Module


@dataclasses.dataclass(frozen=True, eq=False, slots=True)
class Scope:
    """One call of a module: its path from the outermost one, its class, and the call that it is made in.

    The outermost knows the parameters of all, by order number: their names.
    """

    name: str
    type: str
    parent: Scope | None
    parameters: dict[int, str] = dataclasses.field(default_factory=dict)


_inside: ContextVar[tuple[Scope, dict[int, str]] | None] = ContextVar("autograd.visual.scope", default=None)
_lock = threading.Lock()
_open = 0


def current() -> Scope | None:
    """The innermost call that runs in this thread and this async task."""
    inside = _inside.get()
    return None if inside is None else inside[0]


def observe(module: Module, call: Callable[[], Any]) -> Any:
    """Run a call of a module in a scope of its own."""
    outer = _inside.get()
    if outer is None:
        paths = {id(inner): path for path, inner in module.named_modules()}  # which the call keeps alive
        names = {p._node.order: name for name, p in module.named_parameters() if p._node is not None}
        scope = Scope("", type(module).__name__, None, names)
    else:
        parent, paths = outer
        own = type(module).__name__  # also the name of one that is no attribute of another
        scope = Scope(paths.get(id(module), ".".join(filter(None, (parent.name, own)))), own, parent)
    token = _inside.set((scope, paths))
    try:
        return call()
    finally:
        _inside.reset(token)


def open_scopes() -> None:
    """Watch the modules from now on."""
    global _open
    with _lock:
        _open += 1
        if _open == 1:
            _observers().append(observe)


def close_scopes() -> None:
    """Watch them no more, if nobody else does."""
    global _open
    with _lock:
        _open -= 1
        if not _open:
            _observers().remove(observe)


def _observers() -> list[Any]:
    from ...nn.module import Module  # which drawing does not need

    return Module.observers


# -- groups of a graph -----------------------------------------------------------------------------------------------


def groups(scopes: Iterable[Scope | None]) -> tuple[list[Group], dict[Scope, int]]:
    """A group for each call, parents first, and which is whose."""
    found: list[Group] = []
    ids: dict[Scope, int] = {}
    for scope in scopes:
        new = []
        while scope is not None and scope not in ids:
            new.append(scope)
            scope = scope.parent
        for inner in reversed(new):
            ids[inner] = len(found)
            parent = None if inner.parent is None else ids[inner.parent]
            found.append(Group(len(found), "module", inner.name, inner.type, parent))
    return found, ids


def outermost(scope: Scope | None) -> Scope | None:
    """The call that a call was first made in."""
    while scope is not None and scope.parent is not None:
        scope = scope.parent
    return scope


def common(scopes: Sequence[Scope | None]) -> Scope | None:
    """The innermost call that all of these are in."""
    shared: dict[Scope, None] | None = None
    for scope in dict.fromkeys(scopes):
        way: dict[Scope, None] = {}
        while scope is not None:
            way[scope] = None
            scope = scope.parent
        shared = way if shared is None else {s: None for s in shared if s in way}
    return next(iter(shared or ()), None)
