"""Optimisers: PyTorch's names, arguments and state, on parameters that are Tensors."""

from ..nn.utils import clip_grad_norm_, clip_grad_value_
from . import lr_scheduler
from ._lbfgs import LBFGS
from ._minimize import minimize
from .adam import Adam, AdamW
from .adaptive import Adadelta, Adagrad, RMSprop
from .optimizer import Optimizer
from .sgd import SGD

__all__ = [
    "LBFGS", "SGD", "Adadelta", "Adagrad", "Adam", "AdamW", "Optimizer", "RMSprop",
    "clip_grad_norm_", "clip_grad_value_", "lr_scheduler", "minimize",
]  # fmt: skip
