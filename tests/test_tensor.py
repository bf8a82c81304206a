"""The Tensor class: NumPy's operators, methods and indexing, with gradients; and what a value of its own means."""

import copy
import operator
import pickle
import sys

import hypothesis.extra.numpy as hnp
import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given, settings

import autograd as ag
from autograd import Tensor
from tests.helpers import assert_grads, assert_same, leaf, plain

few = settings(max_examples=60, deadline=None)
A = np.array([[0.53, 1.27, 2.71], [3.41, 0.77, 1.63]])


# -- making one ------------------------------------------------------------------------------------------------------

SOURCES = {
    "C": lambda: np.arange(6.0).reshape(2, 3),
    "Fortran": lambda: np.asfortranarray(np.arange(6.0).reshape(2, 3)),
    "negative strides": lambda: np.arange(6.0)[::-2],
    "stride 0": lambda: np.broadcast_to(np.arange(3.0), (2, 3)),
    "read-only": lambda: _read_only(np.arange(3.0)),
    "0-d": lambda: np.array(1.5),
    "empty": lambda: np.zeros((0, 3)),
    "float32": lambda: np.arange(3, dtype=np.float32),
    "big-endian": lambda: np.arange(3, dtype=">f8"),
    "complex": lambda: np.array([1 + 2j, 3]),
    "bool": lambda: np.array([True, False]),
}


def _read_only(a):
    a.flags.writeable = False
    return a


@pytest.mark.parametrize("make", SOURCES.values(), ids=SOURCES)
def test_the_constructor_copies_an_array(make):
    source = make()
    before = source.copy()
    t = Tensor(source)
    assert_same(t, before)
    assert not np.shares_memory(t.data, source)
    assert t.data.flags.writeable
    t.data[...] = 1
    np.testing.assert_array_equal(source, before)


@pytest.mark.parametrize(
    "value", [2, 2.5, True, 1 + 2j, np.float32(2), np.int8(3), [1.0, 2], [[1, 2], [3, 4]], (1.0,), []]
)
def test_the_constructor_converts_as_numpy_does(value):
    assert_same(Tensor(value), np.array(value))


@pytest.mark.parametrize("dtype", [np.float16, np.float32, "f8", float, int, bool, complex, np.longdouble])
def test_dtype(dtype):
    t = Tensor([1, 2, 3], dtype=dtype)
    assert t.dtype == np.dtype(dtype)
    assert_same(t, np.array([1, 2, 3], dtype))


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, np.longdouble, np.complex64, np.complex128])
def test_leaves_are_floating_and_their_gradient_keeps_the_dtype(dtype):
    x = leaf([1, 2, 3], dtype=dtype)
    (x * x).backward(np.ones(3, dtype))
    assert_same(x.grad, np.array([2, 4, 6], dtype))


def test_attributes():
    t = Tensor(A, name="weights")
    assert (t.shape, t.ndim, t.size, t.dtype, t.nbytes) == (A.shape, 2, 6, A.dtype, A.nbytes)
    assert (t.requires_grad, t.is_leaf, t.grad, t.name) == (False, True, None, "weights")
    assert_same(t.T, A.T)
    assert_same(t.mT, A.mT)
    assert_same(Tensor(A[None] + 1j * A).imag, A[None])
    assert_same(Tensor(A + 1j).real, A)
    x = leaf(A)
    assert (x.requires_grad, x.is_leaf, (x * 2).is_leaf) == (True, True, False)


def test_T_and_mT_are_differentiable():
    assert_grads(lambda x: x.T * np.arange(6.0).reshape(3, 2), A)
    assert_grads(lambda x: x.mT * np.arange(12.0).reshape(2, 3, 2), np.stack([A, A]))


def test_names():
    x = leaf(1.0, name="x")
    y = x * 2
    assert (x.name, y.name) == ("x", None)
    y.name = "y"
    assert (y.name, x.name) == ("y", "x")
    assert Tensor(1.0).name is None


def test_requires_grad_can_be_switched_on_a_leaf_only():
    x = Tensor([1.0, 2.0])
    x.requires_grad = True
    (x * x).backward(np.ones(2))
    assert_same(x.grad, [2.0, 4.0])
    x.requires_grad = False
    assert not (x * x).requires_grad
    y = leaf(1.0) * 2
    with pytest.raises(RuntimeError, match="detach"):
        y.requires_grad = False


def test_data_can_be_replaced_and_is_copied():
    x, source = leaf([1.0, 2.0]), np.array([3.0, 4.0])
    x.data = source
    source[:] = 0
    assert_same(x, [3.0, 4.0])
    x.data = [5, 6]
    assert_same(x, [5.0, 6.0])
    assert x.requires_grad
    with pytest.raises(ValueError, match=r"\(3,\).*\(2,\)"):
        x.data = np.ones(3)
    y = x * 2
    with pytest.raises(RuntimeError, match="multiply"):
        y.data = np.ones(2)


@pytest.mark.parametrize("value", [[1, 2, 3], np.array([1, 2, 3]), np.float32([1, 2, 3]), Tensor([1.0, 2, 3])])
def test_grad_can_be_set_and_becomes_an_array_of_its_own(value):
    x = leaf([1.0, 2, 3])
    x.grad = value
    assert type(x.grad) is np.ndarray
    assert_same(x.grad, [1.0, 2.0, 3.0])
    if isinstance(value, np.ndarray):
        value[:] = 0
        assert_same(x.grad, [1.0, 2.0, 3.0])
    x.grad *= 2
    assert_same(x.grad, [2.0, 4.0, 6.0])
    (x * 1).backward(np.ones(3))
    assert_same(x.grad, [3.0, 5.0, 7.0])
    x.grad = None
    assert x.grad is None


# -- operators -------------------------------------------------------------------------------------------------------

BINARY = [
    operator.add, operator.sub, operator.mul, operator.truediv, operator.pow, operator.floordiv, operator.mod,
]  # fmt: skip
OTHERS = {
    "ndarray": np.array([1.1, 0.7, 2.3]),
    "column": np.array([[1.1], [0.7]]),
    "0-d array": np.array(1.3),
    "float64": np.float64(1.7),
    "int64": np.int64(2),
    "bool_": np.True_,
    "float": 1.7,
    "int": 2,
    "bool": True,
    "list": [1.1, 0.7, 2.3],
    "tuple": (1.1, 0.7, 2.3),
    "constant Tensor": Tensor([1.1, 0.7, 2.3]),
}


@pytest.mark.parametrize("x", [A, np.array(0.6)], ids=["2-d", "0-d"])
@pytest.mark.parametrize("other", OTHERS.values(), ids=OTHERS)
@pytest.mark.parametrize("op", BINARY)
def test_binary_operators_and_their_reflections(op, other, x):
    constant = plain(other)[()] if isinstance(other, (list, tuple, Tensor)) else other
    assert_grads(lambda v: op(v, other if isinstance(v, Tensor) else constant), x)
    assert_grads(lambda v: op(other if isinstance(v, Tensor) else constant, v), x)


@pytest.mark.parametrize("shapes", [((2, 3), (3,)), ((), (2, 1)), ((2, 1), (1, 3)), ((), ()), ((0, 3), (3,))], ids=str)
@pytest.mark.parametrize("op", BINARY)
def test_binary_operators_on_two_tensors(op, shapes):
    rng = np.random.default_rng(1)
    choices = ([0.55, 0.8, 1.15, 2.62], [0.43, 0.68, 0.94, 1.71])
    x, y = (
        rng.choice(values, shape) + 0.005 * rng.random(shape) for values, shape in zip(choices, shapes, strict=True)
    )
    assert_grads(op, x, y)
    assert_grads(lambda v: op(v, v), x)


@pytest.mark.parametrize("left", [Tensor, np.asarray, np.ndarray.tolist], ids=["Tensor", "ndarray", "list"])
@pytest.mark.parametrize(
    "shapes", [((2, 3), (3, 2)), ((3,), (3, 2)), ((2, 3), (3,)), ((3,), (3,)), ((4, 2, 3), (3, 2))], ids=str
)
def test_matmul_with_either_side_constant(shapes, left):
    a, b = (np.random.default_rng(2).random(shape) for shape in shapes)
    assert_grads(operator.matmul, a, b)
    assert_grads(lambda y: (left(a) if isinstance(y, Tensor) else a) @ y, b)
    assert_grads(lambda x: x @ (left(b) if isinstance(x, Tensor) else b), a)


@pytest.mark.parametrize("op", [operator.neg, operator.pos, operator.abs])
@pytest.mark.parametrize("x", [A - 2, np.array(-0.6), np.zeros((0, 2))], ids=["2-d", "0-d", "empty"])
def test_unary_operators(op, x):
    assert_grads(op, x)


def test_divmod():
    assert_grads(lambda x: divmod(x, 0.7)[1] + divmod(x, 0.7)[0], A)
    assert_grads(lambda y: divmod(7.0, y)[1], A)
    assert_grads(lambda x, y: divmod(x, y)[1], A, A[::-1] + 0.3)


@pytest.mark.parametrize("op", [operator.lt, operator.le, operator.gt, operator.ge, operator.eq, operator.ne])
@pytest.mark.parametrize("other", OTHERS.values(), ids=OTHERS)
def test_comparisons_are_constants(op, other):
    for x in (leaf(A), Tensor(A)):
        assert_same(op(x, other), op(A, plain(other)))
        assert_same(op(other, x), op(plain(other), A))
        assert not op(x, other).requires_grad


INTEGERS = np.array([5, 6, 1])


@pytest.mark.parametrize("op", [operator.and_, operator.or_, operator.xor, operator.lshift, operator.rshift])
@pytest.mark.parametrize(
    "other", [3, np.int64(3), np.array([1, 2, 3]), [1, 2, 3], Tensor([1, 2, 3])], ids=lambda v: type(v).__name__
)
def test_bit_operators(op, other):
    assert_same(op(Tensor(INTEGERS), other), op(INTEGERS, plain(other)))
    assert_same(op(other, Tensor(INTEGERS)), op(plain(other), INTEGERS))
    t = Tensor(INTEGERS)
    t = getattr(operator, "i" + op.__name__.strip("_"))(t, other)
    assert_same(t, op(INTEGERS, plain(other)))


def test_masks_combine():
    x = leaf(A)
    assert_same(~((x > 1) & (x < 3)) | (x == 3.41) ^ (x > 9), ~((A > 1) & (A < 3)) | (A == 3.41) ^ (A > 9))
    assert_same(~Tensor(INTEGERS), ~INTEGERS)


DTYPES = [np.bool_, np.int8, np.int64, np.float16, np.float32, np.float64, np.complex64]


@pytest.mark.parametrize("a", DTYPES, ids=lambda d: d.__name__)
@pytest.mark.parametrize("b", [*DTYPES, int, float, complex], ids=lambda d: d.__name__)
@pytest.mark.parametrize("ndim", [0, 1])
def test_dtypes_are_numpys(a, b, ndim):
    x = np.full((3,) * ndim, 2, a)[()]
    other = b(3)
    for op in (operator.add, operator.mul, operator.truediv):
        for t in (Tensor(x), leaf(x)) if np.dtype(a).kind in "fc" else (Tensor(x),):
            assert_same(op(t, other), op(x, other))
            assert_same(op(other, t), op(other, x))
            if b in DTYPES:
                assert_same(op(t, Tensor(other)), op(x, other))


def test_float32_stays_float32_through_the_sweep():
    x = leaf(np.float32([1, 2, 3]))
    y = ((2 * x + 1.5) ** 2 / 3).sum()
    y.backward()
    assert (y.dtype, x.grad.dtype) == (np.float32, np.float32)


def test_unknown_operands_get_pythons_own_type_error():
    for x in (leaf(A), Tensor(A)):
        for other in (None, "a", object(), {}):
            for f in (lambda x, o: x + o, lambda x, o: o - x, lambda x, o: x @ o, lambda x, o: x < o):
                with pytest.raises(TypeError):
                    f(x, other)
            y = x * 1
            with pytest.raises(TypeError, match="unsupported operand"):
                y += other
            assert y.shape == A.shape


def test_another_type_may_take_over():
    class Other:
        def __radd__(self, other):
            return "added"

    assert leaf(A) + Other() == "added"


# -- in place --------------------------------------------------------------------------------------------------------

IN_PLACE = [
    operator.iadd, operator.isub, operator.imul, operator.itruediv, operator.ipow, operator.ifloordiv, operator.imod,
]  # fmt: skip


@pytest.mark.parametrize("op", IN_PLACE)
@pytest.mark.parametrize("other", [1.7, np.array([1.1, 0.7, 2.3]), A + 0.3], ids=["float", "row", "array"])
def test_in_place_operators_are_recorded(op, other):
    assert_grads(lambda x: op(x * 1.0, other), A)
    assert_grads(lambda x, y: op(x * 1.0, y), A, other)


@pytest.mark.parametrize("op", IN_PLACE)
def test_in_place_operators_rebind_the_tensor_and_change_no_other(op):
    x = leaf(A)
    y = x * 1.0
    others = [y.reshape(6), y.T, y[0], y.detach(), copy.copy(y), y * 1]
    held = y.data
    before = [o.data.copy() for o in others]
    z = y
    y = op(y, 2.0)
    assert y is z
    assert_same(y, op(A.copy(), 2.0))
    for other, value in zip(others, before, strict=True):
        assert_same(other, value)
    assert_same(held, A)


def test_in_place_matmul():
    square = np.random.default_rng(3).random((3, 3))
    assert_grads(lambda x: operator.imatmul(x * 1.0, square), A)


def test_in_place_on_a_constant_puts_it_on_the_tape():
    x, total = leaf([1.0, 2.0]), Tensor([0.0, 0.0])
    for k in range(3):
        total += k * x
    total.backward(np.ones(2))
    assert_same(x.grad, [3.0, 3.0])


def test_in_place_on_an_array_or_number_makes_a_tensor():
    x, total = leaf(2.0), 0.0
    for _ in range(3):
        total += x * x
    total.backward()
    assert_same(x.grad, 12.0)


def test_in_place_keeps_shape_and_dtype():
    y = leaf(np.float32([1, 2])) * 1
    y += np.float64([1, 2])
    assert y.dtype == np.float32
    for bad in (np.ones((2, 2)), 1j):
        with pytest.raises((ValueError, TypeError)):
            y += bad
    with pytest.raises(TypeError, match="float64"):
        operator.itruediv(Tensor([1, 2]), 2)


@pytest.mark.parametrize("op", IN_PLACE)
def test_in_place_on_a_leaf(op):
    x = leaf(A)
    with pytest.raises(RuntimeError, match=r"leaf.*no_grad"):
        op(x, 2.0)
    assert_same(x, A)
    with ag.no_grad():
        updated = op(x, 2.0)
    assert updated is x
    assert (x.requires_grad, x.is_leaf) == (True, True)
    assert_same(x, op(A.copy(), 2.0))
    (x * 3).sum().backward()
    assert_same(x.grad, np.full(A.shape, 3.0))


def test_assignment_to_a_leaf():
    x = leaf([1.0, 2.0])
    with pytest.raises(RuntimeError, match=r"leaf.*no_grad"):
        x[0] = 5
    with ag.no_grad():
        x[0] = 5
    assert_same(x, [5.0, 2.0])
    (x * x).backward(np.ones(2))
    assert_same(x.grad, [10.0, 4.0])


# -- NumPy's methods -------------------------------------------------------------------------------------------------

B = np.random.default_rng(4).permutation(24).reshape(2, 3, 4) / 4.0 + 0.3
METHODS = [
    *[(name, args) for name in ("sum", "mean", "var", "std", "max", "min", "prod") for args in (
        {}, {"axis": 0}, {"axis": -1}, {"axis": (0, 2)}, {"axis": 1, "keepdims": True}, {"axis": (), },
        {"axis": None, "keepdims": True},
    )],
    ("sum", (1,)), ("mean", ((0, 1),)), ("max", (2,)), ("var", {"ddof": 1, "axis": 1}), ("std", {"ddof": 1}),
    ("sum", {"where": B > 2}), ("mean", {"where": B > 2, "axis": 0}),
    ("max", {"initial": 3.0, "axis": 1}), ("min", {"initial": 3.0, "where": B > 2}), ("sum", {"initial": 2.0}),
    ("prod", {"axis": 2, "initial": 2.0}), ("var", {"where": B > 2}),
    ("sum", {"dtype": np.float64}),
    ("cumsum", {}), ("cumsum", (1,)), ("cumsum", {"axis": -1}),
    ("reshape", (6, 4)), ("reshape", ((6, 4),)), ("reshape", (-1,)), ("reshape", (4, -1)), ("reshape", ([2, 12],)),
    ("reshape", (24,)), ("transpose", ()), ("transpose", (2, 0, 1)), ("transpose", ((2, 0, 1),)),
    ("transpose", (None,)),
    ("transpose", ([0, 2, 1],)), ("transpose", (-1, 0, 1)),
    ("swapaxes", (0, 2)), ("swapaxes", (-1, -2)), ("ravel", ()), ("ravel", ("F",)), ("flatten", ()),
    ("flatten", ("F",)),
    ("squeeze", ()), ("clip", (1.0, 4.0)), ("clip", {"min": 1.1}), ("clip", {"max": 4.0}),
    ("clip", (np.arange(4.0), None)),
    ("dot", (np.arange(4.0),)), ("dot", (np.arange(8.0).reshape(4, 2),)), ("trace", ()), ("trace", (1,)),
    ("trace", {"axis1": 1, "axis2": 2}),
    ("diagonal", ()), ("diagonal", (-1, 0, 2)), ("repeat", (2,)), ("repeat", (2, 1)),
    ("repeat", {"repeats": [1, 0, 2], "axis": 1}),
    ("take", ([0, 5, 5],)), ("take", ([[0, 1], [2, 2]], 1)), ("take", {"indices": 1, "axis": -1}),
    ("take", {"indices": [-1, 30], "mode": "wrap"}), ("take", {"indices": [-1, 30], "mode": "clip"}), ("take", (2,)),
    ("copy", ()), ("astype", (float,)), ("conj", ()), ("conjugate", ()), ("round", ()), ("round", (1,)),
]  # fmt: skip


def _called(x, name, args):
    return getattr(x, name)(**args) if isinstance(args, dict) else getattr(x, name)(*args)


@pytest.mark.parametrize(("name", "args"), METHODS, ids=lambda v: str(v).replace("\n", "")[:40])
def test_methods(name, args):
    if name == "round":
        assert_same(_called(leaf(B), name, args), _called(B, name, args))
    else:
        assert_grads(lambda x: _called(x, name, args), B)


@pytest.mark.parametrize("args", [{}, {"axis": 0}, {"axis": 1, "keepdims": True}, {"axis": (0, 1)}], ids=str)
@pytest.mark.parametrize("name", ["argmax", "argmin", "all", "any"])
def test_constant_methods(name, args):
    if name.startswith("arg") and isinstance(args.get("axis"), tuple):
        with pytest.raises(TypeError):
            getattr(leaf(B), name)(**args)
        return
    out = getattr(leaf(B), name)(**args)
    assert_same(out, getattr(B, name)(**args))
    assert not out.requires_grad


def test_argsort():
    assert_same(leaf(B).argsort(axis=1), B.argsort(axis=1))


@pytest.mark.parametrize(
    "name", ["sum", "mean", "var", "std", "max", "min", "prod", "cumsum", "ravel", "flatten", "copy", "squeeze"]
)
def test_methods_of_0d_tensors(name):
    assert_grads(lambda x: getattr(x, name)() * 1.0, np.array(1.5))


def test_squeeze():
    assert_grads(lambda x: x.squeeze(), B.reshape(1, 6, 1, 4))
    assert_grads(lambda x: x.squeeze(0), B.reshape(1, 6, 1, 4))
    assert_grads(lambda x: x.squeeze((0, 2)), B.reshape(1, 6, 1, 4))
    with pytest.raises(ValueError, match="squeeze"):
        leaf(B).squeeze(0)


@pytest.mark.parametrize("dtype", [np.float32, np.float16, np.complex128])
def test_astype_is_differentiable_between_floats(dtype):
    x = leaf(A)
    y = x.astype(dtype)
    assert_same(y, A.astype(dtype))
    (y * y).backward(np.ones(A.shape, dtype))
    assert x.grad.dtype == float
    np.testing.assert_allclose(x.grad, 2 * A, rtol=1e-3)


@pytest.mark.parametrize("dtype", [int, bool, np.int8])
def test_astype_to_integers_leaves_the_tape(dtype):
    y = leaf(A).astype(dtype)
    assert_same(y, A.astype(dtype))
    assert not y.requires_grad


def test_methods_with_out():
    x, out = leaf(B), Tensor(np.zeros((3, 4)))
    assert x.sum(axis=0, out=out) is out
    out.backward(np.ones((3, 4)))
    assert_same(x.grad, np.ones(B.shape))
    array = np.zeros((3, 4))
    with pytest.raises(TypeError, match="out="):
        x.sum(axis=0, out=array)
    assert not array.any()
    result = Tensor(B).sum(axis=0, out=array)
    assert_same(plain(result), B.sum(0))
    assert_same(array, B.sum(0))


def test_unknown_attributes_point_to_numpy():
    with pytest.raises(AttributeError, match=r"np\.tile\(t\)"):
        _ = leaf(A).tile
    with pytest.raises(AttributeError, match="'no_such_thing'"):
        _ = leaf(A).no_such_thing
    assert not hasattr(leaf(A), "__array_interface__")
    assert not hasattr(leaf(A), "__array_struct__")


# -- indexing --------------------------------------------------------------------------------------------------------

C = np.random.default_rng(5).permutation(60).reshape(3, 4, 5) / 8.0
INDICES = [
    0, -1, np.int64(1), (1, 2), (1, -1, 0), (np.int8(1), 2, 3), ..., (), None, (..., 0), (0, ...), (..., None),
    (None, 1, ..., None, 2),
    slice(None), slice(1, None), slice(None, None, -1), slice(5, 9), (slice(None), slice(1, 3)),
    (slice(None, None, -2), ..., slice(0, 4, 3)),
    [0, 2], [0, 0, 1, -1], [], np.array([[0, 1], [2, 2]]), np.array(1), np.array([], int), np.array([0, 2], np.uint8),
    ([0, 1], [1, 2]), ([0, 1, 0], [1, 2, 1], [3, 0, 3]), ([[0], [1]], [1, 2]), (slice(None), [0, 2, 2]),
    ([0, 1], slice(None), [2, 3]),
    ([0, 0], ..., [2, 2]), (0, [1, 1], slice(1, 3)), (0, slice(None), [1, 1]), ([0, 2], None, 1), (None, [0, 0]),
    (slice(1, 3), [0, 0], [1, 1]),
    C > 3, C[..., 0] > 3, (C[:, 0, 0] > 3, 1), (C[..., 0] > 3, [0]), (slice(None), C[0] > 2), (..., C[0, 0] > 2),
    C > 100, True, False, np.True_,
    (True, 0), np.array([True, False, True]), [True, False, True], ([True, False, True], slice(1, 2)),
    (np.array([True, False, True]), [1, 3]),
]  # fmt: skip


@pytest.mark.parametrize("index", INDICES, ids=lambda v: repr(v).replace("\n", "")[:50])
def test_indexing(index):
    x, expected = leaf(C), C[index]
    y = x[index]
    assert_same(y, expected)
    ct = np.random.default_rng(0).random(expected.shape)
    y.backward(ct)
    scattered = np.zeros(C.shape)
    np.add.at(scattered, index, ct)
    assert_same(x.grad, scattered)


@pytest.mark.parametrize("index", INDICES, ids=lambda v: repr(v).replace("\n", "")[:50])
@pytest.mark.parametrize("value", ["full", "scalar", "row"])
def test_assignment(index, value):
    rng = np.random.default_rng(6)
    shape = C[index].shape
    v = {"full": rng.random(shape), "scalar": np.array(0.7), "row": rng.random(shape[-1:])}[value]
    labels = np.full(C.shape, -1)
    labels[index] = np.arange(int(np.prod(shape))).reshape(shape)
    expected = C.copy()
    expected[index] = v
    x, w, ct = leaf(C), leaf(v), rng.random(C.shape)
    y = x * 1.0
    y[index] = w
    assert_same(y, expected)
    y.backward(ct)
    np.testing.assert_array_equal(x.grad, np.where(labels == -1, ct, 0))
    of_each = np.bincount(labels[labels >= 0], ct[labels >= 0], minlength=int(np.prod(shape))).reshape(shape)
    folded = of_each.reshape(-1, *v.shape).sum(0) if of_each.size else np.zeros(v.shape)
    np.testing.assert_allclose(np.zeros(v.shape) if w.grad is None else w.grad, folded, rtol=1e-14, atol=1e-14)


@pytest.mark.parametrize("index", INDICES, ids=lambda v: repr(v).replace("\n", "")[:50])
def test_assignment_of_constants_and_to_constants(index):
    x, expected = leaf(C), C.copy()
    expected[index] = 2
    y = x * 1.0
    y[index] = 2
    assert_same(y, expected)
    y.backward(np.ones(C.shape))
    untouched = np.ones(C.shape)
    untouched[index] = 0
    assert_same(x.grad, untouched)
    constant = Tensor(C)
    constant[index] = 2
    assert_same(constant, expected)
    assert not constant.requires_grad
    constant[index] = leaf(3.0)
    assert constant.requires_grad


@st.composite
def _arrays_and_indices(draw):
    shape = draw(hnp.array_shapes(min_dims=1, max_dims=3, max_side=4))
    index = draw(
        st.one_of(
            hnp.basic_indices(shape, allow_newaxis=True),
            hnp.integer_array_indices(shape, result_shape=hnp.array_shapes(max_dims=2, max_side=4)),
            hnp.arrays(bool, shape),
        )
    )
    return np.arange(np.prod(shape), dtype=float).reshape(shape), index


@few
@given(_arrays_and_indices())
def test_random_indices(case):
    array, index = case
    x = leaf(array)
    y = x[index]
    assert_same(y, array[index])
    ct = np.random.default_rng(0).random(y.shape)
    y.backward(ct)
    scattered = np.zeros(array.shape)
    np.add.at(scattered, index, ct)
    assert_same(x.grad, scattered)
    z = leaf(array) * 1
    z[index] = -1.0
    expected = array.copy()
    expected[index] = -1
    assert_same(z, expected)


def test_tensors_as_indices():
    x = leaf(C)
    pairs = [
        (Tensor(1), 1), (Tensor([0, 2, 2]), [0, 2, 2]), ((0, Tensor(1)), (0, 1)),
        ((slice(None), Tensor([1, 1])), (slice(None), [1, 1])),
        (x > 3, C > 3), ([Tensor(0), Tensor(2)], [0, 2]), (slice(Tensor(1), Tensor(3)), slice(1, 3)),
        (x.argmax(axis=0) * 0, C.argmax(0) * 0),
        (Tensor(True), True), ((Tensor([True, False, True]), 0), ([True, False, True], 0)),
    ]  # fmt: skip
    for index, same in pairs:
        assert_same(x[index], C[same])
        y = x * 1
        y[index] = 0.0
        expected = C.copy()
        expected[same] = 0
        assert_same(y, expected)
    assert_same(np.arange(5)[Tensor([0, 2])], [0, 2])
    assert_same(np.arange(5)[Tensor(2)], 2)
    assert [10, 20, 30][Tensor(1)] == 20


def test_the_last_write_wins():
    v = leaf([1.0, 2.0, 3.0])
    y = Tensor(np.zeros(3))
    y[[0, 1, 0]] = v
    assert_same(y, [3.0, 2.0, 0.0])
    y.backward(np.array([1.0, 10.0, 100.0]))
    assert_same(v.grad, [0.0, 10.0, 1.0])
    w = leaf(2.0)
    y = Tensor(np.zeros(2))
    y[[0, 0]] = w
    y.backward(np.ones(2))
    assert_same(w.grad, 1.0)


def test_picking_twice_adds():
    x = leaf([1.0, 2.0, 3.0])
    x[[0, 0, 1]].backward(np.array([1.0, 10.0, 100.0]))
    assert_same(x.grad, [11.0, 100.0, 0.0])


@pytest.mark.parametrize("op", [*IN_PLACE, "assign"])
def test_augmented_assignment_to_a_part(op):
    def f(x, v):
        y = x * 1.0
        for index, value in (
            (0, v),
            ((slice(None), [0, 2]), v[:2]),
            (np.array([[True, False, False], [False, False, True]]), 2.0),
        ):
            if op == "assign":
                y[index] = value
            else:
                y[index] = op(y[index], value)
        return y * y

    assert_grads(f, A, np.array([1.1, 0.7, 2.3]))


def test_assignment_accepts_what_numpy_accepts():
    x = leaf(2.0)
    for value in ([x, 1.0], (x * 1, np.float64(1)), ag.tensor([x, 1.0])):
        x.grad = None
        y = Tensor(np.zeros((2, 2)))
        y[:] = value
        assert_same(y, [[2.0, 1.0], [2.0, 1.0]])
        y.backward(np.ones((2, 2)))
        assert_same(x.grad, 2.0)
    y = Tensor(np.zeros((2, 3)))
    y[0] = np.ones((1, 1, 3)) * x
    assert_same(y, [[2.0] * 3, [0.0] * 3])
    y = Tensor(np.zeros(2))
    y[...] = [1, 2]
    y[()] = Tensor([3, 4])
    assert_same(y, [3.0, 4.0])
    z = Tensor(0.0)
    z[()] = x
    z[...] = z * 3
    z.backward()
    assert_same(x.grad, 5.0)


def test_assignment_of_itself_and_of_its_parts():
    def f(x):
        y = x * 1.0
        y[:, 1:] = y[:, :-1]
        y[0] = y[1] * y[0]
        y[...] = y + y
        return y

    assert_grads(f, A)


def test_deleting_is_refused():
    with pytest.raises((TypeError, ValueError, AttributeError)):
        del leaf(A)[0]


VIEWS = {
    "[...]": lambda t: t[...], "[:]": lambda t: t[:], "[::-1]": lambda t: t[::-1], "[0]": lambda t: t[0],
    "T": lambda t: t.T,
    "reshape": lambda t: t.reshape(-1), "ravel": lambda t: t.ravel(), "flatten": lambda t: t.flatten(),
    "swapaxes": lambda t: t.swapaxes(0, 1),
    "squeeze": lambda t: t.squeeze(), "detach": lambda t: t.detach(), "copy": lambda t: t.copy(),
    "copy.copy": copy.copy,
    "real": lambda t: t.real, "astype": lambda t: t.astype(float, copy=False), "iter": lambda t: next(iter(t)),
    "broadcast_to": lambda t: np.broadcast_to(t, (2, 2, 3)), "split": lambda t: np.split(t, 2)[0],
    "atleast_3d": np.atleast_3d,
    "positive": lambda t: +t, "tensor": lambda t: ag.tensor(t) + 0, "diagonal": lambda t: t.diagonal(),
    "moveaxis": lambda t: np.moveaxis(t, 0, 1),
    "clip": lambda t: np.clip(t, None, 1e9), "take": lambda t: t.take([0], 0),
    "expand_dims": lambda t: np.expand_dims(t, 0),
}  # fmt: skip
CHANGES = {
    "[...] = v": lambda t: operator.setitem(t, ..., 7.0),
    "[0] = v": lambda t: operator.setitem(t, 0, 7.0),
    "+= v": lambda t: operator.iadd(t, 7.0),
    "out=": lambda t: np.add(t, 7.0, out=t),
    "add.at": lambda t: np.add.at(t, 0, 7.0),
    "data[...] = v": lambda t: operator.setitem(t.data, ..., 7.0),
    "data += v": lambda t: operator.iadd(t.data, 7.0),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
@pytest.mark.parametrize("view", VIEWS.values(), ids=VIEWS)
@pytest.mark.parametrize("taped", [True, False], ids=["taped", "constant"])
def test_no_other_tensor_and_no_array_of_the_users_changes(view, change, taped):
    source = A.copy()
    for first in (True, False):
        base = leaf(source) * 1.0 if taped else Tensor(source)
        other = view(base)
        if other.ndim == 0:
            other = other.reshape(1)
        changed, kept = (other, base) if first else (base, other)
        before = np.array(kept.data)
        product = kept * kept
        change(changed)
        assert not np.array_equal(changed.data.ravel()[0], before.ravel()[0])
        assert_same(kept, before)
        assert_same(product, before * before)
        assert_same(source, A)


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_changed_tensor_changes_nothing_that_was_recorded(change):
    x = leaf(A)
    w = Tensor(A + 1)
    y = x * 1.0
    z = y * w + np.tanh(y) * w
    first = copy.copy(z.data)
    change(y)
    change(w)
    assert_same(z, first)
    z.backward(np.ones(A.shape))
    np.testing.assert_allclose(x.grad, (A + 1) * (2 - np.tanh(A) ** 2), rtol=1e-14)


# -- backward --------------------------------------------------------------------------------------------------------


def test_backward_of_a_scalar_and_of_single_elements():
    for shape in ((), (1,), (1, 1)):
        x = leaf(np.full(shape, 3.0))
        (x * x).backward()
        assert_same(x.grad, np.full(shape, 6.0))


@pytest.mark.parametrize(
    "ct", [[1.0, 2.0], [1, 2], (1, 2), np.array([1.0, 2.0]), Tensor([1.0, 2.0])], ids=lambda v: type(v).__name__
)
def test_cotangents(ct):
    x = leaf([3.0, 4.0])
    (x * x).backward(ct)
    assert type(x.grad) is np.ndarray
    assert_same(x.grad, [6.0, 16.0])


@pytest.mark.parametrize("ct", [2, 2.0, np.float64(2), np.array(2.0), Tensor(2.0)], ids=lambda v: type(v).__name__)
def test_cotangents_of_scalars(ct):
    x = leaf(3.0)
    (x * x).backward(ct)
    assert_same(x.grad, 12.0)


def test_gradients_accumulate_and_old_ones_stay():
    x = leaf([1.0, 2.0])
    (x * x).sum().backward()
    first = x.grad
    (x * x).sum().backward()
    assert_same(first, [2.0, 4.0])
    assert_same(x.grad, [4.0, 8.0])


def test_backward_of_a_leaf():
    x = leaf(2.0)
    x.backward()
    x.backward()
    assert_same(x.grad, 2.0)


def test_retain_graph():
    x = leaf(2.0)
    y = x**3
    y.backward(retain_graph=True)
    y.backward()
    assert_same(x.grad, 24.0)
    with pytest.raises(RuntimeError, match="retain_graph=True"):
        y.backward()
    assert_same(x.grad, 24.0)


def test_create_graph():
    x = leaf(2.0)
    (x**4).backward(create_graph=True)
    g = x.grad
    assert isinstance(g, Tensor)
    assert_same(g, 32.0)
    x.grad = None
    g.backward(create_graph=True)
    assert_same(x.grad, 48.0)
    g, x.grad = x.grad, None
    g.backward()
    assert_same(x.grad, 48.0)


def test_gradients_of_a_recorded_sweep_are_tensors_of_their_own():
    a, b = leaf([1.0, 2.0]), leaf([3.0, 4.0])
    (a + b).backward(np.ones(2), create_graph=True)
    assert isinstance(a.grad, Tensor)
    assert a.grad is not b.grad
    with ag.no_grad():
        g = a.grad
        g *= 5
        g.data[...] = 7
    assert_same(b.grad, np.ones(2))


def test_keywords_of_backward_are_keywords_only():
    with pytest.raises(TypeError):
        (leaf(2.0) * 2).backward(1.0, True)


def test_detach_item_numpy_tolist():
    x = leaf([1.5, 2.5])
    d = x.detach()
    assert not d.requires_grad
    assert_same(d.numpy(), [1.5, 2.5])
    assert (x[1].item(), type(x[1].item())) == (2.5, float)
    assert leaf([[2.0]]).item() == 2.0
    assert x.tolist() == [1.5, 2.5]
    with pytest.raises(ValueError, match=r"size 1|scalar"):
        x.item()
    with pytest.raises(TypeError, match=r"detach\(\)"):
        x.numpy()
    with ag.no_grad():
        assert_same(x.numpy(), [1.5, 2.5])
    d[0] = 9
    assert_same(x, [1.5, 2.5])


def test_retain_grad():
    x = leaf([1.0, 2.0])
    y = x * x
    y.retain_grad()
    z = y * 3
    z.sum().backward()
    assert_same(y.grad, [3.0, 3.0])
    assert_same(x.grad, [6.0, 12.0])
    assert z.grad is None
    with pytest.raises(RuntimeError, match="requires_grad=True"):
        Tensor(1.0).retain_grad()


# -- hooks -----------------------------------------------------------------------------------------------------------


def test_hooks_see_and_replace_the_cotangent():
    x, seen = leaf([1.0, 2.0]), []
    y = x * 2
    y.register_hook(lambda ct: seen.append(np.array(ct)))
    y.register_hook(lambda ct: ct * 10)
    x.register_hook(lambda ct: np.minimum(ct, 50))
    (y * [1.0, 3.0]).sum().backward()
    assert_same(seen[0], [1.0, 3.0])
    assert_same(x.grad, [20.0, 50.0])


def test_a_hook_sees_the_whole_cotangent_once():
    x, seen = leaf([1.0, 2.0]), []
    y = x * 2
    y.register_hook(lambda ct: seen.append(np.array(ct)))
    (y + y * 3).sum().backward()
    assert len(seen) == 1
    assert_same(seen[0], [4.0, 4.0])


def test_hooks_can_be_removed():
    x, seen = leaf(1.0), []
    first, second = (x.register_hook(lambda ct, k=k: seen.append(k)) for k in range(2))
    (x * 2).backward()
    first()
    (x * 2).backward()
    second()
    second()
    (x * 2).backward()
    assert seen == [0, 1, 1]
    third = x.register_hook(lambda ct: seen.append("new"))
    (x * 2).backward()
    third()
    assert seen == [0, 1, 1, "new"]


@pytest.mark.parametrize("bad", [1.0, np.ones(3), np.ones((1, 2)), [1.0]], ids=repr)
def test_a_hook_that_returns_the_wrong_shape(bad):
    x = leaf([1.0, 2.0])
    y = x * x
    x.register_hook(lambda ct: bad)
    with pytest.raises(ValueError, match=r"hook.*\(2,\)"):
        y.backward(np.ones(2))
    assert x.grad is None


@pytest.mark.parametrize(
    "given",
    [[5.0, 5.0], np.full(2, 5.0), np.full(2, 5.0, np.float32), Tensor([5.0, 5.0])],
    ids=lambda v: type(v).__name__,
)
def test_what_a_hook_returns_becomes_a_plain_array_of_the_right_dtype(given):
    x = leaf([1.0, 2.0])
    x.register_hook(lambda ct: given)
    (x * x).backward(np.ones(2))
    assert type(x.grad) is np.ndarray
    assert_same(x.grad, [5.0, 5.0])
    if isinstance(given, np.ndarray):
        given[:] = 0
        assert_same(x.grad, [5.0, 5.0])


@pytest.mark.parametrize("create_graph", [False, True])
def test_a_hook_cannot_change_the_cotangent_behind_the_sweep(create_graph):
    def double(ct):
        ct *= 2

    a, b = leaf([1.0, 2.0]), leaf([3.0, 4.0])
    y = (a + b) * (a + b)
    handle = a.register_hook(double)
    try:
        y.backward(np.ones(2), create_graph=create_graph)
    except ValueError as error:
        assert "read-only" in str(error)  # noqa: PT017
        handle()
        y.backward(np.ones(2))
    assert_same(plain(a.grad), [8.0, 12.0])
    assert_same(plain(b.grad), [8.0, 12.0])


def test_hooks_stay_in_recorded_sweeps():
    x = leaf(2.0)
    y = x**3
    x.register_hook(lambda ct: ct * 2)
    y.backward(create_graph=True)
    g, x.grad = x.grad, None
    assert_same(plain(g), 24.0)
    g.backward()
    assert_same(x.grad, 48.0)


def test_hooks_need_a_tape():
    with pytest.raises(RuntimeError, match="requires_grad=True"):
        Tensor(1.0).register_hook(print)


# -- containers and identity -----------------------------------------------------------------------------------------


def test_len_and_iteration():
    x = leaf(A)
    assert len(x) == 2
    rows = list(x)
    assert all(isinstance(row, Tensor) and row.requires_grad for row in rows)
    a, b = x
    (a * b).sum().backward()
    assert_same(x.grad, A[::-1])
    assert_same(np.array([r.item() for r in reversed(x[0])]), A[0, ::-1])
    assert list(leaf(np.zeros((0, 2)))) == []
    assert sum(leaf([1.0, 2.0])).requires_grad
    for f in (len, iter):
        with pytest.raises(TypeError, match="0-d"):
            f(leaf(1.0))


def test_iteration_gradients():
    assert_grads(lambda x: sum(row * k for k, row in enumerate(x, 1)), A)
    assert_grads(lambda x: sum(e * e for row in x for e in row), A)


def test_contains():
    x = leaf(A)
    assert 3.41 in x
    assert 9.0 not in x
    assert A[0] in x


def test_truth():
    assert leaf(2.0)
    assert not Tensor([0.0])
    assert leaf(1.0) < leaf(2.0)
    with pytest.raises(ValueError, match="ambiguous"):
        bool(leaf(A))


def test_hash_is_by_identity():
    x, y = leaf([1.0, 2.0]), leaf([1.0, 2.0])
    table = {x: "x", y: "y"}
    assert (table[x], table[y]) == ("x", "y")
    assert len({x, y, x}) == 2
    before = hash(x)
    with ag.no_grad():
        x += 1
    assert hash(x) == before
    assert table[x] == "x"


# -- copies ----------------------------------------------------------------------------------------------------------


def test_copy_keeps_the_place_on_the_tape():
    x = leaf([1.0, 2.0], name="x")
    y = copy.copy(x * x)
    y.sum().backward()
    assert_same(x.grad, [2.0, 4.0])
    assert copy.copy(x).name == "x"
    z = copy.copy(Tensor([1.0], name="z"))
    assert (z.name, z.requires_grad) == ("z", False)


def test_copies_are_values_of_their_own():
    for duplicate in (copy.copy, copy.deepcopy, lambda t: pickle.loads(pickle.dumps(t)), Tensor.copy):
        t = Tensor([1.0, 2.0])
        u = duplicate(t)
        u[0] = 9
        u.data[1] = 9
        assert_same(t, [1.0, 2.0])
        assert_same(u, [9.0, 9.0])


@pytest.mark.parametrize("make", SOURCES.values(), ids=SOURCES)
@pytest.mark.parametrize("requires_grad", [False, True])
def test_deepcopy_and_pickle_of_leaves_and_constants(make, requires_grad):
    source = make()
    t = Tensor(source, requires_grad and source.dtype.kind in "fc", name="t")
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        u = pickle.loads(pickle.dumps(t, protocol))
        assert_same(u, pickle.loads(pickle.dumps(source, protocol)))
        assert (u.requires_grad, u.is_leaf, u.name) == (t.requires_grad, True, "t")
    u = copy.deepcopy([t, {"again": t}])
    assert u[0] is u[1]["again"]
    assert u[0] is not t
    assert_same(u[0], source)
    assert (u[0].requires_grad, u[0].name) == (t.requires_grad, "t")


def test_deepcopy_of_a_model_is_a_model_of_its_own():
    model = {"w": leaf([1.0, 2.0]), "b": leaf(0.5)}
    (model["w"].sum() * model["b"]).backward()
    twin = copy.deepcopy(model)
    assert_same(twin["w"].grad, model["w"].grad)
    assert not np.shares_memory(twin["w"].grad, model["w"].grad)
    (twin["w"] * 10).sum().backward()
    assert_same(model["w"].grad, [0.5, 0.5])
    assert_same(twin["w"].grad, [10.5, 10.5])


@pytest.mark.parametrize("duplicate", [copy.deepcopy, pickle.dumps])
def test_a_computed_tensor_says_why_it_does_not_pickle(duplicate):
    y = np.tanh(leaf(1.0))
    with pytest.raises(TypeError, match=r"tanh.*detach\(\)"):
        duplicate(y)
    assert_same(pickle.loads(pickle.dumps(y.detach())), np.tanh(1.0))


def test_deep_graphs_neither_copy_nor_recurse():
    y = leaf(1.0)
    for _ in range(3000):
        y = y * 1.0
    assert_same(copy.copy(y), 1.0)
    with pytest.raises(TypeError, match="multiply"):
        pickle.dumps(y)


# -- text ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("make", "text"),
    [
        (lambda: Tensor(2.0), "Tensor(2., shape=(), dtype=float64)"),
        (lambda: Tensor([1, 2]), "Tensor([1, 2], shape=(2,), dtype=int64)"),
        (lambda: leaf([1.0, 2.0]), "Tensor([1., 2.], shape=(2,), dtype=float64, requires_grad=True)"),
        (lambda: leaf(1.0, name="w"), "Tensor(1., shape=(), dtype=float64, name='w', requires_grad=True)"),
        (lambda: leaf(1.0) * 2, "Tensor(2., shape=(), dtype=float64, op=multiply)"),
        (lambda: np.tanh(leaf(np.float32(0))), "Tensor(0., shape=(), dtype=float32, op=tanh)"),
        (lambda: Tensor(np.zeros((0, 2))), "Tensor([], shape=(0, 2), dtype=float64)"),
        (lambda: leaf([1.0]).sum(), "Tensor(1., shape=(), dtype=float64, op=sum)"),
        (lambda: np.split(leaf([1.0, 2.0]), 2)[1], "Tensor([2.], shape=(1,), dtype=float64, op=split)"),
        (lambda: np.modf(leaf(1.5))[0], "Tensor(0.5, shape=(), dtype=float64, op=modf)"),
        (lambda: np.maximum(leaf(1.5), 2), "Tensor(2., shape=(), dtype=float64, op=maximum)"),
    ],
)
def test_repr(make, text):
    t = make()
    assert repr(t) == text
    assert str(t) == text


def test_repr_of_a_huge_array_is_short():
    text = repr(Tensor(np.arange(1e6).reshape(1000, 1000)))
    assert len(text) < 800
    assert "shape=(1000, 1000)" in text


def test_repr_never_walks_the_graph(monkeypatch):
    y = leaf(1.0)
    for _ in range(100_000):
        y = y + 1.0
    limit = sys.getrecursionlimit()
    calls = []
    sys.setprofile(lambda frame, event, arg: calls.append(event))
    try:
        text = repr(y)
    finally:
        sys.setprofile(None)
    assert text == "Tensor(100001., shape=(), dtype=float64, op=add)"
    assert len(calls) < 2000
    assert sys.getrecursionlimit() == limit


def test_format():
    x = leaf(1.23456)
    assert f"{x:.2f}" == "1.23"
    assert f"{leaf([1.23456]):.1e}" == "1.2e+00"
    assert f"{x}" == repr(x)
    assert f"loss {x * 2:8.3f}" == "loss    2.469"
    with pytest.raises(TypeError, match="format"):
        f"{leaf(A):.2f}"


# -- ag.tensor, ag.stack, ag.concatenate -----------------------------------------------------------------------------


def test_tensor_of_plain_values():
    assert_same(ag.tensor([[1, 2], [3, 4]]), np.array([[1, 2], [3, 4]]))
    assert_same(ag.tensor(A, dtype=np.float32), A.astype(np.float32))
    x = ag.tensor([1.0], requires_grad=True, name="x")
    assert (x.requires_grad, x.name) == (True, "x")
    source = A.copy()
    ag.tensor(source).data[...] = 0
    assert_same(source, A)


def test_tensor_of_nested_lists_stays_on_the_tape():
    assert_grads(lambda x, y: _build([[x[0], 1.0, y], [2, y * y, x[1]]]), A[0], np.array(1.5))
    assert_grads(lambda x, y: _build([x, [1.0, 2.0, y], (y, 0, np.float64(3))]), A[0], np.array(1.5))
    assert_grads(lambda x: _build([[[x]]]), np.array(1.5))
    assert_grads(lambda x: _build([x, A]), A)
    assert_grads(lambda x: _build(list(x)), A)


def _build(items):
    leaves = []

    def walk(v):
        for item in v if isinstance(v, (list, tuple)) else ():
            walk(item)
        leaves.append(isinstance(v, Tensor))

    walk(items)
    return ag.tensor(items) if any(leaves) else np.array(items)


def test_tensor_of_a_tensor():
    x = leaf(A)
    assert_grads(lambda v: ag.tensor(v) * 2 if isinstance(v, Tensor) else v * 2, A)
    y = ag.tensor(x * 2, dtype=np.float32, name="y")
    assert (y.dtype, y.name, y.requires_grad) == (np.float32, "y", True)
    y.backward(np.ones(A.shape, np.float32))
    assert_same(x.grad, np.full(A.shape, 2.0))
    with pytest.raises(RuntimeError, match="tape"):
        ag.tensor([x, x], requires_grad=True)
    constants = ag.tensor([Tensor([1.0]), Tensor([2.0])], requires_grad=True)
    assert constants.is_leaf
    with ag.no_grad():
        assert not ag.tensor([x, x]).requires_grad


def test_naming_the_result_of_tensor_renames_no_other():
    x = leaf(1.0, name="x")
    ag.tensor(x, name="y")
    assert x.name == "x"


@pytest.mark.parametrize("axis", [0, 1, -1])
def test_stack(axis):
    assert_grads(lambda x, y: (ag.stack if isinstance(x, Tensor) else np.stack)([x, y, A.tolist()], axis), A, A * 2)
    assert_grads(
        lambda x: (ag.stack if isinstance(x, Tensor) else np.stack)([[[x, 1.0]], [[2.0, x * x]]], axis), np.array(1.5)
    )


@pytest.mark.parametrize("axis", [0, 1, -1, None])
def test_concatenate(axis):
    assert_grads(
        lambda x, y: (ag.concatenate if isinstance(x, Tensor) else np.concatenate)([x, y, A.tolist()], axis), A, A * 2
    )
    assert_grads(
        lambda x: (ag.concatenate if isinstance(x, Tensor) else np.concatenate)([[[x, 1.0]], [[2.0, x * x]]], axis),
        np.array(1.5),
    )


def test_stack_of_a_tensor_or_of_constants():
    assert_grads(lambda x: (ag.stack if isinstance(x, Tensor) else np.stack)(x, 1), A)
    assert not ag.stack([1.0, 2.0]).requires_grad
    assert_same(ag.concatenate([[1.0], [2.0]]), [1.0, 2.0])


@pytest.mark.parametrize("dtype", [np.int64, np.int8, np.uint8])
def test_many_rows_picked_by_index_add_up(dtype):
    rng = np.random.default_rng(0)
    index = rng.integers(0 if dtype is np.uint8 else -7, 7, (30, 20)).astype(dtype)
    x, t = rng.normal(size=(7, 2, 3)), rng.normal(size=(30, 20, 2, 3))
    y = leaf(x)
    np.sum(y[index] * t).backward()
    expected = np.zeros_like(x)
    np.add.at(expected, index, t)
    np.testing.assert_allclose(y.grad, expected, rtol=1e-12)
