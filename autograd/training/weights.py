"""Weights as files: ``.npz`` without pickle, and safetensors."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

import numpy as np

from ..files import Target, write_whole
from ..nn.module import Keys, Module
from ..tensor import Tensor
from ._files import read_npz, write_npz


def save_weights(model: Module | Mapping[str, Any], path: Target) -> None:
    """Save parameters and buffers, as ``.npz`` or ``.safetensors`` by the file's name.

    The file is written beside ``path`` and takes its place when it is complete: a full disk or an interruption leaves
    the old one as it was.

    Parameters
    ----------
    model : Module, or mapping of str to array
    path : str or Path
        Its ending decides: ``.npz`` is read by ``np.load(path, allow_pickle=False)``; ``.safetensors`` needs the extra
        of that name, and is read by PyTorch too.

    Examples
    --------
    >>> import os, tempfile
    >>> import numpy as np
    >>> from autograd import nn, training
    >>> path = os.path.join(tempfile.mkdtemp(), "weights.npz")
    >>> training.save_weights(nn.Linear(2, 1, rng=0), path)
    >>> net = nn.Linear(2, 1, rng=1)
    >>> training.load_weights(net, path)
    Keys(missing_keys=[], unexpected_keys=[])
    >>> bool(np.all(net.weight.data == nn.Linear(2, 1, rng=0).weight.data))
    True
    """
    state = model.state_dict() if isinstance(model, Module) else model
    arrays = {name: _plain(name, value) for name, value in state.items()}

    def write(stream: IO[bytes]) -> None:
        if _kind(path) == ".npz":
            write_npz(stream, arrays)
        else:
            stream.write(_safetensors().save(arrays))

    _kind(path)
    write_whole(path, write)


def load_weights(model: Module, path: Target, strict: bool = True) -> Keys:
    """Set parameters and buffers to those of a file, all of them or, if there is an error, none.

    Parameters
    ----------
    model : Module
    path : str or Path
        As :func:`save_weights` wrote it, or, for layers that both have, a safetensors file of PyTorch.
    strict : bool
        Whether each name has to be on both sides.
    """
    return model.load_state_dict(read_weights(path), strict)


def read_weights(path: Target) -> dict[str, Any]:
    """Arrays by name, of a file of either kind."""
    if _kind(path) == ".npz":
        return read_npz(path)
    library, data = _safetensors(), Path(path).read_bytes()
    try:
        return dict(library.load(data))
    except Exception as error:
        raise ValueError(f"{path}: this is no safetensors file, or a damaged one ({error}).") from error


def _kind(path: Target) -> str:
    ending = Path(path).suffix
    if ending not in (".npz", ".safetensors"):
        raise ValueError(f"{path}: weights are saved as .npz or .safetensors, and this ends in {ending!r}.")
    return ending


def _plain(name: str, value: Any) -> Any:
    """In C order and the machine's byte order: safetensors 0.8.0 saves the memory of strided arrays as it lies."""
    array = np.asarray(value.data if isinstance(value, Tensor) else value)
    if array.dtype.kind not in "biufc":
        raise TypeError(f"save_weights: {name} has dtype {array.dtype}, which is not numeric.")
    return np.array(array, dtype=array.dtype.newbyteorder("="), order="C")


def _safetensors() -> Any:
    try:
        import safetensors.numpy
    except ImportError as error:
        raise ImportError("safetensors files need an extra: pip install autograd-tape[safetensors]") from error
    return safetensors.numpy
