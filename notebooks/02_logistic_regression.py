# %% [markdown]
# # 2. Logistic regression
#
# Follows "Computational Graph For Logistic Regression", "Logistic Regression as a Single Neuron Neural Network" and
# "Vectorizing Logistic Regression" of the neural networks review.
#
# It shows that the derivative worked out on paper, $\partial L / \partial w = (a - y)\,x$, written as a loop over
# samples and written with matrices, is the one that the tape finds; and that a neural network with a single neuron,
# trained by gradient descent, is this model. Held-out samples are classified.

# %%
import os

import matplotlib.pyplot as plt
import numpy as np

import autograd as ag
from autograd import nn, optim, training
from autograd.functions import sigmoid

FULL = bool(os.environ.get("FULL"))

# %% [markdown]
# ## One sample
#
# $z = w^\top x + b$, $a = \sigma(z)$ with $\sigma(x) = \frac{1}{1 + e^{-x}}$, and
# $L(a, y) = -[y \log(a) + (1 - y) \log(1 - a)]$. In the notes *da* means $\partial L / \partial a$, and *dz* means
# $\partial L / \partial z$:
#
# $$da = -\frac{y - a}{a(1 - a)}, \qquad
# dz = \frac{a - y}{a(1 - a)} \times a(1 - a) = a - y, \qquad
# \frac{\partial L}{\partial w} = dz \cdot \frac{\partial z}{\partial w} = (a - y)\,x, \qquad
# \frac{\partial L}{\partial b} = a - y$$

# %%
x = np.array([1.5, -0.5])
for target in (0.0, 1.0):
    w = ag.Tensor([0.4, -0.3], requires_grad=True, name="w")
    b = ag.Tensor(0.1, requires_grad=True, name="b")
    z = w @ x + b
    a = 1 / (1 + np.exp(-z))
    z.retain_grad()
    a.retain_grad()
    L = -(target * np.log(a) + (1 - target) * np.log(1 - a))
    L.backward()

    assert np.isclose(a.grad, -(target - a.data) / (a.data * (1 - a.data)), rtol=1e-13)
    assert np.isclose(z.grad, a.data - target, rtol=1e-13)
    assert np.allclose(w.grad, (a.data - target) * x, rtol=1e-13)
    assert np.isclose(b.grad, a.data - target, rtol=1e-13)

assert np.isclose(ag.grad(sigmoid)(0.7), sigmoid(0.7) * (1 - sigmoid(0.7)), rtol=1e-14)

# %% [markdown]
# ## Data
#
# Two clouds of points, one for each class, and as many again that are held out. As in the notes, $X$ has one *column*
# for each of the $m$ samples: its shape is $(n_x, m)$.

# %%
rng = np.random.default_rng(0)
m = 4000 if FULL else 400


def clouds(m):
    y = (np.arange(m) % 2).astype(float)
    centre = np.array([[-1.0, -0.5], [1.0, 1.0]])
    X = (centre[y.astype(int)] + 0.9 * rng.normal(size=(m, 2))).T
    return X, y[None]


(X, y), (X_test, y_test) = clouds(m), clouds(m)
assert X.shape == (2, m)
assert y.shape == (1, m)

# %% [markdown]
# ## The loop
#
# Line by line as in the notes, "assuming we have $m$ training samples, we need to go over each sample in a loop".


# %%
def loop(w, b, X, y):
    m = X.shape[1]
    J, dw_1, dw_2, db = 0.0, 0.0, 0.0, 0.0
    for i in range(m):
        z_i = w[0, 0] * X[0, i] + w[1, 0] * X[1, i] + b
        a_i = 1 / (1 + np.exp(-z_i))
        J += -(y[0, i] * np.log(a_i) + (1 - y[0, i]) * np.log(1 - a_i))
        dz_i = a_i - y[0, i]
        dw_1 += X[0, i] * dz_i
        dw_2 += X[1, i] * dz_i
        db += dz_i
    return J / m, np.array([[dw_1 / m], [dw_2 / m]]), db / m


# %% [markdown]
# ## The vectorised form
#
# $$Z = w^\top X + [b\ b \cdots b], \quad A = \sigma(Z), \quad dZ = A - Y, \quad
# dw = \frac{1}{m} X\, dZ^\top, \quad db = \frac{1}{m} \mathrm{np.sum}(dZ)$$
#
# (The notes write $w^\top X^\top$ for the first product; with samples in columns it is $w^\top X$, of shape
# $(1 \times m)$.)


# %%
def cost(w, b, X, y):
    Z = w.T @ X + b
    A = 1 / (1 + np.exp(-Z))
    return np.mean(-(y * np.log(A) + (1 - y) * np.log(1 - A)))


def vectorised(w, b, X, y):
    A = 1 / (1 + np.exp(-(w.T @ X + b)))
    dZ = A - y
    m = X.shape[1]
    return cost(w, b, X, y), X @ dZ.T / m, np.sum(dZ) / m


# %% [markdown]
# ## Autodiff
#
# `value_and_grad` takes `cost` as it stands. All three agree, at several points.

# %%
autodiff = ag.value_and_grad(cost, argnums=(0, 1))

largest = 0.0
for _ in range(5):
    w, b = rng.normal(size=(2, 1)), rng.normal()
    J, dw, db = vectorised(w, b, X, y)
    J_loop, dw_loop, db_loop = loop(w, b, X, y)
    J_tape, (dw_tape, db_tape) = autodiff(w, b, X, y)
    assert np.isclose(J_loop, J, rtol=1e-12)
    assert np.isclose(J_tape, J, rtol=1e-12)
    assert dw_loop.shape == dw_tape.shape == dw.shape == (2, 1)
    for other in (np.append(dw_loop, db_loop), np.append(dw_tape, db_tape)):
        largest = max(largest, np.abs(other - np.append(dw, db)).max())
assert largest < 1e-13
print(f"largest difference of any two gradients: {largest:.0e}")

# %% [markdown]
# ## Gradient descent
#
# $w := w - \alpha\, dw$ and $b := b - \alpha\, db$. The cost is convex, and with this $\alpha$ it falls at each step.

# %%
alpha, steps = 0.5, 300
w, b, costs = np.zeros((2, 1)), 0.0, []
for _ in range(steps):
    J, (dw, db) = autodiff(w, b, X, y)
    costs.append(J)
    w, b = w - alpha * dw, b - alpha * db

assert np.isclose(costs[0], np.log(2))  # a = 1/2 for every sample: one bit, in nats
assert np.all(np.diff(costs) < 0)
assert costs[-1] < 0.3


def share_right(X, y):
    return np.mean((w.T @ X + b > 0) == (y == 1))


assert share_right(X_test, y_test) > 0.9
print(f"w = {w.ravel().round(3)}, b = {b:.3f}")
print(f"right: {share_right(X, y):.1%} of the training samples, {share_right(X_test, y_test):.1%} of those held out")

# %% [markdown]
# At the minimum the gradient vanishes. A few steps of Newton's method, with the Hessian from the tape, go the rest of
# the way; on paper the Hessian by $w$ is $\frac{1}{m} X\, \mathrm{diag}(a \odot (1 - a))\, X^\top$.


# %%
def of_theta(theta):
    return cost(theta[:2, None], theta[2], X, y)


theta = np.append(w, b)
A = sigmoid(w.T @ X + b)
assert np.allclose(ag.hessian(of_theta)(theta)[:2, :2], (X * (A * (1 - A))) @ X.T / m, rtol=1e-10)

for _ in range(6):
    theta = theta - np.linalg.solve(ag.hessian(of_theta)(theta), ag.grad(of_theta)(theta))
assert np.abs(ag.grad(of_theta)(theta)).max() < 1e-14
assert 0 <= costs[-1] - of_theta(theta) < 1e-3  # gradient descent had nearly arrived

# %% [markdown]
# ## A neural network with a single neuron
#
# "Logistic regression is in fact a single neuron neural network model with a sigmoid activation function." `nn` has
# samples in rows, as PyTorch has. From the same start, stochastic gradient descent with one batch that holds all
# samples takes the same steps.

# %%
model = nn.Sequential(nn.Linear(2, 1, dtype=np.float64, rng=0), nn.Sigmoid())
for p in model.parameters():
    nn.init.zeros_(p)
sgd = optim.SGD(model.parameters(), lr=alpha)
history = training.fit(model, (X.T, y.T), nn.BCELoss(), sgd, epochs=steps, batch_size=m, shuffle=False)

assert np.allclose(history["loss"], costs, rtol=1e-10)
assert np.allclose(model[0].weight.data, w.T, rtol=1e-9)
assert np.allclose(model[0].bias.data, b, rtol=1e-9)
print(model)

# %% [markdown]
# The sigmoid is the softmax of two logits of which one is zero, so a softmax over two classes is the same model too:
# $\sigma(z) = \frac{e^z}{e^0 + e^z}$.

# %%
logits = np.stack([np.zeros(m), (w.T @ X + b)[0]], axis=1)
assert np.allclose(nn.functional.softmax(logits, dim=1)[:, 1], A[0], rtol=1e-13)
assert np.isclose(nn.functional.cross_entropy(logits, y[0].astype(int)), cost(w, b, X, y), rtol=1e-13)

# %% [markdown]
# The boundary $w^\top x + b = 0$, where $a = \frac{1}{2}$, among the held-out samples; and the cost over the steps.

# %%
figure, (left, right) = plt.subplots(1, 2, figsize=(8, 3), dpi=70, layout="constrained")
for label, marker in ((0, "o"), (1, "x")):
    left.plot(*X_test[:, y_test[0] == label][:, :200], marker, markersize=4, label=f"y = {label}")
ends = np.array([-3.5, 3.5])
left.plot(ends, -(w[0, 0] * ends + b) / w[1, 0], "k-", label="a = 1/2")
left.set(xlabel="$x_1$", ylabel="$x_2$", ylim=(-3.5, 4))
left.legend()
right.plot(costs)
right.set(xlabel="step", ylabel="J")
plt.show()
