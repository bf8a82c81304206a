"""A contender's process. Run by path, never as a module: the checkout must not reach a peer's `sys.path`.

HIPS autograd has our import name, so the package `benchmarks` is loaded here from its own folder, and only the
worker of `ours` gets the checkout's root (see `contenders.load`).
"""

import importlib.util
import sys
from pathlib import Path


def import_benchmarks() -> None:
    """Make `import benchmarks` work without the folder that holds it on `sys.path`."""
    folder = Path(__file__).resolve().parent
    spec = importlib.util.spec_from_file_location(
        "benchmarks", folder / "__init__.py", submodule_search_locations=[str(folder)]
    )
    assert spec is not None
    assert spec.loader is not None
    package = importlib.util.module_from_spec(spec)
    sys.modules["benchmarks"] = package
    spec.loader.exec_module(package)


if __name__ == "__main__":
    sys.path.pop(0)  # this script's own folder
    import_benchmarks()
    from benchmarks.protocol import main

    main(sys.argv[1], threads=int(sys.argv[2]))
