"""Try every mutant on the checks that its primitive's sample stands for; count who was caught."""

from __future__ import annotations

import contextlib
import io
import multiprocessing
import multiprocessing.connection
import os
import re
import time
import warnings
from collections import Counter, defaultdict
from pathlib import Path

import numpy as np

from autograd.tape import reachable
from autograd.tensor import Tensor
from autograd.testing import _keywords
from autograd.testing import _properties as properties
from autograd.testing._cases import cotangents, pullback_of
from tests.rules import test_rules

from . import declared, source
from .equivalent import EQUIVALENT

NOTHING = "it changed nothing"
LIMIT = 120  # seconds for one mutant: one that runs on and on is caught, too
JUDGES = 12  # at most so many samples for one primitive
MEMORY = 8 << 30  # bytes of addresses: one that asks for more is caught as well

FIRST = [properties.jacobian_and_higher_orders, properties.derivatives_by_complex_numbers]
DUAL = [properties.forward_and_reverse_are_transposes]
REST = [holds for holds in properties.PROPERTIES if holds not in FIRST + DUAL]


def cases_by_primitive():
    """The cases of each primitive's sample, small ones first: they are quick to fail."""
    found = defaultdict(list)
    for case in test_rules.CASES:
        found[id(case.primitive)].append(case)
    for cases in found.values():
        cases.sort(key=lambda case: (sum(v.size for v in case.values()) == 0, sum(v.size for v in case.values())))
    return found


CASES = cases_by_primitive()


def failing(primitives):
    """The name of the first check that fails on the samples of these primitives; None if all hold."""
    wide = [p for p in primitives if id(p) in CASES]
    both = all(p.kind == "elementwise" for p in wide)  # then both modes share the mistake, and are still transposes
    for holds in [*FIRST, *DUAL, *REST] if both else [*DUAL, *FIRST, *REST]:
        for p in wide:
            for case in CASES[id(p)]:
                if not holding(holds, case):
                    return holds.__name__
    for p in wide:
        numpys = [case for case in CASES[id(p)] if _keywords.is_numpys(case)]
        if numpys and not holding(_keywords.a_keyword_is_sampled_or_refused, numpys):
            return "a_keyword_is_sampled_or_refused"
    return None


def holding(check, argument):
    with warnings.catch_warnings(), np.errstate():
        warnings.simplefilter("error")
        warnings.filterwarnings("ignore", message="numpy.fix is deprecated")
        try:
            check(argument)
        except (Exception, SystemError, RecursionError):
            return False
    return True


TESTS = Path(__file__).parent.parent
CONVENTIONS = [
    *(TESTS.glob("test_conventions*.py")),
    *(file for file in sorted((TESTS / "rules").glob("test_*.py")) if file.name != "test_rules.py"),
    *(TESTS / "nn").glob("test_activations.py"),
    *(TESTS / "scipy").glob("test_special.py"),
]


def failing_convention():
    """Whether the tests of conventions and chapters fail: what holds at single points is no sample's business."""
    import pytest

    options = ["-q", "-x", "--no-header", "-p", "no:cacheprovider", "-p", "no:xdist"]
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        outcome = pytest.main([*map(str, CONVENTIONS), *options])
    return "a test of conventions" if outcome != pytest.ExitCode.OK else None


def caught(mutant, conventions=True):
    """The check that catches a mutant; None if it survives."""
    undo = mutant.enter()
    try:
        by = failing(mutant.primitives)
        if by is None and mutant.touched == []:
            return NOTHING
        return by or (failing_convention() if conventions else None)
    finally:
        undo()


# -- all of them -----------------------------------------------------------------------------------------------------


def recorded(case):
    """The primitives that a call puts on the tape."""
    outputs = case.floats(*(Tensor(v, requires_grad=True) for v in case.values()))
    nodes = reachable(y._node for y in outputs if y._node is not None)
    return {id(node.primitive) for node in nodes}


def judges(primitives):
    """Whose samples judge each primitive: its own, and for a step of the library's own those of what is made of it."""
    internal = [p for p in primitives if (getattr(p.original, "__module__", "") or "").startswith("autograd")]
    found = {id(p): [p] for p in primitives}
    for composite in [p for p in primitives if p.kind == "composite"]:
        steps = set().union(*map(recorded, CASES[id(composite)]))
        for p in internal:
            if id(p) in steps and p is not composite and len(found[id(p)]) < JUDGES:
                found[id(p)].append(composite)
    return found


def mutants_of(primitives):
    """Every mutant, those of sources last."""
    found, judging = [], judges(primitives)
    for p in primitives:
        cases = CASES[id(p)]
        found += declared.of_primitive(p, any(case.complex for case in cases))
        if p.kind != "composite":
            shapes = declared.broadcasts(cases, pullback_of, cotangents)
            found += declared.of_engine(p, shapes) if shapes else []
    found += source.of_sources([p for p in primitives if p.kind != "composite"])

    def judged(p):
        return judging.get(id(p), [p])

    return [m._replace(primitives=list({id(q): q for p in m.primitives for q in judged(p)}.values())) for m in found]


def equivalent(mutant):
    """The reason why a mutant is none; None if it is one."""
    return next((reason for pattern, reason in EQUIVALENT if re.search(pattern, mutant.name)), None)


def tried(function, items, processes):
    """``function`` of each item, each in a process of its own, for a mutant may crash, hang, or leave things behind."""
    if processes < 1 or "fork" not in multiprocessing.get_all_start_methods():
        for item in items:
            began = time.perf_counter()
            yield item, function(item), time.perf_counter() - began
        return
    context, waiting, running = multiprocessing.get_context("fork"), list(items)[::-1], {}
    while waiting or running:
        while waiting and len(running) < processes:
            receiver, sender = context.Pipe(duplex=False)
            item = waiting.pop()
            process = context.Process(target=_child, args=(function, item, sender))
            process.start()
            sender.close()
            running[receiver] = process, item, time.perf_counter()
        ready = multiprocessing.connection.wait(list(running), timeout=1)
        for receiver, (process, item, began) in list(running.items()):
            seconds = time.perf_counter() - began
            if receiver not in ready and seconds < LIMIT:
                continue
            try:
                result = receiver.recv() if receiver in ready else "the time limit"
            except EOFError:
                result = "a crash"
            process.kill()
            process.join()
            receiver.close()
            del running[receiver]
            yield item, result, seconds


def _child(function, item, sender):
    with contextlib.suppress(ImportError, ValueError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    sender.send(function(item))
    sender.close()
    os._exit(0)


def run(pattern="", processes=0, every=1, conventions=True, say=print):
    """Try all mutants (or each ``every``-th) of the primitives whose names match; return (tried, survivors)."""
    began = time.perf_counter()
    chosen = [p for _, p in test_rules.PUBLIC if id(p) in CASES and re.search(pattern, p.name)]
    broken = {p.name: why for p, why, _ in tried(lambda p: failing([p]), chosen, processes) if why}
    for name, why in sorted(broken.items()):
        say(f"left out, for it fails without any mutation: {name} ({why})")
    if conventions and any(why for _, why, _ in tried(lambda _: failing_convention(), [None], processes)):
        say("left out, for they fail without any mutation: the tests of conventions")
        conventions = False
    usable = [p for p in chosen if p.name not in broken]
    everyone = mutants_of(usable)
    reasons = {m.name: why for m in everyone if (why := equivalent(m))}
    mutants = [m for m in everyone if m.name not in reasons][::every]
    counts, hits, survivors, slow, crashed = Counter(), Counter(), [], [], []
    for mutant, by, seconds in tried(lambda mutant: caught(mutant, conventions), mutants, processes):
        if by == NOTHING:
            continue
        counts[mutant.kind] += 1
        hits[mutant.kind] += by is not None
        slow.append((seconds, mutant.name))
        if by is None:
            survivors.append(mutant.name)
            say(f"survived: {mutant.name}")
        elif by in ("a crash", "the time limit"):
            crashed.append(mutant.name)
    say(f"{'kind':32} {'mutants':>8} {'caught':>8}")
    for kind in sorted(counts):
        say(f"{kind:32} {counts[kind]:8} {hits[kind] / counts[kind]:8.1%}")
    total = sum(counts.values())
    say(f"{'all':32} {total:8} {sum(hits.values()) / max(total, 1):8.1%}")
    say(f"of {len(usable)} primitives, in {time.perf_counter() - began:.0f} s; {len(reasons)} more are equivalent")
    say(f"{len(survivors)} survived; {len(crashed)} were caught by a crash or the time limit")
    if not pattern:
        for row, _ in EQUIVALENT:
            if not any(re.search(row, m.name) for m in everyone):
                say(f"equivalent.py: nothing matches {row!r} any more")
    return mutants, survivors, sorted(slow, reverse=True)[:5], broken
