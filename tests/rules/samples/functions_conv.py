"""Samples of ``autograd/functions/_correlation.py``, ``_folds.py`` and ``_normalization.py``."""

import numpy as np

from autograd.functions import _correlation as c
from autograd.functions import _folds as p
from autograd.functions import _normalization as n

from .language import A, call, calls

PLAIN = c.Windows()
WIDE = c.Windows((2, 1), ((1, 0), (2, 1)), (1, 2), 2)

PAIRS = p.Pool((2, 2), (2, 2))
OVER = p.Pool((2, 3), (1, 2), (1, 1), (1, 1), True)
APART = p.Pool((2, 2), (3, 3), (1, 1))  # an element between the windows, and windows that reach out of the image
IMAGE = np.cos(np.arange(16.0)).reshape(1, 1, 4, 4)

# fmt: off
SAMPLES = {
    c._correlate:   calls(call(A(1, 2, 3, 3), A(2, 2, 2, 2), A(2), PLAIN),
                          call(A(1, 2, 3, 3), A(2, 1, 2, 2), A(2), WIDE),
                          call(A(0, 1, 2, 2), A(1, 1, 2, 1), A(1), PLAIN),
                          call(A(1, 1, 2, 2), A(1, 1, 2, 1), None, PLAIN),
                          complex=True),
    c._spread:      calls(call(A(1, 2, 2, 2), A(2, 2, 2, 2), PLAIN, (3, 3)),
                          call(A(1, 2, 2, 4), A(2, 1, 2, 2), WIDE, (3, 3)),
                          call(A(1, 1, 1, 2), A(1, 1, 2, 1), PLAIN, (2, 2)),
                          complex=True),
    c._weigh:       calls(call(A(1, 2, 3, 3), A(1, 2, 2, 2), PLAIN, (2, 2)),
                          call(A(1, 2, 3, 3), A(1, 2, 2, 4), WIDE, (2, 2)),
                          call(A(1, 1, 2, 2), A(1, 1, 1, 2), PLAIN, (2, 1)),
                          complex=True),
    p._max_pool:    calls(call(A(1, 2, 4, 4), PAIRS), call(A(1, 1, 4, 4), OVER), call(A(0, 1, 2, 2), PAIRS),
                          call(A(1, 1, 2, 2), PAIRS), call(A(1, 1, 4, 4), APART), analytic=False),
    p._give:        calls(call(A(1, 1, 2, 2), IMAGE, p._max_pool(IMAGE, PAIRS), PAIRS),
                          call(A(1, 1, 5, 3), IMAGE, p._max_pool(IMAGE, OVER), OVER)),
    p._take:        calls(call(A(1, 1, 4, 4), IMAGE, p._max_pool(IMAGE, PAIRS), PAIRS),
                          call(A(1, 1, 4, 4), IMAGE, p._max_pool(IMAGE, OVER), OVER)),
    p._sum_pool:    calls(call(A(1, 2, 4, 4), PAIRS), call(A(1, 1, 4, 4), OVER), call(A(0, 1, 2, 2), PAIRS),
                          complex=True),
    p._sum_back:    calls(call(A(1, 2, 2, 2), PAIRS, (4, 4)), call(A(1, 1, 5, 3), OVER, (4, 4)), complex=True),
    n._normalize:   calls(call(A(2, 3, 2), 1, 0.1), call(A(2, 3, 2), (0, 2), 0.1), call(A(4), -1, eps=0.01)),
}
