"""What NumPy lacks, computed with care: activations and logarithms of sums of exponentials."""

from ._activations import elu, gelu, hardtanh, leaky_relu, log_sigmoid, relu6, selu, silu, step
from ._convolution import conv1d, conv2d, conv_transpose1d, conv_transpose2d
from ._exponential import log_softmax, logsumexp, relu, sigmoid, softmax, softplus, xlogy
from ._normalization import normalize
from ._pooling import avg_pool1d, avg_pool2d, max_pool1d, max_pool2d
from ._resampling import adaptive_avg_pool1d, adaptive_avg_pool2d, upsample

__all__ = [
    "adaptive_avg_pool1d", "adaptive_avg_pool2d", "avg_pool1d", "avg_pool2d", "conv1d", "conv2d",
    "conv_transpose1d", "conv_transpose2d", "max_pool1d", "max_pool2d", "normalize", "upsample",
    "elu", "gelu", "hardtanh", "leaky_relu", "log_sigmoid", "log_softmax", "logsumexp", "relu", "relu6", "selu",
    "sigmoid", "silu", "softmax", "softplus", "step", "xlogy",
]  # fmt: skip
