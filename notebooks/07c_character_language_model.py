# %% [markdown]
# # 7c. Many to many, in step: a character language model
#
# Follows the notes on *RNN types based on the input and output* (many to many) and on the *possible task: language
# model*: "in addition to producing a state at each time, the model produces an output; the output is the probability
# distribution over the most likely next words, given what the network has seen before". Here a word is a character, and
# the text is the documentation that every Python has, `pydoc_data.topics`.
#
# It shows that an LSTM, trained by truncated backpropagation through time, needs fewer bits for a character of text
# that it has not seen than $n$-grams do, which count. A small one, trained for seconds, needs fewer than all $n$-grams
# up to $n = 4$, and more than longer ones. With `FULL=1` in the environment it is four times as wide and trained for
# some twenty minutes on one core; then it needs fewer than the best of them (1.60 bits against 1.64, for $n = 12$).

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
# In lower case, with runs of blanks made one, and rare characters replaced by `~`. The documentation prints many
# paragraphs several times. Each is kept once, or what is held out would stand in the training text word by word. Then
# the text is cut into blocks of 2,000 characters: of every ten, the first is for testing, the second for validation.

# %%
printed = [p for name in sorted(topics.topics) for p in re.split(r"\n\s*\n", topics.topics[name].lower())]
tidy = (re.sub(r"\s+", " ", re.sub(r"[^\x20-\x7e\s]|([=\-*~])\1{3,}", "~", p)).strip() for p in printed)
paragraphs = list(dict.fromkeys(tidy))
text = "\n".join(paragraphs)
blocks = [text[k : k + 2000] for k in range(0, len(text) - 2000, 2000)]
parts = {"test": blocks[::10], "valid": blocks[1::10], "train": [b for k, b in enumerate(blocks) if k % 10 > 1]}
train, valid, test = ("".join(parts[name]) for name in ("train", "valid", "test"))
alphabet = sorted(set(text))
code = {c: k for k, c in enumerate(alphabet)}
V = len(alphabet)
print(f"{len(printed):,} paragraphs, {len(paragraphs):,} of them different; {V} different characters")
print(f"{len(train):,} characters to learn from, {len(valid):,} to choose by, {len(test):,} to test on")


# %% [markdown]
# ## n-grams
#
# How often did $c$ follow the last $n - 1$ characters $h$? Kneser and Ney (1995) take $D$ from each count, and what
# that leaves goes to the distribution after the shorter context $h'$, which is $h$ without its first character:
#
# $$P_n(c \mid h) = \frac{\max(N(hc) - D, 0) + D\, T(h)\, P_{n-1}(c \mid h')}{N(h)}$$
#
# with $N(h) = \sum_c N(hc)$ and $T(h)$ the number of different successors of $h$. Below the longest context, $N(hc)$ is
# not how often $hc$ occurs, but after how many different characters. $D = n_1 / (n_1 + 2 n_2)$, where $n_k$ is how many
# counts are $k$. The last resort is $P_0 = 1/V$.
#
# Quality is measured in bits per character, $-\frac{1}{N}\sum_t \log_2 P(c_t \mid c_{<t})$. The best $n$ is chosen on
# the validation text.

# %%
longest = 12
context = longest  # the first few characters are not judged
grams = {n: Counter(train[t : t + n] for t in range(len(train) - n + 1)) for n in range(1, longest + 1)}


def successors(counts):
    """For each context h, the counts N(hc) and their sum; and D."""
    after = defaultdict(dict)
    for gram, count in counts.items():
        after[gram[:-1]][gram[-1]] = count
    how_many = Counter(counts.values())
    D = how_many[1] / max(how_many[1] + 2 * how_many[2], 1)
    return {h: (seen, sum(seen.values())) for h, seen in after.items()}, D


shorter = {n: successors(Counter(gram[1:] for gram in grams[n + 1])) for n in range(1, longest)}
whole = {n: successors(grams[n]) for n in grams}


def probability(c, before, n):
    """P_n of c after the last n - 1 characters of what was before it."""
    p = 1 / V
    for k in range(n):
        after, D = whole[n] if k == n - 1 else shorter[k + 1]
        h = before[len(before) - k :]
        if h not in after:
            break  # longer contexts were not seen either
        seen, total = after[h]
        p = (max(seen.get(c, 0) - D, 0) + D * len(seen) * p) / total
    return p


def ngram_bits(n, text):
    places = range(context, len(text))
    return -np.mean(np.log2([probability(text[t], text[t - context : t], n) for t in places]))


for n in grams:
    assert np.isclose(sum(probability(c, test[:context], n) for c in alphabet), 1)

by_n = {n: ngram_bits(n, valid) for n in grams}
print("validation:", "  ".join(f"{n}: {bits:.3f}" for n, bits in by_n.items()))
best_n = min(by_n, key=by_n.get)
ngrams = {n: ngram_bits(n, test) for n in (1, 2, 3, 4, best_n)}
print("test:", "  ".join(f"{n}: {bits:.3f}" for n, bits in ngrams.items()))

# %% [markdown]
# ## The network
#
# $h_t, s_t = \mathrm{LSTM}(x_t, h_{t-1}, s_{t-1})$ and $y_t = \mathrm{softmax}(h_t W + b)$ for each $t$. The text lies
# in parallel streams that are read piece by piece. The state is carried from piece to piece; the gradient is not
# (*truncated* backpropagation through time): `nn.detach_state` cuts the tape. In full size the network would learn the
# text by heart, so units are dropped, the same ones throughout a piece. A few settings were tried, and judged by the
# validation text.


# %%
class LanguageModel(nn.Module):
    def __init__(self, hidden, dropped, rng):
        self.embedding = nn.Embedding(V, 64, rng=rng)
        self.drop_input = nn.Dropout(dropped[0], shared_axis=0, rng=rng)
        self.lstm = nn.LSTM(64, hidden, forget_bias=1.0, rng=rng)
        self.drop_output = nn.Dropout(dropped[1], shared_axis=0, rng=rng)
        self.output = nn.Linear(hidden, V, rng=rng)

    def forward(self, x, state=None):
        h, state = self.lstm(self.drop_input(self.embedding(x)), state)
        return self.output(self.drop_output(h)), state


if FULL:
    hidden, dropped, streams, piece, epochs, lr = 512, (0.2, 0.5), 32, 64, 24, 4e-3
else:
    hidden, dropped, streams, piece, epochs, lr = 128, (0.0, 0.0), 16, 16, 2, 1.5e-2

encoded = np.array([code[c] for c in train])
per_stream = (len(encoded) - 1) // streams
inputs, targets = (encoded[k : k + streams * per_stream].reshape(streams, per_stream).T for k in (0, 1))
starts = range(0, per_stream - piece + 1, piece)

model = LanguageModel(hidden, dropped, np.random.default_rng(0))
loss_fn, optimizer = nn.CrossEntropyLoss(), optim.AdamW(model.parameters(), lr=lr, weight_decay=0.01)
schedule = optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=epochs * len(starts))
losses = []
for epoch in range(epochs):
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
    print(f"epoch {epoch + 1}: {np.mean(losses[-len(starts) :]):.3f} bits per character of the training text")

# %% [markdown]
# ## Text that it has not seen


# %%
def log_softmax(scores):
    scores = scores - scores.max(axis=-1, keepdims=True)
    return scores - np.log(np.exp(scores).sum(axis=-1, keepdims=True))


model.eval()
read = np.array([code[c] for c in test])
with ag.no_grad():
    logits, _ = model(read[:-1, None])
log_p = log_softmax(np.asarray(logits, np.float64)[context - 1 :, 0])
bits = -np.mean(log_p[np.arange(len(log_p)), read[context:]]) / np.log(2)
print(f"LSTM: {bits:.3f} bits per character; 4-grams {ngrams[4]:.3f}, {best_n}-grams {ngrams[best_n]:.3f}")
assert np.allclose(np.exp(log_p).sum(axis=1), 1)  # a distribution at each step
assert ngrams[best_n] < ngrams[4] < ngrams[3] < ngrams[2] < ngrams[1]
assert bits < ngrams[4]
if FULL:
    assert bits < ngrams[best_n]
else:
    assert ngrams[best_n] < bits  # what a small network does not reach in seconds

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

known = set(train.split())
share = np.mean([word in known for word in written.split()[:-1]])
print(f"{share:.0%} of its words are words of the text")
assert share > 0.5

# %%
fig, ax = plt.subplots(figsize=(5.5, 3), dpi=70)
smooth = np.convolve(losses, np.ones(25) / 25, "valid")
ax.plot(smooth, label="LSTM, while learning")
ax.axhline(bits, color="C0", linestyle=":", label="LSTM, test")
for k, n in enumerate(ngrams):
    ax.axhline(ngrams[n], color=f"C{k + 1}", linewidth=0.8, label=f"{n}-grams, test")
ax.set(xlabel="step", ylabel="bits per character")
ax.legend(fontsize=8)
fig.tight_layout()
