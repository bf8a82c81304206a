"""Pictures: the model, not pixels; and that nothing in a name can break out of a file."""

import ast
import gc
import json
import sys
import time
import weakref
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import numpy as np
import pytest

import autograd as ag
from autograd.visual import Graph, layout, model, svg

EVIL = [
    "<script>alert(1)</script>",
    "a & b < c > d \"e\" 'f'",
    "two\nlines\r\tand a tab",
    "nul\x00 escape\x1b[31m surrogate\ud800 end\uffff",
    "emoji 🦆 和 ñ",
    "x" * 10_000,
    "]]> --> \\N \\l {a|b} <b>",
    "<b>bold</b>",
    "",
]


def leaf(value, name=None):
    return ag.Tensor(value, requires_grad=True, name=name)


def example():
    x, y, z = leaf(2.0, "x"), leaf(3.0, "y"), leaf(4.0, "z")
    return x, y, z, 5 * (x * y + z)


def find(graph, **wanted):
    (node,) = [n for n in graph.nodes if all(getattr(n, key) == value for key, value in wanted.items())]
    return node


# -- the model -------------------------------------------------------------------------------------------------------


def test_the_textbook_example():
    x, y, z, f = example()
    f.backward(retain_graph=True)
    graph = ag.draw(f, x, y, z)
    assert [(n.kind, n.op, n.name, n.value, n.grad) for n in graph.nodes] == [
        ("input", None, "x", 2.0, 15.0),
        ("input", None, "y", 3.0, 10.0),
        ("input", None, "z", 4.0, 5.0),
        ("operation", "multiply", None, 6.0, None),
        ("operation", "add", None, 10.0, None),
        ("constant", None, None, 5, None),
        ("output", "multiply", None, 50.0, None),
    ]
    assert [(e.source, e.target, e.operand) for e in graph.edges] == [
        (0, 3, 0), (1, 3, 1), (3, 4, 0), (2, 4, 1), (5, 6, 0), (4, 6, 1),
    ]  # fmt: skip


def test_only_what_is_known_is_shown():
    x, _, z, f = example()
    del x
    graph = ag.draw(f)
    assert find(graph, name="x").value == 2.0  # the rule of the product reads it
    assert find(graph, name="z").value is None  # nobody does
    assert find(graph, op="add").value is None
    assert find(graph, name="z").grad == "no grad yet"
    f.backward()
    graph = ag.draw(f)
    assert find(graph, name="x").value is None
    assert find(graph, name="x").grad == 15.0
    assert find(graph, kind="output").value == 50.0
    assert find(ag.draw(f, z), name="z").value == 4.0


def test_shapes_dtypes_parameters_and_statistics():
    rng = np.random.default_rng(0)
    w = leaf(rng.normal(size=(3, 4)).astype(np.float32))
    y = np.sum(np.ones((5, 3), np.float32) @ w, axis=1, keepdims=True)[1:, ::2]
    graph = ag.draw(y, params={"W": w})
    weight = find(graph, kind="parameter")
    assert (weight.name, weight.shape, weight.dtype) == ("W", [3, 4], "float32")
    assert weight.value == {
        "min": float(w.data.min()), "mean": float(w.data.mean()), "max": float(w.data.max()),
    }  # fmt: skip
    assert find(graph, kind="constant").shape == [5, 3]
    assert find(graph, op="sum").parameters == {"axis": "1", "keepdims": "True"}
    assert find(graph, kind="output").parameters == {"index": "(1:, ::2)"}
    assert find(graph, kind="output").shape == [4, 1]


def test_interior_names_and_retained_gradients():
    x = leaf(2.0)
    h = x * x
    h.name = "h"
    h.retain_grad()
    y = np.sin(h)
    y.backward(retain_graph=True)
    node = find(ag.draw(y), name="h")
    assert (node.op, node.value) == ("multiply", 4.0)
    assert node.grad == pytest.approx(np.cos(4.0))


def test_the_engines_own_nodes_are_not_drawn():
    a, b = leaf(1.0, "a"), leaf(2.0, "b")

    @ag.checkpoint
    def block(x, y):
        return np.sin(x) * y

    graph = ag.draw(block(a, b), a, b)
    assert [(n.op, n.name) for n in graph.nodes] == [(None, "a"), (None, "b"), ("checkpoint(block)", None)]
    assert find(graph, kind="output").value == pytest.approx(2 * np.sin(1.0))
    values, vectors = np.linalg.eigh(leaf([[2.0, 1.0], [1.0, 3.0]], "A"))
    graph = ag.draw(np.sum(values), vectors)
    assert [n.op for n in graph.nodes] == [None, "eigh", "sum"]
    assert graph.nodes[1].shape == [[2], [2, 2]]
    seen = []
    ag.grad(lambda x: ag.grad(lambda x: seen.append(ag.draw(np.sin(x))) or np.sin(x))(x))(1.0)
    assert [n.op for n in seen[0].nodes] == [None, "sin"]


def test_absent_operands_and_constants():
    x = leaf([1.0, 2.0])
    ops = ag.draw(np.clip(x, None, 1.5))
    assert [n.value for n in ops.nodes if n.kind == "constant"] == [1.5]
    graph = ag.draw(x + np.array([5.0, 6.0]))  # the rule of a sum reads nothing, so this constant is not kept
    assert find(graph, kind="constant").shape is None
    graph = ag.draw(x * np.array([5.0, 6.0]))
    assert find(graph, kind="constant").value == [5.0, 6.0]


def test_several_roots_and_a_leaf_alone():
    x = leaf(3.0, "x")
    graph = ag.draw(np.sin(x), np.cos(x))
    assert [n.kind for n in graph.nodes] == ["input", "output", "output"]
    assert [n.name for n in ag.draw(x).nodes] == ["x"]
    assert str(ag.draw(x)) == "x  3  no grad yet"


def test_values_that_json_has_no_number_for():
    x = leaf([np.nan, np.inf, -np.inf])
    graph = ag.draw(x, x * 2)
    assert graph.nodes[0].value == ["nan", "inf", "-inf"]
    json.loads(graph.to_json())
    assert find(ag.draw(leaf(1 + 2j)), kind="input").value == "(1+2j)"
    big = leaf(np.full(100, np.inf))
    assert ag.draw(big).nodes[0].value == {"min": "inf", "mean": "inf", "max": "inf"}
    assert ag.draw(leaf(np.ones((0, 3)))).nodes[0].value == []
    ElementTree.fromstring(ag.draw(leaf(np.ones((0, 3)))).to_svg())


def test_gradients_that_are_tensors():
    x = leaf(3.0, "x")
    y = x * x
    y.backward(create_graph=True)
    assert find(ag.draw(y), name="x").grad == 6.0


# -- nothing is changed, nothing is kept -----------------------------------------------------------------------------


def test_drawing_changes_no_gradient():
    x, y, z, f = example()
    for target in (f, x):
        graph = ag.draw(target, x)
        graph.to_svg(), graph.to_json(), str(graph), graph.to_graphviz()
    assert x.grad is None
    f.backward()
    assert (x.grad, y.grad, z.grad) == (15, 10, 5)


def test_a_graph_keeps_no_arrays():
    x = leaf(np.ones(1000))
    y = x * x
    node = weakref.ref(y)
    graph = ag.draw(y)
    gc.disable()
    try:
        del y
        assert node() is None
    finally:
        gc.enable()
    json.dumps(graph.to_dict())  # plain data all through


def test_the_same_graph_gives_the_same_bytes():
    def draw():
        w = leaf(np.eye(3), "w")
        h = np.ones(3)
        for _ in range(6):
            h = np.tanh(w @ h) + h
        graph = ag.draw(np.sum(h), params=[w])
        return graph.to_svg(), graph.to_json(), str(graph), graph.to_graphviz().source

    assert draw() == draw()


# -- text from users -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", EVIL)
def test_names_are_escaped_everywhere(name, tmp_path):
    x = leaf(2.0, name)
    y = np.sin(x)
    y.name = name
    graph = ag.draw(y, params={name: x})
    root = ElementTree.fromstring(graph.to_svg())
    tags = {element.tag.split("}")[1] for element in root.iter()}
    assert tags <= {"svg", "title", "rect", "g", "path", "text"}
    assert not any(key.startswith("on") for element in root.iter() for key in element.attrib)
    texts = [element.text for element in root.iter() if element.tag.endswith("text")]
    assert svg.clean(name) in texts or not name
    assert max(map(len, texts)) <= 40
    assert len(str(graph).splitlines()) == 2
    assert "\x1b" not in str(graph)
    assert json.loads(graph.to_json())["nodes"][0]["name"] == name
    source = graph.to_graphviz().source
    assert "label=<" not in source  # Graphviz would read that as markup
    assert source.count("\n}") == 1
    for suffix in (".svg", ".dot", ".json", ".txt"):
        assert graph.save(tmp_path / f"graph{suffix}").stat().st_size


def test_clean_text_is_one_short_line():
    assert svg.clean("a\nb\tc\x00") == "a b c"
    assert svg.clean("y" * 10**6) == "y" * 39 + "…"


# -- files -----------------------------------------------------------------------------------------------------------


def test_saving(tmp_path):
    *_, f = example()
    graph = ag.draw(f)
    for suffix, text in ((".svg", graph.to_svg()), (".json", graph.to_json()), (".txt", f"{graph}\n")):
        path = graph.save(str(tmp_path / f"g{suffix}"))
        assert path == tmp_path / f"g{suffix}"
        assert path.read_text(encoding="utf-8") == text
    assert graph.save(tmp_path / "g.dot").read_text(encoding="utf-8").startswith("digraph")
    assert graph.save(tmp_path / "G.SVG").exists()
    with pytest.raises(ValueError, match=r"'g.jpeg' ends in '.jpeg'; I can write .svg, .dot, .json, .txt"):
        graph.save("g.jpeg")
    assert json.loads(graph.to_json()) == graph.to_dict()


def test_graphviz_is_imported_where_it_is_used(monkeypatch):
    graph = ag.draw(leaf(1.0) * 2)
    dot = graph.to_graphviz()
    assert type(dot).__name__ == "Digraph"
    assert dot.source.count("->") == 2
    monkeypatch.setitem(sys.modules, "graphviz", None)
    graph.to_svg()
    with pytest.raises(ImportError, match="python -m pip install graphviz"):
        graph.to_graphviz()


def test_notebooks_get_a_picture():
    *_, f = example()
    graph = ag.draw(f)
    assert graph._repr_svg_().startswith("<svg")
    assert set(graph._repr_mimebundle_()) == {"image/svg+xml", "text/plain"}
    assert repr(graph) == "<Graph of 7 nodes and 6 edges>"


def test_text_shows_a_shared_value_once():
    x = leaf(2.0, "x")
    h = np.sin(x)
    assert str(ag.draw(h * h, x)).splitlines() == [
        "multiply  0.8268",
        "├─ sin  0.9093  #1",
        "│  └─ x  2  no grad yet",
        "└─ sin  (see #1)",
    ]


def test_the_picture_in_the_readme_is_up_to_date():
    x, y, z, f = example()
    f.backward(retain_graph=True)
    shown = Path(__file__).parents[2] / "docs" / "example.svg"
    assert ag.draw(f, x, y, z).to_svg() == shown.read_text(encoding="utf-8")


# -- layout ----------------------------------------------------------------------------------------------------------


def test_a_leaf_of_many_uses_is_drawn_once_per_use():
    w = leaf(0.5, "w")
    h = leaf(1.0, "h")
    for _ in range(5):
        h = np.tanh(w * h)
    graph = ag.draw(h)
    assert sum(n.name == "w" for n in graph.nodes) == 1
    picture = graph.to_svg()
    assert all(f"use {k} of 5" in picture for k in range(1, 6))
    assert "use 1 of" not in ag.draw(w * w * w).to_svg()


def test_boxes_do_not_overlap_and_edges_point_down():
    rng = np.random.default_rng(1)
    for _ in range(30):
        n = int(rng.integers(1, 60))
        edges = [(int(rng.integers(0, k)), k) for k in range(1, n) for _ in range(int(rng.integers(0, 3)))]
        sizes = [(float(rng.uniform(20, 200)), float(rng.uniform(20, 80))) for _ in range(n)]
        centres, routes = layout.layout(sizes, edges)
        for (source, target), route in zip(edges, routes, strict=True):
            heights = [centres[source][1], *(y for _, y in route), centres[target][1]]
            assert heights == sorted(set(heights))
        for a in range(n):
            for b in range(a):
                (xa, ya), (xb, yb) = centres[a], centres[b]
                (wa, ha), (wb, hb) = sizes[a], sizes[b]
                assert abs(xa - xb) >= (wa + wb) / 2 or abs(ya - yb) >= (ha + hb) / 2
        assert min(x - w / 2 for (x, _), (w, _) in zip(centres, sizes, strict=True)) >= -1e-9


def test_operands_stand_from_left_to_right():
    a, b, c = leaf(1.0, "a"), leaf(2.0, "b"), leaf(3.0, "c")
    labels, _, _, edges = ag.draw(c - (b - a))._drawn()
    centres, _ = layout.layout([(50, 20)] * len(labels), edges)
    x = {label[0]: centre[0] for label, centre in zip(labels, centres, strict=True)}
    assert x["b"] < x["a"]


def test_the_pictures_need_no_numpy():
    for module in (model, layout, svg):
        tree = ast.parse(Path(module.__file__).read_text(encoding="utf-8"))
        for statement in ast.walk(tree):
            if isinstance(statement, ast.Import):
                assert not any(alias.name.startswith("numpy") for alias in statement.names)
            if isinstance(statement, ast.ImportFrom) and statement.level:
                assert statement.level == 1
                assert {alias.name for alias in statement.names} <= {"svg", "layout"}


def test_an_empty_graph():
    assert str(Graph((), ())) == ""
    ElementTree.fromstring(Graph((), ()).to_svg())


# -- large graphs and bad input --------------------------------------------------------------------------------------


def test_a_large_graph_is_refused_politely():
    y = leaf(1.0)
    for _ in range(3000):
        y = y * 0.5
    with pytest.raises(ValueError, match=r"the graph has 6,001 nodes, more than max_nodes=2,000.*pass max_nodes=6001"):
        ag.draw(y)
    assert len(ag.draw(y, max_nodes=6001).nodes) == 6001


@pytest.mark.slow
def test_a_chain_of_100_000_operations():
    y = leaf(1.0)
    for _ in range(100_000):
        y = np.sin(y)
    graph = ag.draw(y, max_nodes=10**6)
    assert len(graph.nodes) == 100_001
    assert graph.to_svg().count("<rect") == 100_002
    assert len(str(graph).splitlines()) == 100_001
    assert graph.to_json()


def test_a_thousand_nodes_are_quick():
    w = leaf(np.eye(4), "w")
    h = np.ones(4)
    for _ in range(250):
        h = np.tanh(w @ h + 1.0)
    times = []
    for _ in range(3):
        start = time.perf_counter()
        ag.draw(h).to_svg()
        times.append(time.perf_counter() - start)
    assert min(times) < 2  # about 0.1 on two idle cores


@pytest.mark.parametrize("value", [1.0, None, np.ones(3), [leaf(1.0)]])
def test_what_is_not_a_tensor(value):
    with pytest.raises(TypeError, match=f"draw: {type(value).__name__} given where a Tensor is due"):
        ag.draw(value)


def test_a_tensor_without_a_graph():
    with pytest.raises(TypeError, match=r"on no tape, so there is no graph\. Give its inputs requires_grad=True"):
        ag.draw(ag.Tensor(1.0))
    with pytest.raises(TypeError, match="on no tape"):
        ag.draw()
