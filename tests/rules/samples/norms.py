"""Samples of ``autograd/rules/norms.py``."""
