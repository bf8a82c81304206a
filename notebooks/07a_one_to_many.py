# %% [markdown]
# # 7a. One to many: the name of a digit, letter by letter
#
# Follows the notes on *RNN types based on the input and output* (one to many) and the remark that "RNNs can be combined
# with CNNs for tasks such as image to text".
#
# One image goes in, a sequence of letters comes out: the handwritten digit 3 is to be read as "three". The state after
# the image is the memory with which the network spells. At least 95 % of the names are spelt exactly for images that
# it has not seen, and what it writes is nearly always the name of some digit. The network itself says where a
# name ends.
#
# What is not learnt by gradients, here the share of features that is dropped, is chosen on a validation set. The test
# set is read once, at the end, by the network that was chosen.

# %%
import os

import matplotlib.pyplot as plt
import numpy as np

import autograd as ag
from autograd import nn, optim, training
from autograd.datasets import load_digits

FULL = bool(os.environ.get("FULL"))

names = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
alphabet = "." + "".join(sorted(set("".join(names))))  # the full stop begins and ends a name
steps = max(map(len, names)) + 1
spelt = np.array([[alphabet.index(c) for c in name.ljust(steps, ".")] for name in names])


def digits(split):
    images, labels = load_digits(split=split)
    return images[:, None].astype(np.float32) / 16, labels


test_images, test_labels = digits("test")
images, valid_images, labels, valid_labels = training.train_test_split(*digits("train"), test_size=287, rng=0)
print(f"{len(images)} images to learn from, {len(valid_images)} to choose by, {len(test_images)} to test on")
print(f"{len(alphabet)} signs, {steps} steps")

# %% [markdown]
# ## The network
#
# $\bar s_0 = \tanh(\mathrm{CNN}(\text{image}))$; then, with $\bar x_t$ the letter before (at first the full stop),
# $\bar s_t = \mathrm{GRU}(\bar x_t, \bar s_{t-1})$ and $\bar y_t = \mathrm{softmax}(\bar s_t \cdot W_y + b_y)$. In
# training, $\bar x_t$ is the right letter; in use, the letter that the network has just written.


# %%
class Speller(nn.Module):
    def __init__(self, hidden, dropped, rng):
        # without the normalisation some first weights never come to look at the image
        self.image = nn.Sequential(
            nn.Conv2d(1, 12, 3, padding="same", rng=rng), nn.BatchNorm2d(12), nn.ReLU(), nn.MaxPool2d(2),
            nn.Conv2d(12, 24, 3, padding="same", rng=rng), nn.BatchNorm2d(24), nn.ReLU(), nn.Flatten(),
            nn.Dropout(dropped, rng=rng), nn.Linear(24 * 4 * 4, hidden, rng=rng),
        )  # fmt: skip
        self.letter = nn.Embedding(len(alphabet), 16, rng=rng)
        self.cell = nn.GRUCell(16, hidden, rng=rng)
        self.output = nn.Linear(hidden, len(alphabet), rng=rng)

    def forward(self, image, letters=None):
        """Scores (B, T, signs): of the given letters' successors, or of what it writes itself."""
        s = np.tanh(self.image(image))
        before, scores = np.zeros(len(image), int), []
        for t in range(steps):
            s = self.cell(self.letter(before), s)
            scores.append(self.output(s))
            before = np.argmax(np.asarray(scores[-1].data), axis=-1) if letters is None else letters[:, t]
        return ag.stack(scores, 1)


def write(model, images):
    model.eval()
    with ag.no_grad():
        signs = np.argmax(np.asarray(model(images)), axis=-1)
    return ["".join(alphabet[k] for k in row).split(".")[0] for row in signs]


def share_exact(written, labels):
    return np.mean([word == names[label] for word, label in zip(written, labels, strict=True)])


def train(dropped, epochs=30 if FULL else 10):
    model = Speller(128 if FULL else 64, dropped, np.random.default_rng(0))
    loss_fn, optimizer = nn.CrossEntropyLoss(), optim.Adam(model.parameters(), lr=5e-3)
    loader = training.DataLoader(training.TensorDataset(images, spelt[labels]), 32, shuffle=True, rng=1)
    schedule = optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=epochs * len(loader))
    for _ in range(epochs):
        for batch, letters in loader:
            scores = model(batch, letters)
            loss = loss_fn(scores.reshape(-1, len(alphabet)), letters.ravel())
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
    return model


models = {dropped: train(dropped) for dropped in (0.0, 0.3)}
right = {dropped: share_exact(write(model, valid_images), valid_labels) for dropped, model in models.items()}
chosen = max(right, key=right.get)
print("exact on the validation set:", {dropped: f"{share:.1%}" for dropped, share in right.items()})
print(f"chosen: {chosen}")

# %% [markdown]
# ## Images that it has not seen

# %%
written = write(models[chosen], test_images)
exact = share_exact(written, test_labels)
are_names = np.mean([word in names for word in written])
print(f"{exact:.1%} exact; {are_names:.1%} are the name of some digit")
assert exact >= 0.95
assert are_names >= 0.97

# %% [markdown]
# The first letter alone does not say which digit it is: "two" and "three", "four" and "five", "six" and "seven" begin
# alike. What comes after it is in the state: these six digits are spelt as well as the others.

# %%
alike = [k for k, label in enumerate(test_labels) if 2 <= label <= 7]
exact = share_exact([written[k] for k in alike], test_labels[alike])
print(f"two to seven: {exact:.1%} exact")
assert exact >= 0.94

fig, axes = plt.subplots(1, 8, figsize=(7, 1.4), dpi=70)
for k, ax in enumerate(axes):
    ax.imshow(test_images[k].reshape(8, 8), cmap="gray_r")
    ax.set_title(written[k], fontsize=9)
    ax.axis("off")
fig.tight_layout()
