"""Checkpoints of a run, and going on from them."""


import numpy as np
import pytest

from autograd import optim, training
from autograd.training import Callback, EarlyStopping, ModelCheckpoint

from .runs import network, problem, run, scripted, weights

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
    run(network(), callbacks=[Script(), ModelCheckpoint(path, best_only=True)])
    assert training.load_checkpoint(path)["epoch"] == 2
    assert training.load_checkpoint(path)["history"]["val_loss"] == [3.0, 1.0]


def test_the_best_stays_the_best_after_a_resume_from_another_checkpoint(tmp_path):
    """What is saved is what all callbacks know at the end of the epoch, whatever their order."""

    def start(**options):
        callbacks = [
            scripted([3.0, 1.0, 2.0]), ModelCheckpoint(tmp_path / "last.npz"),
            ModelCheckpoint(tmp_path / "best.npz", best_only=True),
        ]  # fmt: skip
        run(network(), callbacks=callbacks, **options)

    start(epochs=2)
    start(epochs=3, resume=tmp_path / "last.npz")
    assert training.load_checkpoint(tmp_path / "best.npz")["epoch"] == 2
    assert training.load_checkpoint(tmp_path / "last.npz")["epoch"] == 3


def test_a_run_that_was_stopped_stays_stopped_when_it_is_resumed(tmp_path):
    def start(patience=2, **options):
        callbacks = [scripted(range(9)), EarlyStopping(patience=patience), ModelCheckpoint(tmp_path / "last.npz")]
        model = network()
        return run(model, epochs=9, callbacks=callbacks, **options), weights(model)

    first, due = start()
    again, found = start(resume=tmp_path / "last.npz")
    assert again == first
    assert again.stopped == first.stopped
    np.testing.assert_array_equal(found, due)
    assert start(patience=4, resume=tmp_path / "last.npz")[0].epochs == 5


def test_names_of_checkpoints_hold_what_was_measured(tmp_path):
    run(network(), validation=0.25, callbacks=[ModelCheckpoint(tmp_path / "{epoch:02d}" / "{val_loss:.1f}.npz")])
    assert sorted(p.name for p in tmp_path.iterdir()) == ["01", "02", "03"]
    with pytest.raises(ValueError, match="names 'val_loss', and there is epoch, loss"):
        run(network(), callbacks=[ModelCheckpoint(tmp_path / "{epoch}-{val_loss}.npz")])


def test_a_callback_saves_at_the_end_of_the_run_or_of_an_epoch(tmp_path):
    def save(run):
        run.save(tmp_path / "run.npz")

    for when in ("on_train_end", "on_epoch_end", "on_batch_end"):
        history = run(network(), callbacks=[training.LambdaCallback(**{when: save})])
        saved = training.load_checkpoint(tmp_path / "run.npz")
        assert saved["epoch"] == 3
        assert saved["history"] == history
        (tmp_path / "run.npz").unlink()
    broken = [training.LambdaCallback(on_batch_end=save), training.LambdaCallback(on_epoch_end=lambda run: 1 / 0)]
    with pytest.raises(ZeroDivisionError):
        run(network(), callbacks=broken)
    assert not list(tmp_path.iterdir())
