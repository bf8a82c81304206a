"""Checkpoints: all that a run needs to go on as if it had never stopped."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from ..files import Target, write_whole
from ..nn.module import Module
from ._files import pack, read_npz, unpack, write_npz

_FORMAT = "autograd checkpoint 1"

Generator = np.random.Generator


def _generators(model: Any) -> Iterator[tuple[str, Generator]]:
    """The generators that modules draw from, such as those of dropout, by name."""
    for path, module in model.named_modules() if isinstance(model, Module) else ():
        for name, value in vars(module).items():
            if isinstance(value, Generator):
                yield f"{path}.{name}" if path else name, value


def save_checkpoint(
    path: Target,
    *,
    model: Any = None,
    optimizer: Any = None,
    scheduler: Any = None,
    rng: Generator | Mapping[str, Generator] | None = None,
    epoch: int = 0,
    history: Mapping[str, Any] | None = None,
    callbacks: Sequence[Any] = (),
    extra: Any = None,
) -> None:
    """Save the state of a run, as an ``.npz`` file without pickle, whole or not at all.

    Parameters
    ----------
    path : str or Path
    model, optimizer, scheduler : object with ``state_dict()``, optional
        The generators of the model's modules (dropout) are saved with it.
    rng : Generator, or mapping of str to Generator, optional
        Whose states to save: those of loaders, for instance.
    epoch : int
        How many epochs are done.
    history : mapping, optional
    callbacks : sequence of Callback
        Whose states to save, in this order.
    extra : nested dicts, lists and tuples of arrays, numbers and texts, optional

    Raises
    ------
    OSError
        If it cannot be written; the file that was there is as it was.

    Examples
    --------
    >>> import os, tempfile
    >>> from autograd import nn, training
    >>> path = os.path.join(tempfile.mkdtemp(), "run.npz")
    >>> training.save_checkpoint(path, model=nn.Linear(2, 1, rng=0), epoch=3, extra={"note": "first"})
    >>> net = nn.Linear(2, 1)
    >>> found = training.load_checkpoint(path, model=net)
    >>> found["epoch"], found["extra"]
    (3, {'note': 'first'})
    """
    generators = {"": rng} if isinstance(rng, Generator) else dict(rng or {})
    state = {
        "format": _FORMAT,
        "epoch": epoch,
        "model": None if model is None else model.state_dict(),
        "modules": {} if model is None else {name: g.bit_generator.state for name, g in _generators(model)},
        "optimizer": None if optimizer is None else optimizer.state_dict(),
        "scheduler": None if scheduler is None else scheduler.state_dict(),
        "rng": {name: g.bit_generator.state for name, g in generators.items()},
        "history": None if history is None else {name: list(values) for name, values in history.items()},
        "callbacks": [callback.state_dict() for callback in callbacks],
        "extra": extra,
    }
    arrays = pack(state)
    write_whole(path, lambda stream: write_npz(stream, arrays))


def read_checkpoint(path: Target) -> dict[str, Any]:
    """What a checkpoint holds, as plain data."""
    arrays = read_npz(path)
    state = unpack(arrays) if "outline" in arrays else None
    if not isinstance(state, dict) or state.get("format") != _FORMAT:
        raise ValueError(f"{path}: this is no checkpoint; weights alone are read by load_weights.")
    return state


def load_checkpoint(
    path: Target,
    *,
    model: Any = None,
    optimizer: Any = None,
    scheduler: Any = None,
    rng: Generator | Mapping[str, Generator] | None = None,
    callbacks: Sequence[Any] = (),
) -> dict[str, Any]:
    """Put the objects of a run into the state that was saved, all of them or, if there is an error, none.

    Parameters
    ----------
    path : str or Path
    model, optimizer, scheduler, rng, callbacks
        As given to :func:`save_checkpoint`; those that are left out are left alone.

    Returns
    -------
    dict
        What the file holds: ``"epoch"``, ``"history"`` and ``"extra"`` among it.

    Raises
    ------
    ValueError
        If this is no checkpoint, it is damaged, or it lacks what is asked for.
    """
    state = read_checkpoint(path)
    restore(state, path, model=model, optimizer=optimizer, scheduler=scheduler, rng=rng, callbacks=callbacks)
    return state


def restore(state: dict[str, Any], path: Target, *, rng: Any, callbacks: Sequence[Any], **objects: Any) -> None:
    """Put objects into a state that was read."""
    given = {name: value for name, value in objects.items() if value is not None}
    generators = {"": rng} if isinstance(rng, Generator) else dict(rng or {})
    lacking = [name for name in given if state[name] is None]
    lacking += [f"rng {name!r}" for name in generators if name not in state["rng"]]
    if lacking:
        raise ValueError(f"{path}: this checkpoint holds no {', no '.join(lacking)}.")
    if len(callbacks) != len(state["callbacks"]) and callbacks:
        raise ValueError(f"{path}: {len(state['callbacks'])} callbacks were saved, and {len(callbacks)} are given.")
    for name, generator in generators.items():
        _same_kind(path, name, generator, state["rng"][name])
    inner = dict(_generators(given["model"])) if "model" in given else {}
    if set(inner) != set(state["modules"]) and "model" in given:
        raise ValueError(f"{path}: generators of {sorted(state['modules'])} were saved; the model has {sorted(inner)}.")
    for name, generator in inner.items():
        _same_kind(path, name, generator, state["modules"][name])
    parts = [(value, state[name]) for name, value in given.items()]
    parts += zip(callbacks, state["callbacks"], strict=bool(callbacks))
    before: list[tuple[Any, Any]] = []
    try:
        for part, saved in parts:
            before.append((part, part.state_dict()))
            part.load_state_dict(saved)
    except BaseException:
        for part, saved in before:
            part.load_state_dict(saved)
        raise
    for name, generator in generators.items():
        generator.bit_generator.state = state["rng"][name]
    for name, generator in inner.items():
        generator.bit_generator.state = state["modules"][name]


def _same_kind(path: Target, name: str, generator: Generator, saved: Mapping[str, Any]) -> None:
    own = generator.bit_generator.state["bit_generator"]
    if saved["bit_generator"] != own:
        raise ValueError(f"{path}: generator {name!r} was a {saved['bit_generator']} and is a {own}.")
