"""Functions without state, under the names and with the arguments that PyTorch gives them.

Examples
--------
>>> import numpy as np
>>> from autograd.nn import functional as F
>>> F.relu(np.array([-1.0, 2.0]))
array([0., 2.])
"""

from ...functions import (
    adaptive_avg_pool1d,
    adaptive_avg_pool2d,
    avg_pool1d,
    avg_pool2d,
    conv1d,
    conv2d,
    conv_transpose1d,
    conv_transpose2d,
    gelu,
    logsumexp,
    max_pool1d,
    max_pool2d,
    step,
)
from ...functions import log_sigmoid as logsigmoid
from .activations import (
    arctan,
    elu,
    hardtanh,
    leaky_relu,
    log_softmax,
    prelu,
    relu,
    relu6,
    selu,
    sigmoid,
    silu,
    softmax,
    softplus,
    tanh,
)
from .attention import scaled_dot_product_attention
from .classification import (
    binary_cross_entropy,
    binary_cross_entropy_with_logits,
    cross_entropy,
    hinge_loss,
    kl_div,
    nll_loss,
)
from .distances import (
    cosine_embedding_loss,
    cosine_similarity,
    normalize,
    pairwise_distance,
    triplet_margin_loss,
)
from .images import interpolate, pad, pixel_shuffle
from .maps import bilinear, embedding, linear, one_hot
from .normalization import batch_norm, group_norm, layer_norm
from .regression import huber_loss, l1_loss, mse_loss, smooth_l1_loss
from .regularization import dropout, dropout1d, dropout2d

__all__ = [
    # maps
    "linear", "bilinear", "embedding", "one_hot",
    "conv1d", "conv2d", "conv_transpose1d", "conv_transpose2d", "scaled_dot_product_attention",
    # activations
    "step", "relu", "relu6", "leaky_relu", "prelu", "elu", "selu", "gelu", "silu", "softplus", "hardtanh",
    "sigmoid", "logsigmoid", "tanh", "arctan", "softmax", "log_softmax", "logsumexp",
    # normalisation and regularisation
    "batch_norm", "layer_norm", "group_norm", "dropout", "dropout1d", "dropout2d",
    # sizes
    "max_pool1d", "max_pool2d", "avg_pool1d", "avg_pool2d", "adaptive_avg_pool1d", "adaptive_avg_pool2d",
    "interpolate", "pad", "pixel_shuffle",
    # distances
    "normalize", "cosine_similarity", "pairwise_distance",
    # losses
    "mse_loss", "l1_loss", "smooth_l1_loss", "huber_loss", "cross_entropy", "nll_loss", "binary_cross_entropy",
    "binary_cross_entropy_with_logits", "kl_div", "hinge_loss", "triplet_margin_loss", "cosine_embedding_loss",
]  # fmt: skip
