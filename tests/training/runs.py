"""A small problem, a small network, and a run of training on them."""

import numpy as np

from autograd import nn, optim, training
from autograd.training import fit


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


def scripted(losses):
    """A callback that gives each epoch its validation loss."""

    def add(run):
        run.logs["val_loss"] = losses[run.epoch]

    return training.LambdaCallback(on_epoch_end=add)
