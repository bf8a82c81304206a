"""The sweep step by step: the engine's own numbers, in words that can be read."""

import gc
import weakref

import numpy as np
import pytest

import autograd as ag
from autograd.primitive import registry
from autograd.tape import backward_sweep, reachable
from autograd.testing._cases import arrays_of, slots_of
from autograd.visual.reading.trace import read
from autograd.visual.sweep.backward import backward_steps, sweep
from tests.rules.samples import SAMPLES, Slot
from tests.visual.programs import leaf


def program(*args):
    return list(backward_steps(*args))


def textbook():
    x, y, z = leaf(2.0, "x"), leaf(3.0, "y"), leaf(4.0, "z")
    return 5 * (x * y + z), (x, y, z)


def gradients(y, seed=None):
    """What the engine's sweep brings to each leaf, by the number that the leaf has in the graph."""
    _, ids = read(y)
    seeds = {y._node: np.ones(y.shape, y.dtype)[()] if seed is None else seed}
    with np.errstate(all="ignore"):
        return {ids[node]: t for node, t in backward_sweep(seeds).items() if node.primitive is None}


def same(y, seed=None):
    steps = program(y, seed)
    expected = gradients(y, seed)
    found = {step.node: step.cotangent for step in steps if step.op is None}
    assert found.keys() == expected.keys()
    for k, t in expected.items():
        np.testing.assert_array_equal(found[k], t, strict=True)
    return steps


# -- what it says ----------------------------------------------------------------------------------------------------


def test_the_textbook_example_reads_as_in_the_textbook():
    f, _ = textbook()
    assert "\n".join(map(str, backward_steps(f))).splitlines() == [
        "v3 = 5 · v2 = 50: g = 1",
        "    dv2 = g · 5 = 1 · 5 = 5",
        "v2 = v1 + z = 10: g = 5",
        "    dv1 = g = 5",
        "    dz = g = 5",
        "v1 = x · y = 6: g = 5",
        "    dx = g · y = 5 · 3 = 15",
        "    dy = g · x = 5 · 2 = 10",
        "z = 4: its gradient is 5",
        "y = 3: its gradient is 10",
        "x = 2: its gradient is 15",
    ]


def test_where_ways_meet_contributions_add_up():
    x = leaf(3.0, "x")
    first, last = program(x * x)
    assert [str(c) for c in first.contributions] == ["dx = g · x = 1 · 3 = 3", "dx += g · x = 1 · 3 = 3"]
    assert [c.adds for c in first.contributions] == [False, True]
    assert last.cotangent == 6


def test_sums_and_spreads_of_the_sweep_are_said():
    x, b = leaf(np.ones((4, 3)), "x"), leaf(np.zeros(3), "b")
    c, one = leaf(np.zeros((4, 1)), "c"), leaf(1.0, "s")
    add = {str(k.rule): k for step in program((((x + b) + c) * one).sum()) for k in step.contributions}
    assert any(rule.startswith("db = g (summed over axis 0)") for rule in add)
    assert any(rule.startswith("dc = g (summed over axis 1)") for rule in add)
    assert any("ds" in rule and "(summed over axes 0, 1)" in rule for rule in add)
    assert any("= g (spread over (4, 3))" in rule for rule in add)


def test_several_outputs_are_shown_as_one_call():
    a = leaf(np.array([[2.0, 1.0], [1.0, 3.0]]), "A")
    w, v = np.linalg.eigh(a)
    steps = same(w.sum() + w[0] + v[0, 0])
    ops = [step.op for step in steps]
    assert ops.count("eigh") == 1
    assert "select" not in ops
    eigh = next(step for step in steps if step.op == "eigh")
    assert [part.shape for part in eigh.cotangent] == [(2,), (2, 2)]
    into = [(c.name, c.adds) for step in steps for c in step.contributions if c.operand == eigh.node]
    assert sorted(into) == [("v1[0]", False), ("v1[0]", True), ("v1[1]", False)]
    only_values = same(np.linalg.eigh(a)[0].sum())
    assert next(step for step in only_values if step.op == "eigh").cotangent[1] is None


def test_custom_functions_are_shown_as_what_was_called():
    @ag.custom_vjp
    def product(x, y):
        return x * y

    product.defvjp(lambda x, y: (x * y, (x, y)), lambda res, ct: (ct * res[1], ct * res[0]))
    x, y = leaf(2.0, "x"), leaf(3.0, "y")
    steps = same(product(x, y) * x)
    assert [step.op for step in steps] == ["multiply", "custom_vjp(product)", None, None]
    assert str(steps[1]).splitlines() == [
        "v1 = custom_vjp(product)(x, y) = 6: g = 2",
        "    dx += (the rule of custom_vjp(product), applied to g) = 6",
        "    dy = (the rule of custom_vjp(product), applied to g) = 4",
    ]
    same(ag.checkpoint(lambda a: np.sin(a) * a)(x) * x)


def test_an_array_that_is_constant_has_a_name():
    w = leaf(np.ones((3, 2)), "W")
    steps = program((np.ones((4, 3)) @ w).sum())
    assert any(c.formula == "c1ᵀ @ g" and c.latex == r"c_{1}^\top \, g" for step in steps for c in step.contributions)


def test_values_are_called_alike_only_if_they_are_the_same():
    steps = program(leaf(2.0, "v1") * leaf(3.0, "x") * leaf(4.0, "x") * leaf(5.0))
    names = [step.name for step in steps]
    assert len(names) == len(set(names))
    assert "v1" in names


def test_a_value_called_g_does_not_pass_for_the_cotangent():
    (step, *_) = program(leaf(2.0, "g") * leaf(3.0, "h"))
    assert [c.formula for c in step.contributions] == ["ḡ · h", "ḡ · g"]


# -- what it computes ------------------------------------------------------------------------------------------------


def filled(tree, leaves):
    """The arguments of a sample's call, with Tensors in the places of arrays."""
    if isinstance(tree, Slot):
        n = int(np.prod(tree.shape))
        places = np.random.default_rng(len(leaves)).permutation(n) + 0.5
        leaves.append(leaf(np.asarray(tree.of(places / max(1, n)), float).reshape(tree.shape)))
        return tree.then(leaves[-1]) if tree.then else leaves[-1]
    return type(tree)(filled(item, leaves) for item in tree) if type(tree) in (list, tuple) else tree


CALLS = [
    pytest.param(registry.get(function, function), call, id=f"{getattr(function, '__name__', function)}-{k}")
    for function, sample in SAMPLES.items()
    for k, call in enumerate(sample.calls[:2])
    if all(isinstance(slot.shape, tuple) for slot in slots_of([*call.args, *call.kwargs.values()]))
]


@pytest.mark.filterwarnings("ignore:.*deprecated:DeprecationWarning")  # of NumPy's functions, in later versions
@pytest.mark.parametrize(("function", "call"), CALLS)
def test_leaves_get_what_backward_gives_them(function, call):
    """One call of every function that has a rule, each operand used twice."""
    leaves = []
    result = function(*filled(call.args, leaves), **{name: filled(v, leaves) for name, v in call.kwargs.items()})
    outs = [out for out in arrays_of(result) if isinstance(out, ag.Tensor) and out.requires_grad]
    total = sum((np.real(out) * np.cos(np.arange(out.size).reshape(out.shape))).sum() for out in outs)
    same(total + sum((x * x).sum() for x in leaves))


def test_products_that_the_sweep_forms_late_are_the_same_to_the_last_digit():
    w, x = leaf(np.sin(np.arange(2500.0)).reshape(50, 50), "W"), leaf(np.cos(np.arange(100.0)).reshape(2, 50), "x")
    h = x
    for _ in range(6):
        h = np.tanh(h @ w)
    steps = same(h.sum())
    assert sum(c.name == "W" for step in steps for c in step.contributions) == 6


def test_a_zero_cotangent_silences_an_infinite_partial():
    x = leaf(np.array([0.0, 4.0]), "x")
    steps = same(np.where(x.detach() > 0, np.sqrt(x), 0.0).sum())
    assert steps[-1].cotangent.tolist() == [0.0, 0.25]
    with ag.nan_policy("ieee"):
        assert np.isnan(program(np.where(x.detach() > 0, np.sqrt(x), 0.0).sum())[-1].cotangent[0])


def test_a_seed_for_what_is_no_scalar():
    x = leaf(np.arange(3.0), "x")
    same(x * x, np.array([1.0, 0.0, -2.0]))
    with pytest.raises(RuntimeError, match="only a scalar has a gradient"):
        backward_steps(x * x)


def test_nothing_is_touched_and_no_hook_runs():
    f, (x, y, z) = textbook()
    x.register_hook(lambda t: pytest.fail("a hook was run"))
    steps = program(f)
    assert x.grad is y.grad is z.grad is None
    with pytest.raises(ValueError, match="read-only"):
        program((leaf(np.ones(3)) * 2).sum())[0].contributions[0].value[0] = 7
    x._node.watch.hooks.clear()
    f.backward()
    assert (x.grad, y.grad, z.grad) == (15, 10, 5)
    assert len(steps) == 6


def test_what_was_freed_cannot_be_walked():
    f, _ = textbook()
    f.backward()
    with pytest.raises(RuntimeError, match="retain_graph=True"):
        backward_steps(f)


def test_what_is_on_no_tape_is_refused():
    with pytest.raises(RuntimeError, match="backward_steps: this Tensor is on no tape"):
        backward_steps(ag.Tensor(2.0))
    with pytest.raises(TypeError, match="backward_steps: ndarray given"):
        backward_steps(np.ones(2))


def test_an_error_in_a_rule_is_the_rules():
    bad = ag.elementwise(lambda x: x * 1, lambda t, x: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        program(bad(leaf(2.0)))


def test_nothing_is_kept_alive():
    x = leaf(np.ones(1000), "x")
    y = (np.sin(x) * x).sum()
    steps = backward_steps(y)
    step = next(steps)
    kept = [weakref.ref(y), weakref.ref(x), weakref.ref(x._buffer)]
    del steps, step, x, y
    gc.collect()
    assert [ref() for ref in kept] == [None, None, None]


# -- as plain data ---------------------------------------------------------------------------------------------------


def test_the_sweep_as_plain_data_names_the_nodes_of_the_graph():
    f, _ = textbook()
    graph, ids = read(f)
    steps = sweep(f._node, None, ids, graph)
    leaves = sorted((n for n in reachable([f._node]) if n.primitive is None), key=lambda n: n.order)  # latest first
    arrived = [(step.node, step.cotangent) for step in steps if not step.flows]
    assert arrived == list(zip([ids[n] for n in leaves], [5.0, 10.0, 15.0], strict=True))
    flow = next(flow for step in steps for flow in step.flows if flow.value == 15.0)
    assert (flow.rule, flow.numbers, flow.adds) == ("dx = g · y", "5 · 3", False)


def test_the_sweep_of_several_outputs_is_plain_data_too():
    a = leaf(np.array([[2.0, 1.0], [1.0, 3.0]]), "A")
    y = np.linalg.eigh(a)[0].sum()
    graph, ids = read(y)
    eigh = next(s for s in sweep(y._node, None, ids, graph) if isinstance(s.cotangent, list) and None in s.cotangent)
    assert eigh.cotangent == [[1.0, 1.0], None]


def test_a_long_chain_needs_no_recursion():
    x = leaf(0.5, "x")
    y = x
    for _ in range(5_000):
        y = np.tanh(y) + x
    graph, ids = read(y)
    steps = sweep(y._node, None, ids, graph)
    assert len(steps) == 10_001
    assert [steps[-1].cotangent] == list(gradients(y).values())


def test_a_name_of_a_function_is_one_line():
    @ag.custom_vjp
    def f(x):
        return x

    f.primitive.name = "two\nlines"
    f.defvjp(lambda x: (x, None), lambda res, ct: (ct,))
    assert [len(str(step).splitlines()) for step in program(f(leaf(2.0)) * 1)] == [2, 2, 1]
