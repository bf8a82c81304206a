"""A graph in a notebook: a still picture that anything shows, and the viewer where scripts may run."""

import base64
import json
import re
import xml.etree.ElementTree as ElementTree

import pytest

import autograd as ag
from autograd.visual.forms import notebook, page


def graph(name="x"):
    x = ag.Tensor(2.0, requires_grad=True, name=name)
    return ag.draw(x * x * 3, x)


def test_the_bundle():
    shown = graph()
    bundle = shown._repr_mimebundle_()
    assert list(bundle) == ["text/html", "image/svg+xml", "text/plain"]
    assert bundle["image/svg+xml"] == shown.to_svg()
    assert bundle["text/plain"] == repr(shown)
    assert set(shown._repr_mimebundle_(include={"text/plain"})) == {"text/plain"}
    assert set(shown._repr_mimebundle_(exclude={"text/html", "text/plain"})) == {"image/svg+xml"}


def test_what_is_left_without_scripts_is_the_picture():
    shown = graph()
    still = re.sub(r"<script>.*</script>", "", shown._repr_mimebundle_()["text/html"], flags=re.DOTALL)
    assert "<svg" not in still
    image = re.search(r'src="data:image/svg\+xml;base64,([^"]*)"', still)
    picture = base64.b64decode(image[1]).decode()
    assert picture == shown.to_svg()
    ElementTree.fromstring(picture)


def test_the_script_holds_the_viewer():
    shown = graph("</script><script>alert(1)</script>")
    made = shown._repr_mimebundle_()["text/html"]
    assert made.count("</script>") == 1
    live = json.JSONDecoder().raw_decode(made, made.index("const live = ") + len("const live = "))[0]
    assert live == page.viewer(shown)


def test_the_mark_depends_on_the_content_alone():
    def mark(of):
        return re.search(r'data-autograd="(\w+)"', of._repr_mimebundle_()["text/html"])[1]

    assert mark(graph()) == mark(graph())
    assert mark(graph()) != mark(graph("y"))


def test_what_is_too_large_is_a_picture_and_then_words(monkeypatch):
    shown = graph()
    monkeypatch.setattr(notebook, "LARGEST", 3 * len(shown.to_svg()))
    assert "<script>" not in shown._repr_mimebundle_()["text/html"]
    monkeypatch.setattr(notebook, "LARGEST", 10)
    bundle = shown._repr_mimebundle_()
    assert set(bundle) == {"text/plain"}
    assert "fold it, save it or show it" in bundle["text/plain"]


def test_in_an_executed_notebook():
    nbformat, nbclient = pytest.importorskip("nbformat"), pytest.importorskip("nbclient")
    pytest.importorskip("ipykernel")
    code = "import autograd as ag\nag.draw(ag.Tensor(2.0, requires_grad=True, name='x') * 3)"
    cells = [nbformat.v4.new_code_cell(code)]
    done = nbclient.NotebookClient(nbformat.v4.new_notebook(cells=cells), timeout=120).execute()
    (output,) = done.cells[0].outputs
    assert {"text/html", "image/svg+xml", "text/plain"} <= set(output.data)
    assert output.data["text/html"].startswith("<div data-autograd=")
