"""Samples of ``autograd/rules/reductions.py``."""

import numpy as np

from autograd import arrays

from .language import NO_AXES, A, away, call, calls, reduction, steps

# fmt: off
SAMPLES = {
    # Reductions
    np.sum:     reduction(initial=2.0, extra=NO_AXES, complex=True),
    np.mean:    reduction(complex=True),
    np.prod:    reduction(away(0.4, 2), initial=2.0, extra=NO_AXES, complex=True),
    np.max:     reduction(initial=-1.3, wide=False, extra=NO_AXES),
    np.min:     reduction(initial=1.3, wide=False, extra=NO_AXES),
    np.ptp:     calls(call(A(5)), call(A(2, 3), axis=1), call(A(2, 3), axis=(0, 1), keepdims=True)),
    np.var:     reduction(extra=[call(A(4), ddof=1), call(A(2, 3), axis=1, correction=1),
                                 call(A(2, 3), axis=0, mean=np.array([[0.1, 0.2, 0.3]]))], complex=True, **steps),
    np.std:     reduction(extra=[call(A(4), ddof=1), call(A(2, 3), axis=1, correction=1),
                                 call(A(2, 3), axis=0, mean=np.array([[0.1, 0.2, 0.3]]))], complex=True, **steps),
    arrays.expand: calls(call(A(3), (2, 3)), call(A(), (2,)), call(A(2, 1), (2, 3)), call(A(1), (0,)), complex=True),
}
# fmt: on
SAMPLES |= {np.amax: SAMPLES[np.max], np.amin: SAMPLES[np.min]}
