"""Samples of ``autograd/rules/missing.py``; where there is a NaN, ``test_statistics.py`` looks."""

import numpy as np

from .language import A, away, call, calls, reduction, steps

ROW = np.array([[0.1, 0.2, 0.3]])
SPREAD = [call(A(4), ddof=1), call(A(2, 3), axis=1, correction=1), call(A(2, 3), axis=0, mean=ROW)]
RUNNING = calls(call(A(4)), call(A(2, 3)), call(A(2, 3), 0), call(A(2, 3), axis=-1), call(A(2, 0), 1),
                call(A(2, 3), axis=1, dtype=np.longdouble), complex=True)  # fmt: skip

# fmt: off
SAMPLES = {
    np.nansum:     reduction(initial=2.0, complex=True),
    np.nanprod:    reduction(away(0.4, 2), initial=2.0, complex=True),
    np.nanmean:    reduction(complex=True),
    np.nanmax:     reduction(initial=-1.3, wide=False),
    np.nanmin:     reduction(initial=1.3, wide=False),
    np.nanvar:     reduction(extra=SPREAD, complex=True, **steps),
    np.nanstd:     reduction(extra=SPREAD, complex=True, **steps),
    np.nancumsum:  RUNNING,
    np.nancumprod: RUNNING,
}
# fmt: on
