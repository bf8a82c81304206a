"""Tensor: an array and its place on the tape; operators, methods and NumPy's protocols."""

from __future__ import annotations

import copy as _copy
import operator
import threading
from collections.abc import Callable, Iterator, Sequence
from sys import getrefcount
from typing import Any
from weakref import getweakrefcount

import numpy as np

from . import arrays, strong, tape
from .methods import Methods
from .primitive import Primitive, entry
from .signatures import shape_of
from .strong import Strong
from .tape import ALONE, Node, new_node, recording

_SCALARS = frozenset({bool, int, float, complex, *np.sctypeDict.values()}) - {np.object_, np.str_, np.bytes_, np.void}
_ARRAY = np.ndarray  # a global is found sooner than an attribute


def _wrap(data: Any, node: Node | None = None) -> Tensor:
    """A Tensor around an array that is the engine's own: no copy, no checks."""
    t = _new(Tensor)
    t._buffer = data
    t._node = node
    return t


_new = object.__new__
_moving = threading.RLock()  # held while a buffer moves from one slot of a Tensor to the other


def value_of(x: Any) -> Any:
    """The values of an argument, for choices that its derivative does not see: looked at, never handed out."""
    x = strong.plain(x)
    return x._buffer if isinstance(x, Tensor) else x


def _unwrap(value: Any, tensors: list[Tensor]) -> Any:
    """The raw arrays in an argument; the Tensors among them are listed."""
    if isinstance(value, Tensor):
        tensors.append(value)
        return value._buffer
    if isinstance(value, np.ndarray):
        if value.dtype.kind == "O":
            raise TypeError("An operand is an object array, which has no derivative. Convert it with astype(float).")
        return value if type(value) is np.ndarray else _base_array(value)
    if type(value) in (list, tuple):
        return type(value)([_unwrap(item, tensors) for item in value])
    return value


def _base_array(value: Any) -> Any:
    """A subclass of ndarray as a plain array, for its operators mean something else; a mask would be lost."""
    if isinstance(value, np.ma.MaskedArray):
        raise TypeError("A masked array would lose its mask beside a Tensor. Use np.where(mask, fill, data).")
    return np.asarray(value)


def _applied(function: Any, args: Sequence[Any], kwargs: dict[str, Any]) -> Any:
    return Primitive.apply(entry(function), args, kwargs)


def _explained(p: Primitive, error: Exception, args: Sequence[Any]) -> Exception:
    """NumPy's error with the primitive's name, the operands' shapes, and what to write instead."""
    text = " ".join(str(error).split()).rstrip(".")
    if "broadcast" in text:
        hint = " Shapes are aligned from the right: insert an axis with x[:, None] or reshape an operand."
    elif p.name == "matmul" and any(shape_of(a) == () for a in args):
        text, hint = "a scalar has no axis to contract", " Write x * y."
    elif "matmul" in text or "not aligned" in text:
        hint = " The last axis of the left operand must match the last but one of the right: transpose with x.mT."
    else:
        hint = ""
    kind = TypeError if isinstance(error, TypeError) else type(error)  # NumPy's own TypeErrors take no text
    if p.custom or kind.__module__.split(".")[0] not in ("builtins", "numpy"):
        return error
    return kind(f"{p.name}({', '.join(map(_described, args))}): {text}.{hint}")


def _described(value: Any) -> str:
    """An argument as an error message shows it: arrays by shape and dtype."""
    if hasattr(value, "shape"):
        return f"{value.shape} {value.dtype}"
    if type(value) in (list, tuple) and any(hasattr(item, "shape") for item in value):
        return f"[{', '.join(map(_described, value))}]"
    return repr(value) if isinstance(value, (str, int, float)) and len(repr(value)) < 40 else type(value).__name__


# ====================================================================================================================
# Operators: the hot path
# ====================================================================================================================


def _operators(ufunc: np.ufunc, op: Callable[[Any, Any], Any]) -> tuple[Any, Any, Any]:
    """``x op y``, its reflection and its in-place form. The same steps as :func:`apply`, laid out for two operands."""
    p = entry(ufunc)

    def forward(self: Tensor, other: Any) -> Any:
        kind = type(other)
        if kind is Tensor:
            b = other._buffer
            y = bn = other._node
        elif kind in _SCALARS:
            b = y = other
            bn = None
        elif kind is _ARRAY and other.dtype.kind != "O":
            b = other
            y = bn = None
        else:
            return _mixed(p, self, other, (self, other))
        a, an = self._buffer, self._node
        try:
            out = op(a, b)
        except (ValueError, TypeError) as error:
            raise _explained(p, error, (a, b)) from None
        if (an is None and bn is None) or not recording():
            return _wrap(out)
        if kind is _ARRAY and "y" in p.reads[0]:
            b = b.copy()  # its owner may write to it
        shape = out.shape
        if an is not None and an.shape == shape:
            shape = an.shape  # one object for all that have it
        return _wrap(out, new_node(p, None, p.link(out, a, b, an, bn, None), shape, out.dtype, an, y))

    def reflected(self: Tensor, other: Any) -> Any:
        if type(other) not in _SCALARS:
            return _mixed(p, self, other, (other, self))
        a, an = self._buffer, self._node
        try:
            out = op(other, a)
        except (ValueError, TypeError) as error:
            raise _explained(p, error, (other, a)) from None
        if type(out) is complex:  # Python's own, for np.float64 is not its subclass
            out = np.complex128(out)
        if an is None or not recording():
            return _wrap(out)
        return _wrap(out, new_node(p, None, p.link(out, other, a, None, an, None), out.shape, out.dtype, other, an))

    def in_place(self: Tensor, other: Any) -> Any:
        result = forward(self, other)
        if result is not NotImplemented:
            self._rebind(result, p.name)
            return self
        return NotImplemented

    for method, prefix in ((forward, ""), (reflected, "r"), (in_place, "i")):
        method.__name__ = f"__{prefix}{op.__name__.strip('_')}__"
        method.__qualname__ = f"Tensor.{method.__name__}"
    return forward, reflected, in_place


def _unary(ufunc: np.ufunc, op: Callable[[Any], Any]) -> Callable[[Tensor], Tensor]:
    """``op x``: the same steps for one operand."""
    p = entry(ufunc)

    def forward(self: Tensor) -> Tensor:
        a, node = self._buffer, self._node
        out = op(a)
        if node is None or not recording():
            return _wrap(out)
        return _wrap(out, new_node(p, None, p.link(out, a, node, None), out.shape, out.dtype, node))

    return forward


def _mixed(p: Primitive, self: Tensor, other: Any, args: tuple[Any, Any]) -> Any:
    if type(other) is Strong or not (isinstance(other, (list, tuple)) or hasattr(other, "__array_ufunc__")):
        return NotImplemented
    if getattr(other, "dtype", None) == np.dtype(object):
        raise TypeError(
            f"{p.name}: an operand is an object array, which has no derivative. Convert it with astype(float)."
        )
    return p.apply(p, args, {})


def _comparison(ufunc: np.ufunc) -> Callable[[Tensor, Any], Any]:
    def compare(self: Tensor, other: Any) -> Any:
        if tape.watcher is not None:
            tape.watcher.left(ufunc.__name__, self, other)
        if isinstance(other, Tensor):
            other = other._buffer
        try:
            return _wrap(ufunc(self._buffer, other))
        except ValueError as error:
            raise _explained(entry(ufunc), error, (self._buffer, np.asarray(other))) from None

    return compare


# ====================================================================================================================
# Tensor
# ====================================================================================================================


class Tensor(Methods):
    """An array with a place on the tape.

    Parameters
    ----------
    data : array_like
        Values; NumPy arrays, scalars and nested lists are copied, so nothing that the caller owns is ever changed.
        Any array that speaks NumPy's protocols (Dask, CuPy) is kept as it is.
    requires_grad : bool
        Make it a leaf: operations on it are recorded and ``backward()`` fills its ``grad``.
    dtype : dtype, optional
        Convert to this dtype.
    name : str, optional
        Shown by ``repr`` and in pictures.

    Raises
    ------
    TypeError
        If ``requires_grad`` and the dtype is not real or complex floating, or if ``data`` would lose its gradient.

    Examples
    --------
    >>> import numpy as np, autograd as ag
    >>> x = ag.Tensor([1.0, 2.0, 3.0], requires_grad=True)
    >>> y = np.sum(x * x)
    >>> y.backward()
    >>> x.grad
    array([2., 4., 6.])
    """

    __slots__ = ("__weakref__", "_buffer", "_name", "_node", "_role", "_shared")
    _buffer: Any
    _shared: Any
    _node: Any
    _name: str | None
    _role: str | None  # parameter or buffer, if a module owns it

    def __init__(self, data: Any, requires_grad: bool = False, *, dtype: Any = None, name: str | None = None) -> None:
        self._buffer = _owned(data, dtype)
        self._node = None
        if name is not None:
            self._name = name
        if requires_grad:
            self.requires_grad = True

    # -- its array ---------------------------------------------------------------------------------------------------
    #
    # Who else can see the buffer decides whether it may be written to or has to be copied. A buffer is in one of two
    # slots: `_buffer`, which only the engine sees, or `_shared`, once `.data` has handed it out. The engine reads
    # `_buffer` always; if that slot is empty, Python calls __getattr__, which takes the buffer back, or copies it while
    # somebody holds it. So the guard costs nothing until `.data` is used, and a recorded value never changes behind the
    # tape. A lock keeps threads from moving it at once, for that happens in reading, too.

    def __getattr__(self, name: str) -> Any:
        if name == "_buffer":
            return self._taken_back()
        hint = f" Write np.{name}(t)." if callable(getattr(np, name, None)) and not name.startswith("_") else ""
        hint = f" Write {_TORCH[name]}." if name in _TORCH else hint
        raise AttributeError(f"Tensor has no attribute {name!r}.{hint}")

    def _taken_back(self) -> Any:
        """The buffer that ``.data`` has handed out, or a copy while somebody holds it."""
        with _moving:
            if not hasattr(self, "_shared"):
                return _slot(self)  # another thread was quicker
            if getrefcount(self._shared) != ALONE or getweakrefcount(self._shared):
                return self._shared[()].copy()
            self._buffer = self._shared if self._shared.ndim else self._shared[()]
            del self._shared
            return _slot(self)

    def _handed_out(self) -> Any:
        """The buffer for ``.data``: the one that is there if nobody else sees it, else a copy."""
        with _moving:
            try:
                return _exposed(self)
            except AttributeError:
                if not isinstance(self._buffer, (np.ndarray, np.generic)):
                    return self._buffer
            self._shared = self._buffer
            del self._buffer  # before they are counted, for no thread gets hold of it from here on
            if isinstance(self._shared, np.generic):
                self._shared = np.array(self._shared)
                return self._shared
            alone = getrefcount(self._shared) == ALONE and self._shared.base is None
            if not (alone and self._shared.flags.writeable):
                self._replace(self._shared)  # back, in case that there is no memory for a copy
                self._shared = self._buffer.copy()
                del self._buffer
            return self._shared

    def _writable(self) -> Any:
        """The array of ``.data``, for a step that writes to it at once and lets go: then it need not be handed out."""
        with _moving:
            try:
                alone = getrefcount(_slot(self)) == ALONE
            except AttributeError:  # it is handed out already
                return self._handed_out()
            buffer = _slot(self)
            own = alone and type(buffer) is np.ndarray and buffer.base is None and buffer.flags.writeable
            return buffer if own else self._handed_out()

    def _replace(self, data: Any) -> None:
        """Give it a buffer that only the engine sees."""
        with _moving:
            self._buffer = data
            self._shared = None  # so that there is one to delete
            del self._shared

    def _seen(self) -> Any:
        """The buffer, to be looked at only: whoever holds it."""
        try:
            return _slot(self)
        except AttributeError:
            shared = getattr(self, "_shared", None)  # None if another thread has just taken it back
            return self._buffer if shared is None else shared

    @property
    def data(self) -> Any:
        """The array itself, off the tape.

        Writing to it changes this Tensor, but no value that was recorded before: what was computed from it keeps the
        old one, and so do their gradients. To assign on the tape, write ``y[...] = v``.
        """
        if tape.watcher is not None:
            tape.watcher.left(".data", self)
        return self._handed_out()

    @data.setter
    def data(self, value: Any) -> None:
        if value is not None and value is getattr(self, "_shared", None):
            return
        node = self._node
        if node is not None:
            if node.primitive is not None:
                raise RuntimeError(
                    f"data: this Tensor is the result of {node.primitive.name}; new values would contradict its tape. "
                    f"Make a new Tensor, or write y[...] = v, which is recorded."
                )
            array = _owned(value, node.dtype)
            if array.shape != node.shape:
                raise ValueError(f"data: shape {array.shape} given to a leaf of shape {node.shape}.")
        else:
            array = _owned(value, None)
        self._replace(array)

    def _rebind(self, result: Any, by: str) -> None:
        """Give this Tensor the value and the place on the tape of ``result``: what ``y += v`` means."""
        result = result if isinstance(result, Tensor) else Tensor(result)
        data, node = result._buffer, result._node
        if data.shape != self.shape:
            raise ValueError(f"{by}: the result has shape {data.shape}, and an in-place operation keeps {self.shape}.")
        if data.dtype != self.dtype:
            if not np.can_cast(data.dtype, self.dtype, "same_kind"):
                raise TypeError(f"{by}: dtype {data.dtype} does not fit into {self.dtype} in place; use y = y + v.")
            result = result.astype(self.dtype)
            data, node = result._buffer, result._node
        if self.is_leaf and self._node is not None:
            if recording():
                raise RuntimeError(
                    f"{by}: in place on a leaf that requires a gradient would cut it off from its own .grad. Write "
                    f"y = x + v, or update it inside `with ag.no_grad():`."
                )
            node = self._node
        elif self._node is not None and not recording():
            raise RuntimeError(
                f"{by}: in place on a Tensor that was computed on a tape, inside no_grad(), would cut off its "
                f"gradient. Do it outside of no_grad(), where it is recorded, or on y.detach()."
            )
        elif self._node is not None and self._node.watch is not None and self._node.watch.retain and node is not None:
            node.watch = tape.Watch(self.name, retain=True)  # the object keeps its wish, at its new place
        self._replace(data)
        self._node = node

    @property
    def shape(self) -> Any:
        """Lengths of the axes."""
        return self._seen().shape

    @property
    def ndim(self) -> Any:
        """Number of axes."""
        return self._seen().ndim

    @property
    def size(self) -> Any:
        """Number of elements."""
        return self._seen().size

    @property
    def dtype(self) -> Any:
        """Type of the elements."""
        return self._seen().dtype

    @property
    def nbytes(self) -> Any:
        """Bytes that the elements take."""
        return self._seen().nbytes

    # -- its place on the tape ---------------------------------------------------------------------------------------

    @property
    def requires_grad(self) -> bool:
        """Whether operations on it are recorded."""
        return self._node is not None

    @requires_grad.setter
    def requires_grad(self, value: bool) -> None:
        if not self.is_leaf:
            raise RuntimeError("requires_grad: only a leaf can be changed; use t.detach() to leave the tape.")
        if not value:
            self._node = None
        elif self._node is None:
            if self.dtype.kind not in "fc":
                raise TypeError(
                    f"requires_grad: a derivative with respect to {self.dtype} is not defined, for it has no small "
                    "changes. "
                    + ("Write 2.0 instead of 2, or convert it" if self.dtype.kind in "iu" else "Convert it")
                    + " with astype(float), or pass dtype=float."
                )
            self._node = tape.leaf(self.shape, self.dtype, self.name, self)

    @property
    def is_leaf(self) -> bool:
        """Whether nothing recorded produced it."""
        return self._node is None or self._node.primitive is None

    @property
    def name(self) -> str | None:
        """What to call it in pictures."""
        return getattr(self, "_name", None)

    @name.setter
    def name(self, value: str | None) -> None:
        self._name = value
        if self._node is not None:
            self._watch().name = value

    @property
    def grad(self) -> Any:
        """The gradient that ``backward()`` has accumulated: a plain array, or None if none has arrived yet."""
        watch = self._node.watch if self._node is not None else None
        return watch.grad if watch is not None else None

    @grad.setter
    def grad(self, value: Any) -> None:
        if value is not None and self._node is None:
            raise RuntimeError("grad: this Tensor does not require a gradient.")
        if value is not None and value is not self.grad:
            if np.shape(value) != self.shape:
                raise ValueError(f"grad: shape {np.shape(value)} given where {self.shape} is due.")
            value = np.array(value._buffer if isinstance(value, Tensor) else value, dtype=self.dtype)
        if self._node is not None:
            self._watch().grad = value

    def _watch(self) -> tape.Watch:
        if self._node is None:
            raise RuntimeError("This Tensor is on no tape: nothing is recorded for it. Pass requires_grad=True.")
        if self._node.watch is None:
            self._node.watch = tape.Watch(self.name)
        return self._node.watch

    def retain_grad(self) -> None:
        """Fill ``grad`` of this Tensor too, though it is not a leaf."""
        self._watch().retain = True

    def register_hook(self, hook: Callable[[Any], Any]) -> Callable[[], None]:
        """Call ``hook(cotangent)`` when a sweep passes; what it returns, if not None, replaces the cotangent.

        Returns
        -------
        callable
            Removes the hook.
        """

        def plain(cotangent: Any) -> Any:
            if isinstance(cotangent, Tensor):  # a handle of its own, so that nothing in the hook can rebind ours
                cotangent = _wrap(cotangent._buffer, cotangent._node)
            replacement = hook(cotangent)
            off_tape = isinstance(replacement, Tensor) and replacement._node is None
            return replacement._buffer if off_tape else replacement

        tape.Watch.hooks_seen = True
        hooks = self._watch().hooks
        key = max(hooks, default=-1) + 1
        hooks[key] = plain

        def remove() -> None:
            hooks.pop(key, None)

        return remove

    def detach(self) -> Tensor:
        """The same values off the tape."""
        if tape.watcher is not None:
            tape.watcher.left("detach()", self)
        return _wrap(self._buffer)

    def backward(self, cotangent: Any = None, *, retain_graph: bool = False, create_graph: bool = False) -> None:
        """Sweep backward from here and add to ``grad`` of every leaf that this Tensor depends on.

        Parameters
        ----------
        cotangent : array_like, optional
            ∂L/∂self, of this Tensor's shape and dtype; 1 if this is a scalar.
        retain_graph : bool
            Keep the residuals, so that the graph can be swept again.
        create_graph : bool
            Record the sweep, so that gradients are Tensors and can be differentiated (implies ``retain_graph``). Their
            tape leads back to the leaf that holds them: set ``grad = None`` when done, or use ``ag.grad``.

        Raises
        ------
        RuntimeError
            If this Tensor is on no tape, is not a scalar and no cotangent is given, or the graph was freed.
        """
        if self._node is None:
            raise RuntimeError(
                "backward: this Tensor is on no tape. Does any input have requires_grad=True, and was it computed "
                "outside no_grad() and detach()?"
            )
        seed = _seed(self, cotangent)
        if isinstance(seed, Tensor) != create_graph:
            seed = _wrap(seed) if create_graph else seed._buffer
        seeds = {self._node: seed}
        with np.errstate(all="ignore"):  # infinite partials are answers here, not accidents
            if create_graph:
                with tape.enable_grad():
                    arrived = tape.backward_sweep(seeds, transform=Primitive.lift)
            else:
                arrived = tape.backward_sweep(seeds, free=not retain_graph)
        del seeds, seed
        tape.accumulate_grads(arrived)

    # -- leaving the tape --------------------------------------------------------------------------------------------

    def _leave(self, what: str, instead: str) -> Any:
        if self._node is not None and recording():
            raise TypeError(
                f"{what}: this Tensor is on a tape, and a plain value would silently lose its gradient. {instead}"
            )
        return self.data

    def numpy(self) -> Any:
        """The values as a plain array; refused on a tape: write ``t.detach().numpy()`` or ``t.data``."""
        return self._leave("numpy()", "Write t.detach().numpy() or t.data if that is meant.")

    def item(self) -> Any:
        """The one element as a Python scalar."""
        if tape.watcher is not None:
            tape.watcher.left("item()", self)
        return self._buffer.item()

    def tolist(self) -> Any:
        """Nested lists of Python scalars."""
        if tape.watcher is not None:
            tape.watcher.left("tolist()", self)
        return self._buffer.tolist()

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Any:
        array = self._leave(
            "np.asarray(t), or assigning t to part of an array",
            "Call the NumPy function on the Tensor itself, collect Tensors with ag.stack or ag.tensor, keep the array "
            "that you assign to as a Tensor, or write t.detach() or t.data if no gradient is needed.",
        )
        return np.array(array, dtype=dtype, copy=copy)

    def __dlpack__(self, **kwargs: Any) -> Any:
        return self._leave("__dlpack__", "Write t.detach().").__dlpack__(**kwargs)

    def __dlpack_device__(self) -> Any:
        return self._buffer.__dlpack_device__() if self.ndim else (1, 0)

    def __float__(self) -> float:
        return float(self._leave("float(t)", "Write t.item(), or use NumPy's functions instead of math's."))

    def __int__(self) -> int:
        return int(self._leave("int(t)", "Write int(t.item())."))

    def __complex__(self) -> complex:
        return complex(self._leave("complex(t)", "Write t.item()."))

    def __index__(self) -> int:
        return operator.index(self._leave("using t as an index", "Write int(t.item()).")[()])

    def __bool__(self) -> bool:
        return bool(self._buffer)

    def __format__(self, spec: str) -> str:
        return format(self._buffer.item() if self.size == 1 else self._buffer, spec) if spec else repr(self)

    def __repr__(self) -> str:
        data = self._buffer
        if isinstance(data, (np.ndarray, np.generic)):
            values = np.array2string(np.asarray(data), separator=", ", threshold=20, edgeitems=3, prefix="Tensor(")
        else:
            values = f"<{type(data).__name__}>"
        parts = [values, f"shape={self.shape}", f"dtype={self.dtype}"]
        if self.name is not None:
            parts.append(f"name={self.name!r}")
        if self._node is not None:
            parts.append("requires_grad=True" if self.is_leaf else f"op={_producer(self._node)}")
        return f"Tensor({', '.join(parts)})"

    __hash__ = object.__hash__

    def __copy__(self) -> Tensor:
        t = _wrap(self._buffer, self._node)
        if self.name is not None:
            t._name = self.name
        return t

    def __deepcopy__(self, memo: dict[int, Any]) -> Tensor:
        rebuild, args = self.__reduce__()
        t = rebuild(_copy.deepcopy(args[0], memo), *args[1:])
        if self.grad is not None:
            t.grad = _copy.deepcopy(self.grad, memo)
        memo[id(self)] = t
        return t

    def __reduce__(self) -> Any:
        if not self.is_leaf:
            raise TypeError(
                f"pickle or deepcopy: this Tensor was computed by {self._node.primitive.name}, and its tape holds this "
                f"process's functions. Use t.detach(), or pickle the leaves and the program."
            )
        return _rebuilt, (self._buffer, self.requires_grad, self.name, getattr(self, "_role", None))

    # -- protocols ---------------------------------------------------------------------------------------------------

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **kwargs: Any) -> Any:
        if len(inputs) > 1 and Strong in map(type, inputs):  # a cotangent, which knows what to do with a Tensor
            return NotImplemented
        if method == "__call__" and not kwargs:
            return _applied(ufunc, inputs, kwargs)
        out = kwargs.pop("out", None)
        if out is not None:
            out = out[0] if len(out) == 1 else out
        where = kwargs.pop("where", True)
        if method == "__call__":
            if where is True:
                return _deliver(_applied(ufunc, inputs, kwargs), out, ufunc.__name__)
            if out is None:
                raise TypeError(
                    f"{ufunc.__name__}: where= without out= leaves the other elements undefined; pass out=."
                )
            with np.errstate(all="ignore"):
                result = _applied(ufunc, inputs, kwargs)
            if isinstance(out, tuple):
                result = tuple(np.where(where, r, o) for r, o in zip(result, out, strict=True))
            else:
                result = np.where(where, result, out)
            return _deliver(result, out, ufunc.__name__)
        if where is not True:
            kwargs["where"] = where
        if method == "at":
            return _at(ufunc, *inputs)
        if method == "outer":
            x, y = (v if hasattr(v, "shape") else np.asarray(v) for v in inputs)
            result = _applied(ufunc, (x.reshape(x.shape + (1,) * y.ndim), y), kwargs)
        elif ufunc in _METHODS.get(method, {}):
            kwargs.setdefault("axis", 0)
            result = _applied(_METHODS[method][ufunc], inputs, kwargs)
        elif any(isinstance(v, Tensor) and v._node is not None for v in inputs) and recording():
            raise TypeError(f"{ufunc.__name__}.{method}: no derivative is known for this method.")
        else:
            result = _wrap(getattr(ufunc, method)(*[_unwrap(v, []) for v in inputs], **kwargs))
        return _deliver(result, out, ufunc.__name__)

    def __array_function__(self, func: Any, types: Any, args: Any, kwargs: dict[str, Any]) -> Any:
        return NotImplemented if Strong in types else _applied(func, args, kwargs)

    # -- indexing ----------------------------------------------------------------------------------------------------

    def __getitem__(self, index: Any) -> Any:
        if type(index) is tuple:
            if not all([type(item) in arrays.BASIC for item in index]):
                return _GETITEM(self, index)
        elif type(index) not in arrays.BASIC:
            return _GETITEM(self, index)
        a, node = self._buffer, self._node
        out = a[index]
        if node is None or not recording():
            return _wrap(out)
        parameters = {"index": index}
        residuals = _GETITEM.link(out, a, node, parameters)
        return _wrap(out, new_node(_GETITEM, parameters, residuals, out.shape, out.dtype, node))

    def __setitem__(self, index: Any, value: Any) -> None:
        """``y[i] = v`` gives ``y`` a new value and a new place on the tape; no other Tensor changes."""
        taped = recording() and (self._node is not None or (isinstance(value, Tensor) and value._node is not None))
        if taped and self.dtype.kind not in "fc":
            raise TypeError(f"y[i] = v: y has dtype {self.dtype}, so v would lose its gradient; make y floating.")
        self._rebind(_SETITEM(self, value, index), "y[i] = v")

    def __len__(self) -> int:
        if not self.ndim:
            raise TypeError("len() of a 0-d Tensor.")
        return self.shape[0]

    def __iter__(self) -> Iterator[Tensor]:
        if not self.ndim:
            raise TypeError("iteration over a 0-d Tensor.")
        return iter(_UNSTACK(self))

    def __contains__(self, value: Any) -> bool:
        return bool(np.any((self == value)._buffer))

    # -- operators ---------------------------------------------------------------------------------------------------

    __add__, __radd__, __iadd__ = _operators(np.add, operator.add)
    __sub__, __rsub__, __isub__ = _operators(np.subtract, operator.sub)
    __mul__, __rmul__, __imul__ = _operators(np.multiply, operator.mul)
    __truediv__, __rtruediv__, __itruediv__ = _operators(np.divide, operator.truediv)
    __pow__, __rpow__, __ipow__ = _operators(np.power, operator.pow)
    __matmul__, __rmatmul__, __imatmul__ = _operators(np.matmul, operator.matmul)
    __floordiv__, __rfloordiv__, __ifloordiv__ = _operators(np.floor_divide, operator.floordiv)
    __mod__, __rmod__, __imod__ = _operators(np.remainder, operator.mod)

    def __divmod__(self, other: Any) -> Any:
        return np.divmod(self, other)

    def __rdivmod__(self, other: Any) -> Any:
        return np.divmod(other, self)

    __neg__ = _unary(np.negative, operator.neg)
    __pos__ = _unary(np.positive, operator.pos)
    __abs__ = _unary(np.absolute, operator.abs)

    __lt__ = _comparison(np.less)
    __le__ = _comparison(np.less_equal)
    __gt__ = _comparison(np.greater)
    __ge__ = _comparison(np.greater_equal)
    __eq__ = _comparison(np.equal)
    __ne__ = _comparison(np.not_equal)
    __and__ = __rand__ = _comparison(np.bitwise_and)
    __or__ = __ror__ = _comparison(np.bitwise_or)
    __xor__ = __rxor__ = _comparison(np.bitwise_xor)

    __lshift__ = _comparison(np.left_shift)
    __rshift__ = _comparison(np.right_shift)

    def __rlshift__(self, other: Any) -> Tensor:
        return _wrap(np.left_shift(other, self._buffer))

    def __rrshift__(self, other: Any) -> Tensor:
        return _wrap(np.right_shift(other, self._buffer))

    def __invert__(self) -> Tensor:
        return _wrap(np.invert(self._buffer))


_slot = Tensor.__dict__["_buffer"].__get__  # the slots themselves, without falling back on __getattr__
_exposed = Tensor.__dict__["_shared"].__get__
_GETITEM, _SETITEM, _UNSTACK = entry(arrays.getitem), entry(arrays.setitem), entry(arrays.unstack)
_INDEX_ADD = entry(arrays.index_add)
_METHODS: dict[str, dict[Any, Any]] = {
    "reduce": {np.add: np.sum, np.multiply: np.prod, np.maximum: np.max, np.minimum: np.min},
    "accumulate": {np.add: np.cumsum, np.multiply: np.cumprod},
}


# What PyTorch's users reach for, and how NumPy writes it
_TORCH = {
    "view": "t.reshape(2, -1)", "permute": "t.transpose(1, 0)", "unsqueeze": "t[:, None]", "t": "t.T", "dim": "t.ndim",
    "numel": "t.size", "expand": "np.broadcast_to(t, shape)", "contiguous": "t itself", "clone": "t.copy()",
    "to": "t.astype(dtype); arrays are in main memory", "cpu": "t itself: arrays are in main memory",
    "cuda": "t itself: arrays are in main memory", "float": "t.astype(np.float32)", "double": "t.astype(np.float64)",
    "long": "t.astype(int)", "mm": "t @ u", "matmul": "t @ u", "bmm": "t @ u", "norm": "np.linalg.norm(t)",
    "requires_grad_": "t.requires_grad = True", "zero_grad": "t.grad = None", "scatter_add": "np.add.at(t, index, u)",
    "masked_fill": "np.where(mask, value, t)", "gather": "np.take_along_axis(t, index, axis)",
}  # fmt: skip


def _producer(node: Node) -> str:
    """The name of the operation that computed a node's value: for one of several outputs, of the call."""
    while node.primitive.name == "select" and node.operands:
        node = node.operands[0]
    return node.primitive.name


def _owned(data: Any, dtype: Any) -> Any:
    """An array of our own with these values: what a Tensor is made from."""
    if isinstance(data, Tensor):
        if data._node is not None and recording():
            raise TypeError("Tensor(t): a new Tensor would be cut off from t's tape. Use t itself, or t.detach().")
        data = data._buffer
    if isinstance(data, np.ndarray) and type(data) is not np.ndarray:
        data = _base_array(data)
    if hasattr(data, "__array_function__") and not isinstance(data, np.ndarray):
        return data if dtype is None else data.astype(dtype)
    array = np.array(data, dtype=dtype, order="K")
    if array.dtype.kind not in "biufc":
        raise TypeError(f"Tensor(data): dtype {array.dtype} is not numeric.")
    return array if array.ndim else array[()]


def _rebuilt(data: Any, requires_grad: bool, name: str | None, role: str | None = None) -> Tensor:
    t = Tensor(data, requires_grad, name=name)
    if role is not None:
        t._role = role
    return t


def _seed(t: Tensor, cotangent: Any) -> Any:
    """The cotangent at the root, checked: its shape and dtype are those of the root."""
    if cotangent is None:
        if isinstance(t._buffer, np.floating):
            return type(t._buffer)(1)
        if t.size != 1:
            raise RuntimeError(
                f"backward: this Tensor has shape {t.shape}, and only a scalar has a gradient. Reduce it (t.sum()), or "
                f"pass the cotangent: t.backward(np.ones({t.shape}))."
            )
        if t.dtype.kind == "c":
            raise RuntimeError("backward: this scalar is complex; take its real part or pass a cotangent.")
        return np.ones_like(t._buffer)
    if isinstance(cotangent, (bool, int, float, complex, list, tuple)):
        plain = np.asarray(cotangent)
        cotangent = plain.astype(t.dtype) if plain.dtype.kind != "c" or t.dtype.kind == "c" else plain
    if not hasattr(cotangent, "shape") or not hasattr(cotangent, "dtype"):
        raise TypeError(
            f"backward: the cotangent is a {type(cotangent).__name__}; pass an array of shape {t.shape} and "
            f"dtype {t.dtype}."
        )
    if cotangent.shape != t.shape or cotangent.dtype != t.dtype:
        raise ValueError(
            f"backward: the cotangent has shape {cotangent.shape} and dtype {cotangent.dtype}, and the Tensor has "
            f"shape {t.shape} and dtype {t.dtype}. A cotangent has the shape and dtype of its primal: "
            f"{'convert it with astype' if cotangent.shape == t.shape else 'reshape it'}."
        )
    return cotangent


def _deliver(result: Any, out: Any, by: str) -> Any:
    """Write a result to ``out=``: a Tensor is rebound, a plain array is written to unless a gradient would be lost."""
    if out is None:
        return result
    if isinstance(out, tuple):
        return tuple(_deliver(r, o, by) for r, o in zip(result, out, strict=True))
    if isinstance(out, Tensor):
        out._rebind(result, by)
        return out
    if isinstance(result, Tensor) and result._node is not None:
        raise TypeError(
            f"{by}: out= is a plain array, so the result would lose its gradient. Pass a Tensor, or no out=; "
            f"instead of a += t write a = a + t."
        )
    np.copyto(out, result._buffer if isinstance(result, Tensor) else result, casting="same_kind")
    return out


def _at(ufunc: np.ufunc, x: Any, index: Any, *value: Any) -> None:
    """``ufunc.at(x, index, value)``: unbuffered, so every repeated index counts."""
    found: list[Tensor] = []
    raw = [_unwrap(v, found) for v in (x, index, *value)]
    if not any(t._node is not None for t in found) or not recording():
        target = np.array(raw[0]) if isinstance(x, Tensor) else raw[0]
        ufunc.at(target, *raw[1:])
        if isinstance(x, Tensor):
            x._rebind(_wrap(target), f"{ufunc.__name__}.at")
        return
    if ufunc not in (np.add, np.subtract):
        raise TypeError(f"{ufunc.__name__}.at: only add.at and subtract.at have a derivative here.")
    if not isinstance(x, Tensor):
        raise TypeError(
            f"{ufunc.__name__}.at: the first operand is a plain array, so the value would lose its gradient."
        )
    x._rebind(_INDEX_ADD(x, value[0] if ufunc is np.add else -value[0], index), f"{ufunc.__name__}.at")


# ====================================================================================================================
# Making Tensors
# ====================================================================================================================


def tensor(data: Any, *, dtype: Any = None, requires_grad: bool = False, name: str | None = None) -> Tensor:
    """Make a Tensor from numbers, arrays, or nested lists with Tensors inside; those stay on their tape.

    Parameters
    ----------
    data : array_like
        Where nested lists hold Tensors, the result is their :func:`stack`.
    dtype : dtype, optional
        Convert to this dtype.
    requires_grad : bool
        Make it a leaf; refused if ``data`` already is on a tape.
    name : str, optional
        What to call it in pictures.

    Examples
    --------
    >>> import autograd as ag
    >>> x = ag.Tensor(3.0, requires_grad=True)
    >>> y = ag.tensor([[x, 1.0], [x * x, 2.0]])
    >>> y.sum().backward()
    >>> x.grad
    array(7.)
    """
    found: list[Tensor] = []
    _unwrap(data, found)
    if not any(t._node is not None for t in found) or not recording():
        return Tensor(_unwrap(data, []), requires_grad, dtype=dtype, name=name)
    if requires_grad:
        raise RuntimeError("tensor: requires_grad=True would cut the Tensors inside off from their tape.")
    t: Any = data if isinstance(data, Tensor) else np.stack([tensor(item) for item in data])
    if dtype is not None and t.dtype != dtype:
        t = t.astype(dtype)
    if name is not None:
        t = _wrap(t._buffer, t._node)
        t._name = name
    return t


def stack(tensors: Sequence[Any], axis: int = 0) -> Tensor:
    """Join along a new axis: :func:`numpy.stack` on nested lists with Tensors inside.

    Examples
    --------
    >>> import autograd as ag
    >>> ag.stack([ag.Tensor(1.0), 2.0])
    Tensor([1., 2.], shape=(2,), dtype=float64)
    """
    joined: Any = np.stack([tensor(t) for t in tensors], axis)
    return joined


def concatenate(tensors: Sequence[Any], axis: int | None = 0) -> Tensor:
    """Join along an existing axis: :func:`numpy.concatenate` on nested lists with Tensors inside.

    Examples
    --------
    >>> import autograd as ag
    >>> ag.concatenate([ag.Tensor([1.0]), [2.0, 3.0]])
    Tensor([1., 2., 3.], shape=(3,), dtype=float64)
    """
    joined: Any = np.concatenate([tensor(t) for t in tensors], axis)
    return joined
