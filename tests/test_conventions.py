"""What the gradient is where calculus leaves a choice: each row of ``docs/conventions.md``, read from there."""

import ast
import itertools
import re
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest

import autograd as ag
from autograd import functions

PAGE = Path(__file__).parent.parent / "docs" / "conventions.md"


def written(x, index):
    y = ag.stack([0.0 * x[0], 0.0 * x[1]])
    y[index] = x
    return y


NAMES = {"np": np, "inf": np.inf, "nan": np.nan, "written": written}
NAMES |= {name: getattr(functions, name) for name in functions.__all__}


class Row(NamedTuple):
    text: str
    line: int
    names: tuple[str, ...]
    at: tuple[object, ...]
    expected: str  # not evaluated yet

    @property
    def f(self):
        return eval(f"lambda {', '.join(self.names)}: {self.text}", NAMES)

    def gradients(self):
        """The expected gradients, one for each argument."""
        node = ast.parse(self.expected, mode="eval").body
        return eval(self.expected if isinstance(node, ast.Tuple) else f"({self.expected},)", NAMES)


def rows(order):
    """The rows of the page's tables of first or second order."""
    found, second = [], False
    for number, line in enumerate(PAGE.read_text(encoding="utf-8").splitlines(), 1):
        if line.startswith("| function"):
            second = "second derivative" in line
        cells = re.fullmatch(r"\| `(.+)` \| `(.+)` \| `(.+)` \| .+ \|", line)
        if cells and second == (order == 2):
            text, at, expected = cells.groups()
            call = ast.parse(f"at({at})", mode="eval").body
            values = eval(f"dict({at})", NAMES)
            found.append(Row(text, number, tuple(k.arg for k in call.keywords), tuple(values.values()), expected))
    return found


def ids(row):
    return f"{row.line}: {row.text}" if isinstance(row, Row) else row


def cast(value, dtype):
    """A value in a dtype, a complex one in the complex dtype of that precision; None if it would be another value."""
    wide = np.asarray(value)
    if wide.dtype.kind == "c" or (isinstance(value, complex)):
        return wide.astype(complex)[()] if dtype == "f8" else None
    wide = wide.astype(float)
    narrow = wide.astype(dtype)
    return narrow[()] if np.array_equal(narrow.astype(float), wide, equal_nan=True) else None


def both(f, *args):
    """The gradients of the sum of ``f`` in reverse mode, and, for real numbers, again in forward mode."""
    y, pullback = ag.vjp(f, *args)
    yield pullback(np.ones_like(y))
    if not any(np.iscomplexobj(a) for a in args):
        forward = [np.zeros(np.shape(a), a.dtype) for a in args]
        for k, a in enumerate(args):
            for index in np.ndindex(np.shape(a)):
                tangents = [np.zeros(np.shape(b), b.dtype) for b in args]
                tangents[k][index] = 1
                forward[k][index] = ag.jvp(f, args, [t[()] for t in tangents])[1].sum()
        yield forward


FIRST = [(row, dtype) for row in rows(1) for dtype in ("f8", "f4", "f2")]


def test_the_page_is_read():
    assert len(rows(1)) > 90
    assert len(rows(2)) >= 10


@pytest.mark.filterwarnings("ignore::RuntimeWarning")  # NumPy's own, at the points of this page
@pytest.mark.parametrize(("row", "dtype"), FIRST, ids=ids)
def test_row(row, dtype):
    args = [cast(value, dtype) for value in row.at]
    if any(a is None for a in args):
        pytest.skip("the point has no such number")
    if dtype == "f2" and "linalg" in row.text:
        pytest.skip("NumPy has no linear algebra in half precision")
    eps = np.finfo(dtype).eps
    for gradients in both(row.f, *args):
        for g, e, a in zip(gradients, row.gradients(), args, strict=True):
            assert (np.shape(g), np.asarray(g).dtype) == (np.shape(a), np.asarray(a).dtype)
            np.testing.assert_allclose(g, np.asarray(e).astype(np.asarray(a).dtype), rtol=8 * eps, atol=0)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("row", rows(2), ids=ids)
def test_row_of_second_order(row):
    f, (x,), (expected,) = row.f, row.at, row.gradients()
    x = np.array(x, float)[()]
    scalar = (lambda x: f(x).sum()) if np.ndim(x) else f
    found = [ag.hessian(scalar)(x), ag.jacobian(ag.grad(scalar), mode="forward")(x)]
    if not np.ndim(x):
        found += [ag.grad(ag.grad(f))(x), ag.hvp(f, (x,), (1.0,))]
    for g in found:
        np.testing.assert_allclose(g, expected, rtol=1e-12, atol=0)


def test_shares_of_many_ties_are_not_counted_in_half_precision():
    x = np.ones(4096, np.float16)
    for reduce in (np.max, np.amin):
        g = ag.grad(reduce)(x)
        assert g.dtype == np.float16
        assert np.array_equal(g, np.full(4096, 2.0**-12, np.float16))


def test_max_of_nothing_raises_numpys_error():
    with pytest.raises(ValueError, match="zero-size array"):
        np.max(ag.Tensor(np.zeros(0), requires_grad=True))


@pytest.mark.parametrize("triangle", ["L", "U"])
def test_vectors_of_a_repeated_eigenvalue_raise_unless_nobody_asks_for_them(triangle):
    a = np.diag([1.0, 2.0, 2.0])
    pullback = ag.vjp(lambda a: tuple(np.linalg.eigh(a, triangle)), a)[1]
    with pytest.raises(ValueError, match="gap 0"):
        pullback((np.zeros(3), np.cos(np.arange(9.0)).reshape(3, 3)))
    (g,) = pullback((np.array([1.0, 2.0, 2.0]), np.zeros((3, 3))))
    np.testing.assert_allclose(g, np.diag([1.0, 2.0, 2.0]), atol=1e-15)
    only_first = np.zeros((3, 3))
    only_first[1, 0] = 1.0
    (g,) = pullback((np.zeros(3), only_first))
    assert np.isfinite(g).all()


def test_a_complex_square_modulus():
    z = np.complex128(1 + 2j)
    assert ag.grad(lambda z: np.real(z * np.conj(z)))(z) == 2 - 4j
    assert ag.grad(lambda z: np.abs(z) ** 2)(z) == pytest.approx(2 - 4j, rel=1e-15)
    _, pullback = ag.vjp(lambda z: z * np.conj(z), z)
    assert pullback(np.complex128(1))[0] == 2 - 4j


def test_a_leaf_that_the_result_does_not_depend_on_has_no_grad():
    x, y = ag.Tensor(1.0, requires_grad=True), ag.Tensor(2.0, requires_grad=True)
    (x * 3).backward()
    assert x.grad == 3
    assert y.grad is None
    assert ag.grad(lambda x, y: x * 3, 1)(1.0, 2.0) == 0


@pytest.mark.parametrize("shapes", list(itertools.product([(), (1,), (0,), (2, 0), (3, 1, 0)], repeat=2)))
def test_gradients_of_nothing_have_the_shapes_of_their_operands(shapes):
    try:
        shape = np.broadcast_shapes(*shapes)
    except ValueError:
        pytest.skip("not broadcastable")
    x, y = map(np.ones, shapes)
    for f in (np.add, np.multiply, np.power, np.arctan2, np.maximum):
        value, pullback = ag.vjp(f, x, y)
        assert value.shape == shape
        assert [g.shape for g in pullback(np.ones(shape)[()])] == list(shapes)
