"""Functions without state, under the names and with the arguments that PyTorch gives them.

Examples
--------
>>> import numpy as np
>>> from autograd.nn import functional as F
>>> F.relu(np.array([-1.0, 2.0]))
array([0., 2.])
"""

from ..functions import (
    adaptive_avg_pool1d,
    adaptive_avg_pool2d,
    avg_pool1d,
    avg_pool2d,
    conv1d,
    conv2d,
    conv_transpose2d,
    elu,
    gelu,
    hardtanh,
    leaky_relu,
    logsumexp,
    max_pool1d,
    max_pool2d,
    relu6,
    selu,
    silu,
    step,
    upsample,
)
from ..functions import log_sigmoid as logsigmoid
from ..functions._linear import linear
from ._activation_functions import arctan, log_softmax, relu, sigmoid, softmax, softplus, tanh
from ._classification import (
    binary_cross_entropy,
    binary_cross_entropy_with_logits,
    cross_entropy,
    hinge_loss,
    kl_div,
    nll_loss,
)
from ._regression import huber_loss, l1_loss, mse_loss, smooth_l1_loss
from .attention import scaled_dot_product_attention
from .dropout import dropout
from .embedding import embedding, one_hot
from .linear import bilinear

__all__ = [
    "adaptive_avg_pool1d", "adaptive_avg_pool2d", "arctan", "avg_pool1d", "avg_pool2d", "bilinear",
    "binary_cross_entropy", "binary_cross_entropy_with_logits", "conv1d", "conv2d", "conv_transpose2d",
    "cross_entropy", "dropout", "elu", "embedding", "gelu", "hardtanh", "hinge_loss", "huber_loss", "kl_div",
    "l1_loss", "leaky_relu", "linear", "log_softmax", "logsigmoid", "logsumexp", "max_pool1d", "max_pool2d",
    "mse_loss", "nll_loss", "one_hot", "relu", "relu6", "scaled_dot_product_attention", "selu", "sigmoid", "silu",
    "smooth_l1_loss", "softmax", "softplus", "step", "tanh", "upsample",
]  # fmt: skip
