"""Differences, gradients, integrals, interpolation and convolution."""
