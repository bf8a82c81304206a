"""Samples of ``autograd/rules/creation.py``."""
