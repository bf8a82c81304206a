"""Samples of ``autograd/rules/running.py``."""

import numpy as np

from .language import A, away, call, calls

# fmt: off
SAMPLES = {
    np.cumsum:  calls(call(A(4)), call(A(2, 3)), call(A(2, 3), 0), call(A(2, 3), axis=-1), call(A(2, 0), 1),
                      call(A()), call(A(), axis=-1), call(A(2, 3), axis=1, dtype=np.longdouble), complex=True),
    np.cumprod: calls(call(A(4)), call(A(2, 3)), call(A(2, 3), 0), call(A(2, 3), axis=-1), call(A(2, 0), 1),
                      call(A()), call(A(), axis=-1), call(A(1)), call(A(2, 3, 2), axis=1),
                      call(A(2, 3, of=away(0.4, 2)), axis=1, dtype=np.longdouble), complex=True),
}
# fmt: on
if hasattr(np, "cumulative_sum"):
    for _function in (np.cumulative_sum, np.cumulative_prod):
        SAMPLES[_function] = calls(
            call(A(4)), call(A(2, 3), axis=0), call(A(2, 3), axis=-1, include_initial=True), call(A()), call(A(0)),
            call(A(3), include_initial=True), call(A(2, 3), axis=1, dtype=np.longdouble), call(A(1)), complex=True,
        )  # fmt: skip
