"""Programs as PyTorch's users write them: each class is built over either library, and both compute the same."""

import math

import numpy as np
import pytest

from autograd import nn

from .oracle import close

torch = pytest.importorskip("torch")
RNG = np.random.default_rng(0)
START = RNG.bit_generator.state


class OfTorch:
    """The names that NumPy and PyTorch do not share."""

    concatenate = staticmethod(torch.cat)
    expand_dims = staticmethod(torch.unsqueeze)
    clip = staticmethod(torch.clamp)
    transpose = staticmethod(torch.permute)
    exp, log, tanh, sum, mean, arange, sin, cos, zeros = (
        torch.exp, torch.log, torch.tanh, torch.sum, torch.mean, torch.arange, torch.sin, torch.cos, torch.zeros
    )  # fmt: skip
    split = staticmethod(lambda x, parts, axis: torch.split(x, x.shape[axis] // parts, axis))


def normal(*shape):
    return RNG.normal(size=shape)


def ints(high, *shape):
    return RNG.integers(0, high, shape)


# -- the programs: (nn, F, np) to a model, its inputs, and its loss ----------------------------------------------------


def mnist(nn, F, np):
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv1 = nn.Conv2d(1, 4, 3, 1)
            self.conv2 = nn.Conv2d(4, 8, 3, 1)
            self.dropout1 = nn.Dropout(0.25)
            self.dropout2 = nn.Dropout(0.5)
            self.fc1 = nn.Linear(32, 16)
            self.fc2 = nn.Linear(16, 10)

        def forward(self, x):
            x = F.relu(self.conv1(x))
            x = F.relu(self.conv2(x))
            x = F.max_pool2d(x, 2)
            x = self.dropout1(x)
            x = x.reshape(x.shape[0], -1)
            x = F.relu(self.fc1(x))
            x = self.dropout2(x)
            return F.log_softmax(self.fc2(x), dim=1)

    return Net(), [normal(3, 1, 9, 9)], lambda y, t: F.nll_loss(y, t, reduction="sum"), ints(10, 3)


def characters(nn, F, np):
    class CharRNN(nn.Module):
        def __init__(self, input_size, hidden_size, output_size):
            super().__init__()
            self.rnn = nn.RNN(input_size, hidden_size)
            self.h2o = nn.Linear(hidden_size, output_size)
            self.softmax = nn.LogSoftmax(dim=1)

        def forward(self, line_tensor):
            _, hidden = self.rnn(line_tensor)
            return self.softmax(self.h2o(hidden[0]))

    return CharRNN(5, 8, 3), [normal(6, 2, 5)], nn.NLLLoss(), ints(3, 2)


def translation(nn, F, np):
    class BahdanauAttention(nn.Module):
        def __init__(self, hidden_size):
            super().__init__()
            self.Wa = nn.Linear(hidden_size, hidden_size)
            self.Ua = nn.Linear(hidden_size, hidden_size)
            self.Va = nn.Linear(hidden_size, 1)

        def forward(self, query, keys):
            scores = self.Va(np.tanh(self.Wa(query) + self.Ua(keys)))
            weights = F.softmax(np.expand_dims(scores.squeeze(2), 1), dim=-1)
            return weights @ keys, weights

    class Translator(nn.Module):
        def __init__(self, source, target, hidden):
            super().__init__()
            self.embedding = nn.Embedding(source, hidden)
            self.encoder = nn.GRU(hidden, hidden, batch_first=True)
            self.dropout = nn.Dropout(0.1)
            self.words = nn.Embedding(target, hidden)
            self.attention = BahdanauAttention(hidden)
            self.gru = nn.GRU(2 * hidden, hidden, batch_first=True)
            self.out = nn.Linear(hidden, target)

        def forward(self, source, target):
            outputs, hidden = self.encoder(self.dropout(self.embedding(source)))
            words = []
            for i in range(target.shape[1]):
                word = self.dropout(self.words(target[:, i : i + 1]))
                context, _ = self.attention(np.transpose(hidden, (1, 0, 2)), outputs)
                output, hidden = self.gru(np.concatenate((word, context), 2), hidden)
                words.append(self.out(output))
            return F.log_softmax(np.concatenate(words, 1), dim=-1)

    def loss(y, t):
        return nn.NLLLoss()(y.reshape(-1, y.shape[-1]), t.reshape(-1))

    return Translator(9, 7, 8), [ints(9, 3, 5), ints(7, 3, 4)], loss, ints(7, 3, 4)


def language_model(nn, F, np):
    class PositionalEncoding(nn.Module):
        def __init__(self, d_model, max_len=50):
            super().__init__()
            position = np.expand_dims(np.arange(max_len), 1)
            div_term = np.exp(np.arange(0, d_model, 2) * (-math.log(10000.0) / d_model))
            pe = np.zeros((max_len, 1, d_model))
            pe[:, 0, 0::2] = np.sin(position * div_term)
            pe[:, 0, 1::2] = np.cos(position * div_term)
            self.register_buffer("pe", pe)
            self.register_buffer("scratch", pe[0], persistent=False)

        def forward(self, x):
            return x + self.pe[: x.shape[0]]

    class TransformerModel(nn.Module):
        def __init__(self, ntoken, d_model, nhead, d_hid, nlayers):
            super().__init__()
            self.pos_encoder = PositionalEncoding(d_model)
            layer = nn.TransformerEncoderLayer(d_model, nhead, d_hid, dropout=0.0)
            self.transformer_encoder = nn.TransformerEncoder(layer, nlayers, enable_nested_tensor=False)
            self.embedding = nn.Embedding(ntoken, d_model)
            self.d_model = d_model
            self.linear = nn.Linear(d_model, ntoken)
            nn.init.uniform_(self.embedding.weight, -0.1, 0.1)
            nn.init.zeros_(self.linear.bias)

        def forward(self, src):
            x = self.pos_encoder(self.embedding(src) * math.sqrt(self.d_model))
            mask = nn.Transformer.generate_square_subsequent_mask(len(src))
            return self.linear(self.transformer_encoder(x, mask))

    model = TransformerModel(11, 8, 2, 16, 2)
    return model, [ints(11, 5, 3)], lambda y, t: nn.CrossEntropyLoss()(y.reshape(-1, 11), t.reshape(-1)), ints(11, 15)


def variational(nn, F, np):
    class VAE(nn.Module):
        def __init__(self):
            super().__init__()
            self.fc1 = nn.Linear(16, 8)
            self.fc21 = nn.Linear(8, 3)
            self.fc22 = nn.Linear(8, 3)
            self.fc3 = nn.Linear(3, 8)
            self.fc4 = nn.Linear(8, 16)

        def forward(self, x, eps):
            h1 = F.relu(self.fc1(x.reshape(-1, 16)))
            mu, logvar = self.fc21(h1), self.fc22(h1)
            z = mu + eps * np.exp(0.5 * logvar)
            return F.sigmoid(self.fc4(F.relu(self.fc3(z)))), mu, logvar

    def loss(y, t):
        recon, mu, logvar = y
        return F.binary_cross_entropy(recon, t, reduction="sum") - 0.5 * np.sum(1 + logvar - mu**2 - np.exp(logvar))

    return VAE(), [RNG.random((4, 1, 4, 4)), normal(4, 3)], loss, RNG.random((4, 16))


def adversarial(nn, F, np):
    def weights_init(m):
        classname = m.__class__.__name__
        if classname.find("Conv") != -1:
            nn.init.normal_(m.weight.data, 0.0, 0.02)
        elif classname.find("BatchNorm") != -1:
            nn.init.normal_(m.weight.data, 1.0, 0.02)
            nn.init.constant_(m.bias.data, 0)

    class Both(nn.Module):
        def __init__(self):
            super().__init__()
            self.generator = nn.Sequential(
                nn.ConvTranspose2d(6, 8, 4, 1, 0, bias=False),
                nn.BatchNorm2d(8),
                nn.ReLU(True),
                nn.ConvTranspose2d(8, 3, 4, 2, 1, bias=False),
                nn.Tanh(),
            )
            self.discriminator = nn.Sequential(
                nn.Conv2d(3, 4, 4, 2, 1, bias=False),
                nn.LeakyReLU(0.2, inplace=True),
                nn.Conv2d(4, 1, 4, 1, 0, bias=False),
                nn.Sigmoid(),
            )

        def forward(self, noise):
            return self.discriminator(self.generator(noise)).reshape(-1)

    return Both().apply(weights_init), [normal(4, 6, 1, 1)], nn.BCELoss(), np.zeros(4)


def autoencoder(nn, F, np):
    model = nn.Sequential(
        nn.Conv2d(1, 4, 3, stride=3, padding=1),
        nn.ReLU(True),
        nn.MaxPool2d(2, stride=2),
        nn.Flatten(),
        nn.Linear(16, 8),
        nn.PReLU(),
        nn.Linear(8, 16),
        nn.Unflatten(1, (4, 2, 2)),
        nn.ConvTranspose2d(4, 4, 3, stride=2),
        nn.ReLU(True),
        nn.ConvTranspose2d(4, 1, 2, stride=2, padding=1),
        nn.Tanh(),
    )
    return model, [normal(2, 1, 12, 12)], nn.MSELoss(), normal(2, 1, 8, 8)


def siamese(nn, F, np):
    class SiameseNetwork(nn.Module):
        def __init__(self):
            super().__init__()
            self.cnn1 = nn.Sequential(
                nn.ReflectionPad2d(1), nn.Conv2d(1, 4, kernel_size=3), nn.ReLU(inplace=True), nn.BatchNorm2d(4)
            )
            self.fc1 = nn.Sequential(nn.Linear(4 * 36, 5))

        def forward_once(self, x):
            output = self.cnn1(x)
            return self.fc1(output.reshape(output.shape[0], -1))

        def forward(self, a, b):
            return self.forward_once(a), self.forward_once(b)

    def loss(y, label):
        distance = F.pairwise_distance(*y, keepdim=True)
        near = (1 - label) * distance**2 + label * np.clip(2.0 - distance, 0, 100) ** 2
        triplet = nn.TripletMarginLoss(margin=1.0, p=2)(y[0], y[1], F.normalize(y[0], p=2, dim=1))
        return np.mean(near) + triplet + nn.CosineSimilarity(dim=1, eps=1e-6)(*y).sum()

    return SiameseNetwork(), [normal(3, 1, 6, 6), normal(3, 1, 6, 6)], loss, np.zeros((3, 1))


def skip_gram(nn, F, np):
    class SkipGram(nn.Module):
        def __init__(self):
            super().__init__()
            self.u_embeddings = nn.Embedding(20, 8)
            self.v_embeddings = nn.Embedding(20, 8)

        def forward(self, u, v, negative):
            u, v, negative = self.u_embeddings(u), self.v_embeddings(v), self.v_embeddings(negative)
            score = F.logsigmoid(np.clip(np.sum(u * v, 1), -10, 10))
            others = (negative @ np.expand_dims(u, 2)).squeeze()
            return -np.mean(score + np.sum(F.logsigmoid(-np.clip(others, -10, 10)), 1))

    return SkipGram(), [ints(20, 4), ints(20, 4), ints(20, 4, 5)], lambda y, t: y, normal(1)


def time_sequence(nn, F, np):
    class Sequence(nn.Module):
        def __init__(self):
            super().__init__()
            self.lstm1 = nn.LSTMCell(1, 7)
            self.lstm2 = nn.LSTMCell(7, 7)
            self.linear = nn.Linear(7, 1)

        def forward(self, input, future=3):
            outputs, first, second = [], None, None
            for input_t in np.split(input, input.shape[1], axis=1):
                first = self.lstm1(input_t, first)
                second = self.lstm2(first[0], second)
                outputs += [self.linear(second[0])]
            for _ in range(future):
                first = self.lstm1(outputs[-1], first)
                second = self.lstm2(first[0], second)
                outputs += [self.linear(second[0])]
            return np.concatenate(outputs, 1)

    return Sequence(), [normal(3, 6)], nn.MSELoss(), normal(3, 9)


def residual(nn, F, np):
    def conv3x3(in_planes, out_planes, stride=1):
        return nn.Conv2d(in_planes, out_planes, kernel_size=3, stride=stride, padding=1, bias=False)

    class BasicBlock(nn.Module):
        expansion: int = 1

        def __init__(self, inplanes, planes, stride=1, downsample=None):
            super().__init__()
            self.conv1 = conv3x3(inplanes, planes, stride)
            self.bn1 = nn.BatchNorm2d(planes)
            self.relu = nn.ReLU(inplace=True)
            self.conv2 = conv3x3(planes, planes)
            self.bn2 = nn.BatchNorm2d(planes)
            self.downsample = downsample

        def forward(self, x):
            identity = x
            out = self.relu(self.bn1(self.conv1(x)))
            out = self.bn2(self.conv2(out))
            if self.downsample is not None:
                identity = self.downsample(x)
            out += identity
            return self.relu(out)

    down = nn.Sequential(nn.Conv2d(4, 8, kernel_size=1, stride=2, bias=False), nn.BatchNorm2d(8))
    stem = nn.Sequential(nn.Conv2d(3, 4, kernel_size=7, stride=2, padding=3, bias=False), nn.BatchNorm2d(4))
    blocks = nn.Sequential(BasicBlock(4, 4), BasicBlock(4, 8, 2, down))
    head = [nn.AdaptiveAvgPool2d((1, 1)), nn.Flatten(), nn.Linear(8, 3)]
    model = nn.Sequential(stem, nn.ReLU(), nn.MaxPool2d(kernel_size=3, stride=2, padding=1), blocks, *head)
    for m in model.modules():
        if isinstance(m, nn.Conv2d):
            nn.init.kaiming_normal_(m.weight, mode="fan_out", nonlinearity="relu")
        elif isinstance(m, (nn.BatchNorm2d, nn.GroupNorm)):
            nn.init.constant_(m.weight, 1)
            nn.init.constant_(m.bias, 0)
    return model, [normal(4, 3, 12, 12)], nn.CrossEntropyLoss(), ints(3, 4)


def u_net(nn, F, np):
    class UNet(nn.Module):
        def __init__(self):
            super().__init__()
            self.down = nn.Conv2d(1, 4, 3, padding=1)
            self.up = nn.ConvTranspose2d(4, 4, 2, stride=2)
            self.outc = nn.Conv2d(8, 1, 1)

        def forward(self, x):
            x1 = F.relu(self.down(x))
            x2 = self.up(F.max_pool2d(x1, 2))
            dy, dx = x1.shape[2] - x2.shape[2], x1.shape[3] - x2.shape[3]
            x2 = F.pad(x2, [dx // 2, dx - dx // 2, dy // 2, dy - dy // 2])
            x = self.outc(np.concatenate([x1, x2], 1))
            return F.interpolate(x, scale_factor=2, mode="bilinear", align_corners=True)

    return UNet(), [normal(2, 1, 7, 9)], nn.BCEWithLogitsLoss(), RNG.random((2, 1, 14, 18))


def tagger(nn, F, np):
    class Tagger(nn.Module):
        def __init__(self):
            super().__init__()
            self.word_embeddings = nn.Embedding(10, 5, padding_idx=0)
            self.lstm = nn.LSTM(5, 6, bidirectional=True, batch_first=True)
            self.hidden2tag = nn.Linear(12, 3)

        def forward(self, sentences):
            packed = nn.utils.rnn.pack_padded_sequence(
                self.word_embeddings(sentences), [5, 3, 4], batch_first=True, enforce_sorted=False
            )
            output, _ = self.lstm(packed)
            output, _ = nn.utils.rnn.pad_packed_sequence(output, batch_first=True)
            return self.hidden2tag(output)

    def loss(y, t):
        return F.cross_entropy(y.reshape(-1, 3), t.reshape(-1), ignore_index=0)

    return Tagger(), [ints(10, 3, 5)], loss, ints(3, 3, 5)


def actor_critic(nn, F, np):
    class Policy(nn.Module):
        def __init__(self):
            super().__init__()
            self.affine1 = nn.Linear(4, 16)
            self.action_head = nn.Linear(16, 2)
            self.value_head = nn.Linear(16, 1)

        def forward(self, x):
            x = F.relu(self.affine1(x))
            return F.softmax(self.action_head(x), dim=-1), self.value_head(x)

    def loss(y, returns):
        probability, value = y
        return -np.log(probability[:, 1]).sum() + F.smooth_l1_loss(value[:, 0], returns)

    return Policy(), [normal(3, 4)], loss, normal(3)


def super_resolution(nn, F, np):
    class SuperResolutionNet(nn.Module):
        def __init__(self, upscale_factor):
            super().__init__()
            self.conv1 = nn.Conv2d(1, 4, (5, 5), (1, 1), (2, 2))
            self.norm = nn.GroupNorm(2, 4)
            self.conv2 = nn.Conv2d(4, upscale_factor**2, (3, 3), (1, 1), (1, 1))
            self.pixel_shuffle = nn.PixelShuffle(upscale_factor)
            for m in (self.conv1, self.conv2):
                nn.init.orthogonal_(m.weight, nn.init.calculate_gain("relu"))

        def forward(self, x):
            return self.pixel_shuffle(self.conv2(F.elu(self.norm(self.conv1(x)), inplace=False)))

    return SuperResolutionNet(3), [normal(2, 1, 4, 5)], nn.MSELoss(), normal(2, 1, 12, 15)


PROGRAMS = [
    mnist, characters, translation, language_model, variational, adversarial, autoencoder, siamese, skip_gram,
    time_sequence, residual, u_net, tagger, actor_critic, super_resolution,
]  # fmt: skip


def without_dropout(module):
    if type(module).__name__ == "Dropout":
        module.p = 0.0


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda p: p.__name__)
def test_a_program_computes_what_it_computes_there(program):
    RNG.bit_generator.state = START
    model, inputs, loss, target = program(nn, nn.functional, np)
    their_model, _, their_loss, _ = program(torch.nn, torch.nn.functional, OfTorch)
    model.double().train().apply(without_dropout)
    their_model.double().train().apply(without_dropout)
    assert list(model.state_dict()) == list(their_model.state_dict())
    model.load_state_dict(their_model.state_dict())
    for _ in range(2):  # the second time with another state of what batch norm tracks
        model.zero_grad(set_to_none=True)
        their_model.zero_grad(set_to_none=True)
        value = loss(model(*inputs), target)
        due = their_loss(their_model(*map(torch.tensor, inputs)), torch.tensor(target))
        value.backward()
        due.backward()
        close(value.data, due.detach().numpy())
    gradients = {name: p.grad for name, p in their_model.named_parameters()}
    for name, p in model.named_parameters():
        close(p.grad, gradients[name].numpy())
    for name, array in model.state_dict().items():
        np.testing.assert_allclose(array, their_model.state_dict()[name].numpy(), rtol=1e-10, atol=1e-12)
