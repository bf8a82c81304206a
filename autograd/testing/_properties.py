"""What has to hold for each call of a differentiable function. Every check takes a case and raises AssertionError."""

from __future__ import annotations

import itertools
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from ..tensor import Tensor
from ..transforms import jacobian, jvp, vjp
from ._cases import (
    Case,
    agree,
    alike,
    arrays_of,
    cotangents,
    expect,
    identical,
    pullback_of,
    slots_of,
)
from ._check import check_gradients, check_orders
from ._oracles import coordinates

# -- values ----------------------------------------------------------------------------------------------------------


def forward_is_numpys(case: Case) -> None:
    """Tensors give what arrays give: value, shape, dtype and container."""
    for dtype in case.dtypes():
        values = case.values(dtype)
        expected = case.f(*values)
        got = case.f(*(Tensor(v, requires_grad=True) for v in values))
        due = Tensor if isinstance(expected, (np.ndarray, np.generic)) else type(expected)
        expect(isinstance(got, due), f"{dtype}: the result is a {type(got).__name__} where {due.__name__} is due")
        for t, y in zip(arrays_of(got), arrays_of(expected), strict=True):
            expect(isinstance(t, Tensor), f"{dtype}: {type(t).__name__} in the result where a Tensor is due")
            alike(t, y, f"{dtype}: forward")
            if case.exact:
                identical(t.data, y, f"{dtype}: forward")
            else:
                agree(t.data, y, 1e-14 if dtype in ("f8", "c16") else 1e-6, f"{dtype}: forward")


# -- derivatives -----------------------------------------------------------------------------------------------------


def _size(case: Case, values: list[Any]) -> int:
    return int(coordinates(values).size + coordinates(case.floats(*values)).size)


def jacobian_and_higher_orders(case: Case) -> None:
    """To the last digits by the complex step, else to the 1e-8 that differences are good for."""
    values = case.values()
    size = _size(case, values)
    scalar = case.elementwise and all(v.ndim == 0 for v in values)
    order = case.sample.order if scalar else min(case.sample.order, 2) if size <= 40 else 1
    found = check_gradients(case.f, *values, order=order, rtol=1e-8)
    if order > 1 and size <= 20:
        check_orders(case.f, values, [2], ["forward"], rtol=1e-8)
    if case.analytic:
        expect(set(found.oracles) <= {"complex step"}, "the complex step does not apply; is it analytic?")
        expect(found.max_error < 2e-12, f"relative error {found.max_error:.2g} beside the complex step's 2e-12")


def derivatives_by_complex_numbers(case: Case) -> None:
    """The same for complex numbers, each of which counts as two."""
    if not case.complex:
        return
    values = case.values(complex)
    size = _size(case, values)
    check_gradients(case.f, *values, order=min(case.sample.order, 2 if size <= 16 else 1), rtol=1e-8)
    if size <= 8 and case.sample.order > 1:
        check_orders(case.f, values, [2], ["forward"], rtol=1e-8)


def jacobians_of_both_modes_agree(case: Case) -> None:
    """Both modes, batched, and the pullback one by one."""
    values = case.values()
    numbers = tuple(range(len(values)))
    y, pullback = vjp(case.floats, *values)
    modes = ["reverse", "forward"] if all(v.dtype.kind == "f" for v in y) else ["forward"]  # the other is refused
    found = [jacobian(case.floats, numbers, mode=mode)(*values) for mode in modes]
    units = cotangents(y)
    for k, out in enumerate(y):
        rows = pullback([c if j == k else np.zeros_like(c) for j, c in enumerate(units)])
        for i, (x, row) in enumerate(zip(values, rows, strict=True)):
            blocks = [of_mode[k][i] for of_mode in found]
            for mode, block in zip(modes, blocks, strict=True):
                due = out.shape + x.shape
                expect(block.shape == due, f"jacobian, {mode} mode: shape {block.shape} where {due} is due")
                along = np.real(np.tensordot(units[k], block, out.ndim))
                agree(along, row, 1e-12, f"jacobian, {mode} mode, beside the pullback")
            agree(blocks[0], blocks[-1], 1e-12, "jacobian: reverse beside forward mode")


def forward_and_reverse_are_transposes(case: Case) -> None:
    """⟨u, Jv⟩ = ⟨Jᵀu, v⟩."""
    for dtype in ("f8", "c16") if case.complex else ("f8",):
        values = case.values(dtype)
        y, pullback = vjp(case.floats, *values)
        u, v = cotangents(y), cotangents(values, 3)
        forward = jvp(case.floats, values, v)[1]
        pairs = [*zip(u, forward, strict=True)], [*zip(pullback(u), v, strict=True)]
        left, right = (np.real(sum(np.sum(a * b) for a, b in pair)) for pair in pairs)
        size = sum(np.sum(np.abs(a * b)) for pair in pairs for a, b in pair)
        expect(
            abs(left - right) <= 1e-12 * size,
            f"{dtype}: ⟨u, Jv⟩ = {float(left)!r} and ⟨Jᵀu, v⟩ = {float(right)!r}: the two modes are no transposes",
        )


# -- the contract of a pullback --------------------------------------------------------------------------------------


def pullback_is_linear_and_touches_nothing(case: Case) -> None:
    """Linear, 0 for 0, the same again; nothing written to, nothing shared."""
    values = case.values()
    before = [v.copy() for v in values]
    y, pullback = pullback_of(case.f, values)
    a, b = cotangents(y), cotangents(y, 5)
    kept = [c.copy() for c in a]
    of_a, of_b = pullback(a), pullback(b)
    both = pullback([2 * s - 3 * t for s, t in zip(a, b, strict=True)])
    for x, g, h, both_g in zip(values, of_a, of_b, both, strict=True):
        alike(g, x, "cotangent")
        agree(both_g, 2 * g - 3 * h, 1e-12, "the pullback is not linear")
        shared = any(np.shares_memory(g, other) for other in (*values, *a, *y))
        expect(not shared, "the cotangent shares memory with an array that somebody may write to")
    for zero in pullback([np.zeros_like(c) for c in a]):
        expect(not zero.any(), "the pullback of 0 is not 0")
    for g, again in zip(of_a, pullback(a), strict=True):
        identical(g, again, "the pullback gives another result the second time")
    for v, old in zip((*values, *a), (*before, *kept), strict=True):
        identical(v, old, "an input or a cotangent was written to")


def cotangents_have_the_dtype_of_their_primals(case: Case) -> None:
    """float32 stays float32, and mixed operands get their own dtype each."""
    rough = case.values("f4")
    y, pullback = vjp(case.floats, *(v.astype("f8") for v in rough))
    expected = pullback(cotangents(y))
    for values in (rough, [*rough[:1], *(v.astype("f8") for v in rough[1:])]):
        y, pullback = vjp(case.floats, *values)
        for x, g, e in zip(values, pullback(cotangents(y)), expected, strict=True):
            alike(g, x, "cotangent")
            agree(g, e, 1e-4, f"{x.dtype} cotangent beside float64")
        for out, tangent in zip(y, jvp(case.floats, values, cotangents(values))[1], strict=True):
            alike(tangent, out, "tangent")


# -- layouts, constants, scalars -------------------------------------------------------------------------------------


def reversed_strides(v: Any) -> Any:
    """The same array with negative strides."""
    flip = (slice(None, None, -1),) * v.ndim
    return np.array(v[flip], order="F")[flip]


def read_only(v: Any) -> Any:
    """A copy that cannot be written to."""
    v = v.copy()
    v.flags.writeable = False
    return v


LAYOUTS: dict[str, Callable[[Any], Any]] = {
    "Fortran": lambda v: np.array(v, order="F"),
    "negative strides": lambda v: reversed_strides(np.asarray(v)),
    "strided": lambda v: np.repeat(np.asarray(v), 2, -1)[..., ::2] if v.ndim else v,
    "read-only": lambda v: read_only(np.asarray(v)),
}


def no_layout_and_no_choice_of_operands_changes_a_gradient(case: Case) -> None:
    """Every layout, with every subset of the operands differentiated."""
    values = case.values()
    y, pullback = pullback_of(case.f, values)
    cts = cotangents(y)
    expected = pullback(cts)
    subsets = [s for n in range(1, len(values) + 1) for s in itertools.combinations(range(len(values)), n)]
    for k, (name, layout) in enumerate(LAYOUTS.items()):
        laid = [layout(v) for v in values]
        for chosen in subsets[k % 2 :: 2] or subsets:

            def f(*xs: Any, chosen: tuple[int, ...] = chosen, laid: list[Any] = laid) -> Any:
                full = list(laid)
                for i, x in zip(chosen, xs, strict=True):
                    full[i] = x
                return case.f(*full)

            y, pullback = pullback_of(f, [laid[i] for i in chosen])
            for i, g in zip(chosen, pullback([layout(c) for c in cts]), strict=True):
                agree(g, expected[i], 1e-13, f"{name}, operands {chosen} differentiated: cotangent {i}")


def stride_zero(case: Case) -> None:
    """Operands and cotangents that are one element, broadcast; nothing where that is outside the domain."""
    values = [np.broadcast_to(v.ravel()[:1].reshape((1,) * v.ndim), v.shape) if v.size else v for v in case.values()]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            case.f(*(v.copy() for v in values))
        y, pullback = pullback_of(case.f, [v.copy() for v in values])
        expected = pullback(cotangents(y))
    except (ValueError, np.linalg.LinAlgError, Warning):
        return
    for got in (pullback_of(case.f, values)[1](cotangents(y)), pullback([c + 0 for c in cotangents(y)])):
        for g, e in zip(got, expected, strict=True):
            agree(g, e, 1e-13, "operands of stride 0: cotangent")
    ones = [np.broadcast_to(np.ones((), v.dtype), v.shape) for v in y]
    for g, e in zip(pullback(ones), pullback([v.copy() for v in ones]), strict=True):
        agree(g, e, 1e-13, "cotangent of stride 0")


def scalars_on_either_side(case: Case) -> None:
    """Python and NumPy scalars beside an array, where the call takes two and one is 0-d."""
    slots = slots_of(case.call)
    if not case.broadcasts or len(slots) != 2 or () not in (slots[0].shape, slots[1].shape):
        return
    rough = case.values("f4")
    for k, kind in itertools.product((0, 1), (float, np.float64, np.float32)):
        if rough[k].shape != ():
            continue
        scalar, other = kind(rough[k]), rough[1 - k]

        def f(x: Any, k: int = k, scalar: Any = scalar) -> Any:
            return case.f(*((scalar, x) if k == 0 else (x, scalar)))

        for t, e in zip(arrays_of(f(Tensor(other, requires_grad=True))), arrays_of(f(other)), strict=True):
            alike(t, e, f"{kind.__name__} as operand {k}")
        y, pullback = pullback_of(f, [other])
        expect(pullback(cotangents(y))[0].dtype == np.float32, f"{kind.__name__} as operand {k}: no longer float32")
        check_gradients(f, other.astype("f8"), order=1)


def same_tensor_twice(case: Case) -> None:
    """One Tensor as both operands."""
    slots = slots_of(case.call)
    if len(slots) == 2 and slots[0] == slots[1] and not case.internal:
        check_gradients(lambda x: case.f(x, x), case.values()[0], order=1, rtol=1e-8)


def derivatives_of_what_is_drawn(case: Case) -> None:
    """What is checked on a call that was drawn: the Jacobian where it is small, else a few directions."""
    values = case.values()
    size = _size(case, values)
    directions = None if size <= 24 else 2
    check_gradients(case.f, *values, order=min(case.sample.order, 2), rtol=1e-7, directions=directions)
    if case.complex:
        check_gradients(case.f, *case.values(complex), order=1, rtol=1e-7, directions=directions)


PROPERTIES: tuple[Callable[[Case], None], ...] = (
    forward_is_numpys,
    jacobian_and_higher_orders,
    derivatives_by_complex_numbers,
    jacobians_of_both_modes_agree,
    forward_and_reverse_are_transposes,
    pullback_is_linear_and_touches_nothing,
    cotangents_have_the_dtype_of_their_primals,
    no_layout_and_no_choice_of_operands_changes_a_gradient,
    stride_zero,
    scalars_on_either_side,
    same_tensor_twice,
)
DRAWN: tuple[Callable[[Case], None], ...] = (
    forward_is_numpys,
    derivatives_of_what_is_drawn,
    forward_and_reverse_are_transposes,
    pullback_is_linear_and_touches_nothing,
    cotangents_have_the_dtype_of_their_primals,
    no_layout_and_no_choice_of_operands_changes_a_gradient,
)
