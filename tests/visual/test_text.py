"""A graph as text: the tree for terminals, Mermaid, and JSON that is read back."""

import dataclasses
import json
import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import autograd as ag
from autograd.visual.graph import Graph
from autograd.visual.model import Edge, Flow, Group, Node, Source, Step
from autograd.visual.pictures.picture import picture
from tests.visual.programs import VALUES, leaf, programs, recurrent

NAMES = st.text(st.characters(), max_size=60) | st.sampled_from(
    ['"]; click b0 call alert(1)', "<script>alert(1)</script>", "%%{init: {}}%%", "`a` **b** 1. c", "end", "#quot;",
     "two\nlines\r\tand\x1b[31m\x00", "\ud800", "🙂" * 3, "x" * 10_000]
)  # fmt: skip


def named(name):
    leaf, result = ("parameter", None, name, [], "float64", {}), ("output", "sin", name, [2], "float64", {"k": name})
    return Graph(
        (Node(0, *leaf), Node(1, *result)),
        (Edge(0, 1, 0),),
        (Group(0, "module", name, name),),
        notes=(name,),
    )


# -- the tree --------------------------------------------------------------------------------------------------------


def test_a_tree():
    x, y, z = leaf(2.0, "x"), leaf(3.0, "y"), leaf(4.0, "z")
    f = 5 * (x * y + z)
    f.backward(retain_graph=True)
    assert str(ag.draw(f, x, y, z)).splitlines() == [
        "multiply  50  grad 1",
        "├─ constant  5",
        "└─ add  10  grad 5",
        "   ├─ multiply  6  grad 5",
        "   │  ├─ x  2  grad 15",
        "   │  └─ y  3  grad 10",
        "   └─ z  4  grad 5",
    ]


def test_what_is_used_twice_is_written_once():
    x = leaf(2.0, "x")
    h = np.sin(x)
    assert str(ag.draw(h * h, x)).splitlines() == [
        "multiply  0.8268  grad 1",
        "├─ sin  0.9093  grad 1.819  #1",
        "│  └─ x  2  no grad yet",
        "└─ sin  (see #1)",
    ]


def test_a_folded_loop_is_written_once():
    lines = str(recurrent(50).fold()).splitlines()
    assert [re.sub(r"  \S+ … .*|  no grad.*", "", line) for line in lines[:-1]] == [
        "[× 50] tanh",
        "└─ multiply",
        "   ├─ h  1",
        "   ├─ w  0.5",
        "   └─ ↺ tanh  (#3 of the step before)",
    ]
    assert lines[0].endswith("#3")
    assert lines[-1] == "Folded: 102 nodes are drawn as 4 boxes."


def test_modules_in_a_tree():
    network = ag.nn.Sequential(ag.nn.Linear(3, 3, rng=0), ag.nn.Tanh())
    with ag.visual.record():
        y = np.sum(network(leaf(np.ones((2, 3), np.float32), "x")))
    graph = ag.draw(y)
    open_, folded = str(graph), str(graph.fold("Linear"))
    assert "[Sequential] [1: Tanh] tanh" in open_
    assert "[0: Linear] " in open_
    assert re.search("0: Linear  [1-9] operations?, 2 parameters", folded)
    assert "0.weight" in open_
    assert "0.weight" not in folded


def test_a_deep_tree_is_not_wide():
    lines = str(recurrent(400).unfold()).splitlines()
    assert len(lines) == 1_202 - 1
    assert max(map(len, lines)) < 250


def test_a_long_tree_is_cut_off_and_says_so():
    lines = str(dataclasses.replace(recurrent(400).unfold(), max_nodes=50)).splitlines()
    assert len(lines) == 51
    assert lines[-1] == "752 boxes further from the result are not shown; a greater max_nodes shows more."


def test_trees_of_nothing_and_of_a_leaf():
    assert str(Graph((), ())) == ""
    assert str(ag.draw(leaf(3.0, "x"))) == "x  3  no grad yet"


@given(NAMES)
def test_names_break_no_line(name):
    text = str(named(name))
    assert len(text.split("\n")) == 3
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f]", text)
    assert max(map(len, text.splitlines()[:2])) < 200
    assert text.encode("utf-8")


@settings(deadline=None)
@given(programs(VALUES))
def test_every_box_is_in_the_tree(graph):
    for view in (graph.unfold(), graph.fold()):
        lines = str(view).splitlines()
        boxes = {box.nodes for box in picture(view).boxes}
        assert len(lines) >= len(boxes)


# -- Mermaid ---------------------------------------------------------------------------------------------------------

LINE = re.compile(
    r"""flowchart\ TB
    | \s+ b\d+\["[^"<>`\\;{}\[\]|]*(?:(?:\#\d+;|<br>)[^"<>`\\;{}\[\]|]*)*"\]:::\w+
    | \s+ subgraph\ f\d+\["[^"<>`\\;{}\[\]|]*(?:\#\d+;[^"<>`\\;{}\[\]|]*)*"\]
    | \s+ end
    | \s+ b\d+\ (?:-->|-\.\ next\ \.->)\ b\d+
    | \s+ class\ b\d+\ \w+
    | \s+ classDef\ \w+\ [\w:#,;-]+
    | \s+ %%\ [^%]*""",
    re.VERBOSE,
)


@settings(deadline=None)
@given(NAMES)
def test_names_stay_text_in_mermaid(name):
    for graph in (named(name), named(name).fold()):
        for line in graph.to_mermaid().split("\n"):
            assert LINE.fullmatch(line), line


@settings(deadline=None)
@given(programs(VALUES))
def test_mermaid_has_every_box_line_and_frame(graph):
    for view in (graph.unfold(), graph.fold()):
        drawn, lines = picture(view), view.to_mermaid().split("\n")
        assert all(LINE.fullmatch(line) for line in lines)
        assert sum(":::" in line for line in lines) == len(drawn.boxes)
        assert sum("-->" in line for line in lines) == sum(not line.loop for line in drawn.lines)
        assert sum("-. next .->" in line for line in lines) == sum(line.loop for line in drawn.lines)
        assert sum("subgraph" in line for line in lines) == len(drawn.frames)
        assert sum(line.strip() == "end" for line in lines) == len(drawn.frames)


def test_mermaid_of_a_loop():
    text = recurrent(50).fold().to_mermaid()
    assert 'subgraph f0["× 50"]' in text
    assert "    b3 -. next .-> b2" in text.split("\n")


# -- JSON ------------------------------------------------------------------------------------------------------------


@settings(deadline=None)
@given(programs(VALUES), NAMES)
def test_json_is_read_back(graph, name):
    for view in (graph, graph.fold(), graph.color("grad"), named(name)):
        assert Graph.from_json(view.to_json()) == view
        assert Graph.from_dict(json.loads(json.dumps(view.to_dict()))) == view


def test_json_of_a_real_graph_is_read_back():
    network = ag.nn.LSTM(3, 4, rng=0)
    with ag.visual.record(source=True):
        y = np.sum(network(leaf(np.ones((8, 2, 3), np.float32), "x"))[0])
    graph = ag.draw(y)
    again = Graph.from_json(graph.to_json())
    assert again == graph
    assert again.to_svg() == graph.to_svg()


def test_all_fields_are_read_back():
    flow, source = Flow(0, "dx = g", 1.0, True), Source("a.py", 3, "f", "y = x")
    numbers = (1.0, "no grad yet", [1.0, "nan"], 8, 0, 1e-3, 2e-3)
    node = Node(0, "input", None, "x", [], "float64", {}, *numbers, source, change="added")
    graph = Graph((node,), (), (), (Step(0, 1.0, (flow,)),), frozenset({0}), "time", 7, ("a note",))
    assert Graph.from_json(graph.to_json()) == graph


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "from_json: this is no JSON"),
        ("[]", "from_dict: this is no graph; it must come from Graph.to_dict"),
        ("{}", "from_dict: this is no graph; it must come from Graph.to_dict"),
        ('{"version": 99}', "from_dict: the format is version 99, and this library reads"),
        (Graph((), ()).to_json().replace('"nodes"', '"knots"'), "from_dict: this is no graph of version"),
    ],
)
def test_what_is_no_graph(text, message):
    with pytest.raises(ValueError, match=message):
        Graph.from_json(text)
