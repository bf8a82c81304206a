"""Graphs as files, and ``draw_dot`` as teaching notebooks use it."""

import errno
import json
import os
import shutil
import webbrowser
from pathlib import Path

import pytest

import autograd as ag
from autograd import __main__ as cli
from autograd.visual import Graph, draw_dot

needs_dot = pytest.mark.skipif(shutil.which("dot") is None, reason="Graphviz' program dot is not installed")


def product():
    a, b = (ag.Tensor(v, requires_grad=True, name=n) for v, n in ((2.0, "a"), (-3.0, "b")))
    return a * b


# -- save and show ---------------------------------------------------------------------------------------------------


def test_saving(tmp_path):
    graph = ag.draw(product())
    forms = {".html": graph.to_html(), ".svg": graph.to_svg(), ".json": graph.to_json(), ".txt": f"{graph}\n",
             ".dot": graph.to_graphviz().source, ".mmd": graph.to_mermaid()}  # fmt: skip
    for suffix, text in forms.items():
        path = graph.save(str(tmp_path / f"g{suffix}"))
        assert path == tmp_path / f"g{suffix}"
        assert path.read_bytes().decode() == text
    assert graph.save(tmp_path / "G.SVG").exists()
    with pytest.raises(ValueError, match=r"'g.jpeg' ends in '.jpeg'; I can write .html, .svg, .png"):
        graph.save("g.jpeg")
    with pytest.raises(FileNotFoundError, match="nothing was saved, for there is no folder"):
        graph.save(tmp_path / "nowhere" / "g.svg")


@needs_dot
@pytest.mark.parametrize(("suffix", "start"), [(".png", b"\x89PNG"), (".pdf", b"%PDF")])
def test_what_the_program_dot_makes(tmp_path, suffix, start):
    assert ag.draw(product()).save(tmp_path / f"g{suffix}").read_bytes().startswith(start)


def test_a_name_that_no_encoding_has(tmp_path):
    x = ag.Tensor(2.0, requires_grad=True, name="\ud800")
    graph = ag.draw(x * 3, x)
    for suffix in (".html", ".svg", ".json", ".txt", ".dot", ".mmd"):
        assert graph.save(tmp_path / f"g{suffix}").stat().st_size


def test_an_error_leaves_the_old_file(tmp_path, monkeypatch):
    graph, path = ag.draw(product()), tmp_path / "g.svg"
    path.write_text("old")

    def full(fd):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="the file that was there is as it was"):
        graph.save(path)
    monkeypatch.undo()
    monkeypatch.setattr(Graph, "to_svg", lambda self: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        graph.save(path)
    assert path.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["g.svg"]


def test_show_opens_the_page_in_the_browser(monkeypatch):
    opened = []
    monkeypatch.setattr(webbrowser, "open", opened.append)
    graph = ag.draw(product())
    path = graph.show()
    try:
        assert opened == [path.as_uri()]
        assert path.read_text(encoding="utf-8") == graph.to_html()
    finally:
        shutil.rmtree(path.parent)


# -- draw_dot --------------------------------------------------------------------------------------------------------


def test_draw_dot_shows_itself_and_is_rendered(tmp_path, monkeypatch):
    dot = draw_dot(product())
    assert set(dot._repr_mimebundle_()) == {"text/html", "image/svg+xml", "text/plain"}
    assert "rankdir=LR" in dot.source
    assert "rankdir=TB" not in draw_dot(product(), rankdir="TB").source
    monkeypatch.chdir(tmp_path)
    assert dot.render("graph") == "graph.svg"
    assert Path("graph.svg").read_text(encoding="utf-8") == dot.graph.to_svg()
    assert dot.save("graph.html") == "graph.html"


@needs_dot
def test_draw_dot_as_png(tmp_path):
    dot = draw_dot(product(), format="png")
    assert set(dot._repr_mimebundle_()) == {"image/png", "text/plain"}
    assert Path(dot.render(tmp_path / "graph")).read_bytes().startswith(b"\x89PNG")
    assert Path(dot.render(tmp_path / "graph", format="pdf")).read_bytes().startswith(b"%PDF")


def test_draw_dot_explains_what_it_does_not_know():
    with pytest.raises(ValueError, match="format='gif'; write one of 'svg', 'png', 'pdf'"):
        draw_dot(product(), format="gif")
    with pytest.raises(ValueError, match="rankdir='up'; write 'LR'"):
        draw_dot(product(), rankdir="up")
    with pytest.raises(TypeError, match="float given where a Tensor is due"):
        draw_dot(2.0)


# -- the command line ------------------------------------------------------------------------------------------------


@pytest.fixture
def saved(tmp_path):
    h = w = ag.Tensor(0.5, requires_grad=True, name="w")
    for _ in range(6):
        h = (h * w) + 1.0
    return ag.draw(h, w).save(tmp_path / "graph.json")


@pytest.mark.parametrize("options", [[], ["--fold"], ["--unfold"], ["--by", "value"], ["--max-nodes", "5"]])
def test_a_saved_graph_is_drawn(saved, tmp_path, options, capsys):
    out = tmp_path / "out.svg"
    assert cli.main(["draw", str(saved), "-o", str(out), *options]) == 0
    assert capsys.readouterr().out == f"{out}\n"
    assert out.read_text(encoding="utf-8").startswith("<svg")


def test_fold_and_unfold(saved, tmp_path):
    out = tmp_path / "out.json"
    groups = {group["id"] for group in json.loads(saved.read_text())["groups"]}
    assert groups
    for option, folded in (("--fold", groups), ("--unfold", set())):
        assert cli.main(["draw", str(saved), "-o", str(out), option]) == 0
        assert set(json.loads(out.read_text())["folded"]) == folded


def test_a_file_that_is_no_graph_is_explained(tmp_path, capsys):
    path = tmp_path / "graph.json"
    assert cli.main(["draw", str(path)]) == 2
    assert "No such file" in capsys.readouterr().err
    path.write_text("[1, 2")
    assert cli.main(["draw", str(path)]) == 2
    assert capsys.readouterr().err.startswith(f"autograd draw: {path}: ")
