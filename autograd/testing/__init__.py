"""Checks of derivatives: of this library's own rules, and of a user's functions."""

from ._check import GradientCheck, check_gradients

__all__ = ["GradientCheck", "check_gradients"]
