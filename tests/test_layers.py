"""The house: imports point down its list only."""

import ast
from pathlib import Path

import pytest

import autograd

ROOT = Path(autograd.__file__).parent

# From the ground up. A module may import those that come before its own, and from its own.
FLOORS = [
    "files",
    "strong",
    "late",
    "signatures",
    "primitive",
    "tape",
    "arrays",
    "methods",
    "tensor",
    "calls",
    "rules",
    "trees",
    "transforms",
    "custom",
    "functions",
    "scipy",
    "debug",
    "testing",
    "nn",
    "optim",
    "training",
    "visual",
    "__main__",
]
ALONE = [
    "datasets",
    "_clash",
    "_allocator",
]  # they import nothing of the package; the first is for __main__, training and __init__ only
FILES = sorted(p.relative_to(ROOT) for p in ROOT.rglob("*.py") if p != ROOT / "__init__.py")


def floor(path):
    return path.parts[0].removesuffix(".py")


def imported(path):
    """The modules of this package that a file imports, at its top or inside a function, as (line, floor)."""
    found = []
    for node in ast.walk(ast.parse((ROOT / path).read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            if node.level:
                package = ["autograd", *path.parts[:-1]]
                base = package[: len(package) - node.level + 1] + (node.module.split(".") if node.module else [])
            else:
                base = (node.module or "").split(".")
            if base[0] == "autograd":
                names = [base[1]] if len(base) > 1 else [alias.name for alias in node.names]
                found += [(node.lineno, name) for name in names]
        elif isinstance(node, ast.Import):
            parts = [alias.name.split(".") for alias in node.names]
            found += [(node.lineno, p[1] if len(p) > 1 else "autograd") for p in parts if p[0] == "autograd"]
        elif isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) in (
            "import_module",
            "__import__",
        ):
            texts = [a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
            found += [(node.lineno, t.split(".")[1]) for t in texts if t.startswith("autograd.")]
    return found


@pytest.mark.parametrize("path", FILES, ids=str)
def test_imports_point_down(path):
    here = floor(path)
    assert here in FLOORS + ALONE, f"{path}: which floor is it on?"
    for line, target in imported(path):
        place = f"{path}:{line} imports {target}"
        if target == here:
            continue
        assert here not in ALONE, f"{place}, but stands alone"
        if target in ALONE:
            assert here in ("__main__", "training"), place
            continue
        if here == "__main__" and target == "autograd":  # the roof stands on the whole house
            continue
        assert target in FLOORS, f"{place}, which is no floor of the house (the whole package, or a name of __init__?)"
        assert FLOORS.index(target) < FLOORS.index(here), f"{place}, which is above it"


def test_the_scan_sees_imports_of_every_form(tmp_path, monkeypatch):
    source = """
import autograd
import autograd.tape as tape
from autograd import Tensor
from autograd.rules.linalg import contract
from . import trees, arrays
from .tensor import Tensor
def f():
    from .. import nn
    importlib.import_module("autograd.visual")
"""
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "x.py").write_text(source)
    monkeypatch.setitem(globals(), "ROOT", tmp_path)
    found = {name for _, name in imported(Path("rules/x.py"))}
    assert found == {"autograd", "tape", "Tensor", "rules", "nn", "visual"}
    (tmp_path / "y.py").write_text(source.replace("from .. import nn", "from . import nn"))
    assert {"trees", "arrays", "tensor", "nn"} <= {name for _, name in imported(Path("y.py"))}


def test_init_is_a_table_of_contents_and_nothing_else():
    """It imports (some names when they are first used), and says the version; whatever computes is in a module."""
    tree = ast.parse((ROOT / "__init__.py").read_text(encoding="utf-8"))
    for node in tree.body:
        plain = isinstance(node, (ast.Import, ast.ImportFrom, ast.Assign, ast.AnnAssign)) or (
            (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))
            or (isinstance(node, ast.If) and getattr(node.test, "id", "") == "TYPE_CHECKING")
            or (isinstance(node, ast.FunctionDef) and node.name in ("__getattr__", "__dir__"))
        )
        assert plain, f"__init__.py:{node.lineno}: {type(node).__name__}"
    first = next(n for n in tree.body if isinstance(n, ast.ImportFrom) and n.level)
    assert [a.name for a in first.names] == ["_clash"]
