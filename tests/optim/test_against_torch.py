"""Each update equals PyTorch's over 100 steps on the same gradients."""

import copy

import numpy as np
import pytest

import autograd as ag
from autograd import optim

torch = pytest.importorskip("torch")

SHAPES = [(5, 3), (4,), (), (2, 3, 2)]
CASES = [
    ("SGD", {"lr": 0.1}),
    ("SGD", {"lr": 0.1, "weight_decay": 0.1, "maximize": True}),
    ("SGD", {"lr": 0.1, "momentum": 0.9}),
    ("SGD", {"lr": 0.1, "momentum": 0.9, "dampening": 0.3, "weight_decay": 0.01}),
    ("SGD", {"lr": 0.1, "momentum": 0.9, "nesterov": True}),
    ("Adagrad", {}),
    ("Adagrad", {"lr_decay": 0.1, "initial_accumulator_value": 0.2, "weight_decay": 0.1}),
    ("Adadelta", {}),
    ("Adadelta", {"lr": 0.5, "rho": 0.7, "eps": 1e-4, "weight_decay": 0.1}),
    ("RMSprop", {}),
    ("RMSprop", {"centered": True}),
    ("RMSprop", {"momentum": 0.9, "alpha": 0.9, "weight_decay": 0.1}),
    ("RMSprop", {"momentum": 0.5, "centered": True, "maximize": True}),
    ("Adam", {}),
    ("Adam", {"lr": 0.1, "betas": (0.8, 0.9), "eps": 1e-4, "weight_decay": 0.1}),
    ("Adam", {"amsgrad": True, "lr": 0.05, "maximize": True}),
    ("AdamW", {}),
    ("AdamW", {"lr": 0.1, "weight_decay": 0.3, "amsgrad": True}),
]


def pair(name, options, dtype, rng, shapes=SHAPES):
    """The same optimiser on the same parameters, here and there."""
    first = [rng.normal(size=shape).astype(dtype) for shape in shapes]
    ours = [ag.Tensor(w, requires_grad=True) for w in first]
    theirs = [torch.nn.Parameter(torch.tensor(w)) for w in first]
    return ours, theirs, getattr(optim, name)(ours, **options), getattr(torch.optim, name)(theirs, **options)


def give(ours, theirs, rng, missing=()):
    for k, (p, q) in enumerate(zip(ours, theirs, strict=True)):
        g = None if k in missing else rng.normal(size=p.shape).astype(p.dtype) + 0.1
        p.grad, q.grad = g, None if g is None else torch.tensor(np.asarray(g))


def same(ours, theirs):
    tol = 1e-6 if ours[0].dtype == np.float32 else 1e-12
    for p, q in zip(ours, theirs, strict=True):
        assert p.data.dtype == p.dtype == ours[0].dtype
        np.testing.assert_allclose(p.data, q.detach().numpy(), rtol=tol, atol=tol)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(("name", "options"), CASES, ids=str)
def test_100_steps(name, options, dtype):
    rng = np.random.default_rng(0)
    ours, theirs, a, b = pair(name, options, dtype, rng)
    for _ in range(100):
        give(ours, theirs, rng)
        a.step()
        b.step()
    same(ours, theirs)


@pytest.mark.parametrize(("name", "options"), CASES, ids=str)
def test_gradients_that_come_and_go(name, options):
    """Each parameter has its own count of steps, and one that arrives late starts at its first."""
    rng = np.random.default_rng(1)
    ours, theirs, a, b = pair(name, options, np.float64, rng)
    for step in range(30):
        give(ours, theirs, rng, missing=[1, 2] if step < 5 else rng.choice(4, 2))
        a.step()
        b.step()
        same(ours, theirs)


@pytest.mark.parametrize(("name", "options"), CASES, ids=str)
def test_large_parameters_go_block_by_block(name, options):
    rng = np.random.default_rng(2)
    ours, theirs, a, b = pair(name, options, np.float64, rng, [(150, 200), (3,), (30, 100)])
    for _ in range(3):
        give(ours, theirs, rng)
        a.step()
        b.step()
    same(ours, theirs)


@pytest.mark.parametrize(("name", "options"), CASES, ids=str)
def test_state_of_pytorch_goes_on_here(name, options):
    rng = np.random.default_rng(3)
    ours, theirs, a, b = pair(name, options, np.float64, rng)
    for _ in range(5):
        give(ours, theirs, rng, missing=[3])
        b.step()
    for p, q in zip(ours, theirs, strict=True):
        p.data[...] = q.detach().numpy()
    getattr(optim, name)(ours).load_state_dict(b.state_dict())  # also where the options were the defaults
    a.load_state_dict(b.state_dict())
    for _ in range(5):
        give(ours, theirs, rng)
        a.step()
        b.step()
        same(ours, theirs)


@pytest.mark.parametrize(("name", "options"), CASES, ids=str)
def test_state_has_the_names_of_pytorch(name, options):
    rng = np.random.default_rng(4)
    ours, theirs, a, b = pair(name, options, np.float64, rng)
    give(ours, theirs, rng)
    a.step()
    b.step()
    for p, q in zip(ours, theirs, strict=True):
        mine = {k: v for k, v in a.state[p].items() if k != "step"}
        yours = {k: v.numpy() for k, v in b.state[q].items() if k != "step" and v is not None}
        assert mine.keys() == yours.keys()
        for k, v in mine.items():
            np.testing.assert_allclose(v, yours[k], rtol=1e-12, atol=1e-15)


def test_groups():
    rng = np.random.default_rng(5)
    first = [rng.normal(size=(2, 2)) for _ in range(3)]
    ours = [ag.Tensor(w, requires_grad=True) for w in first]
    theirs = [torch.nn.Parameter(torch.tensor(w)) for w in first]

    def made(module, p):
        made = module.Adam([{"params": p[:1], "lr": 0.1}, {"params": p[1], "weight_decay": 0.5}], lr=0.01)
        made.add_param_group({"params": [p[2]], "betas": (0.5, 0.6)})
        return made

    a, b = made(optim, ours), made(torch.optim, theirs)
    for step in range(20):
        for optimizer in (a, b):
            optimizer.param_groups[1]["lr"] = 0.1 / (step + 1)
        give(ours, theirs, rng)
        a.step()
        b.step()
    same(ours, theirs)
    for mine, yours in zip(a.param_groups, b.param_groups, strict=True):
        assert mine.keys() - {"l1", "l2", "max_norm"} <= yours.keys()


@pytest.mark.parametrize("name", ["SGD", "Adagrad", "Adadelta", "RMSprop", "Adam", "AdamW", "LBFGS"])
def test_defaults_and_order_of_arguments(name):
    import inspect

    def parameters(module):
        return inspect.signature(getattr(module, name)).parameters

    ours, theirs = parameters(optim), parameters(torch.optim)
    by_keyword = {"maximize", "foreach", "fused", "capturable", "differentiable", "decoupled_weight_decay"}
    due = {k: p.default for k, p in theirs.items() if k not in by_keyword}
    assert {k: p.default for k, p in ours.items() if p.kind is p.POSITIONAL_OR_KEYWORD} == due
    assert list(due) == [k for k in ours if k in due]
    w = ag.Tensor([1.0], requires_grad=True)
    optimizer = getattr(optim, name)([w], **{k: theirs[k].default for k in by_keyword & theirs.keys()})
    assert {k: v for k, v in optimizer.defaults.items() if k in by_keyword} == {
        k: theirs[k].default for k in ["maximize"] if k in theirs
    }


def test_what_only_says_how_pytorch_computes_changes_nothing():
    rng = np.random.default_rng(8)
    ours, theirs, a, b = pair("Adam", {"foreach": True, "capturable": False}, np.float64, rng)
    give(ours, theirs, rng)
    a.step()
    b.step()
    same(ours, theirs)
    w = ag.Tensor([1.0], requires_grad=True)
    group = optim.SGD([{"params": [w], "fused": True}], lr=0.1, foreach=False).param_groups[0]
    assert not group.keys() & {"fused", "foreach"}


def test_a_state_with_another_kind_of_weight_decay_is_refused():
    p, q = ag.Tensor([1.0], requires_grad=True), torch.nn.Parameter(torch.ones(1))
    for name in ("Adam", "AdamW"):
        due = name == "AdamW"
        for theirs in (torch.optim.Adam([q]), torch.optim.AdamW([q])):
            mine = getattr(optim, name)([p])
            if theirs.param_groups[0]["decoupled_weight_decay"] == due:
                mine.load_state_dict(theirs.state_dict())
                continue
            with pytest.raises(ValueError, match="True in AdamW, and False in the others"):
                mine.load_state_dict(theirs.state_dict())


def test_a_model_trains_to_the_same_weights():
    from autograd import nn

    rng = np.random.default_rng(6)
    ours = nn.Sequential(nn.Linear(4, 8, rng=0), nn.Linear(8, 1, rng=1)).double()
    theirs = torch.nn.Sequential(torch.nn.Linear(4, 8), torch.nn.Linear(8, 1)).double()
    theirs.load_state_dict({k: torch.tensor(v) for k, v in ours.state_dict().items()})
    a, b = optim.AdamW(ours.named_parameters(), lr=0.01), torch.optim.AdamW(theirs.named_parameters(), lr=0.01)
    for _ in range(50):
        x = rng.normal(size=(16, 4))
        y = x[:, :1] * 2
        a.zero_grad()
        b.zero_grad()
        ((ours(x) - y) ** 2).mean().backward()
        ((theirs(torch.tensor(x)) - torch.tensor(y)) ** 2).mean().backward()
        a.step()
        b.step()
    for k, v in theirs.state_dict().items():
        np.testing.assert_allclose(ours.state_dict()[k], v.numpy(), rtol=1e-9, atol=1e-11)


def test_a_copy_goes_on_alike():
    rng = np.random.default_rng(7)
    ours, theirs, a, b = pair("Adam", {"lr": 0.1}, np.float64, rng)
    for _ in range(3):
        give(ours, theirs, rng)
        a.step()
        b.step()
    ours, a = copy.deepcopy((ours, a))
    give(ours, theirs, rng)
    a.step()
    b.step()
    same(ours, theirs)
