"""Parameters as one vector, and back: for optimisers and analyses that know of vectors only."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from ...tensor import Tensor


def parameters_to_vector(parameters: Iterable[Tensor]) -> Any:
    """All elements of all parameters, one after the other; recorded, so a gradient finds its way back.

    Parameters
    ----------
    parameters : iterable of Tensor
        Of any shapes.

    Returns
    -------
    Tensor, shape (sum of sizes,)

    Examples
    --------
    >>> from autograd import nn
    >>> nn.utils.parameters_to_vector(nn.Linear(3, 2).parameters()).shape
    (8,)
    """
    parts = [p.reshape(-1) for p in parameters]
    if not parts:
        raise ValueError("parameters_to_vector: there are no parameters.")
    return np.concatenate(parts)


def vector_to_parameters(vec: Any, parameters: Iterable[Tensor]) -> None:
    """Write the values of a vector into parameters: the inverse of :func:`parameters_to_vector`.

    Parameters
    ----------
    vec : array, shape (sum of sizes,)
        Values; those of a Tensor without its place on the tape.
    parameters : iterable of Tensor
        All of them are written, or none if the length of the vector is wrong.

    Examples
    --------
    >>> import numpy as np
    >>> from autograd import nn
    >>> layer = nn.Linear(1, 2)
    >>> nn.utils.vector_to_parameters(np.arange(4.0), layer.parameters())
    >>> layer.bias.data
    array([2., 3.], dtype=float32)
    """
    values = np.asarray(vec.data if isinstance(vec, Tensor) else vec)
    params = list(parameters)
    due = (sum(p.size for p in params),)
    if values.shape != due:
        raise ValueError(f"vector_to_parameters: vector of shape {values.shape} where {due} is due.")
    for p, part in zip(params, np.split(values, np.cumsum([p.size for p in params])[:-1]), strict=True):
        p.data[...] = part.reshape(p.shape)
