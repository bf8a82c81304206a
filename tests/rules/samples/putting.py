"""Samples of ``autograd/rules/putting.py``: functions that return nothing, and are tested in ``test_putting.py``."""

import numpy as np

from .language import calls

WRITING = (np.put, np.place, np.putmask, np.copyto, np.fill_diagonal, np.put_along_axis)
SAMPLES = {function: calls() for function in WRITING}
