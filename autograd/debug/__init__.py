"""Where the NaN, the kink or the lost gradient came from: on which line of the program."""

from ._findings import Finding
from ._report import Report, debug

__all__ = ["debug", "Report", "Finding"]
