"""Samples of ``autograd/rules/integrals.py``."""

import numpy as np

from autograd.rules import integrals

from .language import A, any_number, call, calls, span, steps, unary


def of_order(of):
    return calls(call(A(), 1), call(A(3), 2), call(A(2, 2, of=of), k=3), call(A(0), 1), complex=True)


# fmt: off
SAMPLES = {
    np.i0:   unary(any_number, **steps),
    np.sinc: unary(complex=True),
    integrals.i0_derivative.function:   of_order(span(-30, 30)),
    integrals.sinc_derivative.function: of_order(span(-9, 9)),
}
# fmt: on
