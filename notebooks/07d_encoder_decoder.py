# %% [markdown]
# # 7d. Encoder and decoder: translating numbers
#
# Follows the notes on the *possible task: machine translation*: "made up of two RNNs; the encoder takes a source
# sentence and feeds last cell state (encoded meaning of sentence) into second network; the decoder produces output
# sentence in different language".
#
# The source language is English ("three thousand and forty two"), the target language is digits ("3042"). The sentences
# differ in length, and words and digits do not stand one for one: "and" has no digit, and the zero of 3042 no word. At
# least 95 % of the numbers that were held out are translated exactly.

# %%
import os

import matplotlib.pyplot as plt
import numpy as np

import autograd as ag
from autograd import nn, optim, training

FULL = bool(os.environ.get("FULL"))

# %% [markdown]
# ## The two languages

# %%
small = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
small += ["thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"]
tens = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]


def english(n):
    if n < 20:
        return small[n]
    if n < 100:
        return tens[n // 10 - 2] + (" " + small[n % 10] if n % 10 else "")
    for size, name in ((1000, "thousand"), (100, "hundred")):
        if n >= size:
            head, rest = divmod(n, size)
            link = " and " if 0 < rest < 100 else " "
            return english(head) + " " + name + (link + english(rest) if rest else "")


assert english(3042) == "three thousand and forty two"
assert english(999) == "nine hundred and ninety nine"

limit = 100_000 if FULL else 10_000
rng = np.random.default_rng(0)
numbers = rng.permutation(limit)
test, train = numbers[:500], numbers[500 : 20_500 if FULL else 5_500]
vocabulary = ["", *sorted({w for n in range(limit) for w in english(n).split()})]
code = {w: k for k, w in enumerate(vocabulary)}
signs = "0123456789."  # the full stop begins and ends
steps = len(str(limit - 1)) + 1


def encoded(numbers):
    """Words (B, T) with their lengths, and digits (B, steps)."""
    sentences = [[code[w] for w in english(int(n)).split()] for n in numbers]
    lengths = np.array([len(s) for s in sentences])
    words = np.zeros((len(numbers), lengths.max()), int)
    for row, sentence in zip(words, sentences, strict=True):
        row[: len(sentence)] = sentence
    return words, lengths, np.array([[signs.index(c) for c in str(n).ljust(steps, ".")] for n in numbers])


for n in train[:3]:
    print(f"{english(int(n))}  ->  {n}")
print(f"{len(train)} numbers to learn from, {len(test)} others held out")

# %% [markdown]
# ## The network
#
# The encoder's last state (after the last word of each sentence) is the decoder's first. The decoder reads the digit
# before, at first the full stop, and says the next one: $\bar y_t = \mathrm{softmax}(h_t \cdot W_y + b_y)$. In training
# it is given the right digit, in use the one that it has just written.


# %%
class Translator(nn.Module):
    def __init__(self, hidden, rng):
        self.word = nn.Embedding(len(vocabulary), 24, rng=rng)
        self.encoder = nn.LSTM(24, hidden, batch_first=True, forget_bias=1.0, rng=rng)
        self.digit = nn.Embedding(len(signs), 16, rng=rng)
        self.decoder = nn.LSTM(16, hidden, batch_first=True, forget_bias=1.0, rng=rng)
        self.output = nn.Linear(hidden, len(signs), rng=rng)

    def forward(self, words, lengths, before):
        _, meaning = self.encoder(self.word(words), lengths=lengths)
        h, _ = self.decoder(self.digit(before), meaning)
        return self.output(h)

    def translate(self, words, lengths):
        with ag.no_grad():
            _, state = self.encoder(self.word(words), lengths=lengths)
            written = np.full((len(words), 1), signs.index("."))
            for _ in range(steps):
                h, state = self.decoder(self.digit(written[:, -1:]), state)
                best = np.argmax(np.asarray(self.output(h)), axis=-1)
                written = np.concatenate([written, best], axis=1)
        return ["".join(signs[k] for k in row[1:]).split(".")[0] for row in written]


epochs = 20 if FULL else 8
model = Translator(128 if FULL else 64, np.random.default_rng(0))
words, lengths, digits = encoded(train)
before = np.concatenate([np.full((len(train), 1), signs.index(".")), digits[:, :-1]], axis=1)
loader = training.DataLoader(training.TensorDataset(words, lengths, before, digits), 64, shuffle=True, rng=1)
loss_fn, optimizer = nn.CrossEntropyLoss(), optim.Adam(model.parameters(), lr=1e-2)
schedule = optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=epochs * len(loader))
curve = []
for _ in range(epochs):
    for w, n, b, d in loader:
        loss = loss_fn(model(w, n, b).reshape(-1, len(signs)), d.ravel())
        optimizer.zero_grad()
        loss.backward()
        optim.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        curve.append(loss.item())
print(f"{len(curve)} steps, loss {np.mean(curve[-20:]):.5f}")

# %% [markdown]
# ## Numbers that it has not seen

# %%
words, lengths, _ = encoded(test)
translated = model.translate(words, lengths)
right = np.array([t == str(n) for t, n in zip(translated, test, strict=True)])
print(f"{right.mean():.1%} exact")
for n, t in list(zip(test, translated, strict=True))[:4]:
    print(f"{english(int(n))}  ->  {t}")
assert not set(train) & set(test)
assert right.mean() >= 0.95

# %% [markdown]
# "Encoded meaning of sentence": all that the decoder knows of the source is the state $(h, s)$ after the last word.
# So no two sentences may share one, and none of the held-out ones do.

# %%
with ag.no_grad():
    _, meaning = model.encoder(model.word(words), lengths=lengths)
states = np.concatenate([np.asarray(part)[0] for part in meaning], axis=1)
distance = np.linalg.norm(states[:, None] - states[None], axis=-1)
assert np.min(distance[~np.eye(len(test), dtype=bool)]) > 0.01  # no two sentences have the same

fig, ax = plt.subplots(figsize=(5, 2.6), dpi=70)
ax.semilogy(np.convolve(curve, np.ones(10) / 10, "valid"))
ax.set(xlabel="step", ylabel="cross-entropy")
fig.tight_layout()
