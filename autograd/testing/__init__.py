"""Checks of derivatives: of this library's own rules, and of a user's functions.

``check_gradients``   the derivatives of a function at a point, against an oracle that knows no rules
``check_primitive``   everything that has to hold for a function with a rule of its own
``check_program``     the derivatives of a whole program, shrunk to the smallest one that is wrong
``samples``           the language in which calls of such a function are listed: ``call(A(2, 3), axis=1)``
``strategies``        what hypothesis draws: arrays, shapes, indices, einsum, matrices, whole programs
``profiles``          how much it draws

``pytest`` knows ``@pytest.mark.gradcheck`` and a fixture ``gradcheck``: see the module ``autograd_pytest``.
"""

from typing import TYPE_CHECKING, Any

from . import profiles, samples
from ._check import GradientCheck, KinkError, check_gradients
from ._check_program import check_program
from ._primitive import PrimitiveCheck, check_primitive
from ._program import Program
from .samples import A, Call, Sample, away, binary, call, calls, reduction, span, unary

if TYPE_CHECKING:
    from . import strategies

__all__ = [
    "check_gradients", "GradientCheck", "KinkError",
    "check_primitive", "PrimitiveCheck",
    "A", "Call", "call", "calls", "Sample", "unary", "binary", "reduction", "span", "away",
    "check_program", "Program",
    "profiles", "samples", "strategies",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    """Import what needs hypothesis when it is first used."""
    if name == "strategies":
        from importlib import import_module

        return import_module(".strategies", __name__)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
