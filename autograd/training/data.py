"""Data sets, and batches of them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from queue import SimpleQueue
from typing import Any, Protocol

import numpy as np

from ..tensor import Tensor
from ..trees import flatten

Rng = np.random.Generator | int | None

# -- data sets -------------------------------------------------------------------------------------------------------


class Dataset(Protocol):
    """Anything with a length whose items are samples: an array, a list, or a class with these two methods.

    A data set that has ``rows(indices)`` too, which returns a whole batch, is asked for batches and not for samples.
    """

    def __len__(self) -> int:
        """The number of samples."""

    def __getitem__(self, index: Any, /) -> Any:
        """A sample: an array, a number, or a tuple or dict of those."""


class TensorDataset:
    """Arrays of the same length; a sample is the tuple of their rows.

    Parameters
    ----------
    *arrays : array_like
        For instance inputs ``(n, …)`` and targets ``(n, …)``, or dicts of such. Tensors are taken off their tape.

    Examples
    --------
    >>> import numpy as np
    >>> from autograd import training
    >>> data = training.TensorDataset(np.arange(6.0).reshape(3, 2), [0, 1, 0])
    >>> len(data), data[1]
    (3, (array([2., 3.]), np.int64(1)))
    """

    def __init__(self, *arrays: Any) -> None:
        self.tensors = tuple(_each(_array, a) for a in arrays)
        shapes = [a.shape for a in flatten(self.tensors)[0]]
        if not shapes or any(not s for s in shapes) or len({s[0] for s in shapes}) != 1:
            raise ValueError(f"TensorDataset: arrays of shapes {shapes} where one common length is due.")
        self._n = int(shapes[0][0])

    def __len__(self) -> int:
        return self._n

    def __getitem__(self, index: Any) -> tuple[Any, ...]:
        return tuple([_each(lambda rows: rows[index], a) for a in self.tensors])

    rows = __getitem__


class Subset:
    """The samples of a data set at given places.

    Parameters
    ----------
    dataset : Dataset
    indices : sequence of int

    Examples
    --------
    >>> from autograd import training
    >>> list(training.Subset("abcd", [3, 0]))
    ['d', 'a']
    """

    def __init__(self, dataset: Any, indices: Any) -> None:
        self.dataset, self.indices = dataset, np.asarray(indices, np.intp)
        if self.indices.ndim != 1:
            raise ValueError(f"Subset: indices of shape {self.indices.shape} where a list is due.")
        low, high = (int(self.indices.min()), int(self.indices.max())) if self.indices.size else (0, -1)
        if low < -len(dataset) or high >= len(dataset):
            raise IndexError(f"Subset: indices from {low} to {high} for a data set of {len(dataset)} samples.")

    def __len__(self) -> int:
        return len(self.indices)

    def __getitem__(self, index: int) -> Any:
        return self.dataset[int(self.indices[index])]

    def rows(self, index: Any) -> Any:
        """A batch."""
        return _batch(self.dataset, self.indices[index], collate)


def _each(function: Callable[[Any], Any], part: Any) -> Any:
    """A function of an array, or of each in a dict."""
    return {k: _each(function, v) for k, v in part.items()} if isinstance(part, Mapping) else function(part)


def _array(value: Any) -> Any:
    """An array, off the tape; one of another library is kept as it is."""
    if isinstance(value, Tensor):
        return np.array(value.data)
    return value if hasattr(value, "__array_function__") and hasattr(value, "shape") else np.asarray(value)


# -- batches ---------------------------------------------------------------------------------------------------------


def collate(samples: Sequence[Any]) -> Any:
    """Samples as a batch: arrays and numbers are stacked, inside tuples and dicts too; texts stay a list.

    Examples
    --------
    >>> import numpy as np
    >>> from autograd import training
    >>> training.collate([(np.ones(2), 0), (np.zeros(2), 1)])
    (array([[1., 1.],
           [0., 0.]]), array([0, 1]))
    """
    first = samples[0]
    if isinstance(first, Mapping):
        return {key: collate([s[key] for s in samples]) for key in first}
    if isinstance(first, (tuple, list)):
        if len({len(s) for s in samples}) != 1:
            raise ValueError(f"collate: samples of lengths {[len(s) for s in samples]}; pass collate_fn to pad them.")
        columns = [collate(column) for column in zip(*samples, strict=True)]
        return type(first)(*columns) if hasattr(first, "_fields") else tuple(columns)
    if isinstance(first, (str, bytes)):
        return list(samples)
    arrays = [_array(s) for s in samples]
    if len({a.shape for a in arrays}) != 1:
        raise ValueError(f"collate: samples of shapes {[a.shape for a in arrays]}; pass collate_fn to pad them.")
    return np.stack(arrays)


def _batch(dataset: Any, indices: Any, collate_fn: Callable[[Sequence[Any]], Any] | None) -> Any:
    if collate_fn is collate or collate_fn is None:
        if hasattr(dataset, "rows"):
            return dataset.rows(indices)
        if isinstance(dataset, np.ndarray):
            return dataset[indices]
    return (collate_fn or collate)([dataset[int(i)] for i in indices])


class DataLoader:
    """Batches of a data set, in a new order each time it is gone through.

    Parameters
    ----------
    dataset : Dataset
        Any object with a length and items; array_like inputs and targets as ``TensorDataset(x, y)``.
    batch_size : int
        Samples in a batch; the last one may be smaller.
    shuffle : bool
        Whether to draw a new order each time.
    collate_fn : callable, optional
        Makes a batch of a list of samples; by default :func:`collate`.
    drop_last : bool
        Leave out the last batch if it is smaller.
    transform : callable, optional
        ``transform(batch, rng)`` is handed on in place of the batch; see :class:`Augment`.
    prefetch : int
        How many batches a thread prepares ahead, for data sets or transforms that wait or compute; 0 for no thread.
        The batches are the same.
    rng : Generator or int, optional
        Where orders come from. The loader's ``rng.bit_generator.state``, kept before an epoch, reproduces the epoch.

    Examples
    --------
    >>> import numpy as np
    >>> from autograd import training
    >>> loader = training.DataLoader(np.arange(5), batch_size=2, shuffle=True, rng=0)
    >>> len(loader), [batch.tolist() for batch in loader]
    (3, [[2, 4], [3, 0], [1]])
    """

    def __init__(
        self,
        dataset: Any,
        batch_size: int = 1,
        shuffle: bool = False,
        *,
        collate_fn: Callable[[Sequence[Any]], Any] | None = None,
        drop_last: bool = False,
        transform: Callable[[Any, np.random.Generator], Any] | None = None,
        prefetch: int = 0,
        rng: Rng = None,
    ) -> None:
        if not (hasattr(dataset, "__len__") and hasattr(dataset, "__getitem__")):
            raise TypeError(f"DataLoader: {type(dataset).__name__} has no length or no items.")
        if batch_size != int(batch_size) or batch_size < 1:
            raise ValueError(f"DataLoader: batch_size={batch_size} where a positive number is due.")
        if prefetch != int(prefetch) or prefetch < 0:
            raise ValueError(f"DataLoader: prefetch={prefetch} where a number of batches is due.")
        self.dataset, self.batch_size, self.shuffle, self.drop_last = dataset, int(batch_size), shuffle, drop_last
        self.collate_fn, self.transform, self.prefetch = collate_fn, transform, int(prefetch)
        self.rng = np.random.default_rng(rng)

    def __len__(self) -> int:
        return (len(self.dataset) + (0 if self.drop_last else self.batch_size - 1)) // self.batch_size

    def __iter__(self) -> Iterator[Any]:
        n = len(self.dataset)
        order = self.rng.permutation(n) if self.shuffle else np.arange(n)
        inner = np.random.default_rng(self.rng.integers(2**63)) if self.transform is not None else self.rng
        batches = self._batches(order, inner)
        return _ahead(batches, self.prefetch) if self.prefetch else batches

    def _batches(self, order: Any, rng: np.random.Generator) -> Iterator[Any]:
        for k in range(len(self)):
            batch = _batch(self.dataset, order[k * self.batch_size : (k + 1) * self.batch_size], self.collate_fn)
            yield batch if self.transform is None else self.transform(batch, rng)


def _ahead(items: Iterable[Any], n: int) -> Iterator[Any]:
    """The same items, of which a thread makes up to ``n`` before they are asked for."""
    done, room, leaving = SimpleQueue[tuple[str, Any]](), threading.Semaphore(n), threading.Event()

    def work() -> None:
        try:
            made = iter(items)
            while room.acquire() and not leaving.is_set():
                done.put(("item", next(made)))
        except StopIteration:
            done.put(("end", None))
        except BaseException as error:
            done.put(("error", error))

    thread = threading.Thread(target=work, name="DataLoader", daemon=True)
    thread.start()
    try:
        while True:
            kind, value = done.get()
            if kind == "end":
                return
            if kind == "error":
                raise value
            room.release()
            yield value
    finally:
        leaving.set()
        room.release()
        if threading.current_thread() is not thread:  # the garbage collector may run in any
            thread.join()
