"""Subscripts for einsum, with operands that fit them."""

from __future__ import annotations

from typing import Any, NamedTuple

from hypothesis import strategies as st

from ..samples import A, Call, Domain, any_number, call
from ._arrays import arrays

LETTERS = "abcd"


class Einsum(NamedTuple):
    """Subscripts, and one array for each of their operands."""

    subscripts: str
    operands: tuple[Any, ...]


@st.composite
def einsum(draw: Any, *, max_operands: int = 3, ellipsis: bool = True, as_call: bool = False) -> Any:
    """Subscripts and operands for ``np.einsum``: repeated, summed, broadcast and transposed letters, ``...`` too.

    Parameters
    ----------
    max_operands : int
        The largest number of operands.
    ellipsis : bool
        Whether to draw ``...`` too.
    as_call : bool
        Draw a Call with slots in the place of the operands, for ``check_primitive``.

    Examples
    --------
    >>> import numpy as np
    >>> from hypothesis import find
    >>> found = find(einsum(), lambda e: "->" in e.subscripts and len(e.operands) == 2)
    >>> np.einsum(found.subscripts, *found.operands).shape
    ()
    """
    sizes = {letter: draw(st.integers(1, 3)) for letter in LETTERS}
    count = draw(st.integers(1, max_operands))
    dots = draw(st.booleans()) if ellipsis else False
    broadcast = tuple(draw(st.lists(st.integers(1, 2), max_size=2))) if dots else ()
    terms, shapes = [], []
    for _ in range(count):
        letters = draw(st.lists(st.sampled_from(LETTERS), max_size=3))
        with_dots = dots and draw(st.booleans())
        once = [letter for letter in letters if letters.count(letter) == 1]
        ones = draw(st.sets(st.sampled_from(once))) if once and count > 1 else set()  # broadcast against the others
        lead = broadcast[draw(st.integers(0, len(broadcast))) :] if with_dots else ()
        terms.append(("..." if with_dots else "") + "".join(letters))
        shapes.append((*lead, *(1 if letter in ones else sizes[letter] for letter in letters)))
    subscripts = ",".join(terms)
    if draw(st.booleans()):
        seen = sorted({letter for term in terms for letter in term if letter != "."})
        kept = draw(st.lists(st.sampled_from(seen), unique=True)) if seen else []
        subscripts += "->" + ("..." if "..." in subscripts else "") + "".join(kept)
    if as_call:
        return _called(subscripts, shapes)
    return Einsum(subscripts, tuple(draw(arrays(shape)) for shape in shapes))


def _called(subscripts: str, shapes: list[tuple[int, ...]], of: Domain = any_number) -> Call:
    return call(subscripts, *(A(*shape, of=of) for shape in shapes))
