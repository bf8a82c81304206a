# %% [markdown]
# # 6. Vanishing and exploding gradients
#
# Follows the notes on the *RNN vanishing gradient problem* with its solutions (activation functions, initialisation,
# gates), on *Addressing weaknesses of simple RNN* (gradient clipping), and on *Reducing vanishing gradient problem* in
# the LSTM.
#
# It measures how large the derivative of the last state by a state $k$ steps before is, for $k$ from 1 to 100 and for
# sigmoid, tanh, relu, IRNN, LSTM and GRU; shows what clipping by a threshold does; and that
# $\partial s_t / \partial s_{t-1} = f$ in an LSTM.

# %%
import matplotlib.pyplot as plt
import numpy as np

import autograd as ag
from autograd import nn, optim
from autograd.functions import sigmoid

n, features, T = 32, 8, 100
rng = np.random.default_rng(0)
x = rng.normal(size=(T, 1, features))
v = rng.normal(size=(1, n))
v /= np.linalg.norm(v)
kept = {"dtype": np.float64, "rng": 0}

# %% [markdown]
# ## Measuring
#
# In $\bar s_t = \phi(\bar x_t W_x + \bar s_{t-1} W_s)$, going back $k$ steps multiplies by $k$ Jacobians:
#
# $$\frac{\partial \bar s_T}{\partial \bar s_{T-k}} = \prod_{j=T-k+1}^{T} \frac{\partial \bar s_j}{\partial \bar
#   s_{j-1}}, \qquad \frac{\partial \bar s_j}{\partial \bar s_{j-1}} = \mathrm{diag}(\phi')\, W_s^\top$$
#
# Take a fixed direction $v$ with $\lVert v \rVert = 1$; then $\lVert v^\top\, \partial \bar s_T / \partial \bar s_{T-k}
# \rVert$ says how much of an error in that direction arrives $k$ steps back. One backward sweep gives it for all $k$: a
# zero is added to each state, and the derivative is taken by the zeros. For the LSTM the state is the pair
# $(h_t, s_t)$, and the error is one of $s_T$.


# %%
def arriving(cell, parts=1, first=0.0):
    """The norms for k = 1, ..., T."""
    zeros = [[ag.Tensor(np.zeros((1, n)), requires_grad=True) for _ in range(parts)] for _ in range(T)]
    state = [np.full((1, n), first)] * parts
    for t in range(T):
        state = [part + zero for part, zero in zip(state, zeros[t], strict=True)]
        new = cell(x[t], tuple(state) if parts > 1 else state[0])
        state = list(new) if parts > 1 else [new]
    np.sum(state[-1] * v).backward()
    return np.array([np.sqrt(sum(np.sum(z.grad**2) for z in at)) for at in zeros])[::-1]


def elman(nonlinearity, gain):
    """W_s is a rotation times a gain, so it neither shrinks nor stretches but by the gain."""
    cell = nn.RNNCell(features, n, nonlinearity=nonlinearity, **kept)
    nn.init.orthogonal_(cell.weight_hh, gain, rng=1)
    return cell


def irnn():
    cell = nn.RNNCell(features, n, nonlinearity="relu", identity=True, **kept)
    cell.weight_ih.data *= 0.01
    return cell


def gru(keep_bias):
    cell = nn.GRUCell(features, n, **kept)
    cell.bias_ih.data[n : 2 * n] = keep_bias  # of z: h = (1 - z) ∘ n + z ∘ h
    return cell


measured = {
    "sigmoid": arriving(elman(sigmoid, 1.0)),
    "tanh, gain ½": arriving(elman("tanh", 0.5)),
    "tanh, gain 2": arriving(elman("tanh", 2.0)),
    "relu, gain 1": arriving(elman("relu", 1.0)),
    "relu, gain 2": arriving(elman("relu", 2.0)),
    "IRNN": arriving(irnn(), first=1.0),
    "LSTM, bias of f 0": arriving(nn.LSTMCell(features, n, forget_bias=0.0, **kept), parts=2),
    "LSTM, bias of f 3": arriving(nn.LSTMCell(features, n, forget_bias=3.0, **kept), parts=2),
    "GRU, bias of z 0": arriving(gru(0.0)),
    "GRU, bias of z 5": arriving(gru(5.0)),
}
print(f"{'k =':20}" + "".join(f"{k:10}" for k in (1, 8, 10, 50, 100)))
for name, norms in measured.items():
    print(f"{name:20}" + "".join(f"{norms[k - 1]:10.1e}" for k in (1, 8, 10, 50, 100)))

# %% [markdown]
# **Vanishing.** The slope of the sigmoid is at most ¼ and that of tanh at most 1, so with a gain $\rho$ at most
# $(\rho/4)^k$ and $\rho^k$ arrives: "a convergent geometric series is created". After "8 to 10 steps" hardly anything
# is left. Relu has slopes of 1, but also of 0: where units are silent, a rotation loses what they would have passed on.
#
# **Exploding.** With a gain of 2, more than 1,000 times as much arrives after 100 steps as after 10.

# %%
k = np.arange(1, T + 1)
assert np.all(measured["sigmoid"] <= 0.25**k * (1 + 1e-9))
assert np.all(measured["tanh, gain ½"] <= 0.5**k * (1 + 1e-9))
assert np.all(measured["relu, gain 1"] <= 1 + 1e-9)
assert measured["sigmoid"][9] < 1e-6
assert measured["tanh, gain ½"][9] < 1e-3
assert measured["relu, gain 1"][99] < 1e-15
assert measured["tanh, gain 2"][99] > 1e3 * measured["tanh, gain 2"][9]
assert measured["relu, gain 2"][99] > 1e3 * measured["relu, gain 2"][9]

# %% [markdown]
# **Remedies.** The IRNN begins with $W_s = I_n$ and relu: while its units are active, everything arrives. An LSTM or a
# GRU whose gate begins open, by a bias, keeps the size of the error over 100 steps; with a bias of 0 the gates are half
# open, and it vanishes there too.

# %%
assert np.allclose(measured["IRNN"], 1, rtol=1e-12)
assert np.all((measured["LSTM, bias of f 3"] > 0.1) & (measured["LSTM, bias of f 3"] < 10))
assert np.all((measured["GRU, bias of z 5"] > 0.1) & (measured["GRU, bias of z 5"] < 10))
assert measured["LSTM, bias of f 0"][99] < 1e-15
assert measured["GRU, bias of z 0"][99] < 1e-15

fig, ax = plt.subplots(figsize=(6.5, 3.6), dpi=70)
for name, norms in measured.items():
    ax.semilogy(k, norms, label=name)
ax.set(xlabel="steps back, k", ylabel="what arrives", ylim=(1e-20, 1e8))
ax.legend(fontsize=7, loc="upper left", bbox_to_anchor=(1, 1))
fig.tight_layout()

# %% [markdown]
# ## The LSTM's state: $\partial s_t/\partial s_{t-1} = f$
#
# $$g = \tanh(b^g + x_t U^g + h_{t-1} V^g), \quad i, f, o = \sigma(b + x_t U + h_{t-1} V), \quad
#   s_t = s_{t-1} \circ f + g \circ i, \quad h_t = \tanh(s_t) \circ o$$
#
# With $h_{t-1}$ held fixed, $s_{t-1}$ enters $s_t$ in one place, and the Jacobian is diagonal, with $f$ on it. "Becomes
# just multiplication of $f$; if output of $f = 1$, then no gradient decay."

# %%
cell = nn.LSTMCell(features, n, forget_bias=1.0, **kept)
h, s = rng.normal(size=(2, n))
rows = slice(n, 2 * n)  # i, f, g, o
b, U, V = (p.data for p in (cell.bias_ih + cell.bias_hh, cell.weight_ih.T, cell.weight_hh.T))
f = sigmoid(b[rows] + x[0, 0] @ U[:, rows] + h @ V[:, rows])
jacobian = ag.jacobian(lambda s: cell(x[0, 0], (h, s))[1])(s)
assert np.allclose(jacobian, np.diag(f), rtol=1e-12, atol=1e-15)

# %% [markdown]
# Over several steps there is a second way, through $h$, since the gates read it. Where they do not ($V = 0$), what
# arrives is the product of all the $f$; and with $b^f = 30$ the product is 1, to rounding.


# %%
def last_state(s, cell):
    state = (np.zeros(n), s)
    for t in range(T):
        state = cell(x[t, 0], state)
    return state[1]


cell.weight_hh.data[:] = 0
f = np.array([sigmoid(b[rows] + x[t, 0] @ U[:, rows]) for t in range(T)])
assert np.allclose(ag.jacobian(last_state)(s, cell), np.diag(np.prod(f, axis=0)), rtol=1e-10, atol=1e-300)
cell.bias_ih.data[rows] = 30.0
assert np.allclose(ag.jacobian(last_state)(s, cell), np.eye(n), atol=1e-9)

# %% [markdown]
# ## Clipping
#
# "Gradient clipping: addresses problem by normalizing gradients that are above threshold":
# if $\lVert\delta\rVert > \text{threshold}$, $\;\delta \leftarrow \frac{\text{threshold}}{\lVert\delta\rVert}\,\delta$.

# %%
for size in (0.5, 50.0):
    w = ag.Tensor(np.zeros(n), requires_grad=True)
    np.sum(w * v[0] * size).backward()
    delta, threshold = w.grad.copy(), 1.0
    before = optim.clip_grad_norm_([w], threshold)
    assert np.isclose(before, np.linalg.norm(delta))
    expected = threshold / before * delta if before > threshold else delta
    assert np.allclose(w.grad, expected, rtol=1e-5)
    assert np.isclose(np.vdot(w.grad, delta), np.linalg.norm(w.grad) * np.linalg.norm(delta))  # the direction is kept

# %% [markdown]
# One unit is to add up 50 numbers: $s_t = \mathrm{relu}(x_t + w\, s_{t-1})$, and the target is $\sum_t x_t$, so $w = 1$
# is right. At $w = 1.2$ the gradient is more than $10^{10}$. A plain step by it leaves the region where anything can be
# learnt: the unit is silent at the end, and its gradient is 0. Clipped, the steps go the same way and are short.

# %%
numbers = rng.uniform(0, 1, (50, 16, 1))


def learn(clip):
    unit = nn.RNN(1, 1, nonlinearity="relu", bias=False, return_sequences=False, dtype=np.float64, rng=0)
    unit.weight_ih_l0.data[:], unit.weight_hh_l0.data[:] = 1.0, 1.2
    optimizer = optim.SGD([unit.weight_hh_l0], lr=0.02)
    curve, sizes = [], []
    for step in range(100):
        optimizer.param_groups[0]["lr"] = 0.02 * 0.95**step
        output, _ = unit(numbers)
        E = np.mean((output - numbers.sum(axis=0)) ** 2)
        optimizer.zero_grad()
        E.backward()
        sizes.append(abs(unit.weight_hh_l0.grad.item()))
        if clip:
            optim.clip_grad_norm_([unit.weight_hh_l0], 1.0)
        optimizer.step()
        curve.append(E.item())
    return unit.weight_hh_l0.item(), curve, sizes


w_clipped, curve_clipped, sizes = learn(clip=True)
w_plain, curve_plain, sizes_plain = learn(clip=False)
print(f"first gradient {sizes[0]:.1e}")
print(f"clipped: w = {w_clipped:.4f}, E = {curve_clipped[-1]:.2e}; plain: w = {w_plain:.1e}, E = {curve_plain[-1]:.1f}")
assert sizes[0] > 1e10
assert abs(w_clipped - 1) < 0.005
assert curve_clipped[-1] < 1
assert abs(w_plain) > 1e4
assert sizes_plain[-1] == 0
assert curve_plain[-1] > 100
