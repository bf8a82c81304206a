"""The backward sweep as mathematics, step by step.

- ``walk``: the sweep of the engine, one node at a time
- ``backward``: :func:`autograd.backward_steps`
- ``mathematics``: the rules as formulas, in text and LaTeX
- ``names``: what values are called in formulas
- ``wording``: rules in the names of a graph
- ``derivation``: :func:`autograd.explain`
- ``explanation``: how a derivation is written
"""
