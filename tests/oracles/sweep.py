"""Differentiate every variant in a library and compare with differences of plain NumPy.

    python tests/oracles/sweep.py                                   # ours, and MyGrad if it is installed
    python tests/oracles/sweep.py --hips-python hips/bin/python     # HIPS autograd too, from its own environment
    python tests/oracles/sweep.py --library mygrad --list           # one of them, with what it got wrong

This file and the list import nothing but NumPy and the library that is judged, so any interpreter can run them. The
loss of a variant is the sum of its results' elements, each with a weight of its own. Judged are the gradient by every
input, and (order 2) the gradient of its component along a direction, a whole row of the Hessian's products.

A variant is *right* if every element agrees, *wrong* if a number came back that does not, *refused* if an error (or no
gradient at all) came back, *absent* if this NumPy itself does not know the call.
"""

import argparse
import json
import subprocess
import sys
import warnings
from collections import Counter
from pathlib import Path

import numpy as np

try:
    from .variants import INPUTS, VARIANTS, names_in
except ImportError:  # run as a file
    from variants import INPUTS, VARIANTS, names_in

STEP = 0.004
TOLERANCE = {1: 2e-9, 2: 2e-6}  # beside the largest element; a difference of second order loses 1/STEP more digits
# Weights of central differences of eighth order, for f' and f'' (Fornberg, Mathematics of Computation 51, 1988)
SLOPE = {1: 4 / 5, 2: -1 / 5, 3: 4 / 105, 4: -1 / 280}
CURVATURE = {0: -205 / 72, 1: 8 / 5, 2: -1 / 5, 3: 8 / 315, 4: -1 / 560}


# -- a variant as a real function of arrays --------------------------------------------------------------------------


def results_of(value):
    """The floating arrays in a result: in tuples, lists and what a library makes of them."""
    if isinstance(value, (tuple, list)) or type(value).__name__ == "SequenceBox":
        return [out for item in value for out in results_of(item)]
    kind = getattr(getattr(value, "dtype", None), "kind", "f")
    return [value] if kind in "fc" else []


def weights_of(shape, k):
    """Weights without symmetry; complex, so that both parts of a complex result count."""
    n = np.arange(int(np.prod(shape)))
    return ((1.3 + np.sin(1 + k + 1.7 * n)) * (1 - 0.6j * np.cos(n + k))).reshape(shape)


def loss_of(text, namespace, real=np.real):
    """The loss of a variant as a function of its inputs, computed with a library's ``np``."""
    code, names = compile(text, text, "eval"), names_in(text)

    def loss(*values):
        values = [np.array(v) if isinstance(v, np.ndarray) else v for v in values]  # some calls overwrite their input
        outputs = results_of(eval(code, {"np": namespace, **dict(zip(names, values, strict=True))}))
        total = 0.0
        for k, out in enumerate(outputs):
            w = weights_of(np.shape(out), k)
            total = total + (real(out * w) if out.dtype.kind == "c" else out * w.real).sum()
        return total

    return loss


def direction_of(value, k):
    """Where the second derivative is taken along: numbers without symmetry, of size one at most."""
    v = np.cos(0.4 + k + 2.3 * np.arange(value.size)).reshape(value.shape)
    return v * (1 - 0.7j) / 1.3 if value.dtype.kind == "c" else v


# -- the oracle ------------------------------------------------------------------------------------------------------


def along(loss, values, move, weights, step):
    return [(c, loss(*(v + s * step * d for v, d in zip(values, move, strict=True)))) for s, c in weights]


def slope(loss, values, move):
    pairs = [(s * k, s * c) for k, c in SLOPE.items() for s in (1, -1)]
    return sum(c * y for c, y in along(loss, values, move, pairs, STEP)) / STEP


def curvature(loss, values, move):
    pairs = [(s, c) for k, c in CURVATURE.items() for s in ({0} if k == 0 else (k, -k))]
    return sum(c * y for c, y in along(loss, values, move, pairs, STEP)) / STEP**2


def units(values):
    """Every coordinate's unit vector, with its place: array, index, 1 or i."""
    for k, v in enumerate(values):
        for index in np.ndindex(v.shape):
            for one in (1, 1j) if v.dtype.kind == "c" else (1,):
                move = [np.zeros_like(u) for u in values]
                move[k][index] = one
                yield k, index, one, move


def expected(loss, values, order):
    """The gradient (∂/∂x - i ∂/∂y for a complex input) of the loss, or of its slope along the direction."""
    found = [np.zeros(v.shape, v.dtype) for v in values]
    v = [direction_of(value, k) for k, value in enumerate(values)]
    for k, index, one, move in units(values):
        if order == 1:
            d = slope(loss, values, move)
        else:  # ∂²/∂v∂e from the curvatures along v + e and v - e
            both = ([a + s * b for a, b in zip(v, move, strict=True)] for s in (1, -1))
            plus, minus = (curvature(loss, values, m) for m in both)
            d = (plus - minus) / 4
        found[k][index] += np.conj(one) * d
    return found


# -- the libraries: the gradient of a loss, in their words -----------------------------------------------------------


def ours():
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    import autograd as ag

    def gradient(text, values, order):
        loss, every = loss_of(text, np), tuple(range(len(values)))
        first = ag.grad(loss, every)
        return first(*values) if order == 1 else ag.grad(sloped(first, values, np), every)(*values)

    return ag.__version__, gradient


def hips():
    import autograd
    import autograd.numpy as anp

    def gradient(text, values, order):
        loss, every = loss_of(text, anp, anp.real), tuple(range(len(values)))
        first = autograd.grad(loss, every)
        return first(*values) if order == 1 else autograd.grad(sloped(first, values, anp), every)(*values)

    return "1.9", gradient


def sloped(first, values, namespace):
    """The slope of a loss along the direction, from its gradient."""

    directions = [direction_of(v, k) for k, v in enumerate(values)]

    def slope(*values):
        return sum(namespace.real(g * v).sum() for g, v in zip(first(*values), directions, strict=True))

    return slope


def mygrad():
    import mygrad as mg

    class Either:
        """NumPy's functions, or, where those do not take its tensors, MyGrad's own of the same name."""

        def __init__(self, module):
            self.module = module

        def __getattr__(self, name):
            return getattr(self.module, name) if hasattr(self.module, name) else getattr(np, name)

    def once(text, values, namespace):
        tensors = [mg.tensor(v) for v in values]
        loss = loss_of(text, namespace)(*tensors)
        if not isinstance(loss, mg.Tensor):
            raise TypeError("the result is no tensor")
        loss.backward()
        if any(t.grad is None for t in tensors):
            raise TypeError("no gradient came back")
        return [np.asarray(t.grad) for t in tensors]

    def gradient(text, values, order):
        if order == 2:
            raise NotImplementedError("MyGrad has no second derivatives")
        try:
            return once(text, values, np)
        except Exception:
            return once(text, values, Either(mg))

    return mg.__version__, gradient


LIBRARIES = {"ours": ours, "hips": hips, "mygrad": mygrad}


# -- the verdict -----------------------------------------------------------------------------------------------------


def judged(text, gradient, order):
    """right, wrong, refused or absent, and why."""
    values = [np.array(INPUTS[name])[()] for name in names_in(text)]
    loss = loss_of(text, np)
    with warnings.catch_warnings(record=True) as warned, np.errstate(all="ignore"):
        warnings.simplefilter("always")
        try:
            due = expected(loss, values, order)
            size = 1 + abs(loss(*values))  # differences are noise below a part of this
        except Exception as error:
            return "absent", f"{type(error).__name__}: {error}"
        try:
            got = [np.asarray(g) for g in gradient(text, values, order)]
        except Exception as error:
            return "refused", f"{type(error).__name__}: {' '.join(str(error).split())[:160]}"
    scale = max([np.max(np.abs(g), initial=0) for g in due] + [0.01 * size])
    for name, g, e in zip(names_in(text), got, due, strict=True):
        if g.shape != e.shape:
            return "wrong", f"by {name}: shape {g.shape} where {e.shape} is due"
        error = np.max(np.abs(g - e), initial=0) / scale
        if not error <= TOLERANCE[order]:
            if any("independent of input" in str(w.message) for w in warned):  # how HIPS autograd reports a lost one
                return "refused", "a warning, and zeros"
            return "wrong", f"by {name}: error {error:.2g}; got {g.tolist()} where {e.tolist()} is due"[:400]
    return "right", ""


def swept(library):
    """Both verdicts on every variant: {text: [first order, second order]}."""
    found, gradient = LIBRARIES[library]()
    verdicts = {text: [judged(text, gradient, order) for order in (1, 2)] for text in VARIANTS}
    return {"library": library, "version": found, "numpy": np.__version__, "verdicts": verdicts}


def report(sweep, listed):
    counts = [Counter(v[k][0] for v in sweep["verdicts"].values()) for k in (0, 1)]
    print(f"{sweep['library']} {sweep['version']}, NumPy {sweep['numpy']}, {len(sweep['verdicts'])} variants")
    for k, count in enumerate(counts):
        print(f"  order {k + 1}: " + ", ".join(f"{count[w]} {w}" for w in ("right", "wrong", "refused", "absent")))
    for text, pair in sweep["verdicts"].items() if listed else ():
        for k, (verdict, why) in enumerate(pair):
            if verdict in ("wrong", "refused") and (k == 0 or pair[0][0] == "right"):
                print(f"  {verdict}, order {k + 1}: {text}\n      {why}")


def main():
    parser = argparse.ArgumentParser(description="Sweep the variants through libraries.")
    parser.add_argument("--library", choices=LIBRARIES, help="only this one, in this process")
    parser.add_argument("--hips-python", help="an interpreter that has HIPS autograd")
    parser.add_argument("--list", action="store_true", help="name the variants that were wrong or refused")
    parser.add_argument("--json", action="store_true", help="print every verdict")
    given = parser.parse_args()
    if given.library:
        sweep = swept(given.library)
        print(json.dumps(sweep)) if given.json else report(sweep, given.list)
        return
    pythons = {"ours": sys.executable, "mygrad": sys.executable, "hips": given.hips_python}
    for library, python in pythons.items():
        if python:
            command = [python, __file__, "--library", library, "--json"]
            run = subprocess.run(command, capture_output=True, text=True, cwd=Path(__file__).parent)
            if run.returncode:
                print(f"{library}: left out: {run.stderr.strip().splitlines()[-1]}")
            else:
                report(json.loads(run.stdout), given.list)


if __name__ == "__main__":
    main()
