# %% [markdown]
# # 7f. A CNN that feeds an LSTM
#
# Follows the notes on *RNN variations*: "CNN/RNN: first few layers conv, flatten, then LSTM recurrent layers, and you
# can have convolutional neural networks that have memory".
#
# Short films show a handwritten digit that moves in one of eight directions, through noise; what leaves the picture on
# one side comes in on the other. A single picture says nothing on the direction. It shows that a CNN with an LSTM
# behind it names the direction in at least 95 % of the held-out films (whose digits it has not seen either), and that
# the same CNN without memory, on the last picture alone, does not come to 25 % (guessing: 12.5 %).

# %%
import os

import matplotlib.pyplot as plt
import numpy as np

import autograd as ag
from autograd import nn, optim, training
from autograd.datasets import load_digits

FULL = bool(os.environ.get("FULL"))

# %% [markdown]
# ## Films

# %%
directions = [(0, 1), (1, 1), (1, 0), (1, -1), (0, -1), (-1, -1), (-1, 0), (-1, 1)]  # rows down, columns right
arrows = ["east", "south-east", "south", "south-west", "west", "north-west", "north", "north-east"]
side, frames = 14, 5


def films(images, count, rng):
    """Films (count, frames, 1, side, side), and the number of the direction of each."""
    label = rng.integers(len(directions), size=count)
    film = rng.normal(0, 0.15, (count, frames, 1, side, side)).astype(np.float32)
    for k in range(count):
        digit = images[rng.integers(len(images))]
        picture = np.zeros((side, side))
        picture[:8, :8] = digit
        place = rng.integers(side, size=2)
        for t in range(frames):
            film[k, t, 0] += np.roll(picture, place + np.array(directions[label[k]]) * t, axis=(0, 1))
    return film, label


rng = np.random.default_rng(0)
(train_images, _), (test_images, _) = load_digits(split="train"), load_digits(split="test")
x_train, y_train = films(train_images / 16, 8000 if FULL else 1500, rng)
x_test, y_test = films(test_images / 16, 500, rng)

fig, axes = plt.subplots(2, frames, figsize=(5, 2.2), dpi=70)
for row, film, label in zip(axes, x_test, y_test, strict=False):
    for ax, picture in zip(row, film, strict=True):
        ax.imshow(picture[0], cmap="gray_r", vmin=0, vmax=1)
        ax.axis("off")
    row[0].set_title(arrows[label], fontsize=9)
fig.tight_layout()

# %% [markdown]
# ## The network
#
# The convolutional layers see one picture at a time: all pictures of all films are one batch for them. Flattened, the
# features of a film's pictures are the sequence that the LSTM reads; its last output gives the direction. With
# `memory=False`, the last picture's features go straight to the output.


# %%
class FilmReader(nn.Module):
    def __init__(self, memory, rng):
        self.cnn = nn.Sequential(
            nn.Conv2d(1, 6, 3, stride=2, padding=1, rng=rng), nn.ReLU(),
            nn.Conv2d(6, 12, 3, stride=2, padding=1, rng=rng), nn.ReLU(), nn.Flatten(),
        )  # fmt: skip
        features = 12 * 4 * 4
        self.lstm = nn.LSTM(features, 48, batch_first=True, return_sequences=False, rng=rng) if memory else None
        self.output = nn.Linear(48 if memory else features, len(directions), rng=rng)

    def forward(self, film):
        if self.lstm is None:
            return self.output(self.cnn(film[:, -1]))
        count, frames = film.shape[:2]
        seen = self.cnn(film.reshape(count * frames, 1, side, side)).reshape(count, frames, -1)
        last, _ = self.lstm(seen)
        return self.output(last)


def trained(memory):
    model = FilmReader(memory, np.random.default_rng(0))
    history = training.fit(
        model, (x_train, y_train), nn.CrossEntropyLoss(), optim.Adam(model.parameters(), lr=4e-3),
        epochs=10, batch_size=32, clip_norm=1.0, rng=1, progress=False,
    )  # fmt: skip
    return model, history


model, history = trained(memory=True)
without, _ = trained(memory=False)


def right(model, films, labels):
    with ag.no_grad():
        return np.mean(np.argmax(np.asarray(model(films)), axis=-1) == labels)


print(f"with memory {right(model, x_test, y_test):.1%}, without {right(without, x_test, y_test):.1%}")
assert right(model, x_test, y_test) >= 0.95
assert right(without, x_test, y_test) < 0.25

# %% [markdown]
# Played backward, a film shows the opposite direction, and the network says so.

# %%
opposite = (y_test + 4) % 8
backward = right(model, np.ascontiguousarray(x_test[:, ::-1]), opposite)
print(f"backward: {backward:.1%} the opposite direction")
assert backward >= 0.9

# %% [markdown]
# One loss trains both parts: the gradient goes back through time, and at each time through the convolutions.

# %%
loss = nn.CrossEntropyLoss()(model(x_train[:32]), y_train[:32])
model.zero_grad()
loss.backward()
for name, parameter in model.named_parameters():
    assert np.any(parameter.grad != 0), name
