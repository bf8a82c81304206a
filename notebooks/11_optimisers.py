# %% [markdown]
# # 11. Optimisers
#
# Follows "Gradient descent" and the "Optimizers Cheat Sheet" of the neural networks review.
#
# It shows each rule of the sheet in NumPy, equal to the optimiser of `optim` step by step; where the sheet's formula is
# another method's, or leaves something out; and what all of them do on the same three surfaces, with pictures.

# %%
import os
from functools import partial

import matplotlib.pyplot as plt
import numpy as np

import autograd as ag
from autograd import optim

FULL = bool(os.environ.get("FULL"))

# %% [markdown]
# ## Three surfaces
#
# - A **valley**: $J = \frac{1}{2}(\theta_1^2 + 25\,\theta_2^2)$, 25 times as steep across as along. Minimum 0 at
#   $(0, 0)$.
# - A **bend**: $J = (1 - \theta_1)^2 + 10\,(\theta_2 - \theta_1^2)^2$, Rosenbrock's function with the factor 10.
#   Minimum 0 at $(1, 1)$.
# - A **saddle**: $J = \frac{1}{2}\theta_1^2 + \frac{1}{4}\theta_2^4 - \frac{1}{2}\theta_2^2$, flat at $(0, 0)$, which
#   is no minimum. Minima $-\frac{1}{4}$ at $(0, \pm 1)$. The start lies nearly on the line that leads to the saddle.


# %%
def valley(theta):
    return 0.5 * (theta[0] ** 2 + 25 * theta[1] ** 2)


def bend(theta):
    return (1 - theta[0]) ** 2 + 10 * (theta[1] - theta[0] ** 2) ** 2


def saddle(theta):
    return 0.5 * theta[0] ** 2 + 0.25 * theta[1] ** 4 - 0.5 * theta[1] ** 2


# function, start, minimum
surfaces = {
    "valley": (valley, (-4.0, 1.5), (0.0, 0.0)),
    "bend": (bend, (-1.2, 1.0), (1.0, 1.0)),
    "saddle": (saddle, (-1.5, 1e-3), (0.0, 1.0)),
}
for J, _, minimum in surfaces.values():
    assert np.abs(ag.grad(J)(np.array(minimum))).max() < 1e-14
    assert np.linalg.eigvalsh(ag.hessian(J)(np.array(minimum))).min() > 0
assert np.abs(ag.grad(saddle)(np.zeros(2))).max() == 0
assert np.allclose(np.linalg.eigvalsh(ag.hessian(saddle)(np.zeros(2))), [-1, 1])

# %% [markdown]
# ## A step
#
# "We move in small steps in the opposite to the derivative sign, hoping it will reduce the error function":
# $\mathbf{x}' = \mathbf{x} - \epsilon \nabla_{\mathbf{x}} f(\mathbf{x})$. How small? Where the curvature is $c$, a step
# multiplies the distance to the minimum by $1 - \epsilon c$. So across the valley $\epsilon$ must be below
# $2/25 = 0.08$.


# %%
def descend(optimiser, J, start, steps):
    """The path of an optimiser from ``optim``, each gradient from the tape."""
    theta = ag.Tensor(np.array(start), requires_grad=True, name="theta")
    method = optimiser([theta])
    path = [theta.data.copy()]
    for _ in range(steps):
        method.zero_grad()
        J(theta).backward()
        method.step()
        path.append(theta.data.copy())
    return np.array(path)


path = descend(partial(optim.SGD, lr=0.079), valley, (-4.0, 1.5), 200)
assert np.allclose(path[:, 1], 1.5 * (1 - 0.079 * 25) ** np.arange(201), rtol=1e-10)
assert abs(path[-1, 1]) < 0.01

path = descend(partial(optim.SGD, lr=0.081), valley, (-4.0, 1.5), 200)
assert abs(path[-1, 1]) > 100  # the learning rate is too large by one part in eighty

# %% [markdown]
# ## The sheet in NumPy
#
# Each rule as a generator: it is sent the gradient, and gives the next $\theta$. With momentum, the sheet has two
# learning rates, $\eta$ and $\alpha$; one of them is 1 here.
#
# - Gradient descent: $\theta = \theta - \alpha \nabla_\theta J(\theta)$
# - SGD + Momentum: $v = \gamma v + \eta \nabla_\theta J(\theta)$, $\theta = \theta - \alpha v$
# - SGD + Momentum + Acceleration: $v = \gamma v + \eta \nabla_\theta J(\theta - \gamma v)$,
#   $\theta = \theta - \alpha v$. The gradient is taken where momentum alone would lead. `optim.SGD(nesterov=True)` has
#   that point, $\theta - \gamma v$, as its parameter, so the path to compare is that of $\theta - \gamma v$.
# - Adagrad: $\theta_{t+1,i} = \theta_{t,i} - \frac{\eta}{\sqrt{G_{t,ii}} + \epsilon} \nabla_{\theta_{t,i}} J$, where
#   $G$ sums the squares of the gradients so far.
# - "Adadelta" of the sheet, $\theta_{t+1,i} = \theta_{t,i} - \frac{\eta}{\sqrt{E[G_{t,ii}]} + \epsilon}
#   \nabla_{\theta_{t,i}} J$ with a running mean $E$ in place of the sum, is the rule known as RMSprop. Adadelta, as
#   published, has the running mean of its own steps in place of $\eta$.
# - Adam: $\theta_{t+1,i} = \theta_{t,i} - \frac{\eta}{\sqrt{E[G_{t,ii}]} + \epsilon} \times E[g_{t,i}]$. The sheet
#   leaves out that both means start at zero and are corrected for it.


# %%
def gradient_descent(theta, g, alpha):
    while True:
        theta = theta - alpha * g(theta)
        yield theta


def momentum(theta, g, eta, gamma):
    v = np.zeros(2)
    while True:
        v = gamma * v + eta * g(theta)
        theta = theta - v
        yield theta


def acceleration(theta, g, eta, gamma):
    v = np.zeros(2)
    while True:
        v = gamma * v + eta * g(theta - gamma * v)
        theta = theta - v
        yield theta - gamma * v


def adagrad(theta, g, eta, epsilon=1e-10):
    G = np.zeros(2)
    while True:
        G = G + g(theta) ** 2
        theta = theta - eta / (np.sqrt(G) + epsilon) * g(theta)
        yield theta


def rmsprop(theta, g, eta, rho, epsilon=1e-8):
    E_G = np.zeros(2)
    while True:
        E_G = rho * E_G + (1 - rho) * g(theta) ** 2
        theta = theta - eta / (np.sqrt(E_G) + epsilon) * g(theta)
        yield theta


def adadelta(theta, g, eta, rho, epsilon):
    E_G, E_step = np.zeros(2), np.zeros(2)
    while True:
        E_G = rho * E_G + (1 - rho) * g(theta) ** 2
        step = np.sqrt(E_step + epsilon) / np.sqrt(E_G + epsilon) * g(theta)
        E_step = rho * E_step + (1 - rho) * step**2
        theta = theta - eta * step
        yield theta


def adam(theta, g, eta, beta_1=0.9, beta_2=0.999, epsilon=1e-8, decay=0.0, corrected=True):
    E_g, E_G, t = np.zeros(2), np.zeros(2), 0
    while True:
        t += 1
        E_g = beta_1 * E_g + (1 - beta_1) * g(theta)
        E_G = beta_2 * E_G + (1 - beta_2) * g(theta) ** 2
        by_g, by_G = (1 - beta_1**t, 1 - beta_2**t) if corrected else (1, 1)
        theta = (1 - eta * decay) * theta - eta / (np.sqrt(E_G / by_G) + epsilon) * (E_g / by_g)
        yield theta


# %% [markdown]
# Beside each rule the same method from `optim`, with one setting for all three surfaces.

# %%
sheet = {
    "gradient descent": (partial(gradient_descent, alpha=0.01), partial(optim.SGD, lr=0.01)),
    "momentum": (partial(momentum, eta=0.01, gamma=0.9), partial(optim.SGD, lr=0.01, momentum=0.9)),
    "acceleration": (
        partial(acceleration, eta=0.01, gamma=0.9),
        partial(optim.SGD, lr=0.01, momentum=0.9, nesterov=True),
    ),
    "Adagrad": (partial(adagrad, eta=0.5), partial(optim.Adagrad, lr=0.5)),
    "RMSprop": (partial(rmsprop, eta=0.02, rho=0.9), partial(optim.RMSprop, lr=0.02, alpha=0.9)),
    "Adadelta": (
        partial(adadelta, eta=1.0, rho=0.9, epsilon=1e-4),
        partial(optim.Adadelta, lr=1.0, rho=0.9, eps=1e-4),
    ),
    "Adam": (partial(adam, eta=0.1), partial(optim.Adam, lr=0.1)),
    "AdamW": (partial(adam, eta=0.1, decay=1e-3), partial(optim.AdamW, lr=0.1, weight_decay=1e-3)),
}

steps = 2000 if FULL else 400
paths = {surface: {} for surface in surfaces}
for surface, (J, start, _) in surfaces.items():
    for name, (rule, optimiser) in sheet.items():
        path = descend(optimiser, J, start, steps)
        by_hand = rule(np.array(start), ag.grad(J))
        for theta, own in zip(path[1:101], by_hand, strict=False):
            assert np.allclose(theta, own, rtol=1e-7, atol=1e-9), (surface, name)
        paths[surface][name] = path

# %% [markdown]
# The first step of Adam has the length $\eta$ along each axis. Without the correction it would be
# $(1 - \beta_1) / \sqrt{1 - \beta_2} = 3.16$ times as long.

# %%
start = np.array([-4.0, 1.5])
with_it, without = (next(adam(start, ag.grad(valley), 0.1, corrected=c)) for c in (True, False))
assert np.allclose(np.abs(with_it - start), 0.1, rtol=1e-6)
assert np.allclose(np.abs(without - start), 0.1 * 0.1 / np.sqrt(0.001), rtol=1e-6)

# %% [markdown]
# L-BFGS estimates the curvature from the gradients, and searches along each line. It needs no learning rate, but the
# gradient of all samples, and SciPy. Its path shows every point at which it asked for the gradient.


# %%
def lbfgs(J, start, iterations):
    theta = ag.Tensor(np.array(start), requires_grad=True)
    evaluated = []

    def closure():
        method.zero_grad()
        loss = J(theta)
        loss.backward()
        evaluated.append(theta.data.copy())
        return loss

    method = optim.LBFGS([theta], max_iter=iterations)
    method.step(closure)
    return np.array([*evaluated, theta.data])


for surface, (J, start, minimum) in surfaces.items():
    paths[surface]["L-BFGS"] = lbfgs(J, start, 100)
    assert len(paths[surface]["L-BFGS"]) < 60
    assert J(paths[surface]["L-BFGS"][-1]) - J(np.array(minimum)) < 1e-6

# %% [markdown]
# ## What they do
#
# How many steps each needs until $J$ is within 0.01 of the minimum. (For L-BFGS: how many gradients.)


# %%
def steps_needed(surface, name):
    J, _, minimum = surfaces[surface]
    above = np.array([J(theta) for theta in paths[surface][name]]) - J(np.array(minimum))
    assert np.isfinite(above).all()
    return int(np.argmax(above < 0.01)) if (above < 0.01).any() else np.inf


needed = {name: {surface: steps_needed(surface, name) for surface in surfaces} for name in paths["valley"]}
print(f"{'':18}" + "".join(f"{surface:>8}" for surface in surfaces))
for name, row in needed.items():
    print(f"{name:18}" + "".join(f"{n if n < np.inf else '-':>8}" for n in row.values()))

# %% [markdown]
# **Momentum** sums what the gradients have in common. Along the valley it is faster than gradient descent by a factor
# of five here, and it arrives on all three surfaces; taking the gradient ahead ("acceleration") damps its swings, and
# arrives earlier still.

# %%
for surface in surfaces:
    assert needed["acceleration"][surface] < needed["momentum"][surface] < needed["gradient descent"][surface]
assert needed["gradient descent"]["valley"] > 5 * needed["momentum"]["valley"]

# %% [markdown]
# **At the saddle** the gradient is small, and so are the steps of gradient descent: after 400 of them it is still
# there. Methods that divide by the size of the gradients (all from Adagrad to AdamW) take steps whose size does not
# depend on that of the gradients, and leave before momentum does.

# %%
stuck = paths["saddle"]["gradient descent"][400]
assert np.linalg.norm(stuck) < 0.1
adaptive = ("Adagrad", "RMSprop", "Adadelta", "Adam", "AdamW")
for name in adaptive:
    assert needed[name]["saddle"] < needed["momentum"]["saddle"] < 400
    assert max(needed[name].values()) <= 400

# %% [markdown]
# For the same reason, it does not matter to them whether $J$ is measured in other units. Gradient descent would need
# another learning rate. (Adadelta is not quite as indifferent, because of the $\epsilon$ beside its own steps.)

# %%
for name in ("Adagrad", "RMSprop", "Adam", "AdamW"):
    path = descend(sheet[name][1], lambda theta: 1000 * valley(theta), (-4.0, 1.5), 50)
    assert np.allclose(path, paths["valley"][name][:51], rtol=0, atol=1e-5)

path = descend(sheet["gradient descent"][1], lambda theta: 1000 * valley(theta), (-4.0, 1.5), 5)
assert np.abs(path[-1]).max() > 1e6

# %% [markdown]
# **AdamW** multiplies the weights by $1 - \eta\lambda$ in each step, so it ends nearer to the origin than Adam, which
# finds the minimum itself.

# %%
by_adam, by_adamw = (descend(sheet[name][1], bend, (-1.2, 1.0), 2000)[-1] for name in ("Adam", "AdamW"))
assert np.allclose(by_adam, 1, rtol=0, atol=1e-5)
assert 1e-4 < 1 - by_adamw[0] < 0.1
assert np.linalg.norm(by_adamw) < np.linalg.norm(by_adam)

# %% [markdown]
# ## The paths
#
# From the circle to the star. A row for each surface; contours are of $J$.

# %%
groups = (
    ("gradient descent", "momentum", "acceleration"),
    ("Adagrad", "RMSprop", "Adadelta"),
    ("Adam", "AdamW", "L-BFGS"),
)
windows = {"valley": (-4.5, 1.5, -2.0, 2.0), "bend": (-1.8, 1.8, -1.0, 2.5), "saddle": (-1.8, 0.8, -1.6, 1.6)}
figure, axes = plt.subplots(3, 3, figsize=(8.4, 6.6), dpi=60, layout="constrained")
for row, (surface, (J, start, minimum)) in zip(axes, surfaces.items(), strict=True):
    x_0, x_1, y_0, y_1 = windows[surface]
    grid = np.stack(np.meshgrid(np.linspace(x_0, x_1, 80), np.linspace(y_0, y_1, 80)))
    height = np.sqrt(J(grid) - J(np.array(minimum)))
    for ax, group in zip(row, groups, strict=True):
        ax.contour(*grid, height, levels=8, colors="lightgrey", linewidths=0.7)
        for name in group:
            ax.plot(*paths[surface][name].T, ".-", markersize=2, linewidth=0.8, label=name)
        ax.plot(*start, "ko", *minimum, "k*", markersize=7)
        ax.set(xlim=(x_0, x_1), ylim=(y_0, y_1), xticks=[], yticks=[])
    row[0].set_ylabel(surface)
for ax in axes[0]:
    ax.legend(fontsize=8, loc="upper right")
plt.show()

# %% [markdown]
# ## One sample, some, or all
#
# The first three rows of the sheet differ in the samples whose gradient they take: all of them (gradient descent), one
# (stochastic), or $N$ (mini-batch). Over an epoch the gradients of the batches average to the gradient of all samples,
# exactly, if $\theta$ stays where it is; a single one is off by noise, whose variance falls like $1/N$.

# %%
rng = np.random.default_rng(0)
x = rng.normal(size=(240, 2))
y = x @ [1.0, -2.0] + 0.5 * rng.normal(size=240)
theta = np.array([0.3, 0.4])


def mse(theta, x, y):
    return np.mean((x @ theta - y) ** 2)


gradient = ag.grad(mse)
everything = gradient(theta, x, y)
variance = {}
for N, epochs in ((1, 1), (10, 100), (40, 200), (240, 1)):
    noise = []
    for _ in range(epochs):
        batches = rng.permutation(240).reshape(-1, N)
        each = np.array([gradient(theta, x[batch], y[batch]) for batch in batches])
        assert np.allclose(each.mean(axis=0), everything, rtol=1e-12)
        noise.append(np.mean(np.sum((each - everything) ** 2, axis=1)))
    variance[N] = np.mean(noise)

for N in (10, 40):  # of 240 samples without replacement, hence the factor (240 - N) / 239
    expected = variance[1] / N * (240 - N) / 239
    print(f"N = {N}: variance {variance[N]:.3f}, expected {expected:.3f}")
    assert np.isclose(variance[N], expected, rtol=0.1)
assert variance[240] < 1e-25
