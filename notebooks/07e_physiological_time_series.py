# %% [markdown]
# # 7e. A physiological time series
#
# Follows the notes on *LSTMs to model physiological time series*.
#
# The signal is a synthesised electrocardiogram: each beat is a sum of five bell curves, the waves P, Q, R, S and T, and
# the time from beat to beat varies with the breath and at random. It shows that an LSTM which has read the signal so
# far forecasts it 0.1 s ahead with less than two thirds of the squared error of the best linear forecast from the last
# two seconds, on a stretch that neither has seen.

# %%
import os

import matplotlib.pyplot as plt
import numpy as np

import autograd as ag
from autograd import nn, optim

FULL = bool(os.environ.get("FULL"))

# %% [markdown]
# ## The signal
#
# The heart's phase $\theta$ goes through a cycle of $2\pi$ for each beat, at a rate that changes slowly. As a function
# of the phase, the voltage is
#
# $$z(\theta) = \sum_{w \in \{P, Q, R, S, T\}} a_w \exp\left(-\frac{(\theta - \theta_w)^2}{2 b_w^2}\right)$$
#
# with the angles and widths of McSharry, Clifford, Tarassenko and Smith (2003). Some noise is added.

# %%
per_second = 50
ahead = 5  # samples: 0.1 s
angle = np.array([-np.pi / 3, -np.pi / 12, 0, np.pi / 12, np.pi / 2])
height = np.array([0.12, -0.1, 1.0, -0.15, 0.3])
width = np.array([0.25, 0.1, 0.1, 0.1, 0.4])


def electrocardiogram(seconds, rng):
    n = seconds * per_second
    t = np.arange(n) / per_second
    drift = np.convolve(rng.normal(size=n + 499), np.ones(500) / np.sqrt(500), "valid")
    rate = 1.1 + 0.15 * np.sin(2 * np.pi * 0.25 * t) + 0.15 * drift  # beats per second: breath, and at random
    phase = 2 * np.pi * np.cumsum(np.clip(rate, 0.5, 2)) / per_second
    distance = (phase[:, None] - angle + np.pi) % (2 * np.pi) - np.pi
    return np.sum(height * np.exp(-0.5 * (distance / width) ** 2), axis=1) + 0.02 * rng.normal(size=n)


rng = np.random.default_rng(0)
signal = electrocardiogram(1200 if FULL else 400, rng)
mean, spread = signal.mean(), signal.std()
signal = (signal - mean) / spread
heard = (electrocardiogram(100, rng) - mean) / spread  # held out
print(f"{len(signal) / per_second:.0f} s to learn from, {len(heard) / per_second:.0f} s held out")

# %% [markdown]
# ## Linear forecasts
#
# $\hat z_{t+5} = b + \sum_{k=0}^{99} w_k z_{t-k}$ by least squares: the best that a linear filter of two seconds can
# do. And "as now": $\hat z_{t+5} = z_t$.

# %%
memory = 2 * per_second


def windows(z):
    rows = np.lib.stride_tricks.sliding_window_view(z, memory)[:-ahead]
    return np.column_stack([rows, np.ones(len(rows))]), z[memory - 1 + ahead :]


rows, due = windows(signal)
filter_weights = np.linalg.lstsq(rows, due, rcond=None)[0]
rows, due = windows(heard)
linear = np.mean((rows @ filter_weights - due) ** 2)
as_now = np.mean((heard[memory - 1 : -ahead] - due) ** 2)
print(f"mean squared error, in units of the variance: as now {as_now:.3f}, linear {linear:.3f}")

# %% [markdown]
# ## An LSTM, many to many in step
#
# At each step the sample goes in, and the forecast for five samples later comes out. Training is on pieces of four
# seconds; the first second of each is for the state to settle, and is not counted.


# %%
class Forecaster(nn.Module):
    def __init__(self, hidden, rng):
        self.lstm = nn.LSTM(1, hidden, forget_bias=1.0, rng=rng)
        self.output = nn.Linear(hidden, 1, rng=rng)

    def forward(self, z):
        h, _ = self.lstm(z)
        return self.output(h)


piece, settle, batch = 4 * per_second, per_second, 16
steps = 1500 if FULL else 250
model = Forecaster(64 if FULL else 32, np.random.default_rng(0))
loss_fn, optimizer = nn.MSELoss(), optim.Adam(model.parameters(), lr=1e-2)
schedule = optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=steps)
series = signal.astype(np.float32)
curve = []
for _ in range(steps):
    start = rng.integers(0, len(series) - piece - ahead, batch)
    places = np.arange(piece)[:, None] + start  # (T, B)
    forecast = model(series[places][..., None])
    loss = loss_fn(forecast[settle:], series[places + ahead][settle:, :, None])
    optimizer.zero_grad()
    loss.backward()
    optim.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()
    schedule.step()
    curve.append(loss.item())

with ag.no_grad():
    forecast = np.asarray(model(heard.astype(np.float32)[:, None, None]))[:, 0, 0]
forecast = forecast[memory - 1 : -ahead]
recurrent = np.mean((forecast - due) ** 2)
print(f"LSTM {recurrent:.3f}: {recurrent / linear:.0%} of the linear forecast's")
assert recurrent < linear * 2 / 3
assert linear < as_now

# %%
fig, ax = plt.subplots(figsize=(7, 2.8), dpi=70)
shown = slice(500, 700)
seconds = np.arange(200) / per_second
ax.plot(seconds, due[shown], "k", linewidth=1, label="signal")
ax.plot(seconds, (rows @ filter_weights)[shown], linewidth=1, label="linear, 0.1 s ahead")
ax.plot(seconds, forecast[shown], linewidth=1, label="LSTM, 0.1 s ahead")
ax.set(xlabel="seconds", ylabel="standard deviations")
ax.legend(fontsize=8)
fig.tight_layout()
