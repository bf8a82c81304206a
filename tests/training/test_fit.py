"""The loop: what it computes, what ends it, and what it leaves behind."""

import errno
import os
import signal
import threading

import numpy as np
import pytest

import autograd as ag
from autograd import nn, optim, training
from autograd.training import Callback, EarlyStopping, ModelCheckpoint, _files, evaluate, fit, predict


def problem(n=48, seed=0):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, 3))
    return x, np.sin(x @ np.array([[1.0], [0.5], [-0.5]])) + 0.1 * rng.normal(size=(n, 1))


def network(seed=0, p=0.0):
    rng = np.random.default_rng(seed)
    parts = [nn.Linear(3, 8, rng=rng, dtype=float), np.tanh, nn.Linear(8, 1, rng=rng, dtype=float)]
    return nn.Sequential(*parts[:2], nn.Dropout(p, rng=seed), parts[2]) if p else nn.Sequential(*parts)


def mean_squared(output, target):
    return np.mean((output - target) ** 2)


def run(model, *, lr=0.05, **options):
    options = {"epochs": 3, "batch_size": 16, "rng": 0, "progress": False, **options}
    optimizer = options.pop("optimizer", None) or optim.SGD(model.parameters(), lr=lr)
    return fit(model, options.pop("data", problem()), mean_squared, optimizer, **options)


def weights(model):
    return np.concatenate([p.data.ravel() for p in model.parameters()])


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


# -- Ctrl-C ----------------------------------------------------------------------------------------------------------


class Press(Callback):
    """Ctrl-C after the second step."""

    closed = False

    def on_batch_end(self, run):
        if run.batch == 1:
            os.kill(os.getpid(), signal.SIGINT)

    def on_train_end(self, run):
        self.closed = run.broken


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_ctrl_c_ends_the_run_and_keeps_history_and_weights():
    x, y = problem()
    model, twin, press = network(), network(), Press()
    before = signal.getsignal(signal.SIGINT)
    history = run(model, callbacks=[press], shuffle=False)
    assert history.interrupted
    assert history == {}
    assert press.closed
    assert signal.getsignal(signal.SIGINT) is before
    run(twin, data=(x[:32], y[:32]), shuffle=False, epochs=1)
    np.testing.assert_array_equal(weights(model), weights(twin))


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_ctrl_c_at_any_moment_leaves_a_whole_step():
    states = [weights(network())]
    each = training.LambdaCallback(on_batch_end=lambda run: states.append(weights(run.model)))
    run(network(), callbacks=[each], epochs=10)
    rng = np.random.default_rng(0)
    previous = signal.signal(signal.SIGALRM, lambda *_: signal.raise_signal(signal.SIGINT))
    ended = 0
    try:
        for _ in range(30):
            model = network()
            signal.setitimer(signal.ITIMER_REAL, rng.uniform(0.001, 0.006))
            try:
                ended += run(model, epochs=10).interrupted
            except KeyboardInterrupt:  # before the first epoch, or after the last
                ended += 1
            finally:
                signal.setitimer(signal.ITIMER_REAL, 0)
            assert any(np.array_equal(weights(model), state) for state in states)
    finally:
        signal.signal(signal.SIGALRM, previous)
    assert ended


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_ctrl_c_inside_a_step_waits_for_its_end():
    model = network()
    sgd = optim.SGD(model.parameters(), lr=0.1)
    steps = []

    class Slow:
        param_groups = sgd.param_groups
        zero_grad = sgd.zero_grad

        def step(self):
            steps.append("begun")
            if len(steps) == 3:
                os.kill(os.getpid(), signal.SIGINT)
                for _ in range(1000):
                    pass
            sgd.step()
            steps.append("done")

    history = run(model, optimizer=Slow())
    assert steps == ["begun", "done"] * 2
    assert history.interrupted


def test_fit_runs_in_a_thread_and_needs_no_signals():
    found = []
    thread = threading.Thread(target=lambda: found.append(run(network())))
    thread.start()
    thread.join()
    assert found[0].epochs == 3


def test_an_error_closes_the_callbacks_and_passes_on():
    class Failing(Callback):
        def on_epoch_end(self, run):
            raise RuntimeError("mine")

    press = Press()
    press.on_batch_end = lambda run: None
    with pytest.raises(RuntimeError, match="mine") as info:
        run(network(), callbacks=[press, Failing()])
    assert press.closed
    assert info.value.history.epochs == 1
    assert info.value.history.stopped == "mine"


def test_a_full_disk_during_training_keeps_model_history_and_the_checkpoint_before(tmp_path, monkeypatch):
    def fill(run):
        if run.epoch == 1:
            monkeypatch.setattr(_files.os, "fsync", no_room)

    def no_room(number):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    path = tmp_path / "{x}.npz"
    model, each = network(), training.LambdaCallback(on_epoch_end=fill)
    with pytest.raises(OSError, match="nothing was saved") as info:
        run(model, callbacks=[ModelCheckpoint(path), each])
    assert info.value.history.epochs == 2
    assert training.load_checkpoint(path)["epoch"] == 1
    monkeypatch.undo()
    history = run(model, callbacks=[ModelCheckpoint(path), training.LambdaCallback()], resume=path)
    assert history.epochs == 3


def test_any_callable_is_a_model():
    w = ag.Tensor(np.zeros((3, 1)), requires_grad=True)
    history = fit(lambda x: x @ w, problem(), mean_squared, optim.SGD([w], lr=0.1), epochs=4, progress=False, rng=0)
    assert history["loss"][-1] < history["loss"][0]
    assert evaluate(lambda x: x @ w, problem(), mean_squared)["loss"] < history["loss"][0]


# -- callbacks -------------------------------------------------------------------------------------------------------


def test_early_stopping_waits_and_restores_the_best():
    script = [5.0, 3.0, 3.0, 4.0, 2.9999, 1.0]
    seen = []

    class Script(Callback):
        def on_epoch_end(self, run):
            run.logs["val_loss"] = script[run.epoch]
            seen.append(weights(run.model))

    model, early = network(), EarlyStopping(patience=3, min_delta=0.01)
    for _ in range(2):  # a second run begins anew
        seen.clear()
        history = run(model, epochs=6, callbacks=[Script(), early])
        assert history["val_loss"] == script[:5]
        assert early.best_epoch == 1
        np.testing.assert_array_equal(weights(model), seen[1])
        assert "not improved for 3 epochs" in history.stopped
    with pytest.raises(ValueError, match=r"'val_loss' is not measured; there is loss. Pass validation="):
        run(network(), callbacks=[EarlyStopping()])
    with pytest.raises(ValueError, match="mode 'least'"):
        EarlyStopping(mode="least")


def test_early_stopping_by_the_largest():
    early = EarlyStopping("r2", patience=1, mode="max")
    history = run(network(), epochs=50, lr=0.3, metrics=[training.r2], callbacks=[early])
    assert early.best == max(history["r2"])


def test_small_callbacks(capsys):
    lines, batches = [], []
    model = network()
    sgd = optim.SGD(model.parameters(), lr=0.5)
    count = training.LambdaCallback(on_batch_end=lambda run: batches.append(run.batch))
    callbacks = [training.LearningRate(), training.Printer(2, write=lines.append), count]
    history = run(model, optimizer=sgd, callbacks=callbacks)
    assert history["lr"] == [0.5] * 3
    assert len(lines) == 1
    assert lines[0].startswith("epoch 2/3  loss ")
    assert batches == [0, 1, 2] * 3
    with pytest.raises(TypeError, match="on_epoch is not one of on_train_begin"):
        training.LambdaCallback(on_epoch=print)


def test_a_bar_is_shown_if_asked_for(capfd):
    pytest.importorskip("tqdm")
    run(network(), progress=True)
    assert "epoch 3/3" in capfd.readouterr().err
    run(network(), progress=None)  # this is no terminal
    assert capfd.readouterr().err == ""


def test_history_draws_itself():
    pytest.importorskip("matplotlib").use("agg")
    plt = pytest.importorskip("matplotlib.pyplot")
    history = run(network(), validation=0.25, metrics=[training.mae])
    figure = history.plot()
    assert [len(ax.lines) for ax in figure.axes] == [2, 2]
    assert history.plot(["loss"], axes=figure.axes[1]) is figure
    with pytest.raises(ValueError, match="no \\['acc'\\]"):
        history.plot(["acc"])
    with pytest.raises(ValueError, match="'val_acc' was not measured"):
        history.best("val_acc")
    plt.close("all")


# -- going on --------------------------------------------------------------------------------------------------------


OPTIMIZERS = {
    "SGD": {"momentum": 0.9, "nesterov": True}, "Adam": {"amsgrad": True}, "AdamW": {}, "RMSprop": {"centered": True},
    "Adagrad": {}, "Adadelta": {},
}  # fmt: skip
SCHEDULES = {
    "StepLR": {"step_size": 2}, "MultiStepLR": {"milestones": [2, 4]}, "CosineAnnealingLR": {"T_max": 7},
    "LinearLR": {}, "ReduceLROnPlateau": {"patience": 0},
    "OneCycleLR": {"max_lr": 0.1, "total_steps": 30, "cycle_momentum": False},
}  # fmt: skip


@pytest.mark.parametrize(("kind", "schedule"), list(zip(OPTIMIZERS, SCHEDULES, strict=True)))
def test_a_resumed_run_is_the_run_bit_for_bit(tmp_path, kind, schedule):
    def start(**options):
        model = network(p=0.25)
        optimizer = getattr(optim, kind)(model.parameters(), lr=0.01, **OPTIMIZERS[kind])
        scheduler = getattr(optim.lr_scheduler, schedule)(optimizer, **SCHEDULES[schedule])
        callbacks = [ModelCheckpoint(tmp_path / "run.npz"), EarlyStopping(patience=4), training.LearningRate()]
        every = "batch" if schedule == "OneCycleLR" else "epoch"
        history = run(
            model, optimizer=optimizer, scheduler=scheduler, scheduler_every=every, validation=0.25,
            callbacks=callbacks, metrics=[training.mae], **options,
        )  # fmt: skip
        return model, optimizer, scheduler, callbacks[1], history

    whole = start(epochs=7)
    start(epochs=3)
    again = start(epochs=7, resume=tmp_path / "run.npz", rng=99)
    assert again[4] == whole[4]
    for mine, due in zip(again[0].parameters(), whole[0].parameters(), strict=True):
        np.testing.assert_array_equal(mine.data, due.data)
    np.testing.assert_equal(again[1].state_dict(), whole[1].state_dict())
    np.testing.assert_equal(again[2].state_dict(), whole[2].state_dict())
    np.testing.assert_equal(again[3].state_dict(), whole[3].state_dict())


def test_a_run_with_augmentation_in_a_loader_resumes_too(tmp_path):
    x, y = problem()

    def start(**options):
        model = network()
        loader = training.DataLoader(
            training.TensorDataset(x, y), 16, True, transform=training.Augment(training.add_noise), prefetch=2, rng=4
        )
        callbacks = [ModelCheckpoint(tmp_path / "{epoch}.npz", every=2)]
        run(model, data=loader, callbacks=callbacks, **options)
        return weights(model)

    whole = start(epochs=5)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["2.npz", "4.npz"]
    np.testing.assert_array_equal(start(epochs=5, resume=tmp_path / "2.npz"), whole)


def test_best_only_keeps_the_best(tmp_path):
    losses = iter([3.0, 1.0, 2.0])

    class Script(Callback):
        def on_epoch_end(self, run):
            run.logs["val_loss"] = next(losses)

    path = tmp_path / "new" / "best.npz"
    run(network(), callbacks=[ModelCheckpoint(path, best_only=True), Script()])
    assert training.load_checkpoint(path)["epoch"] == 2
    assert training.load_checkpoint(path)["history"]["val_loss"] == [3.0, 1.0]
