"""Memory that a training step frees is kept for the next one, instead of being returned to the system.

glibc gives blocks above 128 KB back as soon as they are freed, and the system hands out zeroed pages when they are
asked for again: of an operation on 100,000 float32 that is most of the time. So on import the C library is told to
keep up to 256 MiB. That holds for the whole process. Set ``AUTOGRAD_KEEP_MEMORY`` to another number of bytes, or to 0
to leave the library as it is; so it is left, too, if its own variables (``MALLOC_TRIM_THRESHOLD_``, …) are set, and on
other systems than Linux with glibc.
"""

from __future__ import annotations

import os
import sys

KEPT = 256 << 20  # bytes
_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3  # of mallopt(3)
_LARGEST = 32 << 20  # the most that glibc takes for the second
_INT_MAX = (1 << 31) - 1  # the most that mallopt can be told; more would wrap around


def keep_memory() -> bool:
    """Tell glibc to keep what is freed; return whether it was done."""
    kept = _asked_for()
    told = any(name.startswith(("MALLOC_", "GLIBC_TUNABLES")) for name in os.environ)
    if not sys.platform.startswith("linux") or kept <= 0 or told:
        return False
    try:
        import ctypes  # NumPy has it loaded

        mallopt = ctypes.CDLL(None).mallopt
    except (ImportError, OSError, AttributeError):  # a Python without it, or another C library
        return False
    return bool(mallopt(_TRIM_THRESHOLD, kept) and mallopt(_MMAP_THRESHOLD, _LARGEST))


def _asked_for() -> int:
    text = os.environ.get("AUTOGRAD_KEEP_MEMORY") or str(KEPT)
    try:
        return min(int(text), _INT_MAX)
    except ValueError:
        raise ValueError(
            f"AUTOGRAD_KEEP_MEMORY: {text!r} is no whole number of bytes. Write {KEPT}, or 0 to leave memory as it is."
        ) from None


KEEPS = keep_memory()
