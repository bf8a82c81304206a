"""Sorting, partitioning and selecting."""
