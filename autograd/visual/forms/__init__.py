"""The forms that a graph takes outside of Python.

- ``files``: saving, in the form that a name ends in
- ``page``: one HTML file with all views and the sweep
- ``notebook``: what a notebook shows
- ``dot``: Graphviz
- ``mermaid``: flowcharts in the text of a README
- ``text``: a tree for terminals
- ``parsing``: a graph read back from plain data
- ``micrograd``: ``draw_dot``, as teaching notebooks know it
"""
