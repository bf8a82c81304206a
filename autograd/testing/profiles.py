"""How much hypothesis tries: the profiles ``dev``, ``ci`` and ``intense``.

==========  ========  ==================================================================
profile     examples  for
==========  ========  ==================================================================
``dev``           25  each run while you work: seconds
``ci``           100  a change that is to be merged: within 5 minutes on two cores here
``intense``   20,000  a night: hours, on as many cores as there are
==========  ========  ==================================================================

Every profile draws afresh in each run and keeps what failed in hypothesis' database, so that it is tried first the next
time. None has a deadline, for the time of one example says nothing on a machine that is shared. The profile is chosen
by ``pytest --autograd-profile=ci``, else by the environment variable ``AUTOGRAD_PROFILE``, else it is ``dev``.
"""

from __future__ import annotations

import os
from typing import Any

EXAMPLES = {"dev": 25, "ci": 100, "intense": 20_000}
_chosen: str | None = None


def settings_of(name: str | None = None, **changes: Any) -> Any:
    """The hypothesis settings of a profile, by default of the current one.

    Parameters
    ----------
    name : str, optional
        ``dev``, ``ci`` or ``intense``.
    **changes
        Settings to change, by hypothesis' names; ``max_examples`` may be a fraction of the profile's.

    Returns
    -------
    hypothesis.settings
        Also a decorator.

    Examples
    --------
    >>> settings_of("ci").max_examples
    100
    >>> settings_of("ci", max_examples=0.25).max_examples
    25
    """
    try:
        from hypothesis import HealthCheck, settings
    except ImportError as error:
        raise ImportError("autograd.testing: hypothesis is not installed: pip install autograd-tape[test]") from error
    name = current() if name is None else _known(name)
    examples = changes.pop("max_examples", EXAMPLES[name])
    if isinstance(examples, float):
        examples = max(1, round(examples * EXAMPLES[name]))
    suppressed = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example]
    facts: dict[str, Any] = {"deadline": None, "print_blob": True, "suppress_health_check": suppressed}
    return settings(max_examples=examples, **{**facts, **changes})


def current() -> str:
    """The name of the profile that is in force.

    Examples
    --------
    >>> current() in ("dev", "ci", "intense")
    True
    """
    return _chosen if _chosen is not None else _known(os.environ.get("AUTOGRAD_PROFILE", "dev"))


def load(name: str) -> None:
    """Choose a profile, for this library's checks and as hypothesis' own default.

    Parameters
    ----------
    name : str
        ``dev``, ``ci`` or ``intense``; hypothesis knows it as ``autograd-dev`` and so on.
    """
    global _chosen
    _chosen = _known(name)
    chosen = settings_of(name)
    from hypothesis import settings

    settings.register_profile(f"autograd-{name}", chosen)
    settings.load_profile(f"autograd-{name}")


def _known(name: str) -> str:
    if name not in EXAMPLES:
        raise ValueError(f"autograd.testing: profile {name!r}; the profiles are {', '.join(map(repr, EXAMPLES))}.")
    return name
