"""A few mutants of a few rules; ``python -m tests.mutation -n 2`` tries all of them."""

import ast
import re

import numpy as np
import pytest

from autograd.primitive import registry

from . import declared, source
from .equivalent import EQUIVALENT
from .run import CASES, failing, mutants_of, run

QUICK = ["multiply", "arctan2", "matmul", "sum", "concatenate", "inv", "clip", "gru_step"]


@pytest.mark.parametrize("name", QUICK)
def test_mutants_are_caught(name):
    said = []
    mutants, survivors, _, broken = run(f"^{name}$", every=6, conventions=False, say=said.append)
    assert mutants
    assert not survivors
    assert not broken


def test_nothing_is_left_behind():
    p = registry[np.multiply]
    rules = p.vjps, p.jvps, p.function
    kinds = "sign", "operands swapped", "factor dropped", "unbroadcast"
    for mutant in [m for m in mutants_of([p]) if m.kind in kinds]:
        undo = mutant.enter()
        assert failing([p]) is not None, mutant.name
        undo()
    assert (p.vjps, p.jvps, p.function) == rules
    assert failing([p]) is None


def test_mutants_of_a_declaration():
    kinds = {m.name.split(", ", 1)[1] for m in declared.of_primitive(registry[np.cumsum], True)}
    assert kinds >= {"vjp 0: sign", "vjp 0: factor 1.001", "vjp 0: conjugate", "vjp 0: axis ignored"}
    assert any("0 and 1 swapped" in m.name for m in declared.of_primitive(registry[np.matmul], False))


def test_each_share_of_a_joint_rule_has_mutants_of_its_own():
    """One operand's share is wrong while the others are right; or the source that all of them come from is."""
    p = next(p for p in registry.values() if p.name == "gru_step")
    assert p.joint is not None
    found = {m.name: m for m in mutants_of([p])}
    for k in range(3):
        undo = found[f"gru_step, vjp {k}: factor 1.001"].enter()
        others = [share is None or share[1] != k for share in (getattr(rule, "share", None) for rule in p.vjps)]
        assert (p.joint, others) == (None, [True] * 3)
        assert failing([p]) is not None
        undo()
        assert p.joint is not None
    for name in ("gru_step, vjp: 0 and 1 swapped", "_gru_back: term dropped: to_h - kept -> to_h"):
        undo = found[name].enter()
        assert failing([p]) is not None, name
        undo()
    assert failing([p]) is None


def test_mutants_of_a_source():
    def example(t, x, out):
        return -(t * out + x @ t.swapaxes(-1, -2)) / np.conj(x)

    sites = source.sites(source.node_of(example.__code__))
    found = {(kind, ast.unparse(new)) for item, parent in sites for kind, new in source.changes(item, parent)}
    assert {
        ("sign", "t * out + x @ t.swapaxes(-1, -2)"),
        ("term dropped", "t * out"),
        ("factor dropped", "t"),
        ("matrices swapped", "t.swapaxes(-1, -2) @ x"),
        ("transpose dropped", "t"),
        ("part dropped", "x"),
    } <= found


def test_every_primitive_with_a_sample_can_be_judged():
    assert len(CASES) > 150


def test_every_equivalent_mutant_has_a_reason():
    for pattern, reason in EQUIVALENT:
        assert re.compile(pattern)
        assert len(reason) > 20
