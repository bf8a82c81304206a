"""Calls of NumPy to differentiate: what people write, function by function and keyword by keyword.

The list was written from NumPy's manual, not from the rules and not from their samples: it is an oracle from outside.
A line is an expression; the names in it that :data:`INPUTS` has are differentiated. ``{a|b}`` stands for one variant
with ``a`` and one with ``b``. No input lies within a difference's step of a kink, a tie or the edge of a domain: what
holds there is a matter of conventions, which have tests of their own.
"""

import itertools
import re

import numpy as np


def spread(*shape, low=-2.0, high=2.0, seed=1):
    """Numbers over a range in no order, no two of them close, none close to 0, and no two of the same size."""
    n = int(np.prod(shape))
    values = np.linspace(low, high, n) + 0.013 * np.pi
    return np.random.default_rng(seed).permutation(values).reshape(shape)


def unlike(a, seed):
    """A complex array: the imaginary part is a shuffle of other numbers."""
    return a + 1j * spread(*a.shape, low=-0.9, high=1.1, seed=seed)


# fmt: off
INPUTS = {
    # vectors: any numbers, positive ones, some inside (-1, 1), a longer one, a complex one, an empty one
    "x": np.array([0.7, -1.3, 0.4, 1.9]),     "y": np.array([-0.6, 0.8, 1.7, 1.1]),
    "p": np.array([0.8, 2.3, 1.4, 0.42]),     "q": np.array([1.7, 0.6, 2.9, 1.1]),
    "u": np.array([0.3, -0.62, 0.75, -0.15]), "v": np.array([0.45, -1.2, 2.2]),
    "l": spread(7, seed=3),                   "k": spread(6, seed=4),
    "c": np.array([0.7 + 0.4j, -1.3 + 1.2j, 0.4 - 0.8j, 1.9 + 0.3j]),
    "d": np.array([-0.6 + 0.9j, 0.8 - 0.3j, 1.7 + 0.5j, 1.1 - 1.4j]),
    "e": np.zeros(0),
    # numbers
    "s": np.float64(0.65), "o": np.float64(1.35),
    # matrices and stacks of them; A, B are far from singular, S is too and wide, C is complex
    "m": spread(3, 4, seed=5), "n": spread(3, 4, low=0.4, high=2.6, seed=6), "w": spread(4, 2, seed=7),
    "A": np.array([[2.1, 0.4, -0.3], [0.7, -1.8, 0.5], [-0.2, 0.9, 3.2]]),
    "B": np.array([[1.1, -0.7, 0.6], [0.3, 2.4, -0.8], [0.5, 0.2, -1.9]]),
    "C": unlike(np.array([[2.1, 0.4, -0.3], [0.7, -1.8, 0.5], [-0.2, 0.9, 3.2]]), 8),
    "M": unlike(spread(3, 4, seed=5), 9), "E": np.zeros((2, 0)),
    "t": spread(2, 3, 2, seed=10),
    "H": np.array([[[1.5, 0.3], [-0.4, 2.9]], [[-1.1, 0.6], [0.2, 0.9]]]),
    "r": np.array([[0.9], [-1.4], [0.5]]),
}

ELEMENTWISE = """
x + y | x - y | x * y | x / y | p ** y | x ** 2 | x ** 3 | x ** -1 | 2.0 ** x | p ** 0.5 | -x | +x | x % p | abs(x) |
x + 1 | 1 - x | 2.5 * x | 1 / x | x + s | s * m | m + v[:, None] | m * r | x // p + x | divmod(x, p) | pow(p, 2) |
x @ y | m @ w | np.add(x, y) | np.subtract(m, r) | np.multiply(m, x) | np.divide(m, x) | np.true_divide(s, x) |
np.power(p, y) | np.power(x, 3) | np.power(x, 2.0) | np.power(2.0, x) | np.power(n, s) | np.float_power(p, y) |
np.float_power(x, 2) | np.pow(p, x) | np.negative(x) | np.positive(m) | np.absolute(x) | np.abs(m) | np.fabs(x) |
np.square(x) | np.reciprocal(x) | np.sqrt(p) | np.sqrt(n) | np.cbrt(x) | np.cbrt(p) | np.sign(x) * y |
np.remainder(x, p) | np.mod(x, p) | np.mod(x, -q) | np.fmod(x, p) | np.floor_divide(x, p) * y | np.divmod(x, p) |
np.modf(x) | np.frexp(x)[0] | np.ldexp(x, 3) | np.ldexp(x, np.array([1, 0, -2, 3])) | np.copysign(x, y) |
np.copysign(x, -1.0) | np.heaviside(x, 0.5) * y | np.hypot(x, y) | np.hypot(m, 2.0) | np.exp(x) | np.exp(m) |
np.exp2(x) | np.expm1(x) | np.log(p) | np.log2(p) | np.log10(n) | np.log1p(p) | np.logaddexp(x, y) |
np.logaddexp(m, x) | np.logaddexp2(x, y) | np.sin(x) | np.cos(m) | np.tan(u) | np.arcsin(u) | np.arccos(u) |
np.arctan(x) | np.arctan2(x, y) | np.arctan2(m, x) | np.asin(u) | np.acos(u) | np.atan(x) | np.atan2(x, y) |
np.sinh(x) | np.cosh(x) | np.tanh(m) | np.arcsinh(x) | np.arccosh(1 + p) | np.arctanh(u) | np.asinh(x) |
np.acosh(1 + p) | np.atanh(u) | np.deg2rad(x) | np.rad2deg(x) | np.degrees(x) | np.radians(x) | np.sinc(x) |
np.sinc(m) | np.i0(x) | np.i0(m) | np.floor(x) * y | np.ceil(x) * y | np.trunc(x) * y | np.rint(x) * y |
np.round(x) * y | np.round(x, 1) * y | np.around(x, decimals=1) * y | np.fix(x) * y | np.maximum(x, y) |
np.maximum(m, x) | np.maximum(x, 0.0) | np.minimum(x, y) | np.minimum(m, 0.5) | np.fmax(x, y) | np.fmin(x, y) |
np.fmax(x, 0.0) | np.clip(x, -1.0, 1.0) | np.clip(m, 0.2, None) | np.clip(x, None, 0.5) | np.clip(x, -p, p) |
np.clip(x, min=-1.0, max=1.0) | np.nan_to_num(x) | np.nan_to_num(m, copy=True, nan=1.0) | np.where(x > 0, x, y) |
np.where(m > 0, m, x) | np.where(x > 0, x, 0.0) | np.where(np.isnan(x), 0.0, x * y) | np.add(x, y, where=True) |
np.exp(x, dtype=np.float64) | np.multiply(x, y, casting="same_kind") | np.sin(x, order="K") | np.add.reduce(m) |
np.add.reduce(m, axis=1, keepdims=True) | np.multiply.reduce(m, axis=0) | np.maximum.reduce(m, axis=1) |
np.minimum.reduce(m) | np.logaddexp.reduce(x) | np.add.accumulate(m, axis=1) | np.multiply.accumulate(x) |
np.subtract.outer(x, v) | np.multiply.outer(x, m) | np.add.outer(x, y) | np.maximum.accumulate(x) |
np.hypot.reduce(x) | np.add.reduceat(l, [0, 3, 5]) | np.exp(e) | np.sin(s) | s * o | s ** o | np.tanh(E) |
np.exp(x).astype(np.float64) | np.real_if_close(x) | np.copysign(m, x) | np.spacing(x) * 0 + x | np.conj(x) |
np.real(x) | np.square(t) | np.log1p(np.exp(-np.abs(x))) | (m.T * v).T | np.heaviside(x, y) | np.float64(2.0) * x |
x * np.array([1.0, 2.0, 3.0, 4.0]) | np.array(2.0) ** x | np.array([1.0, 2.0, 3.0, 4.0]) / x
"""

COMPLEX = """
c + d | c * d | c / d | c ** 2 | c ** d | c * x | x / c | np.exp(c) | np.log(c) | np.sin(c) | np.cos(c) | np.tan(c) |
np.tanh(c) | np.sinh(c) | np.cosh(c) | np.sqrt(c) | np.square(c) | np.reciprocal(c) | np.absolute(c) |
np.abs(c) ** 2 | np.angle(c) | np.angle(c, deg=True) | np.conjugate(c) | np.conj(c) * d | np.real(c) | np.imag(c) |
c.real * c.imag | c.conj() | np.log1p(c) | np.expm1(c) | np.arctan(c) | np.arcsin(c) | np.arcsinh(c) |
np.power(c, 3) | np.sum(c) | np.prod(c) | np.mean(M, axis=0) | np.cumsum(c) | np.cumprod(c) | np.var(c) | np.std(c) |
np.var(M, axis=1) | c @ d | np.dot(c, d) | np.vdot(c, d) | np.inner(c, d) | np.outer(c, d) | np.vecdot(c, d) |
np.einsum("i,i", c, d) | C @ C | np.linalg.inv(C) | np.linalg.det(C) | np.linalg.solve(C, C @ C) | np.linalg.norm(c) |
np.linalg.norm(C, "fro") | np.linalg.slogdet(C) | np.trace(C) | np.linalg.pinv(C) |
np.linalg.svd(C, compute_uv=False) | np.linalg.cholesky(C @ np.conj(C.T) + np.eye(3)) |
np.linalg.eigvalsh(C + np.conj(C.T)) | np.linalg.eigvals(C) | np.linalg.qr(C) | np.linalg.qr(C)[1] |
np.linalg.matrix_power(C, 3) | np.linalg.norm(c, 3) | np.linalg.multi_dot([C, C, C]) | np.kron(c, d) |
np.correlate(c, d, "full") | np.convolve(c, d) | np.diff(c) | np.where(x > 0, c, d) | np.concatenate([c, d]) |
np.stack([c, x]) | np.flip(c) | np.sort(np.abs(c)) | np.cov(np.stack([c, d])) | np.polyval(c, d) |
np.interp(s, [0.0, 1.0, 2.0, 3.0], c) | np.abs(np.linalg.eigh(C + np.conj(C.T))[1]) | np.trapezoid(c) |
np.average(c, weights=p) | np.sinc(c) | x + 1j * y | np.sqrt(x + 0j) | np.sign(c) | np.gradient(c) | np.pad(c, 2) |
np.roll(c, 1) | np.take(c, [0, 2]) | np.linalg.cond(C) | np.matmul(C, M) | np.cross(c[:3], d[:3])
"""

REDUCTIONS = """
np.sum({m|t|x|s|E|e}) | np.sum(m, {0|1|-1|(0, 1)|()}) | np.sum(m, axis=1, keepdims=True) |
np.sum(t, axis=(0, 2), keepdims=True) | np.sum(m, where=m > 0) |
np.sum(m, axis=0, where=np.array([True, False, True])[:, None]) | np.sum(m, initial=2.0) |
np.sum(m, dtype=np.float64) | np.mean({m|t|x|s}) | np.mean(m, {0|-1|(0, 1)}) | np.mean(m, axis=1, keepdims=True) |
np.mean(m, where=m > 0) | np.mean(m, axis=0, dtype=np.float64) | np.prod({m|x|s|e}) | np.prod(m, {0|-1}) |
np.prod(t, axis=(0, 2), keepdims=True) | np.prod(m, where=m > 0) | np.prod(x, initial=2.0) | np.max({m|x|t|s}) |
np.max(m, {0|-1}) | np.amax(t, axis=(0, 1)) | np.max(m, axis=1, keepdims=True) | np.max(m, initial=0.1) |
np.max(m, axis=0, where=n > 1.0, initial=-3.0) | np.min({m|x}) | np.min(m, {0|-1}) |
np.amin(t, axis=(0, 1), keepdims=True) | np.min(m, initial=0.1) | np.min(m, axis=0, where=n > 1.0, initial=3.0) |
np.var({m|x|t}) | np.var(m, {0|-1|(0, 1)}) | np.var(m, axis=1, ddof=1) | np.var(m, axis=0, keepdims=True) |
np.var(m, correction=1) | np.var(m, where=m > -1.0) | np.var(m, axis=1, mean=np.mean(m, axis=1, keepdims=True)) |
np.std({m|x|t}) | np.std(m, {0|-1|(0, 1)}) | np.std(m, axis=1, ddof=1) | np.std(m, axis=0, keepdims=True) |
np.std(m, correction=1) | np.std(m, where=m > -1.0) | np.ptp({m|x}) | np.ptp(m, axis={0|-1}) |
np.ptp(m, axis=1, keepdims=True) | np.average(m) | np.average(m, axis=1) | np.average(m, axis=1, weights=p) |
np.average(x, weights=p) | np.average(m, weights=n) | np.average(x, weights=p, returned=True) |
np.average(m, axis=0, keepdims=True) | np.average(m, axis=(0, 1), weights=n) | np.median({m|x|v|l|t}) |
np.median(m, axis={0|1|(0, 1)}) | np.median(m, axis=1, keepdims=True) | np.median(m, overwrite_input=True) |
np.percentile(x, {30|50|100|[10, 45, 80]}) | np.percentile(m, 30, axis={0|1|(0, 1)}) |
np.percentile(m, 30, axis=0, keepdims=True) |
np.percentile(x, 35, method="{lower|higher|nearest|midpoint|hazen|weibull|median_unbiased|normal_unbiased}") |
np.percentile(x, 35, method="{inverted_cdf|closest_observation}") |
np.quantile(x, {0.3|0.5|[0.1, 0.9]}) | np.quantile(m, 0.7, axis={0|-1}) |
np.quantile(m, [0.2, 0.6], axis=1, keepdims=True) |
np.quantile(l, 0.37, method="{averaged_inverted_cdf|interpolated_inverted_cdf|hazen|linear}") |
np.quantile(x, 0.4, weights=[1.0, 2.0, 1.0, 3.0], method="inverted_cdf") | np.nansum({m|x}) | np.nansum(m, axis=0) |
np.nansum(np.where(m > 0, m, np.nan), axis=1) | np.nanmean(m, axis=1) |
np.nanmean(np.where(m > -1.0, m, np.nan), axis=0) | np.nanprod(m, axis=1) | np.nanprod(np.where(m > 0, m, np.nan)) |
np.nanmax(m, axis=0) | np.nanmax(np.where(m < 1.0, m, np.nan)) | np.nanmin(m) |
np.nanmin(np.where(m > -1.0, m, np.nan), axis=1) | np.nanvar(m, axis=1) |
np.nanvar(np.where(m > -1.0, m, np.nan), ddof=1) | np.nanstd(m) |
np.nanstd(np.where(m > -1.0, m, np.nan), axis=1, keepdims=True) | np.nanmedian(m, axis=1) |
np.nanmedian(np.where(m > -1.0, m, np.nan)) | np.nanpercentile(m, 30, axis=0) |
np.nanquantile(np.where(m > -1.0, m, np.nan), 0.4, axis=1) | np.nancumsum(x) | np.nancumprod(x) |
np.nancumsum(np.where(m > 0, m, np.nan), axis=1) | np.nancumprod(np.where(m > 0, m, np.nan), axis=0) |
np.cumsum({m|x|t|e}) | np.cumsum(m, {0|-1}) | np.cumsum(m, axis=1, dtype=np.float64) | np.cumprod({m|x}) |
np.cumprod(m, axis={0|-1}) | np.cumulative_sum(x) | np.cumulative_sum(m, axis=1) |
np.cumulative_sum(m, axis=0, include_initial=True) | np.cumulative_prod(x) |
np.cumulative_prod(m, axis=1, include_initial=True) | m.sum(axis=0) | m.mean(1) | m.max() | m.min(axis=1) |
m.prod(axis=0) | m.var() | m.std(axis=1) | m.cumsum(axis=1) | x.cumprod() | m.sum(axis=1, keepdims=True) |
np.linalg.norm({x|m|s * x}) | np.linalg.norm(x, {1|2|3|2.5|-1|-2|np.inf|-np.inf|0.5}) |
np.linalg.norm(A, {1|-1|2|-2|np.inf|-np.inf|"fro"|"nuc"}) | np.linalg.norm(m, {"fro"|"nuc"|2}) |
np.linalg.norm(m, axis={0|1|(0, 1)}) | np.linalg.norm(m, 1, axis=0) | np.linalg.norm(m, axis=1, keepdims=True) |
np.linalg.norm(m, np.inf, axis=-1) | np.linalg.norm(t, "fro", axis=(0, 2)) |
np.linalg.norm(t, 2, axis=(1, 2), keepdims=True) | np.linalg.vector_norm({x|m}) |
np.linalg.vector_norm(m, axis=1, ord=3) | np.linalg.vector_norm(m, keepdims=True, ord=1) |
np.linalg.matrix_norm({m|t}) | np.linalg.matrix_norm(m, ord={1|2|"nuc"}) | np.linalg.matrix_norm(t, keepdims=True) |
np.cov({x|m}) | np.cov(x, y) | np.cov(m, rowvar=False) | np.cov(m, bias=True) | np.cov(m, ddof=0) |
np.cov(m, aweights=[1.0, 2.0, 1.5, 0.5]) | np.cov(m, fweights=[1, 2, 1, 3]) | np.corrcoef(m) | np.corrcoef(x, y) |
np.corrcoef(m, rowvar=False) | np.bincount([0, 1, 1, 2], weights=x) |
np.histogram([0.5, 1.5, 1.7, 2.5], bins=3, weights=x)[0] | np.count_nonzero(x) * x
"""

SHAPES = """
np.reshape(m, {(4, 3)|-1|(2, -1)}) | np.reshape(m, (2, 6), order="F") | m.reshape(2, 6) | m.reshape((2, 6)) |
np.ravel(m) | np.ravel(m, order="F") | m.ravel() | m.flatten() | m.T | A.mT | np.transpose(m) |
np.transpose(t, (2, 0, 1)) | np.permute_dims(t, (1, 0, 2)) | np.transpose(t, axes=(-1, 0, 1)) | t.transpose(1, 2, 0) |
np.swapaxes(t, 0, 2) | t.swapaxes(0, -1) | np.matrix_transpose(m) | np.moveaxis(t, 0, -1) |
np.moveaxis(t, [0, 1], [-1, 0]) | np.rollaxis(t, 2) | np.rollaxis(t, 1, 3) | np.squeeze(r) | np.squeeze(r, axis=1) |
np.expand_dims(m, 1) | np.expand_dims(x, (0, 2)) | m.squeeze() | np.atleast_1d(s) | np.atleast_2d(x) |
np.atleast_3d(m) | np.atleast_1d(s, x) | np.broadcast_to(x, (3, 4)) | np.broadcast_to(r, (3, 2)) |
np.broadcast_arrays(m, x) | np.copy(m) | m.copy() | np.ascontiguousarray(m) | np.asfortranarray(m) | np.flip(m) |
np.flip(m, {0|1|(0, 1)}) | np.flipud(m) | np.fliplr(m) | np.rot90(m) | np.rot90(m, {2|3|-1}) |
np.rot90(t, axes=(1, 2)) | np.roll(x, 1) | np.roll(m, {2|-3}) | np.roll(m, 1, axis={0|1}) |
np.roll(m, (1, 2), axis=(0, 1)) | np.roll(m, (1, 1), axis=(0, 0)) | np.concatenate([x, y]) | np.concatenate([m, n]) |
np.concatenate([m, r], axis=1) | np.concatenate([m, x], axis=None) | np.concatenate((x, e)) | np.concat([x, v]) |
np.stack([x, y]) | np.stack([m, n], axis={1|-1}) | np.vstack([x, m]) | np.hstack([x, v]) | np.hstack([m, r]) |
np.dstack([m, n]) | np.column_stack([v, m]) | np.block([[A, r], [x[None, :]]]) | np.block([x, v]) | np.append(x, v) |
np.append(m, n, axis=0) | np.append(x, 2.0) | np.stack((x, y), axis=1) | np.vstack((x, y, p)) | np.split(x, 2) |
np.split(m, [1], axis=0) | np.split(m, 2, axis=1) | np.array_split(l, 3) | np.array_split(m, [1, 2], axis=1) |
np.hsplit(m, 2) | np.vsplit(m, [1]) | np.dsplit(t, 2) | np.unstack(m) | np.unstack(t, axis=1) | np.tile(x, 2) |
np.tile(m, (2, 1)) | np.tile(x, (2, 2)) | np.repeat(x, 2) | np.repeat(m, 2, axis=1) | np.repeat(x, [1, 0, 2, 3]) |
np.repeat(m, [1, 2, 0], axis=0) | np.resize(x, (2, 3)) | np.resize(m, (2, 7)) | m.repeat(2) | np.resize(x, 2) |
np.pad(x, 2) |
np.pad(x, (1, 2), mode="{constant|edge|linear_ramp|maximum|mean|median|minimum|reflect|symmetric|wrap}") |
np.pad(m, ((1, 0), (2, 1)), mode="{constant|edge|reflect|symmetric|wrap|mean}") | np.pad(x, 2, constant_values=3.0) |
np.pad(m, 1, constant_values=((1.0, 2.0), (3.0, 4.0))) | np.pad(x, 3, mode="linear_ramp", end_values=(1.0, -2.0)) |
np.pad(x, 2, mode="mean", stat_length=2) | np.pad(x, 2, mode="reflect", reflect_type="odd") |
np.pad(x, 2, mode="symmetric", reflect_type="odd") | np.pad(m, [(0, 1), (1, 0)]) | np.pad(x, 6, mode="reflect") |
np.pad(x, 6, mode="wrap") | np.pad(m, 1, mode="maximum", stat_length=2) | np.pad(m, 1) | np.insert(x, 1, s) |
np.insert(x, [1, 3], [2.0, 3.0]) | np.insert(m, 1, x, axis=0) | np.insert(m, 2, v, axis=1) |
np.insert(x, slice(0, 2), 5.0) | np.insert(m, 1, 2.5) | np.delete(x, 1) | np.delete(x, [0, 2]) |
np.delete(m, 1, axis=0) | np.delete(m, slice(0, 2), axis=1) | np.delete(x, -1) | np.diag(x) | np.diag(x, 1) |
np.diag(A) | np.diag(m, -1) | np.diagonal(A) | np.diagonal(m, 1) | np.diagonal(t, axis1=0, axis2=2) |
np.diagonal(A, offset=-1) | np.diagflat(x) | np.diagflat(m, 1) | np.trace(A) | np.trace(m, 1) |
np.trace(t, axis1=0, axis2=2) | np.trace(A, offset=-1) | A.trace() | A.diagonal() | np.tril(A) | np.tril(m, 1) |
np.triu(A) | np.triu(m, -1) | np.triu(t) | np.vander(x) | np.vander(x, 3) | np.vander(x, 4, increasing=True) |
np.vander(v) | np.meshgrid(x, v) | np.meshgrid(x, v, indexing="ij") | np.meshgrid(x, v, sparse=True) |
np.meshgrid(x, y[:2], v[:2]) | np.linspace(s, o, 5) | np.linspace(s, o, 4, endpoint=False) | np.linspace(x, y, 3) |
np.linspace(x, y, 3, axis=1) | np.linspace(s, o, 5, retstep=True) | np.logspace(s, o, 4) |
np.logspace(s, o, 4, base=2.0) | np.geomspace(s, o, 4) | np.geomspace(p, q, 3) | np.full_like(x, s) |
np.full_like(m, 2.0) * m | np.zeros_like(x) + x | np.ones_like(m) * m | np.empty_like(x) * 0 + x |
np.trim_zeros(np.concatenate([np.zeros(2), x, np.zeros(1)])) | np.lib.stride_tricks.sliding_window_view(x, 2) |
np.lib.stride_tricks.sliding_window_view(m, (2, 2)) | np.astype(x, np.float64) | np.eye(4) * x
"""

PICKING = """
x[1] | x[-1] | x[1:3] | x[::-1] | x[::2] | m[1] | m[:, 1] | m[1, 2] | m[0:2, 1:] | m[..., 0] | m[:, None] | x[None] |
x[[0, 2]] | x[[1, 1, 3]] | x[np.array([0, -1])] | m[[0, 2]] | m[[0, 2], [1, 3]] | m[:, [0, 0, 3]] |
m[[[0], [2]], [1, 3]] | x[x > 0] | m[m > 0] | m[np.array([True, False, True])] |
m[:, np.array([True, False, True, True])] | t[0, ..., 1] | t[:, 1] | t[..., None, 0] | x[np.argsort(x)] |
m[np.argmax(m, axis=0), np.arange(4)] | x[...] | s[()] | m[np.ix_([0, 2], [1, 3])] | m[np.tril_indices(3)] | m[()] |
x[1:1] | np.take(x, [0, 2]) | np.take(m, [0, 2], axis=1) | np.take(m, 3) | np.take(m, [[0, 5], [1, 1]]) |
np.take(x, [5, 6], mode="wrap") | np.take(x, [-1, 9], mode="clip") | x.take([1, 2]) |
np.take_along_axis(m, np.argsort(m, axis=1), axis=1) | np.take_along_axis(x, np.array([0, 0, 2]), axis=0) |
np.take_along_axis(m, np.array([[0], [1], [2]]), 1) | np.compress([True, False, True, True], x) |
np.compress([True, False, True], m, axis=0) | np.compress([False, True], m) | np.extract(x > 0, x) |
np.extract(m > 0, m) | np.choose([0, 1, 1, 0], [x, y]) | np.choose(np.array([0, 1, 0, 1]), (x, 2.0 * y)) |
np.choose([0, 3, 1, 4], [x, y], mode="wrap") | np.choose([0, 3, 1, -4], [x, y], mode="clip") |
np.select([x > 1, x > 0], [x, y]) | np.select([x > 1, x > 0], [x * y, y], default=2.0) | np.select([m > 1], [m], s) |
np.piecewise(x, [x > 0, x <= 0], [np.sin, np.cos]) | np.piecewise(x, [x > 0], [lambda i: i ** 2, 3.0]) |
np.piecewise(x, [x > 0, x < -1], [lambda i: i * 2, lambda i: i ** 3, lambda i: -i]) |
np.piecewise(x, x > 0, [lambda i, j: i * j, lambda i, j: i - j], 2.0) | np.sort(x) | np.sort(m) |
np.sort(m, axis={0|1|None}) | np.sort(m, kind="stable") | np.sort(t, axis=1) | np.sort(x, stable=True) |
np.partition(x, 2)[2] | np.partition(m, 1, axis=0)[1] | np.partition(m, 2, axis=None)[2] | np.sort_complex(x) |
np.msort(m) if hasattr(np, "msort") else np.sort(m, axis=0) | np.unique(x) | np.unique(m) | np.flip(np.sort(x)) |
np.argsort(x) * x | np.argmax(x) * x | np.searchsorted([0.0, 1.0], x) * x | np.digitize(x, [0.0, 1.0]) * x |
np.nonzero(x > 0)[0][0] * x | np.union1d(x, y) | np.intersect1d(x, x) | np.setdiff1d(x, [9.0]) | x.clip(-1.0, 1.0) |
x.round() * x | m.take([0, 1], axis=1) | m.compress([True, False, True], axis=0) |
np.apply_along_axis(lambda i: i * i[0], 1, m) | np.apply_along_axis(np.sum, 0, m) |
np.apply_along_axis(lambda i: np.outer(i, i), 0, m) | np.apply_along_axis(np.sort, -1, m) |
np.apply_over_axes(np.sum, t, [0, 2]) | np.apply_over_axes(np.mean, m, 1) | np.apply_over_axes(np.max, t, (0,)) |
[i * 2 for i in x] | [np.sum(i) for i in m] | sum(x) | np.extract(np.array([1, 0, 1, 1]), x)
"""

PRODUCTS = """
np.dot({x, y|m, x|m, w|s, x|x, s|x, w|t, w[:2]|t, t.T[:, :, 0]}) | x.dot(y) |
np.matmul({x, y|m, x|m, w|x, w|t, w[:2]|t, H|t, x[:2]}) | np.inner({x, y|m, x|m, n|x, m|s, x}) |
np.outer({x, v|m, v|s, x}) | np.vdot({x, y|m, n}) | np.vecdot({x, y|m, n|m, x}) | np.vecdot(m, n, axis=0) |
np.matvec(m, x) | np.matvec(t, x[:2]) | np.vecmat(v, m) | np.vecmat(x, w) |
np.tensordot({m, w, 1|x, y, 1|x, v, 0|m, n, 2|m, n, ((0, 1), (0, 1))|t, t, ((0, 2), (0, 2))|m, n, (0, 0)|t, m, (1,
    0)}) | np.tensordot(m, x, axes=([1], [0])) | np.tensordot(A, B) | np.kron({x, v|A, H[0]|x, m|s, x|m, r}) |
np.cross({v, r[:, 0]|A, B|A, v|v[:2], x[:2]}) | np.cross(A, B, axis=0) | np.cross(A, B, axisa=0, axisb=1) |
np.cross(A, B, axisa=0, axisb=1, axisc=0) | np.linalg.cross(A, B) | np.linalg.outer(x, v) |
np.linalg.tensordot(m, w, axes=1) | np.linalg.vecdot(m, n) | np.linalg.matmul(m, w) | np.linalg.trace(A) |
np.linalg.trace(m, offset=1) | np.linalg.diagonal(A) | np.linalg.diagonal(m, offset=1) |
np.linalg.matrix_transpose(m) | np.einsum("ij,jk", m, w) | np.einsum("ij,jk->ik", m, w) | np.einsum("ii", A) |
np.einsum("ii->i", A) | np.einsum("ij->ji", m) | np.einsum("ij->", m) | np.einsum("i,i->i", x, y) |
np.einsum("i,j->ij", x, v) | np.einsum("ij->j", m) | np.einsum("...ij,...jk->...ik", t, H) |
np.einsum("...i->...", t) | np.einsum("i...,i...", A, B) | np.einsum("ij,kj,kl->il", m, n, m) |
np.einsum("iij->j", t[:, :2]) | np.einsum("ij,ij->", m, n) | np.einsum("i,i,i", x, y, p) |
np.einsum("ij,jk,kl->il", A, B, A, optimize={True|False|"greedy"|"optimal"}) |
np.einsum("ij,jk,kl->il", A, B, A, optimize=["einsum_path", (0, 1), (0, 1)]) | np.einsum(m, [0, 1], w, [1, 2]) |
np.einsum(m, [0, 1], w, [1, 2], [2, 0]) | np.einsum("ij,ij->i", r, m) | np.einsum("ii,ii->i", A, B) |
np.einsum(",i->i", s, x) | np.einsum(A, [0, 0]) | np.einsum("ij,jk->ik", m, w, dtype=np.float64) |
np.einsum("ab,ab,bc->ac", m, n, w) | np.einsum("iii->i", H[:, :, :]) | np.einsum("ij,jk", A, A) |
np.einsum("i->", x) | np.einsum("ijk,ilk->jl", t, t) | np.linalg.multi_dot([m, w, H[0]]) |
np.linalg.multi_dot([x, w, H[0]]) | np.linalg.multi_dot([A, B]) | np.linalg.multi_dot([A, B, A, v]) |
np.linalg.matrix_power(A, {0|1|2|3|5|-1|-2}) | np.linalg.matrix_power(H, 2)
"""

LINALG = """
np.linalg.inv({A|H}) | np.linalg.det({A|H}) | np.linalg.slogdet({A|H}) | np.linalg.slogdet(A)[1] |
np.linalg.solve({A, v|A, B|H, H|A, A}) | np.linalg.solve(H, H[0]) | np.linalg.cholesky(A @ A.T) |
np.linalg.cholesky(A @ A.T + B @ B.T, upper=True) | np.linalg.cholesky(H @ np.swapaxes(H, 1, 2)) |
np.linalg.cholesky(A @ A.T) @ v | np.linalg.qr({A|w|m|H}) | np.linalg.qr(A, "{reduced|r|complete}") |
np.linalg.qr(w, mode="r") | np.linalg.qr(A)[0] | np.linalg.svd({A|m|w}, compute_uv=False) |
np.linalg.svdvals({A|m|H}) | np.abs(np.linalg.svd(A)[0]) | np.abs(np.linalg.svd(m, full_matrices=False)[2]) |
np.linalg.svd(A)[1] | np.abs(np.linalg.svd(H)[2]) | np.linalg.svd(A + A.T, hermitian=True)[1] | np.linalg.eig(A)[0] |
np.linalg.eigvals({A|H}) | np.linalg.eigvals(B) | np.abs(np.linalg.eig(A)[1]) | np.linalg.eigh(A + A.T)[0] |
np.abs(np.linalg.eigh(A + A.T)[1]) | np.linalg.eigh(A + A.T, UPLO="U")[0] | np.linalg.eigh(A)[0] |
np.linalg.eigvalsh({A|A + A.T|H}) | np.linalg.eigvalsh(A, "U") | np.abs(np.linalg.eigh(H)[1]) |
np.linalg.eigvals(np.triu(B)) | np.linalg.eigvalsh(B, UPLO="L") | np.linalg.pinv({A|m|w|H}) |
np.linalg.pinv(m, rcond=1e-10) | np.linalg.pinv(A + A.T, hermitian=True) | np.linalg.pinv(w, rtol=1e-12) |
np.linalg.lstsq(w, x)[0] | np.linalg.lstsq(w, x)[1] | np.linalg.lstsq(A, B)[0] |
np.linalg.lstsq(m, v, rcond=1e-12)[0] | np.linalg.cond(A) | np.linalg.cond(A, {1|2|-2|np.inf|-np.inf|"fro"|"nuc"}) |
np.linalg.tensorinv(np.reshape(np.kron(H[0], H[1]), (4, 2, 2)), ind=1) | np.linalg.tensorinv(A, ind=1) |
np.linalg.tensorsolve(np.reshape(np.kron(H[0], H[1]), (2, 2, 4)), t[:, :2, 0]) | np.linalg.tensorsolve(A, v) |
np.linalg.matrix_rank(A) * A | np.linalg.tensorsolve(np.reshape(np.kron(H[0], H[1]), (2, 4, 2)), x, axes=(0,)) |
np.linalg.tensorinv(np.reshape(np.kron(H[0], H[1]), (2, 2, 2, 2))) | np.linalg.det(A @ A.T) | np.linalg.inv(A) @ v |
np.trace(np.linalg.inv(A @ A.T)) | np.linalg.slogdet(A @ A.T)[1] + v @ np.linalg.solve(A @ A.T, v)
"""

FFT = """
np.fft.{fft|ifft|rfft}(l) | np.fft.{fft|ifft|rfft}(k) | np.fft.{fft|ifft|rfft}(k, {4|5|9}) |
np.fft.{fft|ifft|rfft}(m, axis=0) | np.fft.{fft|ifft|rfft}(k, norm="{ortho|forward}") | np.fft.{fft|ifft}(c) |
np.fft.{fft|ifft}(M, n=3, axis=0) | np.fft.irfft(c) | np.fft.irfft(c, {5|6|7|4}) | np.fft.irfft(M, axis=0) |
np.fft.irfft(c, norm="{ortho|forward}") | np.fft.irfft(x) | np.fft.hfft(c) | np.fft.hfft(c, 7) |
np.fft.hfft(M, axis=0) | np.fft.hfft(x, norm="ortho") | np.fft.ihfft(x) | np.fft.ihfft(l) |
np.fft.ihfft(m, n=3, axis=0) | np.fft.{fft2|ifft2|rfft2}(m) | np.fft.{fft2|ifft2}(M) |
np.fft.{fft2|ifft2|rfft2}(t, axes=(0, 2)) | np.fft.{fft2|ifft2|rfft2}(m, s=(2, 5)) | np.fft.{fftn|ifftn|rfftn}(t) |
np.fft.{fftn|ifftn|rfftn}(t, axes=(1, 0)) | np.fft.{fftn|ifftn|rfftn}(t, s=(3, 3), axes=(0, 1), norm="ortho") |
np.fft.irfft2(M) | np.fft.irfft2(M, s=(3, 5)) | np.fft.irfftn(M) | np.fft.irfftn(M, s=(2, 7), axes=(0, 1)) |
np.fft.irfftn(M, axes=(0,)) | np.fft.fftshift(x) | np.fft.fftshift(m, axes=1) | np.fft.ifftshift(l) |
np.fft.ifftshift(m, axes=(0,)) | np.abs(np.fft.rfft(l)) ** 2 | np.fft.irfft(np.fft.rfft(k) * np.fft.rfft(l[:6])) |
np.real(np.fft.ifft(np.fft.fft(x) * np.fft.fft(y))) | np.fft.fftn(M, norm="forward") | np.fft.ifftn(M, axes=(-1,))
"""

CALCULUS = """
np.diff(x) | np.diff(m) | np.diff(m, axis=0) | np.diff(l, n={0|2|3}) | np.diff(x, prepend=s) |
np.diff(x, append=0.5) | np.diff(m, prepend=r) | np.diff(m, axis=0, append=n[:1]) | np.ediff1d(x) | np.ediff1d(m) |
np.ediff1d(x, to_begin=2.0) | np.ediff1d(x, to_end=[1.0, 3.0]) | np.ediff1d(x, to_begin=s, to_end=v) |
np.gradient(x) | np.gradient(m) | np.gradient(m, axis={0|1|(0, 1)}) | np.gradient(x, 0.5) | np.gradient(m, 0.5, 2.0) |
np.gradient(x, edge_order=2) | np.gradient(x, [0.0, 1.0, 1.5, 3.0]) |
np.gradient(x, np.array([0.0, 1.0, 1.5, 3.0]), edge_order=2) | np.gradient(m, [0.0, 1.0, 3.0], [0.0, 1.0, 1.5, 3.0]) |
np.gradient(m, 2.0, axis=1) | np.gradient(x, np.cumsum(p)) | np.gradient(x, s) | np.trapezoid(x) | np.trapezoid(m) |
np.trapezoid(m, axis=0) | np.trapezoid(x, dx=0.5) | np.trapezoid(x, x=[0.0, 1.0, 1.5, 3.0]) | np.trapezoid(x, p) |
np.trapezoid(m, x=p) | np.trapezoid(m, r, axis=0) | np.trapezoid(x, dx=s) |
np.interp([0.5, 1.2, 2.7], [0.0, 1.0, 2.0, 3.0], x) | np.interp(p, [0.0, 1.0, 2.0, 3.0], x) |
np.interp(s, np.cumsum(p), x) | np.interp([-1.0, 0.5, 9.0], [0.0, 1.0, 2.0, 3.0], x, left=-1.0, right=7.0) |
np.interp([-1.0, 0.5, 9.0], [0.0, 1.0, 2.0, 3.0], x) |
np.interp([0.5, 3.3, -0.4], [0.0, 1.0, 2.0, 3.0], x, period=4.0) | np.convolve(l, v) |
np.convolve(l, v, "{full|same|valid}") | np.convolve(v, l, mode="same") | np.convolve(x, y, "same") |
np.correlate(l, v) | np.correlate(l, v, "{full|same|valid}") | np.correlate(v, l, "full") |
np.correlate(x, y, mode="same") | np.convolve(s, x) | np.unwrap(np.cumsum(p)) | np.unwrap(3.0 * x) |
np.unwrap(3.0 * m, axis=0) | np.unwrap(3.0 * x, period=5.0) | np.unwrap(3.0 * x, discont=4.0) | np.polyval(x, s) |
np.polyval(x, y) | np.polyval([1.0, 2.0, 3.0], x) | np.polyval(x, m) | np.polyadd(x, v) | np.polyadd(v, x) |
np.polysub(x, v) | np.polymul(x, v) | np.polydiv(x, v) | np.polydiv(l, x) | np.polyder(x) | np.polyder(l, 2) |
np.polyint(x) | np.polyint(x, 2) | np.polyint(x, k=3.0) | np.polyfit([0.0, 1.0, 2.0, 4.0], x, 2) |
np.polyfit(x, y, 1) | np.polyfit(x, y, 2, w=p) | np.polyfit([0.0, 1.0, 2.0, 4.0], m.T, 1) | np.poly(x) | np.poly(A) |
np.roots(x) | np.roots([1.0, -3.0, 2.0] * v[:1]) | np.roots(v) | np.polyint(x, m=1, k=[s])
"""

WHOLES = """
np.log(np.sum(np.exp(m - np.max(m, axis=1, keepdims=True)), axis=1)) | np.exp(x) / np.sum(np.exp(x)) |
np.tanh(m @ w).sum() | np.mean((m @ w - w[:3]) ** 2) | np.maximum(m @ w, 0).mean() |
np.sqrt(np.sum((m[:, None] - n[None]) ** 2, axis=-1)) | (x - np.mean(x)) / np.std(x) |
np.exp(-0.5 * np.sum(np.square(m[:, None] - m[None]), -1) / o) @ v | (x @ y) * x |
np.sum(np.abs(np.diff(m, axis=0))) | 1 / (1 + np.exp(-x)) | np.linalg.norm(m @ w) ** 2 | np.prod(np.sin(m), axis=1) |
np.cumsum(np.exp(x)) / np.sum(np.exp(x)) | np.einsum("ij,jk,ik->", m, w, m @ w) |
np.where(x > 0, np.sqrt(np.where(x > 0, x, 1.0)), 0.0) |
np.concatenate([np.sin(x), np.cos(x)]).reshape(2, 4).T @ v[:2] | sum(i ** 2 for i in x) |
np.dot(np.outer(x, y), p) / np.linalg.norm(x) |
np.stack([np.cos(s), -np.sin(s), np.sin(s), np.cos(s)]).reshape(2, 2) @ x[:2] | np.sum(np.triu(np.outer(x, x), 1)) |
np.trace(A @ B @ A.T) | np.sort(np.sin(l))[::-1] @ np.arange(7.0)
"""
# fmt: on

CHAPTERS = {
    "elementwise": ELEMENTWISE, "complex numbers": COMPLEX, "reductions and statistics": REDUCTIONS, "shapes": SHAPES,
    "picking and sorting": PICKING, "products": PRODUCTS, "linear algebra": LINALG, "Fourier transforms": FFT,
    "calculus and polynomials": CALCULUS, "whole expressions": WHOLES,
}  # fmt: skip


def expanded(line):
    """The line once for each choice in each of its braces."""
    parts = [part.split("|") for part in re.split(r"\{([^{}]*)\}", line)]
    return ["".join(choice) for choice in itertools.product(*parts)]


def names_in(text):
    """The inputs that an expression reads, in the order of :data:`INPUTS`."""
    used = set(compile(text, text, "eval").co_names)
    return [name for name in INPUTS if name in used]


VARIANTS = {
    text: chapter
    for chapter, block in CHAPTERS.items()
    for item in " ".join(block.split()).split(" | ")
    for text in expanded(item)
}
