"""Schedules: their curves, PyTorch's numbers, and what they save."""

import math

import numpy as np
import pytest

import autograd as ag
from autograd import optim
from autograd.optim import lr_scheduler as ours


def sgd(module=optim, scheduler=None, lr=(0.5, 0.1), **options):
    if module is optim:
        params = [ag.Tensor(np.ones(2), requires_grad=True) for _ in lr]
    else:
        params = [module.nn.Parameter(module.ones(2)) for _ in lr]
        module = module.optim
    return module.SGD([{"params": [p], "lr": rate} for p, rate in zip(params, lr, strict=True)], lr=1.0, **options)


def rates(optimizer):
    return [group["lr"] for group in optimizer.param_groups]


CASES = [
    lambda L, o: [L.StepLR(o, 3)],
    lambda L, o: [L.StepLR(o, 1, 0.9)],
    lambda L, o: [L.MultiStepLR(o, [2, 5, 5], 0.5)],
    lambda L, o: [L.ExponentialLR(o, 0.8)],
    lambda L, o: [L.CosineAnnealingLR(o, 7)],
    lambda L, o: [L.CosineAnnealingLR(o, 4, 0.01)],
    lambda L, o: [L.CosineAnnealingLR(o, 1)],
    lambda L, o: [L.LinearLR(o)],
    lambda L, o: [L.LinearLR(o, 0.1, 0.7, 6)],
    lambda L, o: [L.ConstantLR(o, 0.5, 4)],
    lambda L, o: [L.LambdaLR(o, lambda t: 1 / (1 + t))],
    lambda L, o: [L.LambdaLR(o, [lambda t: 0.9**t, lambda t: math.sqrt(t)])],
    lambda L, o: [L.LinearLR(o, 0.2, 1, 4), L.ExponentialLR(o, 0.9)],
    lambda L, o: [L.CosineAnnealingLR(o, 9), L.StepLR(o, 4, 0.5)],
    lambda L, o: [L.SequentialLR(o, [L.LinearLR(o, 0.1, 1, 5), L.CosineAnnealingLR(o, 10)], [5])],
    lambda L, o: [L.SequentialLR(o, [L.ConstantLR(o, 0.5, 3), L.StepLR(o, 2), L.ExponentialLR(o, 0.9)], [4, 9])],
    lambda L, o: [L.OneCycleLR(o, 0.7, 26)],
    lambda L, o: [L.OneCycleLR(o, [0.7, 0.2], epochs=5, steps_per_epoch=6, three_phase=True)],
    lambda L, o: [L.OneCycleLR(o, 0.7, 30, anneal_strategy="linear", pct_start=0.45, div_factor=4)],
    lambda L, o: [L.OneCycleLR(o, 0.7, 30, cycle_momentum=False)],
]


@pytest.mark.parametrize("make", CASES)
def test_as_in_pytorch(make):
    torch = pytest.importorskip("torch")
    a, b = sgd(momentum=0.9), sgd(torch, momentum=0.9)
    mine, yours = make(ours, a), make(torch.optim.lr_scheduler, b)
    b.step()  # or PyTorch warns
    for epoch in range(25):
        np.testing.assert_allclose(rates(a), rates(b), rtol=1e-12, atol=1e-15, err_msg=str(epoch))
        for g, h in zip(a.param_groups, b.param_groups, strict=True):
            assert g["momentum"] == pytest.approx(h["momentum"], rel=1e-12)
        for m, y in zip(mine, yours, strict=True):
            m.step()
            y.step()
            assert m.last_epoch == y.last_epoch
            np.testing.assert_allclose(m.get_last_lr(), y.get_last_lr(), rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("make", CASES)
def test_saved_and_resumed(make):
    a, b = sgd(momentum=0.9), sgd(momentum=0.9)
    first, second = make(ours, a), make(ours, b)
    for _ in range(6):
        for s in first:
            s.step()
    b.load_state_dict(a.state_dict())
    for s, t in zip(first, second, strict=True):
        t.load_state_dict(s.state_dict())
    for _ in range(12):
        assert rates(a) == rates(b)
        for s in first + second:
            s.step()


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"patience": 1, "factor": 0.5},
        {"patience": 0, "cooldown": 2, "min_lr": [0.2, 0.0]},
        {"patience": 1, "mode": "max"},
        {"patience": 1, "threshold_mode": "abs", "threshold": 0.2},
        {"patience": 0, "mode": "max", "threshold_mode": "abs", "threshold": 0.3, "eps": 0.01},
    ],
)
def test_plateau_as_in_pytorch(options):
    torch = pytest.importorskip("torch")
    a, b = sgd(), sgd(torch)
    mine, yours = ours.ReduceLROnPlateau(a, **options), torch.optim.lr_scheduler.ReduceLROnPlateau(b, **options)
    resumed = sgd()
    third = ours.ReduceLROnPlateau(resumed, **options)
    for k, loss in enumerate(np.random.default_rng(0).normal(size=60) / 5 + 3):
        mine.step(loss)
        yours.step(loss)
        np.testing.assert_allclose(rates(a), rates(b), rtol=1e-12)
        if k == 30:
            resumed.load_state_dict(a.state_dict())
            third.load_state_dict(mine.state_dict())
        elif k > 30:
            third.step(ag.Tensor(loss))
            assert rates(resumed) == rates(a)


def test_curves():
    """The closed forms, without PyTorch."""

    def curve(make, n=8):
        o = sgd(lr=(2.0,))
        s = make(o)
        found = []
        for _ in range(n):
            found += rates(o)
            s.step()
        return found

    t = np.arange(8)
    for make, due in [
        (lambda o: ours.StepLR(o, 3, 0.5), 2 * 0.5 ** (t // 3)),
        (lambda o: ours.ExponentialLR(o, 0.9), 2 * 0.9**t),
        (lambda o: ours.MultiStepLR(o, [1, 4], 0.5), 2 * 0.5 ** ((t >= 1) * 1 + (t >= 4))),
        (lambda o: ours.CosineAnnealingLR(o, 3, 0.5), 0.5 + 1.5 * (1 + np.cos(np.pi * t / 3)) / 2),
        (lambda o: ours.LinearLR(o, 0.5, 1, 4), 2 * (0.5 + 0.5 * np.minimum(t / 4, 1))),
        (lambda o: ours.ConstantLR(o, 0.5, 4), 2 * np.where(t < 4, 0.5, 1)),
    ]:
        np.testing.assert_allclose(curve(make), due, rtol=1e-12, atol=1e-15)


def test_resuming_by_epoch():
    a = sgd(lr=(1.0,))
    schedule = ours.ExponentialLR(a, 0.5)
    for _ in range(3):
        schedule.step()
    b = sgd(lr=(1.0,))
    with pytest.raises(KeyError, match="initial_lr"):
        ours.ExponentialLR(b, 0.5, last_epoch=3)
    b.load_state_dict(a.state_dict())
    resumed = ours.ExponentialLR(b, 0.5, last_epoch=3)
    schedule.step()
    assert resumed.last_epoch == 4
    assert rates(a) == rates(b)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda o: ours.StepLR(3, 1), "optimizer is a int"),
        (lambda o: ours.StepLR(o, 0), "step_size=0"),
        (lambda o: ours.CosineAnnealingLR(o, 0), "T_max=0"),
        (lambda o: ours.LinearLR(o, 0.0), "factors 0.0"),
        (lambda o: ours.ConstantLR(o, 2.0), "factor=2.0"),
        (lambda o: ours.LambdaLR(o, [lambda t: 1.0]), "1 functions for 2 groups"),
        (lambda o: ours.SequentialLR(o, [ours.StepLR(o, 1)], [1]), "one milestone fewer"),
        (lambda o: ours.SequentialLR(o, [ours.StepLR(sgd(), 1)], []), "another optimiser"),
        (lambda o: ours.SequentialLR(o, [ours.ReduceLROnPlateau(o)], []), "none by epoch"),
        (lambda o: ours.ReduceLROnPlateau(o, factor=1.0), "factor=1.0"),
        (lambda o: ours.ReduceLROnPlateau(o, mode="less"), "mode='less'"),
        (lambda o: ours.ReduceLROnPlateau(o, min_lr=[0.1]), "1 values of min_lr for 2 groups"),
        (lambda o: ours.ReduceLROnPlateau(o).step(), "needs the measure"),
        (lambda o: ours.ReduceLROnPlateau(None), "NoneType"),
        (lambda o: ours.OneCycleLR(o, 1.0), "total_steps"),
        (lambda o: ours.OneCycleLR(o, 1.0, 5, pct_start=2.0), "pct_start=2.0"),
        (lambda o: ours.OneCycleLR(o, [1.0], 5), "1 values for 2 groups"),
        (lambda o: ours.OneCycleLR(optim.Adagrad(o.param_groups[0]["params"]), 1.0, 5), "no momentum"),
        (lambda o: [s.step() for s in [ours.OneCycleLR(o, 1.0, 2)] * 3], "step 3 of a cycle of 2"),
        (lambda o: ours.StepLR(o, 1).load_state_dict({}), "no 'last_epoch'"),
        (lambda o: ours.SequentialLR(o, [ours.StepLR(o, 1)], []).load_state_dict({"last_epoch": 1}), "0 states"),
    ],
)
def test_errors(make, message):
    with pytest.raises((TypeError, ValueError), match=message):
        make(sgd(momentum=0.9))
