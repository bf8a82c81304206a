"""Callbacks, the bar and the history."""


import numpy as np
import pytest

from autograd import optim, training
from autograd.training import Callback, EarlyStopping

from .runs import network, run, weights


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
