"""``scipy.integrate`` for Tensors: differential equations, quadrature, sums of samples.

The gradient of a solution is the solution of the adjoint equation, backward in time (Pontryagin 1962; Chen et al.,
Neural ordinary differential equations, 2018, arXiv:1806.07366), by the same solver with the same tolerances: it is as
exact as they are. The adjoint equation is solved by the same function again, so derivatives of any order work.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy import integrate as _integrate

from ..custom import custom_vjp
from ..tensor import Tensor, tensor
from ..transforms import vjp
from ..trees import flatten
from ._plain import fallback

__all__ = ["cumulative_trapezoid", "odeint", "quad", "simpson", "solve_ivp", "trapezoid"]

__getattr__ = fallback(_integrate)

# -- differential equations ------------------------------------------------------------------------------------------


def _taped(*values: Any) -> bool:
    return any(isinstance(v, Tensor) and v.requires_grad for v in flatten(values)[0])


def _bare(values: Any) -> Any:
    leaves, rebuild = flatten(values)
    return rebuild([v.detach().numpy() if isinstance(v, Tensor) else v for v in leaves])


def _row(value: Any, like: Any) -> Any:
    """What a right-hand side returned (an array or a list of numbers) as an array of the state's shape."""
    if isinstance(value, (list, tuple)):
        value = tensor(value) if any(isinstance(v, Tensor) for v in flatten(value)[0]) else np.asarray(value, float)
    return np.reshape(value, like.shape)


def _live(leaves: tuple[Any, ...]) -> list[int]:
    """Which of the arguments have a derivative."""
    kinds = [getattr(getattr(v, "dtype", None), "kind", "f" if isinstance(v, float) else "") for v in leaves]
    return [k for k, kind in enumerate(kinds) if kind == "f"]


def _solution(rate: Any, y0: Any, t: Any, leaves: tuple[Any, ...], solver: Any, known: Any) -> Any:
    """The states at the times ``t``, one row each; ``solver`` is SciPy's, ``known`` its result if there is one yet."""
    return known if known is not None else solver(rate, y0, t, leaves)


def _forward(rate: Any, y0: Any, t: Any, leaves: tuple[Any, ...], solver: Any, known: Any) -> Any:
    y = trajectory(rate, y0, t, leaves, solver, known)
    return y, (rate, y, t, leaves, solver)


def _adjoint(residuals: Any, ct: Any) -> tuple[Any, ...]:
    """Solve for state, adjoint and gradient together, from each time back to the one before."""
    rate, y, t, leaves, solver = residuals
    n, live = y.shape[1], _live(leaves)
    sizes = [int(np.size(leaves[k])) for k in live]

    def augmented(state: Any, s: Any, *given: Any) -> Any:
        def of_parameters(y: Any, *chosen: Any) -> Any:
            filled = list(given)
            for k, v in zip(live, chosen, strict=True):
                filled[k] = v
            return rate(y, s, *filled)

        slope, pull = vjp(of_parameters, state[:n], *[given[k] for k in live])
        return np.concatenate([slope, *[-np.ravel(p) for p in pull(state[n : 2 * n])]])

    adjoint, sums, times = ct[-1], np.zeros_like(ct, shape=(sum(sizes),)), []
    for i in range(len(t) - 1, 0, -1):
        times.append(np.sum(ct[i] * rate(y[i], t[i], *leaves)))
        start = np.concatenate([y[i], adjoint, sums])
        end = trajectory(augmented, start, np.stack([t[i], t[i - 1]]), leaves, solver, None)[1]
        adjoint, sums = end[n : 2 * n] + ct[i - 1], end[2 * n :]
    times.append(-np.sum((adjoint - ct[0]) * rate(y[0], t[0], *leaves)))
    gradients: list[Any] = [None] * len(leaves)
    begin = 0
    for k, size in zip(live, sizes, strict=True):
        gradients[k], begin = sums[begin : begin + size].reshape(np.shape(leaves[k])), begin + size
    return None, adjoint, np.stack(times[::-1]), _zeros_for_none(gradients, leaves), None, None


def _zeros_for_none(gradients: list[Any], leaves: tuple[Any, ...]) -> tuple[Any, ...]:
    pairs = zip(gradients, leaves, strict=True)
    return tuple(np.zeros(np.shape(v)) if g is None and isinstance(v, (int, np.ndarray)) else g for g, v in pairs)


trajectory = custom_vjp(_solution)
trajectory.defvjp(_forward, _adjoint)


def _prepared(
    function: str, func: Callable[..., Any], y0: Any, args: Any, time_first: bool
) -> tuple[Any, Any, tuple[Any, ...]]:
    """The right-hand side as ``rate(y, t, *leaves)``, the initial state as a vector, and the arguments as leaves."""
    y0 = np.atleast_1d(tensor(y0)) if isinstance(y0, (Tensor, list, tuple)) else np.atleast_1d(np.asarray(y0))
    if y0.dtype.kind == "c":
        raise TypeError(f"{function}: complex states are not supported on a Tensor; write real and imaginary parts.")
    y0 = y0 if y0.dtype.kind == "f" else y0.astype(float)
    leaves, rebuild = flatten(tuple(args))

    def rate(y: Any, t: Any, *values: Any) -> Any:
        given = rebuild(list(values))
        return _row(func(t, y, *given) if time_first else func(y, t, *given), y)

    return rate, y0, tuple(leaves)


def odeint(
    func: Callable[..., Any],
    y0: Any,
    t: Any,
    args: Any = (),
    *,
    rtol: float | None = None,
    atol: float | None = None,
    mxstep: int = 0,
    tfirst: bool = False,
    **kwargs: Any,
) -> Any:
    """The states at the times ``t`` of ``dy/dt = func(y, t, *args)``, differentiable by ``y0``, ``t`` and ``args``.

    Pass every parameter in ``args``: a Tensor that ``func`` closes over is refused, for its gradient would be lost.

    Examples
    --------
    >>> import numpy as np, autograd as ag
    >>> from autograd.scipy.integrate import odeint
    >>> decay = lambda y, t, k: -k * y
    >>> round(float(ag.grad(lambda k: odeint(decay, np.array([1.0]), np.array([0.0, 1.0]), (k,))[-1, 0])(0.5)), 6)
    -0.606531
    """
    if not isinstance(args, (tuple, list)):
        args = (args,)
    if not _taped(y0, t, args):
        return _integrate.odeint(
            func, _bare(y0), _bare(t), tuple(_bare(args)), rtol=rtol, atol=atol, mxstep=mxstep, tfirst=tfirst, **kwargs
        )
    if kwargs:
        raise TypeError(f"odeint: the parameter `{sorted(kwargs)[0]}` is not supported on a Tensor.")
    rate, y0, leaves = _prepared("odeint", func, y0, args, tfirst)

    def solver(rate: Any, y0: Any, t: Any, leaves: Any) -> Any:
        return _integrate.odeint(rate, y0, t, tuple(leaves), rtol=rtol, atol=atol, mxstep=mxstep)

    return trajectory(rate, y0, tensor(t), leaves, solver, None)


def solve_ivp(
    fun: Callable[..., Any],
    t_span: Any,
    y0: Any,
    method: Any = "RK45",
    t_eval: Any = None,
    dense_output: bool = False,
    events: Any = None,
    vectorized: bool = False,
    args: Any = None,
    **options: Any,
) -> Any:
    """SciPy's ``solve_ivp`` whose ``y`` is differentiable by ``y0``, ``args`` and ``t_eval``.

    The gradient has the tolerance of the solution, which by default is 1e-3: set ``rtol`` and ``atol``. The first and
    the last time are constants; to differentiate by a time, put it into ``t_eval``. Where SciPy chose the times
    itself, they are constants too.
    """
    args = () if args is None else tuple(args)
    if not _taped(t_span, y0, t_eval, args):
        return _integrate.solve_ivp(
            fun, _bare(t_span), _bare(y0), method, _bare(t_eval), dense_output, events, vectorized,
            _bare(args) or None, **options,
        )  # fmt: skip
    for name, value in {"dense_output": dense_output, "events": events, "vectorized": vectorized}.items():
        if value:
            raise TypeError(f"solve_ivp: the parameter `{name}` is not supported on a Tensor.")
    if _taped(t_span):
        raise TypeError("solve_ivp: no derivative by t_span; put the time into t_eval.")
    rate, y0, leaves = _prepared("solve_ivp", fun, y0, args, True)
    start = float(t_span[0])

    def run(rate: Any, y0: Any, span: Any, times: Any, leaves: Any) -> Any:
        found = _integrate.solve_ivp(lambda t, y: rate(y, t, *leaves), span, y0, method, times, **options)
        if not found.success:
            raise RuntimeError(f"solve_ivp: {found.message}")
        return found

    def solver(rate: Any, y0: Any, t: Any, leaves: Any) -> Any:
        if t[0] == t[-1]:
            return np.stack([y0] * len(t))
        return run(rate, y0, (t[0], t[-1]), t, leaves).y.T

    result = run(rate, _bare(y0), _bare(t_span), _bare(t_eval), _bare(leaves))
    times, known = (result.t, result.y.T) if t_eval is None else (tensor(t_eval), result.y.T)
    early = bool(result.t[0] == start)
    if not early:  # the adjoint goes back to where the initial state is given
        times, known = np.concatenate((np.full(1, start), times)), np.concatenate((_bare(y0)[None], known))
    states = trajectory(rate, y0, times, leaves, solver, known)
    result.y = (states if early else states[1:]).T
    return result


# -- quadrature ------------------------------------------------------------------------------------------------------


def _area(func: Any, a: Any, b: Any, leaves: tuple[Any, ...], options: Any) -> Any:
    return np.float64(options(func, a, b, leaves))


def _area_forward(func: Any, a: Any, b: Any, leaves: tuple[Any, ...], options: Any) -> Any:
    return area(func, a, b, leaves, options), (func, a, b, leaves, options)


def _leibniz(residuals: Any, ct: Any) -> tuple[Any, ...]:
    """``∂/∂θ ∫ f(x, θ) dx = ∫ ∂f/∂θ dx``, element by element, and ±f at the limits."""
    func, a, b, leaves, options = residuals
    gradients: list[Any] = [None] * len(leaves)
    for k in _live(leaves):

        def slope(x: Any, j: int, k: int, *given: Any) -> Any:
            one = lambda v: func(x, *given[:k], v, *given[k + 1 :])
            y, pull = vjp(one, given[k])
            return np.ravel(pull(np.ones_like(y))[0])[j]

        parts = [
            ct * area(lambda x, *given, j=j, k=k: slope(x, j, k, *given), a, b, leaves, options)
            for j in range(int(np.size(leaves[k])))
        ]
        gradients[k] = np.stack(parts).reshape(np.shape(leaves[k]))
    ends = [ct * sign * func(x, *leaves) if np.isfinite(x) else np.zeros(()) for sign, x in ((-1, a), (1, b))]
    return None, *ends, _zeros_for_none(gradients, leaves), None


area = custom_vjp(_area)
area.defvjp(_area_forward, _leibniz)


def quad(func: Callable[..., Any], a: Any, b: Any, args: Any = (), full_output: int = 0, **options: Any) -> Any:
    """The integral of ``func(x, *args)`` from ``a`` to ``b``, differentiable by ``args`` and the limits.

    Examples
    --------
    >>> import numpy as np, autograd as ag
    >>> from autograd.scipy.integrate import quad
    >>> round(float(ag.grad(lambda k: quad(lambda x, k: np.exp(-k * x), 0, np.inf, (k,))[0])(2.0)), 9)
    -0.25
    """
    args = args if isinstance(args, tuple) else (args,)
    found = _integrate.quad(func, _bare(a), _bare(b), _bare(args), full_output, **options)
    if not _taped(a, b, args):
        return found
    leaves, rebuild = flatten(args)

    def integrand(x: Any, *values: Any) -> Any:
        return func(x, *rebuild(list(values)))

    def solver(f: Any, a: Any, b: Any, leaves: Any) -> Any:
        return _integrate.quad(f, a, b, tuple(leaves), **options)[0]

    return area(integrand, a, b, tuple(leaves), solver), *found[1:]


# -- sums of samples -------------------------------------------------------------------------------------------------


def _widths(x: Any, dx: Any, ndim: int, axis: int) -> Any:
    if x is None:
        return dx
    x = tensor(x)
    d = np.diff(x, axis=axis if x.ndim > 1 else 0) if not _taped(x) else _steps(x, axis if x.ndim > 1 else 0)
    return d.reshape([-1 if k == axis % ndim else 1 for k in range(ndim)]) if x.ndim == 1 else d


def _steps(x: Any, axis: int) -> Any:
    """The differences of neighbours along an axis."""
    lead = (slice(None),) * (axis % x.ndim)
    return x[(*lead, slice(1, None))] - x[(*lead, slice(None, -1))]


def _panels(y: Any, x: Any, dx: Any, axis: int) -> Any:
    lead = (slice(None),) * (axis % y.ndim)
    return _widths(x, dx, y.ndim, axis) * (y[(*lead, slice(1, None))] + y[(*lead, slice(None, -1))]) / 2.0


def trapezoid(y: Any, x: Any = None, dx: Any = 1.0, axis: int = -1) -> Any:
    """The integral of samples by the trapezoidal rule."""
    return np.sum(_panels(tensor(y), x, dx, axis), axis=axis)


def cumulative_trapezoid(y: Any, x: Any = None, dx: Any = 1.0, axis: int = -1, initial: Any = None) -> Any:
    """The running integral of samples by the trapezoidal rule; ``initial`` may be None or 0."""
    if initial not in (None, 0):
        raise ValueError("cumulative_trapezoid: initial is None or 0.")
    y = tensor(y)
    sums = np.cumsum(_panels(y, x, dx, axis), axis=axis)
    if initial is None:
        return sums
    shape = tuple(1 if k == axis % y.ndim else n for k, n in enumerate(y.shape))
    return np.concatenate((np.zeros_like(sums, shape=shape), sums), axis=axis)


def simpson(y: Any, x: Any = None, *, dx: Any = 1.0, axis: int = -1) -> Any:
    """The integral of samples by Simpson's rule: a weighted sum. The positions are constants, as one vector."""
    if _taped(x, dx):
        raise TypeError("simpson: no derivative by `x` or `dx`; use trapezoid, or detach them.")
    y, x = tensor(y), _bare(x)
    if x is not None and np.ndim(x) != 1:
        raise TypeError("simpson: on a Tensor `x` is one vector for all.")
    weights = _integrate.simpson(np.eye(y.shape[axis]), x=x, dx=_bare(dx), axis=-1).astype(y.dtype)
    return np.moveaxis(y, axis, -1) @ weights
