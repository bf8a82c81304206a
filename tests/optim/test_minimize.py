"""SciPy's methods with derivatives from the tape: minimize, and L-BFGS as an optimiser."""

import builtins
import sys

import numpy as np
import pytest

import autograd as ag
from autograd import nn, optim

scipy_optimize = pytest.importorskip("scipy.optimize")


def rosenbrock(x):
    return np.sum(100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)


METHODS = ["BFGS", "CG", "L-BFGS-B", "TNC", "SLSQP", "Newton-CG", "trust-ncg", "trust-krylov", "trust-constr",
           "dogleg", "trust-exact", "Nelder-Mead", "Powell"]  # fmt: skip


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.filterwarnings("ignore:delta_grad == 0.0")
def test_methods(method):
    f = (lambda x: np.sum((x - 1) ** 2 + (x - 1) ** 4)) if method == "dogleg" else rosenbrock
    limit = {"maxfun" if method == "TNC" else "maxiter": 2000}
    found = optim.minimize(f, np.array([-0.5, 0.7, 0.4]), method=method, options=limit)
    np.testing.assert_allclose(found.x, np.ones(3), atol=1e-3)
    assert found.success


def test_derivatives_are_those_of_scipy():
    x0 = np.array([-1.2, 1.0, 0.3])
    ours = optim.minimize(rosenbrock, x0, method="Newton-CG")
    theirs = scipy_optimize.minimize(
        scipy_optimize.rosen, x0, jac=scipy_optimize.rosen_der, hessp=scipy_optimize.rosen_hess_prod, method="Newton-CG"
    )
    assert (ours.nit, ours.nfev, ours.nhev) == (theirs.nit, theirs.nfev, theirs.nhev)
    np.testing.assert_allclose(ours.x, theirs.x, rtol=1e-9)


@pytest.mark.parametrize("method", ["BFGS", "Newton-CG", "trust-exact", "Powell"])
def test_containers(method):
    def f(p, target):
        a, (b, c) = p["a"], p["rest"]
        return (a - target) ** 2 + np.sum((b - np.arange(4.0).reshape(2, 2)) ** 2) + np.sum((c + a) ** 2)

    seen = []
    x0 = {"a": 3, "rest": (np.zeros((2, 2), np.float32), [0.5])}
    found = optim.minimize(f, x0, (2.0,), method, callback=seen.append, options={"maxiter": 5000})
    assert type(found.x) is dict
    assert type(found.x["rest"]) is tuple
    np.testing.assert_allclose(found.x["a"], 2, atol=1e-3)
    np.testing.assert_allclose(found.x["rest"][0], [[0, 1], [2, 3]], atol=1e-3)
    np.testing.assert_allclose(found.x["rest"][1], [-2], atol=1e-3)
    assert found.x["rest"][0].dtype == np.float64
    assert seen[-1].keys() == {"a", "rest"}
    if method != "Powell":
        assert found.jac["rest"][0].shape == (2, 2)


def test_bounds_constraints_and_lists():
    found = optim.minimize(lambda x: np.sum(x**2), [3, 4], method="L-BFGS-B", bounds=[(1, 5), (2, 5)])
    np.testing.assert_allclose(found.x, [1, 2])
    total = {"type": "eq", "fun": lambda x: x.sum() - 4}
    found = optim.minimize(lambda x: np.sum(x**2), [3, 4], method="SLSQP", constraints=[total])
    np.testing.assert_allclose(found.x, [2, 2], rtol=1e-6)


def test_a_search_that_is_stopped():
    def stop(x):
        raise StopIteration

    assert optim.minimize(rosenbrock, np.zeros(3), callback=stop).nit == 1


@pytest.mark.parametrize(
    ("x0", "error", "message"),
    [
        ([], ValueError, "no number"),
        ({"a": np.zeros(0)}, ValueError, "no number"),
        (np.array([1j]), TypeError, "complex128"),
        ({"a": "text"}, TypeError, "<U4"),
    ],
)
def test_errors(x0, error, message):
    with pytest.raises(error, match=message):
        optim.minimize(np.sum, x0)


@pytest.fixture
def without_scipy(monkeypatch):
    found = builtins.__import__

    def refused(name, *args, **kwargs):
        if name.startswith("scipy"):
            raise ImportError(name)
        return found(name, *args, **kwargs)

    for name in [name for name in sys.modules if name.split(".")[0] == "scipy"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(builtins, "__import__", refused)


def test_without_scipy(without_scipy):
    with pytest.raises(ImportError, match=r"pip install autograd-tape\[scipy\]"):
        optim.minimize(rosenbrock, np.zeros(3))
    with pytest.raises(ImportError, match=r"pip install autograd-tape\[scipy\]"):
        optim.LBFGS(nn.Linear(1, 1).parameters())


# -- L-BFGS ----------------------------------------------------------------------------------------------------------


def regression(dtype=np.float64):
    model = nn.Linear(3, 2, rng=0).to(dtype)
    rng = np.random.default_rng(0)
    x = rng.normal(size=(50, 3))
    due = rng.normal(size=(3, 2))

    def closure():
        model.zero_grad()
        loss = np.mean((model(x) - x @ due) ** 2)
        loss.backward()
        return loss

    return model, closure, due


@pytest.mark.parametrize(("dtype", "tol"), [(np.float32, 1e-4), (np.float64, 1e-6)])
def test_lbfgs(dtype, tol):
    model, closure, due = regression(dtype)
    optimizer = optim.LBFGS(model.parameters(), max_iter=100, line_search_fn="strong_wolfe", tolerance_change=1e-15)
    before = closure().item()
    with ag.no_grad():
        assert optimizer.step(closure).item() == before
    np.testing.assert_allclose(model.weight.data, due.T, atol=tol)
    assert model.weight.dtype == dtype
    assert optimizer.step(closure).item() < before * 1e-6


def test_lbfgs_leaves_frozen_parameters_alone():
    model, closure, _ = regression()
    model.bias.data[...] = 1
    model.bias.requires_grad = False
    first = closure().item()
    optim.LBFGS(model.parameters()).step(closure)
    np.testing.assert_array_equal(model.bias.data, [1, 1])
    assert closure().item() < first
    model.requires_grad_(False)
    with pytest.raises(ValueError, match="frozen"):
        optim.LBFGS(model.parameters()).step(closure)


def test_lbfgs_that_is_interrupted_changes_nothing():
    model, closure, _ = regression()
    before = model.state_dict()
    calls = []

    def interrupted():
        calls.append(1)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return closure()

    with pytest.raises(KeyboardInterrupt):
        optim.LBFGS(model.parameters()).step(interrupted)
    for name, value in model.state_dict().items():
        np.testing.assert_array_equal(value, before[name])


def test_lbfgs_takes_the_options_of_pytorchs_state():
    torch = pytest.importorskip("torch")
    q = torch.nn.Parameter(torch.ones(2))
    theirs = torch.optim.LBFGS([q], max_iter=3)

    def closure():
        theirs.zero_grad()
        loss = (q**2).sum()
        loss.backward()
        return loss

    theirs.step(closure)
    mine = optim.LBFGS([ag.Tensor([1.0, 1.0], requires_grad=True)])
    mine.load_state_dict(theirs.state_dict())
    assert mine.param_groups[0]["max_iter"] == 3


def test_lbfgs_errors():
    model, closure, _ = regression()
    params = list(model.parameters())
    with pytest.raises(TypeError, match="needs the closure"):
        optim.LBFGS(params).step()
    with pytest.raises(ValueError, match=r"lr=0\.1 where 1 is due"):
        optim.LBFGS(params, lr=0.1)
    with pytest.raises(ValueError, match="armijo"):
        optim.LBFGS(params, line_search_fn="armijo")
    with pytest.raises(ValueError, match="one group"):
        optim.LBFGS([{"params": params[:1]}, {"params": params[1:]}])
    with pytest.raises(ValueError, match="one group"):
        optim.LBFGS(params[:1]).add_param_group({"params": params[1:]})
    with pytest.raises(ValueError, match="unknown options"):
        optim.LBFGS([{"params": params, "l1": 0.1}])
    model.weight.data[...] = np.nan
    with pytest.raises(FloatingPointError, match="starts from a loss of nan"):
        optim.LBFGS(params).step(closure)
