"""The package is imported before pytest collects it, for two of its functions have the names of modules."""

import autograd  # noqa: F401
