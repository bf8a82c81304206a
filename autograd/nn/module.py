"""Module: a function with parameters, and the tree that it forms with the modules among its attributes."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping
from typing import Any, ClassVar, NamedTuple, TypeVar

import numpy as np

from ..tensor import Tensor
from .parameter import Buffer, Parameter, role

M = TypeVar("M", bound="Module")


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
    # Who looks on at calls, ``observer(module, call) -> call()``: a summary while it is made, an open recording
    observers: ClassVar[list[Callable[[Module, Callable[[], Any]], Any]]] = []

    def __init__(self) -> None:
        """Do nothing: for those who call it, as in PyTorch."""

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        """What the module computes."""
        raise NotImplementedError(f"{type(self).__name__}: define forward(self, x).")

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call ``forward``; floating inputs of another precision are cast to that of the parameters."""
        dtype = self._dtype()
        if dtype is not None:
            args = tuple([_cast(arg, dtype) for arg in args])
            kwargs = {name: _cast(arg, dtype) for name, arg in kwargs.items()} if kwargs else kwargs
        if not self.observers:
            return self.forward(*args, **kwargs)
        call = functools.partial(self.forward, *args, **kwargs)
        for observer in self.observers:
            call = functools.partial(observer, self, call)
        return call()

    def _dtype(self) -> Any:
        """The precision that floating inputs are cast to: that of its own parameters, not of buffers."""
        for value in self.__dict__.values():
            if type(value) is Tensor and role(value) == "parameter":
                dtype = value.dtype
                if dtype.kind == "f":
                    return dtype
        return None

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
                below = [(_dotted(name, n), child) for n, child in module.named_children()]
                stack += reversed(below)

    def modules(self) -> Iterator[Module]:
        """The module itself and all below it, each once."""
        return (module for _, module in self.named_modules())

    def _tensors(self, roles: tuple[str, ...], prefix: str, recurse: bool) -> Iterator[tuple[str, Tensor]]:
        seen: set[int] = set()
        for path, module in self.named_modules(prefix) if recurse else [(prefix, self)]:
            for name, t in _owned(module, roles):
                if id(t) not in seen:
                    seen.add(id(t))
                    yield _dotted(path, name), t

    def named_parameters(self, prefix: str = "", recurse: bool = True) -> Iterator[tuple[str, Tensor]]:
        """Parameters of this module and, unless told otherwise, of all below it, by name, each once."""
        return self._tensors(Parameter.roles, prefix, recurse)

    def parameters(self, recurse: bool = True) -> Iterator[Tensor]:
        """Parameters of this module and, unless told otherwise, of all below it, each once.

        Examples
        --------
        >>> from autograd import nn
        >>> sum(p.size for p in nn.Linear(3, 2).parameters())
        8
        """
        return (p for _, p in self.named_parameters(recurse=recurse))

    def named_buffers(self, prefix: str = "", recurse: bool = True) -> Iterator[tuple[str, Tensor]]:
        """Buffers of this module and, unless told otherwise, of all below it, by name, each once."""
        return self._tensors(Buffer.roles, prefix, recurse)

    def buffers(self, recurse: bool = True) -> Iterator[Tensor]:
        """Buffers of this module and, unless told otherwise, of all below it, each once."""
        return (b for _, b in self.named_buffers(recurse=recurse))

    def register_buffer(self, name: str, tensor: Any, persistent: bool = True) -> None:
        """Keep an array as part of the state: ``self.name = nn.Buffer(tensor)``."""
        setattr(self, name, None if tensor is None else Buffer(tensor, persistent))

    def register_parameter(self, name: str, param: Any) -> None:
        """Keep a parameter, or None for one that is absent: ``self.name = nn.Parameter(param)``."""
        setattr(self, name, param if param is None or isinstance(param, Parameter) else Parameter(param))

    def add_module(self, name: str, module: Module | None) -> None:
        """Keep a module: ``self.name = module``, also for names that Python would not take there."""
        setattr(self, name, module)

    register_module = add_module

    def get_submodule(self, target: str) -> Module:
        """The module of a dotted name, and the module itself for an empty one.

        Examples
        --------
        >>> from autograd import nn
        >>> nn.Sequential(nn.Sequential(nn.ReLU())).get_submodule("0.0")
        ReLU()
        """
        return self._get(_paths(self), target, "module")

    def get_parameter(self, target: str) -> Tensor:
        """The parameter of a dotted name."""
        return self._get(self._named(*Parameter.roles), target, "parameter")

    def get_buffer(self, target: str) -> Tensor:
        """The buffer of a dotted name."""
        return self._get(self._named(*Buffer.roles), target, "buffer")

    def _get(self, named: Iterator[tuple[str, Any]], target: str, kind: str) -> Any:
        found = dict(named)
        if target not in found:
            names = ", ".join(name for name in found if name) or "none"
            raise AttributeError(f"{type(self).__name__} has no {kind} {target!r}; it has {names}.")
        return found[target]

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

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Forget the gradients, or make zeros of those that there are."""
        for p in self.parameters():
            p.grad = None if set_to_none or p.grad is None else np.zeros_like(p.grad)

    def apply(self: M, fn: Callable[[Module], Any]) -> M:
        """Call a function on every module below and then on this one."""
        for child in self.children():
            child.apply(fn)
        fn(self)
        return self

    def to(self: M, *args: Any, dtype: Any = None, device: Any = None) -> M:
        """Convert floating parameters and buffers, in place: ``model.to(np.float64)``.

        Arrays are NumPy's, in main memory: the device "cpu" is where they are, and any other is an error.

        Examples
        --------
        >>> import numpy as np
        >>> from autograd import nn
        >>> nn.Linear(2, 1).to("cpu").to(np.float64).weight.dtype
        dtype('float64')
        """
        for given in (*args, dtype, device):
            if given is not None and given != "cpu":
                self._convert(_floating(given))
        return self

    def _convert(self, dtype: np.dtype[Any]) -> None:
        for module in self.modules():
            for _, t in module._members():
                if type(t) is Tensor and t.dtype.kind == "f" and t.dtype != dtype:
                    learnt, t.requires_grad = t.requires_grad, False
                    t.data = t.data.astype(dtype)
                    t.requires_grad = learnt

    def float(self: M) -> M:
        """Convert to float32."""
        return self.to(np.float32)

    def double(self: M) -> M:
        """Convert to float64."""
        return self.to(np.float64)

    def cpu(self: M) -> M:
        """Nothing: main memory is where arrays are."""
        return self

    def cuda(self: M, device: Any = None) -> M:
        """An error: see :meth:`to`."""
        return self.to("cuda" if device is None else device)

    # -- state -------------------------------------------------------------------------------------------------------

    def state_dict(self) -> dict[str, np.ndarray[Any, Any]]:
        """Copies of all parameters and buffers, by name.

        Examples
        --------
        >>> from autograd import nn
        >>> list(nn.Sequential(nn.Linear(3, 2), nn.BatchNorm1d(2)).state_dict())
        ['0.weight', '0.bias', '1.weight', '1.bias', '1.running_mean', '1.running_var', '1.num_batches_tracked']
        """
        return {name: np.array(t.data) for name, t in self._named("parameter", "buffer")}

    def _named(self, *roles: str) -> Iterator[tuple[str, Tensor]]:
        """Tensors under all their names, as in a state dict: module by module, and there role by role."""
        for path, module in _paths(self):
            for one in roles:
                for name, t in _owned(module, (one,)):
                    yield _dotted(path, name), t

    def load_state_dict(self, state_dict: Mapping[str, Any], strict: bool = True) -> Keys:
        """Set parameters and buffers to given arrays, all of them or, if there is an error, none.

        Parameters
        ----------
        state_dict : mapping of str to array
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
        own = dict(self._named("parameter", "buffer"))
        missing, unexpected = [k for k in own if k not in state_dict], [k for k in state_dict if k not in own]
        if strict and (missing or unexpected):
            raise KeyError(f"load_state_dict: {type(self).__name__} has missing {missing}, unexpected {unexpected}.")
        given = {name: np.asarray(value) for name, value in state_dict.items() if name in own}
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

    def summary(self, input_shape: tuple[int, ...], dtype: Any = None) -> str:
        """Output shapes and parameter counts of all modules, as a table: :func:`autograd.nn.summary`."""
        from .summaries import summary

        return summary(self, input_shape, dtype)

    def __repr__(self) -> str:
        lines = [f"({name}): {child!r}".replace("\n", "\n  ") for name, child in self.named_children()]
        extra = self.extra_repr()
        count = sum(p.size for p in self.parameters())
        after = f"  # {count:,} parameters" if count else ""
        if not lines:
            return f"{type(self).__name__}({extra}){after}"
        head = f"{type(self).__name__}({extra}{after}"
        return "\n  ".join([head, *lines]) + "\n)"


def _floating(given: Any) -> np.dtype[Any]:
    try:
        dtype = np.dtype(given)
    except TypeError:
        raise ValueError(f"Module.to: {given!r} is neither a dtype nor 'cpu', where all arrays are.") from None
    if dtype.kind != "f":
        raise TypeError(f"Module.to: dtype {dtype} is not floating.")
    return dtype


def _dotted(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _owned(module: Module, roles: tuple[str, ...]) -> Iterator[tuple[str, Tensor]]:
    """The Tensors that a module itself owns in one of these roles, by name."""
    return ((name, t) for name, t in module._members() if type(t) is Tensor and role(t) in roles)


def _cast(value: Any, dtype: np.dtype[Any]) -> Any:
    """A floating array in the precision of the parameters; containers of arrays too."""
    given = getattr(value, "dtype", None)
    if given is dtype:
        return value
    if type(value) in (tuple, list):
        return type(value)([_cast(v, dtype) for v in value])
    return value.astype(dtype) if given is not None and given != dtype and given.kind == "f" else value


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
            yield from _paths(value, _dotted(prefix, name))
