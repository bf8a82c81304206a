"""Samples of ``autograd/functions``."""

import numpy as np

from autograd.functions import _exponential as f

from .language import A, any_number, away, binary, call, calls, reduction, span, unary

# fmt: off
SAMPLES = {
    f._relu:        unary(away(0.3, 2), analytic=False),
    f._sigmoid:     unary(span(-5, 5), complex=True, analytic=False),
    f._softplus:    unary(span(-1.2, 5), complex=True, analytic=False),
    f._xlogy:       binary(any_number, span(0.3, 3), complex=True),
    f._logsumexp:   reduction(where=False, wide=False, analytic=False),
    f._softmax:     calls(call(A(3)), call(A(2, 3)), call(A(2, 3), 0), call(A(2, 3), axis=(0, 1)), call(A(1)),
                          call(A(0, 2)),
                          analytic=False),
    f._label_cross_entropy: calls(call(A(3, 4), np.array([3, 0, 3])), call(A(1, 2), np.array([1])),
                                call(A(0, 2), np.zeros(0, int)), analytic=False),
    f._log_softmax: calls(call(A(3)), call(A(2, 3)), call(A(2, 3), 0), call(A(2, 3), axis=(0, 1)), call(A(1)),
                          call(A(0, 2)),
                          analytic=False),
}
