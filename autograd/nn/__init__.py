"""Modules: layers with parameters, assembled from recorded operations."""

from . import functional, init, utils
from .activations import GELU, Arctan, LogSigmoid, LogSoftmax, Sigmoid, SiLU, Softmax, Softplus, Tanh
from .attention import MultiHeadAttention, MultiheadAttention
from .cells import FourGateCell, GRUCell, LSTMCell, PeepholeLSTMCell, RNNCell
from .containers import ModuleDict, ModuleList, ParameterDict, ParameterList, Residual, Sequential
from .convolution import Conv1d, Conv2d, ConvTranspose1d, ConvTranspose2d
from .distances import CosineEmbeddingLoss, CosineSimilarity, PairwiseDistance, TripletMarginLoss
from .dropout import Dropout, Dropout1d, Dropout2d
from .embedding import Embedding
from .linear import MLP, Bilinear, Linear
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
from .module import Module
from .normalization import BatchNorm1d, BatchNorm2d, GroupNorm, LayerNorm
from .parameter import Buffer, Parameter
from .pooling import AdaptiveAvgPool1d, AdaptiveAvgPool2d, AvgPool1d, AvgPool2d, MaxPool1d, MaxPool2d
from .rectifiers import ELU, SELU, Hardtanh, LeakyReLU, PReLU, ReLU, ReLU6, Step
from .recurrent import GRU, LSTM, RNN, FourGate, PeepholeLSTM
from .shapes import (
    Flatten,
    Identity,
    PixelShuffle,
    ReflectionPad2d,
    ReplicationPad2d,
    Unflatten,
    Upsample,
    ZeroPad2d,
)
from .summaries import summary
from .transformer import Transformer, TransformerDecoder, TransformerEncoder
from .transformer_layers import TransformerDecoderLayer, TransformerEncoderLayer
from .utils.rnn import (
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
    # what a model is made of
    "Module", "Parameter", "Buffer", "summary",
    "Sequential", "ModuleList", "ModuleDict", "ParameterList", "ParameterDict", "Residual",
    # maps
    "Linear", "Bilinear", "MLP", "Embedding",
    "Conv1d", "Conv2d", "ConvTranspose1d", "ConvTranspose2d",
    "MultiheadAttention", "MultiHeadAttention", "Transformer",
    "TransformerEncoder", "TransformerEncoderLayer", "TransformerDecoder", "TransformerDecoderLayer",
    # sequences
    "RNNCell", "LSTMCell", "PeepholeLSTMCell", "GRUCell", "FourGateCell",
    "RNN", "LSTM", "PeepholeLSTM", "GRU", "FourGate",
    "PackedSequence", "pack_padded_sequence", "pad_packed_sequence", "pack_sequence", "unpack_sequence", "pad_sequence",
    "unpad_sequence", "detach_state",
    # activations
    "Step", "ReLU", "ReLU6", "LeakyReLU", "PReLU", "ELU", "SELU", "Hardtanh",
    "GELU", "SiLU", "Softplus", "Sigmoid", "LogSigmoid", "Tanh", "Arctan", "Softmax", "LogSoftmax",
    # normalisation and regularisation
    "BatchNorm1d", "BatchNorm2d", "LayerNorm", "GroupNorm", "Dropout", "Dropout1d", "Dropout2d",
    # sizes and shapes
    "MaxPool1d", "MaxPool2d", "AvgPool1d", "AvgPool2d", "AdaptiveAvgPool1d", "AdaptiveAvgPool2d",
    "Upsample", "PixelShuffle", "ZeroPad2d", "ReflectionPad2d", "ReplicationPad2d", "Flatten", "Unflatten", "Identity",
    # losses and distances
    "MSELoss", "L1Loss", "SmoothL1Loss", "HuberLoss", "CrossEntropyLoss", "NLLLoss", "BCELoss", "BCEWithLogitsLoss",
    "KLDivLoss", "HingeLoss", "TripletMarginLoss", "CosineEmbeddingLoss", "CosineSimilarity", "PairwiseDistance",
    # modules of functions
    "functional", "init", "utils",
]  # fmt: skip
