"""Samples of ``autograd/rules/creation.py``."""

import numpy as np

from autograd.rules import creation

from .language import A, away, call, calls, positive, span, steps

# fmt: off
SAMPLES = {
    np.full_like:   calls(call(A(2, 3), 2.0), call(A(3), [1.0, 2.0, 3.0], shape=(2, 3)),
                          call(A(3), 2, dtype=np.longdouble),
                          call(A(2), 1.5, None, "C", True, None, device="cpu"), call(A(), 2.0),
                          call(A(0), 1.0), **steps),
    np.astype:      calls(call(A(2, 3), np.longdouble), call(A(3), "longdouble", copy=False), **steps),
    np.linspace:    calls(call(A(), A()), call(A(), A(), 4), call(A(), A(), 4, False), call(A(3), A(3), num=3),
                          call(A(2, 1), A(3), 3, axis=1), call(A(3), A(), 3, axis=-1), call(A(), A(), 1),
                          call(A(), A(), 1, endpoint=False), call(A(), A(), 0), call(A(2), A(2), 0, axis=1),
                          call(0.0, A(), 3), call(A(2), 1, 3), call(A(0), A(0), 2),
                          call(A(), A(), 5, retstep=True), call(A(2), A(), 3, True, True),
                          call(A(), A(), 3, dtype=np.longdouble), call(A(), A(), 3, device="cpu"), complex=True),
    creation.line.function: calls(call(A(), A(), 3, True, None, 0),
                          call(A(2), A(), 3, False, axis=-1, dtype=np.longdouble), complex=True),
    np.logspace:    calls(call(A(), A(), 4), call(A(), A(), 4, False), call(A(2), A(), num=3, endpoint=True, axis=1),
                          call(A(), A(), 3, base=2.0), call(A(), A(), 3, base=A(of=positive)),
                          call(A(2), A(2), 3, base=A(2, of=positive)),
                          call(A(), A(2), 3, base=A(2, of=positive), axis=-1),
                          call(A(), A(), 3, dtype=np.longdouble), call(A(), A(), 1), call(A(), A(), 0), complex=True),
    np.geomspace:   calls(call(A(of=positive), A(of=positive), 4), call(A(of=span(-3, -0.5)), A(of=span(-3, -0.5)), 3),
                          call(A(of=positive), A(of=positive), 4, False),
                          call(A(2, of=positive), A(of=positive), num=3, endpoint=True, axis=-1),
                          call(A(of=positive), A(of=positive), 3, dtype=np.longdouble),
                          call(1.5, A(2, of=positive), 3), call(A(of=positive), A(of=positive), 1), complex=True),
    np.meshgrid:    calls(call(A(2), A(3)), call(A(2), A(3), A(1), indexing="ij"), call(A(2), A(3), sparse=True),
                          call(A(3)), call(A(2), A(3), copy=False), call(A(), A(2)), call(A(2), np.ones(2)),
                          call(A(0), A(2)), call(A(2), A(3), A(1)), complex=True),
    np.ix_:         calls(call(A(2), A(3)), call(A(3)), call(A(2), np.array([True, False, True])), call(A(2), [0, 1]),
                          complex=True),
    np.diag:        calls(call(A(3)), call(A(2), 1), call(A(2), k=-2), call(A(3, 3)), call(A(2, 3), 1),
                          call(A(3, 2), -1),
                          call(A(2, 3), 5), call(A(2, 3), -5), call(A(0)), call(A(1)), complex=True),
    np.diagflat:    calls(call(A(2, 2)), call(A(3), 1), call(A(1, 2), k=-1), call(A()), complex=True),
    np.vander:      calls(call(A(3, of=away(0.4, 2))), call(A(3, of=away(0.4, 2)), 4), call(A(2), N=2),
                          call(A(2, of=away(0.4, 2)), 3, True), call(A(3), increasing=True, N=1), call(A(2), 0),
                          call(A(0)), complex=True),
}
# fmt: on
if np.__version__ >= "2.1":
    more = call(A(), np.longdouble), call(A(2), np.longdouble, device="cpu")
    SAMPLES[np.astype] = calls(*SAMPLES[np.astype].calls, *more, **steps)
