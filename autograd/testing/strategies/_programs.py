"""Random differentiable programs: a graph of operations that reuse values, as NumPy code."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import strategies as st

from .._program import Program
from ..samples import away
from ._arrays import arrays

SHAPES: list[tuple[int, ...]] = [(), (3,), (1,), (2, 3), (3, 3), (2, 1), (2, 1, 3)]

# Smooth, or with kinks that nothing lands on; no holes in their domains. The first are those that shrinking prefers.
UNARY = """
    -{x}|{x} * {x}|np.sin({x})|np.tanh({x})|np.exp(-{x} * {x})|np.sum({x})|1 / (1.5 + {x} * {x})|2.5 * {x} - 1
    np.sqrt(2 + np.tanh({x}))|np.arctan({x})|np.log(3 + np.sin({x}))|np.cos({x}) ** 2|np.log1p({x} * {x})
    np.mean({x}, axis=-1)|np.sum({x}, axis=0, keepdims=True)|np.prod(0.5 + {x}, axis=0)|np.cumsum({x}, axis=-1)
    np.where(np.real({x}) > 0.1, {x}, 0.3 * {x})|np.maximum({x}, 0.05)|np.max({x}, axis=-1)|{x} - np.mean({x})
    {x}[0]|{x}[..., ::-1]|{x}[..., :1]|{x}[..., [0, 0, -1]]|{x}[..., None]|{x}.T|np.reshape({x}, -1)|np.roll({x}, 1)
    np.transpose({x})|np.swapaxes({x}, 0, -1)|np.broadcast_to({x}, (2, *np.shape({x})))|np.repeat({x}, 2, axis=-1)
    np.stack([{x}, 2 * {x}])|np.concatenate([{x}, {x} * {x}], axis=-1)|np.split({x}, [1], axis=-1)[1]
    np.einsum('...i,...i->...', {x}, {x})
"""
BINARY = """
    {x} + {y}|{x} * {y}|{x} - {y}|{x} @ {y}|{x} / (2 + np.sin({y}))|(1.5 + np.tanh({x})) ** {y}|np.maximum({x}, {y})
    np.minimum({x}, {y})|np.where(np.real({x}) > np.real({y}), {x}, {y})|np.concatenate([{x}, {y}], axis=0)
    np.stack([{x}, {y}], axis=-1)|np.outer({x}, {y})|np.tensordot({x}, {y}, 1)
"""
WRITES = """
    {z} = {x} + 0 * np.sum({y}); {z}[0] = {y}; {z}[..., :1] += 0.5 * {y}
    {z} = {x} + 0 * np.sum({y}); {z}[..., 0] = {y}; {z}[0] *= {y}
"""
FORMS = [
    *(f"{{z}} = {text.strip()}" for line in UNARY.split("\n") for text in line.split("|") if text.strip()),
    *(f"{{z}} = {text.strip()}" for line in BINARY.split("\n") for text in line.split("|") if text.strip()),
    *(line.strip() for line in WRITES.split("\n") if line.strip()),
]
LARGEST, MOST = 20.0, 60  # values of moderate size and few elements keep the oracle exact and the run short


def _function(form: str) -> Any:
    """A form as a function of its operands."""
    body = "".join(f"    {part}\n" for part in form.format(x="x", y="y", z="z").split("; "))
    space: dict[str, Any] = {"np": np}
    exec(f"def f(x, y):\n{body}    return z\n", space)
    return space["f"]


FUNCTIONS = [_function(form) for form in FORMS]


@st.composite
def programs(draw: Any, *, min_lines: int = 5, max_lines: int = 40, max_leaves: int = 3) -> Program:
    """Differentiable programs: a graph of 5 to 200 operations that broadcast, slice, reduce, multiply, join and write.

    Each line reads values that were computed before, mostly recent ones, and the result ``y`` is a weighted sum of all
    that nothing read. The text is runnable NumPy code. Shrinking takes out lines and values, below ``min_lines`` too;
    :meth:`autograd.testing.Program.shrunk` goes on where hypothesis ends.

    Parameters
    ----------
    min_lines, max_lines : int
        About how many operations, up to 200: what NumPy refuses for its shapes is left out.
    max_leaves : int
        How many arrays at most it is a function of.

    Examples
    --------
    >>> from hypothesis import find
    >>> print(find(programs(), lambda program: "= np.sin(x0)" in program.text))
    import numpy as np
    <BLANKLINE>
    x0 = np.array(-0.92)
    v0 = np.sin(x0)
    y = 1.0 * np.sum(v0)
    """
    if not 0 < min_lines <= max_lines <= 200:
        raise ValueError(f"programs: min_lines={min_lines} and max_lines={max_lines}; they go from 1 to 200.")
    values: dict[str, Any] = {}
    for k in range(draw(st.integers(1, max_leaves))):
        values[f"x{k}"] = draw(arrays(draw(st.sampled_from(SHAPES)), of=away(0.2 + k / 100, 2), layouts=False))[()]
    leaves = dict(values)
    lines: list[str] = []
    read: set[str] = set()
    # One number for each line, for speed: which form, and which two of the last eight values it reads. Form 0 is no
    # line: what the failure does not need shrinks to it, whatever the length of the list.
    least = draw(st.sampled_from(sorted({min_lines, (min_lines + max_lines) // 2, max_lines})))
    for number in draw(st.lists(st.integers(0, 64 * len(FORMS) + 63), min_size=least, max_size=max_lines)):
        form, a, b = number // 64, number // 8 % 8, number % 8
        if not form:
            continue
        names = list(values)
        x, y, z = names[-1 - a % len(names)], names[-1 - b % len(names)], f"v{len(values) - len(leaves)}"
        value = _computed(FUNCTIONS[form - 1], values[x], values[y])
        if value is not None:
            values[z] = value
            read |= {x, y} if "{y}" in FORMS[form - 1] else {x}
            lines += FORMS[form - 1].format(x=x, y=y, z=z).split("; ")
    ends = [name for name in values if name not in read]
    total = " + ".join(f"{round(1 + k / 7, 2)} * np.sum({name})" for k, name in enumerate(ends))
    return Program.of(leaves, [*lines, f"y = {total}"])


def _computed(function: Any, x: Any, y: Any) -> Any:
    """What a line computes; None if NumPy refuses it for the shapes, or it would be too large."""
    try:
        with np.errstate(all="ignore"):
            value = np.asarray(function(x, y))
    except (ValueError, IndexError, TypeError):
        return None
    good = 0 < value.size <= MOST and value.ndim <= 4 and np.all(np.abs(value) < LARGEST)
    return value[()] if good else None
