"""The registry: which functions have a derivative, and what it is.

Every function that the engine meets is a :class:`Primitive` in :data:`registry`. It is declared once, by one of

``elementwise``   the Jacobian is diagonal, so one rule per operand is both its VJP and its JVP;
``linear``        the JVP is the function itself; only the transpose is stated;
``primitive``     both are stated;
``composite``     assembled from other primitives, so it needs no rule;
``constant``      its result does not vary with its operands (comparisons, ``argmax``, ``shape``);
``unsupported``   no rule, and why.

A rule is a plain function written in NumPy calls. Its first argument ``t`` is the cotangent (or the tangent), and the
names of the others say what it reads: ``out``; the operands ``x``, ``y``, ``z``, ``w``, ``v`` by position; their shapes
``x_shape``, …, ``out_shape``, which cost nothing to keep; and parameters by NumPy's own names. A rule's signature is
its memory bill: only what a needed rule names stays alive until the sweep. VJPs that share their work may be stated as
one rule that returns the cotangents of all operands (:func:`jointly`).
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar, NamedTuple

import numpy as np

from .signatures import LETTERS, OF_ENGINE, Rule, link_of, names_of, no_link, pull_of, shared, when_called
from .strong import Strong, strongly

DIFFERENTIABLE = ("elementwise", "linear", "general", "composite")

# NumPy spells "not given" in two ways. A rule that names the parameter wants its meaning.
_MEANING = {"keepdims": False, "where": True, "correction": None}


class Primitive:
    """A function and what is known of its derivative.

    Attributes
    ----------
    function : callable
        What is called, on raw arrays, or, for a composite, on Tensors.
    original : callable
        The function that the user calls, with its signature: the key in :data:`registry`.
    kind : str
        ``elementwise``, ``linear``, ``general``, ``composite``, ``constant``, ``unsupported`` or ``undeclared``.
    vjps : tuple of callables
        One rule per operand (one for all, if ``variadic``), ``rule(t, *saved)``; None where there is no derivative.
    reads : tuple of tuples of str
        What each operand's rules name.
    link : callable
        ``link(out, *operands, *nodes, parameters)`` collects the residuals of a node: what all rules read, each value
        once, and None in place of what only rules of operands without a node read. None if no operand has a rule.
    picks : tuple of tuples of int
        Where in the residuals each operand's rules find what they read, in the order of ``reads``; -1 is ``i``.
    joint : callable or None
        The rule whose shares the VJPs are, if they are (:func:`jointly`): ``joint(t, *saved)`` returns them all.
    pulls : tuple of callables
        The VJPs as the sweep calls them, ``pull(t, residuals, i)``; if there is a joint rule, each of them is that.
    operands : tuple of str or None
        NumPy's names for the operands; None means the first ``len(vjps)`` parameters.
    variadic : bool
        The one operand is a sequence of arrays (``np.concatenate``).
    multiple : bool
        The function returns several arrays (``np.split``): its rule receives a tuple of cotangents.
    batched : bool
        The VJPs treat leading axes of ``t`` as independent cotangents, as those of elementwise functions do.
    custom : bool
        Somebody outside this package wrote a rule of it.
    reason : str
        For ``unsupported``: why, and what to write instead.
    recalled : dict
        Parameters of calls with one operand, as they were bound before.
    """

    __slots__ = (
        "_plan", "_vjps", "arity", "batched", "custom", "free", "function", "joint", "jvp_picks", "jvps", "kind",
        "link", "multiple", "name", "operands", "original", "picks", "pulls", "reads", "reason", "recalled",
        "signature_text", "variadic",
    )  # fmt: skip

    # What modules further up know: how to call a primitive on Tensors and how to tell that there may be any, how to
    # apply a rule to Tensors and keep its result plain where its arguments are, the JVP that a VJP implies, and where
    # to look for rules of a function that nobody has declared yet.
    apply: ClassVar[Any]
    discover: ClassVar[Any]
    operand_types: ClassVar[tuple[type, ...]] = ()
    lift: ClassVar[Any]
    like: ClassVar[Any]
    transpose: ClassVar[Any]

    def __init__(self, function: Callable[..., Any], name: str | None = None) -> None:
        self.function = self.original = function
        self.name = name or str(getattr(function, "__name__", function))
        self.kind = "undeclared"
        self.reason = ""
        self.variadic = self.multiple = self.batched = self.custom = False
        self.operands: tuple[str, ...] | None = None
        self.free: frozenset[str] = frozenset()
        self.arity = 0
        self._vjps: tuple[Rule | None, ...] = ()
        self.jvps: Sequence[Rule | None] = ()
        self.jvp_picks: Sequence[tuple[int, ...]] = ()
        self.link: Callable[..., tuple[Any, ...] | None] = no_link
        self.picks: Sequence[tuple[int, ...]] = ()
        self.pulls: Sequence[Rule | None] = ()
        self.joint: Rule | None = None
        self.reads: Sequence[tuple[str, ...]] = ()
        self.recalled: dict[Any, tuple[dict[str, Any], dict[str, Any]]] = {}
        self.signature_text: str | None = None
        self._plan: Plan | None = None

    def __repr__(self) -> str:
        return f"<Primitive {self.name}: {self.kind}>"

    @property
    def differentiable(self) -> bool:
        """Whether a derivative is declared, or follows from those of the primitives that this one calls."""
        return self.kind in DIFFERENTIABLE

    @property
    def vjps(self) -> tuple[Rule | None, ...]:
        """The rules of reverse mode; ``joint`` and ``pulls`` follow them."""
        return self._vjps

    @vjps.setter
    def vjps(self, rules: tuple[Rule | None, ...]) -> None:
        self._vjps = rules
        joint = shared(rules)
        self.joint = None if joint is None else self._adapted(joint, True)
        pairs = zip(rules, self.picks, strict=True)
        self.pulls = tuple(None if rule is None else pull_of(self.joint or rule, at) for rule, at in pairs)

    # -- declaring ---------------------------------------------------------------------------------------------------

    def declare(self, kind: str, vjps: Sequence[Rule | None], jvps: Sequence[Rule | None]) -> None:
        """Compile the rules: which values each reads, and how to collect them when a node is recorded."""
        if not all(_ours(rule) for rule in (*vjps, *jvps) if rule is not None):
            self.custom = True
        reads, wrapped, picks = list[tuple[str, ...]](), [], []
        for vjp, jvp in zip(vjps, jvps, strict=True):
            of_vjp, of_jvp = names_of(vjp), names_of(jvp)
            extra = tuple(name for name in of_jvp if name not in of_vjp)
            saved = of_vjp + extra
            reads.append(saved)
            wrapped.append(self._adapted(vjp, bool(extra)) if vjp is not None else None)
            picks.append(tuple(saved.index(name) for name in of_jvp))
        self.reads, self.jvps, self.jvp_picks = tuple(reads), tuple(jvps), tuple(picks)
        layout = [name for name in dict.fromkeys(name for names in reads for name in names) if name != "i"]
        self.picks = tuple(tuple(-1 if name == "i" else layout.index(name) for name in names) for names in reads)
        self.link = when_called(self, lambda: link_of(layout, reads, vjps, self.variadic))
        self.vjps = tuple(wrapped)
        self.kind, self.arity, self._plan, self.recalled = kind, len(vjps), None, {}

    def _adapted(self, vjp: Rule, extra: bool) -> Rule:
        """The VJP as the sweep calls it: without what only the JVP reads, and with a tuple for several outputs."""
        stated, count, joint = vjp, len(names_of(vjp)), hasattr(vjp, "share")
        if not _ours(vjp):
            vjp = self._guarded(vjp)
        adapted = vjp
        if self.multiple and joint:
            adapted = lambda t, *saved: vjp(t.arrived(), *saved[:count])
        elif self.multiple:
            adapted = lambda t, *saved: vjp(t.filled(), *saved[:count])
        elif extra:
            adapted = lambda t, *saved: vjp(t, *saved[:count])
        if joint:
            adapted.share = stated.share  # type: ignore[attr-defined]
        return adapted

    def _guarded(self, vjp: Rule) -> Rule:
        """A rule of somebody else's: it may write to its cotangent, which others read.

        And it may close over a Tensor, which has no place in a sweep over plain arrays.
        """
        return lambda t, *saved: _own(self.like(vjp(_own(t), *saved), t, *saved))

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call the function on raw arrays, or, where an argument is a Tensor, apply it on the tape."""
        for arg in args:
            if type(arg) is Strong or (type(arg) is list and any(type(item) is Strong for item in arg)):
                return strongly(self, args, kwargs)
            if isinstance(arg, self.operand_types) and not (type(arg) is tuple and all([type(n) is int for n in arg])):
                return self.apply(self, args, kwargs)  # a tuple of whole numbers is a shape
        if kwargs and any(isinstance(arg, self.operand_types) for arg in kwargs.values()):
            return self.apply(self, args, kwargs)
        return self.function(*args, **kwargs)

    # -- calling -----------------------------------------------------------------------------------------------------

    @property
    def plan(self) -> Plan:
        """How to tell a call's operands from its parameters; worked out at the first call."""
        if self._plan is None:
            if isinstance(self.original, np.ufunc):
                names, defaults = list(LETTERS[: self.original.nin]), dict[str, Any]()
            else:
                target = eval(f"lambda {self.signature_text}: None") if self.signature_text else self.original
                names, defaults = _inspect(target)
            operands = list(self.operands or names[: 1 if self.variadic else self.arity])
            read = {name for names in self.reads for name in names}
            unknown = [n for n in sorted(read) if not OF_ENGINE.fullmatch(n) and n not in names and n not in defaults]
            if names and unknown:
                raise TypeError(
                    f"{self.name}: its rule reads `{unknown[0]}`, which is no operand and no parameter of it."
                )
            leading = names[: len(operands)] == operands
            out_at = names.index("out") if "out" in names else sys.maxsize
            self._plan = Plan(names, defaults, operands, leading, frozenset(read | self.free), out_at)
        return self._plan

    def bind(self, args: Sequence[Any], kwargs: Mapping[str, Any]) -> tuple[list[Any], dict[str, Any]]:
        """Separate a call's operands from its parameters; refuse a parameter that no rule takes into account."""
        plan = self.plan
        n = len(plan.operands)
        if plan.leading and len(args) >= n:
            operands = list(args[:n])
            given = dict(zip(plan.names[n:], args[n:], strict=False)) if len(args) > n else {}
            given.update(kwargs)
        else:
            given = dict(zip(plan.names, args, strict=False))
            given.update(kwargs)
            operands = [given.pop(name, None) for name in plan.operands]
        parameters: dict[str, Any] = {}
        for name, value in given.items():
            default = plan.defaults.get(name, _REQUIRED)
            if value is default:
                continue
            if name in plan.known:
                parameters[name] = value
            elif not _same(value, default):
                supported = sorted(plan.known & set(plan.defaults) | self.free)
                raise TypeError(
                    f"{self.name}: the parameter `{name}` is not supported on a Tensor that is being differentiated. "
                    f"Supported: {', '.join(supported) or 'none'}."
                )
        return list(operands[0]) if self.variadic else operands, parameters

    def residuals_of(self, i: int, residuals: Sequence[Any]) -> tuple[Any, ...]:
        """Those that the rules of operand ``i`` read, in the order of ``reads``."""
        if self.variadic:
            return tuple([i if k < 0 else residuals[k] for k in self.picks[0]])
        return tuple([residuals[k] for k in self.picks[i]])

    def forward_rule(self, i: int, node: Any) -> Rule:
        """The ``i``-th JVP: what its tangent contributes to that of the output, ``rule(t, *saved)``."""
        rule, picks = self.jvps[i], self.jvp_picks[i]
        if rule is not None and self.custom:
            return lambda t, *saved: self.like(rule(t, *[saved[k] for k in picks]), t, *saved)
        if rule is not None:
            return lambda t, *saved: rule(t, *[saved[k] for k in picks])
        if self.kind == "linear":
            return lambda t, *saved: self(t, **(node.parameters or {}))
        return self.transpose(self, i, node)


class Plan(NamedTuple):
    """A function's parameters, and which of them are operands."""

    names: list[str]  # the positional ones, in order
    defaults: dict[str, Any]
    operands: list[str]
    leading: bool  # whether the operands come first
    known: frozenset[str]  # the parameters that the rules take into account
    out_at: int  # the position of ``out``, beyond any argument if there is none


def _ours(rule: Rule) -> bool:
    return (rule.__module__ or "").startswith(f"{__package__}.")


def _own(t: Any) -> Any:
    """A cotangent for a rule of somebody else's, or from one: it may be written to, and others read the same array."""
    if type(t) in (tuple, list):  # of several outputs, or for several operands
        return type(t)(map(_own, t))
    return t.copy() if type(t) is np.ndarray else t


def _inspect(function: Callable[..., Any]) -> tuple[list[str], dict[str, Any]]:
    try:
        parameters = inspect.signature(function).parameters.values()
    except ValueError:  # a function in C that does not tell
        return [], {}
    names = [p.name for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    defaults = {}
    for p in parameters:
        if p.default is not p.empty:
            given_by_novalue = type(p.default).__name__ == "_NoValueType"
            defaults[p.name] = _MEANING.get(p.name) if given_by_novalue else p.default
    return names, defaults


_REQUIRED = object()


def _same(value: Any, default: Any) -> bool:
    plain = (bool, int, float, str)
    return isinstance(value, plain) and type(value) is type(default) and value == default


# -- the declarations ------------------------------------------------------------------------------------------------

registry: dict[Callable[..., Any], Primitive] = {}


def entry(function: Callable[..., Any], name: str | None = None) -> Primitive:
    """The primitive of a function, made on first mention, so that operators can name it before its rule is read."""
    found = registry.get(function)
    if found is None:
        found = registry[function] = Primitive(function, name)
    return found


def elementwise(
    function: Callable[..., Any], *rules: Rule | None, free: str = "", signature: str | None = None
) -> Primitive:
    """Declare a function that acts element by element: each rule is both VJP and JVP (the Jacobian is diagonal).

    Parameters
    ----------
    function : callable
        Broadcasting function of ``len(rules)`` operands.
    *rules : callable or None
        ``rule(t, ...)`` for each operand; None if the function does not vary with it.
    free : str
        Names of parameters that leave the derivative as it is, separated by spaces.
    signature : str, optional
        Parameters of a function that does not tell its own.

    Examples
    --------
    >>> import numpy as np, autograd as ag
    >>> def cube(x): return x * x * x
    >>> cube = ag.elementwise(cube, lambda t, x: t * 3 * x * x)
    >>> ag.grad(cube)(2.0)
    np.float64(12.0)
    """
    free += " dtype casting order subok"
    return _declare(function, "elementwise", rules, rules, free=free, signature=signature)


def linear(
    function: Callable[..., Any],
    rule: Rule,
    *,
    multiple: bool = False,
    free: str = "",
    signature: str | None = None,
) -> Primitive:
    """Declare a linear function of one operand by its transpose; its JVP is the function itself, on the tangent.

    With ``multiple`` the function returns several arrays, and ``t`` is a tuple.

    Examples
    --------
    >>> import numpy as np, autograd as ag
    >>> swap = ag.linear(lambda x: x[::-1], lambda t: t[::-1])
    >>> ag.grad(lambda x: swap(x) @ np.array([1.0, 2.0]))(np.zeros(2))
    array([2., 1.])
    """
    return _declare(function, "linear", (rule,), (None,), multiple=multiple, free=free, signature=signature)


def primitive(
    function: Callable[..., Any],
    vjp: Rule | Sequence[Rule | None],
    jvp: Rule | Sequence[Rule | None] | None = None,
    *,
    operands: str | None = None,
    variadic: bool = False,
    multiple: bool = False,
    free: str = "",
    signature: str | None = None,
) -> Primitive:
    """Declare a function by both its products: ``vjp`` (cotangent in) and ``jvp`` (tangent in), one each per operand.

    With ``variadic`` the operand is a sequence of arrays. Its VJP may read ``i`` (which of them), ``shapes`` and
    ``operands``; its JVP receives the list of all tangents, None where there is none.
    With ``multiple`` the function returns several arrays: a VJP receives a tuple, a JVP returns one.
    Without ``jvp``, forward mode transposes the VJP.

    Examples
    --------
    >>> import numpy as np, autograd as ag
    >>> norm2 = ag.primitive(lambda x: x @ x, vjp=lambda t, x: 2 * t * x, jvp=lambda t, x: 2 * (x @ t))
    >>> ag.grad(norm2)(np.array([1.0, 2.0]))
    array([2., 4.])
    """
    vjps = tuple(vjp) if isinstance(vjp, Sequence) else (vjp,)
    jvps = tuple(jvp) if isinstance(jvp, Sequence) else (jvp,) * len(vjps)
    return _declare(
        function, "general", vjps, jvps,
        operands=operands, variadic=variadic, multiple=multiple, free=free, signature=signature,
    )  # fmt: skip


def composite(function: Callable[..., Any], of: Callable[..., Any] | None = None) -> Primitive:
    """Declare a function that is assembled from primitives: ``of`` is called in its stead, on Tensors.

    Examples
    --------
    >>> import numpy as np, autograd as ag
    >>> def spread(a): return a.max() - a.min()
    >>> spread = ag.composite(spread)
    >>> ag.grad(spread)(np.array([1.0, 5.0, 3.0]))
    array([-1.,  1.,  0.])
    """
    p = entry(function)
    p.kind, p.function = "composite", of or function
    return p


def constant(*functions: Callable[..., Any]) -> None:
    """Declare functions whose result does not vary with their operands: what they return is off the tape.

    Examples
    --------
    >>> import numpy as np, autograd as ag
    >>> def winner(x): return x.argmax()
    >>> ag.constant(winner)
    >>> np.argmax(ag.Tensor([1.0, 3.0], requires_grad=True)).requires_grad
    False
    """
    for function in functions:
        entry(function).kind = "constant"


def unsupported(function: Callable[..., Any], reason: str) -> None:
    """Declare that a function has no rule, and why; a call on a Tensor that is on a tape raises with the reason.

    Examples
    --------
    >>> import numpy as np, autograd as ag
    >>> ag.unsupported(np.unpackbits, "It takes bytes apart.")
    """
    p = entry(function)
    p.kind, p.reason = "unsupported", reason


def _declare(
    function: Callable[..., Any],
    kind: str,
    vjps: Sequence[Rule | None],
    jvps: Sequence[Rule | None],
    *,
    operands: str | None = None,
    variadic: bool = False,
    multiple: bool = False,
    free: str = "",
    signature: str | None = None,
) -> Primitive:
    p = entry(function)
    p.variadic, p.multiple, p.signature_text = variadic, multiple, signature
    p.operands = tuple(operands.split()) if operands else None
    p.free = frozenset(free.split())
    p.declare(kind, vjps, jvps)
    return p


def coverage() -> None:
    """Print the registry: which functions are differentiable, which constant, and which unsupported and why.

    Examples
    --------
    >>> import autograd as ag
    >>> ag.coverage()
    differentiable (...)
      numpy: absolute, add, ...
      numpy.fft: fft, ...
    constant (...)
      numpy: all, allclose, any, ...
    unsupported (...)
      numpy: array: It makes a plain array, ...
    """
    states: dict[str, dict[tuple[str, str], set[str]]] = {"differentiable": {}, "constant": {}, "unsupported": {}}
    for p in registry.values():
        home = _home(p.original)
        state = "differentiable" if p.differentiable else p.kind if p.kind == "constant" else "unsupported"
        if home and (state != "unsupported" or p.reason):
            states[state].setdefault((home, p.reason), set()).add(p.name)
    for state, groups in states.items():
        print(f"{state} ({sum(map(len, groups.values()))})")
        for (home, reason), names in sorted(groups.items(), key=lambda group: (group[0][0], min(group[1]))):
            print(f"  {home}: {', '.join(sorted(names))}{f': {reason}' if reason else ''}")


def _home(function: Callable[..., Any]) -> str:
    """The public module that a function of NumPy's or SciPy's is found in; nothing for any other."""
    module = getattr(function, "__module__", None) or ""
    if isinstance(function, np.ufunc):
        return "numpy" if getattr(np, function.__name__, None) is function else "scipy.special"
    homes = ("numpy.linalg", "numpy.fft", "numpy.lib.stride_tricks", "numpy", "scipy.special")
    return next((home for home in homes if module == home or module.startswith(f"{home}.")), "")
