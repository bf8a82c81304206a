"""Containers of arrays: nested lists, tuples, named tuples, dicts and dataclasses, taken apart and rebuilt."""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Callable
from typing import Any

Build = Callable[[list[Any]], Any]


def _children(tree: Any) -> tuple[list[Any] | None, list[Any], Build] | None:
    """Keys (of a dict), children, and how to put others in their place; None for a leaf."""
    if tree is None:
        return None, [], lambda _: None
    if isinstance(tree, dict):
        keys = list(tree)

        def fill(parts: list[Any]) -> Any:
            if type(tree) is dict:
                return dict(zip(keys, parts, strict=True))
            filled = copy.copy(tree)
            filled.update(zip(keys, parts, strict=True))
            return filled

        return keys, list(tree.values()), fill
    if isinstance(tree, tuple) and hasattr(tree, "_fields"):
        return None, list(tree), lambda parts: type(tree)(*parts)
    if isinstance(tree, (list, tuple)):
        return None, list(tree), type(tree)
    if dataclasses.is_dataclass(tree) and not isinstance(tree, type):
        names = [field.name for field in dataclasses.fields(tree) if field.init]
        children = [getattr(tree, name) for name in names]
        return names, children, lambda parts: dataclasses.replace(tree, **dict(zip(names, parts, strict=True)))
    return None


def flatten(tree: Any) -> tuple[list[Any], Build]:
    """List the leaves of a container, and return a function that puts others in their place.

    None is an empty container; whatever is not a container is a leaf. A dataclass is taken apart into its fields, but
    for those that its constructor computes.

    Examples
    --------
    >>> leaves, rebuild = flatten({"w": 1.0, "layers": [2.0, (3.0, None)]})
    >>> leaves
    [1.0, 2.0, 3.0]
    >>> rebuild([10.0, 20.0, 30.0])
    {'w': 10.0, 'layers': [20.0, (30.0, None)]}
    """
    inside = _children(tree)
    if inside is None:
        return [tree], lambda leaves: leaves[0]
    _, children, build = inside
    flat = [flatten(child) for child in children]

    def rebuild(leaves: list[Any]) -> Any:
        parts, start = [], 0
        for child_leaves, child_rebuild in flat:
            parts.append(child_rebuild(leaves[start : start + len(child_leaves)]))
            start += len(child_leaves)
        return build(parts)

    return [leaf for child_leaves, _ in flat for leaf in child_leaves], rebuild


def flatten_like(tree: Any, form: Any, *, lists: bool = False) -> list[Any]:
    """List what a container holds at the leaves of another, in the order of those: a dict's order does not matter.

    Parameters
    ----------
    tree, form
        The container, and the one whose form it is to have. A list may stand for a tuple, and None for a leaf.
    lists : bool
        A list may stand for a leaf, too.

    Raises
    ------
    ValueError
        If the containers differ in form.

    Examples
    --------
    >>> flatten_like({"b": 2.0, "a": [1.0]}, {"a": (0.0,), "b": 0.0})
    [1.0, 2.0]
    """
    due, given = _children(form), _children(tree)
    if due is None:
        if given is None or tree is None or (lists and isinstance(tree, list)):
            return [tree]
        raise ValueError(f"{_described(tree)} where one array is due")
    keys, children, _ = due
    alike = type(tree) is type(form) or any(
        isinstance(tree, kind) and isinstance(form, kind) for kind in ((list, tuple), dict)
    )
    if given is None or not alike or len(given[1]) != len(children):
        raise ValueError(f"{_described(tree)} where {_described(form)} is due")
    parts = given[1]
    if keys is not None:
        named = dict(zip(given[0] or (), parts, strict=True))
        if named.keys() != set(keys):
            raise ValueError(f"{_described(tree)} where {_described(form)} is due")
        parts = [named[key] for key in keys]
    found = [flatten_like(part, child, lists=lists) for part, child in zip(parts, children, strict=True)]
    return [leaf for leaves in found for leaf in leaves]


def _described(tree: Any) -> str:
    inside = _children(tree)
    if tree is None or inside is None:
        return "None" if tree is None else f"one {type(tree).__name__}"
    keys, children, _ = inside
    name = type(tree).__name__
    return f"{name} of {len(children)}" if keys is None else f"{name} of {', '.join(map(repr, keys)) or 'nothing'}"


def tree_map(f: Callable[..., Any], tree: Any, *others: Any) -> Any:
    """Apply ``f`` to every leaf, and to the leaves of other containers of the same form beside it.

    Examples
    --------
    >>> tree_map(lambda p, g: p - 0.1 * g, {"w": 1.0}, {"w": 10.0})
    {'w': 0.0}
    """
    leaves, rebuild = flatten(tree)
    columns = [flatten_like(other, tree) for other in others]
    if any(leaf is None for column in columns for leaf in column):
        raise ValueError("tree_map: None where one array is due.")
    return rebuild([f(*row) for row in zip(leaves, *columns, strict=True)])
