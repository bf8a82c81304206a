"""NumPy's protocols: what a ufunc, a function, an array constructor or another library does with a Tensor."""

import array
import cmath
import decimal
import fractions
import math
import operator
import statistics
import struct

import numpy as np
import pytest

import autograd as ag
from autograd import Tensor
from tests.helpers import assert_grads, assert_same, leaf, plain

A = np.array([[0.53, 1.27, 2.71], [3.41, 0.77, 1.63]])
MASK = np.array([[True, False, True], [False, True, True]])
ON_A_TAPE = "on a tape"


# -- ufuncs: out= ----------------------------------------------------------------------------------------------------


def test_out_rebinds_a_tensor_and_is_recorded():
    def f(x, y):
        if isinstance(x, Tensor):
            out = Tensor(np.zeros(A.shape))
            assert np.multiply(x, y, out=out) is out
            assert np.add(out, x, out=(out,)) is out
            return out
        return x * y + x

    assert_grads(f, A, A[0])


def test_out_may_be_an_operand():
    def f(x):
        y = x * 1.0
        return np.multiply(y, y, out=y)

    assert_grads(f, A)


@pytest.mark.parametrize(
    "function",
    [
        lambda out: np.add(A, 1, out=out),
        lambda out: np.sum(np.stack([A, A]), axis=0, out=out),
        lambda out: np.sum([A, A], 0, None, out),
        lambda out: np.add.reduce([A, A], axis=0, out=out),
        lambda out: np.cumsum(A, 0, None, out),
    ],
)
def test_out_changes_no_other_tensor(function):
    x = leaf(A)
    product = (x * x).sum()
    out = x.detach()
    function(out)
    assert not np.array_equal(out.data, A)
    assert_same(x, A)
    product.backward()
    assert_same(x.grad, 2 * A)


@pytest.mark.parametrize("limits", [(None, None), (0, None), (None, 99), (0, 99)], ids=str)
def test_out_is_no_alias_of_an_array_of_the_users(limits):
    source, out = A.copy(), Tensor(np.zeros(A.shape))
    np.clip(source, *limits, out=out)
    source[:] = 0
    assert_same(out, A)


FILLS = {
    "ufunc": lambda x, out: np.multiply(x, 2, out=out),
    "tuple": lambda x, out: np.multiply(x, 2, out=(out,)),
    "positional": lambda x, out: np.multiply(x, 2, out),
    "unary, positional": lambda x, out: np.tanh(x, out),
    "array += Tensor": lambda x, out: operator.iadd(out, x),
    "array *= Tensor": lambda x, out: operator.imul(out, x),
    "reduce": lambda x, out: np.add.reduce(x[None], axis=0, out=out),
    "accumulate": lambda x, out: np.add.accumulate(x, axis=0, out=out),
    "cumsum": lambda x, out: np.cumsum(x, axis=0, out=out),
    "cumsum, positional": lambda x, out: np.cumsum(x, 0, None, out),
    "method": lambda x, out: x.cumsum(0, None, out),
    "clip": lambda x, out: np.clip(x, 0, 1, out=out),
    "clip, positional": lambda x, out: np.clip(x, 0, 1, out),
    "concatenate": lambda x, out: np.concatenate([x[:1], x[1:]], out=out),
    "stack": lambda x, out: np.stack([x[0], x[1]], 0, out),
    "einsum": lambda x, out: np.einsum("ij->ij", x * 2, out=out),
    "matmul": lambda x, out: np.matmul(x, np.eye(3), out=out),
    "dot": lambda x, out: np.dot(x, np.eye(3), out),
    "take": lambda x, out: np.take(x, [0, 1], 0, out),
    "where": lambda x, out: np.multiply(x, 2, out=out, where=MASK),
    "round": lambda x, out: np.round(x, 1, out),
}


@pytest.mark.parametrize("fill", FILLS.values(), ids=FILLS)
def test_an_array_as_out_is_refused_on_a_tape_and_filled_off_it(fill):
    out = np.full(A.shape, 7.0)
    with pytest.raises(TypeError, match=r"gradient.*(Tensor|out)"):
        fill(leaf(A), out)
    assert (out == 7).all()
    expected = fill(A, np.full(A.shape, 7.0))
    result = fill(Tensor(A), out)
    assert_same(out, expected)
    assert_same(plain(result), expected)
    with ag.no_grad():
        out = np.full(A.shape, 7.0)
        fill(leaf(A), out)
    assert_same(out, expected)


@pytest.mark.parametrize("fill", FILLS.values(), ids=FILLS)
def test_a_tensor_as_out(fill):
    out = Tensor(np.full(A.shape, 7.0))
    x = leaf(A)
    assert fill(x, out) is out
    assert out.requires_grad
    assert_same(out, fill(A, np.full(A.shape, 7.0)))


def test_out_of_the_wrong_shape_or_dtype():
    with pytest.raises(ValueError, match=r"\(2, 3\).*\(3,\)|\(3,\).*\(2, 3\)"):
        np.add(leaf(A), 1, out=Tensor(np.zeros(3)))
    with pytest.raises(TypeError, match=r"float64.*int64"):
        np.add(leaf(A), 1, out=Tensor(np.zeros(A.shape, int)))


def test_out_on_a_leaf():
    x = leaf(A)
    with pytest.raises(RuntimeError, match="leaf"):
        np.add(x, 1, out=x)
    with ag.no_grad():
        np.add(x, 1, out=x)
    assert x.is_leaf
    assert x.requires_grad
    assert_same(x, A + 1)


def test_several_outputs():
    x, fraction, whole = leaf(A), Tensor(np.zeros(A.shape)), np.zeros(A.shape)
    with pytest.raises(TypeError, match="gradient"):
        np.modf(x, out=(fraction, whole))
    out = np.modf(x, out=(fraction, Tensor(np.zeros(A.shape))))
    assert out[0] is fraction
    assert_same(fraction, np.modf(A)[0])
    fraction.backward(np.ones(A.shape))
    assert_same(x.grad, np.ones(A.shape))
    _, exponents = np.frexp(leaf(A))
    assert_same(exponents, np.frexp(A)[1])
    mantissa, exponents = Tensor(np.full(A.shape, 7.0)), Tensor(np.full(A.shape, 7, np.int32))
    np.frexp(Tensor(A), out=(mantissa, exponents), where=MASK)
    expected = np.frexp(A, out=(np.full(A.shape, 7.0), np.full(A.shape, 7, np.int32)), where=MASK)
    assert_same(mantissa, expected[0])
    assert_same(exponents, expected[1])


# -- ufuncs: where= and other keywords -------------------------------------------------------------------------------


def test_where_with_out():
    def f(x, y):
        out = x * 10.0
        np.multiply(x, y, out=out, where=Tensor(MASK) if isinstance(x, Tensor) else MASK)
        return out

    assert_grads(f, A, A[::-1])


def test_where_hides_infinities():
    x, out = leaf([0.0, 1.0]), Tensor(np.zeros(2))
    np.log(x, out=out, where=np.array([False, True]))
    assert_same(out, [0.0, 0.0])
    out.backward(np.ones(2))
    assert_same(x.grad, [0.0, 1.0])


def test_where_without_out_is_refused():
    with pytest.raises(TypeError, match=r"add: where=.*out="):
        np.add(leaf(A), 1, where=MASK)
    assert_grads(lambda x: np.add(x, 1, where=True), A)


def test_dtype_casting_and_order():
    assert_same(np.add(leaf(A), 1, dtype=np.float32), np.add(A, 1, dtype=np.float32))
    assert_same(np.add(leaf(A), 1, casting="safe", order="F", subok=False), A + 1)
    x = leaf(A)
    np.multiply(x, 2, dtype=np.float32).backward(np.ones(A.shape, np.float32))
    assert_same(x.grad, np.full(A.shape, 2.0))
    with pytest.raises(TypeError, match="cast"):
        np.add(Tensor(A), 1, dtype=int, casting="safe")


# -- ufuncs: reduce, accumulate, outer, at ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "kwargs",
    [{}, {"axis": 1}, {"axis": None}, {"axis": (0, 1)}, {"axis": 1, "keepdims": True}, {"where": MASK, "initial": 1.0}],
    ids=str,
)
@pytest.mark.parametrize("ufunc", [np.add, np.multiply, np.maximum, np.minimum])
def test_reduce(ufunc, kwargs):
    assert_grads(lambda x: ufunc.reduce(x, **kwargs), A)
    assert_same(ufunc.reduce(Tensor(A), **kwargs), ufunc.reduce(A, **kwargs))


def test_reduce_and_accumulate_by_position():
    assert_grads(lambda x: np.add.reduce(x, 1), A)
    assert_grads(lambda x: np.add.accumulate(x, 1), A)
    assert_grads(lambda x: np.add.accumulate(x), A)


@pytest.mark.parametrize("method", ["reduce", "accumulate", "reduceat"])
@pytest.mark.parametrize("ufunc", [np.subtract, np.logaddexp, np.hypot, np.power], ids=lambda u: u.__name__)
def test_other_methods_are_refused_by_name_on_a_tape_and_work_off_it(ufunc, method):
    args = ([0, 1],) if method == "reduceat" else ()
    with pytest.raises(TypeError, match=rf"{ufunc.__name__}\.{method}"):
        getattr(ufunc, method)(leaf(A), *args)
    assert_same(getattr(ufunc, method)(Tensor(A), *args), getattr(ufunc, method)(A, *args))


@pytest.mark.parametrize("ufunc", [np.add, np.multiply, np.power, np.arctan2, np.maximum], ids=lambda u: u.__name__)
def test_outer(ufunc):
    assert_grads(ufunc.outer, A, np.array([0.6, 1.9]))
    assert_grads(lambda x: ufunc.outer(x, [0.6, 1.9]), A)
    assert_grads(lambda x: ufunc.outer(2.0, x), A)
    assert_grads(lambda x: ufunc.outer(x, x), A[0] + np.array(0.0))


@pytest.mark.parametrize("ufunc", [np.add, np.subtract])
def test_at(ufunc):
    def f(x, v):
        y = x * 1.0
        for index, value in (([0, 0, 1], v[:, None]), ((0, [1, 1, 2]), v), (MASK, 0.5)):
            ufunc.at(y, index, value)
        return y * y

    assert_grads(f, A, np.array([1.1, 0.7, 2.3]))


def test_at_elsewhere():
    target = np.zeros(3)
    with pytest.raises(TypeError, match=r"add\.at.*gradient"):
        np.add.at(target, [0, 0], leaf(2.0))
    assert not target.any()
    np.add.at(target, [0, 0], Tensor(2.0))
    assert_same(target, [4.0, 0.0, 0.0])
    with pytest.raises(TypeError, match=r"multiply\.at"):
        np.multiply.at(leaf(A) * 1, 0, 2.0)
    with pytest.raises(RuntimeError, match="leaf"):
        np.add.at(leaf(A), 0, 1.0)
    t = Tensor([1.0, 2.0])
    held = t.detach()
    np.multiply.at(t, [0, 0], 3.0)
    np.negative.at(t, [1])
    assert_same(t, [9.0, -2.0])
    assert_same(held, [1.0, 2.0])


# -- functions -------------------------------------------------------------------------------------------------------


def _ruleless():
    return {
        "nextafter": lambda x: np.nextafter(x, 1.0),
        "spacing": lambda x: np.spacing(x),
    }


@pytest.mark.parametrize(("name", "call"), _ruleless().items(), ids=_ruleless())
def test_functions_without_a_rule_raise_by_name_and_run_on_constants(name, call):
    with pytest.raises(TypeError, match=rf"^{name}: "):
        call(leaf(A))
    assert_same(call(Tensor(A)), call(A))
    with ag.no_grad():
        assert_same(call(leaf(A)), call(A))


def test_functions_that_write_into_an_array_from_a_tensor():
    for write in (
        lambda u, v: np.copyto(u, v), lambda u, v: np.put(u, [0], v), lambda u, v: np.place(u, u == 0, v), lambda u,
        v: np.putmask(u, u == 0, v),
        lambda u, v: np.fill_diagonal(u, v), lambda u, v: np.put_along_axis(u, np.zeros((1, 3), int), v, 0),
    ):  # fmt: skip
        target = np.zeros((2, 3))
        with pytest.raises(TypeError):
            write(target, leaf([2.0, 2.0, 2.0]))
        assert not target.any()


def test_unsupported_functions_give_their_reason():
    with pytest.raises(TypeError, match=r"save: .*np\.save\(file, t\.detach\(\)\)"):
        np.save("never-written", leaf(A))


def test_constant_functions_are_constant():
    x = leaf(A)
    assert (np.shape(x), np.ndim(x), np.size(x)) == ((2, 3), 2, 6)
    for function in (np.isnan, np.isfinite, np.argmax, np.signbit, np.zeros_like, np.ones_like, np.count_nonzero):
        out = function(x)
        assert_same(plain(out), function(A))
        assert not getattr(out, "requires_grad", False)
    assert np.allclose(x, A)
    assert np.array_equal(x, A)
    assert np.result_type(x, np.float32) == np.float64
    assert np.iscomplexobj(x) is False


def test_arrays_and_tensors_mix_in_functions():
    assert_grads(lambda x: np.where(MASK, x, A), A)
    assert_grads(lambda x: np.concatenate([A, x, [[1, 2, 3]]]), A)
    assert_grads(lambda x: np.einsum("ij,kj->ik", A, x), A)
    assert_grads(lambda x: np.tensordot(A, x, axes=([1], [1])), A)
    assert_grads(lambda x: A @ x.T, A)
    assert_grads(lambda x: np.maximum(1.0, x), A)


# -- leaving the tape ------------------------------------------------------------------------------------------------

LOSSES = {
    "np.asarray": np.asarray,
    "np.array": np.array,
    "np.asarray, dtype": lambda x: np.asarray(x, np.float32),
    "np.asarray, object": lambda x: np.asarray(x, object),
    "np.asanyarray": np.asanyarray,
    "np.ascontiguousarray": np.ascontiguousarray,
    "np.asfortranarray": np.asfortranarray,
    "np.array([t, t])": lambda x: np.array([x, x]),
    "np.array([[t], [t]])": lambda x: np.array([[x], [x]]),
    "np.array([t, 1])": lambda x: np.array([x, x * 2]),
    "np.array, object": lambda x: np.array([x, x], dtype=object),
    "np.array(list(t))": lambda x: np.array(list(x)),
    "arr[...] = t": lambda x: operator.setitem(np.zeros(3), slice(None), x),
    "arr[0] = t": lambda x: operator.setitem(np.zeros(3), 0, x[0]),
    "arr[0] = [t]": lambda x: operator.setitem(np.zeros((3, 3)), 0, [x[0], x[1], x[2]]),
    "arr.fill": lambda x: np.zeros(3).fill(x[0]),
    "arr.dot": lambda x: np.zeros(3).dot(x),
    "arr.put": lambda x: np.zeros(3).put([0], x[0]),
    "arr[t]": lambda x: np.zeros(3)[x],
    "np.full": lambda x: np.full(2, x[0]),
    "np.fromiter": lambda x: np.fromiter(iter(x), float),
    "np.arange": lambda x: np.arange(x[2]),
    "np.float64": lambda x: np.float64(x[0]),
    "np.vectorize": lambda x: np.vectorize(math.sin)(x),
    "np.frompyfunc": lambda x: np.frompyfunc(math.sin, 1, 1)(x),
    "np.linalg on list": lambda x: np.linalg.norm([x[0], x[1]]),
    "np.random": lambda x: np.random.default_rng(0).normal(x, 1.0),
    "np.testing": lambda x: np.testing.assert_array_equal(x, [1.0, 2.0, 3.0]),
    "np.ma": np.ma.array,
    "np.atleast on list": lambda x: np.mean([x[0], x[1]]),
    "np.ma.getdata": np.ma.getdata,
    "masked * t": lambda x: np.ma.array([1.0, 2.0, 3.0], mask=[True, False, False]) * x,
    "np.ma.multiply": lambda x: np.ma.multiply(x, 2.0),
    "np.ma.sum": np.ma.sum,
    "np.from_dlpack": np.from_dlpack,
    "numpy()": lambda x: x.numpy(),
    "Tensor(t)": Tensor,
    "Tensor([t, t])": lambda x: Tensor([x, x]),
    "float": lambda x: float(x[0]),
    "int": lambda x: int(x[0]),
    "complex": lambda x: complex(x[0]),
    "range": lambda x: range(x[0]),
    "list index": lambda x: [0, 1, 2][x[0]],
    "math.sin": lambda x: math.sin(x[0]),
    "math.floor": lambda x: math.floor(x[0]),
    "math.isclose": lambda x: math.isclose(x[0], 1.0),
    "math.fsum": math.fsum,
    "math.hypot": lambda x: math.hypot(*x),
    "cmath.exp": lambda x: cmath.exp(x[0]),
    "statistics.mean": statistics.mean,
    "statistics.fmean": statistics.fmean,
    "array.array": lambda x: array.array("d", x),
    "struct.pack": lambda x: struct.pack("d", x[0]),
    "Decimal": lambda x: decimal.Decimal(x[0]),
    "Fraction": lambda x: fractions.Fraction(x[0]),
    "% formatting": lambda x: "%.2f" % x[0],  # noqa: UP031
    "round": lambda x: np.ndarray((round(x[0]),)),
    "memoryview": memoryview,
    "bytes": bytes,
}
WITHOUT_ADVICE = {
    # refused by somebody who never asks the Tensor, or with a text of their own
    "statistics.mean", "struct.pack", "Decimal", "Fraction", "round", "memoryview", "bytes",
}  # fmt: skip


@pytest.mark.parametrize(("name", "lose"), LOSSES.items(), ids=LOSSES)
def test_nothing_leaves_the_tape_silently(name, lose):
    for x in (leaf([1.0, 2.0, 3.0]), leaf([1.0, 2.0, 3.0]) * 1):
        with pytest.raises((TypeError, ValueError, struct.error)) as caught:
            lose(x)
        text, error = "", caught.value
        while error is not None:
            text, error = text + str(error), error.__cause__ or error.__context__
        if name not in WITHOUT_ADVICE:
            assert "tape" in text
            assert any(advice in text for advice in ("detach()", "t.item()", "ag.stack"))


SCIPY = {
    "special.logsumexp": lambda x, scipy: scipy.special.logsumexp(x),
    "linalg.inv": lambda x, scipy: scipy.linalg.inv(x[:, None] * x + np.eye(3)),
    "optimize": lambda x, scipy: scipy.optimize.minimize(lambda v: v @ v, x),
    "stats": lambda x, scipy: scipy.stats.norm.pdf(x),
    "fft": lambda x, scipy: scipy.fft.fft(x),
    "ndimage": lambda x, scipy: scipy.ndimage.gaussian_filter(x, 1.0),
    "interpolate": lambda x, scipy: scipy.interpolate.interp1d([0.0, 9.0], [0.0, 9.0])(x),
}


@pytest.mark.parametrize("call", SCIPY.values(), ids=SCIPY)
def test_scipy_refuses_a_tape_and_takes_constants(call):
    scipy = pytest.importorskip("scipy")
    for module in ("special", "linalg", "optimize", "stats", "fft", "ndimage", "interpolate"):
        pytest.importorskip(f"scipy.{module}")
    with pytest.raises(TypeError, match=rf"{ON_A_TAPE}.*detach\(\)"):
        call(leaf([1.0, 2.0, 3.0]), scipy)
    call(Tensor([1.0, 2.0, 3.0]), scipy)


CONSTANT_USES = {
    "np.asarray": lambda t: np.asarray(t),
    "dtype": lambda t: np.asarray(t, np.float32),
    "np.array([t, t])": lambda t: np.array([t, t]),
    "np.vstack": lambda t: np.array(list(t)),
    "float": lambda t: float(t[1]),
    "int": lambda t: int(t[1]),
    "complex": lambda t: complex(t[1]),
    "math.sin": lambda t: math.sin(t[1]),
    "fmean": lambda t: statistics.fmean(t),
    "numpy()": lambda t: t.numpy() if isinstance(t, Tensor) else t,
    "arr[0]": lambda t: operator.setitem(np.zeros(3), slice(None), t),
    "%": lambda t: "%.2f" % t[1],  # noqa: UP031
    "random": lambda t: np.random.default_rng(0).normal(t, 1.0),
}


@pytest.mark.parametrize("use", CONSTANT_USES.values(), ids=CONSTANT_USES)
def test_a_tensor_without_a_tape_is_as_good_as_an_array(use):
    values = np.array([1.0, 2.0, 3.0])
    expected = use(values)
    for t in (Tensor(values), (leaf(values) * 1).detach()):
        np.testing.assert_equal(use(t), expected)
    with ag.no_grad():
        np.testing.assert_equal(use(leaf(values)), expected)


def test_array_protocol_arguments():
    t = Tensor([1.0, 2.0])
    assert np.shares_memory(np.asarray(t), np.asarray(t))
    assert not np.shares_memory(np.array(t), np.asarray(t))
    assert not np.shares_memory(np.array(t, copy=True), np.asarray(t))
    assert np.shares_memory(np.array(t, copy=False), np.asarray(t))
    with pytest.raises(ValueError, match="copy"):
        np.array(t, dtype=np.float32, copy=False)
    assert_same(t.__array__(), [1.0, 2.0])
    assert_same(t.__array__(np.float32), np.float32([1, 2]))
    assert_same(t.__array__(np.dtype("f4"), copy=True), np.float32([1, 2]))
    assert np.asarray(Tensor(2.0)).shape == ()
    assert type(np.asarray(Tensor(2.0))) is np.ndarray


# -- object arrays never appear --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "f",
    [
        lambda x: np.concat([x, x]) if hasattr(np, "concat") else np.concatenate([x, x]),
        lambda x: np.hstack([x, x]),
        lambda x: np.append(x, x),
        lambda x: np.block([[x, x]]),
        lambda x: np.stack([x, np.ones(3)]),
        lambda x: np.add(x, [1, 2, 3]),
        lambda x: np.array([1.0, 2.0, 3.0]) * x,
        lambda x: np.broadcast_arrays(x, np.ones((2, 3)))[0],
        lambda x: np.where([True, False, True], x, 0),
        lambda x: np.split(x, 3)[0],
    ],
)
def test_results_are_floating(f):
    for x in (leaf([1.0, 2.0, 3.0]), Tensor([1.0, 2.0, 3.0])):
        out = f(x)
        assert isinstance(out, Tensor)
        assert out.dtype == np.float64
        assert type(out.data) is np.ndarray


@pytest.mark.parametrize("op", [operator.add, operator.mul, np.add, operator.matmul])
def test_object_arrays_are_refused(op):
    strange = np.array([1, 2.0, 3], object)
    for x in (leaf([1.0, 2.0, 3.0]), Tensor([1.0, 2.0, 3.0])):
        for args in ((x, strange), (strange, x)):
            with pytest.raises(TypeError, match="object"):
                op(*args)


@pytest.mark.parametrize("op", [operator.add, operator.mul, np.multiply, np.maximum])
def test_masked_arrays_are_refused(op):
    masked = np.ma.array([1.0, 2.0, 3.0], mask=[True, False, False])
    with pytest.raises(TypeError, match="mask"):
        op(leaf([1.0, 2.0, 3.0]), masked)


class Sub(np.ndarray):
    """A subclass with operators of its own, like ``np.matrix``."""

    def __mul__(self, other):
        return np.matmul(self, other)

    __rmul__ = __mul__


@pytest.mark.parametrize("op", [operator.add, operator.mul, operator.matmul, np.multiply, np.maximum])
def test_subclasses_of_ndarray_become_plain_arrays(op):
    square = np.array([[1.0, 2.0], [3.0, 5.0]])
    expected = op(A[:, :2], square)
    for t in (leaf(A[:, :2]), Tensor(A[:, :2])):
        y = op(t, square.view(Sub))
        assert type(y.data) is np.ndarray
        assert_same(y, expected)
        assert_same(y * y, expected * expected)
        z = op(square.view(Sub), t)  # here the subclass decides what its own operator means
        assert isinstance(z, Tensor)
        assert_same(z, op(square.view(Sub), A[:, :2]))
        if t.requires_grad:
            (y + z).sum().backward()
            assert type(t.grad) is np.ndarray
    assert type(Tensor(square.view(Sub)).data) is np.ndarray
    y = Tensor(square)
    y[0] = square[0].view(Sub)
    assert type(y.data) is np.ndarray


@pytest.mark.parametrize(
    ("f", "slope"),
    [
        (lambda x: np.add([x, 2.0], Tensor([1.0, 2.0])), 1.0),
        (lambda x: np.multiply(Tensor([1.0, 1.0]), [x, x * 2]), 3.0),
        (lambda x: np.ones(2) + ag.tensor([x, 2.0]), 1.0),
        (lambda x: np.stack([ag.tensor([x, 1.0]), [x, 2.0]]), 2.0),
        (lambda x: np.concatenate([Tensor([1.0]), [x]]), 1.0),
        (lambda x: np.where([True, False], ag.tensor([x, x]), [x, x]), 2.0),
        (lambda x: np.dot(Tensor([1.0, 2.0]), [x, x]), 3.0),
    ],
)
def test_lists_with_tensors_beside_tensors_stay_on_the_tape(f, slope):
    x = leaf(3.0)
    f(x).sum().backward()
    assert_same(x.grad, slope)


@pytest.mark.parametrize(
    "data",
    [None, "text", [None], {"a": 1}, Ellipsis, np.array(["a"]), np.array([1], object), np.array(["2020"], "M8[Y]")],
    ids=repr,
)
def test_tensors_are_numeric(data):
    with pytest.raises(TypeError, match="numeric"):
        Tensor(data)
    with pytest.raises((TypeError, ValueError)):
        leaf([1.0, [2.0, 3.0]])


def test_python_functions_as_ufuncs_make_no_object_tensors():
    double = np.frompyfunc(lambda v: 2 * v, 1, 1)
    with pytest.raises(TypeError, match=r"ag\.vectorize"):
        double(leaf([1.0, 2.0]))
    try:
        out = double(Tensor([1.0, 2.0]))
    except TypeError as error:
        assert "object" in str(error)  # noqa: PT017
    else:
        assert not isinstance(out, Tensor)


# -- DLPack ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "values", [A, np.arange(3), np.float32([1, 2]), np.array(2.5), A[:, ::2], A.T], ids=lambda v: f"{v.dtype}{v.shape}"
)
def test_dlpack_to_numpy(values):
    t = Tensor(values)
    u = np.from_dlpack(t)
    assert_same(u, values)
    assert t.__dlpack_device__() == (1, 0)


def test_dlpack_to_torch():
    torch = pytest.importorskip("torch")
    t = Tensor(A)
    u = torch.from_dlpack(t)
    np.testing.assert_array_equal(u.numpy(), A)
    x = leaf(np.ones(A.shape))
    y = x * t
    u[...] = 0
    y.backward(np.ones(A.shape))
    assert_same(x.grad, A)
    with pytest.raises(TypeError, match=rf"{ON_A_TAPE}.*detach\(\)"):
        torch.from_dlpack(leaf(A))
    np.testing.assert_array_equal(torch.from_dlpack(leaf(A).detach()).numpy(), A)
