"""The loop: what it computes, and what it refuses."""


import numpy as np
import pytest

import autograd as ag
from autograd import nn, optim, training
from autograd.training import EarlyStopping, evaluate, fit, predict

from .runs import mean_squared, network, problem, run, weights

# -- what it computes ------------------------------------------------------------------------------------------------


def test_the_loop_is_the_one_written_out():
    x, y = problem(40)
    model, twin = network(), network()
    history = run(model, data=(x, y), epochs=2, clip_norm=0.5, metrics=[training.mae])
    losses, rng = [], np.random.default_rng(0)
    rng.integers(2**63)
    for _ in range(2):
        order, total = rng.permutation(40), 0.0
        for k in range(0, 40, 16):
            i = order[k : k + 16]
            for p in twin.parameters():
                p.grad = None
            loss = mean_squared(twin(x[i]), y[i])
            loss.backward()
            total += loss.item() * len(i)
            norm = np.sqrt(sum((p.grad**2).sum() for p in twin.parameters()))
            for p in twin.parameters():
                p.data[...] -= 0.05 * p.grad * min(1, 0.5 / (norm + 1e-6))
        losses.append(total / 40)
    np.testing.assert_allclose(history["loss"], losses, rtol=1e-12)
    np.testing.assert_allclose(weights(model), weights(twin), rtol=1e-12)
    assert list(history) == ["loss", "mae"]
    assert history.epochs == 2


def test_fit_equals_a_loop_of_pytorch():
    torch = pytest.importorskip("torch")
    x, y = problem()
    model = network()
    theirs = torch.nn.Sequential(torch.nn.Linear(3, 8), torch.nn.Tanh(), torch.nn.Linear(8, 1)).double()
    theirs.load_state_dict({k: torch.tensor(v) for k, v in model.state_dict().items()})
    adam = optim.Adam(model.parameters(), lr=0.01)
    run(model, epochs=5, optimizer=adam, shuffle=False)
    other = torch.optim.Adam(theirs.parameters(), lr=0.01)
    for _ in range(5):
        for k in range(0, 48, 16):
            other.zero_grad()
            torch.nn.functional.mse_loss(theirs(torch.tensor(x[k : k + 16])), torch.tensor(y[k : k + 16])).backward()
            other.step()
    for p, q in zip(model.parameters(), theirs.parameters(), strict=True):
        np.testing.assert_allclose(p.data, q.detach().numpy(), atol=1e-10)


def test_data_come_in_every_form():
    x, y = problem()
    results = []
    for data in (
        (x, y),
        training.TensorDataset(x, y),
        list(zip(x, y, strict=True)),
        training.DataLoader(training.TensorDataset(x, y), 16),
        training.DataLoader(list(zip(x, y, strict=True)), 16, prefetch=2),
    ):
        model = network()
        run(model, data=data, shuffle=False)
        results.append(weights(model))
    for result in results[1:]:
        np.testing.assert_array_equal(result, results[0])


def test_validation_by_share_or_by_data_and_evaluation_leave_modes_and_tape_alone():
    x, y = problem()
    model = network(p=0.5)
    model[2].eval()
    history = run(model, validation=0.25, metrics={"error": training.mse, "r2": training.r2})
    assert list(history) == ["loss", "error", "r2", "val_loss", "val_error", "val_r2"]
    np.testing.assert_allclose(history["val_loss"], history["val_error"], rtol=1e-12)
    model[2].eval()
    out = evaluate(model, (x, y), mean_squared, [training.r2], batch_size=7)
    np.testing.assert_allclose(out["loss"], training.mse(predict(model, x), y), rtol=1e-12)
    np.testing.assert_allclose(out["r2"], training.r2(predict(model, x, batch_size=5), y), rtol=1e-12)
    assert [m.training for m in model.modules()] == [True, True, False, True]
    assert ag.is_grad_enabled()
    loader = training.DataLoader(training.TensorDataset(x, y), 9)
    np.testing.assert_allclose(predict(model, loader, targets=True), predict(model, x))


def test_predict_takes_several_inputs_and_outputs():
    x = np.arange(10.0)
    total, parts = predict(lambda a, b: (a + b, {"a": a}), (x, 2 * x), batch_size=3)
    np.testing.assert_array_equal(total, 3 * x)
    np.testing.assert_array_equal(parts["a"], x)


class Sum(nn.Module):
    """A model whose one input is a dict."""

    def __init__(self):
        self.a, self.b = nn.Linear(1, 1, rng=0, dtype=float), nn.Linear(2, 1, rng=1, dtype=float)

    def forward(self, parts):
        return self.a(parts["a"]) + self.b(parts["b"])


def test_inputs_may_be_dicts_and_weigh_by_their_samples():
    x, y = problem(50)
    parts = {"a": x[:, :1], "b": x[:, 1:]}
    samples = [({"a": row[:1], "b": row[1:]}, value) for row, value in zip(x, y, strict=True)]
    results = []
    for data in ((parts, y), samples):
        model = Sum()
        history = run(model, data=data, shuffle=False, validation=None, metrics=[training.mse])
        assert history["mse"] == pytest.approx(history["loss"], rel=1e-12)
        results.append(weights(model))
    np.testing.assert_array_equal(*results)
    out = predict(model, parts)
    np.testing.assert_array_equal(out, predict(model, (parts,), batch_size=7))
    for data in ((parts, y), samples):
        found = evaluate(model, data, mean_squared, batch_size=16)["loss"]
        np.testing.assert_allclose(found, training.mse(out, y), rtol=1e-12)
    assert run(Sum(), data=(parts, y), validation=0.2).epochs == 3


def test_a_generator_serves_once():
    x, y = problem()
    model = network()
    batches = [(x[:30], y[:30]), (x[30:], y[30:])]
    np.testing.assert_allclose(predict(model, (inputs for inputs, _ in batches)), predict(model, x), rtol=1e-12)
    found = evaluate(model, iter(batches), mean_squared)
    np.testing.assert_allclose(found["loss"], evaluate(model, (x, y), mean_squared)["loss"], rtol=1e-12)


def test_schedules_are_stepped_by_epoch_by_batch_or_by_result():
    class Counting:
        def __init__(self):
            self.calls = 0

        def step(self):
            self.calls += 1

    for every, due in (("epoch", 3), ("batch", 9)):
        counting = Counting()
        run(network(), scheduler=counting, scheduler_every=every)
        assert counting.calls == due
    model = network()
    sgd = optim.SGD(model.parameters(), lr=0.05)
    plateau = optim.lr_scheduler.ReduceLROnPlateau(sgd)
    history = run(model, optimizer=sgd, scheduler=plateau, validation=0.25)
    assert plateau.best == min(history["val_loss"])


def test_lbfgs_is_given_a_closure():
    pytest.importorskip("scipy")
    model = network()
    optimizer = optim.LBFGS(model.parameters(), max_iter=20)
    history = run(model, optimizer=optimizer, batch_size=48, epochs=4)
    assert history["loss"][-1] < 0.5 * history["loss"][0]


def test_any_callable_is_a_model():
    w = ag.Tensor(np.zeros((3, 1)), requires_grad=True)
    history = fit(lambda x: x @ w, problem(), mean_squared, optim.SGD([w], lr=0.1), epochs=4, progress=False, rng=0)
    assert history["loss"][-1] < history["loss"][0]
    assert evaluate(lambda x: x @ w, problem(), mean_squared)["loss"] < history["loss"][0]


# -- bad input -------------------------------------------------------------------------------------------------------


def test_bad_data_are_refused_with_the_reason():
    model, x = network(), np.ones((0, 3))
    with pytest.raises(ValueError, match="fit: the data set is empty"):
        run(model, data=(x, x))
    with pytest.raises(ValueError, match="drop_last leaves no batch of 64 out of 3"):
        run(model, data=training.DataLoader(training.TensorDataset(np.ones((3, 3))), 64, drop_last=True))
    with pytest.raises(TypeError, match="only once"):
        run(model, data=iter([problem()]))
    with pytest.raises(TypeError, match=r"where a tuple \(inputs, …, targets\) is due"):
        run(model, data=np.ones((4, 3)))
    with pytest.raises(ValueError, match=r"loss has shape \(16, 1\)"):
        fit(model, problem(), lambda o, t: o - t, optim.SGD(model.parameters(), lr=0.1), batch_size=16, progress=False)
    with pytest.raises(ValueError, match="leaves 0 for validation"):
        run(model, validation=0.001)
    with pytest.raises(ValueError, match="fit: validation: the data set is empty"):
        run(model, validation=(x, x))
    with pytest.raises(TypeError, match="split others beforehand"):
        run(model, data=training.DataLoader([1, 2]), validation=0.5)
    with pytest.raises(TypeError, match="list or a dict of metrics"):
        run(model, metrics=training.mse)
    with pytest.raises(ValueError, match="nonfinite"):
        run(model, nonfinite="ignore")
    with pytest.raises(ValueError, match=r"metrics: each has shape \(16,\); reduce it"):
        run(model, metrics={"each": lambda p, y: (p - y)[:, 0]})


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"metrics": "accuracy"}, "metrics='accuracy' where a list or a dict"),
        ({"metrics": ["accuracy"]}, r"metric 'accuracy' where a function .* training\.accuracy, say"),
        ({"metrics": [training.R2]}, r"R2'> where a function"),
        ({"metrics": [lambda p, y: 1, lambda p, y: 2]}, "named '<lambda>', as another number is"),
        ({"metrics": {"loss": training.mse}}, "named 'loss', as another number is"),
        ({"callbacks": EarlyStopping()}, "where a list of callbacks is due"),
        ({"callbacks": [EarlyStopping]}, "EarlyStopping'> where a Callback"),
        ({"callbacks": [print]}, "functions in a LambdaCallback"),
        ({"scheduler": "cosine"}, "scheduler='cosine' where a schedule of the optimiser, is due"),
        ({"optimizer": "adam"}, r"optimizer='adam' where an optimiser, such as optim\.Adam"),
        ({"optimizer": optim.Adam}, r"Adam'> where an optimiser"),
        ({"loss": "mse"}, r"loss='mse' where a function .* nn\.MSELoss\(\)"),
        ({"loss": nn.MSELoss}, r"MSELoss'> where a function"),
    ],
)
def test_names_and_classes_where_objects_are_due(wrong, message):
    model = network()
    given = {"loss": mean_squared, "optimizer": optim.SGD(model.parameters()), **wrong}
    with pytest.raises((TypeError, ValueError), match=message):
        fit(model, problem(), given.pop("loss"), given.pop("optimizer"), progress=False, **given)


def test_only_what_a_run_has_written_can_be_resumed(tmp_path):
    model = network()
    training.save_checkpoint(tmp_path / "c.npz", model=model)
    with pytest.raises(ValueError, match="no run of fit wrote this checkpoint; take load_checkpoint"):
        run(model, resume=tmp_path / "c.npz")


def broken_at(batch):
    """Data whose target is NaN in one batch."""
    x, y = problem()
    y[16 * batch] = np.nan
    return x, y


def test_a_nan_loss_names_its_place_and_leaves_the_last_step():
    model, twin = network(), network()
    with pytest.raises(FloatingPointError, match=r"epoch 1, batch 2: the loss is nan.*ag\.debug\(\)"):
        run(model, data=broken_at(1), shuffle=False)
    x, y = problem()
    run(twin, data=(x[:16], y[:16]), shuffle=False, epochs=1)
    np.testing.assert_array_equal(weights(model), weights(twin))
    history = run(network(), data=broken_at(1), shuffle=False, nonfinite="stop")
    assert history == {}
    assert "batch 2: the loss is nan" in history.stopped


def test_a_gradient_that_is_not_finite_names_its_place():
    model = nn.Linear(3, 1, dtype=float).apply(lambda m: [nn.init.zeros_(p) for p in m.parameters()])
    sgd = optim.SGD(model.parameters(), lr=1.0)
    with pytest.raises(FloatingPointError, match=r"epoch 1, batch 1: .*gradient"):
        fit(model, problem(), lambda o, t: np.mean(np.sqrt(o)), sgd, progress=False)
    assert not weights(model).any()
