"""Samples of ``autograd/rules/linalg.py``."""

import numpy as np

from .language import A, call, calls, positive, spread_out, steps

# fmt: off
SAMPLES = {
    # Inverse and eigenvalues
    np.linalg.inv:  calls(call(A(2, 2, then=spread_out)), call(A(2, 3, 3, then=spread_out)), call(A(1, 1, of=positive)),
                          call(A(0, 2, 2)), complex=True),
    np.linalg.eigh: calls(call(A(2, 2, then=spread_out)), call(A(3, 3, then=spread_out), "U"),
                          call(A(2, 3, 3, then=spread_out), UPLO="L"),
                          call(A(1, 1, of=positive)), **steps),
}
