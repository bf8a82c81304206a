"""Making arrays: from numbers, from diagonals, from ranges."""
