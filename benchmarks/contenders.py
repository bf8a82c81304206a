"""Who takes part: what to import for each, and what to tell a user who does not have it."""

from __future__ import annotations

import importlib
import importlib.metadata
import sys
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).resolve().parent.parent
OURS = "ours"


@dataclass(frozen=True)
class Contender:
    """A library in the comparison: its title in tables, its import name, its distribution, and how to add it.

    One whose steps return no `gradients` cannot be compared in them.
    """

    title: str
    module: str
    distribution: str
    how_to_add: str
    own_environment: bool = False
    gradients: bool = True


CONTENDERS = {
    OURS: Contender("ours", "autograd", "autograd-tape", "run from the checkout, with NumPy installed"),
    "torch": Contender("PyTorch", "torch", "torch", "pip install torch==2.13.0"),
    "torch_fused": Contender("PyTorch (fused Adam)", "torch", "torch", "pip install torch==2.13.0"),
    "jax": Contender("jax.jit", "jax", "jax", "pip install jax"),
    "hips": Contender(
        "HIPS autograd",
        "autograd",
        "autograd",
        "python -m venv hips && hips/bin/pip install autograd, then --hips-python hips/bin/python "
        "(an environment of its own: it has our import name)",
        own_environment=True,
    ),
    "mygrad": Contender("MyGrad", "mygrad", "mygrad", "pip install mygrad"),
    "micrograd": Contender("micrograd", "micrograd.engine", "micrograd", "pip install micrograd"),
    "numpy": Contender("NumPy by hand", "numpy", "numpy", "pip install numpy"),
    "value": Contender("f alone", "numpy", "numpy", "pip install numpy", gradients=False),
}


def load(name: str, threads: int) -> dict[str, str]:
    """Import a contender in this process, fix its threads, and return the versions of what was loaded."""
    contender = CONTENDERS[name]
    if name == OURS:
        sys.path.insert(0, str(ROOT))
    module = importlib.import_module(contender.module)
    check_origin(name, module)
    if contender.module == "torch":
        module.set_num_threads(threads)
        module.set_num_interop_threads(1)
    versions = {"python": ".".join(map(str, sys.version_info[:3])), name: version(contender, module)}
    versions.setdefault("numpy", importlib.metadata.version("numpy"))
    return versions


def check_origin(name: str, module: ModuleType) -> None:
    """Refuse to time one `autograd` under the name of the other."""
    if CONTENDERS[name].module != "autograd":
        return
    from_checkout = Path(module.__file__ or "").resolve().is_relative_to(ROOT / "autograd")
    if from_checkout != (name == OURS):
        found = "this checkout's" if from_checkout else "not this checkout's"
        raise ImportError(f"the `autograd` that {name}'s interpreter imports is {found}")


def version(contender: Contender, module: ModuleType) -> str:
    """A library's version: what its module says, else what its distribution says."""
    found = getattr(module, "__version__", None)
    if found is None:
        try:
            found = importlib.metadata.version(contender.distribution)
        except importlib.metadata.PackageNotFoundError:
            found = "unknown"
    return str(found)
