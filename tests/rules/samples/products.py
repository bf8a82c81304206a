"""Samples of ``autograd/rules/products.py``."""

import numpy as np

from autograd.rules import products

from .language import A, call, calls

# fmt: off
SAMPLES = {
    # Products of matrices
    np.matmul:      calls(*(call(A(*x), A(*y)) for x, y in [
                          ((3,), (3,)), ((2, 3), (3,)), ((3,), (3, 2)), ((2, 3), (3, 2)), ((2, 2, 3), (3, 2)),
                          ((2, 3), (2, 3, 2)),
                          ((2, 1, 2, 3), (2, 3, 1)), ((3,), (2, 3, 2)), ((2, 2, 3), (3,)), ((1, 2, 3), (2, 3, 2)),
                          ((2, 0), (0, 3)), ((0, 3), (3, 2)), ((1, 1), (1, 1)), ((0,), (0,))]), complex=True),
    np.dot:         calls(*(call(A(*x), A(*y)) for x, y in [
                          ((), (3,)), ((3,), ()), ((), ()), ((3,), (3,)), ((2, 3), (3,)), ((3,), (3, 2)),
                          ((2, 3), (3, 2)),
                          ((2, 2, 3), (3, 2)), ((2, 3), (2, 3, 2)), ((3,), (2, 3, 2)), ((2, 1, 3), (3,)),
                          ((2, 0), (0, 3))]),
                          complex=True),
    np.inner:       calls(*(call(A(*x), A(*y)) for x, y in [
                          ((), (3,)), ((3,), ()), ((3,), (3,)), ((2, 3), (3,)), ((3,), (2, 3)), ((2, 3), (1, 3)),
                          ((2, 1, 3), (2, 3))]),
                          complex=True),
    np.outer:       calls(*(call(A(*x), A(*y)) for x, y in [((2,), (3,)), ((), (3,)), ((2, 2), (1, 3)),
                          ((0,), (2,))]), complex=True),
    np.tensordot:   calls(call(A(2, 3, 1), A(3, 1, 2)), call(A(2, 3), A(3, 2), 1), call(A(2), A(3), axes=0),
                          call(A(2, 3), A(2, 3), axes=((0, 1), (0, 1))), call(A(2, 3), A(3, 2), axes=([1, 0], [0, 1])),
                          call(A(2, 3, 2), A(2, 3), axes=(-1, 0)), complex=True),
    np.einsum:      calls(call("ij,jk->ik", A(2, 3), A(3, 2)), call("ii->i", A(3, 3)), call("ii", A(3, 3)),
                          call("ij->", A(2, 3)),
                          call("i,i", A(3), A(3)), call("ij->ji", A(2, 3)), call("...i,...i->...", A(2, 3), A(3)),
                          call("i,j,k->ijk", A(2), A(2), A(2)),
                          call("ij,jk,kl->il", A(2, 3), A(3, 2), A(2, 2), optimize=True),
                          call(A(2, 3), [0, 1], A(3), [1], [0]), call("b...,b...", A(2, 3), A(2, 3)),
                          call("iij->j", A(2, 2, 3)),
                          call("ij,ij->i", A(2, 1), A(2, 3)), call(",i->i", A(), A(3)),
                          call("iij,jj->i", A(2, 2, 3), A(3, 3)),
                          complex=True),
    products.contract.function: calls(call([A(2, 3), A(3, 2)], ("ab", "bc"), "ac"), call([A(2, 2)], ("aa",), ""),
                                    complex=True),
}
