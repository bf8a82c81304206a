"""Samples of ``autograd/rules/sorting.py``."""
