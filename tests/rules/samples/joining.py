"""Samples of ``autograd/rules/joining.py``."""

import numpy as np

from .language import A, call, calls

# fmt: off
SAMPLES = {
    # Joining and splitting
    np.concatenate: calls(call([A(2), A(3)]), call([A(2, 3), A(1, 3)], 0), call([A(2, 1), A(2, 3), A(2, 0)], axis=-1),
                          call([A(2, 3), A(2)], axis=None), call((A(2), np.ones(2)), 0), call([A(1, 2), A(1, 2)], 1),
                          call([A(2), A(1)], dtype=np.longdouble), call([A(2), A(1)], casting="unsafe"), complex=True),
    np.stack:       calls(call([A(2), A(2)]), call([A(2, 3), A(2, 3)], 1), call((A(2), np.ones(2)), axis=-1),
                          call([A(), A()]), call([A(0), A(0)], axis=1), call([A(2), A(2)], dtype=np.longdouble),
                          call([A(2), A(2)], casting="unsafe"), complex=True),
    np.vstack:      calls(call([A(2), A(2)]), call([A(2, 3), A(3)]), call((A(), A())),
                          call([A(2), A(2)], dtype=np.longdouble, casting="unsafe"), complex=True),
    np.hstack:      calls(call([A(2), A(3)]), call([A(2, 1), A(2, 3)]), call((A(), A(2))),
                          call([A(2), A(2)], dtype=np.longdouble, casting="unsafe"), complex=True),
    np.dstack:      calls(call([A(2), A(2)]), call([A(2, 1), A(2, 1)]), call((A(), A())), complex=True),
    np.column_stack: calls(call([A(2), A(2)]), call([A(), A()]), call([A(2, 3), A(2)]), complex=True),
    np.append:      calls(call(A(2), A(3)), call(A(2, 3), A(2)), call(A(2, 3), A(1, 3), axis=0), call(A(2), [1.0, 2.0]),
                          call(A(2), 3.0), complex=True),
    np.block:       calls(call([[A(2, 2), A(2, 1)], [A(1, 2), A(1, 1)]]), call([A(2), A(3)]), call([[A(2)], [A(2)]]),
                          call([A(), A()]), call([[A(2, 2), np.ones((2, 1))]]), call([[1.0, A()], [A(), 2.0]]),
                          complex=True),
    np.split:       calls(call(A(4), 2), call(A(2, 6), [1, 4], 1), call(A(4, 2), indices_or_sections=[1, 1], axis=0),
                          complex=True),
    np.array_split: calls(call(A(5), 2), call(A(2, 5), [1, 4], -1), call(A(3), 4), complex=True),
    np.hsplit:      calls(call(A(4), 2), call(A(2, 4), indices_or_sections=[1]), complex=True),
    np.vsplit:      calls(call(A(4, 1), 2), call(A(4, 2), indices_or_sections=[1]), complex=True),
    np.dsplit:      calls(call(A(1, 2, 4), 2), call(A(2, 1, 4), indices_or_sections=[1]), complex=True),

    # Adding and removing elements
    np.delete:      calls(call(A(4), 1), call(A(4), [0, -1]), call(A(2, 3), 0, 1), call(A(2, 3), [1, 4]),
                          call(A(2, 3), slice(0, 2), axis=-1), call(A(3), np.array([True, False, True])),
                          call(A(3), [], axis=0), complex=True),
    np.insert:      calls(call(A(3), 1, A()), call(A(3), [0, 2], A(2)), call(A(2, 3), 4, A()),
                          call(A(2, 3), 1, A(3), 0),
                          call(A(2, 3), 1, A(2), axis=1), call(A(2, 3), [1], A(2, 1), axis=-1), call(A(3), 1, A(2)),
                          call(A(2, 3), [0, 0], A(2), 1), call(A(3), slice(0, 2), A(2)), call(A(3), -1, 2.0),
                          call(A(0), 0, A()),
                          call(A(2, 1), 0, A(2, 2), 1), complex=True),
    np.trim_zeros:  calls(call(A(3)), call(A(0)), call(A(3), "f"), call(A(4), trim="b"), complex=True),
}
# fmt: on
if hasattr(np, "unstack"):
    SAMPLES[np.unstack] = calls(call(A(3)), call(A(2, 3), axis=-1), complex=True)
if np.__version__ >= "2.2":
    SAMPLES[np.insert] = calls(*SAMPLES[np.insert].calls, call(A(2), np.array([True, False]), A()), complex=True)
    SAMPLES[np.trim_zeros] = calls(*SAMPLES[np.trim_zeros].calls, call(A(2, 3)), call(A(2, 3), "fb", axis=1),
                          complex=True)
if getattr(np, "row_stack", np.vstack) is not np.vstack:
    SAMPLES[np.row_stack] = calls()  # noqa: NPY201  (it warns, and calls vstack)
