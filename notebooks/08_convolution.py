# %% [markdown]
# # 8. Convolutional networks
#
# This follows *Convolutional Neural Networks* in the notes on deep learning, and the network `Net` that they print
# before *Deep Learning Regularization*. It shows
#
# 1. convolution and cross-correlation, and the worked 3×3 kernel;
# 2. sparse interactions, parameter sharing, equivariance, and what pooling does to translations;
# 3. shapes and parameters from one layer to the next;
# 4. a network that reads handwritten digits, and the 3 → 32 → 16 network of the notes;
# 5. feature maps as pictures.
#
# `FULL=1` in the environment trains for longer.

# %%
import os

import matplotlib.pyplot as plt
import numpy as np

import autograd as ag
from autograd import nn, optim, training
from autograd.datasets import load_digits
from autograd.nn import functional as F

FULL = bool(os.environ.get("FULL"))
plt.rcParams["figure.dpi"] = 70

# %% [markdown]
# ## 1. Convolution and cross-correlation
#
# The notes define the convolution of an image $I$ with a kernel $K$,
#
# $$S(i, j) = (I * K)(i, j) = \sum_m \sum_n I(m, n)\,K(i - m, j - n),$$
#
# and the cross-correlation, *the same as convolution but without flipping the kernel*, which is what libraries compute:
#
# $$S(i, j) = (K * I)(i, j) = \sum_m \sum_n I(i + m, j + n)\,K(m, n).$$
#
# Both sums are written out below. `conv2d` is the second one; with a flipped kernel and a margin of zeros it is the
# first.


# %%
def convolution(I, K):
    """The first sum, wherever the kernel meets the image."""
    S = np.zeros(np.add(I.shape, K.shape) - 1)
    for i, j in np.ndindex(S.shape):
        for m, n in np.ndindex(I.shape):
            if 0 <= i - m < K.shape[0] and 0 <= j - n < K.shape[1]:
                S[i, j] += I[m, n] * K[i - m, j - n]
    return S


def correlation(I, K):
    """The second sum, wherever the kernel lies inside the image."""
    S = np.zeros(np.subtract(I.shape, K.shape) + 1)
    for i, j in np.ndindex(S.shape):
        for m, n in np.ndindex(K.shape):
            S[i, j] += I[i + m, j + n] * K[m, n]
    return S


def conv2d(I, K, **settings):
    """`F.conv2d` for one image of one channel and one kernel."""
    return F.conv2d(I[None, None], K[None, None], **settings)[0, 0]


rng = np.random.default_rng(0)
I, K = rng.normal(size=(6, 7)), rng.normal(size=(3, 3))
np.testing.assert_allclose(conv2d(I, K), correlation(I, K), rtol=1e-12)
np.testing.assert_allclose(conv2d(I, K[::-1, ::-1], padding=2), convolution(I, K), rtol=1e-12, atol=1e-12)

# %% [markdown]
# ### The worked example
#
# The notes print this image, this kernel and, as the result of one step, 235.

# %%
I = np.array(
    [[0, 25, 75, 80, 80], [0, 75, 80, 80, 80], [0, 75, 80, 80, 80], [0, 70, 75, 80, 80], [0, 0, 0, 0, 0]], float
)
printed = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]], float)
product = I[:3, :3] * printed + 0.0  # without the signs of zeros
print(product, "sum", product.sum())
assert conv2d(I, printed)[0, 0] == 75 + 2 * 80 + 80 == 315

# %% [markdown]
# It is 315. With the printed kernel 235 appears nowhere, also not in a margin of zeros and not with a flipped kernel
# (a true convolution), whatever the sign. 235 is $75 + 80 + 80$, which takes $-1, 0, 1$ in the middle row too.
# (The printed kernel is known as Sobel's, the other one as Prewitt's.) The product in the notes differs as well: its
# column of three 80s would add up to 240.

# %%
edges = conv2d(I, printed, padding=1), conv2d(I, printed[::-1, ::-1], padding=1)
assert not any(235 in abs(S) for S in edges)

even = np.array([[-1, 0, 1], [-1, 0, 1], [-1, 0, 1]], float)
print(conv2d(I, even))
assert conv2d(I, even)[0, 0] == 75 + 80 + 80 == 235
assert conv2d(I, even[::-1, ::-1])[0, 0] == -235  # what flipping does
assert 80 + 80 + 80 == 240

# %% [markdown]
# ## 2. Three ideas, and pooling
#
# **Sparse interactions.** An output depends on the nine pixels under the kernel: nine entries in each row of the
# Jacobian, of 25.

# %%
K = rng.normal(size=(3, 3))
J = ag.jacobian(lambda I: conv2d(I, K))(I)
assert J.shape == (3, 3, 5, 5)
assert np.all(np.count_nonzero(J, axis=(2, 3)) == 9)

# %% [markdown]
# **Parameter sharing.** Each weight is used at every place, so its gradient is a sum over places: with
# $\delta = \partial E / \partial S$,
#
# $$\frac{\partial E}{\partial K(m, n)} = \sum_i \sum_j \delta(i, j)\,I(i + m, j + n),$$
#
# which is itself a cross-correlation, of $I$ with $\delta$.

# %%
E = lambda K: np.sum(np.tanh(conv2d(I / 80, K)))
δ = 1 - np.tanh(conv2d(I / 80, K)) ** 2
np.testing.assert_allclose(ag.grad(E)(K), correlation(I / 80, δ), rtol=1e-12)

# %% [markdown]
# **Equivariant representations.** An image that is moved has feature maps that are moved.

# %%
image = rng.normal(size=(8, 8))
np.testing.assert_allclose(conv2d(np.roll(image, 1, axis=1), K)[:, 1:], conv2d(image, K)[:, :-1], rtol=1e-12)

# %% [markdown]
# **Pooling** *helps to make the representation approximately invariant to small translations of the input*: after a
# shift by one pixel, *the values of most of the pooled outputs do not change*. We take the digits in black and white,
# four times as large, move them, and count over the places where there is ink before or after.

# %%
(x_train, y_train), (x_test, y_test) = load_digits(split="train"), load_digits(split="test")
x_train, x_test = x_train / 16, x_test / 16


def larger(x):
    return np.kron(x, np.ones((4, 4)))


def unchanged(pool):
    ink = np.pad(larger(x_test[:50] > 0.5), ((0, 0), (4, 4), (4, 4)))[:, None].astype(float)
    before, after = pool(ink), pool(np.roll(ink, 1, axis=3))
    return np.mean((before == after)[(before > 0) | (after > 0)])


shares = {"no pooling": unchanged(nn.Identity()), "5×5": unchanged(nn.MaxPool2d(5, 1, 2))}
print({name: f"{share:.0%}" for name, share in shares.items()})
assert shares["5×5"] > 0.75
assert 1 - shares["5×5"] < 0.7 * (1 - shares["no pooling"])

# %% [markdown]
# ## 3. From one convolutional layer to the next
#
# A colour image is $224 \times 224 \times 3$. (Arrays here are in the order channels, rows, columns.) 32 kernels of
# 3×3 with "same" padding give $224 \times 224 \times 32$, and the kernels *will in fact be* $3 \times 3 \times 3$. Then
# 64 kernels give $224 \times 224 \times 64$, and they are of size $3 \times 3 \times 32$.

# %%
layers = nn.Sequential(nn.Conv2d(3, 32, 3, padding="same", rng=0), nn.Conv2d(32, 64, 3, padding="same", rng=1))
print(nn.summary(layers, (1, 3, 224, 224)))
assert layers(np.zeros((1, 3, 8, 9), np.float32)).shape == (1, 64, 8, 9)
assert layers[0].weight.shape == (32, 3, 3, 3)
assert layers[1].weight.shape == (64, 32, 3, 3)
assert sum(p.size for p in layers[0].parameters()) == 32 * (3 * 3 * 3 + 1)

# %% [markdown]
# In words of the notes: the three channels *are being merged into one matrix*. If a separate output were made for each
# channel, there would be $32 \times 64$ of them after the second layer: that is `groups=32`.
#
# - **Padding.** Without it *the width shrinks by one pixel less than the kernel width*; a 3×3 kernel receives *1 pixel
#   on each side*.
# - **Dilation** of 2 *expands the kernel to a 5×5 window, while still processing 9 pixels*.
# - The **activation number** is kept roughly constant: $32 \cdot (128 \cdot 128) \approx 64 \cdot (90 \cdot 90)$.

# %%
separate = nn.Conv2d(32, 32 * 64, 3, groups=32, padding="same", rng=0)
assert separate(np.zeros((1, 32, 4, 4), np.float32)).shape == (1, 32 * 64, 4, 4)

for width in (1, 3, 5):
    kernel = np.ones((width, width))
    assert conv2d(image, kernel).shape == (8 - (width - 1), 8 - (width - 1))
assert conv2d(image, np.ones((3, 3)), padding=1).shape == conv2d(image, np.ones((3, 3)), padding="same").shape == (8, 8)

seen = ag.grad(lambda image: conv2d(image, np.ones((3, 3)), dilation=2)[0, 0])(image) != 0
rows, columns = np.nonzero(seen)
assert seen.sum() == 9
assert np.ptp(rows) + 1 == np.ptp(columns) + 1 == 5

assert abs(64 * 90 * 90 / (32 * 128 * 128) - 1) < 0.02

# %% [markdown]
# ## 4. Reading digits
#
# 1,437 images of 8×8 pixels to learn from, 360 others to be tested on.

# %%
rng = np.random.default_rng(0)
model = nn.Sequential(
    nn.Conv2d(1, 12, 3, padding="same", rng=rng),
    nn.ReLU(),
    nn.Conv2d(12, 24, 3, padding="same", rng=rng),
    nn.ReLU(),
    nn.MaxPool2d(2),
    nn.Flatten(),
    nn.Linear(24 * 4 * 4, 10, rng=rng),
)
epochs = 30 if FULL else 10
optimizer = optim.Adam(model.parameters(), lr=4e-3)
training.fit(
    model,
    (x_train[:, None], y_train),
    nn.CrossEntropyLoss(),
    optimizer,
    epochs=epochs,
    scheduler=optim.lr_scheduler.CosineAnnealingLR(optimizer, epochs),
    progress=False,
    rng=0,
)
score = training.evaluate(model, (x_test[:, None], y_test), metrics=[training.accuracy])
print(model)
print(f"accuracy on the 360 others: {score['accuracy']:.1%}")
assert score["accuracy"] >= 0.97

# %% [markdown]
# ### The network of the notes
#
# As they print it, but for two things: layers get an explicit `rng`, and `view` is NumPy's `reshape`. Two convolutions
# without padding and two poolings take an image of 32×32 to 6×6:
# $32 \to 30 \to 15 \to 13 \to 6$.


# %%
class Net(nn.Module):
    def __init__(self, rng):
        super(Net, self).__init__()  # noqa: UP008 - as in the notes
        self.conv1 = nn.Conv2d(3, 32, 3, rng=rng)
        self.conv2 = nn.Conv2d(32, 16, 3, rng=rng)
        self.fc1 = nn.Linear(16 * 6 * 6, 10, rng=rng)
        self.pool = nn.MaxPool2d(2, 2)

    def forward(self, x):
        x = self.pool(F.relu(self.conv1(x)))
        x = self.pool(F.relu(self.conv2(x)))

        # a new tensor with the same data but of a different shape
        x = x.reshape(-1, 16 * 6 * 6)
        x = F.log_softmax(self.fc1(x), dim=-1)
        return x


net = Net(np.random.default_rng(0))
print(net)
assert sum(p.size for p in net.parameters()) == 32 * (3 * 9 + 1) + 16 * (32 * 9 + 1) + 10 * (16 * 6 * 6 + 1) == 11290

# %% [markdown]
# It expects colours: we print the digits, four times as large, in a light ink on a dark ground, both of random
# colours, with values from -1 to 1.
# The last layer gives logarithms of probabilities, so the loss is the negative log-likelihood.


# %%
def coloured(x, rng):
    ground, ink = rng.uniform(0, 0.5, (len(x), 3, 1, 1)), rng.uniform(0.5, 1, (len(x), 3, 1, 1))
    return (2 * (ground + (ink - ground) * larger(x)[:, None]) - 1).astype(np.float32)


colours = np.random.default_rng(1)
pictures, others = coloured(x_train, colours), coloured(x_test, colours)
np.testing.assert_allclose(np.exp(net(others[:5]).data).sum(axis=1), 1, rtol=1e-5)

few = slice(None) if FULL else slice(800)
optimizer = optim.Adam(net.parameters(), lr=1.5e-3)
training.fit(
    net,
    (pictures[few], y_train[few]),
    F.nll_loss,
    optimizer,
    epochs=12 if FULL else 3,
    batch_size=16,
    progress=False,
    rng=0,
)
score = training.evaluate(net, (others, y_test), F.nll_loss, [training.accuracy])
print(f"accuracy in colour: {score['accuracy']:.1%}")
assert score["accuracy"] >= (0.95 if FULL else 0.8)

# %% [markdown]
# ## 5. Feature maps
#
# *To visualize feature maps, we apply the learned kernel filters to a sample input image.* The maps of the first layer,
# after ReLU, and those of the second.

# %%
sample = others[np.flatnonzero(y_test == 3)[0]]
with ag.no_grad():
    first = F.relu(net.conv1(sample))
    second = F.relu(net.conv2(net.pool(first)))
first, second = np.asarray(first), np.asarray(second)
assert first.shape == (32, 30, 30)
assert second.shape == (16, 13, 13)

# a map is its kernel applied to the three channels, merged
W, b = net.conv1.weight.data, net.conv1.bias.data
by_hand = sum(correlation(sample[c].astype(float), W[0, c]) for c in range(3)) + b[0]
np.testing.assert_allclose(first[0], np.maximum(by_hand, 0), atol=1e-5)

# kernels have learnt to differ: no two of the maps that are not black are alike
lively = [m.ravel() for m in first if m.std() > 1e-3]
alike = np.corrcoef(lively)[np.triu_indices(len(lively), 1)]
print(f"{len(lively)} of 32 maps of the first layer are not flat")
assert len(lively) >= 16
assert alike.max() < 0.99999
assert np.sum(second.std(axis=(1, 2)) > 1e-3) >= 8  # of 16

fig, axes = plt.subplots(3, 8, figsize=(8, 3.2), layout="constrained")
axes[0, 0].imshow((sample.transpose(1, 2, 0) + 1) / 2)
axes[0, 0].set_title("image", fontsize=8)
strongest = np.argsort(-first.std(axis=(1, 2)))[:15]
for ax, k in zip(axes.ravel()[1:16], strongest, strict=True):
    ax.imshow(first[k], cmap="gray")
    ax.set_title(f"conv1, {k}", fontsize=8)
for ax, k in zip(axes[2], np.argsort(-second.std(axis=(1, 2)))[:8], strict=True):
    ax.imshow(second[k], cmap="gray")
    ax.set_title(f"conv2, {k}", fontsize=8)
for ax in axes.ravel():
    ax.axis("off")
plt.show()
