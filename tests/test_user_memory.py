"""Whatever the user writes to between forward and backward, the gradient is right or an error says why it is not."""

import copy
import weakref

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import autograd as ag
from autograd import Tensor, tape
from tests.helpers import assert_same, differences, leaf

A = np.array([[0.53, 1.27, 2.71], [3.41, 0.77, 1.63]])
SQUARE = np.array([[2.0, 0.3, 0.1], [0.4, 3.0, 0.2], [0.6, 0.5, 4.0]])


def assert_right(f, x, *arrays, spoil):
    """The gradient of ``f`` at ``x`` is that of the values at the time of the call, whatever is spoilt afterwards."""
    arrays = [np.array(a) for a in arrays]
    ct = np.random.default_rng(0).random(np.shape(f(x, *arrays)))
    (expected,) = differences(lambda v: f(v, *arrays), [x], ct)
    t = leaf(x)
    y = f(t, *arrays)
    assert y.requires_grad
    spoil(t, y, arrays)
    assert all(a.flags.writeable for a in arrays)
    y.backward(ct)
    np.testing.assert_allclose(t.grad, expected, rtol=1e-8, atol=1e-8)
    assert all(a.flags.writeable for a in arrays)


# -- arrays that the user passed -------------------------------------------------------------------------------------

CONSUMERS = {
    "x * a": (lambda x, a: x * a, A),
    "a * x": (lambda x, a: a * x, A),
    "x / a": (lambda x, a: x / a, A),
    "a / x": (lambda x, a: a / x, A),
    "x ** a": (lambda x, a: x**a, A),
    "a ** x": (lambda x, a: a**x, A),
    "x % a": (lambda x, a: x % (a * 0.9), A),
    "np.multiply": (lambda x, a: np.multiply(x, a), A),
    "multiply.outer": (lambda x, a: np.multiply.outer(x, a), A[0]),
    "arctan2": (lambda x, a: np.arctan2(x, a), A),
    "hypot": (lambda x, a: np.hypot(a, x), A),
    "maximum": (lambda x, a: np.maximum(x, a), A[::-1]),
    "clip": (lambda x, a: np.clip(x, a, None), A[::-1]),
    "logaddexp": (lambda x, a: np.logaddexp(x, a), A[::-1]),
    "copysign": (lambda x, a: np.copysign(x, a), A - 2),
    "x @ a": (lambda x, a: x @ a, SQUARE),
    "a @ x": (lambda x, a: a @ x.T, SQUARE),
    "dot": (lambda x, a: np.dot(x, a), SQUARE),
    "inner": (lambda x, a: np.inner(x, a), A),
    "outer": (lambda x, a: np.outer(x, a), A),
    "tensordot": (lambda x, a: np.tensordot(a, x, 2), A),
    "einsum": (lambda x, a: np.einsum("ij,jk->ik", x, a), SQUARE),
    "where": (lambda x, a: np.where(a > 1, x, 0) * np.where(a > 2, a, x), A),
    "prod": (lambda x, a: np.prod(x * a, axis=0), A),
    "stack": (lambda x, a: np.stack([x, a]) ** 2, A),
    "concatenate": (lambda x, a: np.concatenate([x, a]) ** 2, A),
    "in place": (lambda x, a: _in_place(x, a), A),
    "assignment": (lambda x, a: _assigned(x, a), A[0]),
    "out=": (lambda x, a: np.multiply(x, a) * a, A),
    "a list of arrays": (lambda x, a: x * ag.stack(list(a)).data if isinstance(x, Tensor) else x * a, A),
    "Tensor(a)": (lambda x, a: x * Tensor(a) if isinstance(x, Tensor) else x * a, A),
    "view of a": (lambda x, a: x * a[::-1], A),
    "broadcast view": (lambda x, a: x * np.broadcast_to(a[0], (2, 3)), A),
    "0-d": (lambda x, a: x * a, np.array(1.7)),
}


def _in_place(x, a):
    y = x * 1.0
    y *= a
    return y


def _assigned(x, a):
    y = x * 1.0
    y[0] = a
    return y * y * a


@pytest.mark.parametrize(("f", "a"), CONSUMERS.values(), ids=CONSUMERS)
def test_an_array_operand_is_overwritten(f, a):
    def spoil(t, y, arrays):
        arrays[0][...] = np.nan

    assert_right(f, A, a, spoil=spoil)


PICKERS = {
    "x[i]": (lambda x, i: x[i], [1, 1, 0]),
    "x[:, i]": (lambda x, i: x[:, i], [2, 1, 2]),
    "x[i, j]": (lambda x, i: x[i, i], [1, 0, 1]),
    "x[[i]]": (lambda x, i: x[i[None]], [1, 1, 0]),
    "x[i, None]": (lambda x, i: x[i, None, 1:], [1, 1, 0]),
    "y[i] = v": (lambda x, i: _set(x, i), [1, 0]),
    "y[i] = x": (lambda x, i: _set_from(x, i), [1, 0]),
    "take": (lambda x, i: np.take(x, i, 1), [2, 0, 2]),
    "take, flat": (lambda x, i: x.take(i), [5, 0, 5]),
    "take, wrap": (lambda x, i: x.take(i, mode="wrap"), [5, -1, 9]),
    "repeat": (lambda x, i: np.repeat(x, i, axis=0), [1, 2]),
    "split": (lambda x, i: np.split(x, i, axis=1)[1] * 2, [1, 2]),
    "roll": (lambda x, i: np.roll(x, i, (0, 1)) * x, [1, 2]),
    "reshape": (lambda x, i: x.reshape(i) * np.arange(2.0), [3, 2]),
    "transpose": (lambda x, i: x.transpose(i) * np.arange(2.0), [1, 0]),
    "power": (lambda x, i: x**i, [1, 2, 3]),
    "np.add.at": (lambda x, i: _added(x, i), [1, 1]),
    "checkpoint": (lambda x, i: _squares_at(x, i), [1, 2]),
}  # fmt: skip


def _squares_at(x, i):
    return ag.checkpoint(lambda v, j: v[:, j] * v[:, j])(x, i)


def _set(x, i):
    y = x * 1.0
    y[i, i] = 2.0
    return y * y


def _set_from(x, i):
    y = x * x
    y[i] = x[::-1] * x
    return y


def _added(x, i):
    y = x * x
    np.add.at(y, (i, i), x[0, :2])
    return y


@pytest.mark.parametrize(("f", "index"), PICKERS.values(), ids=PICKERS)
def test_an_index_is_overwritten(f, index):
    def spoil(t, y, arrays):
        arrays[0][...] = 0

    assert_right(f, A, np.array(index), spoil=spoil)


@pytest.mark.parametrize("name", [name for name in PICKERS if name not in ("x[[i]]", "power", "checkpoint")])
def test_a_list_of_indices_is_overwritten(name):
    f, index = PICKERS[name]
    held = list(index)

    def spoil(t, y, arrays):
        held[:] = [0] * len(held)

    assert_right(lambda x: f(x, held), A, spoil=spoil)


MASKED = {
    "x[m]": lambda x, m: x[m],
    "y[m] = v": lambda x, m: _masked(x, m),
    "sum(where=)": lambda x, m: np.sum(x * x, axis=0, where=m),
    "mean(where=)": lambda x, m: np.mean(x * x, where=m),
    "max(where=)": lambda x, m: np.max(x * x, axis=1, where=m, initial=0.0),
    "prod(where=)": lambda x, m: np.prod(x, axis=0, where=m),
    "var(where=)": lambda x, m: np.var(x, where=m),
    "np.where": lambda x, m: np.where(m, x * x, x),
    "ufunc(where=)": lambda x, m: _where_out(x, m),
}


def _masked(x, m):
    y = x * x
    y[m] = 3.0
    return y * y


def _where_out(x, m):
    y = x * 1.0
    np.multiply(x, x, out=y, where=m)
    return y


@pytest.mark.parametrize("f", MASKED.values(), ids=MASKED)
def test_a_mask_is_overwritten(f):
    def spoil(t, y, arrays):
        arrays[0][...] = ~arrays[0]

    assert_right(f, A, np.array([[True, False, True], [True, True, False]]), spoil=spoil)


# -- .data, of leaves and of results ---------------------------------------------------------------------------------

FUNCTIONS = {
    "square": lambda x: x * x,
    "tanh": np.tanh,
    "exp": np.exp,
    "sqrt": np.sqrt,
    "divide": lambda x: 1 / x,
    "power": lambda x: x**3,
    "matmul": lambda x: x @ x.T,
    "max": lambda x: np.max(x, axis=0),
    "std": lambda x: np.std(x, axis=1),
    "prod": lambda x: np.prod(x, axis=1),
    "maximum": lambda x: np.maximum(x, 1.0) * x,
    "views": lambda x: x.T.reshape(6)[::-1] * x.ravel(),
    "einsum": lambda x: np.einsum("ij,ik->jk", x, x),
    "custom_vjp": lambda x: _cube(x) if isinstance(x, Tensor) else x**3,
    "custom_jvp": lambda x: _sine(x) if isinstance(x, Tensor) else np.sin(x),
    "checkpoint": lambda x: ag.checkpoint(lambda v: v * np.sin(v))(x) if isinstance(x, Tensor) else x * np.sin(x),
    "numerical": lambda x: (
        ag.numerical(lambda v: np.sum(v**2, axis=0))(x) if isinstance(x, Tensor) else np.sum(x**2, axis=0)
    ),
}


@ag.custom_vjp
def _cube(x):
    return x**3


_cube.defvjp(lambda x: (x**3, x), lambda x, ct: (3 * x * x * ct,))


@ag.custom_jvp
def _sine(x):
    return np.sin(x)


_sine.defjvp(lambda primals, tangents: (np.sin(primals[0]), np.cos(primals[0]) * tangents[0]))

SPOILERS = {
    "x.data[...]": lambda t, y, a: t.data.__setitem__(..., np.nan),
    "x.data *= 0": lambda t, y, a: t.data.__imul__(0),
    "twice": lambda t, y, a: [t.data.__imul__(0), t.data.__iadd__(1)],
    "a view of x.data": lambda t, y, a: t.data[0].fill(np.nan),
    "flat": lambda t, y, a: t.data.flat.__setitem__(0, np.nan),
    "memoryview": lambda t, y, a: memoryview(t.data).__setitem__((0, 0), np.nan),
    "x.data = v": lambda t, y, a: setattr(t, "data", np.zeros(t.shape)),
    "y.data[...]": lambda t, y, a: y.data.__setitem__(..., np.nan),
    "x in no_grad": lambda t, y, a: _quietly(t),
    "x.detach()": lambda t, y, a: t.detach().__setitem__(..., np.nan),
    "x.detach().data": lambda t, y, a: t.detach().data.__setitem__(..., np.nan),
    "y.detach().numpy()": lambda t, y, a: y.detach().numpy().__setitem__(..., np.nan),
    "np.from_dlpack": lambda t, y, a: _through_dlpack(t),
}


def _quietly(t):
    with ag.no_grad():
        t -= 1.0
        t[0] = np.nan
        np.add(t, 1, out=t)
        np.asarray(t)[...] = np.nan


def _through_dlpack(t):
    u = np.from_dlpack(t.detach())
    if u.flags.writeable:
        u[...] = np.nan


@pytest.mark.parametrize("spoil", SPOILERS.values(), ids=SPOILERS)
@pytest.mark.parametrize("f", FUNCTIONS.values(), ids=FUNCTIONS)
def test_values_are_overwritten(f, spoil):
    assert_right(f, A, spoil=spoil)


@pytest.mark.parametrize("f", FUNCTIONS.values(), ids=FUNCTIONS)
def test_an_array_from_data_that_was_held_since_before_is_overwritten(f):
    for take in (lambda t: t.data, lambda t: t.data[:, 1:], lambda t: t.data.T, lambda t: memoryview(t.data)):
        x = leaf(A)
        held = take(x)
        y = f(x)
        np.asarray(held)[...] = np.nan
        ct = np.ones(y.shape)
        y.backward(ct)
        (expected,) = differences(f, [A], ct)
        np.testing.assert_allclose(x.grad, expected, rtol=1e-8, atol=1e-8)
        assert np.isnan(x.data).any()


def test_an_array_from_data_may_be_found_again_by_a_weak_reference():
    x = leaf(A)
    found = weakref.ref(x.data)
    y = x * x
    found()[...] = np.nan
    y.backward(np.ones(A.shape))
    assert_same(x.grad, 2 * A)


def test_none_is_no_data():
    for x in (leaf(A), Tensor(A)):
        with pytest.raises((TypeError, ValueError), match="data"):
            x.data = None
        assert_same(x, A)


def test_writing_to_data_changes_the_tensor_and_later_values():
    x = leaf([1.0, 2.0])
    held = x.data
    y = x * x
    held[0] = 5
    assert_same(x, [5.0, 2.0])
    z = x * x
    assert_same(y, [1.0, 4.0])
    assert_same(z, [25.0, 4.0])
    held[1] = 7
    z.backward(np.ones(2))
    assert_same(x.grad, [10.0, 4.0])
    assert x.data is held


def test_the_residual_of_a_second_function_is_safe_too():
    x = leaf(A)
    y = x * x
    x.data[...] = 2.0
    z = x * x
    x.data[...] = np.nan
    (y + z).backward(np.ones(A.shape))
    np.testing.assert_allclose(x.grad, 2 * A + 4.0)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.sampled_from(["square", "write", "hold", "drop", "update", "tanh", "view", "detach"]), min_size=1, max_size=8
    )
)
def test_random_interleavings(steps):
    """Each result is remembered with the values that it was computed from; at the end all gradients have to fit."""
    x, held, results = leaf([0.5, -1.5, 2.0]), [], []
    for step in steps:
        now = np.array(x.data)
        if step == "square":
            results.append((x * x, 2 * now))
        elif step == "tanh":
            results.append((np.tanh(x), 1 / np.cosh(now) ** 2))
        elif step == "view":
            results.append((x[::-1].reshape(3, 1) * 3.0 * x[0], None))
        elif step == "write":
            x.data[1] += 0.25
        elif step == "hold":
            held.append(x.data)
        elif step == "drop":
            held.clear()
        elif step == "detach":
            d = x.detach()
            d += 1
            d.data[...] = np.nan
        else:
            with ag.no_grad():
                x -= 0.125
        for array in held:
            array[2] -= 0.5
    before = np.array(x.data)
    for y, slope in results:
        x.grad = None
        y.backward(np.ones(y.shape))
        if slope is not None:
            np.testing.assert_allclose(x.grad, slope, rtol=1e-12)
        assert not np.isnan(x.grad).any()
    assert_same(x, before)


# -- cotangents and gradients ----------------------------------------------------------------------------------------


def _leaves():
    return leaf([1.0, 2.0]), leaf([3.0, 4.0])


GRAPHS = {
    "identity": lambda a, b: a,
    "a + b": lambda a, b: a + b,
    "a - b": lambda a, b: a - b,
    "(a + b) + a": lambda a, b: (a + b) + a,
    "reshape": lambda a, b: (a + b).reshape(2, 1).reshape(2),
    "a[:]": lambda a, b: a[:] + b[...],
    "stack": lambda a, b: np.stack([a, b])[0] + np.stack([a, b])[1],
    "concatenate": lambda a, b: np.concatenate([a, b])[:2] + np.concatenate([a, b])[2:],
    "broadcast": lambda a, b: np.broadcast_to(a, (3, 2)).sum(0) + b,
    "where": lambda a, b: np.where([True, False], a, b),
    "a * b": lambda a, b: a * b,
    "split": lambda a, b: np.concatenate(np.split(a + b, 2)),
    "setitem": lambda a, b: _first_from(a, b),
    "maximum": lambda a, b: np.maximum(a, b),
    "custom_vjp": lambda a, b: _pass(a, b),
    "checkpoint": lambda a, b: ag.checkpoint(lambda u, v: u + v)(a, b),
}


def _first_from(a, b):
    y = a * 1
    y[0] = b[0]
    return y


@ag.custom_vjp
def _pass(a, b):
    return a + b


_pass.defvjp(lambda a, b: (a + b, None), lambda residuals, ct: (ct, ct))


@pytest.mark.parametrize("retained", [False, True])
@pytest.mark.parametrize("f", GRAPHS.values(), ids=GRAPHS)
def test_gradients_share_no_memory_with_anything(f, retained):
    a, b = _leaves()
    ct = np.array([1.0, 10.0])
    y = f(a, b)
    if retained:
        y.retain_grad()
    y.backward(ct)
    assert ct.flags.writeable
    assert_same(ct, [1.0, 10.0])
    owners = {"a": a.grad, "b": b.grad, "y": y.grad, "ct": ct, "a.data": a.data, "b.data": b.data, "y.data": y.data}
    arrays = {
        name: array for name, array in owners.items() if array is not None and not (y is a and name.startswith("y"))
    }
    names = list(arrays)
    for i, one in enumerate(names):
        assert arrays[one].flags.writeable, one
        for other in names[i + 1 :]:
            assert not np.shares_memory(arrays[one], arrays[other]), (one, other)


@pytest.mark.parametrize("f", GRAPHS.values(), ids=GRAPHS)
def test_a_gradient_or_cotangent_that_is_overwritten_changes_no_other(f):
    a, b = _leaves()
    first = f(a, b)
    first.backward(np.ones(2), retain_graph=True)
    expected = [None if x.grad is None else x.grad.copy() for x in (a, b)]
    a, b = _leaves()
    y, ct = f(a, b), np.ones(2)
    y.backward(ct, retain_graph=True)
    ct[:] = np.nan
    a.grad[:] = np.nan
    if b.grad is not None:
        assert_same(b.grad, expected[1])
        b.grad[:] = np.nan
    a.grad = b.grad = None
    y.backward(np.ones(2))
    assert_same(a.grad, expected[0])


def test_gradients_are_writable_arrays_also_without_axes():
    for shape in ((), (1,), (2, 2), (0,)):
        x = leaf(np.ones(shape))
        (x.sum() * 2).backward()
        assert type(x.grad) is np.ndarray
        assert x.grad.flags.writeable
        x.grad += 1
        x.grad[...] = 5
        assert_same(x.grad, np.full(shape, 5.0))


def test_a_cotangent_kept_by_a_hook_stays_as_it_was():
    x, kept = leaf([1.0, 2.0]), []
    y = x * 1.0
    y.register_hook(kept.append)
    ((y + y) * 3 + y).backward(np.ones(2))
    x.grad[:] = 0
    assert_same(np.array(kept[0]), [7.0, 7.0])


def test_a_hook_may_return_an_array_and_write_to_it_later():
    x, mine = leaf([1.0, 2.0]), np.array([5.0, 5.0])
    x.register_hook(lambda ct: mine)
    (x * 2).backward(np.ones(2))
    mine[:] = 0
    assert_same(x.grad, [5.0, 5.0])
    assert mine.flags.writeable


def test_a_hook_may_return_the_same_array_each_time():
    a, b, mine = leaf([1.0, 2.0]), leaf([1.0, 2.0]), np.empty(2)

    def doubled(ct):
        return np.multiply(ct, 2.0, out=mine)

    a.register_hook(doubled)
    b.register_hook(doubled)
    (a * 2 + b * 5).backward(np.ones(2))
    assert_same(a.grad, [4.0, 4.0])
    assert_same(b.grad, [10.0, 10.0])


def test_a_rule_may_return_the_same_array_each_time():
    mine = np.empty(2)
    same = ag.primitive(lambda x: x * 1.0, vjp=lambda t: np.multiply(t, 1.0, out=mine), jvp=lambda t: t)
    a, b = leaf([1.0, 2.0]), leaf([1.0, 2.0])
    (same(a) * 2 + same(b) * 5).backward(np.ones(2))
    assert_same(a.grad, [2.0, 2.0])
    assert_same(b.grad, [5.0, 5.0])
    mine[:] = 0
    assert_same(b.grad, [5.0, 5.0])


@pytest.mark.parametrize("fails", ["forward", "backward", "hook"])
def test_arrays_stay_writable_after_an_exception(fails):
    @ag.custom_vjp
    def f(x):
        return x

    def forward(x):
        if fails == "forward":
            raise KeyError("forward")
        return x * 2, None

    def backward(residuals, ct):
        if fails == "backward":
            raise KeyError("backward")
        return (ct * 2,)

    def hook(ct):
        raise KeyError("hook")

    f.defvjp(forward, backward)
    mine, ct = np.array([1.0, 2.0]), np.ones(2)
    x = leaf(mine)
    if fails == "hook":
        x.register_hook(hook)
    with pytest.raises(KeyError, match=fails):
        (f(x * mine) * mine).backward(ct)
    assert mine.flags.writeable
    assert ct.flags.writeable
    assert x.data.flags.writeable
    assert x.grad is None


def test_a_custom_rule_cannot_write_to_its_arguments():
    def forward(x):
        x *= 0
        return x + 1, None

    @ag.custom_vjp
    def f(x):
        return x

    f.defvjp(forward, lambda residuals, ct: (ct,))
    for given_to in (leaf([1.0, 2.0]), leaf([1.0, 2.0]) * 1):
        try:
            f(given_to)
        except ValueError as error:
            assert "read-only" in str(error)  # noqa: PT017
        assert_same(given_to, [1.0, 2.0])


def test_a_custom_rule_may_keep_an_array_argument():
    @ag.custom_vjp
    def scaled(x, a):
        return x * a

    scaled.defvjp(lambda x, a: (x * a, a), lambda a, ct: (ct * a, None))
    x, a = leaf([1.0, 2.0]), np.array([3.0, 4.0])
    y = scaled(x, a)
    a[:] = 0
    y.backward(np.ones(2))
    assert_same(x.grad, [3.0, 4.0])
    assert a.flags.writeable


# -- transforms ------------------------------------------------------------------------------------------------------


def test_transforms_neither_keep_nor_change_the_users_arrays():
    x, a = A.copy(), A.copy()
    y, pullback = ag.vjp(lambda v: np.tanh(v) * a, x)
    before = y.copy()
    x[:] = a[:] = np.nan
    y[:] = 0
    ct = np.ones(A.shape)
    (g,) = pullback(ct)
    np.testing.assert_allclose(g, (1 - np.tanh(A) ** 2) * A, rtol=1e-12)
    g[:] = np.nan
    (again,) = pullback(ct)
    np.testing.assert_allclose(again, (1 - np.tanh(A) ** 2) * A, rtol=1e-12)
    assert_same(ct, np.ones(A.shape))
    np.testing.assert_allclose(before, np.tanh(A) * A, rtol=1e-15)


@pytest.mark.parametrize("f", [lambda a, b: a + b, lambda a, b: a, lambda a, b: (a * 1).reshape(2)])
def test_results_of_transforms_share_no_memory(f):
    a, b, ct = np.array([1.0, 2.0]), np.array([3.0, 4.0]), np.ones(2)
    y, pullback = ag.vjp(f, a, b)
    ga, gb = pullback(ct)
    _, tangent = ag.jvp(f, (a, b), (ct, ct))
    arrays = [a, b, ct, y, ga, gb, tangent]
    for i, one in enumerate(arrays):
        assert one.flags.writeable
        assert not any(np.shares_memory(one, other) for other in arrays[i + 1 :])


# -- training loops --------------------------------------------------------------------------------------------------

X = np.random.default_rng(1).normal(size=(40, 2))
Y = (X @ [1.5, -2.0] + 0.5)[:, None]


def _reference(steps, rate):
    w, b = np.zeros((2, 1)), np.zeros(1)
    for _ in range(steps):
        r = X @ w + b - Y
        w, b = w - rate * 2 * X.T @ r / len(X), b - rate * 2 * r.mean(0)
    return w, b


def _data_in_place(p, rate):
    p.data -= rate * p.grad
    p.grad = None


def _data_assigned(p, rate):
    p.data = p.data - rate * p.grad
    p.grad = None


def _grad_zeroed(p, rate):
    p.data += -rate * p.grad
    p.grad[...] = 0


def _grad_scaled(p, rate):
    p.data -= rate * p.grad
    p.grad *= 0


def _no_grad_in_place(p, rate):
    with ag.no_grad():
        p -= rate * p.grad
    p.grad = None


def _no_grad_assigned(p, rate):
    with ag.no_grad():
        p[...] = p - rate * p.grad
    p.grad = np.zeros_like(p.data)


def _ufunc(p, rate):
    np.subtract(p.data, rate * p.grad, out=p.data)
    p.grad = None


@pytest.mark.parametrize(
    "step", [_data_in_place, _data_assigned, _grad_zeroed, _grad_scaled, _no_grad_in_place, _no_grad_assigned, _ufunc]
)
def test_training_loops(step):
    w, b = leaf(np.zeros((2, 1))), leaf(np.zeros(1))
    for _ in range(50):
        loss = ((X @ w + b - Y) ** 2).mean()
        loss.backward()
        for p in (w, b):
            step(p, 0.1)
    for p, expected in zip((w, b), _reference(50, 0.1), strict=True):
        assert p.is_leaf
        assert p.requires_grad
        np.testing.assert_allclose(p.data, expected, rtol=1e-10)


def test_an_optimiser_that_holds_the_arrays():
    w, b = leaf(np.zeros((2, 1))), leaf(np.zeros(1))
    arrays = [w.data, b.data]
    for _ in range(50):
        loss = ((X @ w + b - Y) ** 2).mean()
        loss.backward()
        for p, array in zip((w, b), arrays, strict=True):
            array -= 0.1 * p.grad
            p.grad = None
    for p, array, expected in zip((w, b), arrays, _reference(50, 0.1), strict=True):
        assert p.data is array
        np.testing.assert_allclose(p.data, expected, rtol=1e-10)


def test_a_training_loop_of_scalars():
    w, b = leaf(0.0), leaf(0.0)
    for _ in range(200):
        loss = sum((w * x + b - (3 * x - 1)) ** 2 for x in (-1.0, 0.0, 1.0, 2.0))
        for p in (w, b):
            p.grad = None
        loss.backward()
        for p in (w, b):
            p.data -= 0.05 * p.grad
    np.testing.assert_allclose([w.item(), b.item()], [3.0, -1.0], rtol=1e-6)


# -- values, checked against a model ---------------------------------------------------------------------------------
#
# A model of a Tensor is its value and its Jacobian with respect to one leaf: plain arrays, never shared. Steps are
# linear, so the Jacobian does not depend on values, and writing through `.data` changes the value alone.

VIEW_STEPS = {
    "T": lambda a: a.swapaxes(0, 1),
    "[::-1]": lambda a: a[::-1],
    "[:, 1:]": lambda a: a[:, 1:],
    "[:1]": lambda a: a[:1],
    "[[0, 0]]": lambda a: a[[0, 0]],
    "[...]": lambda a: a[...],
}
PLACES = {
    "0": 0,
    "0, 0": (0, 0),
    ":": slice(None),
    "[0, 0]": [0, 0],
    "::-1": slice(None, None, -1),
    "0, [0, 0]": (0, [0, 0]),
}
STEPS = st.tuples(
    st.sampled_from(
        ["view", "double", "add", "detach", "copy", "set", "set part", "+=", "*=", "data", "held", "out", "drop"]
    ),
    st.integers(0, 9),
    st.integers(0, 9),
    st.sampled_from(sorted(VIEW_STEPS)),
    st.sampled_from(sorted(PLACES)),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(STEPS, min_size=3, max_size=14))
def test_every_tensor_is_a_value_of_its_own(steps):
    x = leaf(A)
    tensors, values, slopes, held = [x * 1.0], [A.copy()], [np.eye(6).reshape(2, 3, 6)], []

    def add(t, value, slope):
        tensors.append(t)
        values.append(np.array(value))
        slopes.append(np.array(slope))

    for step, i, j, view, place in steps:
        i, j, where = i % len(tensors), j % len(tensors), PLACES[place]
        t, value, slope = tensors[i], values[i], slopes[i]
        if step == "view":
            add(VIEW_STEPS[view](t), VIEW_STEPS[view](value), VIEW_STEPS[view](slope))
        elif step == "double":
            add(t * 2.0, value * 2.0, slope * 2.0)
        elif step == "add" and values[j].shape == value.shape:
            add(t + tensors[j], value + values[j], slope + slopes[j])
        elif step == "detach":
            add(t.detach(), value, slope * 0)
        elif step == "copy":
            add(copy.copy(t), value, slope)
        elif step == "set":
            t[where] = 3.0
            value[where], slope[where] = 3.0, 0.0
        elif step == "set part":
            t[where] = tensors[j][0, 0]
            value[where], slope[where] = values[j][0, 0].copy(), slopes[j][0, 0].copy()
        elif step == "+=" and values[j].shape == value.shape:
            t += tensors[j]
            values[i], slopes[i] = value + values[j], slope + slopes[j]
        elif step == "*=":
            t *= -1.5
            values[i], slopes[i] = value * -1.5, slope * -1.5
        elif step == "out":
            np.multiply(tensors[j], 2.0, out=t) if values[j].shape == value.shape else None
            if values[j].shape == value.shape:
                values[i], slopes[i] = values[j] * 2.0, slopes[j] * 2.0
        elif step == "data":
            t.data[where] = 0.25
            value[where] = 0.25
        elif step == "held":
            held.append(t.data)
        elif step == "drop":
            held.clear()
    for t, value in zip(tensors, values, strict=True):
        assert_same(t, value)
    for t, slope in zip(tensors, slopes, strict=True):
        x.grad = None
        if t.requires_grad:
            t.backward(np.ones(t.shape), retain_graph=True)
        gradient = np.zeros(6) if x.grad is None else x.grad.ravel()
        np.testing.assert_allclose(gradient, slope.sum((0, 1)), rtol=1e-12, atol=1e-12)
    assert_same(x, A)


# -- and nothing is copied without a reason --------------------------------------------------------------------------


def address(array):
    return array.__array_interface__["data"][0]


def test_data_is_handed_out_and_taken_back_without_a_copy():
    t = leaf(np.arange(3.0))
    place = address(t.data)
    y = t + 1  # the engine takes it back, and keeps nothing of it
    assert address(t.data) == place
    held = t.data
    z = t * t  # somebody holds it: the tape gets a copy
    held[0] = 5.0
    z.sum().backward()
    assert t.grad.tolist() == [0.0, 2.0, 4.0]
    assert (address(t.data), y._node.shape) == (place, (3,))


def test_data_that_a_tape_holds_is_handed_out_as_a_copy():
    t = leaf(np.arange(3.0))
    y = t * t
    place = address(t._buffer)
    assert address(t.data) != place
    t.data[...] = 7.0
    y.sum().backward()
    assert t.grad.tolist() == [0.0, 2.0, 4.0]


def test_a_cotangent_that_nobody_else_holds_is_handed_over_as_it_is():
    node = leaf(np.ones(3))._node
    arrived = {node: np.ones(3)}
    assert tape.take(arrived, node) is arrived[node]
    held = arrived[node]
    assert tape.take(arrived, node) is not held
    arrived = {node: np.ones((2, 3))[0]}  # a view: the rest of its memory would live as long
    assert tape.take(arrived, node) is not arrived[node]
