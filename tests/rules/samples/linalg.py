"""Samples of ``autograd/rules/linalg.py``, ``decompositions.py`` and ``spectra.py``."""

import numpy as np

from autograd.rules import decompositions, linalg, spectra

from .language import A, call, calls, positive, spread_out, steps


def definite(a):
    """A matrix of which both triangles are those of positive definite ones."""
    return 0.2 * a + np.diag(np.arange(a.shape[-1]) + 1.5)


def full_rank(a):
    """A matrix of any shape with singular values that are well apart."""
    return 0.3 * a + np.eye(*a.shape[-2:]) * (1 + np.arange(a.shape[-1]))


def square(*shape):
    return A(*shape, then=spread_out)


def matrix(*shape):
    return A(*shape, then=full_rank)


def folded(*shape):
    """A square matrix of full rank, as an array of more axes."""
    return A(*shape, then=lambda a: full_rank(a.reshape(shape[-1], -1)).reshape(shape))


# fmt: off
SAMPLES = {
    # Square systems
    np.linalg.inv:         calls(call(square(2, 2)), call(square(2, 3, 3)), call(A(1, 1, of=positive)),
                                 call(A(0, 2, 2)), call(A(0, 0)), complex=True),
    np.linalg.solve:       calls(*(call(square(*a), A(*b)) for a, b in [
                                 ((2, 2), (2,)), ((2, 2), (2, 3)), ((2, 2, 2), (2,)), ((2, 2, 2), (2, 1)),
                                 ((2, 2), (2, 2, 1)), ((1, 2, 2), (2, 2, 1)), ((2, 2, 2), (2, 2)), ((1, 1), (1,)),
                                 ((0, 0), (0,)), ((2, 2), (2, 0)), ((0, 2, 2), (2,))]), complex=True),
    np.linalg.tensorinv:   calls(call(folded(2, 1, 2), ind=1), call(folded(2, 2, 4)), call(folded(3, 3), 1),
                                 complex=True),
    np.linalg.tensorsolve: calls(call(folded(2, 1, 2), A(2, 1)), call(folded(2, 3, 6), A(2, 3)),
                                 call(folded(3, 1, 3), A(3, 1), axes=(0,)), call(square(2, 2), A(2), (0,)),
                                 complex=True),
    # Systems of any shape
    np.linalg.pinv:        calls(call(matrix(2, 2)), call(matrix(3, 2)), call(matrix(2, 3)),
                                 call(matrix(2, 3, 2), 1e-12), call(A(2, 2, then=definite), hermitian=True),
                                 call(matrix(3, 2), rtol=1e-10), call(matrix(2, 3), rtol=None), call(matrix(3, 3), 0.5),
                                 call(matrix(3, 2), rcond=0.6), call(A(0, 2)), complex=True, **steps),
    linalg._pseudo_inverse: calls(call(matrix(3, 2), 1e-15), complex=True, **steps),
    np.linalg.lstsq:       calls(call(matrix(3, 2), A(3)), call(matrix(3, 2), A(3, 2)), call(matrix(2, 3), A(2)),
                                 call(matrix(2, 2), A(2, 1)), call(matrix(4, 2), A(4), rcond=1e-10),
                                 call(matrix(3, 2), A(3), -1), call(matrix(2, 3), A(2, 2), None), complex=True,
                                 **steps),
    # Decompositions into triangles
    np.linalg.cholesky:    calls(*(call(A(*shape, then=definite), **upper)
                                   for shape in [(2, 2), (3, 3), (2, 2, 2), (1, 1), (0, 0)]
                                   for upper in ({}, {"upper": True}, {"upper": False})), complex=True, **steps),
    np.linalg.qr:          calls(*(call(matrix(*shape), mode=mode) for shape in [(2, 2), (2, 3), (2, 3, 3)]
                                   for mode in ("reduced", "complete", "r")),
                                 *(call(matrix(*shape), mode) for shape in [(3, 2), (2, 3, 2), (3, 1), (0, 2)]
                                   for mode in ("reduced", "r")), call(matrix(3, 3)), complex=True, **steps),
    decompositions._thin_qr: calls(call(matrix(3, 2)), complex=True, **steps),
    # of what has columns only the space is known: test_linalg.py
    decompositions._rest:  calls(call(A(1, 0), np.eye(1))),
    # Eigenvalues and singular values. Complex vectors have a free phase: tests/rules/test_linalg.py
    np.linalg.eigh:        calls(call(square(2, 2)), call(square(3, 3), "U"), call(square(2, 3, 3), UPLO="L"),
                                 call(square(2, 2), "u"), call(A(1, 1, of=positive)), call(A(0, 2, 2)), **steps),
    np.linalg.eigvalsh:    calls(call(square(2, 2)), call(square(3, 3), "U"), call(square(2, 3, 3), UPLO="L"),
                                 call(A(1, 1, of=positive)), call(A(0, 0)), complex=True, **steps),
    np.linalg.eig:         calls(call(square(2, 2)), call(square(3, 3)), call(square(2, 2, 2)),
                                 call(A(1, 1, of=positive)),
                                 call(A(2, 2, then=lambda a: 0.2 * a + np.array([[1.0, 2.0], [-2.0, 1.5]]))),
                                 call(A(3, 3,
                                   then=lambda a: 0.2 * a + np.array([[1.0, 2.0, 0.5], [-2.0, 1.5, 0], [0, 1, 4]]))),
                                 complex=True, **steps),
    np.linalg.eigvals:     calls(call(square(2, 2)), call(square(3, 3)), call(square(2, 2, 2)),
                                 call(A(1, 1, of=positive)),
                                 call(A(2, 2, then=lambda a: 0.2 * a + np.array([[1.0, 2.0], [-2.0, 1.5]]))),
                                 complex=True, **steps),
    np.linalg.svd:         calls(call(square(2, 2)), call(square(3, 3), True), call(matrix(3, 2), False),
                                 call(matrix(2, 3), False), call(matrix(2, 3, 2), full_matrices=False),
                                 call(matrix(3, 2)), call(matrix(2, 3)), call(matrix(3, 2), compute_uv=False),
                                 call(matrix(2, 3), compute_uv=False), call(square(3, 3), hermitian=True),
                                 call(square(2, 2, 2), hermitian=True, compute_uv=False), call(A(1, 1, of=positive)),
                                 call(A(0, 2), False), **steps),
    np.linalg.svdvals:     calls(call(square(2, 2)), call(matrix(3, 2)), call(matrix(2, 3)), call(matrix(2, 3, 2)),
                                 call(A(0, 2)), complex=True, **steps),
    spectra._thin_svd:     calls(call(matrix(3, 2), False), call(matrix(2, 3), True), **steps),
}
