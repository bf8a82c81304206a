"""Transforms of plain functions: exact at every order, in any nesting, on any container."""

import inspect
import math
from collections import OrderedDict, defaultdict, namedtuple
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest

import autograd as ag

Pair = namedtuple("Pair", "a b")


@dataclass
class Point:
    x: Any
    y: Any


@dataclass(frozen=True)
class Frozen:
    w: Any
    inner: Point


@dataclass
class Derived:
    x: Any
    cached: Any = field(init=False)

    def __post_init__(self):
        self.cached = 2 * self.x


X = np.array([0.3, -0.7, 1.1])
M = np.array([[0.5, -0.2, 0.3], [0.1, 0.8, -0.4]])


def close(got, want, rtol=1e-12):
    np.testing.assert_allclose(got, want, rtol=rtol, atol=1e-14)


def plain(tree):
    """Whether every leaf is an array or scalar of NumPy's own."""
    if isinstance(tree, dict):
        return all(map(plain, tree.values()))
    if isinstance(tree, (list, tuple)):
        return all(map(plain, tree))
    if isinstance(tree, (Point, Frozen)):
        return all(map(plain, vars(tree).values()))
    return isinstance(tree, (np.ndarray, np.generic))


# -- each transform --------------------------------------------------------------------------------------------------


def f(x):
    return np.sum(np.sin(x) * x**2) + np.tanh(x[0] * x[1])


def df(x):
    e = (1 - np.tanh(x[0] * x[1]) ** 2) * np.array([x[1], x[0], 0])
    return np.cos(x) * x**2 + 2 * x * np.sin(x) + e


def test_grad_and_value_and_grad():
    close(ag.grad(f)(X), df(X))
    value, gradient = ag.value_and_grad(f)(X)
    close(value, f(X))
    close(gradient, df(X))
    assert plain([value, gradient])
    assert type(value) is np.float64


def test_vjp_follows_jax():
    y, pullback = ag.vjp(lambda x, w: w @ np.sin(x), X, M)
    ct = np.array([2.0, -1.0])
    close(y, M @ np.sin(X))
    for _ in range(2):  # it can be called again
        gx, gw = pullback(ct)
        close(gx, ct @ M * np.cos(X))
        close(gw, np.outer(ct, np.sin(X)))
    result = ag.vjp(np.sin, X)[1](np.ones(3))
    assert isinstance(result, tuple)
    assert len(result) == 1
    assert plain([y, gx, gw])


def test_jvp_follows_jax():
    y, t = ag.jvp(lambda x, w: w @ np.sin(x), (X, M), (np.ones(3), M))
    close(y, M @ np.sin(X))
    close(t, M @ np.cos(X) + M @ np.sin(X))
    assert plain([y, t])
    assert ag.jvp(lambda x: x**3, (2.0,), (1.0,)) == (8, 12)


def test_elementwise_grad():
    close(ag.elementwise_grad(np.tanh)(X), 1 - np.tanh(X) ** 2)
    gx, gy = ag.elementwise_grad(lambda x, y: x * y**2, (0, 1))(X, 2.0)
    close(gx, np.full(3, 4.0))
    close(gy, 4 * X.sum())
    close(ag.elementwise_grad(ag.elementwise_grad(ag.elementwise_grad(np.sin)))(X), -np.cos(X))


@pytest.mark.parametrize("mode", [None, "reverse", "forward"])
@pytest.mark.parametrize(
    ("g", "want"),
    [
        (lambda x: M @ np.sin(x), M * np.cos(X)),
        (lambda x: np.outer(x, x)[:2], np.eye(3)[:2, None, :] * X[:, None] + X[:2, None, None] * np.eye(3)),
        (lambda x: x, np.eye(3)),
        (lambda x: x[1], np.eye(3)[1]),
        (lambda x: np.sum(x) * 2, np.full(3, 2.0)),
        (lambda x: np.ones((2, 2)), np.zeros((2, 2, 3))),
        (lambda x: 1.0, np.zeros(3)),
        (lambda x: x[:0], np.zeros((0, 3))),
        (lambda x: np.cumsum(np.sin(x)[:0]), np.zeros((0, 3))),
        (lambda x: np.cumsum(x), np.tri(3)),
        (lambda x: np.sort(x) if False else x[np.array([2, 0, 0])], np.eye(3)[[2, 0, 0]]),
        (lambda x: np.concatenate([x, x]).reshape(3, 2), np.concatenate([np.eye(3)] * 2).reshape(3, 2, 3)),
    ],
)
def test_jacobian_in_both_modes(g, want, mode):
    got = ag.jacobian(g, mode=mode)(X)
    assert got.shape == want.shape
    assert plain(got)
    close(got, want)


def test_the_mode_of_a_jacobian_is_chosen_by_shape():
    """One sweep a row or one a column, whichever are fewer."""
    swept = []
    look = ag.primitive(
        lambda x: x * 1.0, vjp=lambda t: swept.append("reverse") or t, jvp=lambda t: swept.append("forward") or t
    )
    try:
        ag.jacobian(lambda x: look(x)[:1])(np.ones(4))
        assert set(swept) == {"reverse"}
        swept.clear()
        ag.jacobian(lambda x: look(x) * np.ones(4))(1.0)
        assert set(swept) == {"forward"}
    finally:
        ag.primitive.__globals__["registry"].pop(look.function)
    with pytest.raises(ValueError, match="sideways"):
        ag.jacobian(f, mode="sideways")


def test_jacobian_of_a_scalar_argument_and_of_an_empty_one():
    close(ag.jacobian(lambda x: np.stack([x, x**2]))(3.0), [1, 6])
    assert ag.jacobian(lambda x: np.sin(x))(np.ones(0)).shape == (0, 0)
    assert ag.jacobian(lambda x: np.sum(x) * np.ones(2), mode="reverse")(np.ones((0, 4))).shape == (2, 0, 4)
    assert ag.jacobian(lambda x: np.sum(x) * np.ones(2), mode="forward")(np.ones((0, 4))).shape == (2, 0, 4)
    assert ag.grad(lambda x: np.sum(x))(np.ones((0, 4))).shape == (0, 4)


@pytest.mark.parametrize("mode", ["reverse", "forward"])
def test_jacobian_in_chunks(monkeypatch, mode):
    monkeypatch.setattr(ag.transforms, "_CHUNK", 7)
    got = ag.jacobian(lambda x: np.tanh(M @ x) * np.sum(x), mode=mode)(X)
    y = np.tanh(M @ X)
    close(got, (1 - y**2)[:, None] * M * X.sum() + y[:, None])


TOGETHER = {
    "sums": lambda x: np.sum(x, axis=0) * np.mean(x) + np.sum(x, axis=(0, 1), keepdims=True)[0],
    "spreads": lambda x: np.var(x, axis=1)[:, None] * np.std(x, axis=0),
    "extrema": lambda x: np.max(x, axis=1) * np.min(x) + np.prod(x, axis=-1),
    "masked": lambda x: np.sum(x, axis=1, where=x.data > 0) + np.mean(x, axis=1, where=x.data < 1),
    "picked": lambda x: x[1, ::-1] * x[[0, 0, 1], [2, 1, 1]] + x[None, ..., 0] @ np.ones((2, 3)),
    "picked by arrays apart": lambda x: x.reshape(2, 1, 3)[[0, 1], :, [2, 0]] ** 2,
    "picked by a mask": lambda x: x[M > 0] ** 2,
    "moved": lambda x: np.moveaxis(x[None], (0, 2), (1, -3)) * np.swapaxes(x.T[:, None], 1, -1)[..., :1],
    "transposed": lambda x: np.transpose(x[None], (-1, 0, 1)) ** 2 + x.T[:, None],
    "reshaped": lambda x: x.reshape(3, 2) * np.reshape(x, (3, 2), order="F") * np.ravel(x, "F").reshape(3, 2),
    "other axes": lambda x: np.squeeze(np.expand_dims(x, (0, -1)), 0) * np.tril(x)[..., None],
    "kept": lambda x: np.broadcast_to(x, (2, 2, 3)) * np.copy(x),
    "products": lambda x: x @ (x[0] * x[1]) + x[0] @ x.T,
}


@pytest.mark.parametrize("f", TOGETHER.values(), ids=TOGETHER)
def test_stacked_cotangents_pass_these_together(f, monkeypatch):
    want, curved = ag.jacobian(f, mode="forward")(M), ag.jacobian(ag.jacobian(f, mode="forward"), mode="forward")(M)

    def refuse(once, t, shape, dtype, by, tangent):
        raise AssertionError(f"{by} takes one cotangent after the other.")

    monkeypatch.setattr(ag.transforms, "_each", refuse)
    close(ag.jacobian(f, mode="reverse")(M), want)
    monkeypatch.undo()
    close(ag.jacobian(ag.jacobian(f, mode="reverse"), mode="reverse")(M), curved)


@pytest.mark.parametrize("mode", [None, "reverse", "forward"])
def test_jacobian_of_containers_has_the_outputs_outside_and_the_inputs_inside(mode):
    def g(p, s):
        return {"y": p["w"] @ p["x"], "z": (p["x"] * s,)}

    got = ag.jacobian(g, (0, 1), mode=mode)({"w": M, "x": X}, 2.0)
    assert list(got) == ["y", "z"]
    (by_p, by_s), ((zp, zs),) = got["y"], got["z"]
    close(by_p["w"], np.einsum("ij,k->ijk", np.eye(2), X))
    close(by_p["x"], M)
    close(by_s, np.zeros(2))
    close(zp["w"], np.zeros((3, 2, 3)))
    close(zp["x"], 2 * np.eye(3))
    close(zs, X)


def test_hessian():
    got = ag.hessian(lambda x: np.sum(x**3) + x[0] * x[1] ** 2)(X)
    want = np.diag(6 * X)
    want[0, 1] = want[1, 0] = 2 * X[1]
    want[1, 1] += 2 * X[0]
    close(got, want)
    assert plain(got)
    blocks = ag.hessian(lambda x, y: np.sum(x) ** 2 * y, (0, 1))(X, 3.0)
    close(blocks[0][0], np.full((3, 3), 6.0))
    close(blocks[0][1], np.full(3, 2 * X.sum()))
    close(blocks[1][0], np.full(3, 2 * X.sum()))
    close(blocks[1][1], 0)
    tree = ag.hessian(lambda p: p["a"] ** 2 * np.sum(p["b"]))({"a": 2.0, "b": X})
    close(tree["a"]["a"], 2 * X.sum())
    close(tree["a"]["b"], np.full(3, 4.0))
    close(tree["b"]["a"], np.full(3, 4.0))
    close(tree["b"]["b"], np.zeros((3, 3)))


def test_hvp():
    v = np.array([1.0, -2.0, 0.5])
    close(ag.hvp(f, (X,), (v,)), ag.hessian(f)(X) @ v)
    hx, hy = ag.hvp(lambda x, y: np.sum(x**2) * y**2, (X, 3.0), (v, 0.5))
    close(hx, 2 * 9 * v + 2 * X * 2 * 3 * 0.5)
    close(hy, 2 * X @ v * 2 * 3 + 2 * (X @ X) * 0.5)
    h = ag.hvp(lambda p: np.sum(p["a"] ** 3), ({"a": X},), ({"a": v},))
    close(h["a"], 6 * X * v)


def test_the_signatures_are_those_of_jax():
    first = {name: list(inspect.signature(getattr(ag, name)).parameters) for name in ("grad", "vjp", "jvp", "hessian")}
    assert first["grad"][:2] == ["f", "argnums"]
    assert {"has_aux", "holomorphic"} <= set(first["grad"])
    assert first["vjp"][:2] == ["f", "primals"]
    assert first["jvp"][:3] == ["f", "primals", "tangents"]
    assert first["hessian"][:2] == ["f", "argnums"]


# -- arguments -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("argnums", "want"),
    [(0, 10.0), (1, 15.0), (-1, 5.0), ((0,), (10.0,)), ((2, 0), (5.0, 10.0)), ([0, 1, 2], (10.0, 15.0, 5.0))],
)
def test_argnums(argnums, want):
    got = ag.grad(lambda x, y, z: 5 * (x * y + z), argnums)(3.0, 2.0, 4.0)
    assert got == want
    assert isinstance(got, tuple) is isinstance(want, tuple)


@pytest.mark.parametrize("argnums", [2, -3, (0, 5)])
def test_argnums_out_of_range(argnums):
    with pytest.raises(TypeError, match=r"argnums.*2 positional"):
        ag.grad(lambda x, y: x * y, argnums)(1.0, 2.0)


def test_keywords_are_passed_on_and_not_differentiated():
    def g(x, *, scale, options=None):
        assert options == {"n": 3}
        return np.sum(x) * scale

    for transform in (ag.grad, ag.elementwise_grad, ag.jacobian):
        close(transform(g)(X, scale=4, options={"n": 3}), np.full(3, 4.0))
    assert ag.value_and_grad(g)(X, scale=4, options={"n": 3})[0] == g(X, scale=4, options={"n": 3})
    close(ag.hessian(lambda x, k: np.sum(x**2) * k)(X, k=2), 4 * np.eye(3))


def test_a_keyword_that_depends_on_an_outer_argument_is_differentiated_by_the_outer():
    assert ag.grad(lambda a: ag.grad(lambda x, k: x**2 * k)(3.0, k=a**2))(2.0) == 24


@pytest.mark.parametrize("bad", [2, True, np.arange(3), np.float64(1) > 0, [1, 2.0]])
def test_integers_have_no_derivative(bad):
    for transform in (ag.grad, ag.jacobian, ag.elementwise_grad):
        with pytest.raises(TypeError, match=r"dtype (int|bool).*2\.0 instead of 2"):
            transform(lambda x: 1.0)(bad)
    with pytest.raises(TypeError, match=r"vjp: .*dtype"):
        ag.vjp(lambda x: 1.0, bad)


def test_integer_arguments_beside_the_differentiated_one_are_fine():
    assert ag.grad(lambda x, n: x**n)(2.0, 3) == 12
    close(ag.grad(lambda x, k: x[k])(X, 1), [0, 1, 0])


def test_arguments_may_be_lists_python_numbers_tensors_and_float32():
    assert ag.grad(lambda p: p[0] * p[1][0])([2.0, [3.0]]) == [3.0, [2.0]]
    assert type(ag.grad(lambda x: x * x)(2.0)) is np.float64
    close(ag.grad(f)(ag.Tensor(X)), df(X))
    assert ag.grad(lambda x: np.sum(np.sin(x)))(X.astype(np.float32)).dtype == np.float32
    assert ag.grad(lambda x: x * x)(np.float32(2)).dtype == np.float32
    y, t = ag.jvp(lambda x: np.sin(x) * 2, (X.astype(np.float32),), (np.ones(3, np.float32),))
    assert (y.dtype, t.dtype) == (np.float32, np.float32)
    assert ag.jacobian(np.sin)(X.astype(np.float32)).dtype == np.float32


def test_has_aux():
    def g(x):
        return np.sum(x**2), {"y": np.sin(x), "n": 3, "s": "text", "none": None}

    gradient, aux = ag.grad(g, has_aux=True)(X)
    (value, aux2), gradient2 = ag.value_and_grad(g, has_aux=True)(X)
    y, pullback, aux3 = ag.vjp(g, X, has_aux=True)
    y4, t, aux4 = ag.jvp(g, (X,), (np.ones(3),), has_aux=True)
    for d in (gradient, gradient2, pullback(1.0)[0]):
        close(d, 2 * X)
    close(t, 2 * X.sum())
    for v in (value, y, y4):
        close(v, X @ X)
    for a in (aux, aux2, aux3, aux4):
        close(a["y"], np.sin(X))
        assert type(a["y"]) is np.ndarray
        assert (a["n"], a["s"], a["none"]) == (3, "text", None)
    with pytest.raises(TypeError, match="pair"):
        ag.grad(lambda x: x, has_aux=True)(1.0)
    with pytest.raises(TypeError, match="pair"):
        ag.grad(lambda x: (x, x, x), has_aux=True)(1.0)


@pytest.mark.parametrize("inner", [lambda x, a: x**2, lambda x, a: x**2 * a])
def test_aux_carries_the_gradient_of_an_outer_transform(inner):
    """What is passed through beside the value may depend on an outer variable, whether the value does or not."""

    def aux_of_grad(a):
        return ag.grad(lambda x: (inner(x, a), 3 * a * a), has_aux=True)(1.0)[1]

    def aux_of_vjp(a):
        return ag.vjp(lambda x: (inner(x, a), 3 * a * a), 1.0, has_aux=True)[2]

    def aux_of_jvp(a):
        return ag.jvp(lambda x: (inner(x, a), 3 * a * a), (1.0,), (1.0,), has_aux=True)[2]

    for outer in (aux_of_grad, aux_of_vjp, aux_of_jvp):
        assert ag.grad(outer)(2.0) == 12
        assert ag.jvp(outer, (2.0,), (1.0,))[1] == 12


def test_holomorphic():
    z = 0.4 + 0.3j
    close(ag.grad(np.sin, holomorphic=True)(z), np.cos(z))
    close(ag.grad(ag.grad(np.sin, holomorphic=True), holomorphic=True)(z), -np.sin(z))
    close(
        ag.grad(lambda z: np.sum(np.exp(z) * z), holomorphic=True)(np.array([z, 1j])),
        np.exp([z, 1j]) * (np.array([z, 1j]) + 1),
    )
    with pytest.raises(TypeError, match="holomorphic=True"):
        ag.grad(np.sin)(z)
    with pytest.raises(TypeError, match="complex"):
        ag.grad(lambda z: np.abs(z), holomorphic=True)(z)


def test_the_gradient_of_a_real_function_of_complex_numbers_is_that_of_jax():
    z = np.array([0.4 + 0.3j, -1j])
    close(ag.grad(lambda z: np.sum(np.abs(z) ** 2))(z), 2 * np.conj(z))
    close(ag.grad(lambda z: np.sum(np.real(z) ** 2 + 3 * np.imag(z)))(z), 2 * z.real - 3j)
    _, t = ag.jvp(lambda z: np.abs(z) ** 2, (z,), (np.array([1.0, 1j]),))
    close(t, [0.8, -2])
    assert t.dtype == np.float64


# -- containers ------------------------------------------------------------------------------------------------------

CONTAINERS = [
    [X, [M, 2.0]],
    (X, (M,), []),
    Pair(X, Pair(M, 1.0)),
    {"b": X, "a": {"c": M}},
    OrderedDict(z=X, a=M),
    Point(X, [M]),
    Frozen(X, Point(M, 3.0)),
    [None, X, {"n": None, "m": M}],
    {1: X, "one": M, (2, 3): 1.5},
]


def leaves(tree):
    return ag.trees.flatten(tree)[0]


def square(tree):
    return sum(np.sum(np.asarray(leaf) ** 2 if not isinstance(leaf, ag.Tensor) else leaf**2) for leaf in leaves(tree))


def same_form(a, b):
    if type(a) is not type(b) and not (np.isscalar(a) and np.isscalar(b)):
        return False
    if isinstance(a, dict):
        return list(a) == list(b) and all(same_form(a[k], b[k]) for k in a)
    if isinstance(a, (list, tuple)):
        return len(a) == len(b) and all(map(same_form, a, b))
    if isinstance(a, (Point, Frozen)):
        return same_form(vars(a), vars(b))
    return np.shape(a) == np.shape(b)


@pytest.mark.parametrize("tree", CONTAINERS, ids=lambda t: type(t).__name__)
def test_containers_of_arguments_and_results(tree):
    g = ag.grad(square)(tree)
    assert same_form(g, tree)
    for d, x in zip(leaves(g), leaves(tree), strict=True):
        close(d, 2 * np.asarray(x))
    double = lambda p: ag.trees.tree_map(lambda x: 2 * x, p)
    y, pullback = ag.vjp(double, tree)
    assert same_form(y, tree)
    (back,) = pullback(tree)
    assert same_form(back, tree)
    y, t = ag.jvp(double, (tree,), (tree,))
    assert same_form(t, tree)
    for v, w, x in zip(leaves(back), leaves(t), leaves(tree), strict=True):
        close(v, 2 * np.asarray(x))
        close(w, 2 * np.asarray(x))


def test_a_defaultdict_stays_one():
    g = ag.grad(lambda p: p["a"] * p["b"])(defaultdict(list, a=2.0, b=3.0))
    assert g == {"a": 3, "b": 2}
    assert type(g) is defaultdict
    assert g["new"] == []


def test_a_dataclass_with_a_field_that_is_not_an_argument_of_its_constructor():
    g = ag.grad(lambda p: p.x**2)(Derived(3.0))
    assert g.x == 6


def test_the_order_of_a_dicts_keys_does_not_matter():
    def g(p):
        return {"a": 2 * p["a"], "b": 3 * p["b"]}

    _, pullback = ag.vjp(g, {"a": 1.0, "b": 1.0})
    assert pullback({"b": 10.0, "a": 1.0}) == ({"a": 2.0, "b": 30.0},)
    assert ag.jvp(g, ({"a": 1.0, "b": 1.0},), ({"b": 10.0, "a": 1.0},))[1] == {"a": 2, "b": 30}
    assert ag.hvp(lambda p: p["a"] ** 2 + p["b"] ** 3, ({"a": 1.0, "b": 1.0},), ({"b": 10.0, "a": 1.0},)) == {
        "a": 2,
        "b": 60,
    }
    assert ag.trees.tree_map(lambda p, g: p - g, {"a": 1, "b": 2}, {"b": 20, "a": 10}) == {"a": -9, "b": -18}


@pytest.mark.parametrize(
    "wrong",
    [
        {"a": X},
        {"a": X, "c": X},
        {"a": X, "b": X, "c": X},
        [X, X],
        (X, X),
        X,
        None,
        {"a": [X], "b": X},
        {"a": None, "b": X},
    ],
    ids=str,
)
def test_a_cotangent_or_tangent_of_another_structure_is_refused(wrong):
    tree = {"a": X, "b": X}
    _, pullback = ag.vjp(lambda p: {"a": p["a"], "b": p["b"]}, tree)
    with pytest.raises((ValueError, TypeError), match="vjp: the cotangent"):
        pullback(wrong)
    with pytest.raises((ValueError, TypeError), match="jvp: the tangent"):
        ag.jvp(lambda p: p["a"], (tree,), (wrong,))
    with pytest.raises((ValueError, TypeError)):
        ag.trees.tree_map(lambda a, b: a, tree, wrong)


@pytest.mark.parametrize(
    "wrong",
    [
        np.ones(2),
        np.ones((3, 1)),
        np.float64(1.0),
        np.ones(3, np.float32),
        np.ones(3, complex),
        "text",
        np.array(["a"] * 3),
    ],
)
def test_a_cotangent_or_tangent_of_another_shape_or_dtype_is_refused(wrong):
    with pytest.raises((ValueError, TypeError), match=r"vjp: the cotangent.*\(3,\)"):
        ag.vjp(np.sin, X)[1](wrong)
    with pytest.raises((ValueError, TypeError), match=r"jvp: the tangent.*\(3,\)"):
        ag.jvp(np.sin, (X,), (wrong,))


def test_jvp_wants_tuples_of_equal_length():
    for primals, tangents in [(X, (X,)), ((X,), X)]:
        with pytest.raises(TypeError, match="tuples"):
            ag.jvp(np.sin, primals, tangents)
    with pytest.raises((ValueError, TypeError), match="tangent"):
        ag.jvp(np.multiply, (X, X), (X,))


def test_python_numbers_and_lists_serve_as_cotangents_where_that_is_clear():
    assert ag.vjp(np.sin, 0.0)[1](2) == (2,)
    close(ag.vjp(np.sin, X)[1]([1.0, 0.0, 0.0])[0], [math.cos(0.3), 0, 0])
    assert ag.jvp(np.sin, (0.0,), (np.int64(2),))[1] == 2


@pytest.mark.parametrize("result", ["text", object(), None, {}, [1.0, "a"], {1.0}])
def test_a_result_that_is_no_array_is_refused(result):
    with pytest.raises(TypeError, match="grad: the function returned"):
        ag.grad(lambda x: result)(1.0)


@pytest.mark.parametrize(
    "g", [lambda x: x, lambda x: x[:1], lambda x: x[None, :1], lambda x: (x[0], x[1]), lambda x: [x[0]] * 2]
)
def test_only_a_scalar_has_a_gradient(g):
    with pytest.raises(TypeError, match=r"grad: .*scalar.*jacobian"):
        ag.grad(g)(X)


def test_a_constant_result_has_gradient_zero():
    close(ag.grad(lambda x: 3.0)(X), np.zeros(3))
    close(ag.grad(lambda x: np.float64(3))(X), np.zeros(3))
    assert ag.value_and_grad(lambda x: 3.0)(X)[0] == 3
    close(ag.jvp(lambda x: np.ones(2), (X,), (X,))[1], np.zeros(2))
    close(ag.vjp(lambda x: np.ones(2), X)[1](np.ones(2))[0], np.zeros(3))
    close(ag.hessian(lambda x: np.sum(x))(X), np.zeros((3, 3)))


# -- nesting ---------------------------------------------------------------------------------------------------------

ORDERS = {
    "sin": (np.sin, [np.cos, lambda x: -np.sin(x), lambda x: -np.cos(x)]),
    "exp": (np.exp, [np.exp] * 3),
    "log": (np.log, [lambda x: 1 / x, lambda x: -(x**-2), lambda x: 2 * x**-3]),
    "x**5": (lambda x: x**5, [lambda x: 5 * x**4, lambda x: 20 * x**3, lambda x: 60 * x**2]),
    "2**x": (lambda x: 2.0**x, [lambda x, k=k: 2**x * math.log(2) ** k for k in (1, 2, 3)]),
    "1/x": (lambda x: 1 / x, [lambda x: -(x**-2), lambda x: 2 * x**-3, lambda x: -6 * x**-4]),
    "sqrt": (np.sqrt, [lambda x: 0.5 * x**-0.5, lambda x: -0.25 * x**-1.5, lambda x: 0.375 * x**-2.5]),
    "tanh": (
        np.tanh,
        [
            lambda x: 1 - np.tanh(x) ** 2,
            lambda x: -2 * np.tanh(x) * (1 - np.tanh(x) ** 2),
            lambda x: (1 - np.tanh(x) ** 2) * (6 * np.tanh(x) ** 2 - 2),
        ],
    ),
}


def forward(g):
    return lambda x: ag.jvp(g, (x,), (np.ones_like(x)[()],))[1]


def reverse(g):
    def derivative(x):
        y, pullback = ag.vjp(g, x)
        return pullback(np.ones_like(y)[()])[0]

    return derivative


WAYS = {
    "grad": ag.grad,
    "forward": forward,
    "vjp": reverse,
    "elementwise": ag.elementwise_grad,
    "jacobian": ag.jacobian,
}


@pytest.mark.parametrize("name", ORDERS)
@pytest.mark.parametrize("third", WAYS)
@pytest.mark.parametrize("second", WAYS)
@pytest.mark.parametrize("first", WAYS)
def test_orders_one_to_three_in_every_nesting(name, first, second, third):
    g, wants = ORDERS[name]
    for way, want in zip((first, second, third), wants, strict=True):
        g = WAYS[way](g)
        close(g(0.8), want(0.8))
        assert type(g(0.8)) is np.float64


@pytest.mark.parametrize("inner", WAYS)
@pytest.mark.parametrize("outer", WAYS)
class TestPerturbationConfusion:
    """What an inner transform treats as a constant is an outer one's variable: each derivative sees its own only."""

    def test_an_inner_function_that_closes_over_the_outer_variable(self, inner, outer):
        d, e = WAYS[inner], WAYS[outer]
        assert e(lambda x: x * d(lambda y: x + y)(1.0))(1.0) == 1  # Siskind and Pearlmutter 2005
        assert e(lambda x: x * d(lambda y: x * y)(2.0))(3.0) == 6
        close(e(lambda x: d(lambda y: np.sin(x * y))(x))(0.7), 2 * 0.7 * -np.sin(0.49) * 0.7 + np.cos(0.49))

    def test_the_inner_argument_is_the_outer_variable(self, inner, outer):
        d, e = WAYS[inner], WAYS[outer]
        assert e(lambda x: d(lambda y: x * y**2)(x))(3.0) == 12
        assert e(lambda x: d(lambda y: x**2 * y)(x * 5))(3.0) == 6

    def test_the_inner_function_ignores_its_variable(self, inner, outer):
        d, e = WAYS[inner], WAYS[outer]
        assert e(lambda x: d(lambda y: x * x)(1.0))(2.0) == 0
        assert e(lambda x: x + d(lambda y: x * 1.0)(x))(2.0) == 1

    def test_three_levels(self, inner, outer):
        d, e = WAYS[inner], WAYS[outer]

        def middle(x):
            return lambda y: d(lambda z: x * y**2 * z**3)(y) + x * z0(x, y)

        def z0(x, y):
            return d(lambda z: x * y * z)(x)

        # d/dz = 3 x y² z² at z = y: 3 x y⁴; and x * (x y).   d/dy at y = x: 12 x y³ + x² = 12 x⁴ + x²
        assert e(lambda x: d(middle(x))(x))(2.0) == 48 * 8 + 2 * 2

    def test_a_closure_that_the_inner_call_returns(self, inner, outer):
        """Amazing bug (Manzyuk et al. 2019): a curried derivative, called later and inside itself."""
        d, e = WAYS[inner], WAYS[outer]

        def shift(u):
            return lambda g: lambda x: g(x + u)

        hat = shift_derivative = lambda g: lambda x: e(lambda u: shift(u)(g)(x))(0.0)
        close(hat(shift_derivative(np.exp))(1.0), np.exp(1.0))
        close(d(hat(np.sin))(0.3), -np.sin(0.3))


def test_a_pullback_made_outside_and_called_inside():
    _, pullback = ag.vjp(lambda x: x**3, 2.0)
    assert ag.grad(lambda ct: pullback(ct * ct)[0])(3.0) == 72
    assert ag.grad(lambda a: ag.vjp(lambda x: a * x**3, 2.0)[1](a)[0])(3.0) == 2 * 3 * 12


def test_a_pullback_kept_from_inside_and_called_outside_is_right_or_an_error():
    kept = []

    def g(x):
        kept.append(ag.vjp(lambda y: x * y * y, 3.0)[1])
        return kept[0](1.0)[0]

    assert ag.grad(g)(2.0) == 6
    error = ""
    try:
        leaked = kept[0](1.0)[0]
    except RuntimeError as refusal:
        error = str(refusal)
    if error:
        assert "freed" in error
    else:
        assert float(leaked.data if isinstance(leaked, ag.Tensor) else leaked) == 12


def test_closures_over_tensors_that_require_gradients():
    w = ag.Tensor(np.array([2.0, 3.0]), requires_grad=True)
    g = ag.grad(lambda x: np.sum(w * x**2))(np.array([1.0, 2.0]))
    assert isinstance(g, ag.Tensor)
    assert g.data.tolist() == [4, 12]
    assert w.grad is None
    g.sum().backward()
    assert w.grad.tolist() == [2, 4]
    y, t = ag.jvp(lambda x: np.sum(w * x**2), (np.array([1.0, 2.0]),), (np.ones(2),))
    w.grad = None
    (y + 10 * t).backward()
    assert w.grad.tolist() == [1 + 20, 4 + 40]
    with ag.no_grad():
        assert plain(ag.grad(lambda x: np.sum(w * x**2))(np.array([1.0, 2.0])))
    j = ag.jacobian(lambda x: w * x**2)(np.array([1.0, 2.0]))
    w.grad = None
    j.sum().backward()
    assert w.grad.tolist() == [2, 4]


def test_an_argument_that_requires_a_gradient_keeps_its_place():
    x = ag.Tensor(2.0, requires_grad=True)
    g = ag.grad(lambda v: v**3)(x)
    assert g.item() == 12
    g.backward()
    assert x.grad == 12
    x.grad = None
    value, g = ag.value_and_grad(lambda v: v**3)(x)
    (value + g).backward()
    assert x.grad == 24


def test_transforms_never_touch_the_gradient_of_a_leaf():
    w = ag.Tensor(X, requires_grad=True)
    w.grad = np.ones(3)
    for transform in (ag.grad, ag.hessian, ag.jacobian, ag.value_and_grad):
        transform(lambda x: np.sum(w * x**3))(X)
        transform(lambda x: np.sum(x**3))(w)
    assert w.grad.tolist() == [1, 1, 1]


def test_a_backward_call_inside_a_transformed_function():
    def g(x):
        t = ag.Tensor(3.0, requires_grad=True)
        (t * t).backward()
        return x * float(t.grad)

    assert ag.grad(g)(2.0) == 6
    assert ag.jvp(g, (2.0,), (1.0,))[1] == 6


def test_transforms_record_inside_no_grad_and_leave_it_off():
    with ag.no_grad():
        assert ag.grad(lambda x: x**2)(3.0) == 6
        assert ag.grad(ag.grad(lambda x: x**3))(2.0) == 12
        assert not ag.is_grad_enabled()


@pytest.mark.parametrize("way", WAYS)
def test_no_grad_inside_a_function_hides_it_from_the_inner_and_the_outer_transform(way):
    def g(x):
        with ag.no_grad():
            c = x * x
        return c * x

    assert WAYS[way](g)(3.0) == 9
    assert ag.grad(WAYS[way](g))(3.0) == 0


def test_detach_hides_from_every_level():
    assert ag.grad(lambda x: x * x.detach())(3.0) == 3
    assert ag.grad(lambda a: ag.grad(lambda x: x * a.detach() * x)(1.0) * a)(3.0) == 6


def test_control_flow_loops_and_recursion_are_followed():
    def power(x, n):
        return 1.0 if n == 0 else x * power(x, n - 1)

    assert ag.grad(power)(2.0, 5) == 80
    assert ag.grad(lambda x: x**2 if x > 0 else -x)(-3.0) == -1

    def newton(a):
        x = a
        for _ in range(50):
            x = 0.5 * (x + a / x)
        return x

    close(ag.grad(newton)(2.0), 0.5 / math.sqrt(2))
    close(ag.grad(ag.grad(newton))(2.0), -0.25 * 2**-1.5)


def test_assignment_inside_a_function_is_followed():
    def g(x):
        y = x * 1.0
        y[1] = y[0] * y[2]
        y *= 2
        return np.sum(y**2)

    want = [8 * 2 * (0.3 + 0.3 * 1.1**2) / 2, 0, 8 * (1.1 + 1.1 * 0.3**2)]
    close(ag.grad(g)(X), want)
    close(ag.jacobian(g, mode="forward")(X), want)


# -- duality, across transforms --------------------------------------------------------------------------------------

PROGRAMS = {
    "matmul": lambda x, w: np.tanh(w @ x) @ w,
    "broadcast": lambda x, w: (x[:, None, None] * w + np.sin(x)).sum(axis=1),
    "reductions": lambda x, w: np.stack([np.max(w * x), np.var(x) + np.mean(w), np.prod(x + 2), np.std(w)]),
    "indexing": lambda x, w: w[:, np.array([2, 0, 2])] * x[::-1] + x[1],
    "einsum": lambda x, w: np.einsum("ij,j,kj->ik", w, x, w),
    "where": lambda x, w: np.where(w > 0, np.exp(w * x), w - x) / (1 + x * x),
    "shapes": lambda x, w: np.concatenate([w.T.reshape(2, 3), np.broadcast_to(x, (1, 3))])[:, ::-1].swapaxes(0, 1),
    "eigh": lambda x, w: np.linalg.eigh(w.T @ w + x[:, None] * x + np.diag([1.0, 2.0, 3.0]))[1] ** 2,
    "cumsum": lambda x, w: np.cumsum(np.concatenate([x, w.ravel()]) ** 2) * x[0],
    "powers": lambda x, w: np.abs(x) ** w + np.hypot(x, w) - np.arctan2(w, x),
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_forward_and_reverse_are_transposes_of_each_other(name):
    g, rng = PROGRAMS[name], np.random.default_rng(3)
    y, pullback = ag.vjp(g, X, M)
    v = rng.normal(size=3), rng.normal(size=(2, 3))
    u = rng.normal(size=y.shape)
    z, t = ag.jvp(g, (X, M), v)
    assert np.array_equal(y, z)
    cts = pullback(u)
    close(np.sum(u * t), sum(np.sum(c * d) for c, d in zip(cts, v, strict=True)), rtol=1e-11)
    rows, columns = (ag.jacobian(g, (0, 1), mode=mode)(X, M) for mode in ("reverse", "forward"))
    for a, b, d, x in zip(rows, columns, cts, (X, M), strict=True):
        close(a, b, rtol=1e-10)
        close(np.tensordot(u, a, u.ndim), d, rtol=1e-10)
        assert a.shape == y.shape + x.shape


@pytest.mark.parametrize("name", PROGRAMS)
def test_second_order_agrees_in_all_four_nestings_and_is_symmetric(name):
    g = lambda x: np.sum(np.sin(PROGRAMS[name](x, M)))
    modes = [
        ag.jacobian(ag.jacobian(g, mode=a), mode=b)(X) for a in ("reverse", "forward") for b in ("reverse", "forward")
    ]
    for h in modes:
        close(h, modes[0], rtol=1e-9)
        close(h, h.T, rtol=1e-9)
    h = 1e-4
    numeric = [(ag.grad(g)(X + h * e) - ag.grad(g)(X - h * e)) / (2 * h) for e in np.eye(3)]
    np.testing.assert_allclose(modes[0], numeric, rtol=1e-5, atol=1e-6)


ANALYTIC = ["matmul", "broadcast", "indexing", "einsum", "cumsum"]


@pytest.mark.parametrize("name", ANALYTIC)
def test_against_the_complex_step(name):
    g, h = PROGRAMS[name], 1e-30
    want = np.stack([np.imag(g(X + 1j * h * e, M)) / h for e in np.eye(3)], axis=-1)
    for mode in ("reverse", "forward"):
        close(ag.jacobian(g, mode=mode)(X, M), want, rtol=1e-13)


# -- results belong to the caller ------------------------------------------------------------------------------------


def test_cotangents_share_no_memory_with_each_other_or_with_anything_of_the_callers():
    ct, x, y = np.ones(3), X.copy(), X.copy()
    for g in (np.add, np.subtract, lambda x, y: x[::-1] + y.reshape(3), lambda x, y: np.stack([x, y])[0] + y):
        value, pullback = ag.vjp(g, x, y)
        arrays = [ct, x, y, value, *pullback(ct), *pullback(ct)]
        for k, a in enumerate(arrays):
            assert not any(np.shares_memory(a, b) for b in arrays[k + 1 :])
        for a in arrays[3:]:
            a += 1  # theirs to write to
        close(pullback(ct)[1], arrays[5] - 1)
    value, gradients = ag.value_and_grad(lambda p: np.sum(p[0] + p[1]))([x, y])
    assert not np.shares_memory(*gradients)
    value, t = ag.jvp(lambda x: x, (x,), (ct,))
    assert not any(np.shares_memory(a, b) for a, b in [(value, x), (t, ct), (value, t)])
    assert ct.tolist() == [1, 1, 1]
    assert np.array_equal(x, X)


def test_cotangents_of_nested_transforms_are_values_of_their_own():
    def g(a):
        gx, gy = ag.grad(lambda x, y: np.sum(a * (x + y)), (0, 1))(X, X)
        gx += 1.0
        return np.sum(gy)

    close(ag.grad(g)(2.0), 3)
    value, tangent = ag.jvp(g, (2.0,), (1.0,))
    close([value, tangent], [6, 3])


def test_writing_to_an_argument_inside_the_function_leaves_the_callers_array_alone():
    x = X.copy()

    def g(v):
        v = v * 1.0
        v[0] = 5.0
        return np.sum(v)

    close(ag.grad(g)(x), [0, 1, 1])
    assert np.array_equal(x, X)


def test_everything_is_plain_at_top_level():
    tree = {"a": X, "b": (2.0,)}
    g = lambda p: np.sum(p["a"]) * p["b"][0]
    assert plain(ag.grad(g)(tree))
    assert plain(ag.value_and_grad(g)(tree))
    assert plain(ag.jacobian(g)(tree))
    assert plain(ag.hessian(g)(tree))
    assert plain(ag.hvp(g, (tree,), (tree,)))
    assert plain(ag.jvp(g, (tree,), (tree,)))
    y, pullback = ag.vjp(g, tree)
    assert plain([y, pullback(1.0)])
    assert plain(ag.elementwise_grad(np.sin)(X))


def test_wrapped_functions_say_what_they_are():
    def loss(x):
        """Help."""
        return x

    for transform in (ag.grad, ag.value_and_grad, ag.hessian, ag.jacobian, ag.elementwise_grad):
        assert transform(loss).__name__ == f"{transform.__name__}(loss)"
        assert transform(loss).__doc__ == "Help."


# -- JAX -------------------------------------------------------------------------------------------------------------


def _mlp(np_, x):
    return np_.sum(np_.tanh(M @ x) ** 2) * np_.exp(-x[0] * x[1])


def _attention(np_, x):
    scores = x[:, None] * x / 3.0
    weights = np_.exp(scores - np_.max(scores, axis=1, keepdims=True))
    return np_.sum((weights / np_.sum(weights, axis=1, keepdims=True)) @ np_.sin(x)) + np_.sum(
        np_.where(x > 0, x**3, x)
    )


def _complex(np_, x):
    z = np_.exp(1j * x) * (x + 2j)
    return np_.sum(np_.real(z * z) + np_.abs(z) + np_.angle(z) + np_.imag(np_.conj(z) * x))


@pytest.mark.parametrize("program", [_mlp, _attention, _complex])
def test_agrees_with_jax(program):
    jax = pytest.importorskip("jax")
    jax.config.update("jax_enable_x64", True)
    ours, theirs = (lambda x: program(np, x)), (lambda x: program(jax.numpy, x))
    for x in (X, np.array([1.2, 0.1, -2.0])):
        close(ag.grad(ours)(x), jax.grad(theirs)(x), rtol=1e-10)
        close(ag.hessian(ours)(x), jax.hessian(theirs)(x), rtol=1e-9)
        v = np.array([0.5, -1.0, 2.0])
        close(ag.jvp(ours, (x,), (v,)), jax.jvp(theirs, (x,), (v,)), rtol=1e-10)


def test_agrees_with_jax_on_complex_arguments():
    jax = pytest.importorskip("jax")
    jax.config.update("jax_enable_x64", True)
    z = np.array([0.4 + 0.3j, -1.1 - 0.2j, 2j])

    def loss(np_):
        return lambda z: np_.sum(np_.abs(np_.exp(z) * z) + np_.real(z**2) * np_.imag(z))

    close(ag.grad(loss(np))(z), jax.grad(loss(jax.numpy))(z), rtol=1e-12)
    _, pullback = ag.vjp(lambda z: z**2 * np.conj(z), z)
    _, theirs = jax.vjp(lambda z: z**2 * jax.numpy.conj(z), z)
    close(pullback(z)[0], theirs(z)[0])
    close(
        ag.jvp(lambda z: z**2 * np.conj(z), (z,), (z,))[1], jax.jvp(lambda z: z**2 * jax.numpy.conj(z), (z,), (z,))[1]
    )


def test_the_containers_of_jax_are_the_same():
    jax = pytest.importorskip("jax")
    jax.config.update("jax_enable_x64", True)
    tree = {"a": X, "b": [M, (2.0,)]}
    g = lambda p: (p["b"][0] @ p["a"] * p["b"][1][0]).sum()
    ours, theirs = ag.jacobian(ag.grad(g))(tree), jax.hessian(g)(jax.tree.map(jax.numpy.asarray, tree))
    assert jax.tree.structure(ours) == jax.tree.structure(theirs)
    for a, b in zip(jax.tree.leaves(ours), jax.tree.leaves(theirs), strict=True):
        close(a, b)
