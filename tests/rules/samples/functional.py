"""Samples of ``autograd/rules/functional.py``."""
