"""Every differentiable function in the registry, checked from its sample alone: see ``samples.py``."""

import inspect
import itertools
import zlib
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pytest

import autograd as ag
from autograd.primitive import LETTERS, Primitive, registry
from autograd.testing import check_gradients
from autograd.testing._oracles import coordinates
from autograd.trees import flatten

from .samples import INTERNAL, Call, Sample, Slot, sample_of

pytestmark = pytest.mark.filterwarnings("ignore:numpy.fix is deprecated")  # from NumPy 2.5 on


def told(function):
    """NumPy's signature of a function; ours where NumPy does not tell (``np.where`` in 2.0)."""
    try:
        return inspect.signature(function)
    except ValueError:
        return inspect.signature(eval(f"lambda {registry[function].signature_text}: None"))


# -- cases: one for each call of each sample -------------------------------------------------------------------------

def ours(function):
    """Whether the library registered it; tests and examples register functions too."""
    return isinstance(function, np.ufunc) or function.__module__.split(".")[0] in ("numpy", "autograd")


PUBLIC = sorted(
    ((f, p) for f, p in registry.items() if p.differentiable and ours(f) and p.name not in INTERNAL),
    key=lambda pair: (pair[1].name, getattr(pair[0], "__qualname__", "")),
)


class Case(NamedTuple):
    function: Callable[..., Any]
    primitive: Primitive
    sample: Sample
    call: Call
    name: str

    @property
    def analytic(self):
        return self.sample.analytic and "dtype" not in self.call.kwargs

    @property
    def complex(self):
        return self.sample.complex and "dtype" not in self.call.kwargs

    def values(self, dtype=np.float64):
        """An array for each slot, of values that are spread over its domain and differ clearly from each other."""
        rng = np.random.default_rng(zlib.crc32(self.name.encode()))
        slots = slots_of(self.call)
        n = sum(int(np.prod(slot.shape)) for slot in slots)
        ranks, values = iter(rng.permutation(n)), []
        for slot in slots:
            shape = slot.shape
            u = [(next(ranks) + rng.uniform(0.25, 0.75)) / n for _ in range(int(np.prod(shape)))]
            x = np.array(slot.of(np.array(u, float)), float).reshape(shape)
            if np.dtype(dtype).kind == "c":
                x = x + 1j * rng.permutation(np.linspace(-0.6, 0.8, x.size + 2)[1:-1]).reshape(shape)
            x = (x if slot.then is None else slot.then(x)).astype(dtype)
            values.append(x[()])
        return values

    def f(self, *values):
        """The call with these values in its slots."""
        rest = iter(values)
        args, kwargs = fill((self.call.args, self.call.kwargs), rest)
        return self.function(*args, **kwargs)


def slots_of(tree):
    if isinstance(tree, Slot):
        return [tree]
    children = tree.values() if isinstance(tree, dict) else tree if isinstance(tree, (list, tuple)) else ()
    return [slot for child in children for slot in slots_of(child)]


def fill(tree, values):
    if isinstance(tree, Slot):
        return next(values)
    if isinstance(tree, dict):
        return {name: fill(child, values) for name, child in tree.items()}
    return type(tree)(fill(child, values) for child in tree) if type(tree) in (list, tuple) else tree


def callable_of(function, p):
    """NumPy's function dispatches by itself; one of ours is called through its primitive."""
    return function if isinstance(function, np.ufunc) or function.__module__.startswith("numpy") else p


CASES = [
    Case(callable_of(function, p), p, sample, call, f"{p.name}-{k}")
    for function, p in PUBLIC
    if (sample := sample_of(function, p)) is not None
    for k, call in enumerate(sample.calls)
]
every_case = pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
every_complex_case = pytest.mark.parametrize(
    "case", [case for case in CASES if case.complex], ids=[case.name for case in CASES if case.complex]
)


def every_dtype(*dtypes):
    """Each case with each of the dtypes that it takes."""
    pairs = [(case, dtype) for case in CASES for dtype in dtypes if dtype[0] != "c" or case.complex]
    return pytest.mark.parametrize(("case", "dtype"), pairs, ids=[f"{case.name}-{dtype}" for case, dtype in pairs])


FIRST = {id(case.primitive): case for case in reversed(CASES)}.values()


def arrays_of(result):
    return flatten(result)[0]


def floating(result):
    return [v for v in arrays_of(result) if v.dtype.kind in "fc"]


def cotangents(outputs, k=0):
    """Numbers without symmetry, for the floating outputs."""
    pattern = [np.sin(1 + k + 1.7 * np.arange(v.size)).reshape(v.shape) for v in outputs]
    pairs = zip(pattern, outputs, strict=True)
    return [(c * (1 - 0.4j) if v.dtype.kind == "c" else c).astype(v.dtype)[()] for c, v in pairs]


def pullback_of(f, values):
    """The floating outputs of ``f``, and its pullback."""
    return ag.vjp(lambda *xs: floating(f(*xs)), *values)


def close(got, expected, rtol):
    if np.shape(got) != np.shape(expected):
        return False
    return np.allclose(got, expected, rtol=rtol, atol=rtol * np.max(np.abs(expected), initial=0), equal_nan=True)


# -- the registry ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("function", "p"), PUBLIC, ids=[p.name for _, p in PUBLIC])
def test_every_differentiable_function_has_a_sample(function, p):
    assert sample_of(function, p) is not None, f"{p.name}: write one line in tests/rules/samples.py"


@pytest.mark.parametrize(("function", "p"), PUBLIC, ids=[p.name for _, p in PUBLIC])
def test_a_rule_reads_only_what_there_is(function, p):
    known = {"out", "out_shape"} | ({"i", "shapes", "operands"} if p.variadic else set(LETTERS[: p.arity]))
    known |= {f"{letter}_shape" for letter in LETTERS[: p.arity]}
    if not isinstance(function, np.ufunc):
        known |= set(signature_of(function, p))
    for names in p.reads:
        assert set(names) <= known


def signature_of(function, p):
    if p.signature_text:
        function = eval(f"lambda {p.signature_text}: None")
    return told(function).parameters


# -- values ----------------------------------------------------------------------------------------------------------


@every_dtype("f8", "f4", "c16", "c8")
def test_forward_is_numpys(case, dtype):
    values = case.values(dtype)
    expected = case.f(*values)
    got = case.f(*(ag.Tensor(v, requires_grad=True) for v in values))
    pairs = list(zip(arrays_of(got), arrays_of(expected), strict=True))
    assert isinstance(got, ag.Tensor if isinstance(expected, (np.ndarray, np.generic)) else type(expected))
    for t, y in pairs:
        assert isinstance(t, ag.Tensor)
        assert (t.shape, t.dtype) == (y.shape, y.dtype)
        if case.primitive.kind == "composite":
            assert close(t.data, y, 1e-14 if dtype in ("f8", "c16") else 1e-6)
        else:
            assert np.array_equal(t.data, y)


@every_case
def test_jacobian_and_higher_orders(case):
    """To the last digits by the complex step, else to the 1e-8 that differences are good for."""
    values = case.values()
    size = coordinates(values).size + coordinates(floating(case.f(*values))).size
    scalar = all(v.ndim == 0 for v in values) and case.primitive.kind == "elementwise"
    order = case.sample.order if scalar else 2 if size <= 40 else 1
    found = check_gradients(case.f, *values, order=order, rtol=1e-8)
    if order > 1 and size <= 20:
        check_gradients(case.f, *values, order=2, modes=["forward"], rtol=1e-8)
    if case.analytic:
        assert set(found.oracles) == {"complex step"}
        assert found.max_error < 2e-12


@every_complex_case
def test_derivatives_by_complex_numbers(case):
    values = case.values(complex)
    size = coordinates(values).size + coordinates(floating(case.f(*values))).size
    check_gradients(case.f, *values, order=2 if size <= 16 else 1, rtol=1e-8)
    if size <= 8:
        check_gradients(case.f, *values, order=2, modes=["forward"], rtol=1e-8)


@every_case
def test_jacobians_of_both_modes_agree_when_batched(case):
    values = case.values()
    numbers = tuple(range(len(values)))
    f = lambda *xs: floating(case.f(*xs))
    y, pullback = ag.vjp(f, *values)
    modes = [ag.jacobian(f, numbers, mode=mode)(*values) for mode in ("reverse", "forward")]
    for k, out in enumerate(y):
        unit = cotangents(y)[k]
        rows = pullback([c if j == k else np.zeros_like(c) for j, c in enumerate(cotangents(y))])
        for x, row, of_reverse, of_forward in zip(values, rows, modes[0][k], modes[1][k], strict=True):
            assert of_reverse.shape == of_forward.shape == out.shape + x.shape
            assert close(of_reverse, of_forward, 1e-12)
            assert close(np.tensordot(unit, of_reverse, out.ndim), row, 1e-12)


@every_dtype("f8", "c16")
def test_forward_and_reverse_are_transposes(case, dtype):
    values = case.values(dtype)
    f = lambda *xs: floating(case.f(*xs))
    y, pullback = ag.vjp(f, *values)
    u, v = cotangents(y), cotangents(values, 3)
    forward = ag.jvp(f, values, v)[1]
    pairs = [*zip(u, forward, strict=True)], [*zip(pullback(u), v, strict=True)]
    left, right = (np.real(sum(np.sum(a * b) for a, b in pair)) for pair in pairs)
    size = sum(np.sum(np.abs(a * b)) for pair in pairs for a, b in pair)
    assert abs(left - right) <= 1e-12 * size


# -- the contract of a pullback --------------------------------------------------------------------------------------


@every_case
def test_pullback_is_linear_and_touches_nothing(case):
    values = case.values()
    before = [v.copy() for v in values]
    y, pullback = pullback_of(case.f, values)
    a, b = cotangents(y), cotangents(y, 5)
    kept = [c.copy() for c in a]
    of_a, of_b = pullback(a), pullback(b)
    both = pullback([2 * s - 3 * t for s, t in zip(a, b, strict=True)])
    for x, g, h, both_g in zip(values, of_a, of_b, both, strict=True):
        assert (g.shape, g.dtype) == (x.shape, x.dtype)
        assert close(both_g, 2 * g - 3 * h, 1e-12)
        assert not any(np.shares_memory(g, other) for other in (*values, *a, *y))
    for zero in pullback([np.zeros_like(c) for c in a]):
        assert not zero.any()
    for g, again in zip(of_a, pullback(a), strict=True):
        assert np.array_equal(g, again)
    assert all(map(np.array_equal, values, before))
    assert all(map(np.array_equal, a, kept))


@every_case
def test_cotangents_have_the_dtype_of_their_primals(case):
    rough = case.values("f4")
    f = lambda *xs: floating(case.f(*xs))
    y, pullback = ag.vjp(f, *(v.astype("f8") for v in rough))
    expected = pullback(cotangents(y))
    for values in (rough, [*rough[:1], *(v.astype("f8") for v in rough[1:])]):
        y, pullback = ag.vjp(f, *values)
        for x, g, e in zip(values, pullback(cotangents(y)), expected, strict=True):
            assert g.dtype == x.dtype
            assert close(g, e, 1e-4)
        for out, tangent in zip(y, ag.jvp(f, values, cotangents(values))[1], strict=True):
            assert (tangent.shape, tangent.dtype) == (out.shape, out.dtype)


# -- layouts, constants, scalars -------------------------------------------------------------------------------------


def reversed_strides(v):
    flip = (slice(None, None, -1),) * v.ndim
    return np.array(v[flip], order="F")[flip]


def read_only(v):
    v = v.copy()
    v.flags.writeable = False
    return v


LAYOUTS = {
    "Fortran": lambda v: np.array(v, order="F"),
    "negative strides": lambda v: reversed_strides(np.asarray(v)),
    "strided": lambda v: np.repeat(np.asarray(v), 2, -1)[..., ::2] if v.ndim else v,
    "read-only": lambda v: read_only(np.asarray(v)),
}


@every_case
def test_no_layout_and_no_choice_of_operands_changes_a_gradient(case):
    values = case.values()
    y, pullback = pullback_of(case.f, values)
    cts = cotangents(y)
    expected = pullback(cts)
    subsets = [s for n in range(1, len(values) + 1) for s in itertools.combinations(range(len(values)), n)]
    for k, layout in enumerate(LAYOUTS.values()):
        laid = [layout(v) for v in values]
        for chosen in subsets[k % 2 :: 2] or subsets:

            def f(*xs, chosen=chosen, laid=laid):
                full = list(laid)
                for i, x in zip(chosen, xs, strict=True):
                    full[i] = x
                return case.f(*full)

            y, pullback = pullback_of(f, [laid[i] for i in chosen])
            for i, g in zip(chosen, pullback([layout(c) for c in cts]), strict=True):
                assert close(g, expected[i], 1e-13)


@every_case
def test_stride_zero(case):
    values = [np.broadcast_to(v.ravel()[:1].reshape((1,) * v.ndim), v.shape) if v.size else v for v in case.values()]
    try:
        y, pullback = pullback_of(case.f, [v.copy() for v in values])
        expected = pullback(cotangents(y))
    except (ValueError, np.linalg.LinAlgError):
        pytest.skip("equal elements are outside the domain")
    for got in (pullback_of(case.f, values)[1](cotangents(y)), pullback([c + 0 for c in cotangents(y)])):
        for g, e in zip(got, expected, strict=True):
            assert close(g, e, 1e-13)
    ones = [np.broadcast_to(np.ones((), v.dtype), v.shape) for v in y]
    for g, e in zip(pullback(ones), pullback([v.copy() for v in ones]), strict=True):
        assert close(g, e, 1e-13)


NUMPYS = [case for case in CASES if case.function is not case.primitive]
SCALAR = [case for case in NUMPYS if len(s := slots_of(case.call)) == 2 and () in (s[0].shape, s[1].shape)]


@pytest.mark.parametrize("kind", [float, np.float64, np.float32])
@pytest.mark.parametrize("case", SCALAR, ids=[case.name for case in SCALAR])
def test_python_and_numpy_scalars_on_either_side(case, kind):
    rough = case.values("f4")
    for k in (k for k in (0, 1) if rough[k].shape == ()):
        scalar, other = kind(rough[k]), rough[1 - k]

        def f(x, k=k, scalar=scalar):
            return case.f(*((scalar, x) if k == 0 else (x, scalar)))

        for t, e in zip(arrays_of(f(ag.Tensor(other, requires_grad=True))), arrays_of(f(other)), strict=True):
            assert (t.shape, t.dtype) == (np.shape(e), np.asarray(e).dtype)
        y, pullback = pullback_of(f, [other])
        assert pullback(cotangents(y))[0].dtype == np.float32
        check_gradients(f, other.astype("f8"), order=1)


TWINS = [case for case in NUMPYS if len(s := slots_of(case.call)) == 2 and s[0] == s[1]]


@pytest.mark.parametrize("case", TWINS, ids=[case.name for case in TWINS])
def test_same_tensor_twice(case):
    check_gradients(lambda x: case.f(x, x), case.values()[0], order=1, rtol=1e-8)


# -- keywords: sampled or refused, never ignored ---------------------------------------------------------------------

# A value for each parameter that NumPy's functions have, other than its default.
PROBES = {
    "dtype": "f4", "casting": "unsafe", "order": "F", "subok": True, "keepdims": True, "where": np.array(True),
    "initial": 0.5, "axis": 0, "axes": [(-2, -1), (-2, -1), (-2, -1)], "signature": "dd->d", "mode": "clip",
    "optimize": True, "ddof": 1, "correction": 1, "deg": True, "copy": True,
}  # fmt: skip
UFUNC_KEYWORDS = ("casting", "order", "dtype", "subok", "signature", "axes", "axis", "keepdims")


def numpy_parameters(function):
    if isinstance(function, np.ufunc):
        return set(UFUNC_KEYWORDS)
    parameters = told(function).parameters.values()
    named = {p.name for p in parameters if p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD, p.POSITIONAL_ONLY)}
    return named | (set(UFUNC_KEYWORDS) if any(p.kind is p.VAR_KEYWORD for p in parameters) else set())


def given_in(function, call):
    if isinstance(function, np.ufunc):
        return set(call.kwargs)
    return set(told(function).bind(*call.args, **call.kwargs).arguments) | set(call.kwargs)


NUMPY = [case for case in FIRST if case.function is not case.primitive]


@pytest.mark.parametrize("first", NUMPY, ids=[case.primitive.name for case in NUMPY])
def test_a_keyword_is_sampled_or_refused(first):
    function, cases = first.function, [case for case in CASES if case.primitive is first.primitive]
    sampled = set().union(*(given_in(function, case.call) for case in cases)) | {"out", "like"}
    for name in sorted(numpy_parameters(function) - sampled):
        tried = [case for case in cases if name not in given_in(function, case.call) and accepted(case, name)]
        if name in UFUNC_KEYWORDS and not tried:
            continue  # not one of this function's
        assert tried, f"{first.primitive.name}: `{name}` is neither sampled nor in PROBES"
        case, with_keyword = tried[-1], given(tried[-1], **{name: PROBES[name]})
        values = case.values()
        try:
            got = with_keyword.f(*(ag.Tensor(v, requires_grad=True) for v in values))
        except TypeError:
            continue
        assert name in UFUNC_KEYWORDS, f"{first.primitive.name}: `{name}` is neither sampled nor refused"
        for t, e in zip(arrays_of(got), arrays_of(with_keyword.f(*values)), strict=True):
            assert t.dtype == e.dtype
            assert np.array_equal(t.data, e)
        y, pullback = pullback_of(case.f, values)
        z, with_pullback = pullback_of(with_keyword.f, values)
        for g, e in zip(with_pullback(cotangents(z)), pullback(cotangents(y)), strict=True):
            assert close(g, e, 1e-5 if name == "dtype" else 1e-13)


def given(case, **more):
    return case._replace(call=Call(case.call.args, {**case.call.kwargs, **more}))


def accepted(case, name):
    try:
        given(case, **{name: PROBES[name]}).f(*case.values())
    except (TypeError, ValueError, KeyError):
        return False
    return True


def has_out(function):
    return isinstance(function, np.ufunc) or "out" in told(function).parameters


INTO = [case for case in NUMPY if has_out(case.function)]


@pytest.mark.parametrize("case", INTO, ids=[case.primitive.name for case in INTO])
def test_out_is_rebound_or_refused(case):
    values = case.values()
    expected = arrays_of(case.f(*values))

    def into(targets):
        return given(case, out=tuple(targets) if len(targets) > 1 else targets[0])

    y, pullback = pullback_of(case.f, values)
    with pytest.raises(TypeError, match="out"):
        into([np.zeros(v.shape, v.dtype) for v in expected]).f(*(ag.Tensor(v, requires_grad=True) for v in values))

    def rebound(*xs):
        targets = [ag.Tensor(np.zeros_like(v)) for v in expected]
        into(targets).f(*xs)
        return targets

    z, again = pullback_of(rebound, values)
    for a, b in zip(y, z, strict=True):
        assert np.array_equal(a, b)
    for g, e in zip(again(cotangents(y)), pullback(cotangents(y)), strict=True):
        assert np.array_equal(g, e)


UFUNCS = [
    case
    for case in NUMPY
    if isinstance(case.function, np.ufunc) and case.function.nout == 1 and case.function is not np.matmul
]


@pytest.mark.parametrize("first", UFUNCS, ids=[case.primitive.name for case in UFUNCS])
def test_where_leaves_the_rest_of_out_alone(first):
    case = next(c for c in CASES if c.primitive is first.primitive and slots_of(c.call)[0].shape == (2, 3))
    values = case.values()
    rest = np.linspace(1, 2, 6).reshape(2, 3)
    mask = np.array([[True, False, True], [False, False, True]])

    def masked(out, *xs):
        target = out + 0 if isinstance(out, np.ndarray) else ag.stack([*out])
        given(case, out=target, where=mask).f(*xs)
        return target

    y, pullback = ag.vjp(masked, rest, *values)
    assert np.array_equal(y, masked(rest, *values))
    (u,) = cotangents([y])
    got, expected = pullback(u), pullback_of(case.f, values)[1]([np.where(mask, u, 0)])
    for g, e in zip(got, [np.where(mask, 0, u), *expected], strict=True):
        assert np.array_equal(g, e)


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
