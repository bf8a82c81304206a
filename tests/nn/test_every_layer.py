"""What must hold for each layer: precision, finite numbers far out, derivatives of both orders, copies."""

import copy
import pickle

import numpy as np
import pytest

from autograd import Tensor, nn
from autograd.tensor import value_of
from autograd.testing import check_gradients

LOSSES = {name for name in nn.__all__ if name.endswith("Loss")}
EXAMPLES = [
    ("Identity", (), {}, (2, 3)),
    ("Sequential", (nn.Linear(3, 2),), {}, (4, 3)),
    ("Residual", (nn.Linear(3, 3),), {}, (4, 3)),
    ("Linear", (3, 2), {}, (4, 3)),
    ("MLP", ([3, 4, 2], nn.Tanh, 0.2), {}, (4, 3)),
    ("Conv1d", (2, 3, 3), {"stride": 2}, (2, 2, 7)),
    ("Conv2d", (2, 4, 3), {"padding": "same", "groups": 2}, (2, 2, 4, 4)),
    ("Conv2d", (1, 2, 3), {"padding": 1, "padding_mode": "reflect"}, (2, 1, 4, 4)),
    ("ConvTranspose1d", (2, 3, 3, 2), {}, (2, 2, 4)),
    ("ConvTranspose2d", (2, 3, 3, 2), {}, (2, 2, 3, 3)),
    ("RNNCell", (3, 2), {}, (4, 3)),
    ("LSTMCell", (3, 2), {}, (4, 3)),
    ("PeepholeLSTMCell", (3, 2), {}, (4, 3)),
    ("GRUCell", (3, 2), {}, (4, 3)),
    ("FourGateCell", (3, 2), {}, (4, 3)),
    ("RNN", (3, 2, 2), {"dropout": 0.2, "bidirectional": True}, (3, 2, 3)),
    ("LSTM", (3, 2, 2), {"dropout": 0.2}, (3, 2, 3)),
    ("PeepholeLSTM", (3, 2), {}, (3, 2, 3)),
    ("GRU", (3, 2), {}, (3, 2, 3)),
    ("FourGate", (3, 2), {}, (3, 2, 3)),
    ("TransformerEncoderLayer", (4, 2, 5), {"activation": "gelu"}, (3, 2, 4)),
    ("TransformerEncoder", (nn.TransformerEncoderLayer(4, 2, 5, activation="gelu"), 2), {}, (3, 1, 4)),
    ("Step", (), {}, (3, 4)),
    ("ReLU", (), {}, (3, 4)),
    ("ReLU6", (), {}, (3, 4)),
    ("LeakyReLU", (), {}, (3, 4)),
    ("PReLU", (4,), {}, (3, 4)),
    ("ELU", (), {}, (3, 4)),
    ("SELU", (), {}, (3, 4)),
    ("Hardtanh", (), {}, (3, 4)),
    ("GELU", (), {}, (3, 4)),
    ("GELU", ("tanh",), {}, (3, 4)),
    ("SiLU", (), {}, (3, 4)),
    ("Softplus", (2.0,), {}, (3, 4)),
    ("Sigmoid", (2.0,), {}, (3, 4)),
    ("LogSigmoid", (), {}, (3, 4)),
    ("Tanh", (), {}, (3, 4)),
    ("Arctan", (), {}, (3, 4)),
    ("Softmax", (-1,), {}, (3, 4)),
    ("LogSoftmax", (-1,), {}, (3, 4)),
    ("BatchNorm1d", (3,), {}, (5, 3)),
    ("BatchNorm2d", (3,), {}, (3, 3, 2, 2)),
    ("LayerNorm", (3,), {}, (4, 3)),
    ("GroupNorm", (2, 4), {}, (2, 4, 3)),
    ("Dropout", (0.5,), {}, (4, 3)),
    ("Dropout1d", (0.5,), {}, (2, 4, 3)),
    ("Dropout2d", (0.5,), {}, (2, 4, 3, 3)),
    ("MaxPool1d", (2,), {}, (1, 2, 6)),
    ("MaxPool2d", (2,), {"padding": 1}, (1, 2, 5, 5)),
    ("AvgPool1d", (3, 2, 1), {}, (1, 2, 6)),
    ("AvgPool2d", (3, 2, 1, True, False), {}, (1, 2, 6, 6)),
    ("AdaptiveAvgPool1d", (2,), {}, (1, 2, 5)),
    ("AdaptiveAvgPool2d", ((2, 3),), {}, (1, 2, 5, 5)),
    ("Upsample", (None, 1.5, "bilinear"), {}, (1, 2, 4, 4)),
    ("PixelShuffle", (2,), {}, (1, 4, 2, 2)),
    ("ZeroPad2d", (1,), {}, (1, 1, 3, 3)),
    ("ReflectionPad2d", (1,), {}, (1, 1, 3, 3)),
    ("ReplicationPad2d", (1,), {}, (1, 1, 3, 3)),
    ("Flatten", (), {}, (2, 3, 4)),
    ("Unflatten", (1, (2, 2)), {}, (3, 4)),
]
OF_SEVERAL_INPUTS = {
    "Bilinear", "CosineSimilarity", "MultiheadAttention", "MultiHeadAttention", "PairwiseDistance", "Transformer",
    "TransformerDecoder", "TransformerDecoderLayer",
}  # fmt: skip
OF_NO_FLOATING_INPUT = {"Embedding", "Module", "ModuleDict", "ModuleList", "ParameterDict", "ParameterList"}
each = pytest.mark.parametrize(
    ("name", "args", "kwargs", "shape"), EXAMPLES, ids=[f"{e[0]}-{k}" for k, e in enumerate(EXAMPLES)]
)


def layer_of(name, args, kwargs):
    """A layer of one's own: arguments that are modules are copied."""
    return getattr(nn, name)(*copy.deepcopy(args), **kwargs)


def first(output):
    return first(output[0]) if isinstance(output, tuple) else output


def test_no_layer_is_left_out():
    modules = {n for n in nn.__all__ if isinstance(getattr(nn, n), type) and issubclass(getattr(nn, n), nn.Module)}
    assert modules - LOSSES == {e[0] for e in EXAMPLES} | OF_SEVERAL_INPUTS | OF_NO_FLOATING_INPUT


@each
@pytest.mark.parametrize("scale", [1.0, 1e4])
def test_float32_stays_and_nothing_overflows(name, args, kwargs, shape, scale):
    layer = layer_of(name, args, kwargs)
    given = np.random.default_rng(0).normal(size=shape).astype(np.float32) * np.float32(scale)
    x = Tensor(given, requires_grad=True)
    for mode in (True, False):
        y = first(layer.train(mode)(x))
        y.sum().backward()
        gradients = [x.grad, *[p.grad for p in layer.parameters() if p.grad is not None]]
        assert all(a.dtype == np.float32 and np.isfinite(a).all() for a in (y.data, *gradients))
    np.testing.assert_array_equal(x.data, given)


@each
def test_derivatives(name, args, kwargs, shape):
    layer = layer_of(name, args, kwargs).double().eval().requires_grad_(False)
    x = np.random.default_rng(0).normal(size=shape)
    check_gradients(lambda x: np.tanh(first(layer(x))), x, order=2, directions=2)


@each
def test_copies(name, args, kwargs, shape):
    layer = layer_of(name, args, kwargs)
    x = np.random.default_rng(0).normal(size=shape).astype(np.float32)
    others = copy.deepcopy(layer), pickle.loads(pickle.dumps(layer))
    y = first(layer(x))
    for other in others:
        np.testing.assert_array_equal(value_of(first(other(x))), value_of(y))
        assert repr(other) == repr(layer)
        assert list(other.state_dict()) == list(layer.state_dict())
