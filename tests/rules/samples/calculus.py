"""Samples of ``autograd/rules/calculus.py``."""
