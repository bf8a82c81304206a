"""The page: what it holds, that nothing in a name can run, and, in a browser, that its controls do as they say."""

import dataclasses
import html
import json
import re
import shutil
import subprocess
from html.parser import HTMLParser

import numpy as np
import pytest

import autograd as ag
from autograd.visual.forms import page
from autograd.visual.forms.page import data
from autograd.visual.graph import Graph
from autograd.visual.model import Edge, Flow, Node, Step

EVIL = [
    "</script><script>document.title = 'ran'</script>",
    "<img src=x onerror=\"document.title = 'ran'\">",
    "\"><svg onload=\"document.title='ran'\">",
    "'-alert(1)-' ${alert(1)} `${alert(1)}`",
    "<!-- <script> ]]> --!>",
    "two\nlines\r\u2028and nul\x00 escape\x1b surrogate\ud800 end\uffff",
    "emoji 🦆 和",
    "x" * 10_000,
    "",
]
BROWSER = shutil.which("chromium") or shutil.which("google-chrome") or shutil.which("chrome")
needs_browser = pytest.mark.skipif(BROWSER is None, reason="neither chromium nor chrome is installed")


class Elements(HTMLParser):
    """The elements of a page: tag and attributes, and the text of scripts."""

    def __init__(self, text):
        super().__init__()
        self.elements, self.scripts, self.open = [], [], []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        self.open.append(tag)

    def handle_endtag(self, tag):
        while self.open and self.open.pop() != tag:
            pass

    def handle_data(self, data):
        if self.open and self.open[-1] == "script":
            self.scripts.append(data)


def textbook(name="f"):
    """f = 5(xy + z), its sweep written by hand."""
    x, y, z = (ag.Tensor(v, requires_grad=True, name=n) for v, n in ((2.0, "x"), (3.0, "y"), (4.0, "z")))
    f = 5 * (x * y + z)
    f.name = name
    f.backward(retain_graph=True)
    graph = ag.draw(f, x, y, z)
    of = {node.name: node.id for node in graph.nodes}
    xy, add = (next(node.id for node in graph.nodes if node.value == value) for value in (6.0, 10.0))
    sweep = (
        Step(of[name], 1.0, (Flow(add, "dx = g · 5", 5.0, False),)),
        Step(add, 5.0, (Flow(xy, "dx = g", 5.0, False), Flow(of["z"], "dy = g", 5.0, False))),
        Step(xy, 5.0, (Flow(of["x"], "dx = g · y", 15.0, False), Flow(of["y"], "dy = g · x", 10.0, True))),
        *(Step(of[leaf], g, ()) for leaf, g in (("z", 5.0), ("y", 10.0), ("x", 15.0))),
    )
    return dataclasses.replace(graph, sweep=sweep)


def recurrent(steps, name="Wh"):
    rng = np.random.default_rng(0)
    w, v = (ag.Tensor(0.5 * rng.normal(size=(n, 4)), requires_grad=True, name=k) for n, k in ((3, "Wx"), (4, name)))
    h = np.zeros(4)
    for x in rng.normal(size=(steps, 3)):
        h = np.tanh(x @ w + h @ v)
    return ag.draw(np.sum(h * h), params=[w, v])


def chain(n):
    x = Node(0, "input", None, "x", [], "float64", {}, 0.5)
    nodes = [x, *(Node(k, "operation", "sin", None, [], "float64", {}, 0.5) for k in range(1, n))]
    return Graph(tuple(nodes), tuple(Edge(k, k + 1, 0) for k in range(n - 1)))


def facts(document):
    return json.loads(Elements(document).scripts[0])


# -- what it holds ---------------------------------------------------------------------------------------------------


def test_it_asks_the_network_for_nothing():
    document = recurrent(5).to_html()
    elements = Elements(document).elements
    assert not [a for _, a in elements if {"src", "href", "srcset", "xlink:href", "data", "action"} & set(a)]
    assert not {"link", "iframe", "object", "embed", "base", "form"} & {tag for tag, _ in elements}
    assert "url(" not in document.replace("url(#", "")
    assert "@import" not in document
    assert set(re.findall(r"https?://[^\s\"'<]*", document)) <= {"http://www.w3.org/2000/svg"}
    policy = next(a["content"] for tag, a in elements if tag == "meta" and a.get("http-equiv"))
    assert policy.startswith("default-src 'none';")


def test_a_graph_of_fifty_nodes_is_a_small_file():
    graph = recurrent(9)
    assert len(graph.nodes) >= 50
    assert len(graph.to_html().encode()) < 100_000


def test_the_same_graph_gives_the_same_bytes():
    assert recurrent(4).to_html() == recurrent(4).to_html()


def test_it_needs_no_script_to_be_a_picture():
    elements = Elements(textbook().to_html()).elements
    tags = {tag for tag, _ in elements}
    assert "svg" in tags
    assert "button" not in tags


def test_the_facts_of_nodes_and_of_the_sweep():
    told = facts(textbook().to_html())
    x = next(node for node in told["nodes"].values() if node.get("name") == "x")
    facts_of_x = {"kind": "input", "name": "x", "shape": [], "dtype": "float64", "value": 2.0, "grad": 15.0}
    assert x == facts_of_x | {"bytes": 8, "cotangent": 15.0}
    assert [flow["operand"] for flow in told["sweep"][2]["flows"]] == [0, 1]  # a zero is told, too
    arrived = [step.get("cotangent", told["nodes"][str(step["node"])].get("cotangent")) for step in told["sweep"]]
    assert arrived == [1.0, 5.0, 5.0, 5.0, 10.0, 15.0]
    assert told["sweep"][2]["flows"][1]["adds"] is True
    for view in told["views"]:
        for colours in view["colours"].values():
            assert len(colours["shades"]) == len(view["boxes"])
            assert {None, *range(len(colours.get("palette", told["palette"])))} >= set(colours["shades"])


def test_no_gradient_yet_is_not_a_number():
    x = ag.Tensor(2.0, requires_grad=True, name="x")
    told = facts(ag.draw(np.sin(x), x).to_html())
    assert next(node for node in told["nodes"].values() if node.get("name") == "x")["grad"] == "no grad yet"


def test_each_view_shows_every_node_and_differs_from_the_others():
    told = facts(recurrent(20).to_html())
    names = [view["name"] for view in told["views"]]
    assert "unfolded" in names
    assert len(names) == len(set(names)) > 1
    for view in told["views"]:
        shown = {k for box in view["boxes"] for k in ([box] if isinstance(box, int) else box["nodes"])}
        assert shown == set(map(int, told["nodes"]))
    sizes = [len(view["boxes"]) for view in told["views"]]
    assert sizes == sorted(sizes)


def test_strips_are_few_and_of_few_points():
    told = facts(recurrent(3 * data.POINTS).to_html())
    assert 1 <= len(told["strips"]) <= data.STRIPS
    for strip in told["strips"]:
        assert 2 <= len(strip["points"]) <= data.POINTS
        assert all(size > 0 for _, size in strip["points"][-5:])
    assert not facts(recurrent(data.FEW - 1).to_html())["strips"]


def test_a_large_graph_has_no_larger_view_than_was_asked_for():
    graph = dataclasses.replace(chain(6_000), max_nodes=50, folded=frozenset())
    told = facts(graph.to_html())
    assert all(len(view["boxes"]) <= 50 for view in told["views"])
    assert len(told["nodes"]) < 1_000
    assert told["views"][told["start"]]["notes"]


@pytest.mark.parametrize("name", EVIL)
def test_names_are_text_and_nothing_else(name):
    graph = textbook(name or "f")
    graph = dataclasses.replace(graph, notes=(name,))
    parsed = Elements(graph.to_html())
    plain = Elements(textbook().to_html())
    assert [tag for tag, _ in parsed.elements] == [tag for tag, _ in plain.elements]
    assert not [key for _, attributes in parsed.elements for key in attributes if key.startswith("on")]
    assert len(parsed.scripts) == 2
    assert parsed.scripts[1] == plain.scripts[1]
    assert max(map(len, re.findall(r"x+", parsed.scripts[0]))) <= data.LONGEST
    graph.to_html().encode("utf-8")


def test_viewers_have_no_ids_so_that_many_go_on_one_page():
    assert not [a["id"] for _, a in Elements(page.viewer(textbook())).elements if "id" in a]


# -- in a browser ----------------------------------------------------------------------------------------------------

REPORT = """
const report = {};
const $ = (query) => document.querySelector(query);
const press = (key, where = document.body) => where.dispatchEvent(new KeyboardEvent("keydown", {key, bubbles: true}));
const button = (text) => [...document.querySelectorAll("button")].find((b) => b.textContent === text);
const classes = (name) => [...document.querySelectorAll(`div:not([hidden]) > svg .${name}`)]
  .map((g) => [...g.querySelectorAll("text")][0].textContent);
%s
document.body.dataset.report = JSON.stringify(report);
"""


def drive(document, program, tmp_path, fragment="", width=1200):
    """Load a page in a browser, run a program in it, and return its report."""
    file = tmp_path / "page.html"
    driver = f"<script>{REPORT % program}</script>"
    file.write_text(document.replace("</body>", f"{driver}</body>"), encoding="utf-8", errors="strict")
    flags = ["headless", "no-sandbox", "disable-gpu", "disable-quic", "no-first-run", "disable-background-networking",
             "disable-component-update", "disable-sync", f"user-data-dir={tmp_path / 'profile'}",
             f"window-size={width},800", "dump-dom"]  # fmt: skip
    command = [BROWSER, *(f"--{flag}" for flag in flags), f"{file.as_uri()}{fragment}"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    found = re.search(r'data-report="([^"]*)"', done.stdout)
    assert found, done.stderr[-2000:]
    return json.loads(html.unescape(found[1])) | {"title": re.search("<title>(.*?)</title>", done.stdout)[1]}


@needs_browser
def test_the_sweep_in_a_browser(tmp_path):
    program = """
    const slider = $("input[type=range]");
    slider.value = 3;
    slider.dispatchEvent(new Event("input"));
    report.now = classes("now"); report.visited = classes("visited"); report.reached = classes("reached");
    report.flows = [...document.querySelectorAll("text.flow")].map((t) => t.textContent);
    report.panel = $("aside").textContent; report.spoken = $(".spoken").textContent;
    report.output = $(".sweep output").textContent;
    press("ArrowRight"); report.right = $(".autograd-graph").dataset.step;
    press("ArrowLeft"); press("ArrowLeft"); report.left = $(".autograd-graph").dataset.step;
    press(" "); report.playing = $(".sweep button:nth-of-type(2)").textContent;
    press(" "); report.paused = $(".sweep button:nth-of-type(2)").textContent;
    report.address = location.hash;
    """
    found = drive(textbook().to_html(), program, tmp_path)
    assert found["now"] == ["multiply"]
    assert found["visited"] == ["multiply", "add", "f = multiply"]
    assert sorted(found["reached"]) == ["x", "y"]
    assert sorted(found["flows"]) == ["+= 10", "15"]
    assert "g = 5 has arrived" in found["panel"]
    assert "dx = g · y = 15" in found["panel"]
    assert "dy += g · x = 10" in found["panel"]
    assert found["spoken"].startswith("Step 3 of 6: v1 = multiply. 5 has arrived. x gets dx = g · y, 15. y gets in")
    assert (found["output"], found["right"], found["left"]) == ("step 3 of 6", "4", "2")
    assert found["playing"] != found["paused"] == "▶"
    assert "step=2" in found["address"]


@needs_browser
def test_views_colours_and_details_in_a_browser(tmp_path):
    program = """
    report.view = $(".autograd-graph").dataset.view;
    report.boxes = [...document.querySelectorAll(".stage > div")]
      .map((pane) => [pane.hidden, pane.querySelectorAll(".box").length]);
    button("unfolded").click();
    report.then = $(".autograd-graph").dataset.view;
    report.pressed = button("unfolded").getAttribute("aria-pressed");
    report.shown = [...document.querySelectorAll(".stage > div")].filter((pane) => !pane.hidden).length;
    const shape = () => getComputedStyle($(".stage > div:not([hidden]) .box > .shape")).fill;
    report.kind = shape();
    const choice = $("select"); choice.value = "value"; choice.dispatchEvent(new Event("change"));
    report.value = shape(); report.legend = $(".legend").textContent;
    choice.value = "kind"; choice.dispatchEvent(new Event("change"));
    report.again = shape(); report.gone = $(".legend").textContent;
    const box = $(".stage > div:not([hidden]) .box[data-k='0']");
    box.dispatchEvent(new PointerEvent("pointerover", {bubbles: true}));
    report.hover = $("aside").textContent;
    box.focus(); press("ArrowDown", box); report.walked = document.activeElement.dataset.k;
    press("ArrowUp", document.activeElement); report.back = document.activeElement.dataset.k;
    const search = $("input[type=search]"); search.value = "TANH"; search.dispatchEvent(new Event("input"));
    report.found = new Set(classes("found")).size; press("Escape"); report.lost = classes("found").length;
    const svg = $(".stage > div:not([hidden]) svg"), before = svg.getBoundingClientRect().width;
    press("+"); report.larger = svg.getBoundingClientRect().width > before;
    press("0"); report.whole = svg.getBoundingClientRect().height <= $(".stage").clientHeight;
    """
    graph = recurrent(20)
    told = facts(graph.to_html())
    found = drive(graph.to_html(), program, tmp_path, "#view=loops+folded")
    assert [count for _, count in found["boxes"]] == [len(view["boxes"]) for view in told["views"]]
    assert sum(not hidden for hidden, _ in found["boxes"]) == 1
    assert found["then"] == "unfolded"
    assert found["pressed"] == "true"
    assert found["shown"] == 1
    assert found["kind"] == found["again"] != found["value"]
    assert "dashed: not known" in found["legend"]
    assert not found["gone"]
    assert "kind" in found["hover"]
    first = told["views"][-1]
    assert [0, int(found["walked"])] in first["lines"]
    assert [int(found["back"]), int(found["walked"])] in first["lines"]
    assert (found["found"], found["lost"]) == (1, 0)
    assert found["larger"]
    assert found["whole"]


@needs_browser
def test_no_script_of_a_name_runs_in_a_browser(tmp_path):
    graph = textbook(" ".join(EVIL[:5]))
    graph = dataclasses.replace(graph, notes=tuple(EVIL))
    program = """
    for (const step of [1, 2, 3]) press("ArrowRight");
    for (const box of document.querySelectorAll(".box")) box.dispatchEvent(new MouseEvent("click", {bubbles: true}));
    report.images = document.images.length; report.scripts = document.scripts.length;
    report.shown = $(".notices").textContent;
    """
    found = drive(graph.to_html(), program, tmp_path)
    assert found["title"].startswith("Graph of 7 nodes")
    assert found["images"] == 0
    assert found["scripts"] == 3  # data, viewer, and the program of this test
    assert EVIL[0] in found["shown"]


@needs_browser
def test_several_graphs_on_a_page_and_a_narrow_window(tmp_path):
    document = textbook().to_html().replace(" data-page", "")
    first, second = page.viewer(textbook()), page.viewer(recurrent(4))
    output = recurrent(8)._repr_mimebundle_()["text/html"]  # of a notebook: an image, and a script that replaces it
    both = document.replace("<body>", f"<body>{first}{second}{first}{output}{output}")
    program = """
    report.live = document.querySelectorAll("[data-live]").length;
    const sliders = document.querySelectorAll("input[type=range]");
    sliders[0].value = 2; sliders[0].dispatchEvent(new Event("input"));
    report.steps = [...document.querySelectorAll("[data-live]")].map((g) => g.dataset.step ?? "0");
    report.images = document.images.length;
    report.wide = document.documentElement.scrollWidth;
    """
    found = drive(both, program, tmp_path, width=500)
    assert found["live"] == 6
    assert found["images"] == 0
    assert found["steps"][0] == "2"
    assert set(found["steps"][1:]) == {"0"}
    assert found["wide"] <= 500
