"""Every public callable of NumPy has a state, and behaves as its state says."""

import inspect
import re
from pathlib import Path

import numpy as np
import pytest

import autograd as ag
from autograd.primitive import registry

A = np.array([[1.5, 2.5, 0.5], [3.5, 4.5, 5.5]])
MODULES = (np, np.linalg, np.fft)
STATES = ("elementwise", "linear", "general", "composite", "constant", "unsupported")


def public():
    """Every public callable by its name; not scalar types, which only convert, and not errors."""
    for module in MODULES:
        for name in sorted(vars(module)):
            value = getattr(module, name)
            is_type = inspect.isclass(value) and issubclass(value, (np.generic, BaseException, Warning, bool))
            if callable(value) and not name.startswith("_") and not is_type:
                yield f"{module.__name__}.{name}".removeprefix("numpy."), value


PUBLIC = dict(public())


def state(function):
    return registry[function].kind if function in registry else None


def dispatches(function):
    return isinstance(function, np.ufunc) or hasattr(function, "_implementation")


def of_state(*kinds):
    return {name: f for name, f in PUBLIC.items() if state(f) in kinds}


def taped():
    return ag.Tensor(A, requires_grad=True)


def test_every_public_callable_has_a_state():
    missing = [name for name, f in PUBLIC.items() if state(f) not in STATES]
    assert not missing, f"declare these in autograd/rules: {', '.join(missing)}"


def test_what_is_unsupported_says_what_to_write():
    for name, function in of_state("unsupported").items():
        reason = registry[function].reason
        assert re.search(r"\b[Ww]rite\b|\bnp\.|\bag\.", reason), f"{name}: {reason}"
        assert len(reason) < 130


# -- constant --------------------------------------------------------------------------------------------------------

# Calls of those that take more, or other things, than one array of floats
CONSTANT = {
    **dict.fromkeys(
        ("bitwise_and", "bitwise_or", "bitwise_xor", "gcd", "lcm", "left_shift", "right_shift", "bitwise_left_shift",
         "bitwise_right_shift"),
        lambda f, x: f(np.argsort(x), 2),
    ),
    **dict.fromkeys(("bitwise_count", "invert", "bitwise_invert", "bitwise_not"), lambda f, x: f(np.argsort(x))),
    **dict.fromkeys(
        ("equal", "not_equal", "less", "less_equal", "greater", "greater_equal", "logical_and", "logical_or",
         "logical_xor", "isclose", "allclose", "array_equal", "array_equiv", "isin", "in1d"),
        lambda f, x: f(x, x[0]),
    ),
    **dict.fromkeys(("packbits", "unpackbits"), lambda f, x: f(ag.Tensor(np.array([3, 5], np.uint8)))),
    **dict.fromkeys(("busday_count", "busday_offset"), lambda f, x: f(np.datetime64("2026-01-01"), 2)
                    if f is np.busday_offset else f("2026-01-01", "2026-02-01")),
    **dict.fromkeys(("shares_memory", "may_share_memory"), lambda f, x: f(x, x)),
    **dict.fromkeys(("diag_indices_from", "tril_indices_from", "triu_indices_from"), lambda f, x: f(x[:, :2])),
    "argpartition": lambda f, x: f(x, 1),
    "bincount": lambda f, x: f(np.argsort(x[0])),
    "can_cast": lambda f, x: f(x.dtype, float),
    "datetime_as_string": lambda f, x: f(np.datetime64("2026-01-01")),
    "digitize": lambda f, x: f(x, x[0, :2]),
    "einsum_path": lambda f, x: f("ij,kj->ik", x, x),
    "histogram_bin_edges": lambda f, x: f(x),
    "is_busday": lambda f, x: f("2026-01-01"),
    "isnat": lambda f, x: f(np.datetime64("2026-01-01")),
    "lexsort": lambda f, x: f((x[0], x[1])),
    "ravel_multi_index": lambda f, x: f((np.argsort(x[0]), np.argsort(x[1])), (3, 3)),
    "searchsorted": lambda f, x: f(x[1], x),
    "unravel_index": lambda f, x: f(np.argsort(x), (2, 3)),
}  # fmt: skip


def tensors(result):
    if isinstance(result, (list, tuple)):
        return [t for item in result for t in tensors(item)]
    return [result] if isinstance(result, ag.Tensor) else []


DISPATCHING = {name: f for name, f in of_state("constant").items() if dispatches(f)}


@pytest.mark.filterwarnings("ignore:.*deprecated:DeprecationWarning")
@pytest.mark.parametrize("name", DISPATCHING)
def test_what_is_constant_gives_no_gradient_and_loses_none(name):
    function = DISPATCHING[name]
    call = CONSTANT.get(name, lambda f, x: f(x))
    x = taped()
    result = call(function, x)
    assert not isinstance(result, np.ndarray) or result.dtype != object
    assert not any(t.requires_grad or t.dtype == object for t in tensors(result))
    expected = call(function, ag.Tensor(A))
    for t, e in zip(tensors(result), tensors(expected), strict=True):
        assert np.array_equal(t.data, e.data) or np.isnan(e.data).any() or name == "empty_like"


# -- unsupported -----------------------------------------------------------------------------------------------------

REFUSED = {
    "nextafter": lambda x: np.nextafter(x, 1.0), "spacing": np.spacing, "isfortran": np.isfortran,
    "save": lambda x: np.save("never-written", x), "savez": lambda x: np.savez("never-written", x),
    "savez_compressed": lambda x: np.savez_compressed("never-written", x),
    "savetxt": lambda x: np.savetxt("never-written", x),
    **{name: getattr(np, name) for name in (
        "array", "asarray", "asanyarray", "ascontiguousarray", "asfortranarray", "require", "asarray_chkfinite",
        "frombuffer", "from_dlpack", "matrix", "asmatrix", "nditer", "ndenumerate", "broadcast", "flatiter")},
    "recarray": lambda x: np.recarray((2,), [("a", float)], x), "bmat": lambda x: np.bmat([[x, x]]),
    "full": lambda x: np.full((2, 3), x), "fromiter": lambda x: np.fromiter(x[0], float),
    "ndarray": lambda x: np.ndarray((2, 3), float, x), "kaiser": lambda x: np.kaiser(3, x[0, 0]),
    "nested_iters": lambda x: np.nested_iters(x, [[0], [1]]), "vectorize": lambda x: np.vectorize(abs)(x),
    "frompyfunc": lambda x: np.frompyfunc(abs, 1, 1)(x),
}  # fmt: skip


UNSUPPORTED = list(of_state("unsupported"))


def test_each_unsupported_function_is_tried():
    assert set(UNSUPPORTED) <= set(REFUSED)


@pytest.mark.filterwarnings("ignore:the matrix subclass:PendingDeprecationWarning")
@pytest.mark.parametrize("name", UNSUPPORTED)
def test_what_is_unsupported_raises_on_a_tape(name):
    with pytest.raises((TypeError, AttributeError, ValueError)) as raised:
        REFUSED[name](taped())
    if dispatches(PUBLIC[name]):
        assert str(raised.value).startswith(f"{name}: ")
        assert registry[PUBLIC[name]].reason in str(raised.value)


def test_windows_of_memory_are_refused():
    with pytest.raises(TypeError):
        np.lib.stride_tricks.as_strided(taped(), (2,), (8,))
    assert "sliding_window_view" in registry[np.lib.stride_tricks.as_strided].reason


def test_a_function_of_index_grids_may_return_tensors():
    x = ag.Tensor(2.0, requires_grad=True)
    y = np.fromfunction(lambda i, j: x * i + j, (2, 3))
    y.sum().backward()
    assert x.grad == 3


# -- the page --------------------------------------------------------------------------------------------------------

PAGE = Path(ag.__file__).parent.parent / "docs" / "coverage.md"


def listed():
    """The names on the page, by state: those before the reason, on the lines that begin with a module."""
    names, text = {}, PAGE.read_text(encoding="utf-8").replace("\n    ", " ")
    for line in text.splitlines():
        if head := re.fullmatch(r"(differentiable|constant|unsupported) \(\d+\)", line):
            kind = head[1]
        elif row := re.match(r"  (numpy[.a-z]*): ([\w, ]+)", line):
            names.update({f"{row[1]}.{name}".removeprefix("numpy."): kind for name in row[2].split(", ")})
    return names


def test_the_page_shows_what_coverage_prints():
    """Each name that NumPy has here is on the page in its state; the page may know later versions of NumPy."""
    page = listed()
    for name, function in PUBLIC.items():
        p = registry[function]
        home, _, _ = name.rpartition(".")
        found = {page.get(n) for n in (name, f"{home}.{p.name}".lstrip("."), p.name)} - {None}
        older = not found and np.lib.NumpyVersion(np.__version__) < "2.4.0"  # a name that has gone since
        assert older or ("differentiable" if p.differentiable else p.kind) in found, name
