"""Sequences of several lengths in one array: packed, without gaps, or padded; and the end of a gradient's way back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np

from ...functions._rows import rows
from ...tensor import Tensor


class PackedSequence(NamedTuple):
    """Sequences of several lengths, step after step without gaps: PyTorch's, with NumPy integers.

    ``data[:batch_sizes[0]]`` is the first step of all sequences, the longest sequence first; what follows is the second
    step of those that have one. Made by :func:`pack_padded_sequence` and :func:`pack_sequence`.

    Attributes
    ----------
    data : array, shape (sum of lengths, *)
    batch_sizes : array of int
        How many sequences have a first step, a second step, and so on.
    sorted_indices : array of int, or None
        Which sequence of the batch is the longest, the second, …; None if they were sorted already.
    unsorted_indices : array of int, or None
        The way back.
    """

    data: Any
    batch_sizes: np.ndarray[Any, Any]
    sorted_indices: np.ndarray[Any, Any] | None = None
    unsorted_indices: np.ndarray[Any, Any] | None = None


def _lengths(lengths: Any, batch: int, steps: int, least: int, by: str) -> np.ndarray[Any, Any]:
    given = np.asarray(lengths.data if isinstance(lengths, Tensor) else lengths)
    if given.shape != (batch,):
        raise ValueError(f"{by}: lengths of shape {given.shape} where ({batch},) is due, one for each sequence.")
    if given.dtype.kind not in "iu" and given.size:
        raise TypeError(f"{by}: lengths of dtype {given.dtype}; they are integers.")
    if given.size and (given.min() < least or given.max() > steps):
        raise ValueError(f"{by}: lengths from {given.min()} to {given.max()}, where {least} to {steps} is possible.")
    return given.astype(np.intp)


def _places(lengths: Any, steps: int) -> tuple[Any, Any]:
    """Which row of a padded array is each row of the packed one, and the other way round (-1 for padding).

    Rows are steps times sequences; ``lengths`` fall.
    """
    alive = np.arange(steps)[:, None] < lengths
    back = np.where(alive, np.cumsum(alive).reshape(alive.shape) - 1, -1).ravel()
    return np.flatnonzero(alive), back


def _packed(x: Any, lengths: Any) -> PackedSequence:
    """Pack a time-major array; lengths may be zero."""
    order = np.argsort(-lengths, kind="stable")
    steps, batch = x.shape[:2]
    where, back = _places(lengths[order], steps)
    # rows of the array as it is, for those of the sorted one
    source = np.arange(steps * batch).reshape(steps, batch)[:, order].ravel()
    arrived = np.empty_like(source)
    arrived[source] = back
    data = rows(x.reshape(steps * batch, *x.shape[2:]), source[where], arrived)
    sizes = np.count_nonzero(np.arange(lengths.max(initial=0))[:, None] < lengths, axis=1)
    if np.array_equal(order, np.arange(batch)):
        return PackedSequence(data, sizes)
    return PackedSequence(data, sizes, order, np.argsort(order))


def pack_padded_sequence(
    input: Any, lengths: Any, batch_first: bool = False, enforce_sorted: bool = True
) -> PackedSequence:
    """Pack padded sequences.

    Parameters
    ----------
    input : array, shape (T, B, *), or (B, T, *) if ``batch_first``
        Sequences, padded to the same length.
    lengths : sequence of int
        Of each, at least 1.
    batch_first : bool
        Which axis comes first.
    enforce_sorted : bool
        Whether to insist that lengths fall; if not, they are sorted here and put back at the end.

    Examples
    --------
    >>> import numpy as np
    >>> from autograd import nn
    >>> x = np.array([[1.0, 3.0], [2.0, 0.0]])  # two sequences as columns, [1, 2] and [3]
    >>> packed = nn.pack_padded_sequence(x, [2, 1])
    >>> packed.data, packed.batch_sizes
    (array([1., 3., 2.]), array([2, 1]))
    """
    if np.ndim(input) < 2:
        raise ValueError(f"pack_padded_sequence: input of shape {np.shape(input)} where (T, B, *) is due.")
    x = input.swapaxes(0, 1) if batch_first else input
    if not x.shape[1]:
        raise ValueError("pack_padded_sequence: there is no sequence to pack.")
    given = _lengths(lengths, x.shape[1], x.shape[0], 1, "pack_padded_sequence")
    if enforce_sorted and np.any(np.diff(given) > 0):
        raise ValueError(f"pack_padded_sequence: lengths {given.tolist()} do not fall; pass enforce_sorted=False.")
    return _packed(x, given)


def pad_packed_sequence(
    sequence: PackedSequence, batch_first: bool = False, padding_value: float = 0.0, total_length: int | None = None
) -> tuple[Any, np.ndarray[Any, Any]]:
    """Pad packed sequences; the inverse of :func:`pack_padded_sequence`. Return the array and the lengths.

    Examples
    --------
    >>> import numpy as np
    >>> from autograd import nn
    >>> nn.pad_packed_sequence(nn.pack_sequence([np.array([1.0, 2.0]), np.array([3.0])]))
    (array([[1., 3.],
           [2., 0.]]), array([2, 1]))
    """
    data, sizes, _, unsorted = sequence
    batch, steps = int(sizes[0]), len(sizes)
    total = steps if total_length is None else total_length
    if total < steps:
        raise ValueError(f"pad_packed_sequence: total_length {total} where the longest sequence has {steps} steps.")
    lengths = np.count_nonzero(sizes > np.arange(batch)[:, None], axis=1)
    order = np.arange(batch) if unsorted is None else unsorted
    x = _padded(data, lengths, total, order)
    if padding_value:
        gap = (np.arange(total)[:, None] >= lengths[order]).reshape(total, batch, *[1] * (x.ndim - 2))
        x = np.where(gap, padding_value, x)
    return (x.swapaxes(0, 1) if batch_first else x), lengths[order]


def _padded(data: Any, lengths: Any, total: int, order: Any) -> Any:
    """A time-major array from packed rows, with zeros; ``lengths`` fall, ``order`` says where each sequence goes."""
    where, back = _places(lengths, total)
    grid = np.arange(total * len(lengths)).reshape(total, len(lengths))[:, order].ravel()
    placed = np.empty_like(grid)
    placed[grid] = np.arange(grid.size)
    return rows(data, back[grid], placed[where]).reshape(total, len(lengths), *data.shape[1:])


def pad_sequence(
    sequences: Iterable[Any], batch_first: bool = False, padding_value: float = 0.0, padding_side: str = "right"
) -> Any:
    """Stack sequences of several lengths, padded to that of the longest.

    Examples
    --------
    >>> import numpy as np
    >>> from autograd import nn
    >>> nn.pad_sequence([np.array([1.0, 2.0]), np.array([3.0])], batch_first=True)
    array([[1., 2.],
           [3., 0.]])
    """
    parts = list(sequences)
    if not parts:
        raise ValueError("pad_sequence: there is no sequence to pad.")
    if padding_side not in ("left", "right"):
        raise ValueError(f"pad_sequence: padding_side {padding_side!r} is not 'left' or 'right'.")
    longest = max(len(part) for part in parts)
    filled = []
    for part in parts:
        gap = np.full((longest - len(part), *part.shape[1:]), padding_value, part.dtype)
        filled.append(np.concatenate([part, gap] if padding_side == "right" else [gap, part]))
    return np.stack(filled, 0 if batch_first else 1)


def pack_sequence(sequences: Sequence[Any], enforce_sorted: bool = True) -> PackedSequence:
    """Pack sequences of several lengths: :func:`pad_sequence`, then :func:`pack_padded_sequence`.

    Examples
    --------
    >>> import numpy as np
    >>> from autograd import nn
    >>> nn.pack_sequence([np.array([3.0]), np.array([1.0, 2.0])], enforce_sorted=False).data
    array([1., 3., 2.])
    """
    return pack_padded_sequence(pad_sequence(sequences), [len(s) for s in sequences], enforce_sorted=enforce_sorted)


def unpad_sequence(padded_sequences: Any, lengths: Any, batch_first: bool = False) -> list[Any]:
    """Take padded sequences apart; the inverse of :func:`pad_sequence`.

    Examples
    --------
    >>> import numpy as np
    >>> from autograd import nn
    >>> nn.unpad_sequence(np.array([[1.0, 2.0], [3.0, 0.0]]), [2, 1], batch_first=True)
    [array([1., 2.]), array([3.])]
    """
    x = padded_sequences if batch_first else padded_sequences.swapaxes(0, 1)
    given = _lengths(lengths, x.shape[0], x.shape[1], 0, "unpad_sequence")
    return [x[k, :n] for k, n in enumerate(given.tolist())]


def unpack_sequence(packed_sequences: PackedSequence) -> list[Any]:
    """Take packed sequences apart; the inverse of :func:`pack_sequence`.

    Examples
    --------
    >>> import numpy as np
    >>> from autograd import nn
    >>> nn.unpack_sequence(nn.pack_sequence([np.array([1.0, 2.0]), np.array([3.0])]))
    [array([1., 2.]), array([3.])]
    """
    return unpad_sequence(*pad_packed_sequence(packed_sequences))


def detach_state(state: Any) -> Any:
    """A state off its tape, with the same values: backpropagation through time goes back to here and no further.

    Between the pieces of a long sequence (Williams and Peng, Neural Computation 2, 1990): the state goes on, the
    gradient does not. Takes a Tensor, or a tuple or list of states.

    Examples
    --------
    >>> import numpy as np
    >>> from autograd import nn
    >>> cell, h = nn.RNNCell(2, 3, rng=0), None
    >>> for x in np.ones((4, 1, 2)):
    ...     h = cell(x, nn.detach_state(h))
    >>> nn.detach_state(h).requires_grad
    False
    """
    if isinstance(state, (tuple, list)):
        return type(state)([detach_state(part) for part in state])
    return state.detach() if isinstance(state, Tensor) else state
