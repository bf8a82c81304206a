"""Networks as estimators of scikit-learn."""

import pickle
import subprocess
import sys

import numpy as np
import pytest

from autograd import nn, training

pytest.importorskip("sklearn")

from sklearn.base import clone
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import check_estimator

from autograd.training.sklearn import Classifier, Regressor


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.SkipTestWarning")
@pytest.mark.filterwarnings("ignore:A column-vector y was passed")
@pytest.mark.parametrize("estimator", [Classifier(random_state=0), Regressor(random_state=0)], ids=repr)
def test_scikit_learns_own_checks(estimator):
    failed = [r for r in check_estimator(estimator, on_fail=None) if r["status"] == "failed"]
    assert not failed, [(r["check_name"], r["exception"]) for r in failed]


def test_pipelines_and_searches():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(60, 3)) * [1, 10, 100]
    y = np.where(x[:, 0] * x[:, 1] > 0, "same", "other")
    pipeline = make_pipeline(StandardScaler(), Classifier(epochs=30, random_state=0))
    search = GridSearchCV(pipeline, {"classifier__hidden": [(2,), (16,)]}, cv=2)
    search.fit(x, y)
    assert search.best_params_ == {"classifier__hidden": (16,)}
    found = search.predict_proba(x)
    np.testing.assert_allclose(found.sum(1), 1)


def test_a_seed_reproduces_and_a_module_of_ones_own_is_used():
    x = np.random.default_rng(1).normal(size=(30, 2))
    y = x @ [[1.0, 0.0], [1.0, 2.0]]
    early = training.EarlyStopping("val_loss", patience=20)
    mine = Regressor(
        lambda inputs, outputs, rng: nn.Linear(inputs, outputs, rng=rng), lr=0.05, validation=0.2, callbacks=[early],
        epochs=500, random_state=3,
    )  # fmt: skip
    first, second = clone(mine).fit(x, y), clone(mine).fit(x, y)
    np.testing.assert_array_equal(first.predict(x), second.predict(x))
    np.testing.assert_allclose(first.model_.weight.data, [[1, 1], [0, 2]], atol=0.02)
    assert first.history_.epochs < 500


def test_a_fitted_estimator_is_pickled():
    x = np.random.default_rng(2).normal(size=(30, 2))
    first = Classifier(epochs=3, random_state=0).fit(x, x[:, 0] > 0)
    second = pickle.loads(pickle.dumps(first))
    np.testing.assert_array_equal(first.predict_proba(x), second.predict_proba(x))
    assert second.history_ == first.history_


@pytest.mark.parametrize("wrong", [{"module": nn.Linear(2, 2)}, {"optimizer": "adam"}])
def test_what_makes_the_parts_is_a_function(wrong):
    (name,) = wrong
    with pytest.raises(TypeError, match=rf"Classifier: {name}=.* where a function that makes one is due"):
        Classifier(**wrong).fit(np.eye(2), [0, 1])


def test_without_scikit_learn_the_error_names_the_extra():
    program = "import sys; sys.modules['sklearn'] = None; import autograd.training.sklearn"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert "ImportError: estimators need scikit-learn 1.6 or newer: pip install autograd-tape[sklearn]" in done.stderr
