# %% [markdown]
# # 7b. Many to one: the sentiment of a sentence
#
# Follows the notes on *RNN types based on the input and output* (many to one) and on the *possible task: sentiment
# classification*: "the network creates a representation of the entire sequence, and the prediction is made based on
# cell state at last time step".
#
# The sentences are made by a small grammar. What they say depends on the order of the words ("not" turns the next
# judgement round, and what comes after "but" decides), so a count of words is not enough. It shows that an LSTM tells
# at least 97 % of the held-out sentences right, and logistic regression on word counts at most 80 %; and that padding
# does not matter when the lengths are given. Learning rates are chosen on a validation set, for both models alike; the
# test set is read once.

# %%
import os

import matplotlib.pyplot as plt
import numpy as np

import autograd as ag
from autograd import nn, optim, training

FULL = bool(os.environ.get("FULL"))

# %% [markdown]
# ## Sentences

# %%
good = ["good", "lovely", "clever", "funny", "moving", "fresh"]
bad = ["bad", "dull", "silly", "slow", "empty", "stale"]
things = ["film", "plot", "cast", "music", "end", "book"]
extra = ["really", "quite", "rather", "very"]


def clause(rng):
    """As in "the plot is not very good", and whether that is praise."""
    praise = bool(rng.integers(2))
    turned = bool(rng.random() < 0.35)
    words = ["the", str(rng.choice(things)), "is", *(["not"] if turned else [])]
    words += [str(w) for w in rng.choice(extra, rng.integers(3), replace=False)]
    return [*words, str(rng.choice(good if praise else bad))], praise != turned


def sentence(rng):
    words, praise = clause(rng)
    if rng.integers(2):
        more, praise = clause(rng)
        words = [*words, "but", *more]
    return " ".join(words), int(praise)


rng = np.random.default_rng(2026)
made = dict(sentence(rng) for _ in range(40_000 if FULL else 4_000))  # each sentence once
texts, labels = list(made), np.array(list(made.values()))
vocabulary = ["", *sorted({w for text in texts for w in text.split()})]
code = {w: k for k, w in enumerate(vocabulary)}
lengths = np.array([len(text.split()) for text in texts])
words = np.zeros((len(texts), lengths.max()), int)
for row, text in zip(words, texts, strict=True):
    row[: len(text.split())] = [code[w] for w in text.split()]

order = rng.permutation(len(texts))
train, valid, test = np.split(order, [len(order) * 7 // 10, len(order) * 8 // 10])
assert not {texts[k] for k in (*train, *valid)} & {texts[k] for k in test}
print(f"{len(train)} sentences to learn from, {len(valid)} to choose by, {len(test)} to test on")
print(f"of {lengths.min()} to {lengths.max()} words, for example:")
for k in order[:4]:
    print(f"  {'+' if labels[k] else '-'}  {texts[k]}")

# %% [markdown]
# ## Counting words
#
# Logistic regression on how often each word occurs: $P(+) = \sigma(\text{counts} \cdot w + b)$.

# %%
signs = labels[:, None].astype(np.float32)


def fitted(model, inputs, lr, epochs):
    """The model, trained on the training set, and its share of right answers on the validation set."""
    data = training.TensorDataset(*(a[train] for a in inputs), signs[train])
    optimizer = optim.Adam(model.parameters(), lr=lr)
    training.fit(
        model, data, nn.BCEWithLogitsLoss(), optimizer,
        epochs=epochs, batch_size=64, clip_norm=1.0, rng=1, progress=False,
    )  # fmt: skip
    return model, share_right(model, inputs, valid)


def share_right(model, inputs, part):
    with ag.no_grad():
        return np.mean((np.asarray(model(*(a[part] for a in inputs))) > 0) == signs[part])


def choose(make, inputs, rates, epochs):
    """The model whose learning rate does best on the validation set."""
    models = {lr: fitted(make(), inputs, lr, epochs) for lr in rates}
    print("right on the validation set:", {lr: f"{right:.1%}" for lr, (_, right) in models.items()})
    return max(models.values(), key=lambda model_and_share: model_and_share[1])[0]


counts = np.stack([np.bincount(row, minlength=len(vocabulary)) for row in words])[:, 1:].astype(np.float32)
by_counts = choose(lambda: nn.Linear(counts.shape[1], 1, rng=0), (counts,), (0.005, 0.02), epochs=15)
baseline = share_right(by_counts, (counts,), test)
print(f"word counts: {baseline:.1%} right")

# %% [markdown]
# ## Reading them in order
#
# $h_t, s_t = \mathrm{LSTM}(x_t, h_{t-1}, s_{t-1})$; the last $h$ of each sentence gives
# $P(+) = \sigma(h \cdot w + b)$. The sentences differ in length, and each ends where it ends.


# %%
class Reader(nn.Module):
    def __init__(self, rng):
        self.embedding = nn.Embedding(len(vocabulary), 16, rng=rng)
        self.lstm = nn.LSTM(16, 32, batch_first=True, return_sequences=False, forget_bias=1.0, rng=rng)
        self.output = nn.Linear(32, 1, rng=rng)

    def forward(self, words, lengths):
        last, _ = self.lstm(self.embedding(words), lengths=lengths)
        return self.output(last)


model = choose(lambda: Reader(np.random.default_rng(0)), (words, lengths), (0.003, 0.01), epochs=10)
right = share_right(model, (words, lengths), test)
print(f"LSTM: {right:.1%} right")
assert right >= 0.97
assert baseline <= 0.80

# %% [markdown]
# Padding is no part of a sentence: with or without it, the score is the same.


# %%
def score(words, lengths):
    with ag.no_grad():
        return np.asarray(model(words, lengths))[:, 0]


k = test[np.argmin(lengths[test])]
short = lengths[k]
alone = score(words[k : k + 1, :short], np.array([short]))
padded = score(words[k : k + 1], np.array([short]))
assert np.allclose(alone, padded, atol=1e-6)

# %% [markdown]
# How the judgement goes while the network reads: the score after each word.

# %%
example = ["the", "film", "is", "not", "very", "good", "but", "the", "cast", "is", "really", "lovely"]
row = np.array([code[w] for w in example])
so_far = np.array([score(row[None, :t], np.array([t]))[0] for t in range(1, len(row) + 1)])
assert so_far[example.index("good")] < 0 < so_far[-1]

fig, ax = plt.subplots(figsize=(6, 2.6), dpi=70)
ax.bar(range(len(example)), so_far)
ax.set_xticks(range(len(example)), example, rotation=60, fontsize=8)
ax.set_ylabel("score")
fig.tight_layout()
