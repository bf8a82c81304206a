"""What is measured of a step, in the process that runs it: time, processor time, memory, a print of its value."""

from __future__ import annotations

import contextlib
import ctypes
import gc
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np

Reply = dict[str, Any]


def measured(
    step: Callable[[], Any], baseline: Callable[[], Any] | None, repetitions: int, fresh: bool = False
) -> Reply:
    """Time a step and what has to be subtracted from it, turn and turn about. The collector stays on, as for users.

    Of several repetitions one more comes first, untimed: since the last turn, others have had the caches. In a `fresh`
    process the memory that is free already is given back first, so that the step cannot grow unseen inside it. What it
    reads of programs' files for the first time, 64 KiB at a time, does not count; such pages only become more.
    """
    if repetitions > 1:
        step()
    gc.collect()
    floor = settled() if fresh else 0
    result, total, spent = None, 0.0, 0.0
    clock = time.perf_counter
    processor = time.process_time()
    if baseline is None:
        start = clock()
        for _ in range(repetitions):
            result = step()
        total = clock() - start
    else:
        for _ in range(repetitions):
            start = clock()
            baseline()
            middle = clock()
            result = step()
            total += clock() - middle
            spent += middle - start
    processor = time.process_time() - processor
    return {
        "seconds": total / repetitions,
        "baseline": spent / repetitions,
        "processor": processor / repetitions if baseline is None else 0.0,  # a baseline has other processes
        "growth": memory("VmHWM") - memory("RssFile") - floor if floor else None,
        "fingerprint": fingerprint(result),
    }


def fingerprint(gradients: Iterable[Any] | None) -> list[float]:
    """Two numbers which equal gradients share: their norm, and a weighted sum that sees order and sign.

    Without BLAS, whose threads would go on spinning in the contenders that have none of it.
    """
    flat = [np.ravel(np.asarray(gradient, dtype=np.float64)) for gradient in gradients or ()]
    if not flat:
        return []
    values = np.concatenate(flat)
    return [float(np.sqrt(np.sum(values * values))), float(np.sum(values * np.cos(np.arange(values.size))))]


def rested() -> None:
    """Return when this process's threads sleep: those of OpenBLAS spin for 0.1 s after their last work."""
    quiet = 0
    for _ in range(100):
        before = time.process_time()
        time.sleep(0.005)
        quiet = quiet + 1 if time.process_time() - before < 0.001 else 0
        if quiet == 2:
            return


def settled() -> int:
    """Give free memory back and forget the peak so far; the bytes of no file that are left, or 0 if that cannot be."""
    try:
        with contextlib.suppress(AttributeError):  # another C library than glibc
            ctypes.CDLL(None).malloc_trim(0)
        Path("/proc/self/clear_refs").write_text("5")
    except (OSError, TypeError):  # another system than Linux
        return 0
    return memory("VmRSS") - memory("RssFile")


def memory(field: str) -> int:
    """Bytes of this process: `VmRSS` are resident now, `VmHWM` were at most; `RssFile` are now, of files."""
    fields = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    return int(fields[field].split()[0]) * 1024
