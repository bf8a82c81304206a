"""Optimisers without PyTorch: formulas written out, memory, penalties, state, and messages for bad input."""

import copy
import pickle
import tracemalloc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd as ag
from autograd import nn, optim

ALL = [optim.SGD, optim.Adagrad, optim.Adadelta, optim.RMSprop, optim.Adam, optim.AdamW]
FULL = [
    (optim.SGD, {"momentum": 0.9}),
    (optim.Adagrad, {}),
    (optim.Adadelta, {}),
    (optim.RMSprop, {"momentum": 0.9, "centered": True}),
    (optim.Adam, {"amsgrad": True}),
    (optim.AdamW, {}),
]


def leaves(*shapes, dtype=np.float64, seed=0):
    rng = np.random.default_rng(seed)
    return [ag.Tensor(rng.normal(size=shape).astype(dtype), requires_grad=True) for shape in shapes]


def give(params, seed=0):
    rng = np.random.default_rng(seed)
    for p in params:
        p.grad = rng.normal(size=p.shape)


# -- formulas --------------------------------------------------------------------------------------------------------


def adagrad(w, g, memory, t):
    memory["G"] = memory.get("G", 0) + g**2
    return w - 0.1 * g / (np.sqrt(memory["G"]) + 1e-10)


def adadelta(w, g, memory, t):
    memory["E"] = 0.9 * memory.get("E", 0) + 0.1 * g**2
    delta = np.sqrt(memory.get("D", 0) + 1e-6) / np.sqrt(memory["E"] + 1e-6) * g
    memory["D"] = 0.9 * memory.get("D", 0) + 0.1 * delta**2
    return w - 0.1 * delta


def adam(w, g, memory, t):
    memory["m"] = 0.9 * memory.get("m", 0) + 0.1 * g
    memory["v"] = 0.999 * memory.get("v", 0) + 0.001 * g**2
    return w - 0.1 * memory["m"] / (1 - 0.9**t) / (np.sqrt(memory["v"] / (1 - 0.999**t)) + 1e-8)


def momentum(w, g, memory, t):
    memory["v"] = 0.9 * memory["v"] + g if memory else g
    return w - 0.1 * memory["v"]


def rmsprop(w, g, memory, t):
    memory["E"] = 0.99 * memory.get("E", 0) + 0.01 * g**2
    return w - 0.1 * g / (np.sqrt(memory["E"]) + 1e-8)


@pytest.mark.parametrize(
    ("make", "formula"),
    [
        (lambda p: optim.SGD(p, lr=0.1), lambda w, g, memory, t: w - 0.1 * g),
        (lambda p: optim.SGD(p, lr=0.1, momentum=0.9), momentum),
        (lambda p: optim.Adagrad(p, lr=0.1), adagrad),
        (lambda p: optim.Adadelta(p, lr=0.1), adadelta),
        (lambda p: optim.RMSprop(p, lr=0.1), rmsprop),
        (lambda p: optim.Adam(p, lr=0.1), adam),
        (lambda p: optim.AdamW(p, lr=0.1, weight_decay=0.2), lambda w, *rest: adam(w * 0.98, *rest)),
    ],
)
@given(seed=st.integers(0, 1000), shapes=st.lists(st.sampled_from([(), (3,), (2, 3), (0,), (2, 1, 2)]), min_size=1))
def test_formula(make, formula, seed, shapes):
    params = leaves(*shapes, seed=seed)
    due, memories = [p.data.copy() for p in params], [{} for _ in params]
    optimizer = make(params)
    for t in range(1, 6):
        give(params, seed + t)
        due = [formula(w, p.grad, memory, t) for w, p, memory in zip(due, params, memories, strict=True)]
        optimizer.step()
    for p, w in zip(params, due, strict=True):
        np.testing.assert_allclose(p.data, w, rtol=1e-12, atol=1e-14)


def test_penalties():
    """The gradient of the penalty that is added is that of the tape, of l1 |w| + l2 w² + λ/2 w²."""
    (w,), (v,) = leaves((4, 3)), leaves((4, 3))
    a = optim.Adam([w], lr=0.1, l1=0.3, l2=0.2, weight_decay=0.5)
    b = optim.Adam([v], lr=0.1)
    for _ in range(20):
        a.zero_grad()
        b.zero_grad()
        np.sum(np.sin(w)).backward()
        (np.sum(np.sin(v)) + 0.3 * np.sum(np.abs(v)) + (0.2 + 0.25) * np.sum(v * v)).backward()
        a.step()
        b.step()
    np.testing.assert_allclose(w.data, v.data, rtol=1e-12)


def test_penalties_by_group():
    p, q = leaves((3,), (3,))
    first = q.data.copy()
    optimizer = optim.SGD([{"params": [p], "l1": 0.5}, {"params": [q]}], lr=1.0)
    p.data[...] = [1.0, -2.0, 0.0]
    p.grad, q.grad = np.zeros(3), np.zeros(3)
    optimizer.step()
    np.testing.assert_array_equal(p.data, [0.5, -1.5, 0.0])
    np.testing.assert_array_equal(q.data, first)


def test_adamw_has_both_kinds_of_decay():
    (w,) = leaves((3,))
    first = w.data.copy()
    w.grad = np.zeros(3)
    optim.AdamW([w], lr=0.1, weight_decay=0.5, l2=0.25).step()
    np.testing.assert_allclose(w.data, first * 0.95 - 0.1 * np.sign(first), rtol=1e-6)


@pytest.mark.parametrize("shape", [(4, 3), (4, 2, 3, 3), (1, 1)])
def test_max_norm(shape):
    w, b = leaves(shape, (100,))
    w.data[0] *= 1e-3
    small, bias = w.data[0].copy(), b.data.copy()
    big = w.data[1:].reshape(len(w) - 1, w.size // len(w)).copy()
    w.grad, b.grad = np.zeros(shape), np.zeros(100)
    optim.SGD([w, b], lr=1.0, max_norm=0.5).step()
    np.testing.assert_array_equal(w.data[0], small)
    np.testing.assert_array_equal(b.data, bias)
    due = big * np.minimum(1, 0.5 / np.linalg.norm(big, axis=1, keepdims=True))
    np.testing.assert_allclose(w.data[1:].reshape(due.shape), due, rtol=1e-12)


def test_max_norm_of_many_short_rows():
    (w,) = leaves((50_000, 2))
    w.grad = np.zeros(w.shape)
    optim.SGD([w], max_norm=0.5).step()
    assert np.linalg.norm(w.data, axis=1).max() <= 0.5 + 1e-12


def test_columns_first():
    """A parameter in Fortran's order is updated as any other."""
    first = np.asfortranarray(np.arange(6.0).reshape(2, 3))
    w = ag.Tensor(first, requires_grad=True)
    w.grad = np.asfortranarray([[1.0, 2, 3], [4, 5, 6]])
    optim.SGD([w], lr=1.0, max_norm=99.0, l2=1.0).step()
    np.testing.assert_array_equal(w.data, first - w.grad - 2 * first)


# -- memory ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("kind", "options"), FULL)
@pytest.mark.parametrize("extra", [{}, {"l1": 0.1, "weight_decay": 0.1, "max_norm": 1.0}])
def test_memory_of_a_step(kind, options, extra):
    params = leaves((128, 1024), (64, 1024), (64,), (200, 300), dtype=np.float32)
    optimizer = kind(params, **options, **extra)
    give(params)
    for _ in range(3):
        optimizer.step()
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        tracemalloc.reset_peak()
        optimizer.step()
        after, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    # Lists, slices and dicts, whatever the size; a product with a column goes through a buffer of NumPy's. Where the
    # gradient is written to, it is copied, a block of 256 KiB at a time.
    copied = extra or kind is optim.Adadelta
    assert peak - before < (45_000 if extra else 6_000) + (1 << 18 if copied else 0)
    assert after - before < 1024


def test_what_others_hold_does_not_change():
    """A recorded value keeps the weights it was computed from."""
    (w,) = leaves((3,))
    old = w.data.copy()
    y = np.sum(w * w)
    y.backward(retain_graph=True)
    optim.SGD([w], lr=0.1).step()
    w.grad = None
    y.backward()
    np.testing.assert_array_equal(w.grad, 2 * old)


@pytest.mark.parametrize(("kind", "options"), FULL)
@pytest.mark.parametrize("extra", [{}, {"l1": 0.1, "l2": 0.1, "weight_decay": 0.1, "max_norm": 9.0, "maximize": True}])
def test_large_parameters_and_small_ones(kind, options, extra):
    """Whatever is worked on together: the arithmetic of an element is that of a parameter of its own. One lags behind.

    Two of them are larger than a block, and the small ones are more than one holds.
    """
    shapes = [(3, 2), (70_000,), *[(100, 80)] * 9, (0,), (300, 300)]
    together, alone = leaves(*shapes), leaves(*shapes)
    for params in (together, alone):
        params[-1].data = np.asfortranarray(params[-1].data)
    optimizers = [kind(together, **options, **extra), *(kind([p], **options, **extra) for p in alone)]
    for t in range(3):
        for params in (together, alone):
            give(params, seed=t)
            if not t:
                params[2].grad = None
        given = [None if p.grad is None else p.grad.copy() for p in together]
        for optimizer in optimizers:
            optimizer.step()
        np.testing.assert_equal([p.grad for p in together], given)
    for p, q in zip(together, alone, strict=True):
        np.testing.assert_allclose(p.data, q.data, rtol=1e-12, atol=1e-14)
    moved = copy.deepcopy(optimizers[0])
    for p, q in zip(moved.param_groups[0]["params"], together, strict=True):
        for name, value in optimizers[0].state[q].items():
            np.testing.assert_array_equal(moved.state[p][name], value)


# -- what has no gradient, or a bad one ------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ALL)
def test_without_a_gradient_nothing_happens(kind):
    params = leaves((3,), (2, 2))
    params[1].requires_grad = False
    before = [p.data.copy() for p in params]
    optimizer = kind(params, weight_decay=0.5, l1=0.1, max_norm=1e-3)
    optimizer.step()
    for p, w in zip(params, before, strict=True):
        np.testing.assert_array_equal(p.data, w)
    give(params[:1])
    optimizer.step()
    assert (params[0].data != before[0]).all()
    np.testing.assert_array_equal(params[1].data, before[1])
    params[1].requires_grad = True  # thawed
    give(params)
    optimizer.step()
    assert (params[1].data != before[1]).all()


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("kind", ALL)
def test_a_gradient_that_is_not_finite_changes_nothing(kind, bad):
    params = leaves((3,), (2, 2), (2,))
    optimizer = kind([{"params": [("a", params[0])]}, {"params": [("b", params[1]), ("c", params[2])]}])
    give(params)
    optimizer.step()
    before, state = [p.data.copy() for p in params], optimizer.state_dict()["state"]
    give(params)
    params[2].grad[1] = bad
    with pytest.raises(FloatingPointError, match=r"parameter 'c' of shape \(2,\) is not finite; nothing was changed"):
        optimizer.step()
    for p, w in zip(params, before, strict=True):
        np.testing.assert_array_equal(p.data, w)
    for k, own in optimizer.state_dict()["state"].items():
        for name, v in own.items():
            np.testing.assert_array_equal(v, state[k][name])


def test_large_gradients_are_finite():
    (w,) = leaves((3,), dtype=np.float32)
    w.grad = np.full(3, 1e30, np.float32)
    optim.Adam([w]).step()
    assert np.isfinite(w.data).all()


def test_float16_and_float64_side_by_side():
    a, b = leaves((3,), dtype=np.float16)[0], leaves((3,))[0]
    give([a, b])
    optim.SGD([a, b], lr=0.1, momentum=0.9).step()
    assert (a.dtype, b.dtype) == (np.float16, np.float64)


def test_numbers_of_numpy_do_not_widen():
    """A learning rate that was computed with NumPy is a float64."""
    (a,), (b,) = leaves((3,), dtype=np.float32), leaves((3,), dtype=np.float32)
    give([a])
    give([b])
    optim.Adam([a], lr=np.array(0.1), betas=(np.float64(0.9), 0.99), weight_decay=np.float64(0.1)).step()
    optim.Adam([b], lr=0.1, betas=(0.9, 0.99), weight_decay=0.1).step()
    np.testing.assert_array_equal(a.data, b.data)


def test_a_model_that_was_converted():
    """What is remembered follows the precision of the parameters."""
    model = nn.Linear(3, 2, rng=0)
    first = optim.Adam(model.parameters())
    give(model.parameters())
    first.step()
    model.double()
    twin = copy.deepcopy(model)
    second = optim.Adam(twin.parameters())
    second.load_state_dict(first.state_dict())
    for _ in range(2):
        give(model.parameters())
        give(twin.parameters())
        first.step()
        second.step()
    for p, q in zip(model.parameters(), twin.parameters(), strict=True):
        np.testing.assert_array_equal(p.data, q.data)
        assert first.state[p]["exp_avg"].dtype == p.dtype == np.float64
        assert first.state[p]["step"] == 3


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda p: optim.SGD([]), "params is empty"),
        (lambda p: optim.SGD(p), "params is a Tensor"),
        (lambda p: optim.SGD({"params": [p]}), "params is a dict"),
        (lambda p: optim.SGD([1.0]), "parameter 0 is a float"),
        (lambda p: optim.SGD([p, {"params": [p]}]), "parameter 1 is a dict"),
        (lambda p: optim.SGD([{"params": [p]}, p]), "mixes groups"),
        (lambda p: optim.SGD([("w", p), p]), "mixes"),
        (lambda p: optim.SGD([p, p]), "appears twice"),
        (lambda p: optim.SGD([{"params": [p]}, {"params": p}]), "appears twice"),
        (lambda p: optim.SGD([p * 2]), "a result, not a leaf"),
        (lambda p: optim.SGD([ag.Tensor([1, 2])]), "dtype int64"),
        (lambda p: optim.SGD([ag.Tensor([1j], requires_grad=True)]), "real and imaginary"),
        (lambda p: optim.SGD([{"lr": 1.0}]), "without 'params'"),
        (lambda p: optim.SGD([{"params": [p], "rate": 1.0}]), r"unknown options \['rate'\]"),
        (lambda p: optim.SGD([p], rate=1.0), r"SGD: unknown options \['rate'\]; it takes \['dampening'"),
        (lambda p: optim.SGD([p], differentiable=True), r"a step is on no tape. Differentiate θ - lr"),
        (lambda p: optim.Adam([p], decoupled_weight_decay=True), "it is True in AdamW"),
        (lambda p: optim.SGD([p], lr=-1.0), "lr=-1.0 where 0 to inf is due"),
        (lambda p: optim.SGD([p], lr=np.nan), "lr=nan"),
        (lambda p: optim.SGD([p], momentum=-1.0), "momentum=-1.0"),
        (lambda p: optim.SGD([p], nesterov=True), "nesterov=True needs"),
        (lambda p: optim.SGD([p], lr="0.1"), "lr='0.1'"),
        (lambda p: optim.Adam([p], betas=(0.9, 1.0)), "betas"),
        (lambda p: optim.Adam([p], betas=(0.9,)), r"betas=\(0.9,\) where two numbers are due"),
        (lambda p: optim.Adam([p], eps=-1e-8), "eps"),
        (lambda p: optim.Adadelta([p], rho=1.5), "rho"),
        (lambda p: optim.RMSprop([p], alpha=-1), "alpha"),
        (lambda p: optim.Adagrad([p], lr_decay=-1), "lr_decay"),
        (lambda p: optim.AdamW([p], weight_decay=-1), "weight_decay"),
        (lambda p: optim.SGD([p], l1=-1), "l1=-1"),
        (lambda p: optim.SGD([p], max_norm=0), "max_norm=0"),
        (lambda p: optim.SGD([p]).load_state_dict(optim.SGD(leaves((), ())).state_dict()), r"groups of \[2\]"),
        (lambda p: optim.SGD([p]).load_state_dict(optim.Adam([p]).state_dict()), "another optimiser"),
    ],
)
def test_errors(make, message):
    with pytest.raises((TypeError, ValueError), match=message):
        make(leaves((2,))[0])


# -- state -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["state_dict", "pickle", "deepcopy"])
@pytest.mark.parametrize(("kind", "options"), FULL)
def test_saved_and_resumed_bit_for_bit(kind, options, how):
    a = leaves((3, 2), (), (4,))
    first = kind(a, lr=0.1, l1=0.01, **options)
    for seed in range(4):
        give(a[:2] if seed < 2 else a, seed)
        first.step()
    if how == "state_dict":
        b = leaves((3, 2), (), (4,), seed=9)
        second = kind(b)
        second.load_state_dict(pickle.loads(pickle.dumps(first.state_dict())))
        for p, q in zip(a, b, strict=True):
            q.data[...] = p.data
    else:
        b, second = copy.deepcopy((a, first)) if how == "deepcopy" else pickle.loads(pickle.dumps((a, first)))
    for seed in range(4):
        give(a, seed)
        give(b, seed)
        first.step()
        second.step()
    for p, q in zip(a, b, strict=True):
        np.testing.assert_array_equal(p.data, q.data)


def test_a_wrong_state_changes_nothing():
    p, q = leaves((3,))[0], leaves((2,))[0]
    mine, other = optim.Adam([p]), optim.Adam([q], lr=0.5)
    q.grad = np.ones(2)
    other.step()
    with pytest.raises(ValueError, match=r"parameter 0 of shape \(3,\) has \['exp_avg of shape \(2,\)'"):
        mine.load_state_dict(other.state_dict())
    assert mine.param_groups[0]["lr"] == 1e-3
    assert not mine.state


def test_zero_grad_closure_and_repr():
    model = nn.Linear(2, 1, rng=0)
    optimizer = optim.SGD(model.named_parameters(), lr=0.1)

    def closure():
        optimizer.zero_grad()
        loss = np.sum(model(np.ones((1, 2))) ** 2)
        loss.backward()
        return loss

    with ag.no_grad():
        losses = [optimizer.step(closure).item() for _ in range(3)]
    assert losses == sorted(losses, reverse=True)
    optimizer.zero_grad(set_to_none=False)
    np.testing.assert_array_equal(model.weight.grad, np.zeros((1, 2)))
    optimizer.zero_grad()
    assert model.weight.grad is None
    assert "2 parameters: lr=0.1" in repr(optimizer)
    assert optimizer.param_groups[0]["param_names"] == ["weight", "bias"]
    assert optimizer.state[model.weight]["step"] == 3


def test_added_groups():
    p, q = leaves((2,), (2,))
    optimizer = optim.SGD([p], lr=1.0)
    optimizer.add_param_group({"params": q, "lr": 0.5, "name": "head"})
    p.data[...] = q.data[...] = 0
    p.grad = q.grad = np.ones(2)
    optimizer.step()
    np.testing.assert_array_equal(p.data, [-1, -1])
    np.testing.assert_array_equal(q.data, [-0.5, -0.5])


def test_a_group_without_parameters_is_filled_later():
    (p,) = leaves((2,))
    optimizer = optim.SGD([{"params": []}], lr=1.0)
    optimizer.step()
    optimizer.param_groups[0]["params"].append(p)
    p.data[...] = 0
    p.grad = np.ones(2)
    optimizer.step()
    np.testing.assert_array_equal(p.data, [-1, -1])


def test_a_parameter_that_is_frozen_half_way_stays():
    p, q = leaves((2,), (3,))
    optimizer = optim.Adam([p, q])
    give([p, q])
    optimizer.step()
    before = q.data.copy()
    give([p, q])
    q.requires_grad = False
    optimizer.step()
    np.testing.assert_array_equal(q.data, before)
    assert [own["step"] for own in optimizer.state.values()] == [2, 1]


def test_under_debug_nothing_is_lost():
    (w,) = leaves((2,))
    optimizer = optim.Adam([w])
    with ag.debug():
        np.sum(w * w).backward()
        optim.clip_grad_norm_([w], 1.0)
        optimizer.step()


def test_nothing_beside_a_large_one():
    """An empty parameter starts where the large one that follows it starts, and is worked on apart all the same."""
    params = leaves((0,), (300, 200))
    first = params[1].data.copy()
    give(params)
    optim.SGD(params, lr=1.0).step()
    np.testing.assert_array_equal(params[1].data, first - params[1].grad)
