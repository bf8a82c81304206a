"""Norms of vectors and matrices, determinants and condition numbers."""
