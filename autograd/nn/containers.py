"""Modules made of modules."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from .module import Module


class Sequential(Module):
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
    """

    def __init__(self, *modules: Any) -> None:
        named = len(modules) == 1 and isinstance(modules[0], Mapping)
        self._inner: dict[str, Any] = dict(modules[0]) if named else {str(k): m for k, m in enumerate(modules)}

    def forward(self, x: Any) -> Any:
        """Hand the value from one to the next."""
        for module in self._inner.values():
            x = module(x)
        return x

    def _members(self) -> Iterator[tuple[str, Any]]:
        return ((name, m) for name, m in self._inner.items() if isinstance(m, Module))

    def __getitem__(self, index: int | slice) -> Any:
        if isinstance(index, slice):  # names stay, as in PyTorch, so that a state dict still fits
            return Sequential(dict(list(self._inner.items())[index]))
        return list(self._inner.values())[index]

    def __setitem__(self, index: int, module: Callable[..., Any]) -> None:
        self._inner[list(self._inner)[index]] = module

    def __len__(self) -> int:
        return len(self._inner)

    def __iter__(self) -> Iterator[Any]:
        return iter(self._inner.values())

    def append(self, module: Callable[..., Any]) -> Sequential:
        """Add one at the end."""
        names = (str(k) for k in range(len(self._inner), 2 * len(self._inner) + 1))
        self._inner[next(name for name in names if name not in self._inner)] = module
        return self


class ModuleList(Module):
    """A list of modules.

    Examples
    --------
    >>> from autograd import nn
    >>> layers = nn.ModuleList([nn.Linear(2, 2) for _ in range(3)])
    >>> [name for name, _ in layers.named_children()], layers[-1].weight.shape
    (['0', '1', '2'], (2, 2))
    """

    def __init__(self, modules: Iterable[Module] = ()) -> None:
        self._inner = list(modules)

    def _members(self) -> Iterator[tuple[str, Any]]:
        return ((str(k), m) for k, m in enumerate(self._inner))

    def __getitem__(self, index: int | slice) -> Any:
        return ModuleList(self._inner[index]) if isinstance(index, slice) else self._inner[index]

    def __setitem__(self, index: int, module: Module) -> None:
        self._inner[index] = module

    def __len__(self) -> int:
        return len(self._inner)

    def __iter__(self) -> Iterator[Module]:
        return iter(self._inner)

    def append(self, module: Module) -> ModuleList:
        """Add one at the end."""
        self._inner.append(module)
        return self

    def extend(self, modules: Iterable[Module]) -> ModuleList:
        """Add several at the end."""
        self._inner.extend(modules)
        return self


class ModuleDict(Module):
    """A dictionary of modules.

    Examples
    --------
    >>> from autograd import nn
    >>> heads = nn.ModuleDict({"mean": nn.Linear(2, 1), "scale": nn.Linear(2, 1)})
    >>> list(heads), heads["mean"].weight.shape
    (['mean', 'scale'], (1, 2))
    """

    def __init__(self, modules: Mapping[str, Module] | None = None) -> None:
        self._inner = dict(modules or {})

    def _members(self) -> Iterator[tuple[str, Any]]:
        return iter(self._inner.items())

    def __getitem__(self, name: str) -> Module:
        return self._inner[name]

    def __setitem__(self, name: str, module: Module) -> None:
        self._inner[name] = module

    def __delitem__(self, name: str) -> None:
        del self._inner[name]

    def __contains__(self, name: str) -> bool:
        return name in self._inner

    def __len__(self) -> int:
        return len(self._inner)

    def __iter__(self) -> Iterator[str]:
        return iter(self._inner)

    def keys(self) -> Iterable[str]:
        """The names."""
        return self._inner.keys()

    def values(self) -> Iterable[Module]:
        """The modules."""
        return self._inner.values()

    def items(self) -> Iterable[tuple[str, Module]]:
        """Names and modules."""
        return self._inner.items()


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
