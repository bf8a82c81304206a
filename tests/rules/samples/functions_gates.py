"""Samples of ``autograd/functions/_gates.py`` and ``_rows.py``."""

import numpy as np

from autograd.functions import _gates as f
from autograd.functions._rows import _rows

from .language import A, call, calls

# fmt: off
SAMPLES = {
    f._recur:       calls(call(A(2, 4), A(2, 3), A(4, 3), None), call(A(4), A(2, 3), A(4, 3), None),
                          call(A(2, 0), A(2, 3), A(0, 3), None), call(A(1, 2), A(1, 2), A(2, 2), None)),
    f._lstm_step:   calls(call(A(2, 8), A(2, 2), A(8, 2), A(2, 2), None),
                          call(A(1, 4), A(1, 1), A(4, 1), A(1, 1), None),
                          call(A(0, 4), A(0, 1), A(4, 1), A(0, 1), None), complex=False),
    f._gru_step:    calls(call(A(2, 6), A(2, 6), A(2, 2)), call(A(3), A(3), A(1)), call(A(0, 3), A(0, 3), A(0, 1))),
    _rows:          calls(call(A(2, 3), np.array([1, -1, 0]), np.array([2, 0])),
                          call(A(3), np.array([2, 0]), np.array([1, -1, 0])),
                          call(A(2, 3), np.array([], int), np.array([-1, -1]))),
}
