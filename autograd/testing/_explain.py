"""What to say of a derivative that differs: the element, whether there is a kink, and which step is to blame."""

from __future__ import annotations

from typing import Any

import numpy as np

from ._blame import blame
from ._flat import place_of
from ._kinks import found_between
from ._oracles import Flat, Oracle, coordinates, moved, one_sided, scales_of, widened


class KinkError(AssertionError):
    """The function has a kink or a jump where its derivative was checked: the derivative there is no fact but a choice.

    It is an AssertionError, so that a test fails; one that draws its points may catch it and draw another.

    Examples
    --------
    >>> import numpy as np
    >>> from autograd.testing import KinkError, check_gradients
    >>> try:
    ...     check_gradients(np.floor, np.array([0.5, 2.0]))
    ... except KinkError as error:
    ...     print(str(error).partition("the ")[2].partition(" (")[0])
    point sits on a jump: floor jumps at index [1]
    """


KinkError.__module__ = "autograd.testing"


def failure(
    where: str,
    got: Any,
    found: Oracle,
    judged: Any,
    f: Flat,
    leaves: list[Any],
    names: list[str],
    base: Flat,
    point: list[Any],
) -> AssertionError:
    """The exception for a Jacobian that does not pass; ``base`` at ``point`` is the function of order one."""
    error, unsure, scale, expected = judged.error, judged.unsure, judged.scale, found.matrix
    i, j = np.unravel_index(np.argmax(error), error.shape)
    doubtful = error[i, j] <= judged.tolerance or (
        unsure[i, j] and error[i, j] * scale[i, j] <= 10 * found.error[i, j]
    )
    if doubtful:
        i, j = np.unravel_index(np.argmax(np.where(unsure, found.error / scale, 0)), error.shape)
    outputs = [np.asarray(v) for v in f(leaves)]
    facts = (
        f"Worst element: ∂ output {place_of(outputs, i)} / ∂ {place_of(leaves, j, names)}: got "
        f"{float(got[i, j])!r}, {found.name} gives {float(expected[i, j])!r} (step {found.step[j]:.2g}, its own error "
        f"{found.error[i, j]:.2g}); relative error {error[i, j]:.3g}, tolerance {judged.tolerance:.2g}."
    )
    head = f"check_gradients: {where}:"
    kink = _kink(int(i), int(j), float(got[i, j]), judged, f, leaves, base, point)
    if kink is not None:
        return KinkError(f"{head} {kink} {facts}")
    if doubtful:
        return AssertionError(
            f"{head} the differences do not converge, so nothing is known here (a kink, a jump, or noise?). {facts}"
        )
    return AssertionError(f"{head} the derivative differs from the oracle's. {facts}\n{blame(f, leaves)}")


def _kink(
    i: int, j: int, got: float, judged: Any, f: Flat, leaves: list[Any], base: Flat, point: list[Any]
) -> str | None:
    """In words, the kink or jump that this point sits on, if the two sides of it say that there is one."""
    wide = widened(leaves)
    unit = np.zeros(coordinates(wide).size)
    unit[j] = scale = float(scales_of(wide)[j])

    def along(s: float) -> Any:
        return coordinates(f(moved(wide, s * unit)))[i : i + 1]

    with np.errstate(all="ignore"):
        try:
            (right,), (right_error,) = one_sided(along, 0.03)
            (left,), (left_error,) = one_sided(along, -0.03)
        except Exception:  # outside the domain on one side: that is no kink
            return None
        here, beside = along(0.0)[0], [along(h)[0] for h in (1e-7, -1e-7, 1e-10, -1e-10)]
    size = float(np.broadcast_to(judged.scale, judged.error.shape)[i, j]) * scale
    left, right, got = float(left), float(right), got * scale
    jump = min(max(abs(b - here) for b in beside[k : k + 2]) for k in (0, 2)) > 1e-3 * max(abs(here), size)
    if not jump and not abs(right - left) > 100 * judged.tolerance * size + 10 * (right_error + left_error):
        return None
    steps = _steps(j, base, point)
    text = f"the point sits on a {'jump' if jump else 'kink'}: " + ("; ".join(steps[:3]) or "its place is not known")
    if jump:
        return f"{text}. There is no derivative."
    low, high = sorted((left / scale, right / scale))
    slack = 100 * judged.tolerance * size / scale
    between = low - slack <= got / scale <= high + slack
    return (
        f"{text}. From the left the derivative is {left / scale:.6g}, from the right {right / scale:.6g}"
        + ("; what was got lies between them." if between else ", and what was got is not even between them.")
    )


def _steps(j: int, base: Flat, point: list[Any]) -> list[str]:
    """Which steps of the function decide otherwise beside this point: along coordinate ``j``, else along all."""
    wide = widened(point)
    scales = scales_of(wide)
    directions = [scales * (np.arange(len(scales)) == j)] if j < len(scales) else []
    directions.append(scales * np.cos(1.0 + np.arange(len(scales))))
    for size in (1e-9, 1e-6, 1e-3, 0.03):
        for direction in directions:
            found = found_between(base, wide, [moved(wide, size * direction), moved(wide, -size * direction)])
            if found:
                return found
    return []
