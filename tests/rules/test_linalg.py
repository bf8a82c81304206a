"""Linear algebra: what samples cannot say. Ties and zeros, equal values, free phases, error texts, options."""

import numpy as np
import pytest

import autograd as ag
from autograd.primitive import registry
from autograd.testing import check_gradients

RNG = np.random.default_rng(3)
TALL, WIDE, SQUARE = RNG.normal(size=(5, 3)), RNG.normal(size=(3, 5)), RNG.normal(size=(4, 4))
COMPLEX = RNG.normal(size=(4, 4)) + 1j * RNG.normal(size=(4, 4))
NARROW = COMPLEX[:, :2]
WEIGHTS = RNG.normal(size=(5, 5))


def hermitian(a):
    return a + np.conj(a).mT


def weighted(p):
    """Real and imaginary parts, summed with weights that have no symmetry."""
    w = WEIGHTS[: p.shape[-2], : p.shape[-1]]
    return np.sum(w * np.real(p)) + np.sum(WEIGHTS.T[: p.shape[-2], : p.shape[-1]] * np.imag(p))


def close(got, expected, rtol=1e-13):
    np.testing.assert_allclose(got, expected, rtol=rtol, atol=rtol * np.max(np.abs(expected), initial=0))


# -- vectors: what does not depend on their phase, or on the basis of a space ----------------------------------------

INVARIANT = {
    "eigh, projectors": lambda a: weighted((v := np.linalg.eigh(hermitian(a))[1]) * [1, 2, 4, 7] @ np.conj(v).mT),
    "eigh, a modulus": lambda a: weighted(np.abs(np.linalg.eigh(hermitian(a), "U")[1]) + 0j),
    "eigh, a function of a matrix": lambda a: weighted(
        (r := np.linalg.eigh(hermitian(a)))[1] * np.sin(r[0]) @ np.conj(r[1]).mT
    ),
    "svd, put together": lambda a: weighted((r := np.linalg.svd(a))[0] * np.sqrt(r[1]) @ r[2]),
    "svd, the polar factor": lambda a: weighted((r := np.linalg.svd(a, full_matrices=False))[0] @ r[2]),
    "svd of hermitian": lambda a: weighted((r := np.linalg.svd(hermitian(a), hermitian=True))[0] * r[1] ** 2 @ r[2]),
    "eig, a function of a matrix": lambda a: weighted(
        (r := np.linalg.eig(a))[1] * np.exp(r[0] / 5) @ np.linalg.inv(r[1])
    ),
    "matrix square root": lambda a: weighted(
        np.real((r := np.linalg.eigh(hermitian(a) @ hermitian(a)))[1] * r[0] ** 0.5 @ np.conj(r[1]).mT) + 0j
    ),
}


@pytest.mark.parametrize("name", INVARIANT)
@pytest.mark.parametrize("a", [SQUARE, COMPLEX], ids=["real", "complex"])
def test_vectors_in_what_does_not_depend_on_their_phase(name, a):
    check_gradients(INVARIANT[name], a, order=2, rtol=1e-7)


OF_ANY_BASIS = {
    "svd": lambda a: np.linalg.svd(a),
    "qr": lambda a: np.linalg.qr(a, mode="complete"),
}


@pytest.mark.parametrize("name", OF_ANY_BASIS)
@pytest.mark.parametrize("a", [TALL, TALL[:, :1], NARROW], ids=["real", "one column", "complex"])
def test_the_space_beyond_a_thin_decomposition(name, a):
    """Its projector, and its angle to something fixed, at both orders; the thin part needs none of it."""
    k = a.shape[1]
    fixed = np.eye(len(a), len(a) - k)

    def f(a):
        rest = OF_ANY_BASIS[name](a)[0][:, k:]
        overlap = np.conj(rest).mT @ fixed
        return weighted(rest @ np.conj(rest).mT + 0j), np.linalg.norm(overlap)

    check_gradients(f, a, order=2, rtol=1e-7)
    thin = lambda a: np.abs(OF_ANY_BASIS[name](a)[0][:, :k])
    narrow = lambda a: np.abs((np.linalg.svd(a, full_matrices=False) if name == "svd" else np.linalg.qr(a))[0])
    close(ag.jacobian(thin)(a), ag.jacobian(narrow)(a), 1e-12)


def test_the_space_beyond_the_rows_of_a_wide_matrix():
    f = lambda a: weighted((rest := np.linalg.svd(a)[2][3:]).mT @ rest)
    check_gradients(f, WIDE, order=2, rtol=1e-7)


@pytest.mark.parametrize("f", [lambda a: np.linalg.svd(a)[0][0, 4], lambda a: np.linalg.qr(a, "complete")[0][0, 4]])
def test_one_vector_of_an_arbitrary_basis_has_no_derivative(f):
    with pytest.raises(ValueError, match=r"arbitrary basis.*full_matrices=False"):
        ag.grad(f)(TALL)


@pytest.mark.parametrize(
    "f", [lambda a: np.real(np.linalg.eigh(a)[1][1, 1]), lambda a: np.real(np.linalg.svd(a)[0][1, 1])]
)
def test_the_phase_of_a_complex_vector_has_no_derivative(f):
    with pytest.raises(ValueError, match=r"phase of complex vectors"):
        ag.grad(f)(hermitian(COMPLEX))


# -- equal values ----------------------------------------------------------------------------------------------------

BASIS = np.linalg.qr(SQUARE)[0]
TWICE = BASIS * [1.0, 2.0, 2.0, 5.0] @ BASIS.T


@pytest.mark.parametrize("f", [np.linalg.svdvals, np.linalg.eigvalsh, lambda a: np.linalg.svd(a, compute_uv=False)])
def test_values_of_the_identity(f):
    weights = np.array([3.0, 3.0, 3.0])
    close(ag.grad(lambda a: np.sum(weights * f(a)))(np.eye(3)), 3 * np.eye(3))
    close(ag.grad(lambda a: np.sum(f(a) ** 3))(np.eye(3)), 3 * np.eye(3))
    close(ag.jvp(lambda a: f(a), (np.eye(3),), (np.eye(3),))[1], np.ones(3))


def test_eigenvalues_of_the_identity():
    close(ag.grad(lambda a: np.sum(np.real(np.linalg.eigvals(a)) ** 2))(np.eye(3)), 2 * np.eye(3))


LOW = SQUARE[:, :1] * [1.0, -2.0, 0.5]

KNOWN = {
    "another vector": (lambda a: np.abs(np.linalg.eigh(a + a.T)[1][:, 3]), TWICE),
    "the values": (lambda a: np.sum(np.sin(np.linalg.eigh(a + a.T)[0])), TWICE),
    "the pseudo-inverse": (lambda a: np.linalg.pinv(a + a.T), TWICE),
    "the polar factor of the leading part": (lambda a: (r := np.linalg.svd(a))[0][:, :1] @ r[2][:1], TWICE),
    "the leading part of what has rank one": (lambda a: (r := np.linalg.svd(a))[0][:, :1] * r[1][:1] @ r[2][:1], LOW),
    "a soft threshold": (
        lambda a: (r := np.linalg.svd(a, full_matrices=False))[0] * np.maximum(r[1] - 0.1, 0) @ r[2],
        LOW,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", KNOWN)
def test_what_does_not_ask_for_vectors_of_equal_values(name):
    """The gap is 0, or rounding: nothing is divided by it. Forward, such vectors are NaN, and differences see both."""
    f, a = KNOWN[name]
    check_gradients(f, a, order=1, modes=["reverse"], rtol=1e-7)


HIDDEN = {
    "a projector": lambda a: (v := np.linalg.eigh(a + a.T)[1][:, 1:3]) @ v.T,
    "a function of a matrix": lambda a: (r := np.linalg.eigh(a + a.T))[1] * np.sin(r[0]) @ r[1].T,
    "a function of a matrix, by the inverse": lambda a: (r := np.linalg.eigh(a + a.T))[1] * r[0] @ np.linalg.inv(r[1]),
    "a function of any matrix": lambda a: (r := np.linalg.eig(a + a.T))[1] * r[0] @ np.linalg.inv(r[1]),
    "a matrix put together": lambda a: (r := np.linalg.svd(a + a.T))[0] * r[1] @ r[2],
    "the null space": lambda a: (r := np.linalg.eigh(a - np.eye(4)))[1] * r[0] @ r[1].T,
    "rank one put together": lambda a: (r := np.linalg.svd(a[:1, :3] * 0 + LOW, False))[0] * r[1] @ r[2],
}


@pytest.mark.parametrize("name", HIDDEN)
def test_what_is_hidden_in_vectors_of_equal_values_is_an_error_and_no_number(name):
    """These are smooth, but what the rules see, the cotangents of values and vectors, does not say how."""
    with pytest.raises(ValueError, match=r"(are equal|are zero) \(gap"):
        ag.grad(lambda a: weighted(np.real(HIDDEN[name](a))))(TWICE / 2)


@pytest.mark.parametrize(
    ("f", "text"),
    [
        (lambda a: np.linalg.eigh(a)[1][0, 1], r"eigh: two eigenvalues are equal \(gap [^)]*\), so their vectors"),
        (lambda a: np.linalg.svd(a)[0][0, 1], r"svd: two singular values are equal \(gap"),
        (lambda a: np.real(np.linalg.eig(a)[1][0, 1]), r"eig: two eigenvalues are equal \(gap 0\)"),
    ],
)
def test_the_error_names_the_gap(f, text):
    with pytest.raises(ValueError, match=text):
        ag.grad(f)(np.diag([1.0, 1.0, 2.0]))


def test_forward_the_vectors_of_equal_values_are_nan_and_the_values_are_not():
    t = hermitian(SQUARE[:3, :3])
    values, vectors = ag.jvp(lambda a: tuple(np.linalg.eigh(a)), (np.diag([1.0, 1.0, 2.0]),), (t,))[1]
    assert np.isfinite(values).all()
    assert np.isnan(vectors).any()


def test_vectors_of_zero_singular_values_have_no_derivative():
    a = np.outer([1.0, 2.0, 3.0], [1.0, -1.0])
    for f in (lambda u, s, v: u[0, 1], lambda u, s, v: np.sum(u * s @ v * TALL[:3, :2])):
        with pytest.raises(ValueError, match="svd: singular values are zero"):
            ag.grad(lambda a, f=f: f(*np.linalg.svd(a, full_matrices=False)))(a)
    with pytest.raises(np.linalg.LinAlgError, match="qr: a column depends"):
        ag.grad(lambda a: np.linalg.qr(a)[0][0, 1])(np.ones((3, 2)) * [1.0, 0.0])


# -- norms -----------------------------------------------------------------------------------------------------------

ZERO = np.zeros(3)
NORMS = {
    "norm(0)": (np.linalg.norm, ZERO, ZERO),
    "norm(0) of a matrix": (np.linalg.norm, np.zeros((2, 2)), np.zeros((2, 2))),
    "norm of a zero row": (lambda x: np.linalg.norm(x, axis=1), [[0.0, 0.0], [3.0, 4.0]], [[0, 0], [0.6, 0.8]]),
    "norm(0) ** 2": (lambda x: np.linalg.norm(x) ** 2, ZERO, ZERO),
    "ord=1 at 0": (lambda x: np.linalg.norm(x, 1), [0.0, 2.0, -1.0], [0, 1, -1]),
    "ord=3 at 0": (lambda x: np.linalg.norm(x, 3), ZERO, ZERO),
    "ord=inf, a tie": (lambda x: np.linalg.norm(x, np.inf), [2.0, -2.0], [0.5, -0.5]),
    "ord=-inf, a tie": (lambda x: np.linalg.norm(x, -np.inf), [2.0, -2.0, 3.0], [0.5, -0.5, 0]),
    "ord=0": (lambda x: np.linalg.norm(x, 0), [2.0, 0.0], [0, 0]),
    "tiny numbers": (np.linalg.norm, [3e-200, 4e-200], [0.6, 0.8]),
    "huge numbers": (np.linalg.norm, [3e200, -4e200], [0.6, -0.8]),
    "a tiny row": (lambda x: np.linalg.norm(x, axis=1), [[3e-200, 4e-200], [3.0, 4.0]], [[0.6, 0.8], [0.6, 0.8]]),
    "nuc of 0": (lambda x: np.linalg.norm(x, "nuc"), np.zeros((2, 2)), np.zeros((2, 2))),
    "nuc of rank one": (lambda x: np.linalg.norm(x, "nuc"), np.ones((2, 2)), np.full((2, 2), 0.5)),
    "ord=2 of the identity": (lambda x: np.linalg.norm(x, 2), np.eye(2), np.eye(2) / 2),
    "vector_norm(0)": (np.linalg.vector_norm, ZERO, ZERO),
    "matrix_norm(0)": (np.linalg.matrix_norm, np.zeros((2, 2)), np.zeros((2, 2))),
    "svdvals of 0": (lambda x: np.sum(np.linalg.svdvals(x)), np.zeros((2, 2)), np.zeros((2, 2))),
    "det of 0": (np.linalg.det, np.zeros((3, 3)), np.zeros((3, 3))),
    "det of rank one": (np.linalg.det, np.ones((2, 2)), [[1, -1], [-1, 1]]),
    "det of rank two": (np.linalg.det, np.diag([2.0, 0.0, 3.0]), np.diag([0.0, 6.0, 0.0])),
}


@pytest.mark.parametrize("dtype", ["f8", "f4"])
@pytest.mark.parametrize("name", NORMS)
def test_where_calculus_leaves_a_choice(name, dtype):
    f, x, expected = NORMS[name]
    x = np.array(x)
    if dtype == "f4":  # what under- or overflows as a square has a smaller exponent there
        x = np.sign(x) * np.abs(x / 5) ** 0.1 * 5 if np.max(np.abs(x), initial=0) > 1e100 else x
        if "tiny" in name:
            x, expected = x.ravel()[:2] * 1e170, np.array(expected).ravel()[:2]
            f = np.linalg.norm
    with np.errstate(over="ignore"):
        y, pullback = ag.vjp(f, x.astype(dtype))
    (g,) = pullback(np.ones(np.shape(y), dtype)[()])
    assert g.dtype == dtype
    if not (dtype == "f4" and "huge" in name):
        tolerance = 1e-14 if dtype == "f8" else 1e-6
        np.testing.assert_allclose(g, expected, rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize(
    ("f", "expected"),
    [
        (lambda x: np.linalg.norm(x) ** 2, 2 * np.eye(2)),
        (lambda x: np.sqrt(1 + np.linalg.norm(x) ** 2), np.eye(2)),
        (lambda x: np.linalg.norm(x) ** 3, np.zeros((2, 2))),
        (lambda x: np.sum(np.linalg.norm(x[:, None], axis=1) ** 2), 2 * np.eye(2)),
    ],
)
def test_second_derivatives_of_functions_of_a_norm_at_zero(f, expected):
    for mode in ("reverse", "forward"):
        close(ag.jacobian(ag.grad(f), mode=mode)(np.zeros(2)), expected)
    close(ag.hessian(f)(np.zeros(2)), expected)


def test_the_norm_of_tiny_numbers_has_second_derivatives():
    x = np.array([3e-200, 4e-200])
    close(ag.hessian(np.linalg.norm)(x), np.array([[0.64, -0.48], [-0.48, 0.36]]) / 5e-200, 1e-12)
    close(ag.grad(np.linalg.norm)(x * 1j), [-0.6j, -0.8j])


# -- determinants ----------------------------------------------------------------------------------------------------

SINGULAR = {
    "rank two": np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0], [7.0, 8.0, 9.0]]),
    "rank one": np.outer([1.0, 2.0, -1.0], [3.0, 0.5, 2.0]),
    "zero": np.zeros((3, 3)),
    "almost": np.diag([1.0, 1e-9, 2.0]) + 1e-11 * SQUARE[:3, :3],
    "a stack": np.stack([SQUARE[:3, :3], np.ones((3, 3))]),
    "complex": np.outer([1.0, 2.0j, -1.0], [3.0, 0.5, 2.0 - 1j]),
}


@pytest.mark.parametrize("name", SINGULAR)
def test_det_of_a_singular_matrix_has_its_cofactors(name):
    check_gradients(np.linalg.det, SINGULAR[name], order=2, rtol=1e-8)
    check_gradients(np.linalg.det, SINGULAR[name], order=2, rtol=1e-8, modes=["forward"])


def test_slogdet_of_a_singular_matrix_has_no_gradient_and_can_be_masked():
    stack = np.stack([np.eye(2) * 2, np.ones((2, 2))])

    def f(a):
        sign, log = np.linalg.slogdet(a)
        return np.sum(np.where(sign != 0, log, 0.0))

    close(ag.grad(f)(stack), [np.eye(2) / 2, np.zeros((2, 2))])
    assert np.isnan(ag.grad(lambda a: np.linalg.slogdet(a)[1])(np.ones((2, 2)))).all()


def test_the_complex_logarithm_of_a_determinant():
    def f(a):
        sign, log = np.linalg.slogdet(a)
        return np.real(sign) * log + np.imag(sign) ** 2

    check_gradients(f, COMPLEX[:2, :2], order=2, rtol=1e-7)


# -- systems that have no unique solution, and options ---------------------------------------------------------------


def test_lstsq_refuses_a_bound_that_cuts_off_what_is_not_rounding():
    a = np.diag([1.0, 0.1, 2.0])
    with pytest.raises(ValueError, match=r"lstsq: rcond cuts off.*np.linalg.pinv\(a, rcond\) @ b"):
        ag.grad(lambda a: np.sum(np.linalg.lstsq(a, np.ones(3), 0.2)[0]))(a)
    close(np.linalg.lstsq(a, np.ones(3), 0.2)[0], np.linalg.pinv(a, 0.2) @ np.ones(3))
    check_gradients(lambda a: np.linalg.pinv(a, 0.2) @ np.ones(3), a, order=2, rtol=1e-7)


def test_lstsq_of_a_matrix_that_lost_rank():
    """The rank has to stay what it is: along a direction that keeps it, the derivative is that of the solution."""
    left, right, b = RNG.normal(size=(4, 2)), RNG.normal(size=(2, 3)), RNG.normal(size=4)
    f = lambda left, right: np.linalg.lstsq(left @ right, b)[0]
    g = lambda left, right: np.linalg.pinv(left @ right) @ b
    check_gradients(f, left, right, order=1, rtol=1e-7)
    check_gradients(g, left, right, order=1, rtol=1e-7)
    x, residuals, rank, s = np.linalg.lstsq(ag.Tensor(left @ right, requires_grad=True), b)
    assert (x.requires_grad, rank.requires_grad, residuals.size, int(rank.data), s.requires_grad) == (
        True, False, 0, 2, True,
    )  # fmt: skip


def test_pinv_takes_one_bound():
    a = ag.Tensor(TALL, requires_grad=True)
    with pytest.raises(ValueError, match="rcond and rtol"):
        np.linalg.pinv(a, 1e-3, rtol=1e-3)
    stack = np.stack([TALL, TALL[::-1] * [1, 1, 1e-6]])
    f = lambda a: np.linalg.pinv(a, np.array([1e-15, 1e-3]))
    check_gradients(f, stack, order=1, rtol=1e-7)


in_the_plane = pytest.mark.skipif(
    np.lib.NumpyVersion(np.__version__) >= "2.5.0", reason="NumPy has no cross products of plane vectors any more"
)


@in_the_plane
@pytest.mark.filterwarnings("ignore:Arrays of 2-dimensional vectors")
@pytest.mark.parametrize(
    "shapes", [((2,), (2,)), ((3, 2), (2,)), ((2,), (3,)), ((2, 3), (4, 1, 2)), ((1, 2), (3, 2)), ((2, 3), (2, 2))]
)
def test_cross_products_in_the_plane(shapes):
    x, y = (RNG.normal(size=shape) for shape in shapes)
    close(np.cross(ag.Tensor(x), ag.Tensor(y)).data, np.cross(x, y), 1e-15)
    check_gradients(np.cross, x, y, order=2)
    if x.ndim == y.ndim == 2:
        check_gradients(lambda x, y: np.cross(x.T, y.T, 0, axisb=0, axisc=0), x, y, order=1)


@in_the_plane
def test_plane_vectors_bring_numpys_warning():
    with pytest.warns(DeprecationWarning, match="2-dimensional vectors"):
        np.cross(ag.Tensor([1.0, 2.0]), ag.Tensor([3.0, 4.0]))


REFUSED = {
    "cross": (lambda x: np.cross(x, np.ones(4)), "cross: vectors have 2 or 3 components"),
    "linalg.cross": (lambda x: np.linalg.cross(x, x), "linalg.cross: vectors have 3 components"),
    "linalg.outer": (lambda x: np.linalg.outer(x[None], x), "linalg.outer: takes two vectors"),
    "matrix_power": (lambda x: np.linalg.matrix_power(np.ones((2, 3)) * x[0], 2), r"matrix_power: .*\(2, 3\)"),
    "matrix_power of a fraction": (lambda x: np.linalg.matrix_power(x[:, None] * x, 0.5), "integer"),
    "qr": (lambda x: np.linalg.qr(x[:, None] * x, mode="raw"), "qr: mode='raw' is not supported"),
    "norm": (lambda x: np.linalg.norm(x[:, None] * x, 3), "norm: ord=3 is not one of matrices"),
    "norm of vectors": (lambda x: np.linalg.norm(x, "fro"), "norm: ord='fro' is of matrices"),
    "norm of three axes": (lambda x: np.linalg.norm(x[:, None, None], 2), "norm: it is of one axis or two"),
    "norm of one axis twice": (lambda x: np.linalg.norm(x[:, None], axis=(0, -2)), "norm: the two axes .* the same"),
    "cond": (lambda x: np.linalg.cond(x[:0, None]), "cond: .* is empty"),
    "einsum": (lambda x: np.einsum("...i->i", x[:, None]), "einsum: the result of '...i->i' has no"),
    "tensorinv": (lambda x: np.linalg.tensorinv(x, 0), "tensorinv: ind=0"),
    "tensorsolve": (lambda x: np.linalg.tensorsolve(x[:, None], x), "tensorsolve: .* not a square system"),
    "vecdot": (lambda x: np.vecdot(x, x, dtype="f4"), "dtype"),
    "cholesky": (lambda x: np.linalg.cholesky(-x[:, None] * x), "cholesky"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_the_error_says_what_is_wrong(name):
    f, text = REFUSED[name]
    with pytest.raises((TypeError, ValueError), match=text):
        f(ag.Tensor([1.0, 2.0], requires_grad=True))


def test_constants():
    a = ag.Tensor(SQUARE, requires_grad=True)
    assert int(np.linalg.matrix_rank(a)) == 4
    path, text = np.einsum_path("ij,jk->ik", a, a)
    assert path == ["einsum_path", (0, 1)]
    assert isinstance(text, str)
    assert registry[np.bmat].kind == "unsupported"


def test_cond_of_a_singular_matrix_is_infinite():
    for p in (None, 1, "fro", np.inf):
        a = ag.Tensor(np.stack([np.zeros((2, 2)), np.diag([1.0, 2.0])]), requires_grad=True)
        with np.errstate(all="ignore"):
            assert np.array_equal(np.linalg.cond(a, p).data, np.linalg.cond(a.data, p))
        value = np.linalg.cond(a, p)[1]
        value.backward()
        assert np.isfinite(a.grad).all()
        assert a.grad[1].any()


def test_twins_are_their_own_names():
    for name in ("outer", "cross", "vecdot", "matmul", "tensordot", "matrix_transpose", "diagonal", "trace"):
        assert getattr(np.linalg, name) in registry
