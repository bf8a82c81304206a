# %% [markdown]
# # 3. Linear regression with Adam
#
# Follows "Linear Regression: TensorFlow 2" of the neural networks review.
#
# It shows the program of the notes, with names of this library: a line $y = 0.1x + 0.3$ is recovered from 100 points
# on it. Then Adam's update is written out and compared, and the points are given noise: what is recovered then is the
# least-squares line.

# %%
import matplotlib.pyplot as plt
import numpy as np

import autograd as ag
from autograd import nn, optim, training

# %% [markdown]
# The program in the notes:
#
# ```python
# x_data = np.random.rand(100).astype(np.float32)
# y_data = x_data * 0.1 + 0.3
#
# W = tf.Variable(tf.random.normal([1]))
# b = tf.Variable(tf.zeros([1]))
#
# def mse_loss():
#     y = W * x_data + b
#     loss = tf.reduce_mean(tf.square(y - y_data))
#     return loss
#
# optimizer = tf.keras.optimizers.Adam()
# for step in range(5000):
#     optimizer.minimize(mse_loss, var_list=[W,b])
#     if step % 500 == 0:
#         print(step, W.numpy(), b.numpy())
# ```
#
# The same here. `minimize` is three lines: forget the last gradient, compute this one, take a step.

# %%
rng = np.random.default_rng(0)
x_data = rng.random(100, dtype=np.float32)
y_data = x_data * np.float32(0.1) + np.float32(0.3)

W = ag.Tensor(rng.normal(size=1).astype(np.float32), requires_grad=True, name="W")
b = ag.Tensor(np.zeros(1, np.float32), requires_grad=True, name="b")


def mse_loss():
    y = W * x_data + b
    return np.mean(np.square(y - y_data))


start = (W.data.copy(), b.data.copy())
optimizer = optim.Adam([W, b])
path, losses = [], []
for step in range(5000):
    optimizer.zero_grad()
    loss = mse_loss()
    loss.backward()
    optimizer.step()
    path.append((W.item(), b.item()))
    losses.append(loss.item())
    if step % 500 == 0:
        print(f"{step:4}  W = {W.item():.5f}  b = {b.item():.5f}")

print(f"{step:4}  W = {W.item():.5f}  b = {b.item():.5f}")
assert W.dtype == b.dtype == np.float32
assert abs(W.item() - 0.1) < 1e-4
assert abs(b.item() - 0.3) < 1e-4
assert losses[-1] < 1e-8 < losses[0]

# %% [markdown]
# ## The gradient on paper
#
# With $e_i = W x_i + b - y_i$ the loss is $\frac{1}{N}\sum_i e_i^2$, so
# $\frac{\partial}{\partial W} = \frac{2}{N} \sum_i e_i x_i$ and $\frac{\partial}{\partial b} = \frac{2}{N} \sum_i e_i$.


# %%
def gradient_on_paper(W, b, x, y):
    e = W * x + b - y
    return np.array([2 * np.mean(e * x), 2 * np.mean(e)])


def mse(theta, x, y):
    return np.mean(np.square(theta[0] * x + theta[1] - y))


x64, y64 = x_data.astype(np.float64), 0.1 * x_data.astype(np.float64) + 0.3
for theta in rng.normal(size=(5, 2)):
    assert np.allclose(ag.grad(mse)(theta, x64, y64), gradient_on_paper(*theta, x64, y64), rtol=1e-13)

# %% [markdown]
# ## Adam on paper
#
# The notes give $\theta_{t+1,i} = \theta_{t,i} - \frac{\eta}{\sqrt{E[G_{t,ii}]} + \epsilon} \times E[g_{t,i}]$. The
# two means run: $E[g] \leftarrow \beta_1 E[g] + (1 - \beta_1)\, g$ and
# $E[G] \leftarrow \beta_2 E[G] + (1 - \beta_2)\, g^2$.
# They start at zero, and Adam divides them by $1 - \beta_1^t$ and $1 - \beta_2^t$ to undo that.
#
# All 5,000 steps, from the same start, in plain NumPy and in float64; and the optimiser in float64 beside it.

# %%
eta, beta_1, beta_2, eps = 1e-3, 0.9, 0.999, 1e-8
theta = np.array([start[0][0], start[1][0]], np.float64)
parameter = ag.Tensor(theta.copy(), requires_grad=True)
adam = optim.Adam([parameter], lr=eta, betas=(beta_1, beta_2), eps=eps)
E_g, E_G = np.zeros(2), np.zeros(2)
first_step = None
for t in range(1, 5001):
    g = gradient_on_paper(*theta, x64, y64)
    E_g = beta_1 * E_g + (1 - beta_1) * g
    E_G = beta_2 * E_G + (1 - beta_2) * g**2
    step = eta * (E_g / (1 - beta_1**t)) / (np.sqrt(E_G / (1 - beta_2**t)) + eps)
    first_step = step if first_step is None else first_step
    theta = theta - step

    parameter.grad = ag.grad(mse)(parameter.data, x64, y64)
    adam.step()

assert np.allclose(theta, parameter.data, rtol=0, atol=1e-9)
assert np.allclose(theta, [W.item(), b.item()], rtol=0, atol=1e-4)  # float32 and float64 arrive at the same line
assert np.allclose(np.abs(first_step), eta, rtol=1e-6)  # the first step has the length eta, whatever the gradient

# %% [markdown]
# ## With noise
#
# Points beside the line have no line through all of them. The loss then has its minimum at the least-squares line,
# which solves the normal equations. Adam finds that one, through `nn` and `training` this time.

# %%
y_noisy = y64 + 0.02 * rng.normal(size=100)
exact = np.linalg.lstsq(np.stack([x64, np.ones(100)], axis=1), y_noisy, rcond=None)[0]

model = nn.Linear(1, 1, dtype=np.float64, rng=1)
adam = optim.Adam(model.parameters(), lr=0.01)
training.fit(model, (x64[:, None], y_noisy[:, None]), nn.MSELoss(), adam, epochs=1500, batch_size=100, shuffle=False)
found = np.array([model.weight.item(), model.bias.item()])

assert np.allclose(found, exact, rtol=0, atol=1e-5)
assert np.all(np.abs(exact - [0.1, 0.3]) > 1e-4)  # noise has moved it away from the true line
assert np.all(np.abs(exact - [0.1, 0.3]) < 0.02)
print(f"least squares {exact.round(5)}, Adam {found.round(5)}, without noise [0.1 0.3]")

# %%
figure, (left, right) = plt.subplots(1, 2, figsize=(8, 3), dpi=70, layout="constrained")
left.plot(np.array(path), label=["W", "b"])
left.axhline(0.1, color="grey", linewidth=0.5)
left.axhline(0.3, color="grey", linewidth=0.5)
left.set(xlabel="step", title="the program of the notes")
left.legend()
right.plot(x64, y_noisy, ".", markersize=4)
ends = np.array([0.0, 1.0])
right.plot(ends, found[0] * ends + found[1], label="found")
right.plot(ends, 0.1 * ends + 0.3, "--", label="0.1 x + 0.3")
right.set(xlabel="x", ylabel="y", title="with noise")
right.legend()
plt.show()
