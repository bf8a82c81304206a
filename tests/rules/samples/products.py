"""Samples of ``autograd/rules/products.py``."""

import numpy as np

from autograd.rules import products

from .language import A, call, calls, spread_out, steps

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
                          call("iij,jj->i", A(2, 2, 3), A(3, 3)), call("i->", A(0)), call("ij,jk", A(2, 0), A(0, 3)),
                          call("ij,jk->ik", A(2, 3), A(3, 2), optimize="greedy"),
                          call("ij,ij->i", A(2, 1), A(2, 3), optimize=True),
                          call("a,ab,bc->c", A(2), A(2, 3), A(3, 2), optimize="optimal"),
                          call("a,ab,bc->c", A(2), A(2, 3), A(3, 2), optimize=["einsum_path", (1, 2), (0, 1)]),
                          call("iij,jj->i", A(2, 2, 3), A(3, 3), optimize=("greedy", 100)),
                          call("ij,j->i", A(2, 3), A(3), order="F"),
                          call("ij,j->i", A(2, 3), A(3), dtype=np.longdouble, casting="unsafe"),
                          call(A(2, 3), [27, 0]), call(A(2, 2, 3), [..., 1], A(3), [1], [...]),
                          call("...i,...j->...ij", A(2, 1, 2), A(3, 2)),
                          complex=True),
    products.contract.function: calls(call([A(2, 3), A(3, 2)], ("ab", "bc"), "ac"), call([A(2, 2)], ("aa",), ""),
                                    complex=True),
    np.vdot:        calls(call(A(3), A(3)), call(A(2, 3), A(3, 2)), call(A(), A()), call(A(0), A(0)),
                          call(A(1), A(1, 1)), complex=True, **steps),
    np.vecdot:      calls(call(A(3), A(3)), call(A(3, 2), A(3, 2)), call(A(3, 2), A(2)), call(A(2), A(3, 1, 2)),
                          call(A(3, 2), A(3), axis=0), call(A(3, 2), A(3, 2), axis=-2, keepdims=True),
                          call(A(3, 2), A(1, 2), keepdims=True), call(A(2, 0), A(0)), complex=True, **steps),
    np.kron:        calls(
                          *(call(A(*x), A(*y)) for x, y in [ ((2, 2), (2, 3)), ((3,), (2,)), ((2,), (2, 2)),
                            ((2, 1, 2), (2,)), ((), (2, 2)), ((2,), ()), ((), ()), ((1,), (0,)), ((0, 2), (2, 2))]),
                          complex=True),
    np.cross:       calls(call(A(3), A(3)), call(A(2, 3), A(3)), call(A(2, 1, 3), A(4, 3)),
                          call(A(3, 2), A(3, 2), axis=0), call(A(3, 2), A(2, 3), 0), call(A(2, 3), A(3, 2), axisb=0),
                          call(A(2, 3), A(2, 3), axisc=0), call(A(3), A(3, 2), axisb=-2, axisc=-2), call(A(0, 3), A(3)),
                          complex=True),
    # Chains and powers
    np.linalg.multi_dot:    calls(call([A(2, 3), A(3, 1), A(1, 2)]), call([A(3), A(3, 2), A(2)]),
                                  call([A(3), A(3, 2), A(2, 4)]), call((A(2, 3), A(3, 2), A(2, 1), A(1))),
                                  call([A(2, 3), A(3, 2)]), call([A(3), A(3)]), call([A(2, 0), A(0, 3), A(3, 2)]),
                                  call([np.array([[1.0, 2.0]]), A(2, 2), A(2, 1), np.array([[0.3]])]), complex=True),
    np.linalg.matrix_power: calls(*(call(A(2, 2, then=spread_out), n) for n in (0, 1, 2, 3, 5, -1, -2, -3)),
                                  call(A(2, 2, 2, then=spread_out), 3), call(A(2, 2, 2, then=spread_out), n=-2),
                                  call(A(1, 1), 7), call(A(0, 2, 2), 2), call(A(0, 0), 3), complex=True),
    # The names of the array API standard
    np.linalg.outer:            calls(call(A(2), A(3)), call(A(0), A(2)), call(A(1), A(1)), complex=True),
    np.linalg.cross:            calls(call(A(3), A(3)), call(A(2, 3), A(3)), call(A(3, 2), A(3, 2), axis=0),
                                      call(A(3, 2), A(3, 1), axis=-2), complex=True),
    np.linalg.vecdot:           calls(call(A(3), A(3)), call(A(3, 2), A(2)), call(A(3, 2), A(3, 2), axis=0),
                                      complex=True, **steps),
    np.linalg.matmul:           calls(call(A(2, 3), A(3, 2)), call(A(2, 2, 3), A(3, 2)), complex=True),
    np.linalg.tensordot:        calls(call(A(2, 3, 1), A(3, 1, 2)), call(A(2, 3), A(3, 2), axes=1),
                                      call(A(2, 3), A(2, 3), axes=((0, 1), (0, 1))), complex=True),
    np.linalg.matrix_transpose: calls(call(A(2, 3)), call(A(2, 3, 2)), call(A(0, 3)), complex=True),
    np.linalg.diagonal:         calls(call(A(3, 3)), call(A(2, 2, 3), offset=1), call(A(2, 3), offset=-1),
                                      complex=True),
    np.linalg.trace:            calls(call(A(3, 3)), call(A(2, 2, 3), offset=1), call(A(2, 3), offset=-1),
                                      call(A(2, 3), dtype=np.longdouble), complex=True),
}
# fmt: on
if hasattr(np, "matvec"):  # from NumPy 2.2 on
    SAMPLES |= {
        np.matvec: calls(
            call(A(3, 2), A(2)), call(A(2, 2, 3), A(3)), call(A(3, 2), A(3, 2)), call(A(2, 0), A(0)), complex=True
        ),
        np.vecmat: calls(
            call(A(2), A(2, 3)), call(A(2), A(2, 2, 3)), call(A(2, 2), A(2, 3)), call(A(0), A(0, 2)),
            complex=True, **steps,
        ),
    }
