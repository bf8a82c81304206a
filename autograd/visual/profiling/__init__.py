"""Where the time and the memory of a block go: by operation, module and line, as a table and as a flame picture."""

from .block import Profile, profile
from .flame import Bar, Flame
from .table import Row, Table

__all__ = ["Bar", "Flame", "Profile", "Row", "Table", "profile"]
