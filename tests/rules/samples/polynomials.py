"""Samples of ``autograd/rules/polynomials.py``."""
