"""Containers of arrays: nested lists, tuples, named tuples, dicts and dataclasses, taken apart and put together again."""

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

    None is an empty container; whatever is not a container is a leaf. A dataclass is taken apart into its fields, but for
    those that its constructor computes.

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


def flatten_like(tree: Any, form: Any) -> list[Any]:
    """List what a container holds at the leaves of another, in the order of those: a dict's order does not matter.

    Raises
    ------
    ValueError
        If the containers differ in form. A list may stand for a tuple.

    Examples
    --------
    >>> flatten_like({"b": 2.0, "a": [1.0]}, {"a": (0.0,), "b": 0.0})
    [1.0, 2.0]
    """
    due, given = _children(form), _children(tree)
    if due is None:
        return [tree]
    keys, children, _ = due
    alike = given is not None and (
        (isinstance(tree, (list, tuple)) and isinstance(form, (list, tuple)))
        or (isinstance(tree, dict) and isinstance(form, dict))
        or type(tree) is type(form)
    )
    if given is None or not alike:
        raise ValueError(f"{_described(tree)} where {_described(form)} is due")
    if len(given[1]) != len(children) or (keys is not None and set(given[0] or ()) != set(keys)):
        raise ValueError(f"{_described(tree)} where {_described(form)} is due")
    parts = given[1] if keys is None else [dict(zip(given[0] or (), given[1], strict=True))[key] for key in keys]
    return [leaf for part, child in zip(parts, children, strict=True) for leaf in flatten_like(part, child)]


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
    for column in columns:
        for leaf in column:
            if _children(leaf) is not None:
                raise ValueError(f"tree_map: {_described(leaf)} where one array is due.")
    return rebuild([f(*row) for row in zip(leaves, *columns, strict=True)])
