"""Samples of ``autograd/rules/padding.py``."""

import numpy as np

from .language import A, call, calls

EACH = ((1, 2), (0, 1))
STATISTICS = ("maximum", "mean", "median", "minimum")
MODES = ("edge", "linear_ramp", "reflect", "symmetric", "wrap", *STATISTICS)


def frame(vector, width, axis, kwargs):
    """A padding function, which writes into its row: a multiple of the element next to the edge."""
    n = vector.shape[0]
    if width[0]:
        vector[: width[0]] = kwargs["factor"] * vector[width[0]]
    vector[n - width[1] :] = 0.5


# fmt: off
SAMPLES = {
    np.pad:         calls(call(A(3), 1), call(A(2, 3), ((1, 0), (2, 1))),
                          call(A(0), 2), call(A(2), 0),
                          call(A(3), (1, 2), "constant", constant_values=2.0),
                          call(A(2, 2), 1, constant_values=((1.0, 2.0), (3.0, 4.0))),
                          call(A(2), 0, "empty"), call(A(2, 0), 0, "edge"),
                          *(call(A(2, 3), EACH, mode) for mode in MODES),
                          *(call(A(3), pad_width=(4, 7), mode=mode) for mode in MODES if mode not in STATISTICS),
                          call(A(3), (2, 3), "linear_ramp", end_values=(1.0, 2.0)),
                          *(call(A(2, 3), EACH, mode, stat_length=((1, 2), (2, 1)))
                            for mode in STATISTICS),
                          call(A(4), 2, "mean", stat_length=9),
                          *(call(A(3), (1, 2), mode, reflect_type="odd") for mode in ("reflect", "symmetric")),
                          *(call(A(2, 3), (4, 7), mode, reflect_type="odd") for mode in ("reflect", "symmetric")),
                          call(A(1), 2, "reflect", reflect_type="odd"), call(A(1), 2, "reflect", reflect_type="even"),
                          call(A(2, 2), EACH, frame, factor=3.0), call(A(3), (1, 2), frame, factor=2.0), complex=True),
}
# fmt: on
