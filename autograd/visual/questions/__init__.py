"""What can be asked of a graph.

- ``parts``: what is around a node, and the ways between two
- ``difference``: a graph before and after a change
- ``strips``: how gradients grow or vanish in time
- ``nonfinite``: where the first NaN or infinity came about
"""
