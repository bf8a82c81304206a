"""Files that are written whole or not at all."""

from __future__ import annotations

import glob
import os
import secrets
import shutil
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

Target = str | os.PathLike[str]


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
