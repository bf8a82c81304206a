"""The derivative tables, a file per chapter of NumPy's manual. Importing this fills the registry."""

from ..primitive import Primitive
from . import (  # noqa: F401
    calculus,
    constants,
    creation,
    elementwise,
    fft,
    functional,
    histograms,
    indexing,
    integrals,
    joining,
    linalg,
    missing,
    norms,
    padding,
    polynomials,
    products,
    putting,
    reductions,
    running,
    shapes,
    sorting,
    statistics,
)
from .discovery import discover

Primitive.discover = staticmethod(discover)
