"""SciPy, differentiable: the names of ``scipy.special``, ``linalg``, ``signal``, ``stats`` and ``integrate``.

SciPy's ufuncs take Tensors by themselves, so ``scipy.special.gammaln(t)`` needs nothing from here. Its other functions
convert their arguments with ``np.asarray``, which a Tensor refuses; the functions of the same names here do not.

>>> import numpy as np, autograd as ag
>>> from autograd.scipy import linalg, stats
>>> round(float(ag.grad(lambda x: stats.norm.logpdf(x, 1.0, 2.0))(2.0)), 12)
-0.25
"""

try:
    import scipy as _scipy  # noqa: F401
except ImportError as error:
    raise ImportError("autograd.scipy needs SciPy. Install it with: pip install autograd-tape[scipy]") from error

# isort: split
from . import integrate, linalg, signal, special, stats

__all__ = ["integrate", "linalg", "signal", "special", "stats"]
