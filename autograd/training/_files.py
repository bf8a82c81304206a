"""Files that are written whole or not at all, and trees of arrays as ``.npz`` without pickle."""

from __future__ import annotations

import glob
import io
import json
import os
import secrets
import shutil
import time
import zipfile
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

import numpy as np

Target = str | os.PathLike[str]

# -- whole or not at all ---------------------------------------------------------------------------------------------


def write_whole(path: Target, write: Callable[[IO[bytes]], Any]) -> None:
    """Call ``write(stream)`` on a new file, which takes the place of ``path`` once all of it is on the disk."""
    target = Path(os.path.realpath(path))
    if not target.parent.is_dir():
        raise FileNotFoundError(f"{path}: nothing was saved, for there is no folder {target.parent}.")
    part = target.with_name(f".{target.name}.{secrets.token_hex(4)}.part")
    _remove_stale(target)
    try:
        with open(part, "xb") as stream:
            write(stream)
            stream.flush()
            os.fsync(stream.fileno())
        if target.exists():
            shutil.copymode(target, part)
        os.replace(part, target)
    except BaseException as error:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        if isinstance(error, OSError):
            kept = "the file that was there is as it was" if target.exists() else "no file was left behind"
            raise OSError(error.errno, f"{path}: nothing was saved ({error.strerror or error}); {kept}.") from error
        raise
    if hasattr(os, "O_DIRECTORY"):  # the new name has to be on the disk too
        folder = os.open(target.parent, os.O_RDONLY)
        try:
            with suppress(OSError):
                os.fsync(folder)
        finally:
            os.close(folder)


def _remove_stale(target: Path) -> None:
    """Take away parts that nobody has written to for an hour: a process that is killed leaves one."""
    for part in target.parent.glob(f".{glob.escape(target.name)}.{'[0-9a-f]' * 8}.part"):
        with suppress(OSError):
            if time.time() - part.stat().st_mtime > 3600:
                part.unlink()


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
