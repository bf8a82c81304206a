"""Modules: layers with parameters, assembled from recorded operations."""

from . import functional, init
from .activations import (
    ELU,
    GELU,
    SELU,
    Arctan,
    Hardtanh,
    LeakyReLU,
    LogSigmoid,
    LogSoftmax,
    ReLU,
    ReLU6,
    Sigmoid,
    SiLU,
    Softmax,
    Softplus,
    Step,
    Tanh,
)
from .attention import MultiHeadAttention, MultiheadAttention
from .cells import FourGateCell, GRUCell, LSTMCell, PeepholeLSTMCell, RNNCell
from .containers import ModuleDict, ModuleList, Residual, Sequential
from .convolution import Conv1d, Conv2d, ConvTranspose2d
from .dropout import Dropout, Dropout1d, Dropout2d
from .embedding import Embedding
from .linear import MLP, Bilinear, Flatten, Identity, Linear
from .losses import (
    BCELoss,
    BCEWithLogitsLoss,
    CrossEntropyLoss,
    HingeLoss,
    HuberLoss,
    KLDivLoss,
    L1Loss,
    MSELoss,
    NLLLoss,
    SmoothL1Loss,
)
from .module import Buffer, Module, Parameter, summary
from .normalization import BatchNorm1d, BatchNorm2d, GroupNorm, LayerNorm
from .pooling import AdaptiveAvgPool1d, AdaptiveAvgPool2d, AvgPool1d, AvgPool2d, MaxPool1d, MaxPool2d, Upsample
from .recurrent import GRU, LSTM, RNN, PeepholeLSTM
from .sequences import (
    PackedSequence,
    detach_state,
    pack_padded_sequence,
    pack_sequence,
    pad_packed_sequence,
    pad_sequence,
    unpack_sequence,
    unpad_sequence,
)

__all__ = [
    "AdaptiveAvgPool1d", "AdaptiveAvgPool2d", "AvgPool1d", "AvgPool2d", "BatchNorm1d", "BatchNorm2d", "Conv1d",
    "Conv2d", "ConvTranspose2d", "GroupNorm", "LayerNorm", "MaxPool1d", "MaxPool2d", "Upsample",
    "Arctan", "BCELoss", "BCEWithLogitsLoss", "Bilinear", "Buffer", "CrossEntropyLoss", "Dropout", "Dropout1d",
    "Dropout2d", "ELU", "Embedding", "Flatten", "FourGateCell", "GELU", "GRU", "GRUCell", "Hardtanh", "HingeLoss",
    "HuberLoss", "Identity", "KLDivLoss", "L1Loss", "LSTM", "LSTMCell", "LeakyReLU", "Linear", "LogSigmoid",
    "LogSoftmax", "MLP", "MSELoss", "Module", "ModuleDict", "ModuleList", "MultiHeadAttention", "MultiheadAttention",
    "NLLLoss", "PackedSequence", "Parameter", "PeepholeLSTM", "PeepholeLSTMCell", "RNN", "RNNCell", "ReLU", "ReLU6",
    "Residual", "SELU", "Sequential", "SiLU", "Sigmoid", "SmoothL1Loss", "Softmax", "Softplus", "Step", "Tanh",
    "detach_state", "functional", "init", "pack_padded_sequence", "pack_sequence", "pad_packed_sequence",
    "pad_sequence", "summary", "unpack_sequence", "unpad_sequence",
]  # fmt: skip
