"""Modules made of modules, and collections of parameters."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping, MutableSequence
from typing import Any

from .module import Module, _found
from .parameter import Parameter


class _Container(Module):
    """Items by name. Each is an attribute too, ``net.head`` for "head", and a module that is assigned is an item."""

    _items: dict[str, Any]

    def __init__(self, items: Mapping[str, Any]) -> None:
        vars(self)["_items"] = dict(items)

    def _item(self, value: Any) -> Any:
        """What is kept when this is put in."""
        return value

    def _members(self) -> Iterator[tuple[str, Any]]:
        own = {name: value for name, value in vars(self).items() if name != "_items"}
        for name, value in (self._items | own).items():
            yield from _found(name, value)

    def __getattr__(self, name: str) -> Any:
        items = vars(self).get("_items", {})
        if name not in items:
            first = "; call super().__init__() first" if name == "_items" else ""
            raise AttributeError(f"{type(self).__name__} has no attribute {name!r}{first}")
        return items[name]

    def __setattr__(self, name: str, value: Any) -> None:
        if isinstance(value, Module) or name in vars(self).get("_items", {}):
            self._items[name] = value
        else:
            super().__setattr__(name, value)

    def __delattr__(self, name: str) -> None:
        if name in self._items:
            del self._items[name]
        else:
            super().__delattr__(name)

    def __len__(self) -> int:
        return len(self._items)


# -- in order --------------------------------------------------------------------------------------------------------


class _List(_Container, MutableSequence[Any]):
    """Items in order, named by their numbers, or else by what they were named."""

    def _name(self, index: int) -> str:
        return list(self._items)[index]

    def _renumber(self, items: Iterable[tuple[str, Any]]) -> None:
        items = list(items)
        self._items.clear()
        self._items.update({str(k) if name.isdigit() else name: value for k, (name, value) in enumerate(items)})

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, slice):
            return type(self)(list(self)[index])  # type: ignore[arg-type]
        return self._items[self._name(index)]

    def __setitem__(self, index: Any, value: Any) -> None:
        self._items[self._name(index)] = self._item(value)

    def __delitem__(self, index: Any) -> None:
        items = list(self._items.items())
        del items[index]
        self._renumber(items)

    def __iter__(self) -> Iterator[Any]:
        return iter(list(self._items.values()))

    def insert(self, index: int, value: Any) -> None:
        """Add one before another; those that come after it get new numbers."""
        items = list(self._items.items())
        items.insert(index, ("0", self._item(value)))
        self._renumber(items)

    def append(self, value: Any) -> Any:
        """Add one at the end, under a number that no other has."""
        free = (str(k) for k in range(len(self), 2 * len(self) + 1) if str(k) not in self._items)
        self._items[next(free)] = self._item(value)
        return self

    def extend(self, values: Iterable[Any]) -> Any:
        """Add several at the end."""
        for value in list(values):
            self.append(value)
        return self


class Sequential(_List):
    """Modules, or any functions, one after the other.

    Examples
    --------
    >>> import numpy as np
    >>> from autograd import nn
    >>> net = nn.Sequential(nn.Linear(4, 3), nn.ReLU(), nn.Linear(3, 2))
    >>> net(np.zeros((5, 4))).shape
    (5, 2)
    >>> net[0].weight.shape, len(net)
    ((3, 4), 3)
    >>> nn.Sequential({"first": nn.Linear(4, 3), "bend": np.tanh}).first
    Linear(in_features=4, out_features=3, bias=True)  # 15 parameters
    """

    def __init__(self, *args: Any) -> None:
        named = len(args) == 1 and isinstance(args[0], Mapping)
        super().__init__(args[0] if named else {str(k): value for k, value in enumerate(args)})

    def forward(self, x: Any) -> Any:
        """Hand the value from one to the next."""
        for module in self._items.values():
            x = module(x)
        return x

    def __getitem__(self, index: int | slice) -> Any:
        if isinstance(index, slice):  # names stay, as in PyTorch, so that a state dict still fits
            return Sequential(dict(list(self._items.items())[index]))
        return super().__getitem__(index)


class ModuleList(_List):
    """A list of modules.

    Examples
    --------
    >>> from autograd import nn
    >>> layers = nn.ModuleList([nn.Linear(2, 2) for _ in range(3)])
    >>> [name for name, _ in layers.named_children()], layers[-1].weight.shape
    (['0', '1', '2'], (2, 2))
    """

    def __init__(self, modules: Iterable[Module] | None = None) -> None:
        super().__init__({})
        self.extend(modules or ())


class ParameterList(_List):
    """A list of parameters; arrays that are put into it become some.

    Examples
    --------
    >>> import numpy as np
    >>> from autograd import nn
    >>> weights = nn.ParameterList([np.ones(2), np.ones(3)])
    >>> [name for name, _ in weights.named_parameters()], weights[1].shape
    (['0', '1'], (3,))
    """

    def __init__(self, values: Iterable[Any] | None = None) -> None:
        super().__init__({})
        self.extend(values or ())

    def _item(self, value: Any) -> Any:
        return _parameter(value)


# -- by name ---------------------------------------------------------------------------------------------------------


class _Dict(_Container, MutableMapping[str, Any]):
    """Items under names of one's own."""

    __eq__, __hash__ = object.__eq__, object.__hash__  # a module is equal to itself alone

    def __getitem__(self, name: str) -> Any:
        return self._items[name]

    def __setitem__(self, name: str, value: Any) -> None:
        self._items[name] = self._item(value)

    def __delitem__(self, name: str) -> None:
        del self._items[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._items)


class ModuleDict(_Dict):
    """A dictionary of modules.

    Examples
    --------
    >>> from autograd import nn
    >>> heads = nn.ModuleDict({"mean": nn.Linear(2, 1), "scale": nn.Linear(2, 1)})
    >>> list(heads), heads["mean"].weight.shape
    (['mean', 'scale'], (1, 2))
    """

    def __init__(self, modules: Mapping[str, Module] | None = None) -> None:
        super().__init__(modules or {})


class ParameterDict(_Dict):
    """A dictionary of parameters; arrays that are put into it become some.

    Examples
    --------
    >>> import numpy as np
    >>> from autograd import nn
    >>> [name for name, _ in nn.ParameterDict({"scale": np.ones(2)}).named_parameters()]
    ['scale']
    """

    def __init__(self, parameters: Mapping[str, Any] | None = None) -> None:
        super().__init__({})
        self.update(parameters or {})

    def _item(self, value: Any) -> Any:
        return _parameter(value)


def _parameter(value: Any) -> Any:
    return value if isinstance(value, Parameter) else Parameter(value)


# -- beside each other -----------------------------------------------------------------------------------------------


class Residual(Module):
    """``x + f(x)``, or ``shortcut(x) + f(x)`` where shapes differ (He et al., arXiv:1512.03385).

    Examples
    --------
    >>> import numpy as np
    >>> from autograd import nn
    >>> nn.Residual(nn.Identity())(np.ones(2))
    array([2., 2.])
    """

    def __init__(self, module: Callable[..., Any], shortcut: Callable[..., Any] | None = None) -> None:
        self.module, self.shortcut = module, shortcut

    def forward(self, x: Any) -> Any:
        """Both ways, added."""
        return (x if self.shortcut is None else self.shortcut(x)) + self.module(x)
