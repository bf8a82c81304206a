"""Refuse to be imported where another distribution has written into the same folder."""

from importlib import metadata


def _check() -> None:
    try:
        version = metadata.version("autograd")
    except metadata.PackageNotFoundError:
        return
    raise ImportError(
        f"The distributions `autograd` {version} (HIPS) and `autograd-tape` are installed in the same environment. "
        f"Both import as `autograd` and overwrite each other's files. Uninstall both, then install one: "
        f"`python -m pip uninstall autograd autograd-tape` and `python -m pip install autograd-tape`."
    )


_check()
