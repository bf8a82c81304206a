"""What ends a run, and what it leaves behind: Ctrl-C, errors, and a kill."""

import errno
import os
import signal
import subprocess
import sys
import threading

import numpy as np
import pytest

from autograd import files, optim, training
from autograd.training import Callback, ModelCheckpoint

from .runs import network, problem, run, weights


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
            monkeypatch.setattr(files.os, "fsync", no_room)

    def no_room(number):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    path = tmp_path / "{x}.npz"
    model, each = network(), training.LambdaCallback(on_epoch_end=fill)
    with pytest.raises(OSError, match="nothing was saved") as info:
        run(model, callbacks=[each, ModelCheckpoint(path)])
    assert info.value.history.epochs == 2
    assert training.load_checkpoint(path)["epoch"] == 1
    monkeypatch.undo()
    history = run(model, callbacks=[training.LambdaCallback(), ModelCheckpoint(path)], resume=path)
    assert history.epochs == 3


# -- from outside ----------------------------------------------------------------------------------------------------

SLOW = """
import sys
import numpy as np
from autograd import nn, optim, training

model = nn.Linear(2, 1, rng=0)
x = np.ones((64, 2), np.float32)
ready = training.LambdaCallback(on_epoch_end=lambda run: print("ready", flush=True) if run.epoch == 0 else None)
loader = training.DataLoader(training.TensorDataset(x, x[:, :1]), 1, prefetch=2)
history = training.fit(
    model, loader, nn.MSELoss(), optim.Adam(model.parameters()), epochs=10**6, callbacks=[ready], progress=False
)
assert history.interrupted and history.epochs and np.isfinite(model.weight.data).all()
print("whole", flush=True)
"""


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_ctrl_c_from_outside_ends_the_run_and_not_the_program():
    with subprocess.Popen([sys.executable, "-c", SLOW], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "ready\n"
        process.send_signal(signal.SIGINT)
        out, _ = process.communicate(timeout=60)
    assert out == "whole\n"
    assert process.returncode == 0


KILLED = """
import os, signal, sys
import numpy as np
from autograd import nn, optim, training
from autograd import files

def killed(*_):
    os.kill(os.getpid(), signal.SIGKILL)

model = nn.Linear(2, 1, rng=0)
x = np.ones((8, 2), np.float32)
fill = training.LambdaCallback(on_epoch_end=lambda run: setattr(files.os, "replace", killed) if run.epoch == 2 else 0)
adam = optim.Adam(model.parameters())
resume = sys.argv[1] if len(sys.argv) > 2 else None
callbacks = [fill, training.ModelCheckpoint(sys.argv[1])]
training.fit(model, (x, x[:, :1]), nn.MSELoss(), adam, epochs=5, callbacks=callbacks, resume=resume, progress=False)
"""


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_a_process_that_is_killed_while_it_saves_leaves_the_checkpoint_before(tmp_path):
    path = tmp_path / "run.npz"
    done = subprocess.run([sys.executable, "-c", KILLED, path], check=False)
    assert done.returncode == -signal.SIGKILL
    assert training.load_checkpoint(path)["epoch"] == 2
    (left,) = [p for p in tmp_path.iterdir() if p != path]
    training.save_weights({"w": np.ones(1)}, path)
    assert left.exists()  # somebody may be writing it
    os.utime(left, (0, 0))
    training.save_weights({"w": np.ones(1)}, path)
    assert list(tmp_path.iterdir()) == [path]
