"""Pack: parameters laid end to end, so that one NumPy call serves many, and a block of large ones stays in cache."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate, pairwise
from typing import Any

import numpy as np

from ..tensor import Tensor

Array = np.ndarray[Any, Any]

BLOCK = 1 << 18  # bytes of each array that are worked on at a time
LARGE = 1 << 17  # bytes from which a parameter is worked on by itself


class Pack:
    """Parameters of one group and dtype, and flat arrays of what their optimiser remembers.

    Small parameters come first, and are worked on together, as many as a block holds: for a step, their gradients are
    put end to end. The gradient of a large one is read where it is. Nothing in a pack is a view of a parameter.

    Parameters
    ----------
    params : sequence of Tensor
        Of one dtype.
    places : sequence of int
        Where they stand in their group.
    """

    def __init__(self, params: Sequence[Tensor], places: Sequence[int]) -> None:
        self.dtype = params[0].dtype
        self.small = sum(not self._large(p) for p in params)
        order = sorted(range(len(params)), key=lambda k: self._large(params[k]))
        self.params, self.places = [params[k] for k in order], [places[k] for k in order]
        self.offsets = [0, *accumulate(p.size for p in self.params)]
        self.firsts = list(self._firsts())
        self.cuts = _cuts(self.firsts)
        self.steps = [0] * len(self.params)
        self.state: dict[str, Array] = {}
        runs = [self.offsets[j] - self.offsets[i] for i, j in pairwise(self.cuts)]
        self.scratch = np.empty(min(max(runs), self.block), self.dtype)  # for the step of a block
        self.views = [
            self.scratch[self.offsets[k] - self.offsets[first] :][: p.size].reshape(p.shape)
            for k, (p, first) in enumerate(zip(self.params[: self.small], self.firsts, strict=False))
        ]

    def _large(self, p: Tensor) -> bool:
        return p.size * self.dtype.itemsize >= LARGE

    def _firsts(self) -> Iterator[int]:
        """For each parameter the first of those that are worked on together with it."""
        first = 0
        for k in range(len(self.params)):
            if k >= self.small or self.offsets[k + 1] - self.offsets[first] > self.block:
                first = k
            yield first

    def __getstate__(self) -> dict[str, Any]:
        return {"params": self.params, "places": self.places, "steps": self.steps, "state": self.state}

    def __setstate__(self, kept: dict[str, Any]) -> None:
        Pack.__init__(self, kept["params"], kept["places"])
        self.steps, self.state = kept["steps"], kept["state"]

    @property
    def block(self) -> int:
        """Elements that are worked on at a time."""
        return max(BLOCK // self.dtype.itemsize, 1)

    def part(self, flat: Array, k: int) -> Array:
        """What a flat array holds for the k-th parameter, in its shape."""
        return flat[self.offsets[k] : self.offsets[k + 1]].reshape(self.params[k].shape)

    def arrays(self, slots: Mapping[str, float]) -> list[Array]:
        """The flat arrays of these names, made with their first values where there are none yet."""
        for name, first in slots.items():
            if name not in self.state:
                self.state[name] = np.full(self.offsets[-1], first, self.dtype)
        return [self.state[name] for name in slots]

    def gather(self, grads: Sequence[Any]) -> list[tuple[int, int, Array]]:
        """The runs ``(i, j)`` of neighbours that have a gradient and are worked on together, and those gradients."""
        cuts = self.cuts
        if any(g is None for g in grads) or len(set(self.steps)) > 1:
            ages = [-1 if g is None else t for g, t in zip(grads, self.steps, strict=True)]
            cuts = _cuts(list(zip(ages, self.firsts, strict=True)))
        return [(i, j, self.flat(grads[i:j], i)) for i, j in pairwise(cuts) if grads[i] is not None]

    def flat(self, arrays: Sequence[Array], i: int) -> Array:
        """Arrays of the parameters from i on, end to end: of small ones a copy, of a large one a view if it can be."""
        return np.concatenate(arrays, axis=None) if i < self.small else arrays[0].reshape(-1)

    def blocks(self, data: Sequence[Array], i: int, j: int) -> Iterator[tuple[slice, Array, Iterable[Any]]]:
        """The elements of a run, a block at a time: which, where their step goes, and weights with the step of each."""
        start, stop = self.offsets[i], self.offsets[j]
        if i < self.small:
            first = self.offsets[self.firsts[i]]
            step = self.scratch[start - first : stop - first]
            yield slice(start, stop), step, zip(data, self.views[i:j], strict=True)
            return
        flat = self.flat(data, i)
        for at in range(start, stop, self.block):
            end = min(at + self.block, stop)
            step = self.scratch[: end - at]
            yield slice(at, end), step, [(flat[at - start : end - start], step)]
        if not np.may_share_memory(flat, data[0]):  # in Fortran's order
            data[0][...] = flat.reshape(data[0].shape)


def _cuts(keys: Sequence[Any]) -> list[int]:
    """Where a run of equal keys starts, and the end."""
    return [0, *(k for k in range(1, len(keys)) if keys[k] != keys[k - 1]), len(keys)]
