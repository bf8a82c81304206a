# %% [markdown]
# # 7e. A physiological time series
#
# Follows the notes on *LSTMs to model physiological time series*.
#
# The signal is a synthesised electrocardiogram: each beat is a sum of five bell curves, the waves P, Q, R, S and T, and
# the time from beat to beat varies with the breath and at random. It shows that an LSTM which has read the signal so
# far forecasts it 0.1 s ahead with less than two thirds of the squared error of the best linear forecast. One stretch
# is to learn from, another to choose settings by, and the errors are those on a third, which is forecast once.

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


rng = np.random.default_rng(2026)
learn = electrocardiogram(1200 if FULL else 300, rng)
mean, spread = learn.mean(), learn.std()
learn, choose, test = ((z - mean) / spread for z in (learn, *(electrocardiogram(100, rng) for _ in range(2))))
for name, z in {"learn from": learn, "choose by": choose, "test on": test}.items():
    print(f"{len(z) / per_second:.0f} s to {name}")

# %% [markdown]
# Each forecast is judged from the fifth second on, by its mean squared error in units of the variance. The simplest is
# "as now": $\hat z_{t+5} = z_t$.

# %%
first = 4 * per_second


def error(forecast, z):
    """Of forecasts that were made at each step but the last five."""
    return np.mean((forecast[first:] - z[first + ahead :]) ** 2)


def best(models, forecast):
    """The model with the least error on the stretch to choose by."""
    errors = {name: error(forecast(model, choose), choose) for name, model in models.items()}
    print("validation:", {name: f"{e:.3f}" for name, e in errors.items()})
    return models[min(errors, key=errors.get)]


as_now = error(test[:-ahead], test)
print(f"as now: {as_now:.3f}")

# %% [markdown]
# ## Linear forecasts
#
# $\hat z_{t+5} = b + \sum_{k=0}^{K-1} w_k z_{t-k}$ by least squares: the best that a linear filter of $K$ samples can
# do, with $K$ chosen from one, two and four seconds.


# %%
def windows(z, K):
    """Rows z_t, ..., z_{t-K+1}, 1 for each t; before the beginning, zeros."""
    padded = np.concatenate([np.zeros(K - 1), z])[:-ahead]
    rows = np.lib.stride_tricks.sliding_window_view(padded, K)[:, ::-1]
    return np.column_stack([rows, np.ones(len(rows))])


def linear_filter(K):
    return np.linalg.lstsq(windows(learn, K)[first:], learn[first + ahead :], rcond=None)[0]


def filtered(w, z):
    return windows(z, len(w) - 1) @ w


filters = {K: linear_filter(K) for K in (per_second, 2 * per_second, 4 * per_second)}
by_filter = filtered(best(filters, filtered), test)
linear = error(by_filter, test)
print(f"linear: {linear:.3f}")

# %% [markdown]
# ## An LSTM, many to many in step
#
# At each step the sample goes in, and the forecast for five samples later comes out. Training is on pieces of four
# seconds; the first second of each is for the state to settle, and is not counted. The learning rate is chosen as $K$
# was.


# %%
class Forecaster(nn.Module):
    def __init__(self, hidden, rng):
        self.lstm = nn.LSTM(1, hidden, forget_bias=1.0, rng=rng)
        self.output = nn.Linear(hidden, 1, rng=rng)

    def forward(self, z):
        h, _ = self.lstm(z)
        return self.output(h)


piece, settle, batch = 4 * per_second, per_second, 16


def trained(lr, steps=1500 if FULL else 150):
    rng = np.random.default_rng(1)
    model = Forecaster(64 if FULL else 24, rng)
    loss_fn, optimizer = nn.MSELoss(), optim.Adam(model.parameters(), lr=lr)
    schedule = optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=steps)
    series = learn.astype(np.float32)
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
    return model


def forecasts(model, z):
    with ag.no_grad():
        return np.asarray(model(z.astype(np.float32)[:-ahead, None, None]))[:, 0, 0]


models = {lr: trained(lr) for lr in (5e-3, 2e-2)}
by_lstm = forecasts(best(models, forecasts), test)
recurrent = error(by_lstm, test)
print(f"LSTM: {recurrent:.3f}, {recurrent / linear:.0%} of the linear forecast's error")
assert recurrent < linear * 2 / 3
assert linear < as_now

# %%
fig, ax = plt.subplots(figsize=(7, 2.8), dpi=70, layout="constrained")
shown = slice(500, 700)
seconds = np.arange(200) / per_second
ax.plot(seconds, test[ahead:][shown], "k", linewidth=1, label="signal")
ax.plot(seconds, by_filter[shown], linewidth=1, label="linear, 0.1 s ahead")
ax.plot(seconds, by_lstm[shown], linewidth=1, label="LSTM, 0.1 s ahead")
ax.set(xlabel="seconds", ylabel="standard deviations")
fig.legend(loc="outside upper center", ncols=3, fontsize=8)
plt.show()
