"""What an optimiser saved, put back: groups and packs from a state dict of here or of PyTorch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ._groups import OTHER_KEYS
from ._pack import Pack


def restored(own: Mapping[str, Any], new: Mapping[str, Any], defaults: Mapping[str, Any], by: str) -> dict[str, Any]:
    """A group with the options that were saved."""
    unknown = sorted(set(new) - set(defaults) - OTHER_KEYS)
    if unknown:
        raise ValueError(f"{by}: unknown options {unknown}; was it saved by another optimiser?")
    kept = {name: tuple(v) if isinstance(own.get(name), tuple) else v for name, v in new.items()}
    return {**own, **kept, "params": own["params"]}


def repacked(
    group: Mapping[str, Any], states: Sequence[Mapping[str, Any]], slots: Mapping[str, float], by: str
) -> list[Pack]:
    """Packs of those parameters of a group of which something was saved."""
    kinds: dict[Any, list[int]] = {}
    for place, (p, saved) in enumerate(zip(group["params"], states, strict=True)):
        arrays = {name: np.shape(v) for name, v in saved.items() if name != "step" and v is not None}
        if arrays or "step" in saved:
            wrong = [f"{name} of shape {shape}" for name, shape in arrays.items() if shape != p.shape]
            missing = [name for name in slots if name not in arrays]
            if wrong or missing:
                raise ValueError(f"{by}: parameter {place} of shape {p.shape} has {wrong}, and misses {missing}.")
            kinds.setdefault((p.dtype, tuple(sorted(arrays))), []).append(place)
    packs = []
    for (_, names), places in kinds.items():
        pack = Pack([group["params"][place] for place in places], places)
        flats = pack.arrays(dict.fromkeys(names, 0.0))
        for k, place in enumerate(pack.places):
            pack.steps[k] = int(states[place].get("step", 1))
            for name, flat in zip(names, flats, strict=True):
                pack.part(flat, k)[...] = np.asarray(states[place][name])
        packs.append(pack)
    return packs
