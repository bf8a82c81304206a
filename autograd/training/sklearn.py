"""Networks as estimators of scikit-learn (extra [sklearn]): for its pipelines, its searches and its scores."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from .. import nn, optim
from .evaluation import predict
from .fitting import fit

try:
    from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin
    from sklearn.utils import check_random_state
    from sklearn.utils.multiclass import check_classification_targets
    from sklearn.utils.validation import check_is_fitted, validate_data
except ImportError as error:
    raise ImportError("estimators need scikit-learn 1.6 or newer: pip install autograd-tape[sklearn]") from error

__all__ = ["Classifier", "Regressor"]


class _Estimator(BaseEstimator):  # type: ignore[misc]
    """A network that is built when the number of features is known."""

    _loss: Callable[[Any, Any], Any]

    def __init__(
        self,
        module: Callable[..., Any] | None = None,
        *,
        hidden: Sequence[int] = (32,),
        optimizer: Callable[..., Any] | None = None,
        lr: float = 0.01,
        weight_decay: float = 0.0,
        epochs: int = 100,
        batch_size: int = 32,
        clip_norm: float | None = None,
        validation: float | None = None,
        callbacks: Sequence[Any] = (),
        verbose: bool = False,
        random_state: Any = None,
    ) -> None:
        self.module, self.hidden, self.optimizer, self.lr = module, hidden, optimizer, lr
        self.weight_decay, self.epochs, self.batch_size, self.clip_norm = weight_decay, epochs, batch_size, clip_norm
        self.validation, self.callbacks, self.verbose = validation, callbacks, verbose
        self.random_state = random_state

    def _train(self, x: Any, y: Any, outputs: int) -> None:
        for name, value in (("module", self.module), ("optimizer", self.optimizer)):
            if value is not None and (isinstance(value, nn.Module) or not callable(value)):
                raise TypeError(f"{type(self).__name__}: {name}={value!r} where a function that makes one is due.")
        rng = np.random.default_rng(check_random_state(self.random_state).randint(2**31))
        build = self._network if self.module is None else self.module
        self.model_ = build(x.shape[1], outputs, rng).double()
        make = optim.Adam if self.optimizer is None else self.optimizer
        optimizer = make(self.model_.parameters(), lr=self.lr, weight_decay=self.weight_decay)
        self.history_ = fit(
            self.model_, (x, y), self._loss, optimizer, epochs=self.epochs, batch_size=self.batch_size,
            validation=self.validation, callbacks=copy.deepcopy(self.callbacks), clip_norm=self.clip_norm,
            progress=self.verbose, rng=rng,
        )  # fmt: skip

    def _network(self, inputs: int, outputs: int, rng: np.random.Generator) -> nn.Module:
        sizes = [inputs, *self.hidden]
        layers: list[Any] = []
        for before, after in pairwise(sizes):
            layers += [nn.Linear(before, after, rng=rng), nn.ReLU()]
        return nn.Sequential(*layers, nn.Linear(sizes[-1], outputs, rng=rng))

    def _outputs(self, x: Any) -> Any:
        check_is_fitted(self, "model_")
        return predict(self.model_, validate_data(self, x, dtype=np.float64, reset=False))


class Classifier(ClassifierMixin, _Estimator):  # type: ignore[misc]
    """A network that is trained with the cross-entropy of its outputs.

    Parameters
    ----------
    module : callable, optional
        ``module(n_features, n_classes, rng)`` returns a network whose outputs are logits, one for each class; by
        default layers of ReLU. It is converted to float64.
    hidden : sequence of int
        Widths of those layers.
    optimizer : callable, optional
        ``optimizer(parameters, lr=…, weight_decay=…)``; by default Adam.
    lr, weight_decay, epochs, batch_size, clip_norm, validation, callbacks
        As for the optimiser, and for :func:`autograd.training.fit`.
    verbose : bool
        Whether to show a progress bar.
    random_state : int or RandomState, optional
        A number reproduces the network.

    Attributes
    ----------
    classes_ : ndarray
    model_ : Module
    history_ : History

    Examples
    --------
    >>> import numpy as np
    >>> from autograd.training.sklearn import Classifier
    >>> x = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    >>> xor = Classifier(random_state=0).fit(x, ["no", "yes", "yes", "no"])
    >>> xor.predict(x).tolist()
    ['no', 'yes', 'yes', 'no']
    """

    _loss = staticmethod(nn.CrossEntropyLoss())

    def fit(self, x: Any, y: Any) -> Classifier:
        """Train on samples and their classes, which may be of any type that scikit-learn takes."""
        x, y = validate_data(self, x, y, dtype=np.float64)
        check_classification_targets(y)
        self.classes_, labels = np.unique(y, return_inverse=True)
        self._train(x, labels, len(self.classes_))
        return self

    def predict_proba(self, x: Any) -> Any:
        """Probabilities of the classes, in the order of ``classes_``."""
        logits = self._outputs(x)
        weights = np.exp(logits - logits.max(1, keepdims=True))
        return weights / weights.sum(1, keepdims=True)

    def predict(self, x: Any) -> Any:
        """The likeliest class of each sample."""
        best = self._outputs(x).argmax(1)
        return self.classes_[best]


class Regressor(RegressorMixin, _Estimator):  # type: ignore[misc]
    """A network that is trained with the mean squared error; targets may have several columns.

    Parameters
    ----------
    module : callable, optional
        ``module(n_features, n_targets, rng)`` returns a network.
    hidden, optimizer, lr, weight_decay, epochs, batch_size, clip_norm, validation, callbacks, verbose, random_state
        As for :class:`Classifier`.

    Attributes
    ----------
    model_ : Module
    history_ : History

    Examples
    --------
    >>> import numpy as np
    >>> from autograd.training.sklearn import Regressor
    >>> x = np.linspace(-1, 1, 50).reshape(50, 1)
    >>> Regressor(random_state=0).fit(x, x[:, 0] ** 2).score(x, x[:, 0] ** 2) > 0.9
    True
    """

    _loss = staticmethod(nn.MSELoss())

    def fit(self, x: Any, y: Any) -> Regressor:
        """Train on samples and their targets, of shape ``(n,)`` or ``(n, k)``."""
        x, y = validate_data(self, x, y, dtype=np.float64, y_numeric=True, multi_output=True)
        y = np.asarray(y, np.float64)
        self._flat = y.ndim == 1
        columns = y.reshape(len(y), -1)
        self._train(x, columns, columns.shape[1])
        return self

    def predict(self, x: Any) -> Any:
        """Predictions in the shape of the targets."""
        outputs = self._outputs(x)
        return outputs[:, 0] if self._flat else outputs

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        return tags
