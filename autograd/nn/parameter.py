"""What a module owns: parameters and buffers are Tensors with a role."""

from __future__ import annotations

from typing import Any, ClassVar

from ..tensor import Tensor

TRANSIENT = "transient buffer"  # one that a state dict leaves out


def role(t: Tensor) -> str | None:
    """What a module owns a Tensor as, if it does."""
    return getattr(t, "_role", None)


def _owned(data: Any, requires_grad: bool, role: str) -> Tensor:
    t = Tensor(data.detach() if isinstance(data, Tensor) else data, requires_grad)
    t._role = role
    return t


class _Role(type):
    """The type of a Tensor that a module owns: ``isinstance(t, Parameter)`` asks for its role."""

    roles: tuple[str, ...]

    def __instancecheck__(cls, t: Any) -> bool:
        return type(t) is Tensor and role(t) in cls.roles


class Parameter(metaclass=_Role):
    """A leaf Tensor that a module learns: ``Parameter(data)`` requires a gradient, and is listed by the module.

    Examples
    --------
    >>> import autograd as ag
    >>> from autograd import nn
    >>> w = nn.Parameter([1.0, 2.0])
    >>> type(w), w.requires_grad, isinstance(w, nn.Parameter)
    (<class 'autograd.tensor.Tensor'>, True, True)
    """

    roles: ClassVar = ("parameter",)

    def __new__(cls, data: Any, requires_grad: bool = True) -> Any:
        """Copy the data into a Tensor of this role."""
        return _owned(data, requires_grad, "parameter")


class Buffer(metaclass=_Role):
    """A Tensor that belongs to a module's state but is not learnt, such as a running mean.

    One that is not ``persistent`` is left out of state dicts.

    Examples
    --------
    >>> from autograd import nn
    >>> nn.Buffer([0.0]).requires_grad
    False
    """

    roles: ClassVar = ("buffer", TRANSIENT)

    def __new__(cls, data: Any, persistent: bool = True) -> Any:
        """Copy the data into a Tensor of this role."""
        return _owned(data, False, "buffer" if persistent else TRANSIENT)
