"""Reverse-mode automatic differentiation for NumPy: write NumPy, get gradients."""

from . import _clash  # noqa: F401  (first: it refuses to run beside another library of the same import name)

# isort: split
from . import datasets, rules, trees
from .custom import checkpoint, custom_jvp, custom_vjp, numerical
from .primitive import composite, constant, coverage, elementwise, linear, primitive, unsupported
from .tape import enable_grad, is_grad_enabled, no_grad
from .tensor import Tensor, concatenate, stack, tensor
from .transforms import elementwise_grad, grad, hessian, hvp, jacobian, jvp, value_and_grad, vjp

__version__ = "0.1.0"

__all__ = [
    "Tensor", "tensor", "stack", "concatenate",
    "no_grad", "enable_grad", "is_grad_enabled",
    "grad", "value_and_grad", "elementwise_grad", "vjp", "jvp", "jacobian", "hessian", "hvp",
    "checkpoint", "custom_vjp", "custom_jvp", "numerical",
    "elementwise", "linear", "primitive", "composite", "constant", "unsupported", "coverage",
    "datasets", "rules", "trees",
]  # fmt: skip
