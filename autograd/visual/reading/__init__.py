"""The tape, and what recordings know of it, read into a graph.

- ``trace``: what :func:`autograd.draw` does
- ``nodes``: steps of the tape made into nodes and edges
- ``steps``: which steps are drawn
- ``values``: what is known of values, and the memory of what is kept
- ``recording``: what :func:`autograd.visual.record` remembers
- ``scopes``: which call of which module a step belongs to
"""
