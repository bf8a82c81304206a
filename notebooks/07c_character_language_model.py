# %% [markdown]
# # 7c. Many to many, in step: a character language model
#
# Follows the notes on *RNN types based on the input and output* (many to many) and on the *possible task: language
# model*: "in addition to producing a state at each time, the model produces an output; the output is the probability
# distribution over the most likely next words, given what the network has seen before". Here a word is a character, and
# the text is the documentation that every Python has, `pydoc_data.topics`.
#
# It shows that an LSTM, trained by truncated backpropagation through time, needs fewer bits for a character of text
# that it has not seen than unigrams, bigrams and trigrams counted on the same text. Longer
# n-grams are counted too: this text repeats itself, and in the small setting they still need fewer bits than the LSTM.

# %%
import os
import re
from collections import Counter, defaultdict
from pydoc_data import topics

import matplotlib.pyplot as plt
import numpy as np

import autograd as ag
from autograd import nn, optim

FULL = bool(os.environ.get("FULL"))

# %% [markdown]
# ## The text
#
# In lower case, with runs of blanks made one, and rare characters replaced by `~`. The text is cut into blocks of 2,000
# characters; every tenth is held out.

# %%
text = "\n".join(topics.topics[name] for name in sorted(topics.topics)).lower()
text = re.sub(r"\s+", " ", re.sub(r"[^\x20-\x7e\s]|([=\-*~])\1{3,}", "~", text))
text = text if FULL else text[:130_000]
blocks = [text[k : k + 2000] for k in range(0, len(text) - 2000, 2000)]
held_out = "".join(blocks[::10])
training_text = "".join(b for k, b in enumerate(blocks) if k % 10)
alphabet = sorted(set(text))
code = {c: k for k, c in enumerate(alphabet)}
V = len(alphabet)
train, test = (np.array([code[c] for c in t]) for t in (training_text, held_out))
print(f"{len(train):,} characters to learn from, {len(test):,} held out, {V} different ones")


# %% [markdown]
# ## n-grams
#
# How often did $c$ follow the last $n - 1$ characters $h$? Where $h$ is rare, the shorter context $h'$ decides
# (Witten and Bell, 1991): with $N(h)$ the number of times that $h$ was seen and $T(h)$ that of different successors,
#
# $$P(c \mid h) = \frac{N(hc) + T(h)\, P(c \mid h')}{N(h) + T(h)}$$
#
# Quality is measured in bits per character, $-\frac{1}{N}\sum_t \log_2 P(c_t \mid c_{<t})$.


# %%
def ngram_bits(n):
    successors = [defaultdict(Counter) for _ in range(n)]
    for k in range(n):
        for t in range(k, len(training_text)):
            successors[k][training_text[t - k : t]][training_text[t]] += 1
    total = 0.0
    for t in range(n, len(held_out)):
        p = 1 / V
        for k in range(n):
            seen = successors[k].get(held_out[t - k : t])
            if seen:
                p = (seen[held_out[t]] + len(seen) * p) / (seen.total() + len(seen))
        total -= np.log2(p)
    return total / (len(held_out) - n)


ngrams = {n: ngram_bits(n) for n in (1, 2, 3, 4, 5)}
for n, bits in ngrams.items():
    print(f"{n}-gram: {bits:.3f} bits per character")


# %% [markdown]
# ## The network
#
# $h_t, s_t = \mathrm{LSTM}(x_t, h_{t-1}, s_{t-1})$ and $y_t = \mathrm{softmax}(h_t W + b)$ for each $t$. The text lies
# in parallel streams that are read piece by piece. The state is carried from piece to piece; the gradient is not
# (*truncated* backpropagation through time): `nn.detach_state` cuts the tape.


# %%
class LanguageModel(nn.Module):
    def __init__(self, hidden, rng):
        self.embedding = nn.Embedding(V, 32, rng=rng)
        self.lstm = nn.LSTM(32, hidden, forget_bias=1.0, rng=rng)
        self.output = nn.Linear(hidden, V, rng=rng)

    def forward(self, x, state=None):
        h, state = self.lstm(self.embedding(x), state)
        return self.output(h), state


hidden, streams, piece, epochs = (256, 16, 50, 8) if FULL else (96, 8, 25, 2)
model = LanguageModel(hidden, np.random.default_rng(0))
per_stream = (len(train) - 1) // streams
inputs = train[: streams * per_stream].reshape(streams, per_stream).T
targets = train[1 : streams * per_stream + 1].reshape(streams, per_stream).T
starts = range(0, per_stream - piece + 1, piece)
loss_fn, optimizer = nn.CrossEntropyLoss(), optim.Adam(model.parameters(), lr=4e-3 if FULL else 8e-3)
schedule = optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=epochs * len(starts))

losses = []
for _ in range(epochs):
    state = None
    for t in starts:
        logits, state = model(inputs[t : t + piece], state)
        loss = loss_fn(logits.reshape(-1, V), targets[t : t + piece].ravel())
        optimizer.zero_grad()
        loss.backward()
        optim.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        state = nn.detach_state(state)
        losses.append(loss.item() / np.log(2))
first, last = np.mean(losses[:20]), np.mean(losses[-20:])
print(f"{len(losses)} steps; the first 20 at {first:.2f} bits, the last 20 at {last:.2f}")

# %% [markdown]
# ## Held-out text
#
# The network reads the held-out text once, from its beginning, and says at each step how probable the next character
# is. Its parameters do not change, and its state carries what it has read.


# %%
def log_softmax(scores):
    scores = scores - scores.max(axis=-1, keepdims=True)
    return scores - np.log(np.exp(scores).sum(axis=-1, keepdims=True))


with ag.no_grad():
    logits, _ = model(test[:-1, None])
log_p = log_softmax(np.asarray(logits, np.float64)[:, 0])
bits = -np.mean(log_p[np.arange(len(test) - 1), test[1:]]) / np.log(2)
print(f"LSTM: {bits:.3f} bits per character; trigrams {ngrams[3]:.3f}")
assert np.allclose(np.exp(log_p).sum(axis=1), 1)  # a distribution at each step
assert bits < ngrams[3] < ngrams[2] < ngrams[1]
assert bits < ngrams[3] - 0.1
assert FULL or ngrams[5] < bits  # what a small network, trained for seconds, does not reach

# %% [markdown]
# What it writes: each character is drawn from the distribution, made a little sharper, and fed back.

# %%
rng = np.random.default_rng(3)
written, state = "the ", None
with ag.no_grad():
    for c in written[:-1]:
        _, state = model(np.array([[code[c]]]), state)
    while len(written) < 300:
        logits, state = model(np.array([[code[written[-1]]]]), state)
        p = np.exp(log_softmax(np.asarray(logits, np.float64)[0, 0] / 0.7))
        written += str(rng.choice(alphabet, p=p))
print(written)

known = set(training_text.split())
share = np.mean([word in known for word in written.split()[:-1]])
print(f"{share:.0%} of its words are words of the text")
assert share > 0.5

# %%
fig, ax = plt.subplots(figsize=(5.5, 3), dpi=70)
smooth = np.convolve(losses, np.ones(25) / 25, "valid")
ax.plot(smooth, label="LSTM, while learning")
ax.axhline(bits, color="C0", linestyle=":", label="LSTM, held out")
for k, n in enumerate(ngrams):
    ax.axhline(ngrams[n], color=f"C{k + 1}", linewidth=0.8, label=f"{n}-gram, held out")
ax.set(xlabel="step", ylabel="bits per character")
ax.legend(fontsize=8)
fig.tight_layout()
