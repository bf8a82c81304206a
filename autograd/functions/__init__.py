"""What NumPy lacks, computed with care: activations and logarithms of sums of exponentials."""

from ._exponential import log_softmax, logsumexp, relu, sigmoid, softmax, softplus, xlogy

__all__ = ["log_softmax", "logsumexp", "relu", "sigmoid", "softmax", "softplus", "xlogy"]
