"""Loops found in a graph, and groups shown as one.

- ``repeats``: loops, found in a graph that knows nothing of them
- ``tandem``: stretches of a sequence that repeat
- ``iterations``: what makes two stretches iterations of one loop
- ``places``: found loops made into groups
- ``folds``: the quotient of a graph by what is folded
- ``views``: fold, unfold, depth, color
"""
