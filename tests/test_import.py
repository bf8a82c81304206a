"""What importing the package does, and what it offers."""

import doctest
import inspect
import os
import subprocess
import sys
import types
from pathlib import Path

import numpy as np
import pytest

import autograd as ag

ROOT = Path(ag.__file__).parent.parent


def run(code, *paths):
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([*map(str, paths), str(ROOT)])},
    )


def test_importing_costs_numpy_alone():
    """Nothing optional, nothing for tests or pictures, and nothing slow comes along."""
    code = "import sys, numpy; before = set(sys.modules); import autograd; print(*sorted(set(sys.modules) - before))"
    result = run(code)
    assert result.returncode == 0, result.stderr
    loaded = {name.partition(".")[0] for name in result.stdout.split()}
    heavy = {
        "scipy",
        "graphviz",
        "tqdm",
        "hypothesis",
        "pytest",
        "_pytest",
        "matplotlib",
        "dask",
        "jax",
        "torch",
        "asyncio",
    }
    assert not loaded & (heavy | {"mpmath", "IPython", "pandas", "doctest", "unittest", "http", "urllib3"})
    assert "autograd" in loaded


@pytest.mark.parametrize("flags", [[], ["-O"], ["-OO"], ["-I"]], ids=str)
def test_it_imports_and_works_under_every_flag_of_the_interpreter(flags):
    code = f"import sys; sys.path.insert(0, {str(ROOT)!r}); import autograd as ag; print(ag.grad(lambda x: x**3)(2.0))"
    result = subprocess.run([sys.executable, "-W", "error", *flags, "-c", code], capture_output=True, text=True)
    assert (result.returncode, result.stdout) == (0, "12.0\n"), result.stderr


def test_importing_twice_or_in_threads_and_reloading_a_module_is_harmless():
    code = (
        "import threading, importlib\n"
        "errors = []\n"
        "def work():\n"
        "    try:\n"
        "        import autograd as ag\n"
        "        assert ag.grad(lambda x: x * x)(3.0) == 6\n"
        "    except BaseException as error:\n"
        "        errors.append(error)\n"
        "threads = [threading.Thread(target=work) for _ in range(8)]\n"
        "[t.start() for t in threads]; [t.join() for t in threads]\n"
        "assert not errors, errors\n"
    )
    result = run(code)
    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize("name", ["autograd-1.8.dist-info", "autograd-1.7.0.dist-info", "autograd-1.6.2.egg-info"])
def test_it_refuses_to_be_imported_beside_hips_autograd(tmp_path, name):
    info = tmp_path / name
    info.mkdir()
    version = name.split("-")[1].rsplit(".", 1)[0]
    text = f"Metadata-Version: 2.1\nName: autograd\nVersion: {version}\n"
    (info / ("METADATA" if name.endswith("dist-info") else "PKG-INFO")).write_text(text)
    result = run("import autograd", tmp_path)
    assert result.returncode != 0
    assert "ImportError" in result.stderr
    for part in ("autograd-tape", "HIPS", version, "pip uninstall autograd autograd-tape", "pip install autograd-tape"):
        assert part in result.stderr


@pytest.mark.parametrize("name", ["autograd_tape-0.1.0.dist-info", "autograd_gamma-0.5.0.dist-info"])
def test_other_distributions_are_no_clash(tmp_path, name):
    info = tmp_path / name
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name.split('-')[0]}\nVersion: 0.1.0\n")
    result = run("import autograd; print(autograd.grad(lambda x: x * x)(2.0))", tmp_path)
    assert (result.returncode, result.stdout) == (0, "4.0\n"), result.stderr


def public():
    names = getattr(ag, "__all__", None) or [n for n in vars(ag) if not n.startswith("_")]
    return {n: getattr(ag, n) for n in names if not isinstance(getattr(ag, n), types.ModuleType)}


@pytest.mark.parametrize("name", sorted(public()))
def test_every_public_name_is_documented_with_an_example_that_runs(name):
    thing = public()[name]
    if not callable(thing):
        return
    text = inspect.getdoc(thing) or ""
    assert text.strip(), f"{name} has no docstring"
    first = text.strip().splitlines()[0]
    assert first.endswith("."), f"{name}: the first line of its docstring is no sentence: {first!r}"
    examples = doctest.DocTestParser().get_examples(text)
    assert examples, f"{name} has no example"
    test = doctest.DocTest(examples, {}, name, inspect.getsourcefile(thing) or "", 0, text)
    messages = []
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE, verbose=False)
    before = dict(ag.primitive.__globals__["registry"])
    try:
        runner.run(test, out=messages.append)
    finally:
        registry = ag.primitive.__globals__["registry"]
        for function in set(registry) - set(before):
            del registry[function]
    assert runner.failures == 0, "".join(messages)


def test_what_the_issue_promises_is_there():
    names = """Tensor tensor stack concatenate no_grad enable_grad is_grad_enabled grad value_and_grad elementwise_grad
    vjp jvp jacobian hessian hvp checkpoint custom_vjp custom_jvp numerical elementwise linear primitive coverage
    draw"""
    missing = [name for name in names.split() if name not in public()]
    assert not missing
    assert isinstance(ag.__version__, str)
    assert (Path(ag.__file__).parent / "py.typed").exists()


def test_the_public_methods_of_tensor_are_documented():
    undocumented = [
        name
        for name, member in inspect.getmembers(ag.Tensor)
        if not name.startswith("_") and not inspect.getdoc(member)
    ]
    assert not undocumented


def test_functions_say_where_they_are_from():
    for name, thing in public().items():
        if callable(thing) and not isinstance(thing, type) and hasattr(thing, "__module__"):
            assert thing.__module__ is None or thing.__module__.split(".")[0] in ("autograd", "builtins"), name
    assert np.isclose(ag.grad(np.sin)(0.0), 1)
