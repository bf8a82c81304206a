"""What the strategies draw is what they say, and programs shrink."""

import numpy as np
import pytest
from hypothesis import find, given

import autograd as ag
from autograd.testing import KinkError, Program, check_gradients, check_program, profiles, strategies

few = profiles.settings_of(max_examples=30)


@few
@given(strategies.arrays(dtype=strategies.dtypes(complex=True)))
def test_arrays_are_spread_and_off_zero(a):
    assert a.dtype.kind in "fc"
    values = np.sort(a.real.ravel())
    assert np.all(np.abs(values) >= 0.15)
    assert np.all(np.diff(values) > 1e-3)


@few
@given(strategies.broadcastable(3))
def test_broadcastable_arrays_broadcast(arrays):
    assert np.broadcast_shapes(*(a.shape for a in arrays)) == sum(arrays).shape


@few
@given(strategies.shapes().flatmap(lambda s: strategies.indices(s).map(lambda i: (s, i))))
def test_indices_fit_and_their_gradient_is_right(drawn):
    shape, index = drawn
    x = np.arange(1.0, 1 + np.prod(shape)).reshape(shape)
    check_gradients(lambda x: x[index], x, order=1, directions=1)


@few
@given(strategies.axes(3))
def test_axes_fit(axis):
    check_gradients(lambda x: np.sum(np.sin(x), axis=axis), np.linspace(-1, 1, 12).reshape(2, 3, 2), order=1)


@few
@given(strategies.einsum())
def test_einsum_runs_and_its_gradient_is_right(drawn):
    check_gradients(lambda *xs: np.einsum(drawn.subscripts, *xs), *drawn.operands, order=1, directions=2)


@few
@given(strategies.symmetric(3, batch=(2,)), strategies.positive_definite())
def test_matrices_are_what_they_are_called(a, b):
    assert np.array_equal(a, a.mT)
    assert np.min(np.diff(np.linalg.eigvalsh(a))) > 0.5
    assert np.all(np.linalg.eigvalsh(b) > 0.3)


@few
@given(strategies.programs(min_lines=5, max_lines=200))
def test_programs_are_code_that_reads_back(program):
    again = eval(repr(program), {"Program": Program})
    assert again.text == program.text
    assert np.array_equal(again(*again.leaves.values()), program(*program.leaves.values()))
    space = {}
    exec(program.text, space)
    assert np.array_equal(space["y"], program(*program.leaves.values()))


def test_a_program_loses_every_line_that_its_failure_does_not_need():
    program = Program(
        "a = np.array([1.0, 2.0])\nb = np.array(3.0)\nu = np.sin(a)\nv = u + 0 * np.sum(b)\nv[0] = b\nv[...] *= 2\n"
        "w = np.exp(b)\ny = 1.5 * np.sum(v) + 2.0 * np.sum(w * u)"
    )
    small = program.shrunk(lambda p: "] *= 2" in p.text)
    assert small.lines == ("v0 = x1 + 0 * np.sum(x0)", "v0[...] *= 2", "y = 1.5 * np.sum(v0)")
    small = program.shrunk(lambda p: "np.sin" in p.text and "np.sum" in p.text)
    assert small.lines == ("v0 = np.sin(x0)", "y = 1.5 * np.sum(v0)")
    check_program(program, order=2)


def test_a_program_at_a_kink_is_not_wrong():
    program = Program("x = np.array([1.0, 0.0])\ny = np.sum(np.maximum(x, 0) * 2)")
    with pytest.raises(KinkError):
        check_gradients(program, *program.leaves.values())
    check_program(program)


def test_programs_need_sensible_sizes():
    with pytest.raises(ValueError, match="from 1 to 200"):
        find(strategies.programs(max_lines=201), lambda program: True)


def test_an_error_on_tensors_alone_fails():
    program = Program("x = np.array([1.0, 2.0])\ny = np.sum(x.view())")
    with pytest.raises(AssertionError, match="The smallest one that is:\n\nimport numpy as np\n\nx0 = "):
        check_program(program)
    assert not hasattr(ag.Tensor, "view")
