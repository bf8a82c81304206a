"""Every differentiable function in the registry, checked from its sample alone: see ``autograd.testing.samples``.

What is checked, and how, is in ``autograd.testing``, where ``check_primitive`` runs the same on a user's own function.
"""

import itertools

import numpy as np
import pytest

import autograd as ag
from autograd.primitive import registry
from autograd.testing import _keywords, check_gradients
from autograd.testing._cases import Case
from autograd.testing._properties import PROPERTIES

from .samples import INTERNAL, sample_of

pytestmark = [
    pytest.mark.filterwarnings("ignore:numpy.fix is deprecated"),  # from NumPy 2.5 on
    pytest.mark.filterwarnings("ignore:.trapz. is deprecated"),  # until it goes
]


def ours(function):
    """Whether the library registered it; tests and examples register functions too."""
    return isinstance(function, np.ufunc) or function.__module__.split(".")[0] in ("numpy", "autograd")


def callable_of(function, p):
    """NumPy's function dispatches by itself; one of ours is called through its primitive."""
    return function if isinstance(function, np.ufunc) or function.__module__.startswith("numpy") else p


def understood(function, call):
    """Whether the NumPy that is installed has the parameters of a call; some are younger than the oldest supported."""
    if isinstance(function, np.ufunc) or not function.__module__.startswith("numpy"):
        return True
    try:
        signature = _keywords.told(function)
        variadic = any(parameter.kind is parameter.VAR_KEYWORD for parameter in signature.parameters.values())
        signature.bind(*call.args, **call.kwargs)
    except TypeError:
        return variadic and not call.kwargs.keys() & {"min", "max"}
    except ValueError:  # a function in C that does not tell
        pass
    return True


PUBLIC = sorted(
    ((f, p) for f, p in registry.items() if p.differentiable and ours(f) and p.name not in INTERNAL),
    key=lambda pair: (pair[1].name, getattr(pair[0], "__qualname__", "")),
)
NAMES = [p.name for _, p in PUBLIC]
CASES = [
    Case(callable_of(function, p), p, sample, call, f"{p.name}-{k}")
    for function, p in PUBLIC
    if (sample := sample_of(function, p)) is not None
    for k, call in enumerate(sample.calls)
    if understood(function, call)
]
NUMPYS = [case for case in CASES if _keywords.is_numpys(case)]
OF_FUNCTION = {id(case.primitive): [c for c in NUMPYS if c.primitive is case.primitive] for case in NUMPYS}.values()
FIRST = [cases[0] for cases in OF_FUNCTION]
MASKED = [next(filter(_keywords.has_where, cases), None) for cases in OF_FUNCTION]


def each(cases):
    """One test for each case, under the case's name."""
    cases = list(cases)
    return pytest.mark.parametrize("case", cases, ids=[case.name for case in cases])


@pytest.mark.parametrize(("function", "p"), PUBLIC, ids=NAMES)
def test_every_differentiable_function_has_a_sample(function, p):
    assert sample_of(function, p) is not None, f"{p.name}: write one line in tests/rules/samples"


@pytest.mark.parametrize(("function", "p"), PUBLIC, ids=NAMES)
def test_a_rule_reads_only_what_there_is(function, p):
    _keywords.a_rule_reads_only_what_there_is(function, p)


@pytest.mark.parametrize("holds", PROPERTIES, ids=[holds.__name__ for holds in PROPERTIES])
@each(CASES)
def test_that(case, holds):
    holds(case)


@pytest.mark.parametrize("cases", OF_FUNCTION, ids=[case.primitive.name for case in FIRST])
def test_a_keyword_is_sampled_or_refused(cases):
    _keywords.a_keyword_is_sampled_or_refused(cases)


@each(filter(_keywords.has_out, FIRST))
def test_out_is_rebound_or_refused(case):
    _keywords.out_is_rebound_or_refused(case)


@each(filter(None, MASKED))
def test_where_leaves_the_rest_of_out_alone(case):
    _keywords.where_leaves_the_rest_of_out_alone(case)


# -- methods of ufuncs -----------------------------------------------------------------------------------------------

METHODS = {
    "add.reduce": (np.add.reduce, lambda x: np.add.reduce(x, axis=1, keepdims=True)),
    "multiply.reduce": (np.multiply.reduce, lambda x: np.multiply.reduce(x, axis=None, initial=2.0)),
    "maximum.reduce": (np.maximum.reduce, lambda x: np.maximum.reduce(x, axis=1)),
    "minimum.reduce": (np.minimum.reduce, lambda x: np.minimum.reduce(x, axis=(0, 1), keepdims=True)),
    "add.accumulate": (np.add.accumulate, lambda x: np.add.accumulate(x, axis=1)),
    "multiply.outer": (lambda x: np.multiply.outer(x, x[0]), lambda x: np.subtract.outer(x[0, 0], x)),
}


METHOD_IDS = [f"{name}-{k}" for name in METHODS for k in (0, 1)]


@pytest.mark.parametrize("f", list(itertools.chain(*METHODS.values())), ids=METHOD_IDS)
def test_methods_of_ufuncs(f):
    x = np.array([[1.2, -0.7, 0.4], [0.9, 1.9, -1.1]])
    assert check_gradients(f, x).max_error < 1e-12


def test_add_at_counts_every_repetition():
    def f(x, v):
        y = x * 1.0
        np.add.at(y, [0, 0, 2], v)
        np.subtract.at(y, 1, v[0])
        return y

    assert check_gradients(f, np.array([1.0, 2.0, 3.0]), np.array([4.0, 5.0, 6.0])).max_error < 1e-12


# -- residuals that depend on values ---------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", ["f4", "f8"])
def test_tanh_keeps_its_operand_for_the_tails_alone(dtype):
    """Far from them the result is enough, to every order; so a layer's values before and after it are not both kept."""
    near = np.linspace(-3, 3, 5000, dtype=dtype)
    far = np.concatenate([near, np.array([-9, 9], dtype)])
    kept = [np.tanh(ag.Tensor(x, requires_grad=True))._node.residuals[0] for x in (near, far)]
    assert kept[0] is None
    np.testing.assert_array_equal(kept[1], far)
    slope = ag.elementwise_grad(np.tanh)
    for derivative in (slope, ag.elementwise_grad(slope), lambda x: ag.jvp(slope, (x,), (np.ones_like(x),))[1]):
        np.testing.assert_array_equal(derivative(near), derivative(far)[:-2])
    np.testing.assert_allclose(slope(far)[-2:], 1 / np.cosh(far[-2:].astype(float)) ** 2, rtol=8 * np.finfo(dtype).eps)
