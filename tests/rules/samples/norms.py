"""Samples of ``autograd/rules/norms.py``."""

import numpy as np

from autograd.rules import norms

from .language import A, away, call, calls, positive, steps
from .linalg import matrix, square

SIGNED = away(0.3, 2)

REAL_COND = np.lib.NumpyVersion(np.__version__) >= "2.1.0"  # before, that of a complex matrix was complex

# fmt: off
SAMPLES = {
    np.linalg.norm:        calls(call(A(3)), call(A(2, 3)), call(A(2, 2, 2)), call(A(1)), call(A(of=SIGNED)),
                                 call(A(3), keepdims=True), call(A(2, 3), None, None, True), call(A(2, 3), axis=1),
                                 call(A(2, 3), axis=-2, keepdims=True), call(A(2, 3, 2), axis=(0, 2)),
                                 call(A(2, 3, 2), None, (-1, 0), keepdims=True), call(A(2, 0), axis=0),
                                 *(call(A(4, of=SIGNED), ord)
                                   for ord in (np.inf, -np.inf, 0, 1, -1, 2, -2, 3, 0.5, -1.5, 2.5)),
                                 *(call(A(2, 3, of=SIGNED), ord, axis=-1, keepdims=True)
                                   for ord in (np.inf, 0, 1, 2, 3)),
                                 *(call(matrix(2, 3), ord)
                                   for ord in (None, "fro", "nuc", np.inf, -np.inf, 1, -1, 2, -2)),
                                 *(call(matrix(3, 2), ord=ord, keepdims=True) for ord in ("fro", "nuc", np.inf, -1, 2)),
                                 *(call(A(2, 2, 3, of=SIGNED), ord, axis=(2, 0)) for ord in ("fro", "nuc", np.inf, 1)),
                                 call(A(2, 2, 3, of=SIGNED), 2, axis=(1, -1), keepdims=True), call(square(2, 2), "nuc"),
                                 complex=True, **steps),
    np.linalg.vector_norm: calls(call(A(3)), call(A(2, 3)), call(A(2, 3), axis=1),
                                 call(A(2, 3, 2), axis=(0, 2), keepdims=True), call(A(2, 3), keepdims=True),
                                 call(A(2, 2, 2), axis=(0, 1, 2)), call(A(of=SIGNED)),
                                 *(call(A(2, 3, of=SIGNED), ord=ord) for ord in (np.inf, -np.inf, 0, 1, -1, 2, 3)),
                                 call(A(2, 3, 2, of=SIGNED), ord=3, axis=(0, -1)),
                                 call(A(2, 3, of=SIGNED), ord=1, axis=0), complex=True, **steps),
    np.linalg.matrix_norm: calls(call(A(2, 3)), call(A(2, 2, 3), keepdims=True),
                                 *(call(matrix(2, 3), ord=ord)
                                   for ord in ("fro", "nuc", np.inf, -np.inf, 1, -1, 2, -2)),
                                 call(matrix(2, 2, 3), ord="nuc", keepdims=True), complex=True, **steps),
    np.linalg.cond:        calls(call(square(2, 2)), call(matrix(2, 3)), call(matrix(2, 3, 2), 2),
                                 call(square(3, 3), -2),
                                 *(call(square(2, 2), p) for p in ("fro", "nuc", np.inf, -np.inf, 1, -1)),
                                 call(square(2, 2, 2), p=1), complex=REAL_COND, **steps),
    norms._two_norm:       calls(call(A(3)), call(A(2, 3), (1,), True), complex=True, **steps),
    np.linalg.det:         calls(call(square(2, 2)), call(square(3, 3)), call(square(2, 2, 2)), call(A(1, 1)),
                                 call(A(0, 0)), call(A(0, 2, 2)), call(A(2, 2)), complex=True),
    norms._cofactors:      calls(call(square(3, 3)), call(square(2, 2, 2)), complex=True, **steps),
    np.linalg.slogdet:     calls(call(square(2, 2)), call(square(3, 3)), call(square(2, 2, 2)),
                                 call(A(1, 1, of=positive)), call(A(0, 2, 2)), complex=True, **steps),
}
