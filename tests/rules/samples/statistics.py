"""Samples of ``autograd/rules/statistics.py``."""
