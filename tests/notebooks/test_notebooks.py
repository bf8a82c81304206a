"""Every notebook runs as a script, where its assertions are the test; and the executed pair holds the same cells."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import autograd

ROOT = Path(autograd.__file__).parent.parent
SCRIPTS = sorted((ROOT / "notebooks").glob("[0-9]*.py"))
SLOW = {"07c_character_language_model"}


def cells(script):
    """The cells of a script in the percent format, as (is it code, text without comment marks and blank ends)."""
    found = []
    for part in re.split(r"^# %%", script.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]:
        head, _, body = part.partition("\n")
        code = "[markdown]" not in head
        lines = body.splitlines() if code else [re.sub(r"^# ?", "", line) for line in body.splitlines()]
        found.append((code, "\n".join(line.rstrip() for line in lines).strip()))
    return found


@pytest.mark.parametrize(
    "script", [pytest.param(p, id=p.stem, marks=pytest.mark.slow if p.stem in SLOW else ()) for p in SCRIPTS]
)
def test_it_runs(script, tmp_path):
    pytest.importorskip("matplotlib")
    env = {**os.environ, "PYTHONPATH": str(ROOT), "MPLBACKEND": "Agg", "MPLCONFIGDIR": str(tmp_path)}
    env |= {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    env.pop("FULL", None)
    result = subprocess.run(
        [sys.executable, "-W", "error", str(script)], capture_output=True, text=True, cwd=tmp_path, env=env
    )
    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda p: p.stem)
def test_the_executed_pair_holds_the_same_cells(script):
    notebook = json.loads(script.with_suffix(".ipynb").read_text(encoding="utf-8"))
    held = [(c["cell_type"] == "code", "".join(c["source"]).strip()) for c in notebook["cells"]]
    assert [(code, "\n".join(line.rstrip() for line in text.splitlines())) for code, text in held] == cells(script)
    executed = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    assert [cell["execution_count"] for cell in executed] == list(range(1, len(executed) + 1))  # all, in this order
    for out in (out for cell in executed for out in cell["outputs"]):
        assert out["output_type"] != "error"
        assert len(json.dumps(out)) < 150_000, "an output of over 100 kB: make the picture smaller"
