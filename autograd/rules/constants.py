"""Functions whose result does not vary with their operands, and functions that cannot have a rule."""

import numpy as np

from ..primitive import constant, unsupported

# Comparisons, logic and tests
constant(np.equal, np.not_equal, np.less, np.less_equal, np.greater, np.greater_equal)
constant(np.logical_and, np.logical_or, np.logical_xor, np.logical_not, np.all, np.any)
constant(np.isnan, np.isinf, np.isfinite, np.isneginf, np.isposinf, np.signbit, np.isreal, np.iscomplex)
constant(np.isrealobj, np.iscomplexobj, np.isclose, np.allclose, np.array_equal, np.array_equiv)
constant(np.bitwise_and, np.bitwise_or, np.bitwise_xor, np.invert, np.left_shift, np.right_shift, np.gcd, np.lcm)

# Positions and counts
constant(np.argmax, np.argmin, np.argsort, np.argpartition, np.argwhere, np.nonzero, np.flatnonzero, np.count_nonzero)
constant(np.searchsorted, np.digitize, np.bincount, np.nanargmax, np.nanargmin, np.isin, np.unravel_index)

# Shapes and types
constant(np.shape, np.ndim, np.size, np.result_type, np.can_cast, np.min_scalar_type, np.common_type)
constant(np.zeros_like, np.ones_like, np.empty_like, np.shares_memory, np.may_share_memory, np.iterable)

unsupported(np.nextafter, "It steps to a neighbouring float, which no derivative describes.")
unsupported(np.spacing, "It measures the spacing of floats, which no derivative describes.")
unsupported(np.copyto, "It writes into an array. Write y[...] = v on a Tensor.", writes=True)
unsupported(np.put, "It writes into an array. Write y[index] = v on a Tensor.", writes=True)
unsupported(np.place, "It writes into an array. Write y[mask] = v on a Tensor.", writes=True)
unsupported(np.putmask, "It writes into an array. Write y = np.where(mask, v, y).", writes=True)
unsupported(np.fill_diagonal, "It writes into an array. Write y[i, i] = v with i = np.arange(n).", writes=True)
unsupported(np.put_along_axis, "It writes into an array. Write y[index] = v on a Tensor.", writes=True)
unsupported(np.save, "It stores plain arrays. Write np.save(file, t.detach()).")
unsupported(np.savez, "It stores plain arrays. Write np.savez(file, t.detach()).")
unsupported(np.savetxt, "It stores plain arrays. Write np.savetxt(file, t.detach()).")
