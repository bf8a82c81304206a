"""Rules as mathematics, read from their source: ``lambda t, x: t * np.cos(x)`` is ``g · cos(x)``.

The derivative tables are the one place that says what a derivative is, so the words here come from there: a rule is
parsed, helpers of one line are put in, and what hangs on parameters, shapes and dtypes is decided. A helper of several
lines is what its docstring says, if that begins with a formula (``t @ yᵀ``); otherwise it goes by its name, and a note
says what it is. What cannot be said in mathematics is said in the words of the rule's docstring.
"""

from .formulas import Formula, formula

__all__ = ["Formula", "formula"]
