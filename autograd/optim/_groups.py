"""Parameter groups: what a user may pass as ``params``, checked, in one form."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any, TypedDict

from ..tensor import Tensor

# Keys of a group that are no options of an optimiser: what it holds, and what schedules leave there
OTHER_KEYS = frozenset(
    {"params", "param_names", "name", "initial_lr", "max_lr", "min_lr", "base_momentum", "max_momentum"}
)
# What PyTorch is told about how, not what, it computes: taken, and left out
TORCH_KEYS = frozenset({"foreach", "fused", "capturable", "differentiable", "decoupled_weight_decay"})


class Options(TypedDict, total=False):
    """What every optimiser takes by keyword: see :class:`Optimizer`."""

    maximize: bool
    l1: float
    l2: float
    max_norm: float | None
    foreach: bool | None
    fused: bool | None
    capturable: bool
    differentiable: bool
    decoupled_weight_decay: bool


SHARED: Options = {"maximize": False, "l1": 0, "l2": 0, "max_norm": None}
RANGES: dict[str, tuple[float, float]] = dict.fromkeys(["lr", "weight_decay", "l1", "l2"], (0, math.inf))


def computed(options: Mapping[str, Any], decoupled: bool, by: str) -> dict[str, Any]:
    """Options without those that only say how PyTorch is to compute; those that change the result are refused."""
    if options.get("differentiable"):
        raise ValueError(f"{by}: differentiable=True: a step is on no tape. Differentiate θ - lr * ag.grad(f)(θ).")
    if options.get("decoupled_weight_decay", decoupled) != decoupled:
        raise ValueError(f"{by}: decoupled_weight_decay={not decoupled}: it is True in AdamW, and False in the others.")
    return {name: value for name, value in options.items() if name not in TORCH_KEYS}


def listed(params: Any, by: str) -> list[dict[str, Any]]:
    """The groups in an argument: one for an iterable of Tensors or of (name, Tensor), else those given as dicts."""
    if isinstance(params, (Tensor, Mapping)) or not isinstance(params, Iterable):
        raise TypeError(f"{by}: params is a {type(params).__name__}; pass an iterable of Tensors or of dicts.")
    items = list(params)
    if not items:
        raise ValueError(f"{by}: params is empty, so there is nothing to learn.")
    if not isinstance(items[0], Mapping):
        return [{"params": items}]
    if not all(isinstance(item, Mapping) for item in items):
        raise TypeError(f"{by}: params mixes groups (dicts) and parameters.")
    return [dict(item) for item in items]


def completed(
    group: Mapping[str, Any], defaults: Mapping[str, Any], others: Iterable[Mapping[str, Any]], by: str
) -> dict[str, Any]:
    """A group with all options, whose parameters are checked: leaves, real floating, and in no other group."""
    if "params" not in group:
        raise ValueError(f"{by}: a group without 'params'; it has {sorted(group)}.")
    unknown = sorted(set(group) - set(defaults) - OTHER_KEYS)
    if unknown:
        raise ValueError(f"{by}: unknown options {unknown} in a group; its options are {sorted(defaults)}.")
    given = group["params"]
    items = [given] if isinstance(given, Tensor) else list(given)
    names = [item[0] for item in items if isinstance(item, tuple)]
    if names and len(names) != len(items):
        raise TypeError(f"{by}: params mixes (name, Tensor) and Tensors without a name.")
    params = [item[1] for item in items] if names else items
    taken = {id(p) for other in others for p in other["params"]}
    for k, p in enumerate(params):
        _checked(p, f"{by}: parameter {names[k] if names else k}", taken)
        taken.add(id(p))
    named = {"param_names": names} if names else {}
    return {**defaults, **{k: v for k, v in group.items() if k != "params"}, **named, "params": params}


def _checked(p: Any, what: str, taken: set[int]) -> None:
    if not isinstance(p, Tensor):
        raise TypeError(f"{what} is a {type(p).__name__}, not a Tensor.")
    if not p.is_leaf:
        raise ValueError(f"{what} of shape {p.shape} is a result, not a leaf: it would be computed anew, not learnt.")
    if p.dtype.kind != "f":
        hint = " Learn its real and imaginary parts." if p.dtype.kind == "c" else ""
        raise TypeError(f"{what} has dtype {p.dtype} where a real floating one is due.{hint}")
    if id(p) in taken:
        raise ValueError(f"{what} of shape {p.shape} appears twice: it would be stepped twice.")


def in_range(group: Mapping[str, Any], ranges: Mapping[str, tuple[float, float]], by: str) -> None:
    """Refuse numbers that an option cannot have."""
    for name, (low, high) in {**RANGES, **ranges}.items():
        values = group.get(name, low)
        for value in values if isinstance(values, (tuple, list)) else [values]:
            if isinstance(value, str) or not low <= float(value) <= high:
                raise ValueError(f"{by}: {name}={values!r} where {low} to {high} is due.")
    if group.get("max_norm") is not None and not group["max_norm"] > 0:
        raise ValueError(f"{by}: max_norm={group['max_norm']!r} where a positive number or None is due.")


def described(group: Mapping[str, Any], k: int) -> str:
    """What to call a parameter in a message."""
    names = group.get("param_names")
    name = repr(names[k]) if names else group["params"][k].name or k
    return f"parameter {name} of shape {group['params'][k].shape}"
