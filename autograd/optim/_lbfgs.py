"""L-BFGS through SciPy."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

import numpy as np

from ..tape import enable_grad
from ..tensor import Tensor
from ._scipy import optimize
from .optimizer import Array, Optimizer, Params


class LBFGS(Optimizer):
    """Limited-memory BFGS: ``step(closure)`` minimises what the closure computes, ``max_iter`` iterations at most.

    The iterations are those of ``scipy.optimize.minimize(method="L-BFGS-B")`` in float64, whose line search fulfils
    the Wolfe conditions and so needs no learning rate. Each step starts with an empty history. Liu and Nocedal (1989),
    "On the limited memory BFGS method for large scale optimization". Needs the extra ``scipy``.

    Parameters
    ----------
    params : iterable
        One group of parameters; those that are frozen are left alone.
    lr : float
        1: accepted so that programs for PyTorch run.
    max_iter, max_eval : int
        How many iterations, and calls of the closure (by default 5/4 as many), a step has.
    tolerance_grad : float
        Stop when no element of the gradient is larger.
    tolerance_change : float
        Stop when the loss falls by less, relative to it where it is larger than 1.
    history_size : int
        How many changes of the gradient are remembered.
    line_search_fn : str, optional
        None or "strong_wolfe"; SciPy's line search serves both.

    Examples
    --------
    >>> import numpy as np, autograd as ag
    >>> from autograd import optim
    >>> w = ag.Tensor([-1.2, 1.0], requires_grad=True)
    >>> optimizer = optim.LBFGS([w], max_iter=100)
    >>> def closure():
    ...     optimizer.zero_grad()
    ...     loss = (1 - w[0]) ** 2 + 100 * (w[1] - w[0] ** 2) ** 2
    ...     loss.backward()
    ...     return loss
    >>> first = optimizer.step(closure)
    >>> np.round(w.data, 3)
    array([1., 1.])
    """

    shared: ClassVar = {}

    def __init__(
        self, params: Params, lr: float = 1, max_iter: int = 20, max_eval: int | None = None,
        tolerance_grad: float = 1e-7, tolerance_change: float = 1e-9, history_size: int = 100,
        line_search_fn: str | None = None,
    ) -> None:  # fmt: skip
        optimize("optim.LBFGS")
        super().__init__(params, dict(
            lr=lr, max_iter=max_iter, max_eval=max_iter * 5 // 4 if max_eval is None else max_eval,
            tolerance_grad=tolerance_grad, tolerance_change=tolerance_change, history_size=history_size,
            line_search_fn=line_search_fn,
        ))  # fmt: skip

    def add_param_group(self, param_group: dict[str, Any]) -> None:
        """Take the parameters: the one group that there is."""
        if self.param_groups:
            raise ValueError("LBFGS: it has one group of parameters: its steps are steps of all of them together.")
        super().add_param_group(param_group)

    def _check(self, group: Mapping[str, Any]) -> None:
        super()._check(group)
        if group["lr"] != 1:
            raise ValueError(f"LBFGS: lr={group['lr']!r} where 1 is due: SciPy's line search chooses the step.")
        if group["line_search_fn"] not in (None, "strong_wolfe"):
            raise ValueError(f"LBFGS: line_search_fn={group['line_search_fn']!r} where None or 'strong_wolfe' is due.")

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Take up the options; the history that PyTorch saves is left out, for each step starts with its own."""
        super().load_state_dict({**state_dict, "state": {}})

    def _slots(self, group: Mapping[str, Any]) -> dict[str, float]:
        return {}

    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """Minimise, and return the loss before.

        Parameters
        ----------
        closure : callable
            Forgets the gradients, computes the loss, sweeps backward, and returns the loss.

        Raises
        ------
        FloatingPointError
            If the loss or a gradient is not finite where the step starts.
        """
        if closure is None:
            raise TypeError("LBFGS: step(closure) evaluates the loss several times, so it needs the closure.")
        group = self.param_groups[0]
        params = [p for p in group["params"] if p.requires_grad]
        if not params:
            raise ValueError("LBFGS: all parameters are frozen.")
        cuts = np.cumsum([p.size for p in params])[:-1]
        first: list[Any] = []

        def put(flat: Array) -> None:
            for p, part in zip(params, np.split(flat, cuts), strict=True):
                p.data[...] = part.reshape(p.shape)

        def evaluate(flat: Array) -> tuple[float, Array]:
            put(flat)
            with enable_grad():
                loss = closure()
            grads = [np.zeros(p.shape) if p.grad is None else p.grad for p in params]
            value = float(loss.data if isinstance(loss, Tensor) else loss)
            gradient = np.concatenate(grads, axis=None, dtype=np.float64)
            if not first and not (np.isfinite(value) and np.isfinite(gradient).all()):
                raise FloatingPointError(f"LBFGS: the step starts from a loss of {value}, or a gradient not finite.")
            if not first:
                first.append(loss)
            return value, gradient

        start = np.concatenate([p.data for p in params], axis=None, dtype=np.float64)
        options = {
            "maxiter": group["max_iter"], "maxfun": group["max_eval"], "maxcor": group["history_size"],
            "gtol": group["tolerance_grad"], "ftol": group["tolerance_change"],
        }  # fmt: skip
        try:
            found = optimize("optim.LBFGS").minimize(evaluate, start, jac=True, method="L-BFGS-B", options=options)
            if not np.isfinite(found.fun):
                raise FloatingPointError(f"LBFGS: the search arrived at a loss of {found.fun}; nothing was changed.")
        except BaseException:
            put(start)
            raise
        put(found.x)
        return first[0]
