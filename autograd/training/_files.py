"""Trees of arrays as ``.npz`` without pickle."""

from __future__ import annotations

import io
import json
import zipfile
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

import numpy as np

from ..files import Target

# -- arrays by name --------------------------------------------------------------------------------------------------


def write_npz(stream: IO[bytes], arrays: Mapping[str, Any]) -> None:
    """What ``np.load`` reads; the same arrays give the same bytes."""
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED, allowZip64=True) as archive:
        for name, array in arrays.items():
            entry = zipfile.ZipInfo(f"{name}.npy", (1980, 1, 1, 0, 0, 0))
            with archive.open(entry, "w", force_zip64=True) as member:
                np.lib.format.write_array(member, np.asarray(array), allow_pickle=False)


def read_npz(path: Target) -> dict[str, Any]:
    """The arrays of an ``.npz`` file, none of them unpickled."""
    data = Path(path).read_bytes()
    if not zipfile.is_zipfile(io.BytesIO(data)):
        raise ValueError(f"{path}: this is no .npz file, or one that was cut off.")
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as archive:
            return {name: archive[name] for name in archive.files}
    except (zipfile.BadZipFile, EOFError, ValueError) as error:
        raise ValueError(f"{path}: this .npz file is damaged, or holds Python objects ({error}).") from error


# -- trees as arrays by name -----------------------------------------------------------------------------------------


def pack(tree: Any) -> dict[str, Any]:
    """Nested dicts, lists and tuples of arrays, numbers and texts as arrays by name, of which one is the outline."""
    arrays: dict[str, Any] = {}

    def store(kind: str, value: Any) -> dict[str, str]:
        name = f"array_{len(arrays)}"
        arrays[name] = value
        return {kind: name}

    def outline(node: Any, place: str) -> Any:
        if node is None or isinstance(node, (str, bool)) or type(node) in (int, float):
            return node
        if isinstance(node, (np.ndarray, np.generic)):
            if node.dtype.kind not in "biufcSU":
                raise TypeError(f"checkpoint: {place} has dtype {node.dtype}, which is not saved.")
            return store("ndarray" if isinstance(node, np.ndarray) else "scalar", node)
        if isinstance(node, (list, tuple)):
            items = [outline(item, f"{place}[{k}]") for k, item in enumerate(node)]
            return items if isinstance(node, list) else {"tuple": items}
        if isinstance(node, Mapping):
            pairs = [[outline(k, place), outline(v, f"{place}[{k!r}]")] for k, v in node.items()]
            return {"counter" if isinstance(node, Counter) else "dict": pairs}
        raise TypeError(f"checkpoint: {place} is a {type(node).__name__}; arrays, numbers, texts and None are saved.")

    text = json.dumps(outline(tree, "state"))
    return {"outline": np.array(text), **arrays}


def unpack(arrays: Mapping[str, Any]) -> Any:
    """Undo :func:`pack`."""

    def node(part: Any) -> Any:
        if isinstance(part, list):
            return [node(item) for item in part]
        if not isinstance(part, dict):
            return part
        (kind, inner), *_ = part.items()
        if kind == "tuple":
            return tuple(node(item) for item in inner)
        if kind in ("dict", "counter"):
            pairs = {node(k): node(v) for k, v in inner}
            return pairs if kind == "dict" else Counter(pairs)
        return arrays[inner] if kind == "ndarray" else arrays[inner][()]

    return node(json.loads(str(arrays["outline"])))
