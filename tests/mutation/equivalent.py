"""Mutants that are no mistakes: what they are, and why no test can tell them from the rule.

A row is (pattern, reason); the pattern is searched for in a mutant's name. A row that matches nothing any more is
reported, so that the table does not outlive the rules.
"""

ZERO = "floor|ceil|trunc|rint|round|around|fix|floor_divide|gammasgn"
CHANGES = "(sign|factor 1.001|zero|not recorded|conjugate|real part)"
REDUCTIONS = "sum|mean|var|std|max|min|amax|amin|prod|logsumexp|(nan)?(median|percentile|quantile)|_two_norm"

EQUIVALENT: list[tuple[str, str]] = [
    # no derivative to change
    (rf"^({ZERO}), rule \d: {CHANGES}$", "the derivative is zero, so are its negative, its multiples and its parts"),
    (r"^floor_divide: unbroadcast", "the sum, the mean and the first of zeros are zero"),
    (rf"^(heaviside, rule 0|copysign, rule 1): {CHANGES}$", "the derivative by this operand is zero"),
    (rf"^r?fftfreq, composite: {CHANGES}$", "NumPy's own code runs on the Tensor, and ours is never called"),
    # what the engine does anyway
    (rf"^({REDUCTIONS}), (vjp|jvp) 0: keepdims ignored$", "an axis that was kept is given the same length one again"),
    (r"^kept: factor dropped: \(1,\) \* len\(shape\) -> \(1,\)$", "a shape of ones broadcasts like a single one"),
    (r"^_mean_product: factor dropped: \(1,\) \*", "a shape of ones broadcasts like a single one"),
    (r"^real, rule 0: (real part|conjugate)$", "the engine drops the imaginary part of a real output's tangent"),
    (r"^(var|std|_norm_forward|_svd_forward|_eigh_forward|_lstsq_forward_x): part dropped: np.real\(",
     "the engine drops the imaginary part of a real output's tangent"),
    (r"^einsum, jvp 0: (casting|dtype) ignored$", "the engine brings a tangent to the dtype of its output"),
    (r"^_slogdet_forward: part dropped: np.real\(change|^_moved: part dropped: np.real\(conj\(rest",
     "the engine drops the imaginary part of a real output's tangent"),
    (r"^index_add: .*np.zeros_like\(t, shape=out_shape\)\[index\]", "it broadcasts what scattering broadcasts anyway"),
    (r"^_fold: .*len\(shape\) - t.ndim", "the engine sums leading axes away, however many"),
    (r"(term dropped|sign of a term): .*zero\(t\)", "it adds a zero: a place on the tape for the next order"),
    (r"^_real: part dropped", "weights whose imaginary part is zero"),
    # thresholds, and formulas of the same value
    (r"^_far: part dropped: np.real\(x\)", "it moves where a series takes over, to where both formulas hold"),
    (r"^far_from_singular: ", "it chooses between two formulas for the same cofactors"),
    (r"^rough: power dropped", "a threshold for what counts as rounding"),
    (r"^_fitted: factor dropped: max\(x.shape\)", "a threshold for what counts as rounding"),
    (r"^lstsq, (vjp|jvp) \d: rcond ignored$", "a bound that cuts off anything but rounding is refused"),
    (r"^_anchor: part dropped: np.real\(v\)", "the element that was chosen is real"),
    # how, not what
    (r"^times_transposed: transpose dropped: x.T", "for sizes of no sample: tests/rules/test_products.py compares it"),
    (r"^einsum, (vjp|jvp) 0: optimize ignored$", "it says in which order to contract; the result is the same"),
    # single points where NumPy itself has a choice
    (r"^power_y: part dropped: np.real\(y\)", "NumPy orders complex numbers by their real part first"),
]
