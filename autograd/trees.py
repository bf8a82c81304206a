"""Containers of arrays: nested lists, tuples, named tuples, dicts and dataclasses, taken apart and put together again."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any


def flatten(tree: Any) -> tuple[list[Any], Callable[[list[Any]], Any]]:
    """List the leaves of a container, and return a function that puts others in their place.

    None is an empty container; whatever is not a container is a leaf. A dataclass is taken apart into its fields.

    Examples
    --------
    >>> leaves, rebuild = flatten({"w": 1.0, "layers": [2.0, (3.0, None)]})
    >>> leaves
    [1.0, 2.0, 3.0]
    >>> rebuild([10.0, 20.0, 30.0])
    {'w': 10.0, 'layers': [20.0, (30.0, None)]}
    """
    if tree is None:
        return [], lambda _: None
    if isinstance(tree, dict):
        keys, children = list(tree), list(tree.values())

        def build(parts: list[Any]) -> Any:
            return type(tree)(zip(keys, parts, strict=True))

    elif isinstance(tree, tuple) and hasattr(tree, "_fields"):
        children = list(tree)

        def build(parts: list[Any]) -> Any:
            return type(tree)(*parts)

    elif isinstance(tree, (list, tuple)):
        children, build = list(tree), type(tree)
    elif dataclasses.is_dataclass(tree) and not isinstance(tree, type):
        names = [field.name for field in dataclasses.fields(tree)]
        children = [getattr(tree, name) for name in names]

        def build(parts: list[Any]) -> Any:
            return dataclasses.replace(tree, **dict(zip(names, parts, strict=True)))

    else:
        return [tree], lambda leaves: leaves[0]

    flat = [flatten(child) for child in children]

    def rebuild(leaves: list[Any]) -> Any:
        parts, start = [], 0
        for child_leaves, child_rebuild in flat:
            parts.append(child_rebuild(leaves[start : start + len(child_leaves)]))
            start += len(child_leaves)
        return build(parts)

    return [leaf for child_leaves, _ in flat for leaf in child_leaves], rebuild


def tree_map(f: Callable[..., Any], tree: Any, *others: Any) -> Any:
    """Apply ``f`` to every leaf, and to the leaves of other containers of the same form beside it.

    Examples
    --------
    >>> tree_map(lambda p, g: p - 0.1 * g, {"w": 1.0}, {"w": 10.0})
    {'w': 0.0}
    """
    leaves, rebuild = flatten(tree)
    return rebuild([f(*row) for row in zip(leaves, *(flatten(o)[0] for o in others), strict=True)])
