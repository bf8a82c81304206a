"""Functions with rules of their own: custom_vjp, custom_jvp, checkpoint, numerical."""

import gc
import math
import tracemalloc
import weakref
from collections import namedtuple

import numpy as np
import pytest

import autograd as ag

X = np.array([0.3, -0.7, 1.1])
Y = np.array([1.5, 0.2, -0.4])


def close(got, want, rtol=1e-12):
    np.testing.assert_allclose(got, want, rtol=rtol, atol=max(1e-14, rtol * 1e-2))


def leaf(value, **kwargs):
    return ag.Tensor(value, requires_grad=True, **kwargs)


def by_vjp():
    """x * sin(y), with a reverse rule."""

    @ag.custom_vjp
    def f(x, y):
        return x * np.sin(y)

    f.defvjp(lambda x, y: (x * np.sin(y), (x, y)), lambda res, ct: (ct * np.sin(res[1]), ct * res[0] * np.cos(res[1])))
    return f


def by_jvp():
    """x * sin(y), with a forward rule."""

    @ag.custom_jvp
    def f(x, y):
        return x * np.sin(y)

    f.defjvp(lambda p, t: (f(*p), t[0] * np.sin(p[1]) + p[0] * np.cos(p[1]) * t[1]))
    return f


def by_checkpoint():
    return ag.checkpoint(lambda x, y: x * np.sin(y))


MAKERS = {"custom_vjp": by_vjp, "custom_jvp": by_jvp, "checkpoint": by_checkpoint}
ALL = {**MAKERS, "numerical": lambda: ag.numerical(lambda x, y: x * np.sin(y))}


# -- what holds for all of them --------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ALL)
def test_value_and_both_modes_of_the_first_derivative(name):
    f, tight = ALL[name](), 1e-9 if name == "numerical" else 1e-13
    assert np.array_equal(f(X, Y), X * np.sin(Y))
    assert isinstance(f(X, Y), np.ndarray)
    for mode in ("reverse", "forward"):
        jx, jy = ag.jacobian(f, (0, 1), mode=mode)(X, Y)
        close(jx, np.diag(np.sin(Y)), tight)
        close(jy, np.diag(X * np.cos(Y)), tight)
    y, t = ag.jvp(f, (X, Y), (Y, X))
    close(y, X * np.sin(Y))
    close(t, Y * np.sin(Y) + X * np.cos(Y) * X, tight)
    x, y = leaf(X), leaf(Y)
    np.sum(f(x, y) ** 2).backward()
    close(x.grad, 2 * X * np.sin(Y) ** 2, tight)
    close(y.grad, 2 * X * np.sin(Y) * X * np.cos(Y), tight)


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("which", [0, 1])
def test_an_argument_may_be_a_constant(name, which):
    f, tight = ALL[name](), 1e-9 if name == "numerical" else 1e-13
    args = [X, Y]
    args[which] = leaf(args[which])
    f(*args).backward(np.ones(3))
    close(args[which].grad, [np.sin(Y), X * np.cos(Y)][which], tight)


@pytest.mark.parametrize("name", MAKERS)
@pytest.mark.parametrize("outer", ["reverse", "forward"])
@pytest.mark.parametrize("inner", ["reverse", "forward"])
def test_second_order(name, inner, outer):
    f = MAKERS[name]()
    g = lambda x, y: np.sum(f(x, y) ** 2)
    first = ag.jacobian(g, (0, 1), mode=inner)
    (xx, xy), (yx, yy) = ag.jacobian(first, (0, 1), mode=outer)(X, Y)
    close(xx, np.diag(2 * np.sin(Y) ** 2))
    close(xy, np.diag(2 * X * np.sin(2 * Y)))
    close(yx, xy)
    close(yy, np.diag(2 * X**2 * np.cos(2 * Y)))


@pytest.mark.parametrize("name", MAKERS)
def test_third_order(name):
    f = MAKERS[name]()
    d3 = ag.grad(ag.grad(ag.grad(lambda y: f(2.0, y))))
    close(d3(0.4), -2 * math.cos(0.4))
    close(ag.jvp(ag.grad(ag.grad(lambda y: f(2.0, y))), (0.4,), (1.0,))[1], -2 * math.cos(0.4))
    close(
        ag.grad(lambda a: ag.grad(lambda y: f(a, y * a))(0.4))(1.5),
        2 * 1.5 * math.cos(0.6) - 0.4 * 2.25 * math.sin(0.6),
    )


@pytest.mark.parametrize("name", MAKERS)
def test_create_graph(name):
    x, y = leaf(X), leaf(Y)
    np.sum(MAKERS[name]()(x, y)).backward(create_graph=True)
    gx, gy = x.grad, y.grad
    x.grad = y.grad = None
    np.sum(gx * gy).backward()
    close(x.grad, np.sin(Y) * np.cos(Y))
    close(y.grad, X * np.cos(2 * Y))


@pytest.mark.parametrize("name", ALL)
def test_keywords_and_defaults_are_arguments_like_others(name):
    def f(x, scale=2.0, *, power=3):
        return scale * x**power

    if name == "custom_vjp":
        g = ag.custom_vjp(f)
        g.defvjp(
            lambda x, scale, power: (scale * x**power, (x, scale, power)),
            lambda res, ct: (ct * res[1] * res[2] * res[0] ** (res[2] - 1), ct * res[0] ** res[2], None),
        )
    elif name == "custom_jvp":
        g = ag.custom_jvp(f)
        g.defjvp(lambda p, t: (p[1] * p[0] ** p[2], t[0] * p[1] * p[2] * p[0] ** (p[2] - 1) + t[1] * p[0] ** p[2]))
    else:
        g = getattr(ag, name)(f)
    tight = 1e-9 if name == "numerical" else 1e-12
    assert g(2.0) == 16
    assert g(2.0, power=2) == 8
    close(ag.grad(lambda x: g(x))(2.0), 24, tight)
    close(ag.grad(lambda x: g(x, scale=3.0))(2.0), 36, tight)
    close(ag.grad(lambda x: g(x=x, power=2))(2.0), 8, tight)
    close(ag.grad(lambda s: g(2.0, scale=s))(5.0), 8, tight)
    close(ag.jvp(lambda x: g(x, power=2), (2.0,), (1.0,))[1], 8, tight)


@pytest.mark.parametrize("name", ALL)
def test_float32_stays_float32(name):
    x, y = leaf(X.astype(np.float32)), leaf(Y.astype(np.float32))
    out = ALL[name]()(x, y)
    assert out.dtype == np.float32
    out.backward(np.ones(3, np.float32))
    assert x.grad.dtype == y.grad.dtype == np.float32
    close(x.grad, np.sin(Y), 2e-3 if name == "numerical" else 1e-6)


@pytest.mark.parametrize("name", ALL)
def test_it_is_one_node_named_after_it_and_nothing_is_recorded_without_need(name):
    f = ALL[name]()
    assert f(ag.Tensor(X), Y).requires_grad is False
    with ag.no_grad():
        assert f(leaf(X), Y).requires_grad is False
    assert name in repr(f(leaf(X), Y))
    for attribute in ("__name__", "__wrapped__"):
        assert hasattr(f, attribute)


@pytest.mark.parametrize("name", ALL)
def test_numbers_and_0d(name):
    f = ALL[name]()
    close(ag.grad(f, (0, 1))(2.0, 0.5), [math.sin(0.5), 2 * math.cos(0.5)], 1e-9)
    close(ag.jvp(f, (2.0, 0.5), (1.0, 1.0))[1], math.sin(0.5) + 2 * math.cos(0.5), 1e-9)


@pytest.mark.parametrize("name", ALL)
def test_broadcasting_inside_is_the_rules_own_business_or_the_engines(name):
    f = ALL[name]()
    if name == "custom_vjp":  # this rule returns the broadcast shape, and the engine sums
        close(ag.grad(lambda y: np.sum(f(X[:, None], y)))(Y), X.sum() * np.cos(Y))
    gx, gy = ag.grad(lambda x, y: np.sum(f(x, y)), (0, 1))(X[:, None], Y)
    tight = 1e-9 if name == "numerical" else 1e-12
    close(gx, np.full((3, 1), np.sin(Y).sum()), tight)
    close(gy, X.sum() * np.cos(Y), tight)


# -- containers and several outputs ----------------------------------------------------------------------------------

Out = namedtuple("Out", "s p")


def pieces(p, y):
    return Out(p["a"] * np.sin(y), [p["b"] ** 2 + y, p["a"]])


def container(name):
    if name == "custom_vjp":
        f = ag.custom_vjp(pieces)

        def backward(res, ct):
            (p, y), (s, (q, a)) = res, ct
            # the keys in another order on purpose
            return {"b": 2 * q * p["b"], "a": s * np.sin(y) + a}, s * p["a"] * np.cos(y) + q

        f.defvjp(lambda p, y: (pieces(p, y), (p, y)), backward)
    elif name == "custom_jvp":
        f = ag.custom_jvp(pieces)

        def rule(primals, tangents):
            (p, y), (dp, dy) = primals, tangents
            return pieces(p, y), Out(
                dp["a"] * np.sin(y) + p["a"] * np.cos(y) * dy, [2 * p["b"] * dp["b"] + dy, dp["a"]]
            )

        f.defjvp(rule)
    else:
        f = getattr(ag, name)(pieces)
    return f


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("used", ["s", "q", "a", "sq", "sqa"])
def test_containers_and_outputs_used_in_part(name, used):
    f, order = container(name), 1e-9 if name == "numerical" else 1e-12

    def loss_of(f):
        def loss(p, y):
            s, (q, a) = f(p, y)
            return sum(np.sum(v**2) for key, v in (("s", s), ("q", q), ("a", a)) if key in used)

        return loss

    args = {"a": X, "b": Y}, 0.7 + X
    assert isinstance(f(*args), Out)
    got, want = (ag.grad(loss_of(g), (0, 1))(*args) for g in (f, pieces))
    for g, w in ((got[0]["a"], want[0]["a"]), (got[0]["b"], want[0]["b"]), (got[1], want[1])):
        close(g, w, order)
    got, want = (ag.jvp(loss_of(g), args, args)[1] for g in (f, pieces))
    close(got, want, order)
    if name != "numerical":
        got, want = (ag.hessian(loss_of(g))(*args) for g in (f, pieces))
        for i in "ab":
            for j in "ab":
                close(got[i][j], want[i][j])
        v = ({"a": Y, "b": X}, X)
        got, want = (ag.hvp(loss_of(g), args, v) for g in (f, pieces))
        close(got[0]["a"], want[0]["a"])
        close(got[1], want[1])


@pytest.mark.parametrize("name", ALL)
def test_forward_mode_gives_the_outputs_in_their_containers(name):
    f = container(name)
    y, t = ag.jvp(f, ({"a": X, "b": Y}, X), ({"a": X, "b": Y}, X))
    assert isinstance(y, Out)
    assert isinstance(t, Out)
    close(t.s, X * np.sin(X) + X * np.cos(X) * X, 1e-8)
    close(t.p[0], 2 * Y * Y + X, 1e-8)
    close(t.p[1], X, 1e-8)


# -- custom_vjp ------------------------------------------------------------------------------------------------------


def test_the_rule_is_what_is_used_and_gets_plain_arrays():
    seen = []

    @ag.custom_vjp
    def f(x):
        return x

    def backward(res, ct):
        seen.append((type(res), type(ct)))
        return (42 * ct,)

    f.defvjp(lambda x: (seen.append(type(x)) or x, x), backward)
    x = leaf(X)
    f(x).backward(np.ones(3))
    assert x.grad.tolist() == [42] * 3
    assert seen == [np.ndarray, (np.ndarray, np.ndarray)]
    close(ag.jvp(f, (X,), (X,))[1], 42 * X)


def test_none_is_a_zero_cotangent():
    @ag.custom_vjp
    def f(x, y, n):
        return x * y

    f.defvjp(lambda x, y, n: (x * y, y), lambda y, ct: (ct * y, None, None))
    gx, gy = ag.grad(lambda x, y: np.sum(f(x, y, 3)), (0, 1))(X, Y)
    close(gx, Y)
    close(gy, np.zeros(3))
    close(ag.jvp(lambda x, y: f(x, y, 3), (X, Y), (X, Y))[1], X * Y)


@pytest.mark.parametrize("name", ["custom_vjp", "custom_jvp"])
def test_a_derivative_that_is_all_zero(name):
    f = getattr(ag, name)(lambda x, y: x * y)
    if name == "custom_vjp":
        f.defvjp(lambda x, y: (x * y, None), lambda res, ct: (None, None))
    else:
        f.defjvp(lambda p, t: (p[0] * p[1], np.zeros(3)))
    for got in ag.grad(lambda x, y: np.sum(f(x, y)), (0, 1))(X, Y):
        close(got, np.zeros(3))
    close(ag.jvp(f, (X, Y), (X, Y))[1], np.zeros(3))
    close(ag.grad(ag.grad(lambda x: f(x, 2.0) + x**2))(3.0) if name == "custom_vjp" else 2.0, 2.0)


@pytest.mark.parametrize("name", ALL)
def test_integer_outputs_stay_off_the_tape_in_every_mode(name):
    def g(x):
        return np.sin(x), np.argsort(x)

    f = getattr(ag, name)(g)
    if name == "custom_vjp":
        f.defvjp(lambda x: (g(x), x), lambda x, ct: (ct[0] * np.cos(x),))
    elif name == "custom_jvp":
        f.defjvp(lambda p, t: (g(*p), (np.cos(p[0]) * t[0], None)))
    x = leaf(X)
    y, order = f(x)
    assert not (isinstance(order, ag.Tensor) and order.requires_grad)
    y.sum().backward()
    close(x.grad, np.cos(X), 1e-9)
    close(ag.jvp(lambda x: f(x)[0], (X,), (X,))[1], X * np.cos(X), 1e-9)
    if name != "numerical":
        close(ag.jvp(ag.grad(lambda x: np.sum(f(x)[0])), (X,), (X,))[1], -X * np.sin(X))


def test_arguments_that_are_no_arrays_pass_through():
    @ag.custom_vjp
    def f(x, kind, n):
        return x * n if kind == "times" else x

    f.defvjp(lambda x, kind, n: (f.f(x, kind, n), (kind, n)), lambda res, ct: (ct * res[1], None, None))
    assert ag.grad(lambda x: f(x, "times", 3))(2.0) == 3
    for name in ("checkpoint", "numerical"):
        c = getattr(ag, name)(lambda x, kind, n: sum(x**k for k in range(n)) if kind == "powers" else x)
        close(ag.grad(lambda x, c=c: c(x, "powers", 4))(2.0), 17, 1e-9)
    j = ag.custom_jvp(lambda x, kind, n: x**n if kind == "power" else x)

    def rule(primals, tangents):
        (x, kind, n), (dx, dkind, dn) = primals, tangents
        assert (kind, dkind, n, dn) == ("power", None, 3, 0)
        return x**n, n * x ** (n - 1) * dx + dn * x**n * np.log(x)

    j.defjvp(rule)
    assert ag.grad(lambda x: j(x, "power", 3))(2.0) == 12
    assert ag.jvp(lambda x: j(x, "power", 3), (2.0,), (1.0,))[1] == 12


@pytest.mark.parametrize(
    ("backward", "text"),
    [
        (lambda res, ct: ct, "returned ndarray, not a tuple"),
        (lambda res, ct: (ct,), "1 cotangents for 2 arguments"),
        (lambda res, ct: (ct, ct, ct), "3 cotangents for 2 arguments"),
        (lambda res, ct: ([ct, ct], ct), r"custom_vjp\(f\)"),
        (lambda res, ct: (np.ones(5), ct), r"custom_vjp\(f\).*\(5,\).*\(3,\)"),
        (lambda res, ct: (ct, np.ones(3, int)), r"custom_vjp\(f\).*int64.*float64"),
        (lambda res, ct: ("text", ct), r"custom_vjp\(f\)"),
    ],
)
def test_a_rule_that_returns_something_else_is_named(backward, text):
    @ag.custom_vjp
    def f(x, y):
        return x * y

    f.defvjp(lambda x, y: (x * y, None), backward)
    x, y = leaf(X), leaf(Y)
    with pytest.raises((TypeError, ValueError), match=text):
        np.sum(f(x, y)).backward()
    assert x.grad is None
    assert y.grad is None


@pytest.mark.parametrize("wrong", [np.ones(5), (X, X), np.ones(3, int)])
def test_a_forward_rule_that_returns_something_else_is_named(wrong):
    @ag.custom_jvp
    def f(x):
        return x * 2

    f.defjvp(lambda p, t: (p[0] * 2, wrong))
    with pytest.raises((TypeError, ValueError), match=r"custom_jvp\(f\)"):
        ag.jvp(f, (X,), (X,))


@pytest.mark.parametrize("make", [ag.custom_vjp, ag.custom_jvp])
def test_without_a_rule_it_says_so(make):
    @make
    def f(x):
        return x * x

    assert f(3.0) == 9
    with pytest.raises(TypeError, match=r"no rule was given.*f\.def"):
        f(leaf(3.0))


@pytest.mark.parametrize("name", ["custom_vjp", "custom_jvp", "numerical"])
def test_closing_over_a_tensor_on_a_tape_is_refused(name):
    w = leaf(2.0)
    f = getattr(ag, name)(lambda x: x * w)
    if name == "custom_vjp":
        f.defvjp(lambda x: (x * w, None), lambda res, ct: (ct,))
    elif name == "custom_jvp":
        f.defjvp(lambda p, t: (p[0] * w, t[0] * w))
    with pytest.raises(TypeError, match=r"closes over.*as an argument"):
        f(leaf(3.0))


def test_an_array_that_the_user_overwrites_after_the_call_does_not_reach_the_rule():
    for name in ALL:
        y, x = Y.copy(), leaf(X)
        out = ALL[name]()(x, y)
        y[:] = 0
        out.backward(np.ones(3))
        close(x.grad, np.sin(Y), 1e-9)


def test_a_rule_that_returns_its_residual_or_cotangent_gives_nobody_write_access():
    @ag.custom_vjp
    def f(x, y):
        return x + y

    f.defvjp(lambda x, y: (x + y, x), lambda x, ct: (ct, ct))
    x, y, ct = leaf(X), leaf(Y), np.ones(3)
    f(x, y).backward(ct)
    for a, b in ((x.grad, y.grad), (x.grad, ct), (y.grad, ct)):
        assert not np.shares_memory(a, b)
    g = ag.custom_vjp(lambda x: x * 1.0)
    kept = []
    g.defvjp(lambda x: (x * 1.0, kept.append(x) or x), lambda x, ct: (x,))
    x = leaf(X)
    g(x).sum().backward()
    assert not np.shares_memory(x.grad, kept[0])
    assert not np.shares_memory(x.grad, x.data)


@pytest.mark.parametrize("name", ["custom_vjp", "custom_jvp"])
def test_a_rule_that_closes_over_a_tensor_gives_plain_gradients_and_true_second_ones(name):
    """The value does not depend on it, so nothing is lost; the gradient does."""
    w = leaf(3.0)
    f = getattr(ag, name)(lambda x: x * 2.0)
    if name == "custom_vjp":
        f.defvjp(lambda x: (x * 2.0, None), lambda res, ct: (ct * w,))
    else:
        f.defjvp(lambda p, t: (p[0] * 2.0, t[0] * w))
    x = leaf(1.0)
    f(x).backward()
    assert type(x.grad) is np.ndarray
    assert x.grad == 3
    assert w.grad is None
    x.grad = None
    f(x).backward(create_graph=True)
    x.grad.backward()
    assert w.grad == 1
    with ag.no_grad():
        assert type(ag.jvp(f, (1.0,), (1.0,))[1]) is np.float64


# -- errors inside ---------------------------------------------------------------------------------------------------


class Stop(BaseException):
    """Like KeyboardInterrupt: no Exception."""


@pytest.mark.parametrize("error", [ArithmeticError, KeyboardInterrupt, Stop])
@pytest.mark.parametrize("place", ["forward", "backward"])
@pytest.mark.parametrize("name", ALL)
def test_an_error_inside_leaves_everything_as_it_was_and_a_retry_works(name, place, error):
    armed = {"forward": False, "backward": False}
    phase = "forward"

    def fail():
        if armed[phase]:
            raise error

    def f(x):
        fail()
        return np.exp(x)

    if name == "custom_vjp":
        g = ag.custom_vjp(f)
        g.defvjp(lambda x: (f(x), x), lambda x, ct: (fail() or ct * np.exp(x),))
    elif name == "custom_jvp":
        g = ag.custom_jvp(f)
        g.defjvp(lambda p, t: (np.exp(p[0]), fail() or t[0] * np.exp(p[0])))
    else:
        g = getattr(ag, name)(f)
    x, w = leaf(X), leaf(Y)
    w.grad = np.full(3, 7.0)
    want = np.cos(np.exp(np.sin(X))) * np.exp(np.sin(X)) * np.cos(X)

    armed[place] = True
    if place == "forward":
        with pytest.raises(error):
            g(np.sin(x))
        armed[place] = False
    y = np.sum(np.sin(g(np.sin(x)))) + np.sum(w)
    phase = "backward"
    if place == "backward":
        for _ in range(2):
            with pytest.raises(error):
                y.backward()
            assert x.grad is None
            assert w.grad.tolist() == [7] * 3
            assert ag.is_grad_enabled()
        armed[place] = False
    y.backward()
    close(x.grad, want, 1e-9)
    assert w.grad.tolist() == [8] * 3
    with pytest.raises(RuntimeError, match="freed"):
        y.backward()


def test_an_error_inside_a_transform_leaves_no_trace():
    f = ag.custom_vjp(lambda x: x * x)
    fails = [True]

    def backward(x, ct):
        if fails[0]:
            raise ArithmeticError
        return (2 * ct * x,)

    f.defvjp(lambda x: (x * x, x), backward)
    w = leaf(2.0)
    for transform in (
        ag.grad(f),
        ag.grad(ag.grad(f)),
        ag.hessian(f),
        lambda x: ag.jvp(f, (x,), (1.0,)),
        ag.jacobian(f),
    ):
        fails[0] = True
        with pytest.raises(ArithmeticError):
            transform(3.0)
        with ag.no_grad():
            with pytest.raises(ArithmeticError):
                transform(3.0)
            assert not ag.is_grad_enabled()
        assert ag.is_grad_enabled()
        fails[0] = False
        transform(3.0)
    assert w.grad is None


# -- checkpoint ------------------------------------------------------------------------------------------------------


def test_checkpoint_keeps_no_intermediate_array():
    refs = []

    def block(x):
        y = np.exp(x)
        if isinstance(y, ag.Tensor):
            refs.append(weakref.ref(y._buffer))
        return np.sin(y)

    x = leaf(np.full(100, 0.1))
    y = ag.checkpoint(block)(ag.checkpoint(block)(x))
    assert refs
    assert all(ref() is None for ref in refs)
    y.sum().backward()
    assert all(ref() is None for ref in refs)
    e = np.exp(0.1)
    close(x.grad, np.full(100, np.cos(np.exp(np.sin(e))) * np.exp(np.sin(e)) * np.cos(e) * e))


@pytest.mark.parametrize("create_graph", [False, True])
def test_checkpoint_lowers_the_peak(create_graph):
    """Eight blocks of eight steps: all is kept without it, the blocks' inputs and one block at a time with it."""

    def block(x):
        for _ in range(8):
            x = np.sin(x)
        return x

    def peak(block):
        x = leaf(np.ones(100_000))
        gc.collect()
        tracemalloc.start()
        y = x
        for _ in range(8):
            y = block(y)
        held = tracemalloc.get_traced_memory()[0] / x.nbytes
        y.sum().backward()
        top = tracemalloc.get_traced_memory()[1] / x.nbytes
        tracemalloc.stop()
        return held, top, x.grad

    held, top, want = peak(block)
    held_less, top_less, got = peak(ag.checkpoint(block))
    assert np.array_equal(got, want)
    assert held > 60
    assert top > 60
    assert held_less < 12
    assert top_less < 28


@pytest.mark.parametrize("nested", [False, True])
def test_parameters_that_a_checkpoint_closes_over_get_their_gradients(nested):
    w, b = leaf(np.diag(Y)), leaf(X)

    def block(x):
        return np.tanh(w @ x + b) * x

    wrapped = ag.checkpoint(lambda x: ag.checkpoint(block)(x) * 1.0) if nested else ag.checkpoint(block)
    grads = []
    for f in (block, wrapped):
        w.grad = b.grad = None
        x = leaf(X)
        np.sum(f(f(x)) ** 2).backward()
        grads.append((x.grad, w.grad, b.grad))
    for want, got in zip(*grads, strict=True):
        close(got, want)


def test_second_order_through_a_closure_of_a_checkpoint():
    def loss(block):
        def inner(w):
            f = block(lambda x: np.sin(w * x) * w)
            return f(0.7) + f(w)

        return inner

    plain, wrapped = loss(lambda f: f), loss(ag.checkpoint)
    for transform in (ag.grad, lambda f: ag.grad(ag.grad(f)), lambda f: ag.grad(ag.grad(ag.grad(f))), ag.hessian):
        close(transform(wrapped)(1.3), transform(plain)(1.3))
    for g in (plain, wrapped):
        close(ag.jvp(g, (1.3,), (1.0,))[1], ag.grad(plain)(1.3))
    close(ag.jvp(ag.grad(wrapped), (1.3,), (1.0,))[1], ag.grad(ag.grad(plain))(1.3))


def test_a_checkpoint_of_a_leaf_alone_or_with_no_use_of_its_argument():
    w = leaf(2.0)
    f = ag.checkpoint(lambda x: w * 3.0)
    x = leaf(1.0)
    f(x).backward()
    assert w.grad == 3
    assert x.grad in (None, 0)
    w.grad = None
    f(5.0).backward()  # only the closure is on a tape
    assert w.grad == 3


def test_a_checkpoint_keeps_the_arrays_that_it_was_given_not_what_they_become():
    x, y = leaf(X), Y.copy()
    out = ag.checkpoint(lambda x, y: x * y)(x, y)
    y[:] = 0
    out.sum().backward()
    close(x.grad, Y)


def test_a_checkpoint_takes_integers_and_returns_what_is_off_the_tape():
    f = ag.checkpoint(lambda x, index: (x[index], np.argmax(x)))
    _, at = f(leaf(X), np.array([2, 0]))
    assert int(at.data if isinstance(at, ag.Tensor) else at) == 2
    close(ag.grad(lambda x: np.sum(f(x, np.array([2, 0, 0]))[0]))(X), [2, 0, 1])


def test_a_checkpoint_can_be_swept_again():
    x = leaf(X)
    y = np.sum(ag.checkpoint(np.sin)(x))
    y.backward(retain_graph=True)
    y.backward()
    close(x.grad, 2 * np.cos(X))


def test_a_checkpoint_inside_a_jacobian():
    f = ag.checkpoint(lambda x: np.cumsum(np.sin(x)))
    want = np.tri(3) * np.cos(X)
    close(ag.jacobian(f, mode="reverse")(X), want)
    close(ag.jacobian(f, mode="forward")(X), want)


# -- numerical -------------------------------------------------------------------------------------------------------


def test_numerical_is_marked_by_name():
    @ag.numerical
    def black_box(x):
        return np.sin(x)

    assert "numerical(black_box)" in repr(black_box(leaf(X)))
    with pytest.raises(TypeError, match=r"numerical\(black_box\).*cannot be differentiated again"):
        ag.grad(ag.grad(lambda x: black_box(x)))(0.5)
    with pytest.raises(TypeError, match="cannot be differentiated again"):
        ag.jvp(ag.grad(lambda x: black_box(x)), (0.5,), (1.0,))
    with pytest.raises(TypeError, match="cannot be differentiated again"):
        ag.hessian(lambda x: np.sum(black_box(x)))(X)


def test_a_second_derivative_that_does_not_go_through_it_is_fine():
    f = ag.numerical(math.sin)
    close(ag.grad(ag.grad(lambda x: x**2 + f(1.0)))(3.0), 2)


@pytest.mark.parametrize("scale", [1e-6, 1.0, 1e6])
def test_numerical_has_about_ten_digits_at_every_scale_of_its_cotangent_and_tangent(scale):
    f = ag.numerical(np.sin)
    x = leaf(X)
    f(x).backward(np.full(3, scale))
    close(x.grad, scale * np.cos(X), 1e-9)
    close(ag.jvp(f, (X,), (np.full(3, scale),))[1], scale * np.cos(X), 1e-9)


def test_numerical_reaches_black_boxes_that_no_tensor_passes():
    f = ag.numerical(lambda x, n: np.array([math.gamma(v) ** n for v in x]))
    gamma = 0.5772156649015329
    close(ag.grad(lambda x: np.sum(f(x, 2)))(np.array([1.0, 2.0])), [-2 * gamma, 2 * (1 - gamma)], 1e-9)
    close(ag.jvp(lambda x: f(x, 1), (np.array([1.0]),), (np.array([0.0]),))[1], [0.0])
    out = f(leaf(np.zeros(0)), 1)
    out.backward(np.zeros(0))
