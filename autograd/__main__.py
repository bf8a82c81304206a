"""The command line: ``python -m autograd demo``, ``check`` and ``draw``."""

from __future__ import annotations

import argparse
import dataclasses
import importlib
import importlib.util
import inspect
import json
import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

import autograd as ag
from autograd.datasets import load_digits
from autograd.trees import flatten
from autograd.visual import Graph, record

# -- the demo --------------------------------------------------------------------------------------------------------

GOAL, EPOCHS, BATCH, HIDDEN, NOISE = 0.96, 40, 32, 128, 0.25
Weights = dict[str, ag.Tensor]


def demo(out: Path) -> int:
    """Run the main job: two functions by hand, a network on real digits, its picture, its gradient check."""
    start = time.perf_counter()
    if not out.is_dir():
        raise Refusal(f"--out {out}: there is no such directory.")
    by_hand()
    textbook()
    train, test = (_prepared(split) for split in ("train", "test"))
    weights = new_weights(np.random.default_rng(0))
    print(f"\nA network of 64, {HIDDEN} and 10 units learns {len(train[1])} handwritten digits", flush=True)
    learn(weights, *train)
    accuracy = float(np.mean(np.argmax(forward(weights, test[0]).data, axis=1) == test[1]))
    print(f"  accuracy on {len(test[1])} others: {accuracy:.1%}")
    picture(weights, test, out / "graph.svg")
    check_what_was_used(weights, test)
    print(f"\nDone in {time.perf_counter() - start:.0f} s.")
    if accuracy < GOAL:
        print(f"The accuracy is below the goal of {GOAL:.0%}.", file=sys.stderr)
        return 1
    return 0


def by_hand() -> None:
    """The first example of every lecture."""
    x, y, z = (ag.Tensor(value, requires_grad=True) for value in (2.0, 3.0, 4.0))
    f = 5 * (x * y + z)
    f.backward()
    print(f"f(x, y, z) = 5(xy + z) at (2, 3, 4)\n  f = {f.item():g}")
    print(f"  df/dx = {x.grad:g}, df/dy = {y.grad:g}, df/dz = {z.grad:g}")
    assert (f.item(), x.grad, y.grad, z.grad) == (50, 15, 10, 5)


def textbook() -> None:
    """One neuron, against the derivative that a textbook gives."""
    w, x, b = (ag.Tensor(value, requires_grad=True) for value in (2.0, -2.79, 6.0))
    o = np.tanh(w * x + b)
    o.backward()
    slope = 1 - o.item() ** 2
    print(f"\no = tanh(wx + b) at w = 2, x = -2.79, b = 6\n  o = {o.item():.6f}")
    for name, found, expected in (("w", w.grad, slope * -2.79), ("x", x.grad, slope * 2), ("b", b.grad, slope)):
        print(f"  do/d{name} = {found:+.6f}, textbook {expected:+.6f}")
        assert abs(found - expected) < 1e-14


def _prepared(split: Any) -> tuple[Any, Any]:
    images, labels = load_digits(split=split)
    return images.reshape(-1, 64) / 16, labels


def new_weights(rng: np.random.Generator) -> Weights:
    """Small random matrices and zero offsets, by name."""
    values = {
        "W1": rng.normal(0, np.sqrt(2 / 64), (64, HIDDEN)), "b1": np.zeros(HIDDEN),
        "W2": rng.normal(0, np.sqrt(1 / HIDDEN), (HIDDEN, 10)), "b2": np.zeros(10),
    }  # fmt: skip
    return {name: ag.Tensor(value, requires_grad=True, name=name) for name, value in values.items()}


def forward(weights: Any, x: Any) -> Any:
    """One score for each digit, in plain NumPy calls."""
    h = np.maximum(x @ weights["W1"] + weights["b1"], 0)
    return h @ weights["W2"] + weights["b2"]


def cross_entropy(weights: Any, x: Any, labels: Any) -> Any:
    """The mean of -log p(label), by a log-sum-exp that cannot overflow."""
    scores = forward(weights, x)
    top = np.max(scores, axis=1, keepdims=True)
    log_total = np.log(np.sum(np.exp(scores - top), axis=1)) + top[:, 0]
    return np.mean(log_total - scores[np.arange(len(labels)), labels])


def learn(weights: Weights, x: Any, labels: Any) -> None:
    """Adam (Kingma and Ba, 2015), with noise on the pixels so that the network does not learn the images by heart."""
    rng = np.random.default_rng(1)
    mean, square = ({name: np.zeros(w.shape) for name, w in weights.items()} for _ in range(2))
    batches = [batch for _ in range(EPOCHS) for batch in np.array_split(rng.permutation(len(x)), len(x) // BATCH)]
    loss = None
    for step, batch in enumerate(progress(batches, "  training"), 1):
        noise = rng.normal(0, NOISE, (len(batch), x.shape[1]))
        loss = cross_entropy(weights, x[batch] + noise, labels[batch])
        loss.backward()
        rate = 1e-2 * (1 - step / (len(batches) + 1))
        for name, w in weights.items():
            mean[name] = 0.9 * mean[name] + 0.1 * w.grad
            square[name] = 0.999 * square[name] + 0.001 * w.grad**2
            unbiased = mean[name] / (1 - 0.9**step), square[name] / (1 - 0.999**step)
            w.data = w.data - rate * unbiased[0] / (np.sqrt(unbiased[1]) + 1e-8)
            w.grad = None
    assert loss is not None
    print(f"  {EPOCHS} epochs of {len(batches) // EPOCHS} steps, last loss {loss.item():.4f}")


def picture(weights: Weights, test: tuple[Any, Any], path: Path) -> None:
    """Draw the loss of sixteen digits, with the gradients that it gives."""
    loss = cross_entropy(weights, test[0][:16], test[1][:16])
    loss.name = "loss"
    loss.backward(retain_graph=True)
    graph = ag.draw(loss, params=weights)
    print(f"\nThe graph of the loss has {len(graph.nodes)} nodes\n  picture: {graph.save(path).resolve()}")


def check_what_was_used(weights: Weights, test: tuple[Any, Any]) -> None:
    """Compare all derivatives of the network, to second order, with differences: on three units, for they are many."""
    from autograd.testing import check_gradients

    pixels = np.argsort(-np.var(test[0], axis=0))[:4]
    x, labels = test[0][:5, pixels], test[1][:5]
    w = {name: t.data for name, t in weights.items()}
    few = {"W1": w["W1"][pixels, :3], "b1": w["b1"][:3], "W2": w["W2"][:3], "b2": w["b2"]}
    print("\nGradient check of the functions used, every element, first and second order")
    for name, f, args in (
        ("5(xy + z)", lambda x, y, z: 5 * (x * y + z), (2.0, 3.0, 4.0)),
        ("tanh(wx + b)", lambda w, x, b: np.tanh(w * x + b), (2.0, -2.79, 6.0)),
        ("loss of a small network", lambda weights: cross_entropy(weights, x, labels), (few,)),
    ):
        result = check_gradients(f, *args, order=2)
        print(f"  {name}: largest relative error {result.max_error:.0e}, against {result.oracles[0]}")


def progress(items: Sequence[Any], label: str) -> Iterable[Any]:
    """A progress bar on stderr: tqdm's if it is installed, else a plain one."""
    try:
        from tqdm.std import tqdm
    except ImportError:
        return _plain_bar(items, label)
    return tqdm(items, label, leave=False, mininterval=0.1 if sys.stderr.isatty() else 2.0)


def _plain_bar(items: Sequence[Any], label: str, width: int = 40) -> Iterator[Any]:
    drawn = -1
    for k, item in enumerate(items):
        if (done := k * width // len(items)) != drawn:
            drawn = done
            print(f"\r{label} [{'#' * done:{width}}] {k / len(items):4.0%}", end="", file=sys.stderr, flush=True)
        yield item
    print(f"\r{'':{len(label) + width + 8}}\r", end="", file=sys.stderr, flush=True)


# -- a user's own function -------------------------------------------------------------------------------------------


class Refusal(Exception):
    """Input that cannot be used; the text says why, and what to give."""


def find(target: str) -> Callable[..., Any]:
    """The function that ``module:function`` names; modules in the current directory count."""
    module_name, colon, path = target.partition(":")
    if not colon or not module_name or not path or "/" in module_name or module_name.endswith(".py"):
        hint = Path(module_name).with_suffix("").as_posix().replace("/", ".") or "module"
        raise Refusal(f"{target!r}: write module:function, such as {hint}:{path or 'function'}.")
    if os.getcwd() not in sys.path:
        sys.path.insert(0, os.getcwd())
    try:
        module = importlib.import_module(module_name)
    except ModuleNotFoundError as error:
        if error.name is None or not f"{module_name}.".startswith(f"{error.name}."):
            raise  # the user's module was found, and imports one that was not
        raise Refusal(f"there is no module {error.name!r}, neither installed nor in {os.getcwd()}.") from None
    found: Any = module
    for name in path.split("."):
        if not hasattr(found, name):
            callables = [k for k, v in vars(module).items() if callable(v) and not k.startswith("_")]
            raise Refusal(f"module {module_name!r} has no {path!r}. It has: {', '.join(callables) or 'no functions'}.")
        found = getattr(found, name)
    if not callable(found):
        raise Refusal(f"{target} is of type {type(found).__name__}, not a function.")
    return found


def arguments(f: Callable[..., Any], options: argparse.Namespace) -> list[Any]:
    """Where to take the derivative: from --args, --shape, or ``f.example_args``."""
    if options.args is not None:
        try:
            given = json.loads(options.args)
        except json.JSONDecodeError as error:
            raise Refusal(f"--args {options.args!r} is not JSON: {error}. Write, say, --args '[2.0, [1.0]]'.") from None
        if not isinstance(given, list):
            raise Refusal("--args is a JSON list with one entry for each argument, such as '[2.0]'.")
        args = [_as_arrays(value) for value in given]
    elif options.shape:
        rng = np.random.default_rng(options.seed)
        args = [np.asarray(rng.normal(size=shape)) for shape in options.shape]
    elif hasattr(f, "example_args"):
        args = list(f.example_args)
    else:
        args = []
    try:
        inspect.signature(f).bind(*args)
    except TypeError as error:
        raise Refusal(
            f"{options.target}: {error}, and {len(args)} arguments were given. Give them as JSON "
            f"(--args '[2.0, [1.0]]'), as shapes of random arrays (--shape 3,4, once for each), or in the code: "
            f"f.example_args = (...)."
        ) from None
    except ValueError:  # some callables have no signature
        pass
    return args


def _as_arrays(value: Any) -> Any:
    """JSON as arguments: lists of numbers are arrays, objects are dicts, whole numbers stay constants."""
    if isinstance(value, dict):
        return {key: _as_arrays(v) for key, v in value.items()}
    if not isinstance(value, list):
        return value
    try:
        return np.array(value)
    except ValueError:
        return [_as_arrays(v) for v in value]


def refuse_constants(args: list[Any], target: str) -> None:
    """Raise if there is nothing among the arguments to differentiate."""
    if not any(_varies(leaf) for leaf in flatten(args)[0]):
        raise Refusal(
            f"{target}: no argument is a floating number or array, so there is nothing to differentiate. "
            f"Write 2.0 instead of 2."
        )


def _varies(leaf: Any) -> bool:
    return isinstance(leaf, (float, complex)) or getattr(getattr(leaf, "dtype", None), "kind", "i") in "fc"


def on_tape(f: Callable[..., Any], args: list[Any], target: str) -> tuple[list[ag.Tensor], list[ag.Tensor]]:
    """Run the function on leaves; return its results and the leaves, and refuse results that lost the tape."""
    leaves, rebuild = flatten(args)
    names = _names(f, args)
    inputs = [
        ag.Tensor(leaf, requires_grad=True, name=name) if _varies(leaf) else leaf
        for leaf, name in zip(leaves, names, strict=True)
    ]
    results = flatten(f(*rebuild(inputs)))[0]
    taped = [result for result in results if isinstance(result, ag.Tensor) and result.requires_grad]
    if args and not taped:
        refuse_constants(args, target)
    for result in results:
        if not isinstance(result, ag.Tensor):
            raise Refusal(
                f"{target} returned {type(result).__name__}, not a Tensor, so no derivative can be taken. Return what "
                f"the NumPy functions return, without float(), .item() or .data."
            )
    if not taped:
        raise Refusal(f"{target}: the result does not depend on the arguments in a way that can be differentiated.")
    return taped, [t for t in inputs if isinstance(t, ag.Tensor)]


def _names(f: Callable[..., Any], args: list[Any]) -> list[str]:
    try:
        parameters = list(inspect.signature(f).parameters)
    except (TypeError, ValueError):
        parameters = []
    names = []
    for k, arg in enumerate(args):
        n = len(flatten(arg)[0])
        name = parameters[k] if k < len(parameters) else f"argument {k}"
        names += [name] if n == 1 else [f"{name} {i}" for i in range(n)]
    return names


def check(options: argparse.Namespace) -> int:
    """Gradient-check a user's function; 1 if it fails."""
    from autograd.testing import check_gradients

    f = find(options.target)
    args = arguments(f, options)
    refuse_constants(args, options.target)
    on_tape(f, args, options.target)
    try:
        result = check_gradients(f, *args, order=options.order)
    except AssertionError as error:
        print(f"{options.target}: WRONG\n{error}", file=sys.stderr)
        return 1
    for k, (largest, oracle) in enumerate(zip(result.errors, result.oracles, strict=True), 1):
        print(f"order {k}: largest relative error {largest:.0e}, against {oracle}")
    print(f"{options.target}: correct")
    return 0


def draw(options: argparse.Namespace) -> int:
    """Draw the graph of a user's function, or one that was saved as JSON."""
    graph = _saved(options.target) if options.target.endswith(".json") else _recorded(options)
    if options.max_nodes is not None:
        graph = dataclasses.replace(graph, max_nodes=options.max_nodes)
    if options.folded is not None:
        graph = graph.fold() if options.folded else graph.unfold()
    try:
        print(graph.color(options.by).save(options.output).resolve())
    except (ValueError, OSError, ImportError, RuntimeError) as error:
        raise Refusal(str(error)) from None
    return 0


def _recorded(options: argparse.Namespace) -> Graph:
    f = find(options.target)
    with record(timing=options.by == "time"):
        results, inputs = on_tape(f, arguments(f, options), options.target)
        if len(results) == 1 and results[0].size == 1 and results[0].dtype.kind == "f":
            results[0].backward(retain_graph=True)
    return ag.draw(*results, *inputs)


def _saved(path: str) -> Graph:
    try:
        return Graph.from_json(Path(path).read_text(encoding="utf-8"))
    except (ValueError, OSError) as error:
        raise Refusal(f"{path}: {error}") from None


# -- the command line ------------------------------------------------------------------------------------------------


def _shape(text: str) -> tuple[int, ...]:
    return tuple(int(n) for n in text.strip("()").split(",") if n.strip())


def parser() -> argparse.ArgumentParser:
    """The commands and their options."""
    top = argparse.ArgumentParser("python -m autograd", description="See and trust a gradient.")
    commands = top.add_subparsers(dest="command", required=True, metavar="command")
    run = commands.add_parser("demo", help="see the library at work on handwritten digits, in less than a minute")
    run.add_argument("--out", type=Path, default=Path(), help="directory for graph.svg (default: the current one)")
    run = _of_function(commands, "check", "compare the derivatives of a function with an independent calculation")
    run.add_argument("--order", type=int, default=2, choices=(1, 2, 3), help="highest derivative (default: 2)")
    run = _of_function(commands, "draw", "draw the graph that a function records, or one that was saved as JSON")
    forms = ".html, .svg, .png, .pdf, .dot, .mmd, .json or .txt (default: graph.svg)"
    run.add_argument("-o", "--output", default="graph.svg", help=forms)
    run.add_argument("--max-nodes", type=int, help="draw at most so many boxes (default: 2000)")
    colours = ("kind", "scope", "grad", "value", "time", "memory")
    run.add_argument("--by", default="kind", choices=colours, help="what colours mean (default: kind)")
    view = run.add_mutually_exclusive_group()
    view.add_argument("--fold", dest="folded", action="store_true", default=None, help="loops and modules as one box")
    view.add_argument("--unfold", dest="folded", action="store_false", default=None, help="every node as a box")
    return top


def _of_function(commands: Any, name: str, purpose: str) -> Any:
    run = commands.add_parser(
        name,
        help=purpose,
        description=f"{purpose.capitalize()}.",
        epilog="Floating numbers and arrays are differentiated; whole numbers and strings are constants. Without "
        "--args and --shape, the attribute example_args of the function is used, if there is one. Exit status: 0 if "
        "all is well, 1 if a derivative is wrong, 2 if the input cannot be used.",
    )
    run.add_argument("target", metavar="module:function", help="in the current directory, or installed")
    given = run.add_mutually_exclusive_group()
    example = """a list of the arguments, such as '[2.0, [[1.0, 3.0]], {"w": 0.5}]'"""
    given.add_argument("--args", metavar="JSON", help=example)
    shape = "a random normal array of this shape; once for each argument; '()' for a scalar"
    given.add_argument("--shape", action="append", type=_shape, metavar="3,4", help=shape)
    run.add_argument("--seed", type=int, default=0, help="of the random arrays (default: 0)")
    return run


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; return the exit status."""
    options = parser().parse_args(argv)
    try:
        if options.command == "demo":
            return demo(options.out)
        return check(options) if options.command == "check" else draw(options)
    except Refusal as error:
        print(f"autograd {options.command}: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
