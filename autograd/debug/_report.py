"""What a block of ``ag.debug()`` finds out, as text and as plain data."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from .. import tape
from ..signatures import LETTERS
from ..tape import Node
from ..tensor import Tensor
from ._findings import Cut, Finding, Step, summary
from ._kinks import contact
from ._places import Place
from ._sweeps import Search, depth, finite
from ._watch import Listener
from ._why import why


class Report(Listener):
    """What a block of :func:`debug` has found; made by that function.

    It holds places, numbers and short statistics, never arrays or nodes: some 300 bytes for each recorded step, as long
    as it lives.
    """

    def __init__(self) -> None:
        self._sweeps = 0
        self._steps: dict[int, Step] = {}
        self._found: dict[tuple[Any, ...], Finding] = {}
        self._cuts: dict[Cut, None] = {}
        self._silent: dict[tuple[int, int], None] = {}
        self._paused: dict[Place, None] = {}
        self._lock = threading.Lock()

    def __enter__(self) -> Report:
        super().__enter__()
        tape.reports.add(self)
        return self

    # -- what was found ----------------------------------------------------------------------------------------------

    @property
    def nonfinite_values(self) -> list[Finding]:
        """The steps whose value is not finite though all their operands are, in the order of the program."""
        return self._of("value")

    @property
    def nonfinite_cotangents(self) -> list[Finding]:
        """The steps whose rule made a non-finite cotangent (or tangent) of a finite one, in the order of the sweeps."""
        return self._of("cotangent", "tangent")

    @property
    def kinks(self) -> list[Finding]:
        """The steps that met a tie, a zero or a jump exactly, where a subgradient was chosen."""
        return self._of("kink")

    @property
    def cuts(self) -> list[Finding]:
        """Where values left the tape: ``detach()``, ``.data``, comparisons, functions that are constant, integers."""
        return self._of("cut")

    def where(self, t: Tensor) -> Place | None:
        """The line on which a Tensor was computed, if it was inside the block.

        Examples
        --------
        >>> import autograd as ag
        >>> x = ag.Tensor(2.0, requires_grad=True)
        >>> with ag.debug() as report:
        ...     y = x * x
        >>> report.where(y).text
        'y = x * x'
        """
        step = self._steps.get(t._node.order) if t._node is not None else None
        return step.place if step is not None else None

    def why(self, y: Tensor, x: Tensor) -> str:
        """Why the gradient of ``y`` by ``x`` is None or zero: where the ways between them end.

        A gradient that is zero can be explained until the graph is freed, or if its sweep ran inside the block.

        Examples
        --------
        >>> import numpy as np, autograd as ag
        >>> x = ag.Tensor(2.0, requires_grad=True)
        >>> with ag.debug() as report:
        ...     y = np.sin(x).detach() + 1
        >>> print(report.why(y, x))
        y is on no tape. What was computed from x left the tape here:
          detach() at <doctest ...>:2: y = np.sin(x).detach() + 1
        """
        return why(self, y, x)

    def to_dict(self) -> dict[str, Any]:
        """Everything as plain data that JSON can hold."""
        lists = ("nonfinite_values", "nonfinite_cotangents", "kinks", "cuts")
        found = {name: [finding.to_dict() for finding in getattr(self, name)] for name in lists}
        return {"steps": len(self._steps), "sweeps": self._sweeps, **found}

    def __str__(self) -> str:
        titles = {
            "Values that are not finite, made of finite ones": self.nonfinite_values,
            "Cotangents that are not finite, made of finite ones": self.nonfinite_cotangents,
            "Kinks met": self.kinks,
            "Ways off the tape": self.cuts,
        }
        lines = [f"Steps known: {len(self._steps):,}. Sweeps watched: {self._sweeps:,}."]
        for title, found in titles.items():
            lines += [f"{title}: {len(found) or 'none'}"]
            lines += [f"  {line}" for finding in found[:5] for line in str(finding).splitlines()]
            lines += [f"  … and {len(found) - 5} more" for _ in found[5:6]]
        return "\n".join(lines)

    __repr__ = object.__repr__

    def _of(self, *kinds: str) -> list[Finding]:
        return [finding for finding in list(self._found.values()) if finding.kind in kinds]

    # -- what the engine tells ---------------------------------------------------------------------------------------

    def annotate(self, error: Exception, node: Node) -> None:
        """Add to an error in a sweep on which line its node was recorded."""
        step = self._steps.get(node.order)
        if step is not None and step.place is not None:
            note = f"{step.name} was recorded at {step.place}"
            if note not in getattr(error, "__notes__", ()):
                error.add_note(note)

    def _recorded(self, node: Node, where: Place | None, seconds: float) -> None:
        self._steps[node.order] = Step.of(node, where)
        self._known(node.operands)

    def _known(self, values: Iterable[Any]) -> None:
        """Know also the steps that were recorded before the block, without their places."""
        stack = [v for v in values if type(v) is Node and v.order not in self._steps]
        while stack:
            node = stack.pop()
            self._steps[node.order] = Step.of(node, None)
            stack += [v for v in node.operands if type(v) is Node and v.order not in self._steps]

    def _computed(self, node: Node, where: Place | None, out: Any, operands: Sequence[Any], given: Any) -> None:
        if depth.sweeps:
            return
        name = Step.of(node, where).name
        with np.errstate(all="ignore"):
            first = not finite(out) and all(map(finite, operands))
        if first:
            few = len(operands) <= len(LETTERS) and not node.primitive.variadic
            names = LETTERS if few else map(str, range(len(operands)))
            inputs = {name: summary(v) for name, v in zip(names, operands, strict=False)}
            result = next(o for o in (out if isinstance(out, (list, tuple)) else [out]) if not finite(o))
            index = [int(k) for k in np.unravel_index(np.argmin(np.isfinite(result)), result.shape)]
            at = f", first at index {index}" if index else ""
            self._add("value", name, where, f"its value is not finite{at}", inputs, summary(result))
        if not node.primitive.custom:  # the name may be anybody's
            self._touched(name, where, out, given, operands)

    def _touched(self, name: str, where: Place | None, out: Any, given: Any, operands: Sequence[Any]) -> None:
        detail = contact(name, out, given, operands)
        if detail:
            inputs = {letter: summary(v) for letter, v in zip(LETTERS, operands, strict=False)}
            self._add("kink", name, where, detail, inputs, None)

    def _derived(self, kind: str, node: Node, detail: str, t: Any, c: Any, read: Any) -> Finding:
        step, p = self._steps.get(node.order) or Step.of(node, None), node.primitive
        inputs = {kind: summary(t)}
        if read and p is not None:
            i, saved = read
            inputs |= {name: summary(v) for name, v in zip(p.reads[i], saved, strict=False) if name != "i"}
        return self._add(kind, step.name, step.place, detail, inputs, summary(c))

    def _left(self, what: str, nodes: Sequence[Node], where: Place | None) -> None:
        self._known(nodes)
        for node in nodes:
            self._cuts[Cut(what, node.order, where)] = None
        self._add("cut", what, where, "what it returns is not on the tape", {}, None)

    def _paused_at(self, where: Place) -> None:
        self._paused[where] = None

    def _sweep(self, kind: str) -> Search:
        self._sweeps += 1
        return Search(self, kind)

    def _add(self, kind: str, name: str, where: Place | None, detail: str, inputs: Any, result: Any) -> Finding:
        key = (kind, name, where)
        with self._lock:
            if key in self._found:
                self._found[key].count += 1
            else:
                inputs = {name: numbers for name, numbers in inputs.items() if numbers is not None}
                self._found[key] = Finding(kind, name, where, detail, inputs, result)
            return self._found[key]

    def _withdraw(self, finding: Finding) -> None:
        """A sweep runs again: what its first run found does not count."""
        with self._lock:
            finding.count -= 1
            if not finding.count:
                self._found = {key: value for key, value in self._found.items() if value is not finding}


def debug() -> Report:
    """Watch the tape in a block: on which line a NaN, a kink or a lost gradient came about.

    Inside the block each recorded step is told apart by its line in your program, and is looked at: whether its value
    is finite, whether it sits on a kink. Each sweep is looked at rule by rule, so run ``backward()`` inside the block
    too. While the report lives, errors in a sweep say where the step in question was recorded, also after the block.
    All this holds for this thread and this async task. A step takes some ten microseconds more inside the block, and
    no longer than ever outside.

    Returns
    -------
    Report
        Context manager. ``str(report)`` is a summary, ``report.why(y, x)`` explains a missing gradient.

    Examples
    --------
    >>> import numpy as np, autograd as ag
    >>> x = ag.Tensor([0.0, 1.0], requires_grad=True)
    >>> with ag.debug() as report:
    ...     y = np.sum(np.sqrt(x))
    ...     y.backward()
    >>> print(report.nonfinite_cotangents[0])
    <doctest ...>:2: y = np.sum(np.sqrt(x))
      sqrt: its rule by operand 0 makes a cotangent that is not finite of one that is
        cotangent: (2,) float64 [1.0, 1.0]
        out: (2,) float64 [0.0, 1.0]
        result: (2,) float64 [inf, 0.5]
    >>> report.kinks[0].detail
    'at zero at index [0]'
    """
    return Report()
