"""Samples of ``autograd/rules/calculus.py``."""

import numpy as np

from .language import A, call, calls, span, steps

POINTS = np.array([-1.6, -0.6, 0.1, 0.7, 1.5])
PAIRS = [((4,), (4,)), ((5,), (2,)), ((2,), (5,)), ((4,), (3,)), ((3,), (4,)), ((1,), (3,)), ((2,), (1,))]
wide = span(-3, 3)
far = span(-8, 8)


def rising(a):
    """Coordinates: increasing, and not evenly spaced."""
    return np.cumsum(0.3 + np.abs(a)) - 2


def bilinear(*extra, **facts):
    """Operands of every relation of lengths, in every mode."""
    every = [call(A(*x), A(*y), mode) for x, y in PAIRS for mode in ("full", "same", "valid")]
    return calls(*every, call(A(3), A(2)), call(A(3), A(2), mode=1), call(A(3), [1.0, 2.0]), call([1.0, 2.0], A(3)),
                 *extra, complex=True, **facts)  # fmt: skip


# fmt: off
SAMPLES = {
    # Differences, gradients, integrals
    np.diff:      calls(call(A(4)), call(A(2, 3)), call(A(2, 3), 1, 0), call(A(4), 2), call(A(4), n=3), call(A(3), 0),
                        call(A(3), n=5), call(A(2, 3), axis=-2), call(A(3), prepend=A(), append=A(2)),
                        call(A(2, 3), prepend=0.5, append=A(2, 1)), call(A(2, 3), axis=0, append=A()), call(A(1)),
                        call(A(0)), complex=True),
    np.ediff1d:   calls(call(A(4)), call(A(2, 2)), call(A(3), A(2), A()), call(A(3), to_end=A(1, 2)),
                        call(A(3), to_begin=[0.5, 0.1]), call(A()), call(A(1), to_end=A()), complex=True),
    np.gradient:  calls(call(A(4)), call(A(2, 3)), call(A(2, 3), 0.5), call(A(2)), call(A(3, 3), edge_order=2),
                        call(A(4), A(4, then=rising)), call(A(4), A(4, then=rising), edge_order=2),
                        call(A(2), A(2, then=rising)), call(A(5), A(of=span(0.5, 2)), edge_order=2),
                        call(A(2, 3), A(2, then=rising), A(of=span(1, 2))), call(A(2, 3), axis=0),
                        call(A(3, 2), axis=(-2,), edge_order=2), call(A(2, 3), 0.5, 2.0, axis=(1, 0)),
                        call(A(4), np.arange(4.0) * 0.5), call(A(3), np.array([0.0, 1.0, 3.0]), edge_order=2),
                        call(A(2, 3), np.array([1.0, 2.5]), 2.0)),
    np.trapezoid: calls(call(A(4)), call(A(2, 3)), call(A(4), A(4)), call(A(2, 3), A(3)), call(A(2, 3), A(2, 3)),
                        call(A(2, 3), A(2), axis=0), call(A(2, 3), dx=A(), axis=-2), call(A(2, 3), None, 0.5, 0),
                        call(A(3), x=[0.0, 1.0, 3.0]), call(A(1)), call(A(2, 3, 2), x=A(2, 3, 2), axis=1),
                        call([1.0, 2.0, 0.5], A(3)), complex=True),
    # Interpolation
    np.interp:    calls(call(A(3), POINTS, A(5)), call(A(), POINTS, A(5)), call(A(2, 2), POINTS, np.cos(POINTS)),
                        call(A(3), A(4, then=rising), A(4)), call([-0.9, 0.3, 1.4], A(4, then=rising), A(4)),
                        call(A(4, of=wide), POINTS, A(5), -0.5, 0.5), call(A(3, of=wide), POINTS, A(5), left=0.5),
                        call(A(3, of=wide), POINTS, A(5), right=0.5), call(A(3, of=wide), A(3), A(3), period=4.5),
                        call(A(0), POINTS, A(5)), call(A(2), POINTS, [1, 2, 3, 5, 4]), call(A(2), [0.0], A(1)),
                        call(A(3), POINTS, np.exp(2j * POINTS)), **steps),
    np.unwrap:    calls(call(A(5, of=far)), call(A(2, 3, of=far), axis=0), call(A(2, 3, of=far), None, -2),
                        call(A(4, of=far), discont=4.0), call(A(4, of=wide), period=2.3), **steps),
    # Convolution
    np.convolve:  bilinear(call(A(), A(2)), call(A(2), A(), "same")),
    np.correlate: bilinear(analytic=False),
    # Numbers that are none
    np.nan_to_num: calls(call(A(4)), call(A(2, 3), True, 1.0), call(A(2), nan=0.5, posinf=1.0, neginf=-1.0), call(A()),
                         call(A(2), copy=True), complex=True, **steps),
    np.real_if_close: calls(call(A(3)), call(A(2, 3), 10), call(A(2), tol=0.1), call(A()), complex=True, **steps),
}
# fmt: on
if "trapz" in np.__dict__:
    SAMPLES[np.__dict__["trapz"]] = SAMPLES[np.trapezoid]
