"""The derivative tables, a file per chapter of NumPy's manual. Importing this fills the registry."""

from . import (  # noqa: F401
    calculus,
    constants,
    creation,
    elementwise,
    fft,
    functional,
    indexing,
    linalg,
    norms,
    polynomials,
    products,
    reductions,
    shapes,
    sorting,
    statistics,
)
