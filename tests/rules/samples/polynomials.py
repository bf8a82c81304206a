"""Samples of ``autograd/rules/polynomials.py``."""

import numpy as np

from autograd.rules import polynomials

from .language import A, away, call, calls, positive, span, steps

PLACES = np.array([-1.1, -0.4, 0.3, 0.8, 1.7])
OF_Y = span(-2.1, 2)  # not that of the places, for a fit of x by x leaves nothing but noise
# fmt: off
SAMPLES = {
    np.polyadd: calls(call(A(3), A(3)), call(A(2), A(4)), call(A(3), A(1)), call(A(), A(2)),
                          call(A(2), [1.0, 2.0, 3.0]),
                      complex=True),
    np.polysub: calls(call(A(3), A(3)), call(A(2), A(4)), call(A(3), A(1)), call(A(2), A()),
                          call([1.0, 2.0, 3.0], A(2)),
                      complex=True),
    np.polymul: calls(call(A(3), A(3)), call(A(2), A(4)), call(A(3), A(1)), call(A(), A(2)),
                          call(A(2), [0.0, 2.0, 3.0]),
                      complex=True),
    np.polydiv: calls(call(A(4, of=away(0.5, 2)), A(2, of=away(0.5, 2))),
                          call(A(3, of=away(0.5, 2)), A(3, of=away(0.5, 2))),
                      call(A(2), A(3, of=away(0.5, 2))), call(A(3), [2.0, 1.0]),
                      complex=True),
    np.polyval: calls(call(A(4), A()), call(A(3), A(2, 2)), call(A(3), [1.0, 2.0]), call([1.0, 2.0, 3.0], A(3)),
                      call(A(1), A(2)), call(A(0), A(2)), complex=True),
    np.polyder: calls(call(A(4)), call(A(4), 2), call(A(2), m=3), call(A(3), 0), call(A(1)), complex=True),
    np.polyint: calls(call(A(3)), call(A(3), 2), call(A(2), m=2, k=[0.5, 2.0]), call(A(2), 2, 0.5), call(A(2), 0),
                      call(A(3), k=[0.5]), complex=True),
    np.poly:    calls(call(A(3)), call(A(1)), call(A(4)), complex=True, **steps),
    np.roots:   calls(call(A(4, of=away(0.5, 3))), call(A(3, of=away(0.5, 2))), call(A(2, of=away(0.5, 2))), call(A(1)),
                      call(A(5, of=away(0.5, 2))), complex=True, **steps),
    # Fitting
    polynomials.fitted.function: calls(
        call(A(4), A(4, of=OF_Y), None, 1, None), call(A(5), A(5), A(5, of=positive), 2, None),
                          call(A(5), A(5, 2), A(5, of=positive), 1, None),
        call(A(3), A(3, of=OF_Y), None, 2, 1e-9), call(A(4), A(4, 2), None, 2, None), **steps),
    np.polyfit: calls(call(A(5), A(5, of=OF_Y), 2), call(PLACES, A(5), 3),
                          call(PLACES, A(5), deg=1, w=A(5, of=positive), rcond=1e-12),
                      call(A(4), A(4, of=OF_Y), 1, cov=True), call(A(5), A(5, 2), 2, cov=True),
                          call(A(2), A(2, of=OF_Y), 0),
                      call(A(5), A(5), 1, w=A(5, of=span(1, 2)), cov="unscaled"),
                          call(A(4), A(4, 1), 1, cov="unscaled"), **steps),
    np.poly1d:   calls(),  # a class: see test_calculus.py
}
# fmt: on
