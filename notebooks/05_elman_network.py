# %% [markdown]
# # 5. An Elman network on "hello", and backpropagation through time
#
# Follows the notes on the *Elman network* ("the basic 3 layer neural network with feedback that serve as memory
# inputs"), on *Backpropagation through Time (BPTT)* and on the *Multi-RNN*.
#
# It shows that
#
# 1. the notes' sums for $\partial E_N/\partial W_y$, $\partial E_N/\partial W_s$ and $\partial E_N/\partial W_x$,
#    written out term by term, equal the gradients from the tape, and so does each term alone;
# 2. for one RNN that feeds another, the gradient is the sum over *all possible paths*, which are enumerated here;
# 3. a small network learns "hello", and that one without memory cannot.

# %%
from itertools import pairwise

import matplotlib.pyplot as plt
import numpy as np

import autograd as ag
from autograd import nn, optim
from autograd.functions import softmax

rng = np.random.default_rng(0)

# %% [markdown]
# ## The network
#
# Row vectors, as in the notes. With $\bar x_t$ the letter at time $t$ as a one-hot vector, $\bar s_t$ the state and
# $\bar y_t$ the prediction of the next letter:
#
# $$\bar s_t = \tanh(\bar x_t \cdot W_x + \bar s_{t-1} \cdot W_s), \qquad
#   \bar y_t = \mathrm{softmax}(\bar s_t \cdot W_y), \qquad E_t = (\hat y_t - \bar y_t)^2$$
#
# where $\hat y_t$ is the letter that does come next, and the square is summed over the elements.

# %%
letters = "helo"
x = np.eye(4)[[letters.index(c) for c in "hell"]]
y_hat = np.eye(4)[[letters.index(c) for c in "ello"]]
n = 5
W_x, W_s, W_y = (rng.normal(0, 0.7, shape) for shape in ((4, n), (n, n), (n, 4)))


def error(W_x, W_s, W_y, N):
    """E_N: the error at time N, counted from 1."""
    s = np.zeros(n)
    for t in range(N):
        s = np.tanh(x[t] @ W_x + s @ W_s)
    return np.sum((y_hat[N - 1] - softmax(s @ W_y)) ** 2)


# %% [markdown]
# ## The sums, written out
#
# $$\frac{\partial E_N}{\partial W_y} = \frac{\partial E_N}{\partial \bar y_N}\frac{\partial \bar y_N}{\partial W_y},
# \qquad \frac{\partial E_N}{\partial W_s} = \sum_{i=1}^{N}\frac{\partial E_N}{\partial \bar y_N}
# \frac{\partial \bar y_N}{\partial \bar s_i}\frac{\partial \bar s_i}{\partial W_s}, \qquad
# \frac{\partial E_N}{\partial W_x} = \sum_{i=1}^{N}\frac{\partial E_N}{\partial \bar y_N}
# \frac{\partial \bar y_N}{\partial \bar s_i}\frac{\partial \bar s_i}{\partial W_x}$$
#
# with $\frac{\partial \bar y_N}{\partial \bar s_i} = \frac{\partial \bar y_N}{\partial \bar s_N}
# \frac{\partial \bar s_N}{\partial \bar s_{N-1}} \cdots \frac{\partial \bar s_{i+1}}{\partial \bar s_i}$. In the last
# factor, $\partial \bar s_i/\partial W_s$, the state before is held fixed. The factors are matrices here: row $j$,
# column $k$ is the derivative of element $j$ by element $k$.


# %%
def forward(N):
    s = [np.zeros(n)]  # s[t] is the state at time t; s[0] = 0
    for t in range(N):
        s.append(np.tanh(x[t] @ W_x + s[t] @ W_s))
    return s, softmax(s[N] @ W_y)


def bptt(N):
    """The three gradients of E_N by the notes' sums; those of W_s and W_x as lists of their terms i = 1, ..., N."""
    s, y = forward(N)
    dE_dy = -2 * (y_hat[N - 1] - y)
    dy_dz = np.diag(y) - np.outer(y, y)  # softmax, z = s W_y
    dE_dWy = np.outer(s[N], dE_dy @ dy_dz)
    dE_ds = dE_dy @ dy_dz @ W_y.T  # dE_N/dy_N dy_N/ds_i for i = N
    terms_s, terms_x = [], []
    for i in range(N, 0, -1):
        tanh_slope = 1 - s[i] ** 2
        terms_s.insert(0, np.outer(s[i - 1], dE_ds * tanh_slope))  # ... ds_i/dW_s
        terms_x.insert(0, np.outer(x[i - 1], dE_ds * tanh_slope))  # ... ds_i/dW_x
        ds_ds = np.diag(tanh_slope) @ W_s.T  # ds_i/ds_{i-1}
        dE_ds = dE_ds @ ds_ds
    return dE_dWy, terms_s, terms_x


for N in (1, 2, 3, 4):
    by_x, by_s, by_y = ag.grad(error, argnums=(0, 1, 2))(W_x, W_s, W_y, N)
    dE_dWy, terms_s, terms_x = bptt(N)
    assert len(terms_s) == len(terms_x) == N
    assert np.allclose(dE_dWy, by_y, rtol=1e-12, atol=1e-14)
    assert np.allclose(sum(terms_s), by_s, rtol=1e-12, atol=1e-14)
    assert np.allclose(sum(terms_x), by_x, rtol=1e-12, atol=1e-14)
    print(f"E_{N}: {N} terms; largest difference from the tape {np.max(np.abs(sum(terms_s) - by_s)):.1e}")

# %% [markdown]
# Each term has a meaning of its own: it is the gradient by the copy of $W_s$ that time $i$ uses. Give each time a copy,
# and the tape returns the terms one by one.


# %%
def error_of_copies(copies_x, copies_s, N):
    s = np.zeros(n)
    for t in range(N):
        s = np.tanh(x[t] @ copies_x[t] + s @ copies_s[t])
    return np.sum((y_hat[N - 1] - softmax(s @ W_y)) ** 2)


by_copies_x, by_copies_s = ag.grad(error_of_copies, argnums=(0, 1))([W_x] * 4, [W_s] * 4, 4)
_, terms_s, terms_x = bptt(4)
for i in range(4):
    assert np.allclose(terms_s[i], by_copies_s[i], rtol=1e-12, atol=1e-14)
    assert np.allclose(terms_x[i], by_copies_x[i], rtol=1e-12, atol=1e-14)
assert np.all(terms_s[0] == 0)  # s_0 = 0: the first time contributes nothing to W_s

# %% [markdown]
# `nn.RNN` is the same network, with PyTorch's transposed weights.

# %%
rnn = nn.RNN(4, n, bias=False, dtype=np.float64, rng=0)
rnn.weight_ih_l0.data[:], rnn.weight_hh_l0.data[:] = W_x.T, W_s.T
states, _ = rnn(x)
E_4 = np.sum((y_hat[3] - softmax(states[3] @ W_y)) ** 2)
E_4.backward()
assert np.allclose(E_4.item(), error(W_x, W_s, W_y, 4), rtol=1e-12)
assert np.allclose(rnn.weight_hh_l0.grad.T, sum(terms_s), rtol=1e-12, atol=1e-14)
assert np.allclose(rnn.weight_ih_l0.grad.T, sum(terms_x), rtol=1e-12, atol=1e-14)

# %% [markdown]
# ## Two RNNs, along all paths
#
# "If you have an RNN feeding into another RNN memory block, the gradients will contribute from all possible states,
# including paths that go through current state of 2nd RNN into previous state of that same 2nd RNN into the previous
# state of the 1st RNN, so you must accumulate gradients from all possible paths."
#
# $$\bar s^1_t = \tanh(\bar x_t W_x + \bar s^1_{t-1} W_s^1), \qquad
#   \bar s^2_t = \tanh(\bar s^1_t W_{12} + \bar s^2_{t-1} W_s^2), \qquad
#   \bar y_t = \mathrm{softmax}(\bar s^2_t W_y)$$
#
# A path starts at $\bar s^2_N$. Each step leads to the time before in the same RNN, or from the second RNN down to the
# first at the same time. The contribution of a path is the product of the derivatives along it.

# %%
W_s1, W_12, W_s2 = (rng.normal(0, 0.7, (n, n)) for _ in range(3))


def error_of_two(W_x, W_s1, W_12, W_s2, N):
    s1 = s2 = np.zeros(n)
    for t in range(N):
        s1 = np.tanh(x[t] @ W_x + s1 @ W_s1)
        s2 = np.tanh(s1 @ W_12 + s2 @ W_s2)
    return np.sum((y_hat[N - 1] - softmax(s2 @ W_y)) ** 2)


def paths(layer, t):
    """All paths from the state of a layer at time t, each a list of (layer, time)."""
    yield [(layer, t)]
    if t > 1:
        yield from ([(layer, t), *rest] for rest in paths(layer, t - 1))
    if layer == 2:
        yield from ([(layer, t), *rest] for rest in paths(1, t))


def along_all_paths(N):
    s = {(1, 0): np.zeros(n), (2, 0): np.zeros(n)}
    for t in range(1, N + 1):
        s[1, t] = np.tanh(x[t - 1] @ W_x + s[1, t - 1] @ W_s1)
        s[2, t] = np.tanh(s[1, t] @ W_12 + s[2, t - 1] @ W_s2)
    y = softmax(s[2, N] @ W_y)
    dE_ds = -2 * (y_hat[N - 1] - y) @ (np.diag(y) - np.outer(y, y)) @ W_y.T
    total = {name: 0.0 for name in ("W_x", "W_s1", "W_12", "W_s2")}
    counts = {}
    for path in paths(2, N):
        delta = dE_ds
        for (layer, t), (lower, _) in pairwise(path):
            weight = W_s1 if layer == 1 else W_s2 if lower == 2 else W_12
            delta = delta @ np.diag(1 - s[layer, t] ** 2) @ weight.T
        layer, t = path[-1]
        counts[layer, t] = counts.get((layer, t), 0) + 1
        delta = delta * (1 - s[layer, t] ** 2)
        if layer == 1:
            total["W_x"] += np.outer(x[t - 1], delta)
            total["W_s1"] += np.outer(s[1, t - 1], delta)
        else:
            total["W_12"] += np.outer(s[1, t], delta)
            total["W_s2"] += np.outer(s[2, t - 1], delta)
    return total, counts


for N in (1, 2, 3, 4):
    total, counts = along_all_paths(N)
    tape = ag.grad(error_of_two, argnums=(0, 1, 2, 3))(W_x, W_s1, W_12, W_s2, N)
    for (name, value), expected in zip(total.items(), tape, strict=True):
        assert np.allclose(value, expected, rtol=1e-12, atol=1e-14), name
    # one path to each state of the second RNN, N - i + 1 to the first's at time i: as many as times to go down at
    assert all(counts[2, i] == 1 and counts[1, i] == N - i + 1 for i in range(1, N + 1))
    print(f"E_{N}: {sum(counts.values())} paths")

# %% [markdown]
# Leaving paths out gives another gradient. Were $\bar s^2_N$ to hear the first RNN at time $N$ alone, the paths
# "through current state of 2nd RNN into previous state of that same 2nd RNN" would be missing:

# %%
total, _ = along_all_paths(4)


def error_without(W_s1):
    """As error_of_two, but the derivative does not pass through the second RNN's past."""
    s1 = s2 = np.zeros(n)
    for t in range(4):
        s1 = np.tanh(x[t] @ W_x + s1 @ W_s1)
        s2 = np.tanh(s1 @ W_12 + nn.detach_state(s2) @ W_s2)
    return np.sum((y_hat[3] - softmax(s2 @ W_y)) ** 2)


missing = np.linalg.norm(ag.grad(error_without)(W_s1) - total["W_s1"]) / np.linalg.norm(total["W_s1"])
assert missing > 0.05
print(f"without those paths the gradient by W_s1 is wrong by {missing:.0%} of its norm")

# %% [markdown]
# ## Learning "hello"
#
# The total error is $E = \sum_t E_t$. After the first l comes another l, after the second an o: the input is the same,
# so only the memory tells them apart. Without it ($W_s = 0$), the best answer after an l is ½ for each, with
# $E_3 = E_4 = \frac12$, so that $E \geq 1$ whatever the weights.


# %%
def train(memory, steps=200):
    weights = [ag.Tensor(w, requires_grad=True) for w in (W_x, W_s if memory else np.zeros((n, n)), W_y)]
    learnt = weights if memory else [weights[0], weights[2]]
    optimizer = optim.Adam(learnt, lr=0.05)
    curve = []
    for _ in range(steps):
        E = sum(error(*weights, N) for N in (1, 2, 3, 4))
        optimizer.zero_grad()
        E.backward()
        optimizer.step()
        curve.append(E.item())
    return [w.data for w in weights], curve


def spell(weights, first="h", length=5):
    """Feed each prediction back as the next input."""
    W_x, W_s, W_y = weights
    word, s = first, np.zeros(n)
    while len(word) < length:
        s = np.tanh(np.eye(4)[letters.index(word[-1])] @ W_x + s @ W_s)
        word += letters[int(np.argmax(softmax(s @ W_y)))]
    return word


weights, curve = train(memory=True)
without, curve_without = train(memory=False)
assert spell(weights) == "hello"
assert curve[-1] < 0.05
assert spell(without) != "hello"
assert min(curve_without) >= 1.0
print(f"with memory: {spell(weights)!r}, E = {curve[-1]:.4f}")
print(f"without: {spell(without)!r}, E = {curve_without[-1]:.4f}")

# %%
fig, ax = plt.subplots(figsize=(5, 2.8), dpi=70)
ax.semilogy(curve, label="Elman network")
ax.semilogy(curve_without, label="without memory")
ax.axhline(1, color="grey", linewidth=0.8, linestyle=":")
ax.set(xlabel="step", ylabel="E")
ax.legend()
fig.tight_layout()
