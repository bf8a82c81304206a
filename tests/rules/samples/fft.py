"""Samples of ``autograd/rules/fft.py``."""
