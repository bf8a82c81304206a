# %% [markdown]
# # 10. AlexNet, VGG16, residual networks, Inception, and transfer learning
#
# This follows *Pretrained Models and Transfer Learning* in the notes on deep learning. It shows
#
# 1. AlexNet, with its parameters, *around 60 million*;
# 2. VGG16, with 138 million;
# 3. residual blocks and ResNet-18; what a skip connection does to gradients;
# 4. an Inception block;
# 5. transfer learning: freeze, replace the head, fine-tune.
#
# Each network makes one step of training. By default AlexNet and VGG16 do so with an eighth of their channels; their
# parameters are counted from shapes, by a formula that is checked against the networks that are built. `FULL=1` in the
# environment builds both in full (and takes 2.4 GB).

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


def size(model):
    return sum(p.size for p in model.parameters())


def step(model, x, y, lr):
    """One step down the gradient. The loss before and after it, on this batch; every parameter takes part."""
    loss = nn.CrossEntropyLoss()
    optimizer = optim.SGD(model.parameters(), lr=lr)
    value = loss(model(x), y)
    value.backward()
    for name, p in model.named_parameters():
        assert p.grad is not None, name
        assert np.all(np.isfinite(p.grad)), name
        assert np.any(p.grad != 0), name
    optimizer.step()
    with ag.no_grad():
        after = loss(model(x), y)
    print(f"loss {value.item():.4f}, after one step {float(after):.4f}")
    assert float(after) < value.item()
    return value.item()


# %% [markdown]
# ## 1. AlexNet
#
# From the notes: *5 convolutional layers, 3 max-pooling layers, 2 normalization layers, 2 fully connected layers, and
# 1 softmax layer*; ReLU after each convolution; input 224×224×3; *around 60 million parameters*.
#
# The network is a list, which can be counted and which can be built. As in the paper (Krizhevsky, Sutskever and Hinton,
# 2012) three of the convolutions have two groups, that were on two graphics cards. (A margin of 2 around 224×224 gives
# the 55×55 of the paper.) The normalisation is across neighbouring channels,
#
# $$b_k = a_k \Big/ \Big(2 + 10^{-4} \sum_{j=k-2}^{k+2} a_j^2\Big)^{3/4}.$$


# %%
class ResponseNorm(nn.Module):
    """A sum over five neighbouring channels is a difference of running sums."""

    def forward(self, a):
        n, _, h, w = a.shape
        margin = np.zeros((n, 3, h, w), a.dtype), np.zeros((n, 2, h, w), a.dtype)
        sums = np.cumsum(np.concatenate([margin[0], a * a, margin[1]], axis=1), axis=1)
        return a / (2 + 1e-4 * (sums[:, 5:] - sums[:, :-5])) ** 0.75


a = np.random.default_rng(0).normal(size=(1, 7, 2, 2))
squares = np.array([np.sum(a[0, max(0, k - 2) : k + 3] ** 2, axis=0) for k in range(7)])
np.testing.assert_allclose(ResponseNorm()(a)[0], a[0] / (2 + 1e-4 * squares) ** 0.75, rtol=1e-12)

CONV, DENSE = "conv", "dense"
ALEXNET = [
    (CONV, 3, 96, 11, dict(stride=4, padding=2)), nn.ReLU, ResponseNorm, lambda: nn.MaxPool2d(3, 2),
    (CONV, 96, 256, 5, dict(padding=2, groups=2)), nn.ReLU, ResponseNorm, lambda: nn.MaxPool2d(3, 2),
    (CONV, 256, 384, 3, dict(padding=1)), nn.ReLU,
    (CONV, 384, 384, 3, dict(padding=1, groups=2)), nn.ReLU,
    (CONV, 384, 256, 3, dict(padding=1, groups=2)), nn.ReLU, lambda: nn.MaxPool2d(3, 2),
    nn.Flatten,
    (DENSE, 256 * 6 * 6, 4096), nn.ReLU, lambda: nn.Dropout(0.5, rng=1),
    (DENSE, 4096, 4096), nn.ReLU, lambda: nn.Dropout(0.5, rng=2),
    (DENSE, 4096, 1000),
]  # fmt: skip


def narrowed(plan, share):
    """The plan with a share of its channels; the 3 colours and the 1000 classes stay."""
    thin = lambda n: n if n in (3, 1000) else n // share
    return [(item[0], thin(item[1]), thin(item[2]), *item[3:]) if isinstance(item, tuple) else item for item in plan]


def count(plan):
    """Weights and biases, from shapes alone."""
    total = 0
    for item in plan:
        if isinstance(item, tuple):
            kind, before, after, *more = item
            kernel, settings = more if kind == CONV else (1, {})
            total += after * (before // settings.get("groups", 1) * kernel**2 + 1)
    return total


def build(plan, seed=0):
    rng = np.random.default_rng(seed)
    layers = []
    for item in plan:
        if not isinstance(item, tuple):
            layers.append(item())
        elif item[0] == CONV:
            layers.append(nn.Conv2d(*item[1:4], **item[4], rng=rng))
        else:
            layers.append(nn.Linear(*item[1:], rng=rng))
        if isinstance(item, tuple):  # He's initial weights, so that signals keep their size through the depth
            nn.init.kaiming_normal_(layers[-1].weight, nonlinearity="relu", rng=rng)
            nn.init.zeros_(layers[-1].bias)
    nn.init.normal_(layers[-1].weight, std=0.003, rng=rng)  # to begin with, all classes are about as likely
    return nn.Sequential(*layers)


def kinds(plan):
    """How many of each."""
    names = [item[0] if isinstance(item, tuple) else type(item()).__name__ for item in plan]
    return {name: names.count(name) for name in names}


print(kinds(ALEXNET))
assert kinds(ALEXNET)[CONV] == 5
assert kinds(ALEXNET)["MaxPool2d"] == 3
assert kinds(ALEXNET)["ResponseNorm"] == 2
assert kinds(ALEXNET)[DENSE] == 3  # two, and the one that softmax follows
print(f"{count(ALEXNET):,} parameters")
assert count(ALEXNET) == 60_965_224

# %% [markdown]
# One step on two random images of 224×224. The softmax is in the loss, which is about $\log 1000 = 6.9$ for a network
# that knows nothing yet.

# %%
rng = np.random.default_rng(0)
x, y = rng.normal(size=(2, 3, 224, 224)).astype(np.float32), np.array([1, 7])

plan = narrowed(ALEXNET, 1 if FULL else 8)
alexnet = build(plan)
assert size(alexnet) == count(plan)
assert alexnet[:4](x).shape[2:] == (27, 27)  # 224 -> 55 -> 27
assert alexnet[:16](x).shape == (2, plan[16][1])
alexnet.eval()  # without dropout, so that both losses are of the same network
assert abs(step(alexnet, x, y, lr=1e-4) - np.log(1000)) < 0.5
del alexnet

# %% [markdown]
# ## 2. VGG16
#
# Thirteen convolutions of 3×3 in five stages with pooling between, and three dense layers (Simonyan and Zisserman,
# 2015).

# %%
VGG16, before = [], 3
for stage in ([64] * 2, [128] * 2, [256] * 3, [512] * 3, [512] * 3):
    for after in stage:
        VGG16 += [(CONV, before, after, 3, dict(padding=1)), nn.ReLU]
        before = after
    VGG16.append(lambda: nn.MaxPool2d(2))
VGG16 += [nn.Flatten, (DENSE, 512 * 7 * 7, 4096), nn.ReLU, lambda: nn.Dropout(0.5, rng=1)]
VGG16 += [(DENSE, 4096, 4096), nn.ReLU, lambda: nn.Dropout(0.5, rng=2), (DENSE, 4096, 1000)]

assert kinds(VGG16)[CONV] + kinds(VGG16)[DENSE] == 16
print(f"{count(VGG16):,} parameters")
assert count(VGG16) == 138_357_544

plan = narrowed(VGG16, 1 if FULL else 8)
vgg = build(plan)
assert size(vgg) == count(plan)
vgg.eval()
assert abs(step(vgg, x, y, lr=1e-4) - np.log(1000)) < 0.5
del vgg

# %% [markdown]
# ## 3. Skip connections
#
# *Layers feed into the next layer and also directly into the layers 1, 2, or 3 or more hops away.* A residual block
# computes $x + f(x)$, so its Jacobian is $1 + f'$, and a product of many need not vanish. We compare the gradient that
# arrives at the input of 40 layers with and without the skip.

# %%
start = np.random.default_rng(0).normal(size=(1, 16))
arrived = {}
for name, wrap in (("plain", lambda m: m), ("residual", nn.Residual)):
    blocks = [wrap(nn.Sequential(nn.Linear(16, 16, dtype=np.float64, rng=k), nn.Tanh())) for k in range(40)]
    gradient = ag.grad(lambda v, net: np.sum(net(v)))(start, nn.Sequential(*blocks))
    arrived[name] = np.linalg.norm(gradient)
print({name: f"{norm:.2g}" for name, norm in arrived.items()})
assert arrived["plain"] < 1e-6
assert arrived["residual"] > 1

# %% [markdown]
# ResNet-18 (He et al., 2016): blocks of two convolutions, each followed by batch normalisation. Where the size changes,
# the shortcut is a convolution of 1×1.


# %%
def residual_block(before, after, stride, rng):
    body = nn.Sequential(
        nn.Conv2d(before, after, 3, stride, 1, bias=False, rng=rng), nn.BatchNorm2d(after), nn.ReLU(),
        nn.Conv2d(after, after, 3, 1, 1, bias=False, rng=rng), nn.BatchNorm2d(after),
    )  # fmt: skip
    shortcut = None
    if stride != 1 or before != after:
        shortcut = nn.Sequential(nn.Conv2d(before, after, 1, stride, bias=False, rng=rng), nn.BatchNorm2d(after))
    return nn.Sequential(nn.Residual(body, shortcut), nn.ReLU())


def resnet18(classes=1000, seed=0):
    rng = np.random.default_rng(seed)
    layers = [nn.Conv2d(3, 64, 7, 2, 3, bias=False, rng=rng), nn.BatchNorm2d(64), nn.ReLU(), nn.MaxPool2d(3, 2, 1)]
    for before, after, stride in ((64, 64, 1), (64, 128, 2), (128, 256, 2), (256, 512, 2)):
        layers += [residual_block(before, after, stride, rng), residual_block(after, after, 1, rng)]
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(512, classes, rng=rng))


resnet = resnet18()
print(f"{size(resnet):,} parameters")
assert size(resnet) == 11_689_512
side = 224 if FULL else 64
step(resnet, x[:, :, :side, :side], y, lr=1e-2)
del resnet

# %% [markdown]
# ## 4. Inception
#
# *The main idea behind the Inception model is to calculate multiple different* convolutions *parallelly and concatenate
# them as a single output*: 1×1, 3×3, 5×5 and *a 3×3 max-pooling are done in parallel on the input*. In practice
# convolutions of 1×1 first reduce the channels; that makes the block smaller. The numbers are those of the first block
# of GoogLeNet, "3a" (Szegedy et al., 2015), whose input has 192 channels of 28×28.


# %%
class Inception(nn.Module):
    def __init__(self, before, one, three, five, pooled, reduced=None, seed=0):
        super().__init__()
        rng = np.random.default_rng(seed)
        conv = lambda before, after, k: nn.Sequential(nn.Conv2d(before, after, k, padding="same", rng=rng), nn.ReLU())
        r3, r5 = reduced or (before, before)
        self.one = conv(before, one, 1)
        self.three = nn.Sequential(conv(before, r3, 1) if reduced else nn.Identity(), conv(r3, three, 3))
        self.five = nn.Sequential(conv(before, r5, 1) if reduced else nn.Identity(), conv(r5, five, 5))
        self.pool = nn.Sequential(nn.MaxPool2d(3, 1, 1), conv(before, pooled, 1) if reduced else nn.Identity())

    def forward(self, x):
        return np.concatenate([self.one(x), self.three(x), self.five(x), self.pool(x)], axis=1)


naive = Inception(192, 64, 128, 32, None)
block = Inception(192, 64, 128, 32, 32, reduced=(96, 16))
print(f"naive {size(naive):,} parameters, with reductions {size(block):,}")
assert size(naive) == 64 * (192 + 1) + 128 * (192 * 9 + 1) + 32 * (192 * 25 + 1) == 387_296
assert size(block) == 163_696

features = np.random.default_rng(1).normal(size=(2, 192, 28, 28)).astype(np.float32)
assert block(features).shape == (2, 64 + 128 + 32 + 32, 28, 28)
assert naive(features[:, :, :4, :4]).shape == (2, 64 + 128 + 32 + 192, 4, 4)

network = nn.Sequential(block, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(256, 10, rng=0))
_ = step(network, features, y, lr=1e-2)

# %% [markdown]
# Version 3 goes on from there: two convolutions of 3×3 see the 5×5 window of one, with 18 weights for 25.

# %%
window = lambda v: F.conv2d(F.conv2d(v, np.ones((1, 1, 3, 3))), np.ones((1, 1, 3, 3)))
assert np.all(ag.grad(lambda v: np.sum(window(v)))(np.zeros((1, 1, 5, 5))) > 0)
assert window(np.zeros((1, 1, 5, 5))).size == 1

# %% [markdown]
# ## 5. Transfer learning
#
# A network learns to tell the ten digits apart, from 1,437 images. The new task has other classes, the five pairs
# {0, 1}, {2, 3}, … {8, 9}, and only 50 labelled images. From the notes: *we might want to freeze some or all layers
# borrowed from the existing pre-trained model*, *add a few new layers to the end*, and *fine-tune the whole model*.

# %%
(images, labels), (x_test, y_test) = load_digits(split="train"), load_digits(split="test")
images, x_test = (images / 16).astype(np.float32)[:, None], (x_test / 16).astype(np.float32)[:, None]


def trunk(seed):
    rng = np.random.default_rng(seed)
    return nn.Sequential(
        nn.Conv2d(1, 8, 3, padding=1, rng=rng), nn.ReLU(), nn.Conv2d(8, 16, 3, padding=1, rng=rng), nn.ReLU(),
        nn.MaxPool2d(2), nn.Flatten(), nn.Linear(256, 32, rng=rng), nn.ReLU(),
    )  # fmt: skip


def learn(model, x, y, lr, epochs, batch_size=10):
    """Train what is not frozen."""
    loose = [p for p in model.parameters() if p.requires_grad]
    optimizer = optim.Adam(loose, lr=lr)
    training.fit(
        model, (x, y), nn.CrossEntropyLoss(), optimizer, epochs=epochs, batch_size=batch_size, progress=False, rng=1
    )


def accuracy(model, y):
    return training.evaluate(model, (x_test, y), metrics=[training.accuracy])["accuracy"]


pretrained = nn.Sequential(trunk(0), nn.Linear(32, 10, rng=0))
learn(pretrained, images, labels, 4e-3, epochs=20 if FULL else 8, batch_size=32)
print(f"the old task: {accuracy(pretrained, y_test):.1%} of the held-out digits")
assert accuracy(pretrained, y_test) > 0.94

rng = np.random.default_rng(5)
few = np.concatenate([rng.choice(np.flatnonzero(labels == k), 5, replace=False) for k in range(10)])
x_few, pairs, test_pairs = images[few], labels[few] // 2, y_test // 2
assert len(few) == 50

# %% [markdown]
# **Freeze, and replace the head.** The frozen weights stay as they are, to the last bit, and get no gradient.

# %%
model = nn.Sequential(pretrained[0], nn.Linear(32, 5, rng=1))  # the old trunk, a new head
model[0].requires_grad_(False)
before = model.state_dict()
learn(model, x_few, pairs, 1e-2, epochs=40)
after = model.state_dict()
for name in before:
    same = before[name].tobytes() == after[name].tobytes()
    assert same == name.startswith("0."), name  # the trunk is bit-identical, the head is not
assert all(p.grad is None for p in model[0].parameters())
frozen = accuracy(model, test_pairs)

# %% [markdown]
# **Fine-tune the whole model**, at a low learning rate. Now every weight moves. For comparison: the same network from
# scratch, on the same 50 images.

# %%
model.requires_grad_(True)
learn(model, x_few, pairs, 1e-3, epochs=20)
assert all(not np.array_equal(after[name], value) for name, value in model.state_dict().items())
tuned = accuracy(model, test_pairs)

scratch = []
for seed in range(10 if FULL else 3):
    new = nn.Sequential(trunk(10 + seed), nn.Linear(32, 5, rng=seed))
    learn(new, x_few, pairs, 4e-3, epochs=60)
    scratch.append(accuracy(new, test_pairs))

print(f"held-out pairs: frozen trunk {frozen:.1%}, fine-tuned {tuned:.1%}, from scratch {np.mean(scratch):.1%}")
assert frozen > np.mean(scratch) + 0.03
assert tuned > np.mean(scratch) + 0.03

fig, ax = plt.subplots(figsize=(5, 1.6), layout="constrained")
ax.barh(["from scratch", "fine-tuned", "frozen trunk"], [np.mean(scratch), tuned, frozen])
ax.set(xlim=(0.5, 1), xlabel="accuracy on held-out pairs, from 50 labelled images")
plt.show()

# %% [markdown]
# A caution: freezing is about parameters. Batch normalisation in training mode still measures, and changes its running
# averages; a frozen layer of that kind belongs into evaluation mode.

# %%
norm = nn.BatchNorm1d(4).requires_grad_(False)
batch = np.random.default_rng(0).normal(3, 1, (8, 4)).astype(np.float32)
norm(batch)
assert np.all(norm.running_mean.data != 0)
kept = norm.eval().state_dict()
norm(batch)
assert all(np.array_equal(kept[name], value) for name, value in norm.state_dict().items())
