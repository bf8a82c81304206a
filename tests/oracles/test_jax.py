"""Derivatives beside those of JAX, where it is installed: the samples of our rules, and random programs.

``AUTOGRAD_ORACLES=all`` runs every call of every sample and 1,000 programs; ``AUTOGRAD_SEED=n`` repeats programs.
"""

import os
import random

import numpy as np
import pytest

jax = pytest.importorskip("jax")
jnp = pytest.importorskip("jax.numpy")

import autograd as ag  # noqa: E402

from .peers import EVERYTHING, compared, flattened, loss_of, shared  # noqa: E402
from .programs import draw  # noqa: E402

SEED = int(os.environ.get("AUTOGRAD_SEED", random.SystemRandom().randrange(2**32)))
PROGRAMS = 1000 if EVERYTHING else 50
# What JAX 0.10 takes for zero: the derivatives of unique values, which are picked, and of x/|x| by a complex x
ZERO = {"setdiff1d", "setxor1d", "union1d", "unique", "unique_all", "unique_counts", "unique_inverse", "unique_values"}
ZERO_BY_COMPLEX = {"sign"}
FUNCTIONS = {name: pair for name, pair in shared(jnp).items() if name not in ZERO}


@pytest.fixture(autouse=True)
def _double_precision():
    before = jax.config.jax_enable_x64
    jax.config.update("jax_enable_x64", True)
    yield
    jax.config.update("jax_enable_x64", before)


def theirs(function):
    def gradients(call, values):
        loss = loss_of(function, call, flattened, jnp.real)
        arrays = [jnp.asarray(v) for v in values]
        got, outputs = jax.grad(loss, tuple(range(len(arrays))), has_aux=True)(*arrays)
        return [np.asarray(g) for g in got], [np.asarray(v) for v in outputs]

    return gradients


@pytest.mark.parametrize("name", FUNCTIONS)
def test_samples_agree(name):
    function, cases = FUNCTIONS[name]
    cases = [case for case in cases if "dtype" not in case.call.kwargs]
    verdicts = []
    for case in cases:
        for dtype in ("f8", "c16") if case.complex and name not in ZERO_BY_COMPLEX else ("f8",):
            if EVERYTHING or len([v for v in verdicts if v]) < 2:
                verdicts.append(compared(case, theirs(function), dtype))
    if not any(verdicts):
        pytest.skip("JAX takes none of these calls, or computes something else")


def test_many_functions_are_shared():
    assert len(FUNCTIONS) > 100


@pytest.mark.parametrize("number", range(PROGRAMS))
def test_programs_agree(number):
    rng = np.random.default_rng([SEED, number])
    program = draw(rng, int(rng.integers(5, 31)))
    leaves = list(program.leaves.values())
    every = tuple(range(len(leaves)))
    ours = ag.grad(lambda *xs: program(np, *xs), every)(*leaves)
    due = jax.jit(jax.grad(lambda *xs: program(jnp, *xs), every))(*map(jnp.asarray, leaves))
    along = [np.cos(1.0 + k + np.arange(v.size)).reshape(v.shape) for k, v in enumerate(leaves)]
    slope = ag.jvp(lambda *xs: program(np, *xs), leaves, along)[1]
    size = max(1e-3, *(np.max(np.abs(g)) for g in due))
    text = f"AUTOGRAD_SEED={SEED}\n{program}"
    for a, b in zip(ours, due, strict=True):
        assert np.max(np.abs(a - b)) <= 1e-9 * size, text
    assert abs(slope - sum(np.sum(d * b) for d, b in zip(along, due, strict=True))) <= 1e-8 * size, text
