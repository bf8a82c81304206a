"""From a Tensor to every form of its graph: the same bytes, no name that breaks out, no array kept, no NumPy needed."""

import gc
import json
import subprocess
import sys
import weakref
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import numpy as np
import pytest

import autograd as ag
from autograd.visual import Graph

ROOT = Path(__file__).parents[2]
FORMS = {
    "svg": Graph.to_svg,
    "html": Graph.to_html,
    "json": Graph.to_json,
    "mermaid": Graph.to_mermaid,
    "text": str,
    "dot": lambda graph: graph.to_graphviz().source,
    "notebook": lambda graph: "".join(graph._repr_mimebundle_().values()),
}
EVIL = [
    "<script>alert(1)</script>",
    "a & b < c > d \"e\" 'f'",
    "two\nlines\r\tand a tab",
    "nul\x00 escape\x1b[31m surrogate\ud800 end\uffff",
    "emoji 🦆 和 ñ",
    "x" * 10_000,
    "]]> --> \\N \\l {a|b} <b>",
    "",
]


def recurrent(steps=6):
    w = ag.Tensor(np.eye(3), requires_grad=True, name="w")
    h = np.ones(3)
    for _ in range(steps):
        h = np.tanh(w @ h) + h
    return np.sum(h), w


def textbook():
    x, y, z = (ag.Tensor(v, requires_grad=True, name=n) for v, n in ((2.0, "x"), (3.0, "y"), (4.0, "z")))
    f = 5 * (x * y + z)
    f.backward(retain_graph=True)
    return ag.draw(f, x, y, z)


def test_the_same_graph_gives_the_same_bytes_in_every_process():
    program = """
import hashlib, sys
sys.path.insert(0, {path!r})
from test_draw import FORMS, recurrent
import autograd as ag
y, w = recurrent()
graph = ag.draw(y, params=[w])
print({{name: hashlib.sha256(form(graph).encode()).hexdigest() for name, form in FORMS.items()}})
"""
    program, environment = program.format(path=str(Path(__file__).parent)), {"PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", program]
    results = {
        subprocess.run(command, env=environment | {"PYTHONHASHSEED": seed}, capture_output=True, check=True).stdout
        for seed in ("1", "2")
    }
    assert len(results) == 1


def test_no_form_changes_a_gradient_or_keeps_an_array():
    y, w = recurrent()
    graph = ag.draw(y, params=[w])
    for form in FORMS.values():
        form(graph)
    assert w.grad is None
    y.backward()
    expected, reference = w.grad, weakref.ref(y)
    y, w = recurrent()
    y.backward()
    np.testing.assert_array_equal(w.grad, expected)
    gc.disable()
    try:
        del y
        assert reference() is None
    finally:
        gc.enable()


@pytest.mark.parametrize("name", EVIL)
def test_names_are_escaped_in_every_form(name):
    x = ag.Tensor(2.0, requires_grad=True, name=name)
    y = np.sin(x)
    y.name = name
    graph = ag.draw(y, params={name: x})
    made = {form: write(graph) for form, write in FORMS.items()}
    root = ElementTree.fromstring(made["svg"])
    tags = {element.tag.split("}")[1] for element in root.iter()}
    assert tags <= {"svg", "style", "title", "rect", "g", "path", "text"}
    assert not any(key.startswith("on") for element in root.iter() for key in element.attrib)
    assert json.loads(made["json"])["nodes"][0]["name"] == name
    assert len(made["text"].splitlines()) == 2
    assert "\x1b" not in made["text"]
    assert "label=<" not in made["dot"]  # Graphviz would read that as markup
    assert "<script>alert(1)" not in made["html"] + made["notebook"] + made["mermaid"]


def test_pictures_and_pages_of_a_saved_graph_need_no_numpy(tmp_path):
    path = textbook().save(tmp_path / "graph.json")
    program = """
import sys, types
sys.modules["numpy"] = None
for name, folder in (("autograd", "autograd"), ("autograd.visual", "autograd/visual")):
    package = sys.modules[name] = types.ModuleType(name)
    package.__path__ = [{root!r} + "/" + folder]
from autograd.visual.graph import Graph
graph = Graph.from_json(open({path!r}, encoding="utf-8").read())
print(*(len(made) for made in (graph.to_svg(), graph.to_html(), graph.to_mermaid(), str(graph.fold()))))
"""
    program = program.format(root=str(ROOT), path=str(path))
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert all(int(size) > 50 for size in done.stdout.split())


@pytest.mark.parametrize("form", FORMS)
def test_an_empty_graph(form):
    FORMS[form](Graph((), ()))


def test_a_leaf_alone():
    graph = ag.draw(ag.Tensor(3.0, requires_grad=True, name="x"))
    assert str(graph) == "x  3  no grad yet"
    assert repr(graph) == "<Graph of 1 nodes and 0 edges>"
    for form in FORMS.values():
        assert form(graph)


@pytest.mark.slow
def test_a_chain_of_100_000_operations_in_each_form():
    y = ag.Tensor(1.0, requires_grad=True)
    for k in range(100_000):
        y = np.sin(y) if k % 3 else y * 0.5
    graph = ag.draw(y)
    assert len(graph.nodes) > 100_000
    for name in ("svg", "html", "mermaid", "text", "dot"):  # JSON has all of it
        assert len(FORMS[name](graph)) < 10**5


def test_the_picture_in_the_readme_is_up_to_date():
    assert textbook().to_svg() == (ROOT / "docs" / "example.svg").read_text(encoding="utf-8")
