# %% [markdown]
# # 9. Regularisation, batch normalisation, and bias against variance
#
# This follows *The Bias-Variance decomposition* in the notes on neural networks, and *Deep Learning Regularization*
# and *Batch normalization* in those on deep learning. It shows
#
# 1. the decomposition of the error into variance, squared bias and noise, measured;
# 2. that weight decay, early stopping, dropout and augmentation each raise the accuracy on held-out digits of a
#    network that would learn its wrong labels by heart, and what each is by its equation;
# 3. what batch normalisation computes, and that a deep network trains faster with it.
#
# `FULL=1` in the environment repeats all with more seeds and training sets.

# %%
import itertools
import os
from functools import partial

import matplotlib.pyplot as plt
import numpy as np

import autograd as ag
from autograd import nn, optim, training
from autograd.datasets import load_digits

FULL = bool(os.environ.get("FULL"))
SEEDS = range(10 if FULL else 2)
plt.rcParams["figure.dpi"] = 70

# %% [markdown]
# ## 1. The bias-variance decomposition
#
# A model that is fitted to a training set $\mathcal T$ predicts $\hat y = \hat f_{\mathcal T}(x)$. Over training sets,
#
# $$\mu(x) = \mathbb E_{\mathcal T}(\hat y), \quad \text{Bias}(x) = \mu(x) - f(x), \quad
# \text{Var}(x) = \mathbb E_{\mathcal T}(\hat y - \mu(x))^2,$$
#
# $$\text{MSE}(x) = \mathbb E_{\mathcal T}(\hat y - y)^2 = \text{Var}(x) + \text{Bias}(x)^2,$$
#
# where $y = f(x)$, and for new observations with noise of variance $\sigma^2$ the expected prediction error is
# $\text{EPE} = \text{Var} + \text{Bias}^2 + \sigma^2$.
#
# We draw training sets of 20 noisy observations of $f(x) = \sin(\pi x)$ and fit polynomials (in Legendre's basis) of
# several degrees, by the least of $\tilde J(w) = \frac{\alpha}{2} w^\top w + J(w)$ with
# $J(w) = \frac12 \lVert \Phi w - y \rVert^2$. Its solution is known; the tape confirms that the gradient is 0 there.

# %%
rng = np.random.default_rng(0)
f = lambda x: np.sin(np.pi * x)
σ, sets = 0.4, 2000 if FULL else 400
x = rng.uniform(-1, 1, (sets, 20))  # training sets
t = f(x) + σ * rng.normal(size=x.shape)
grid = np.linspace(-0.9, 0.9, 37)  # where they are compared
new = f(grid) + σ * rng.normal(size=(sets, 37))  # observations that nobody was fitted to


def predictions(degree, α):
    """ŷ on the grid, for each training set."""
    Φ = np.polynomial.legendre.legvander(x, degree)
    A = Φ.swapaxes(1, 2) @ Φ + α * np.eye(degree + 1)
    w = np.linalg.solve(A, Φ.swapaxes(1, 2) @ t[..., None])[..., 0]
    J = lambda w: α / 2 * np.sum(w * w) + 0.5 * np.sum((np.vecdot(Φ, w[:, None]) - t) ** 2)
    assert np.max(abs(ag.grad(J)(w))) < 1e-6
    return w @ np.polynomial.legendre.legvander(grid, degree).T


def decomposition(degree, α=1e-3):
    ŷ = predictions(degree, α)
    μ = ŷ.mean(axis=0)
    var, bias = np.mean((ŷ - μ) ** 2, axis=0), μ - f(grid)
    mse = np.mean((ŷ - f(grid)) ** 2, axis=0)
    np.testing.assert_allclose(mse, var + bias**2, rtol=1e-9)  # the identity, at each x
    epe = np.mean((ŷ - new) ** 2)
    assert abs(epe / (mse.mean() + σ**2) - 1) < 0.05  # and with noise
    return var.mean(), np.mean(bias**2), epe


degrees = (1, 3, 5, 7, 9)
table = np.array([decomposition(degree) for degree in degrees])
for degree, (var, bias2, epe) in zip(degrees, table, strict=True):
    print(f"degree {degree}: variance {var:.4f}  bias² {bias2:.4f}  EPE {epe:.4f}")

# %% [markdown]
# *As model complexity increases, more of MSE can be attributed to variance*; *using regularizations, we artificially
# increase bias to reduce variance*. (The mean over a few hundred training sets is itself uncertain, which adds
# $\text{Var}$ divided by their number to what we measure as $\text{Bias}^2$. From degree 5 on it is most of that.)

# %%
var, bias2, epe = table.T
share = var / (var + bias2)
print("share of variance in the MSE:", share.round(3))
assert share[0] < 0.3
assert share[1] > 0.9
assert np.all(share[2:] > 0.99)
assert np.all(bias2[2:] < 3 * var[2:] / sets)
assert np.all(np.diff(var) > 0)
assert bias2[0] > 10 * bias2[1]
assert np.argmin(epe) == 1  # neither the simplest nor the most complex predicts best

strengths = (1e-3, 1e-2, 1e-1, 1, 10)
ridge = np.array([decomposition(9, α) for α in strengths])
for α, (v, b, e) in zip(strengths, ridge, strict=True):
    print(f"degree 9, α = {α:<6g} variance {v:.4f}  bias² {b:.4f}  EPE {e:.4f}")
assert np.all(np.diff(ridge[:, 0]) < 0)
assert np.all(np.diff(ridge[2:, 1]) > 0)
assert ridge[2, 2] < ridge[0, 2]  # on new observations it pays
assert ridge[2, 2] < ridge[4, 2]  # until there is too much of it

fig, axes = plt.subplots(1, 2, figsize=(8, 3), sharey=True, layout="constrained")
for ax, at, values, label in ((axes[0], degrees, table, "degree"), (axes[1], strengths, ridge, "α, at degree 9")):
    for column, name in zip(values.T, ("variance", "bias²", "EPE"), strict=True):
        ax.plot(at, column, "o-", label=name)
    ax.set(xlabel=label, yscale="log")
axes[1].set_xscale("log")
axes[0].legend()
plt.show()

# %% [markdown]
# ## 2. A network that learns by heart
#
# 300 digits to learn from, of which a fifth bear a wrong label; 300 others, with right labels, for validation; and
# the 360 test digits, which nothing is chosen by. The network has 128 hidden units and trains for 50 epochs.

# %%
(images, labels), (x_test, y_test) = load_digits(split="train"), load_digits(split="test")
images, x_test = (images / 16).astype(np.float32)[:, None], (x_test / 16).astype(np.float32)[:, None]


def data(seed, n=300):
    rng = np.random.default_rng(seed)
    train, valid = np.split(rng.permutation(len(images))[: 2 * n], 2)
    y = labels[train].copy()
    wrong = rng.random(n) < 0.2
    y[wrong] = (y[wrong] + rng.integers(1, 10, wrong.sum())) % 10
    return (images[train], y), (images[valid], labels[valid]), np.mean(~wrong)


def network(seed, p=0.0):
    rng = np.random.default_rng(seed)
    return nn.Sequential(
        nn.Flatten(), nn.Linear(64, 128, rng=rng), nn.ReLU(), nn.Dropout(p, rng=rng), nn.Linear(128, 10, rng=rng)
    )


def run(seed, *, p=0.0, weight_decay=0.0, augment=None, callbacks=(), epochs=50):
    """Accuracy on the training labels, accuracy and loss on the test digits, the model, and its history."""
    train, valid, _ = data(seed)
    model = network(seed, p)
    loader = training.DataLoader(training.TensorDataset(*train), 32, shuffle=True, transform=augment, rng=seed)
    optimizer = optim.AdamW(model.parameters(), lr=5e-3, weight_decay=weight_decay)
    loss = nn.CrossEntropyLoss()
    history = training.fit(
        model, loader, loss, optimizer, epochs=epochs, validation=valid, callbacks=callbacks, progress=False
    )
    seen = training.evaluate(model, train, loss, [training.accuracy])
    test = training.evaluate(model, (x_test, y_test), loss, [training.accuracy])
    return {"train": seen["accuracy"], "test": test["accuracy"], "loss": test["loss"], "model": model, "h": history}


def mean(runs, name):
    return np.mean([r[name] for r in runs])


results = {"nothing": [run(seed) for seed in SEEDS]}
results["weight decay"] = [run(seed, weight_decay=1.0) for seed in SEEDS]
results["dropout"] = [run(seed, p=0.7) for seed in SEEDS]
results["early stopping"] = [run(seed, callbacks=[training.EarlyStopping(patience=8)]) for seed in SEEDS]
noise = training.Augment(partial(training.add_noise, std=0.3))
results["noise injection"] = [run(seed, augment=noise) for seed in SEEDS]

for name, runs in results.items():
    print(f"{name:16}  training labels {mean(runs, 'train'):.1%}   held-out digits {mean(runs, 'test'):.1%}")

# %% [markdown]
# With nothing the network reproduces more of its labels than are right, and reads fewer of the held-out digits. Each
# of the four does what it promises: less on the data that it has seen, more on those that it has not.

# %%
base = results["nothing"]
right = np.mean([data(seed)[2] for seed in SEEDS])
print(f"{right:.1%} of the training labels are right")
assert mean(base, "train") > right + 0.03
for name, runs in results.items():
    if name != "nothing":
        assert mean(runs, "test") > mean(base, "test") + 0.03, name
        assert mean(runs, "train") < mean(base, "train") - 0.02, name

fig, ax = plt.subplots(figsize=(6, 2.4), layout="constrained")
places = np.arange(len(results))
ax.barh(places - 0.2, [mean(r, "test") for r in results.values()], 0.4, label="held-out digits")
ax.barh(places + 0.2, [mean(r, "train") for r in results.values()], 0.4, label="training labels")
ax.set(yticks=places, yticklabels=list(results), xlim=(0.6, 1), xlabel="accuracy")
fig.legend(loc="outside upper center", ncols=2, fontsize=7)
plt.show()

# %% [markdown]
# ### Weight decay
#
# $$\tilde J(w) = \frac{\alpha}{2} w^\top w + J(w), \qquad \nabla_w \tilde J = \alpha w + \nabla_w J, \qquad
# w \leftarrow (1 - \epsilon\alpha)\,w - \epsilon \nabla_w J.$$
#
# The three are the same step: the penalty in the loss, `weight_decay` of `SGD`, and the last formula. Weight decay
# *drives the weights closer to the origin*. (The runs above use `AdamW`, which takes the factor $1 - \epsilon\alpha$
# from the last formula and Adam's step for the rest.)

# %%
α, ε = 0.3, 0.1
rng = np.random.default_rng(0)
Φ, y, start = rng.normal(size=(20, 5)), rng.normal(size=20), rng.normal(size=5)
J = lambda w: np.mean((Φ @ w - y) ** 2)

by_formula = (1 - ε * α) * start - ε * ag.grad(J)(start)
by_penalty = start - ε * ag.grad(lambda w: α / 2 * (w @ w) + J(w))(start)
w = nn.Parameter(start)
J(w).backward()
optim.SGD([w], lr=ε, weight_decay=α).step()
np.testing.assert_allclose(by_penalty, by_formula, rtol=1e-12)
np.testing.assert_allclose(w.data, by_formula, rtol=1e-12)


def norm(r):
    return np.sqrt(sum(np.sum(p.data**2) for p in r["model"].parameters()))


lengths = [(norm(a), norm(b)) for a, b in zip(results["weight decay"], base, strict=True)]
print("norm of the weights, with and without:", [f"{a:.1f} and {b:.1f}" for a, b in lengths])
assert all(a < b for a, b in lengths)

# %% [markdown]
# ### Early stopping
#
# The loss on the validation set falls and then rises, while that on the training set goes on falling. The callback
# goes back to where it was least.

# %%
for stopped, full in zip(results["early stopping"], base, strict=True):
    epoch, best = stopped["h"].best("val_loss")
    assert stopped["h"].stopped
    assert stopped["h"].epochs == epoch + 1 + 8  # the patience
    assert best < full["h"]["val_loss"][-1]
    assert full["h"]["loss"][-1] < full["h"]["loss"][epoch]
    assert stopped["loss"] < full["loss"]  # on the test set too

epoch, best = results["early stopping"][0]["h"].best("val_loss")
fig = base[0]["h"].plot(["loss"])
fig.set_size_inches(5, 2.6)
fig.axes[0].axvline(epoch + 1, color="grey", linewidth=0.8)
plt.show()

# %% [markdown]
# The strategy of the notes, *to best exploit this extra data*: *initialize the model again and retrain on all of the
# data*, for *the same number of steps as the early stopping procedure determined*. Here that doubles the data.

# %%
retrained = []
for seed, stopped in zip(SEEDS, results["early stopping"], strict=True):
    epoch, _ = stopped["h"].best("val_loss")
    train, valid, _ = data(seed)
    both = [np.concatenate(pair) for pair in zip(train, valid, strict=True)]
    steps = (epoch + 1) * 10  # 10 batches of 32 in an epoch of 300
    model = network(seed)
    optimizer = optim.AdamW(model.parameters(), lr=5e-3, weight_decay=0)
    training.fit(
        model, tuple(both), nn.CrossEntropyLoss(), optimizer, epochs=round(steps / 19), progress=False, rng=seed
    )
    retrained.append(training.evaluate(model, (x_test, y_test), metrics=[training.accuracy])["accuracy"])
print(f"early stopping {mean(results['early stopping'], 'test'):.1%}, retrained on all {np.mean(retrained):.1%}")
assert np.mean(retrained) > mean(results["early stopping"], "test")

# %% [markdown]
# ### Dropout
#
# *Dropout trains the ensemble consisting of all sub-networks that can be formed by removing non-output units*, and
# evaluation is *an inexpensive approximation* to their vote. For one softmax layer it is no approximation: the
# geometric mean of the $2^8$ sub-networks' predictions, made to add up to 1, is the prediction in evaluation. Here
# units are dropped with probability ½, and those that stay are multiplied by $1/(1 - p) = 2$.

# %%
rng = np.random.default_rng(0)
h, last = rng.normal(size=8), nn.Linear(8, 3, dtype=np.float64, rng=rng)
softmax = nn.Softmax(-1)
masks = np.array(list(itertools.product((0, 1), repeat=8)))
assert len(masks) == 2**8
vote = np.exp(np.mean(np.log(softmax(last(2 * masks * h)).data), axis=0))
np.testing.assert_allclose(vote / vote.sum(), softmax(last(h)).data, rtol=1e-12)

drop = nn.Dropout(0.7, rng=0)
ones = np.ones(100_000)
thinned = drop(ones)
assert set(np.unique(thinned.round(6))) == {0, round(1 / 0.3, 6)}
assert abs(np.mean(thinned == 0) - 0.7) < 0.01
assert abs(thinned.mean() - 1) < 0.02  # the expectation stays
assert np.array_equal(drop.eval()(ones), ones)  # in evaluation nothing is dropped

# %% [markdown]
# ### Dataset augmentation
#
# Small shifts leave a digit what it is. A network that saw them reads shifted digits better.

# %%
shift = training.Augment(partial(training.random_shift, pixels=1))
shifted = training.random_shift(x_test, 1, rng=0)
scores = []
for seed in SEEDS:
    plain, moved = base[seed]["model"], run(seed, augment=shift)["model"]
    scores.append([np.mean(training.predict(m, shifted).argmax(1) == y_test) for m in (plain, moved)])
without, with_shifts = np.mean(scores, axis=0)
print(f"shifted held-out digits: {without:.1%} without augmentation, {with_shifts:.1%} with it")
assert with_shifts > without + 0.1

# %% [markdown]
# *One must be careful not to apply transformations that would change the correct class*: between 6 and 9 *180°
# rotations are not appropriate*. To the network with early stopping most 6s that are turned round are 9s.

# %%
turned = training.rotate(x_test[y_test == 6], np.pi)
shares = [np.mean(training.predict(r["model"], turned).argmax(1) == 9) for r in results["early stopping"]]
print("6s that are 9s when turned:", [f"{s:.0%}" for s in shares])
assert np.mean(shares) > 0.5

# %% [markdown]
# ## 3. Batch normalisation
#
# For a minibatch $H$ of activations
#
# $$H' = \frac{H - \mu}{\sigma}, \quad \mu = \frac1m \sum_i H_{i,:}, \quad
# \sigma = \sqrt{\delta + \frac1m \sum_i (H - \mu)_i^2}.$$

# %%
rng = np.random.default_rng(0)
H, δ = rng.normal(3, 5, (32, 4)), 1e-8
μ = H.mean(axis=0)
σ_batch = np.sqrt(δ + np.mean((H - μ) ** 2, axis=0))
layer = nn.BatchNorm1d(4, eps=δ, momentum=None, dtype=np.float64)
np.testing.assert_allclose(layer(H).data, (H - μ) / σ_batch, rtol=1e-9, atol=1e-12)
np.testing.assert_allclose(layer(7 * H + 100).data, (H - μ) / σ_batch, rtol=1e-6, atol=1e-8)  # scale and place drop out
layer.eval()  # from here on, running averages: a sample does not depend on its batch
np.testing.assert_array_equal(layer(H)[:3].data, layer(H[:3]).data)

# %% [markdown]
# It makes training *faster and more stable*: a network of eight layers of sigmoids, with and without, for the same
# number of steps, at several learning rates.

# %%
rates = (0.02, 0.1, 0.5) if FULL else (0.02, 0.5)


def deep(normed, lr, seed=0):
    rng = np.random.default_rng(seed)
    layers, width = [nn.Flatten()], 64
    for _ in range(8):
        layers += [nn.Linear(width, 32, rng=rng), nn.BatchNorm1d(32) if normed else nn.Identity(), nn.Sigmoid()]
        width = 32
    model = nn.Sequential(*layers, nn.Linear(width, 10, rng=rng))
    optimizer = optim.SGD(model.parameters(), lr=lr, momentum=0.9)
    training.fit(model, (images, labels), nn.CrossEntropyLoss(), optimizer, epochs=4, progress=False, rng=seed)
    return training.evaluate(model, (x_test, y_test), metrics=[training.accuracy])["accuracy"]


for lr in rates:
    plain, normed = deep(False, lr), deep(True, lr)
    print(f"learning rate {lr:4}: held-out accuracy {plain:.1%} without, {normed:.1%} with batch normalisation")
    assert normed > 0.6
    assert plain < 0.3
