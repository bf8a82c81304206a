"""Functions whose result does not vary with their operands, and functions that cannot have a rule."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..primitive import constant, entry, unsupported


def _known(*names: str) -> list[Callable[..., Any]]:
    """Functions that not every supported NumPy has."""
    return [getattr(np, name) for name in names if hasattr(np, name)]


# -- constant --------------------------------------------------------------------------------------------------------

# Comparisons, logic and tests
constant(np.equal, np.not_equal, np.less, np.less_equal, np.greater, np.greater_equal)
constant(np.logical_and, np.logical_or, np.logical_xor, np.logical_not, np.all, np.any)
constant(np.isnan, np.isinf, np.isfinite, np.isneginf, np.isposinf, np.signbit, np.isreal, np.iscomplex, np.isnat)
constant(np.isrealobj, np.iscomplexobj, np.isclose, np.allclose, np.array_equal, np.array_equiv, np.isscalar)

# Integers and bits
constant(np.bitwise_and, np.bitwise_or, np.bitwise_xor, np.invert, np.left_shift, np.right_shift, np.gcd, np.lcm)
constant(np.bitwise_count, np.packbits, np.unpackbits)

# Positions and counts
constant(np.argmax, np.argmin, np.argsort, np.argpartition, np.argwhere, np.nonzero, np.flatnonzero, np.count_nonzero)
constant(np.searchsorted, np.digitize, np.nanargmax, np.nanargmin, np.isin, *_known("in1d"))
constant(np.unravel_index, np.ravel_multi_index, np.diag_indices, np.indices, np.mask_indices, np.ndindex)
constant(np.tril_indices, np.triu_indices)

# Shapes and types
constant(np.shape, np.ndim, np.size, np.result_type, np.can_cast, np.min_scalar_type, np.common_type)
constant(np.zeros_like, np.ones_like, np.empty_like, np.shares_memory, np.may_share_memory, np.iterable)
constant(np.broadcast_shapes, np.einsum_path, np.isdtype, np.issubdtype, np.mintypecode, np.promote_types, np.typename)
constant(np.dtype, np.finfo, np.iinfo, np.ufunc)

# New arrays of shapes, numbers and files, in which a Tensor has no part
constant(np.zeros, np.ones, np.empty, np.arange, np.eye, np.identity, np.tri)
constant(np.bartlett, np.blackman, np.hamming, np.hanning)
constant(np.load, np.loadtxt, np.genfromtxt, np.fromfile, np.fromregex, np.fromstring, np.memmap)

# Printing
constant(np.array2string, np.array_repr, np.array_str, np.base_repr, np.binary_repr, np.info)
constant(np.format_float_positional, np.format_float_scientific)
constant(np.get_printoptions, np.set_printoptions, np.printoptions)

# Dates
constant(np.busday_count, np.busday_offset, np.is_busday, np.busdaycalendar, np.datetime_as_string, np.datetime_data)

# NumPy itself: its error state, its buffers, its build
constant(np.geterr, np.seterr, np.geterrcall, np.seterrcall, np.errstate, np.getbufsize, np.setbufsize)
constant(np.get_include, np.show_config, np.show_runtime)
for _module in (np, np.linalg, np.fft):
    entry(vars(_module)["test"], "test")
    constant(vars(_module)["test"])

# What calls a function on index grids of its own, and returns what that returns: with Tensors inside, these stay taped
constant(np.fromfunction)

# -- unsupported -----------------------------------------------------------------------------------------------------

unsupported(np.nextafter, "It steps to a neighbouring float, which no derivative describes. Write it for t.detach().")
unsupported(np.spacing, "It measures the spacing of floats, which no derivative describes. Write it for t.detach().")

# Files
unsupported(np.save, "It stores plain arrays. Write np.save(file, t.detach()).")
unsupported(np.savez, "It stores plain arrays. Write np.savez(file, t.detach()).")
unsupported(np.savez_compressed, "It stores plain arrays. Write np.savez_compressed(file, t.detach()).")
unsupported(np.savetxt, "It stores plain arrays. Write np.savetxt(file, t.detach()).")

# What makes plain arrays does not ask a Tensor first: it is refused where the Tensor is to become one
_MADE = "It makes a plain array, which has no gradient."
unsupported(np.array, f"{_MADE} Write ag.tensor(data) or ag.stack(tensors).")
for _function in (np.asarray, np.asanyarray, np.ascontiguousarray, np.asfortranarray, np.require):
    unsupported(_function, f"{_MADE} A Tensor needs no conversion: write t itself, or ag.tensor(data) for lists.")
unsupported(np.asarray_chkfinite, f"{_MADE} Write np.isfinite(t).all() to check, and go on with t itself.")
unsupported(np.full, f"{_MADE} Write np.full_like(a, t, shape=shape) or np.broadcast_to(t, shape).")
unsupported(np.fromiter, f"{_MADE} Write ag.stack(list(tensors)).")
unsupported(np.frombuffer, f"{_MADE} Write ag.Tensor(np.frombuffer(data)) for bytes, and t itself for a Tensor.")
unsupported(np.from_dlpack, f"{_MADE} Write t itself, or np.from_dlpack(t.detach()).")
unsupported(np.ndarray, f"{_MADE} Write ag.Tensor(data).")
unsupported(np.kaiser, f"{_MADE} Write np.i0(b * np.sqrt(1 - r**2)) / np.i0(b), r = np.linspace(-1, 1, M).")

# Matrices and records
for _class in (np.matrix, np.asmatrix, np.recarray):
    unsupported(_class, "It makes an array of another class, whose operators a Tensor does not have. Write t itself.")
unsupported(np.bmat, "It makes an np.matrix. Write np.block(blocks).")

# Memory
unsupported(np.isfortran, "It asks how an array lies in memory. Write np.isfortran(t.data).")
unsupported(
    np.lib.stride_tricks.as_strided,
    "It looks at memory, and a Tensor is a value. Write t[index], or np.lib.stride_tricks.sliding_window_view.",
)

# Iterators and classes over plain arrays
unsupported(np.nditer, "It walks over plain memory. Write for index in np.ndindex(t.shape): t[index].")
unsupported(np.nested_iters, "It walks over plain memory. Write for index in np.ndindex(t.shape): t[index].")
unsupported(np.ndenumerate, "It walks over plain memory. Write for index in np.ndindex(t.shape): t[index].")
unsupported(np.flatiter, "It walks over plain memory. Write np.ravel(t).")
unsupported(np.broadcast, "It walks over plain arrays. Write np.broadcast_arrays(x, y) or np.broadcast_shapes(s, t).")

# Functions of the user's
unsupported(np.vectorize, "It makes plain arrays of its arguments. Write ag.vectorize(f), which works on Tensors.")
unsupported(np.frompyfunc, "Its functions return object arrays. Write ag.vectorize(f), which works on Tensors.")

