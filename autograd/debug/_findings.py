"""What a report is made of: steps, what happened at some of them, and the arrays involved in a few numbers."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

from ..tape import Node
from ._numbers import array, numbers
from ._places import Place


class Step(NamedTuple):
    """A recorded step: what it computed, where, and from which others (by order number)."""

    name: str
    place: Place | None
    operands: tuple[int, ...]

    @classmethod
    def of(cls, node: Node, where: Place | None) -> Step:
        """What a report keeps of a node."""
        name = node.primitive.name if node.primitive is not None else "leaf"
        return cls(name.lstrip("_"), where, tuple([v.order for v in node.operands if type(v) is Node]))


class Cut(NamedTuple):
    """A value that left the tape: how, from which step, and where."""

    what: str
    order: int
    place: Place | None


@dataclass
class Finding:
    """Something worth a look: what happened, at which step, on which line, and the numbers involved.

    Attributes
    ----------
    kind : {"value", "cotangent", "tangent", "kink", "cut"}
        Which list of the report it is in.
    primitive : str
        The step.
    place : Place or None
        ``(file, line, function)`` of the innermost line outside this library; None if there is none.
    detail : str
        What happened.
    operands : dict
        Shape, dtype and range of what went in, by name; small arrays with their values.
    result : dict or None
        The same of what came out.
    count : int
        How many times it happened on this line; the numbers are those of the first time.
    """

    kind: str
    primitive: str
    place: Place | None
    detail: str
    operands: dict[str, Any]
    result: dict[str, Any] | None
    count: int = 1

    def __str__(self) -> str:
        times = f" ({self.count} times)" if self.count > 1 else ""
        lines = [f"{self.place or 'unknown place'}", f"  {self.primitive}: {self.detail}{times}"]
        lines += [f"    {name}: {described(numbers)}" for name, numbers in self.operands.items()]
        return "\n".join(lines + ([f"    result: {described(self.result)}"] if self.result else []))

    def to_dict(self) -> dict[str, Any]:
        """The same as plain data."""
        where = None if self.place is None else {**self.place._asdict(), "text": self.place.text}
        return {**asdict(self), "place": where}


def summary(value: Any) -> dict[str, Any] | None:
    """Shape, dtype and :func:`numbers` of an array, as plain data; None for what is no array of numbers, or is lazy."""
    a = array(value)
    if a is None:
        return None
    known = numbers(a)
    return {"shape": list(a.shape), "dtype": str(a.dtype), **(known if isinstance(known, dict) else {"values": known})}


def described(numbers: dict[str, Any]) -> str:
    """A summary in one line."""
    head = f"{tuple(numbers['shape'])} {numbers['dtype']}"
    if "values" in numbers:
        return f"{head} {_text(numbers['values'])}"
    others = [f", {numbers[k]} {k}" for k in ("nan", "inf") if numbers[k]]
    return f"{head} from {_text(numbers['min'])} to {_text(numbers['max'])}{''.join(others)}"


def _text(value: Any) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(_text, value))}]"
    return repr(float(f"{value:.6g}")) if isinstance(value, float) else str(value)
