"""Bad input: a message names the primitive, shapes and dtypes, and what to write instead; and nothing has changed."""

import contextlib
import re
import sys

import numpy as np
import pytest

import autograd as ag
from autograd import Tensor
from tests.helpers import assert_same, leaf


def refused(call, kind, *parts):
    """``call`` raises ``kind``, and its message holds all the ``parts`` (or one of each tuple of parts)."""
    with pytest.raises(kind) as caught:
        call()
    text = str(caught.value)
    for part in parts:
        choices = part if isinstance(part, tuple) else (part,)
        assert any(choice in text for choice in choices), f"{part!r} is not in {text!r}"
    assert "  " not in text
    assert not re.search(r"<locals>|0x[0-9a-f]{6}", text)
    return text


def x23():
    return leaf(np.ones((2, 3)))


# -- shapes ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "parts"),
    [
        (lambda x: x + leaf(np.ones(2)), ["add", "(2, 3)", "(2,)", "float64", "aligned from the right"]),
        (lambda x: x * np.ones((2, 2), np.float32), ["multiply", "(2, 3)", "(2, 2)", "float32"]),
        (lambda x: [1.0, 2.0] - x, ["subtract", "(2, 3)", "(2,)"]),
        (lambda x: np.arctan2(x, np.ones(2)), ["arctan2", "(2, 3)", "(2,)", "x[:, None]"]),
        (lambda x: x < np.ones(2), ["less", "(2, 3)", "(2,)"]),
        (lambda x: x @ x, ["matmul", "(2, 3)", "float64", "x.mT"]),
        (lambda x: np.ones(4) @ x, ["matmul", "(4,)", "(2, 3)"]),
        (lambda x: x.dot(x), ["(2, 3)", "x.mT"]),
        (lambda x: x[0, 0] @ x[0, 0], ["matmul", "() float64", "*"]),
        (lambda x: np.tensordot(x, x, 1), ["tensordot", "(2, 3)"]),
        (lambda x: np.einsum("ij,jk", x, x), ["einsum", "(2, 3)"]),
        (lambda x: np.einsum("ijk", x), ["einsum", "'ijk'", "(2, 3)"]),
        (lambda x: x.reshape(4), ["reshape", "(2, 3)", "(4,)"]),
        (lambda x: np.concatenate([x, np.ones(3)]), ["concatenate", "(2, 3)", "(3,)"]),
        (lambda x: np.stack([x, np.ones(3)]), ["stack", "(2, 3)", "(3,)"]),
        (lambda x: np.broadcast_to(x, (2, 2)), ["broadcast_to", "(2, 3)", "(2,2)"]),
        (lambda x: np.where(np.ones(2, bool), x, 0), ["where", "(2,)", "(2, 3)"]),
        (lambda x: (x * 1).__iadd__(np.ones((2, 2, 3))), ["add", "(2, 2, 3)", "(2, 3)", "in-place"]),
        (lambda x: (x * 1).__setitem__(0, np.ones(2)), ["(2,)", "(3,)"]),
        (lambda x: x[0].mT, ["mT", "two axes", "(3,)"]),
        (lambda x: x.squeeze(0), ["squeeze", "(2, 3)"]),
        (lambda x: np.split(x, 4), ["split", "(2, 3)"]),
        (lambda x: np.linalg.inv(x), ["inv", "(2, 3)", "square"]),
    ],
)
def test_shape_mismatch(call, parts):
    refused(lambda: call(x23()), (ValueError, TypeError), *parts)


@pytest.mark.parametrize(
    "call", [lambda x: x.sum(axis=5), lambda x: x.swapaxes(0, 4), lambda x: np.expand_dims(x, 7), lambda x: x.max(-3)]
)
def test_axes_out_of_range_stay_numpys_own_error(call):
    refused(lambda: call(x23()), np.exceptions.AxisError, "(2, 3)", "out of bounds")


@pytest.mark.parametrize(
    "index",
    [5, (0, 0, 0), 1.0, "a", np.ones((3, 2), bool), [0.5], ([0, 1], [0, 1, 2]), leaf(1.0)],
    ids=lambda v: repr(v)[:20],
)
def test_indices_raise_what_numpy_raises(index):
    for t in (x23(), Tensor(np.ones((2, 3)))):
        with pytest.raises(IndexError):
            t[index]
        with pytest.raises(IndexError):
            (t * 1)[index] = 1.0


# -- leaves ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("data", [2, [1, 2], np.arange(3, dtype=np.uint8), np.int32(1)], ids=repr)
def test_integer_leaf(data):
    dtype = str(np.asarray(data).dtype)
    for make in (lambda: Tensor(data, requires_grad=True), lambda: ag.tensor(data, requires_grad=True)):
        refused(make, TypeError, dtype, "dtype=float", (".0",))
    t = Tensor(data)
    refused(lambda: setattr(t, "requires_grad", True), TypeError, dtype, "dtype=float")
    assert not t.requires_grad


@pytest.mark.parametrize("data", [True, [True, False]], ids=repr)
def test_bool_leaf(data):
    text = refused(lambda: leaf(data), TypeError, "bool", ("dtype=float", "astype(float)"))
    assert "2.0 instead of 2" not in text


@pytest.mark.parametrize(
    "transform",
    [
        lambda f: ag.grad(f), lambda f: ag.value_and_grad(f), lambda f: ag.jacobian(f), lambda f: ag.hessian(f),
        lambda f: ag.elementwise_grad(f),
        lambda f: lambda x: ag.vjp(f, x), lambda f: lambda x: ag.jvp(f, (x,), (1.0,)),
        lambda f: lambda x: ag.hvp(f, (x,), (1.0,)),
    ],
)  # fmt: skip
def test_integer_argument_of_a_transform(transform):
    refused(lambda: transform(lambda x: x**2)(3), TypeError, "int64", ("2.0", "astype(float)"))
    refused(lambda: transform(lambda x: x**2)(True), TypeError, "bool", "astype(float)")


@pytest.mark.parametrize(
    ("data", "parts"),
    [
        ("text", ["numeric"]),
        (None, ["numeric", "object"]),
        (np.ma.array([1.0], mask=[True]), ["mask", "np.where"]),
        (np.array(["2020"], "M8[D]"), ["datetime64[D]", "numeric"]),
    ],
    ids=str,
)
def test_data_that_is_not_numeric(data, parts):
    refused(lambda: Tensor(data), TypeError, "Tensor", *parts)


def test_a_tensor_of_a_tensor_on_a_tape():
    refused(lambda: Tensor(leaf(1.0)), TypeError, "tape", "detach()")
    refused(lambda: Tensor([leaf(1.0) * 2, 1.0]), TypeError, "tape", "ag.tensor")


def test_in_place_on_a_leaf():
    for change in (
        lambda x: x.__iadd__(1.0),
        lambda x: x.__setitem__(0, 1.0),
        lambda x: np.add(x, 1.0, out=x),
        lambda x: np.add.at(x, 0, 1.0),
    ):
        x = x23()
        refused(lambda x=x, change=change: change(x), RuntimeError, "leaf", "no_grad", ".grad")
        assert_same(x, np.ones((2, 3)))
        assert x.is_leaf


# -- backward --------------------------------------------------------------------------------------------------------


def test_backward_on_a_non_scalar():
    refused(lambda: (x23() * 2).backward(), RuntimeError, "backward", "(2, 3)", "scalar", "t.sum()", "np.ones((2, 3))")


def test_backward_on_a_complex_scalar():
    refused(lambda: (leaf(1 + 2j) * 2).backward(), RuntimeError, "backward", "complex", "real")


def test_backward_off_the_tape():
    refused(lambda: Tensor(1.0).backward(), RuntimeError, "backward", "no tape", "requires_grad=True", "no_grad()")
    with ag.no_grad():
        y = leaf(1.0) * 2
    refused(y.backward, RuntimeError, "no tape")
    refused((leaf(1.0) * 2).detach().backward, RuntimeError, "no tape", "detach()")


@pytest.mark.parametrize("shape", [(3,), (2, 1), (1, 3), (2, 3, 1), (1, 2, 3), (6,), (), (3, 2)], ids=str)
def test_cotangent_of_the_wrong_shape(shape):
    x = x23()
    y = x * 2
    refused(lambda: y.backward(np.ones(shape)), ValueError, "cotangent", str(shape), "(2, 3)")
    refused(lambda: y.backward(np.ones(shape).tolist()), ValueError, "cotangent", str(shape), "(2, 3)")
    assert x.grad is None
    y.backward(np.ones((2, 3)))
    assert_same(x.grad, np.full((2, 3), 2.0))


@pytest.mark.parametrize("dtype", [np.float32, np.int64, np.complex128, np.bool_])
def test_cotangent_of_the_wrong_dtype(dtype):
    x = x23()
    refused(
        lambda: (x * 2).backward(np.ones((2, 3), dtype)),
        ValueError,
        "cotangent",
        np.dtype(dtype).name,
        "float64",
        "astype",
    )
    assert x.grad is None


def test_a_complex_cotangent_of_a_real_scalar():
    refused(lambda: x23().sum().backward(1j), (ValueError, TypeError), "cotangent", "complex", "float64")


@pytest.mark.parametrize("cotangent", ["a", {}, ..., b"1"], ids=repr)
def test_cotangent_that_is_no_array(cotangent):
    refused(
        lambda: (x23() * 2).backward(cotangent),
        (TypeError, ValueError),
        "backward",
        "cotangent",
        (type(cotangent).__name__, "shape"),
    )


def test_cotangents_and_tangents_of_transforms():
    ones = np.ones(3)
    _, pull = ag.vjp(lambda x: x * 2, ones)
    refused(lambda: pull(np.ones(2)), ValueError, "vjp", "cotangent", "(2,)", "(3,)")
    refused(lambda: pull(np.ones(3, np.float32)), ValueError, "vjp", "cotangent", "float32", "float64")
    _, pull = ag.vjp(lambda x: (x, {"a": x}), ones)
    refused(lambda: pull(ones), ValueError, "vjp", "cotangent")
    refused(lambda: pull((ones, {"b": ones})), ValueError, "vjp", "cotangent")
    refused(lambda: ag.jvp(np.sin, (ones,), (np.ones(2),)), ValueError, "jvp", "tangent", "(2,)", "(3,)")
    refused(lambda: ag.jvp(np.sin, (ones,), (ones, ones)), ValueError, "jvp", "tangent")
    refused(lambda: ag.jvp(np.sin, 1.0, 1.0), TypeError, "jvp", "tuples", "jvp(f, (x,), (t,))")


def test_second_backward():
    x = leaf([1.0, 2.0])
    y = np.tanh(x * x).sum()
    y.backward()
    grad = x.grad.copy()
    refused(y.backward, RuntimeError, "retain_graph=True", "freed", "forward")
    assert_same(x.grad, grad)


def test_second_backward_through_a_shared_part_names_the_primitive():
    x, w = leaf([1.0, 2.0]), leaf([1.0, 1.0])
    shared = np.tanh(x * x)
    (shared * 2).sum().backward()
    other = (shared * w).sum()
    grad = x.grad.copy()
    refused(other.backward, RuntimeError, "tanh", "retain_graph=True")
    assert_same(x.grad, grad)
    assert w.grad is None


# -- functions and keywords ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "call", "reason"),
    [
        ("nextafter", lambda x: np.nextafter(x, 1.0), "no derivative describes"),
        ("spacing", np.spacing, "no derivative describes"),
        ("save", lambda x: np.save("never-written", x), "detach()"),
    ],
)
def test_function_without_a_rule(name, call, reason):
    text = refused(lambda: call(x23()), TypeError, f"{name}: ", reason)
    assert len(text) < 300


def test_a_function_without_a_rule_raises_inside_a_transform_too():
    refused(lambda: ag.grad(lambda x: np.sum(np.nextafter(x, 1.0)))(np.ones(3)), TypeError, "nextafter")


@pytest.mark.parametrize(
    ("call", "parts"),
    [
        (lambda x: np.matmul(x, x.T, axes=[(0, 1)] * 3), ["matmul", "axes", "not supported", "Supported"]),
        (lambda x: np.add(x, 1.0, signature="dd->d"), ["add", "signature", "not supported", "dtype"]),
        (lambda x: np.nan_to_num(x, copy=False), ["nan_to_num", "copy=False"]),
        (lambda x: np.add(x, 1.0, where=x > 0), ["add", "where=", "out="]),
    ],
)
def test_unsupported_keyword(call, parts):
    refused(lambda: call(x23()), TypeError, *parts)


@pytest.mark.parametrize(
    "call",
    [
        lambda x: np.add(x, 1.0, bogus=1),
        lambda x: np.sum(x, bogus=1),
        lambda x: x.sum(bogus=1),
        lambda x: np.stack([x], bogus=1),
    ],
)
def test_unknown_keyword(call):
    for t in (x23(), Tensor(np.ones((2, 3)))):
        refused(lambda t=t: call(t), TypeError, "bogus")


@pytest.mark.parametrize(
    ("call", "parts"),
    [
        (lambda x: np.sum(x, initial=leaf(1.0)), ["sum", "initial", "detach()"]),
        (lambda x: np.repeat(x, leaf(2.0)), ["detach()"]),
    ],
)
def test_a_taped_tensor_where_no_derivative_is_defined(call, parts):
    refused(lambda: call(x23()), TypeError, *parts)


# -- leaving the tape ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "parts"),
    [
        (np.asarray, ["np.asarray", "on a tape", "gradient", "detach()"]),
        (lambda x: np.array([x, x]), ["on a tape", "gradient", "ag.stack"]),
        (lambda x: np.zeros((2, 3)).__setitem__(..., x), ["on a tape", "ag.stack", "detach()"]),
        (lambda x: float(x[0, 0]), ["float(t)", "on a tape", "t.item()"]),
        (lambda x: int(x[0, 0]), ["int(t)", "on a tape", "t.item()"]),
        (lambda x: complex(x[0, 0]), ["complex(t)", "on a tape", "t.item()"]),
        (lambda x: [1, 2][x[0, 0]], ["index", "on a tape", "t.item()"]),
        (lambda x: x.numpy(), ["numpy()", "on a tape", "t.detach().numpy()"]),
        (np.from_dlpack, ["__dlpack__", "on a tape", "detach()"]),
        (lambda x: np.multiply(x, 2, out=np.zeros((2, 3))), ["multiply", "out=", "gradient", "Tensor"]),
    ],
)
def test_leaving_the_tape(call, parts):
    refused(lambda: call(x23()), TypeError, *parts)


def test_assignment_of_one_element_to_an_array():
    target = np.zeros(3)
    with pytest.raises((TypeError, ValueError)) as caught:
        target[0] = leaf(1.0)
    cause = caught.value.__cause__ or caught.value
    assert "on a tape" in str(cause)
    assert "t.item()" in str(cause)
    assert not target.any()


# -- a leaf that is modified between forward and backward ------------------------------------------------------------


@pytest.mark.parametrize(
    "function", [np.square, np.tanh, np.exp, lambda x: x * x, lambda x: x @ x, lambda x: np.prod(x)]
)
def test_a_saved_leaf_that_is_modified_gives_the_right_gradient(function):
    values = np.array([0.5, 1.5])
    expected = ag.grad(lambda v: np.sum(function(v)))(values)
    x = leaf(values)
    y = np.sum(function(x))
    x.data[:] = 9.0
    with ag.no_grad():
        x += 1
    y.backward()
    np.testing.assert_allclose(x.grad, expected, rtol=1e-14)


# -- exceptions in somebody else's code ------------------------------------------------------------------------------


@pytest.mark.parametrize("error", [KeyError, KeyboardInterrupt])
def test_an_exception_in_a_custom_rule_leaves_tape_and_grad_as_they_were(error):
    failing = [True]

    @ag.custom_vjp
    def mine(x):
        return x * 2

    def backward(residuals, ct):
        if failing[0]:
            raise error("in the rule")
        return (ct * 2,)

    mine.defvjp(lambda x: (x * 2, None), backward)
    x, w = leaf([1.0, 2.0]), leaf([3.0, 4.0])
    (x * w).sum().backward()
    before = x.grad.copy(), w.grad.copy()
    y = (np.tanh(mine(x * w)) * w).sum()
    for _ in range(2):
        with pytest.raises(error, match="in the rule"):
            y.backward()
        assert_same(x.grad, before[0])
        assert_same(w.grad, before[1])
    failing[0] = False
    x.grad = w.grad = None
    y.backward()
    s = 1 / np.cosh(2 * x.data * w.data) ** 2
    np.testing.assert_allclose(x.grad, s * 2 * w.data**2, rtol=1e-12)
    np.testing.assert_allclose(w.grad, s * 2 * x.data * w.data + np.tanh(2 * x.data * w.data), rtol=1e-12)
    assert ag.is_grad_enabled()


def test_an_exception_in_the_forward_of_a_custom_rule():
    @ag.custom_vjp
    def mine(x):
        return x

    def forward(x):
        raise KeyError("in the rule")

    mine.defvjp(forward, lambda residuals, ct: (ct,))
    x = leaf([1.0, 2.0])
    with pytest.raises(KeyError, match="in the rule"):
        mine(x * 2)
    assert ag.is_grad_enabled()
    assert x.grad is None
    (x * 2).sum().backward()
    assert_same(x.grad, [2.0, 2.0])


@pytest.mark.parametrize("error", [KeyError, KeyboardInterrupt])
def test_an_exception_in_a_hook_leaves_tape_and_grad_as_they_were(error):
    def hook(ct):
        raise error("in the hook")

    x, w = leaf([1.0, 2.0]), leaf([3.0, 4.0])
    y = (np.tanh(x * w) * w).sum()
    remove = x.register_hook(hook)
    with pytest.raises(error, match="in the hook"):
        y.backward()
    assert x.grad is None
    assert w.grad is None
    remove()
    y.backward()
    assert x.grad is not None


@pytest.mark.parametrize("transform", [ag.grad, ag.jacobian, ag.hessian, lambda f: ag.grad(lambda x: ag.grad(f)(x))])
def test_an_exception_inside_a_transform_leaves_no_trace(transform):
    def f(x):
        raise KeyError("in f")

    for recording in (ag.enable_grad, ag.no_grad):
        with recording():
            before = ag.is_grad_enabled()
            with pytest.raises(KeyError, match="in f"):
                transform(f)(1.0)
            assert ag.is_grad_enabled() == before
    assert ag.grad(lambda x: x**2)(3.0) == 6.0


@pytest.mark.parametrize(
    ("backward", "parts"),
    [
        (lambda residuals, ct: ct, ["custom_vjp(mine)", "ndarray", "tuple"]),
        (lambda residuals, ct: None, ["custom_vjp(mine)", "NoneType", "tuple"]),
        (lambda residuals, ct: (ct, ct), ["custom_vjp(mine)", "2", "1"]),
        (lambda residuals, ct: (np.ones(2),), ["mine", "(2,)", "(3,)", "shape"]),
        (lambda residuals, ct: (np.ones(3, int),), ["mine", "int64", "float64"]),
    ],
)
def test_a_custom_rule_that_breaks_the_contract_is_named(backward, parts):
    @ag.custom_vjp
    def mine(x):
        return x * 2

    mine.defvjp(lambda x: (x * 2, None), backward)
    x = leaf(np.ones(3))
    refused(lambda: mine(x).sum().backward(), (TypeError, ValueError), *parts)
    assert x.grad is None


@pytest.mark.parametrize(
    ("rule", "parts"),
    [
        (lambda t: np.ones(7), ["twice", "(7,)", "(3,)", "shape"]),
        (lambda t: np.ones(3, int), ["twice", "int64", "float64"]),
    ],
)
def test_a_declared_rule_that_breaks_the_contract_is_named(rule, parts):
    def twice(x):
        return x * 2

    twice = ag.elementwise(twice, rule)
    refused(lambda: twice(leaf(np.ones(3))).sum().backward(), (TypeError, ValueError), *parts)
    refused(lambda: ag.jvp(twice, (np.ones(3),), (np.ones(3),)), (TypeError, ValueError), *parts)


def test_a_custom_function_without_a_rule():
    @ag.custom_vjp
    def mine(x):
        return x

    refused(lambda: mine(leaf(1.0)), TypeError, "mine", "defvjp")


def test_a_custom_rule_over_a_captured_tensor():
    w = leaf(2.0)

    @ag.custom_vjp
    def mine(x):
        return x * w

    mine.defvjp(lambda x: (x * w, None), lambda residuals, ct: (ct,))
    refused(lambda: mine(leaf(1.0)), TypeError, "mine", "closes over", "argument")


# -- a gradient of something that is not a Tensor --------------------------------------------------------------------


@pytest.mark.parametrize(
    "argument", ["abc", b"abc", object, ..., lambda: None], ids=["str", "bytes", "type", "Ellipsis", "function"]
)
def test_gradient_with_respect_to_something_else(argument):
    refused(lambda: ag.grad(lambda s: 1.0)(argument), TypeError, "grad", type(argument).__name__)
    refused(
        lambda: ag.grad(lambda p: p["w"] ** 2)({"w": 1.0, "name": argument}), TypeError, "grad", type(argument).__name__
    )


@pytest.mark.parametrize(
    ("result", "parts"),
    [
        ("text", ["grad", "str"]),
        (None, ["grad", "None", "return"]),
        (object, ["grad", "type"]),
        ([1.0, 2.0], ["grad", "2", "scalar"]),
        (np.ones(3), ["grad", "(3,)", "scalar", "np.sum", "jacobian"]),
        (1j, ["grad", "complex128", "holomorphic"]),
    ],
    ids=str,
)
def test_gradient_of_something_else(result, parts):
    def f(x):
        return x * result if isinstance(result, (np.ndarray, complex)) else result

    refused(lambda: ag.grad(f)(1.0), TypeError, *parts)
    refused(lambda: ag.value_and_grad(f)(1.0), TypeError, *parts)


@pytest.mark.parametrize("f", [3.0, "f", None, leaf(1.0)], ids=["float", "str", "None", "Tensor"])
@pytest.mark.parametrize("transform", [ag.grad, ag.value_and_grad, ag.jacobian, ag.hessian])
def test_gradient_of_no_function(transform, f):
    refused(lambda: transform(f), TypeError, (transform.__name__, "grad"), "function")


@pytest.mark.parametrize(
    ("call", "parts"),
    [
        (lambda: ag.grad(lambda x: x, 1)(1.0), ["grad", "argnums=1", "1 positional"]),
        (lambda: ag.grad(lambda x: x)(x=1.0), ["grad", "argnums=0", "0 positional"]),
        (lambda: ag.grad(lambda x: x, has_aux=True)(1.0), ["grad", "has_aux", "pair"]),
        (lambda: ag.grad(lambda x: x, holomorphic=True)(1.0), ["grad", "holomorphic", "complex"]),
    ],
)
def test_calls_of_transforms(call, parts):
    refused(call, TypeError, *parts)


def test_jacobian_mode():
    refused(
        lambda: ag.jacobian(np.sin, mode="sideways"), ValueError, "jacobian", "'sideways'", "'reverse'", "'forward'"
    )


# -- attributes ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "kind", "parts"),
    [
        (lambda x: setattr(x, "grad", np.ones(2)), ValueError, ["grad", "(2,)", "(2, 3)"]),
        (lambda x: setattr(Tensor(1.0), "grad", 1.0), RuntimeError, ["grad", "does not require"]),
        (lambda x: setattr(x, "data", np.ones(2)), ValueError, ["data", "(2,)", "(2, 3)"]),
        (lambda x: setattr(x * 2, "data", np.ones((2, 3))), RuntimeError, ["multiply", "y[...] = v"]),
        (lambda x: setattr(x * 2, "requires_grad", False), RuntimeError, ["leaf", "detach()"]),
        (lambda x: setattr(x, "shape", (3, 2)), AttributeError, ["shape"]),
        (lambda x: setattr(x, "gard", 1.0), AttributeError, ["gard"]),
        (lambda x: x.tile(2), AttributeError, ["tile", "np.tile(t)"]),
        (lambda x: Tensor(1.0).register_hook(print), RuntimeError, ["requires_grad=True"]),
        (lambda x: Tensor(1.0).retain_grad(), RuntimeError, ["requires_grad=True"]),
    ],
)
def test_attributes(change, kind, parts):
    refused(lambda: change(x23()), kind, *parts)


def test_python_operators_name_the_types():
    for call in (
        lambda x: x + None,
        lambda x: "a" - x,
        lambda x: x @ {},
        lambda x: (x * 1).__class__.__add__(x, 1) + None,
    ):
        refused(lambda call=call: call(x23()), TypeError, "unsupported operand", "Tensor")
    refused(lambda: pow(x23(), 2, 5), TypeError, "__pow__")


def test_the_truth_of_many_elements():
    refused(lambda: bool(x23()), ValueError, "ambiguous")


# -- names of PyTorch's ----------------------------------------------------------------------------------------------

TORCH = sys.modules["autograd.tensor"]._TORCH


@pytest.mark.parametrize("name", TORCH)
def test_what_pytorchs_users_reach_for_is_answered_with_numpys_way(name):
    t, u = leaf(np.ones((2, 2))), np.ones((2, 2))
    text = refused(lambda: getattr(t, name), AttributeError, f"no attribute {name!r}", TORCH[name])
    code = text.partition("Write ")[2].partition(";")[0].partition(" itself")[0].rstrip(".")
    names = {"t": t, "u": u, "np": np, "dtype": np.float32, "shape": (3, 2, 2), "mask": u > 0, "value": 0.0, "axis": 0}
    adds = "add.at" in code
    index = (np.zeros((2, 2), int), np.zeros((2, 2), int)) if adds else np.zeros((2, 2), int)
    with ag.no_grad() if adds else contextlib.nullcontext():
        exec(code, {**names, "index": index})
