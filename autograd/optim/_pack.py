"""Pack: parameters laid end to end, so that one NumPy call serves many, and a block of large ones stays in cache."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate, pairwise
from typing import Any

import numpy as np

from ..tensor import Tensor

BLOCK = 1 << 18  # bytes of each array that are worked on at a time


class Pack:
    """Parameters of one group and dtype, and flat arrays of what their optimiser remembers.

    Nothing in it is a view of a parameter: gradients are copied in, and steps are taken from ``p.data`` afterwards.

    Parameters
    ----------
    params : sequence of Tensor
        Of one dtype.
    places : sequence of int
        Where they stand in their group.
    """

    def __init__(self, params: Sequence[Tensor], places: Sequence[int]) -> None:
        self.params, self.places = list(params), list(places)
        self.dtype = self.params[0].dtype
        self.offsets = [0, *accumulate(p.size for p in self.params)]
        self.steps = [0] * len(self.params)
        self.state: dict[str, np.ndarray[Any, Any]] = {}
        self.direction = np.zeros(self.offsets[-1], self.dtype)  # the gradient, and after the update the step
        self.views = [self.part(self.direction, k) for k in range(len(self.params))]
        self.weights: np.ndarray[Any, Any] | None = None  # copies of the parameters, where the update reads them
        self.scratch = np.empty(min(len(self.direction), self.block), self.dtype)

    def __getstate__(self) -> dict[str, Any]:
        return {"params": self.params, "places": self.places, "steps": self.steps, "state": self.state}

    def __setstate__(self, kept: dict[str, Any]) -> None:
        Pack.__init__(self, kept["params"], kept["places"])
        self.steps, self.state = kept["steps"], kept["state"]

    @property
    def block(self) -> int:
        """Elements that are worked on at a time."""
        return max(BLOCK // self.dtype.itemsize, 1)

    def part(self, flat: np.ndarray[Any, Any], k: int) -> np.ndarray[Any, Any]:
        """What a flat array holds for the k-th parameter, in its shape."""
        return flat[self.offsets[k] : self.offsets[k + 1]].reshape(self.params[k].shape)

    def arrays(self, slots: Mapping[str, float]) -> list[np.ndarray[Any, Any]]:
        """The flat arrays of these names, made with their first values where there are none yet."""
        for name, first in slots.items():
            if name not in self.state:
                self.state[name] = np.full(self.offsets[-1], first, self.dtype)
        return [self.state[name] for name in slots]

    def gather(self, grads: Sequence[Any]) -> list[tuple[int, int]]:
        """Copy gradients in, and return the runs ``(i, j)`` of neighbours that have one and are equally old."""
        if not any(g is None for g in grads):
            np.concatenate(grads, axis=None, out=self.direction)
            if len(set(self.steps)) == 1:
                return [(0, len(grads))]
        else:
            for view, g in zip(self.views, grads, strict=True):
                if g is not None:
                    np.copyto(view, g)
        keys = [(None, k) if g is None else (self.steps[k], 0) for k, g in enumerate(grads)]
        cuts = [0, *(k for k in range(1, len(keys)) if keys[k] != keys[k - 1]), len(keys)]
        return [(i, j) for i, j in pairwise(cuts) if grads[i] is not None]

    def copy_weights(self, data: Sequence[Any], i: int, j: int) -> np.ndarray[Any, Any]:
        """Copy the parameters i to j in: where the update reads them, as penalties do."""
        if self.weights is None:
            self.weights = np.zeros_like(self.direction)
        np.concatenate(data, axis=None, out=self.weights[self.offsets[i] : self.offsets[j]])
        return self.weights

    def blocks(self, i: int, j: int) -> Iterator[slice]:
        """The elements of the parameters i to j, a block at a time."""
        start, stop = self.offsets[i], self.offsets[j]
        for at in range(start, stop, self.block):
            yield slice(at, min(at + self.block, stop))
