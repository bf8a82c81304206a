"""The derivative tables, a file per chapter of NumPy's manual. Importing this fills the registry."""

from . import constants, elementwise, indexing, linalg, reductions, shapes  # noqa: F401
