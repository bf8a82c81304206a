"""Calls that hypothesis draws, for check_primitive."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ..primitive import Primitive
from . import profiles
from ._cases import Case
from ._primitive import _is_strategy, run
from ._properties import DRAWN
from .samples import Call, Sample, Slot


def check_drawn(f: Callable[..., Any], p: Primitive | None, name: str, sample: Any, examples: int | None) -> int:
    """Check calls that are drawn from a strategy of calls, or from a call with strategies inside; count them."""
    count = 0

    def each(call: Call, number: int) -> None:
        nonlocal count
        count += 1
        case = Case(f, p, Sample((call,), analytic=False, order=2), call, f"{name}-{number}")
        for holds in DRAWN:
            run(case, holds)

    settings: Any = profiles.settings_of() if examples is None else profiles.settings_of(max_examples=examples)
    settings(given(call=closed(sample), number=st.integers(0, 2**32 - 1))(each))()
    return count


@st.composite
def closed(draw: Any, sample: Any) -> Any:
    """A call with everything drawn that was left open."""
    return _closed(draw, draw(sample) if _is_strategy(sample) else sample)


def _closed(draw: Any, tree: Any) -> Any:
    if _is_strategy(tree):
        return _closed(draw, draw(tree))
    if isinstance(tree, Slot):
        return tree._replace(shape=draw(tree.shape)) if _is_strategy(tree.shape) else tree
    if isinstance(tree, Call):
        return Call(_closed(draw, tree.args), _closed(draw, tree.kwargs))
    if isinstance(tree, dict):
        return {key: _closed(draw, value) for key, value in tree.items()}
    return type(tree)(_closed(draw, item) for item in tree) if type(tree) in (list, tuple) else tree
