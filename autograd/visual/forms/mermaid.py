"""A picture in Mermaid's language, which GitHub and many editors draw from the text of a README."""

from __future__ import annotations

from ..pictures.labels import clean, flat
from ..pictures.picture import Picture

# fill, border and writing, by kind: readable on light and on dark pages
STYLES = {
    "input": "fill:#dbeafe,stroke:#3b82f6,color:#111827",
    "parameter": "fill:#dcfce7,stroke:#22a355,color:#111827",
    "constant": "fill:#f3f4f6,stroke:#9ca3af,color:#111827",
    "operation": "fill:#fffbeb,stroke:#d9a406,color:#111827",
    "output": "fill:#fee2e2,stroke:#dc4c4c,color:#111827",
    "module": "fill:#ede9fe,stroke:#7c5cd6,color:#111827",
}
CHANGES = {
    "added": "stroke:#22a355,stroke-width:3px",
    "removed": "stroke:#dc4c4c,stroke-width:3px,stroke-dasharray:4",
    "changed": "stroke:#d9a406,stroke-width:3px",
}
PLAIN = set(" ,:_×…()")  # beside letters and digits: what Mermaid, Markdown and HTML leave alone


def flowchart(drawn: Picture) -> str:
    """A picture as a Mermaid flowchart.

    Examples
    --------
    >>> import autograd as ag
    >>> x = ag.Tensor(2.0, requires_grad=True, name="x")
    >>> print(ag.draw(x * x).to_mermaid())
    flowchart TB
        b0["x<br>2<br>no grad yet"]:::input
        b1["multiply<br>4<br>grad 1"]:::output
        b0 --> b1
        b0 --> b1
        classDef input fill:#dbeafe,stroke:#3b82f6,color:#111827
        classDef output fill:#fee2e2,stroke:#dc4c4c,color:#111827
    """
    lines = ["flowchart TB"]
    lines += [f"    %% {flat(note.replace('%', ''))}" for note in drawn.notes]
    lines += _boxes(drawn)
    for line in drawn.lines:
        arrow = "-. next .->" if line.loop else "-->"
        lines.append(f"    b{line.source} {arrow} b{line.target}")
    lines += [f"    class b{k} {box.change}" for k, box in enumerate(drawn.boxes) if box.change]
    for names, of in ((STYLES, {box.kind for box in drawn.boxes}), (CHANGES, {box.change for box in drawn.boxes})):
        lines += [f"    classDef {name} {style}" for name, style in names.items() if name in of]
    return "\n".join(lines)


def _boxes(drawn: Picture) -> list[str]:
    """The boxes, and around them their frames as subgraphs."""
    inner: dict[int | None, list[int]] = {}
    seat: dict[int, int] = {}  # of each box: its innermost frame, for inner frames come later
    for k, around in enumerate(drawn.frames):
        inner.setdefault(around.parent, []).append(k)
        seat.update(dict.fromkeys(around.boxes, k))
    own: dict[int | None, list[int]] = {}
    for k in range(len(drawn.boxes)):
        own.setdefault(seat.get(k), []).append(k)
    lines: list[str] = []
    stack: list[tuple[int | None, int]] = [(None, 0)]  # a frame and its depth; ~depth where it ends
    while stack:
        frame, depth = stack.pop()
        if depth < 0:
            lines.append("    " * ~depth + "end")
            continue
        if frame is not None:
            lines.append("    " * depth + f'subgraph f{frame}["{escaped(drawn.frames[frame].label)}"]')
            stack.append((frame, ~depth))
        lines += ["    " * (depth + 1) + _box(drawn, k) for k in own.get(frame, ())]
        stack += [(k, depth + 1) for k in reversed(inner.get(frame, []))]
    return lines


def _box(drawn: Picture, k: int) -> str:
    box = drawn.boxes[k]
    label = "<br>".join(map(escaped, [box.title, *box.lines]))
    return f'b{k}["{label or " "}"]:::{box.kind}'


def escaped(text: str) -> str:
    """Text of a user's on one line, with all that Mermaid or HTML could read as more than text as numbers.

    Examples
    --------
    >>> escaped('<b>"x"')
    '#60;b#62;#34;x#34;'
    """
    text = clean(text)
    plain = (c.isalnum() or c in PLAIN or (c == "." and text[k + 1 : k + 2].isdigit()) for k, c in enumerate(text))
    return "".join(c if good else f"#{ord(c)};" for c, good in zip(text, plain, strict=True))
