"""What is written in and about a box: titles, values, gradients, in few words. Plain data, no NumPy."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from typing import Any

from ..model import NO_GRAD_YET, Group, Node
from .heat import memory, seconds

Lines = tuple[str, ...]
LONGEST = 40
MEASURES = [
    ("bytes", "memory", memory),
    ("saved", "residuals", memory),
    ("forward", "forward", seconds),
    ("backward", "backward", seconds),
]
_ILLEGAL = re.compile("[^\t\n\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def clean(text: str) -> str:
    """Text of a user's on one line, without what XML cannot hold, cut to 40 characters.

    Examples
    --------
    >>> clean("two" + chr(10) + "lines" + chr(0))
    'two lines'
    """
    text = flat(text[: 4 * LONGEST])
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def flat(text: str) -> str:
    """Text on one line, without what XML cannot hold."""
    return " ".join(legal(text).split())


def legal(text: str) -> str:
    """Text without the characters that XML cannot hold."""
    return _ILLEGAL.sub("", text)


def label(members: Sequence[Node], module: Group | None, use: tuple[int, int] | None) -> tuple[str, str, Lines, str]:
    """Kind, title, lines and tooltip of a box: of one node, one place in a folded loop, or a folded module."""
    more = () if use is None else (f"use {use[0]} of {use[1]}",)
    if module is not None:
        inside = (*counted(members), *details(members[-1:]))
        return "module", module_title(module), (*inside, *more), tooltip(members, module_title(module), inside[:1])
    inside = tuple(details(members))
    return members[0].kind, title(members), (*inside, *more), tooltip(members, title(members), ())


def title(members: Sequence[Node]) -> str:
    """The first line of a label: name and operation; of several iterations, what is the same, or from which to which.

    Examples
    --------
    >>> steps = [Node(k, "operation", "getitem", f"x{k}", [], "float64", {"index": str(k)}) for k in range(3)]
    >>> title(steps)
    'x0 … x2 = getitem(index=0 … 2)'
    """
    first = members[0]
    given = ", ".join(f"{key}={span([str(m.parameters.get(key)) for m in members])}" for key in first.parameters)
    op = f"{first.op}({given})" if given else first.op
    name = span([m.name for m in members]) if first.name or members[-1].name else None
    return " = ".join(part for part in (name, op) if part) or first.kind


def span(texts: Sequence[str | None]) -> str:
    """What all are, or from which to which they go."""
    return str(texts[0]) if len(set(texts)) == 1 else f"{texts[0] or ''} … {texts[-1] or ''}".strip()


def module_title(module: Group) -> str:
    """Name and class of a module."""
    return ": ".join(part for part in (module.name, module.type) if part) or "module"


def frame(group: Group, counts: Sequence[int]) -> str:
    """The label of a frame: of a module; of a loop, how many iterations it has."""
    if group.kind == "module":
        return module_title(group)
    return f"× {min(counts):,}" if min(counts) == max(counts) else f"× {min(counts):,} … {max(counts):,}"


def counted(members: Sequence[Node]) -> list[str]:
    """How many operations and parameters there are."""
    operations, parameters = sum(m.op is not None for m in members), sum(m.kind == "parameter" for m in members)
    parts = [(operations, "operation"), (parameters, "parameter")]
    return [", ".join(f"{n:,} {word}{'s' * (n != 1)}" for n, word in parts if n)]


def details(members: Sequence[Node]) -> list[str]:
    """The other lines of a label: value or shape, and gradient; of several iterations, their ranges."""
    lines = []
    first, values = members[0], [m.value for m in members if isinstance(m.value, (float, int, str, list))]
    short = len(members) == 1 and len(text(first.value)) <= LONGEST
    if len(values) == len(members) and (short or not first.shape):
        lines.append(quantity(values))
    elif first.shape is not None:
        lines.append(form(first))
    grads = [m.cotangent if m.grad is None else m.grad for m in members]
    known = [grad for grad in grads if grad not in (None, NO_GRAD_YET)]
    if known:
        lines.append(f"grad {quantity(known)}")
    elif NO_GRAD_YET in grads:
        lines.append(NO_GRAD_YET)
    return lines


def form(node: Node) -> str:
    """Shape and dtype; of several values that are alike, how many there are."""
    shapes = node.shape or []
    if not any(isinstance(s, list) for s in shapes):
        return f"{shape(shapes)}{node.dtype}"
    dtypes = str(node.dtype).split(", ")
    if len(set(map(str, shapes))) == len(set(dtypes)) == 1:
        return f"{len(shapes)} of {shape(shapes[0])}{dtypes[0]}"
    return f"{shape(shapes)}{', '.join(dict.fromkeys(dtypes))}"


def quantity(values: Sequence[Any]) -> str:
    """One number or short list as it is; of more, and of statistics, the least and the greatest."""
    plain = text(values[0])
    return plain if len(values) == 1 and len(plain) <= LONGEST and "min" not in plain else extent(values)


def extent(values: Sequence[Any]) -> str:
    """The least and the greatest of numbers, lists and statistics, and what is among them that is no number.

    Examples
    --------
    >>> extent([1.0, [0.5, "nan"], {"min": 0.0, "max": 2.0, "norm": 9.0}])
    '0 … 2, nan'
    """
    least, greatest, odd = math.inf, -math.inf, set()
    stack = list(values)
    while stack:
        value = stack.pop()
        if isinstance(value, dict):
            stack += [value[key] for key in ("min", "max") if key in value]
            odd |= {key for key in ("nan", "inf") if value.get(key)}
        elif isinstance(value, list):
            stack += value
        elif isinstance(value, (int, float)):
            least, greatest = min(least, value), max(greatest, value)
        elif value is not None:
            odd.add(str(value))
    span = [text(least)] if least == greatest else [f"{text(least)} … {text(greatest)}"] if least < greatest else []
    return ", ".join([*span, *sorted(odd)])


def tooltip(members: Sequence[Node], heading: str, lines: Sequence[str]) -> str:
    """All that is known of a box, in words."""
    first, parts = members[0], [heading, *lines]
    ids = f"#{first.id}" if len(members) == 1 else f"{len(members):,} nodes, #{first.id} … #{members[-1].id}"
    parts.append(f"{span([m.kind for m in members])} {ids}")
    if members[-1].shape is not None:
        parts.append(f"shape {form(members[-1])}")
    for key, word in (("value", "value"), ("grad", ".grad"), ("cotangent", "gradient")):
        known = [value for m in members if (value := getattr(m, key)) is not None]
        if known:
            parts.append(f"{word}: {text(known[0]) if len(members) == 1 else extent(known)}"[:400])
    for key, word, say in MEASURES:
        known = [value for m in members if (value := getattr(m, key)) is not None]
        if known:
            parts.append(f"{word}: {say(sum(known))}")
    if first.source is not None:
        parts.append(f"{first.source.file}:{first.source.line} in {first.source.function}: {first.source.text}")
    changes = Counter(m.change for m in members if m.change is not None)
    parts += [change if len(members) == 1 else f"{count:,} {change}" for change, count in sorted(changes.items())]
    return "\n".join(parts)


def shape(of: list[Any]) -> str:
    """A shape as NumPy writes it, and a space; nothing for a scalar."""
    parts = [shape(s).strip() or "()" if isinstance(s, list) else str(s) for s in of]
    return f"({', '.join(parts)}{',' if len(parts) == 1 else ''}) " if parts else ""


def text(value: Any) -> str:
    """A number, list or statistics as text."""
    if isinstance(value, float):
        return f"{value + 0.0:.4g}"  # without the sign of a negative zero
    if isinstance(value, list):
        return f"[{', '.join(map(text, value))}]"
    if isinstance(value, dict):
        return ", ".join(f"{key} {text(v)}" for key, v in value.items())
    return str(value)
