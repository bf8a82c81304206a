"""Module: a function with parameters, and the tree that it forms with the modules among its attributes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, ClassVar, NamedTuple, TypeVar

import numpy as np

from ..tape import no_grad
from ..tensor import Tensor

M = TypeVar("M", bound="Module")

# -- what a module owns ----------------------------------------------------------------------------------------------


class _Role(type):
    """The type of a Tensor that a module owns: ``isinstance(t, Parameter)`` asks for its role."""

    role: str

    def __instancecheck__(cls, t: Any) -> bool:
        return type(t) is Tensor and getattr(t, "_role", None) == cls.role


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

    role = "parameter"

    def __new__(cls, data: Any, requires_grad: bool = True) -> Any:
        """Copy the data into a Tensor of this role."""
        t = Tensor(data.detach() if isinstance(data, Tensor) else data, requires_grad)
        t._role = cls.role
        return t


class Buffer(metaclass=_Role):
    """A Tensor that belongs to a module's state but is not learnt, such as a running mean.

    Examples
    --------
    >>> from autograd import nn
    >>> nn.Buffer([0.0]).requires_grad
    False
    """

    role = "buffer"

    def __new__(cls, data: Any) -> Any:
        """Copy the data into a Tensor of this role."""
        t = Tensor(data.detach() if isinstance(data, Tensor) else data)
        t._role = cls.role
        return t


class Keys(NamedTuple):
    """What :meth:`Module.load_state_dict` did not find, and what it did not expect."""

    missing_keys: list[str]
    unexpected_keys: list[str]


# -- the module ------------------------------------------------------------------------------------------------------


class Module:
    """A function whose parameters are its attributes; define ``forward``.

    Attributes are the model: parameters, buffers and modules are found where they are assigned, also inside lists,
    tuples and dicts, in the order of definition. There is no registration.

    Examples
    --------
    >>> import numpy as np
    >>> from autograd import nn
    >>> class Affine(nn.Module):
    ...     def __init__(self, n):
    ...         super().__init__()
    ...         self.weight = nn.Parameter(np.ones(n))
    ...         self.bias = nn.Parameter(0.0)
    ...     def forward(self, x):
    ...         return x @ self.weight + self.bias
    >>> f = Affine(3)
    >>> [name for name, p in f.named_parameters()]
    ['weight', 'bias']
    >>> f(np.ones(3)).backward()
    >>> f.weight.grad
    array([1., 1., 1.])
    """

    training: bool = True
    # Who looks on at calls, ``observer(module, args, output)``: a summary, while it is made
    observers: ClassVar[list[Callable[[Module, Any, Any], None]]] = []

    def __init__(self) -> None:
        """Do nothing: for those who call it, as in PyTorch."""

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        """What the module computes."""
        raise NotImplementedError(f"{type(self).__name__}: define forward(self, x).")

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call ``forward``; floating inputs of another precision are cast to that of the parameters."""
        dtype = next((v.dtype for v in vars(self).values() if type(v) is Tensor and _casts(v)), None)
        if dtype is not None:
            args = tuple([_cast(arg, dtype) for arg in args])
        output = self.forward(*args, **kwargs)
        for observer in self.observers:
            observer(self, args, output)
        return output

    # -- the tree ----------------------------------------------------------------------------------------------------

    def _members(self) -> Iterator[tuple[str, Any]]:
        """The modules and Tensors among the attributes, by name."""
        for name, value in vars(self).items():
            yield from _found(name, value)

    def named_children(self) -> Iterator[tuple[str, Module]]:
        """The modules directly below this one, each once."""
        seen: set[int] = set()
        for name, value in self._members():
            if isinstance(value, Module) and id(value) not in seen:
                seen.add(id(value))
                yield name, value

    def children(self) -> Iterator[Module]:
        """The modules directly below this one."""
        return (child for _, child in self.named_children())

    def named_modules(self, prefix: str = "") -> Iterator[tuple[str, Module]]:
        """The module itself and all below it, by name, each once, parents first."""
        seen: set[int] = set()
        stack = [(prefix, self)]
        while stack:
            name, module = stack.pop()
            if id(module) not in seen:
                seen.add(id(module))
                yield name, module
                below = [(f"{name}.{n}" if name else n, child) for n, child in module.named_children()]
                stack += reversed(below)

    def modules(self) -> Iterator[Module]:
        """The module itself and all below it, each once."""
        return (module for _, module in self.named_modules())

    def _tensors(self, role: str, prefix: str = "", *, repeated: bool = False) -> Iterator[tuple[str, Tensor]]:
        seen: set[int] = set()
        for path, module in _paths(self, prefix) if repeated else self.named_modules(prefix):
            for name, value in module._members():
                if type(value) is Tensor and _role(value) == role and (repeated or id(value) not in seen):
                    seen.add(id(value))
                    yield (f"{path}.{name}" if path else name), value

    def named_parameters(self, prefix: str = "") -> Iterator[tuple[str, Tensor]]:
        """Parameters of this module and of all below it, by name, each once."""
        return self._tensors("parameter", prefix)

    def parameters(self) -> Iterator[Tensor]:
        """Parameters of this module and of all below it, each once.

        Examples
        --------
        >>> from autograd import nn
        >>> sum(p.size for p in nn.Linear(3, 2).parameters())
        8
        """
        return (p for _, p in self.named_parameters())

    def named_buffers(self, prefix: str = "") -> Iterator[tuple[str, Tensor]]:
        """Buffers of this module and of all below it, by name, each once."""
        return self._tensors("buffer", prefix)

    def buffers(self) -> Iterator[Tensor]:
        """Buffers of this module and of all below it, each once."""
        return (b for _, b in self.named_buffers())

    def register_buffer(self, name: str, data: Any) -> None:
        """Keep an array as part of the state: ``self.name = nn.Buffer(data)``."""
        setattr(self, name, None if data is None else Buffer(data))

    def register_parameter(self, name: str, data: Any) -> None:
        """Keep a parameter, or None for one that is absent: ``self.name = nn.Parameter(data)``."""
        setattr(self, name, data if data is None or isinstance(data, Parameter) else Parameter(data))

    # -- modes -------------------------------------------------------------------------------------------------------

    def train(self: M, mode: bool = True) -> M:
        """Switch this module and all below it to training (dropout drops, batch norm measures)."""
        for module in self.modules():
            module.training = mode
        return self

    def eval(self: M) -> M:
        """Switch this module and all below it to evaluation."""
        return self.train(False)

    def requires_grad_(self: M, requires_grad: bool = True) -> M:
        """Freeze the parameters, or thaw them."""
        for p in self.parameters():
            p.requires_grad = requires_grad
        return self

    def zero_grad(self) -> None:
        """Forget the gradients."""
        for p in self.parameters():
            p.grad = None

    def apply(self: M, function: Callable[[Module], Any]) -> M:
        """Call a function on every module below and then on this one."""
        for child in self.children():
            child.apply(function)
        function(self)
        return self

    def to(self: M, dtype: Any) -> M:
        """Convert floating parameters and buffers, in place."""
        dtype = np.dtype(dtype)
        if dtype.kind != "f":
            raise TypeError(f"Module.to: dtype {dtype} is not floating.")
        for module in self.modules():
            for _, t in module._members():
                if type(t) is Tensor and t.dtype.kind == "f" and t.dtype != dtype:
                    learnt, t.requires_grad = t.requires_grad, False
                    t.data = t.data.astype(dtype)
                    t.requires_grad = learnt
        return self

    def float(self: M) -> M:
        """Convert to float32."""
        return self.to(np.float32)

    def double(self: M) -> M:
        """Convert to float64."""
        return self.to(np.float64)

    # -- state -------------------------------------------------------------------------------------------------------

    def state_dict(self) -> dict[str, np.ndarray[Any, Any]]:
        """Copies of all parameters and buffers, by name.

        Examples
        --------
        >>> from autograd import nn
        >>> list(nn.Sequential(nn.Linear(3, 2), nn.BatchNorm1d(2)).state_dict())
        ['0.weight', '0.bias', '1.weight', '1.bias', '1.running_mean', '1.running_var', '1.num_batches_tracked']
        """
        return {name: np.array(t.data) for name, t in self._state()}

    def _state(self) -> Iterator[tuple[str, Tensor]]:
        for path, module in _paths(self):
            for role in ("parameter", "buffer"):
                for name, value in module._members():
                    if type(value) is Tensor and _role(value) == role:
                        yield (f"{path}.{name}" if path else name), value

    def load_state_dict(self, state: Mapping[str, Any], strict: bool = True) -> Keys:
        """Set parameters and buffers to given arrays, all of them or, if there is an error, none.

        Parameters
        ----------
        state : mapping of str to array
            As ``state_dict()`` returns it, from here or, for layers that both have, from PyTorch.
        strict : bool
            Whether each name has to be on both sides.

        Raises
        ------
        KeyError
            If names are missing or unexpected, with all of them.
        ValueError
            If a shape differs, or numbers of such a dtype cannot be kept.
        """
        own = dict(self._state())
        missing, unexpected = [k for k in own if k not in state], [k for k in state if k not in own]
        if strict and (missing or unexpected):
            raise KeyError(f"load_state_dict: {type(self).__name__} has missing {missing}, unexpected {unexpected}.")
        given = {name: np.asarray(value) for name, value in state.items() if name in own}
        wrong = [
            f"{n}: {v.shape} {v.dtype} where {own[n].shape} {own[n].dtype} is due"
            for n, v in given.items()
            if v.shape != own[n].shape or not np.can_cast(v.dtype, own[n].dtype, "same_kind")
        ]
        if wrong:
            raise ValueError(f"load_state_dict: {type(self).__name__}: {'; '.join(wrong)}.")
        for name, value in given.items():
            own[name].data[...] = value
        return Keys(missing, unexpected)

    # -- what people see ---------------------------------------------------------------------------------------------

    def extra_repr(self) -> str:
        """The module's own settings, as ``repr`` shows them."""
        return ""

    def __repr__(self) -> str:
        lines = [f"({name}): {child!r}".replace("\n", "\n  ") for name, child in self.named_children()]
        extra = self.extra_repr()
        count = sum(p.size for p in self.parameters())
        after = f"  # {count:,} parameters" if count else ""
        if not lines:
            return f"{type(self).__name__}({extra}){after}"
        head = f"{type(self).__name__}({extra}{after}"
        return "\n  ".join([head, *lines]) + "\n)"


def _role(t: Tensor) -> str | None:
    return getattr(t, "_role", None)


def _casts(t: Tensor) -> bool:
    """Whether inputs take the precision of a Tensor: of parameters, but not of a buffer, such as weights of classes."""
    return t.dtype.kind == "f" and _role(t) == "parameter"


def _cast(value: Any, dtype: np.dtype[Any]) -> Any:
    """A floating array in the precision of the parameters; containers of arrays too."""
    if type(value) in (tuple, list):
        return type(value)([_cast(v, dtype) for v in value])
    kind = getattr(value, "dtype", None)
    return value.astype(dtype) if kind is not None and kind != dtype and kind.kind == "f" else value


def _found(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    """The modules and Tensors in a value, with dotted names through lists, tuples and dicts."""
    if isinstance(value, (Module, Tensor)):
        yield name, value
    elif isinstance(value, (list, tuple)):
        for k, item in enumerate(value):
            yield from _found(f"{name}.{k}", item)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _found(f"{name}.{key}", item)


def _paths(module: Module, prefix: str = "") -> Iterator[tuple[str, Module]]:
    """Every path to a module, parents first: one that is shared has several names in a state dict, as in PyTorch."""
    yield prefix, module
    for name, value in module._members():
        if isinstance(value, Module):
            yield from _paths(value, f"{prefix}.{name}" if prefix else name)


# -- summaries -------------------------------------------------------------------------------------------------------


def summary(module: Module, input_shape: tuple[int, ...], dtype: Any = None) -> str:
    """Output shapes and parameter counts of all modules, for an input of zeros, as a table.

    Parameters
    ----------
    module : Module
        What to run, in evaluation mode and without recording.
    input_shape : tuple of int
        Shape of the one input, batch axis included.
    dtype : dtype, optional
        Of the input; by default float32.

    Examples
    --------
    >>> from autograd import nn
    >>> print(nn.summary(nn.Sequential(nn.Linear(4, 3), nn.ReLU()), (2, 4)))
    module        output   parameters
    Sequential    (2, 3)           15
      0: Linear   (2, 3)           15
      1: ReLU     (2, 3)            0
    """
    shapes: dict[int, str] = {}

    def observe(inner: Module, args: Any, output: Any) -> None:
        parts = output if isinstance(output, (tuple, list)) else (output,)
        text = ", ".join(str(p.shape) for p in parts if hasattr(p, "shape"))
        shapes[id(inner)] = text

    modes = [(m, m.training) for m in module.modules()]
    Module.observers.append(observe)
    try:
        with no_grad():
            module.eval()(np.zeros(input_shape, np.float32 if dtype is None else dtype))
    finally:
        Module.observers.remove(observe)
        for m, mode in modes:
            m.training = mode
    rows = [("module", "output", "parameters")]
    for path, inner in module.named_modules():
        name = f"{path.rpartition('.')[2]}: " if path else ""
        count = sum(p.size for p in inner.parameters())
        indent = "  " * (path.count(".") + 1 if path else 0)
        rows.append((f"{indent}{name}{type(inner).__name__}", shapes.get(id(inner), "not called"), f"{count:,}"))
    widths = [max(len(row[k]) for row in rows) for k in range(3)]
    return "\n".join(f"{a:<{widths[0]}}   {b:<{widths[1]}}   {c:>{widths[2]}}" for a, b, c in rows)
