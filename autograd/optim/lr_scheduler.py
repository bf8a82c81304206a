"""Schedules: learning rates that change from epoch to epoch, under PyTorch's names."""

from ._annealing import ConstantLR, CosineAnnealingLR, LinearLR, SequentialLR
from ._cycle import OneCycleLR
from ._plateau import ReduceLROnPlateau
from ._schedules import ExponentialLR, LambdaLR, LRScheduler, MultiStepLR, StepLR

__all__ = [
    "ConstantLR", "CosineAnnealingLR", "ExponentialLR", "LRScheduler", "LambdaLR", "LinearLR", "MultiStepLR",
    "OneCycleLR", "ReduceLROnPlateau", "SequentialLR", "StepLR",
]  # fmt: skip
