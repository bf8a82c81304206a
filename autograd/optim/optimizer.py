"""Optimizer: parameter groups, and the step that all optimisers share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, ClassVar, Unpack

import numpy as np

from ..tape import enable_grad
from ..tensor import Tensor
from ._groups import SHARED, Options, completed, computed, described, in_range, listed
from ._pack import Pack
from ._penalties import constrain, finite, penalise
from ._state import repacked, restored

Params = Iterable[Tensor] | Iterable[tuple[str, Tensor]] | Iterable[dict[str, Any]]
Array = np.ndarray[Any, Any]


class Optimizer:
    """What optimisers share; a new one defines ``_slots`` and ``_update``.

    Every optimiser takes these options, for all parameters or, in a dict with ``params``, for a group of them:

    - ``weight_decay`` λ adds ``λ w`` to the gradient: that of ``λ/2 ‖w‖²``.
    - ``l1`` and ``l2`` add the gradient of ``l1 ‖w‖₁ + l2 ‖w‖²``, that is ``l1 sign(w) + 2 l2 w``. So ``l2=0.01`` is
      ``weight_decay=0.02``; the two add up. In AdamW, ``weight_decay`` acts on the weights themselves and ``l2`` on
      their gradient.
    - ``max_norm`` c scales each row of a weight with ``‖w_j‖ > c`` back to c after the step; a row is what feeds one
      unit, ``w[j]``. Parameters with fewer than two axes, such as biases, are left alone (Srivastava et al. 2014,
      "Dropout").
    - ``maximize`` ascends.
    - ``foreach``, ``fused`` and ``capturable`` are taken from programs for PyTorch and left out: they say how a step is
      computed there, not what it is.

    Parameters without a gradient are skipped, and so are frozen ones. If a gradient is not finite, ``step`` raises and
    has changed nothing. Beside what it remembers, a step takes copies of the gradients of small parameters (below
    128 KiB), and blocks of 256 KiB of large ones.

    Parameters
    ----------
    params : iterable
        Of Tensors, of (name, Tensor) as ``named_parameters()`` gives them, or of dicts: groups with options of their
        own.
    defaults : dict
        Options of those groups that do not set them.
    **options
        Those above, except ``weight_decay``.

    Examples
    --------
    >>> import numpy as np, autograd as ag
    >>> from autograd import optim
    >>> w = ag.Tensor([1.0, -2.0], requires_grad=True)
    >>> optimizer = optim.SGD([w], lr=0.1)
    >>> for _ in range(100):
    ...     optimizer.zero_grad()
    ...     np.sum((w - 3) ** 2).backward()
    ...     optimizer.step()
    >>> np.round(w.data, 6)
    array([3., 3.])
    """

    # Options that are numbers, and the range of each
    ranges: ClassVar[dict[str, tuple[float, float]]] = {}
    # The options above and their defaults; and whether weight decay acts on the weights themselves
    shared: ClassVar[Options] = SHARED
    decoupled: ClassVar[bool] = False
    # Whether the update writes to the gradient, too
    overwrites: ClassVar[bool] = False

    def __init__(self, params: Params, defaults: dict[str, Any], **options: Unpack[Options]) -> None:
        given = computed(options, self.decoupled, self._name)
        if unknown := sorted(set(given) - set(self.shared)):
            raise TypeError(f"{self._name}: unknown options {unknown}; it takes {sorted({**defaults, **self.shared})}.")
        self.defaults = {**defaults, **self.shared, **given}
        self.param_groups: list[dict[str, Any]] = []
        self._packs: list[list[Pack]] = []
        for group in listed(params, self._name):
            self.add_param_group(group)

    @property
    def _name(self) -> str:
        return type(self).__name__

    # -- what an optimiser defines -----------------------------------------------------------------------------------

    def _slots(self, group: Mapping[str, Any]) -> dict[str, float]:
        """What is remembered of each element, by PyTorch's names, and the first values."""
        raise NotImplementedError

    def _update(self, group: Mapping[str, Any], t: int, g: Array, s: Array, *state: Array) -> None:
        """Compute the step ``s`` to subtract from the gradient ``g``, which stays as it is; ``t`` counts from 1."""
        raise NotImplementedError

    # -- groups ------------------------------------------------------------------------------------------------------

    def add_param_group(self, param_group: dict[str, Any]) -> None:
        """Add parameters, with options of their own: those of a layer that is thawed later, say."""
        given = computed(param_group, self.decoupled, self._name)
        group = completed(given, self.defaults, self.param_groups, self._name)
        self._check(group)
        self.param_groups.append(group)
        self._packs.append([])

    def _check(self, group: Mapping[str, Any]) -> None:
        in_range(group, self.ranges, self._name)

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Forget the gradients, or set them to zero."""
        for group in self.param_groups:
            for p in group["params"]:
                p.grad = None if set_to_none or p.grad is None else np.zeros_like(p.grad)

    # -- the step ----------------------------------------------------------------------------------------------------

    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """Update the parameters from their gradients.

        Parameters
        ----------
        closure : callable, optional
            Computes gradients first, and returns the loss, which is then the result of the step.

        Raises
        ------
        FloatingPointError
            If a gradient is not finite; nothing has changed then.
        """
        loss = None
        if closure is not None:
            with enable_grad():
                loss = closure()
        with np.errstate(all="ignore"):
            due = [run for k in range(len(self.param_groups)) for run in self._gathered(k)]
            for run in due:
                self._run(*run)
        return loss

    def _gathered(self, k: int) -> list[tuple[dict[str, Any], Pack, int, int, Array]]:
        """The runs of a group to update, once all of its gradients are in and known to be finite."""
        group, packs = self.param_groups[k], self._packs[k]
        if sum(len(pack.params) for pack in packs) < len(group["params"]):
            packs += self._new_packs(group, packs)
        options = {name: v.item() if getattr(v, "ndim", None) == 0 else v for name, v in group.items()}
        due = []
        for pack in packs:
            grads = [p.grad for p in pack.params]
            if any(g is not None and g.dtype != pack.dtype for g in grads):
                self._packs[k] = self._converted(group)
                return self._gathered(k)
            runs = pack.gather(grads)
            due += [(options, pack, *run) for run in runs]
            if any(not finite(flat) for _, _, flat in runs):
                bad = [p for p, g in zip(pack.places, grads, strict=True) if g is not None and not finite(g.ravel())]
                raise FloatingPointError(
                    f"{self._name}: the gradient of {described(group, bad[0])} is not finite; nothing was changed. "
                    f"Lower the learning rate, clip gradients, or look for the cause with ag.debug()."
                )
        return due

    def _converted(self, group: Mapping[str, Any]) -> list[Pack]:
        """What is remembered, in the precision that the model was converted to."""
        own = self.state
        return repacked(group, [own.get(p, {}) for p in group["params"]], self._slots(group), self._name)

    def _new_packs(self, group: Mapping[str, Any], packs: list[Pack]) -> list[Pack]:
        """Packs for those parameters that have a gradient for the first time, one for each dtype."""
        packed = {place for pack in packs for place in pack.places}
        new: dict[Any, list[int]] = {}
        for place, p in enumerate(group["params"]):
            if place not in packed and p.grad is not None:
                new.setdefault(p.dtype, []).append(place)
        return [Pack([group["params"][place] for place in places], places) for places in new.values()]

    def _run(self, group: dict[str, Any], pack: Pack, i: int, j: int, flat: Array) -> None:
        """Update neighbours in a pack, block by block, with their gradients end to end."""
        t = pack.steps[i] = pack.steps[i] + 1
        pack.steps[i:j] = [t] * (j - i)
        data = [p._writable() for p in pack.params[i:j]]
        coupled, shrink, l1 = self._penalties(group)
        weights = pack.flat(data, i) if coupled or l1 else None
        state, start = pack.arrays(self._slots(group)), pack.offsets[i]
        for block, s, pairs in pack.blocks(data, i, j):
            own = slice(block.start - start, block.stop - start)
            g = flat[own]
            if group["maximize"] or weights is not None or self.overwrites:
                g = g.copy()
            if group["maximize"]:
                np.negative(g, out=g)
            if weights is not None:
                penalise(g, s, weights[own], coupled, l1)
            self._update(group, t, g, s, *[remembered[block] for remembered in state])
            for w, step in pairs:
                if shrink != 1:
                    np.multiply(w, shrink, out=w)
                np.subtract(w, step, out=w)
        if group["max_norm"] is not None:
            for w in data:
                if w.ndim > 1:
                    constrain(w, pack.scratch, group["max_norm"])

    def _penalties(self, group: Mapping[str, Any]) -> tuple[float, float, float]:
        """The factors of w in the gradient, of w before the step, and of sign(w) in the gradient."""
        return group["weight_decay"] + 2 * group["l2"], 1.0, group["l1"]

    # -- state -------------------------------------------------------------------------------------------------------

    @property
    def state(self) -> dict[Tensor, dict[str, Any]]:
        """What is remembered of each parameter: ``optimizer.state[p]["exp_avg"]``, in the shape of ``p``."""
        return {
            p: {"step": pack.steps[k], **{name: pack.part(flat, k) for name, flat in pack.state.items()}}
            for packs in self._packs
            for pack in packs
            for k, p in enumerate(pack.params)
        }

    def state_dict(self) -> dict[str, Any]:
        """Copies of what is remembered, by the parameters' numbers, and the groups' options: PyTorch's form."""
        number = {id(p): k for k, p in enumerate(p for group in self.param_groups for p in group["params"])}
        state = {
            number[id(p)]: {k: v if isinstance(v, int) else np.array(v) for k, v in own.items()}
            for p, own in self.state.items()
        }
        groups = [{**group, "params": [number[id(p)] for p in group["params"]]} for group in self.param_groups]
        return {"state": dict(sorted(state.items())), "param_groups": groups}

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Continue from a state dict: of here, or of PyTorch's optimiser of the same name.

        Raises
        ------
        ValueError
            If groups, options or shapes differ; nothing has changed then.
        """
        by, saved = f"{self._name}.load_state_dict", state_dict["param_groups"]
        due, given = [len(g["params"]) for g in self.param_groups], [len(g["params"]) for g in saved]
        if due != given:
            raise ValueError(f"{by}: groups of {given} parameters where {due} are due.")
        groups, packs = [], []
        for own, new in zip(self.param_groups, saved, strict=True):
            group = restored(own, computed(new, self.decoupled, by), self.defaults, by)
            self._check(group)
            groups.append(group)
            states = [state_dict["state"].get(k, {}) for k in new["params"]]
            packs.append(repacked(group, states, self._slots(group), by))
        self.param_groups, self._packs = groups, packs

    def __repr__(self) -> str:
        lines = [
            f"  {len(g['params'])} parameters: "
            + ", ".join(f"{k}={v!r}" for k, v in g.items() if k not in ("params", "param_names"))
            for g in self.param_groups
        ]
        return "\n".join([f"{self._name}(", *lines, ")"])
