"""The samples of our rules, run through another library's function of the same name.

Where both give the same value, they have to give the same derivative: what a library computes differently on purpose
(another default, another layout of its result) drops out by its value, what it does not take drops out by its error.
"""

import os

import numpy as np

import autograd as ag
from autograd.testing._cases import fill, floating
from tests.oracles.sweep import weights_of
from tests.rules.test_rules import CASES

EVERYTHING = os.environ.get("AUTOGRAD_ORACLES") == "all"  # else two calls of each function and fifty programs


def spaces(np_like):
    """NumPy's namespaces beside another library's."""
    yield np, np_like
    for name in ("linalg", "fft"):
        yield getattr(np, name), getattr(np_like, name, None)


def namesake(function, np_like):
    """A library's function of the same name in the same namespace; None if there is none."""
    for ours, theirs in spaces(np_like):
        for name in dir(ours):
            if getattr(ours, name) is function and callable(getattr(theirs, name, None)):
                return getattr(theirs, name)
    return None


def shared(np_like):
    """{name: (the function of theirs, the cases of our sample)}, for every function that both have."""
    found = {}
    for case in CASES:
        name = case.name.rpartition("-")[0]
        if name not in found:
            found[name] = (namesake(case.function, np_like), [])
        found[name][1].append(case)
    return {name: pair for name, pair in found.items() if pair[0] is not None}


def converted(tree, convert):
    """Constants of a call as the library's arrays."""
    if isinstance(tree, (np.ndarray, np.generic)):
        return convert(tree)
    if isinstance(tree, dict):
        return {name: converted(item, convert) for name, item in tree.items()}
    return type(tree)(converted(item, convert) for item in tree) if type(tree) in (list, tuple) else tree


def loss_of(function, call, flat, real, convert=lambda v: v):
    """The weighted sum of a call's floating results, and the results, as a function of the values in its slots."""

    def loss(*values):
        # Slots are filled last: their values may be tracers of the library's, which are none of its arrays.
        args, kwargs = fill((converted(call.args, convert), converted(call.kwargs, convert)), iter(values))
        outputs = flat(function(*args, **kwargs))
        total = 0.0
        for k, out in enumerate(outputs):
            w = weights_of(tuple(out.shape), k)
            is_complex = "complex" in str(out.dtype)
            total = total + (real(out * convert(w)) if is_complex else out * convert(w.real)).sum()
        return total, outputs

    return loss


def flattened(result):
    """The arrays in a library's result, whatever its containers are called."""
    if isinstance(result, (tuple, list)):
        return [out for item in result for out in flattened(item)]
    return [result] if "float" in str(result.dtype) or "complex" in str(result.dtype) else []


def due(case, values):
    """Our gradient of the loss by every slot, and the plain values of the call."""
    loss = loss_of(case.function, case.call, floating, np.real)
    got = ag.grad(lambda *xs: loss(*xs)[0], tuple(range(len(values))))(*values)
    return list(got), floating(case.f(*values))


def compared(case, theirs, dtype=np.float64):
    """Whether both libraries gave the same derivative: True, or None where they do not compute the same.

    ``theirs(call, values)`` gives their gradients and results; an error of theirs is no verdict.
    """
    values = case.values(dtype)
    if not values or not sum(v.size for v in values):
        return None
    try:
        gradients, results = theirs(case.call, values)
    except Exception:
        return None
    ours, expected = due(case, values)
    if len(results) != len(expected):
        return None
    for a, b in zip(results, expected, strict=True):
        if np.shape(a) != b.shape or not np.allclose(a, b, rtol=1e-10, atol=1e-12):
            return None
    for k, (a, b) in enumerate(zip(gradients, ours, strict=True)):
        size = np.max(np.abs(b), initial=1e-3)
        if not np.all(np.isfinite(a)):
            return None  # a NaN of theirs at a point where the derivative exists
        assert np.max(np.abs(a - b), initial=0) <= 1e-9 * size, f"{case.name}, by slot {k}: {b} here, {a} there"
    return True
