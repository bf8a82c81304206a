"""The SVG: what is in it, that it stays readable, and that nothing in a name can break out of it."""

import dataclasses
import re
import xml.etree.ElementTree as ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd.visual.pictures import colours, svg
from autograd.visual.pictures.heat import Scale
from autograd.visual.pictures.labels import clean
from autograd.visual.pictures.picture import Box, Line, Picture
from autograd.visual.pictures.svg import boxes, strokes, writing
from tests.visual.pictures import EVIL, KINDS, sample

SVG = "{http://www.w3.org/2000/svg}"


def parse(text):
    return ElementTree.fromstring(text)


def found(root, tag, kind):
    return [element for element in root.iter(SVG + tag) if kind in element.get("class", "").split()]


def test_each_box_line_and_frame_can_be_found():
    picture = sample()
    root = parse(svg.render(picture))
    shown = found(root, "g", "box")
    assert [int(box.get("data-k")) for box in shown] == [*range(len(KINDS))]
    assert [box.get("class").split()[1] for box in shown] == KINDS
    assert sorted(int(line.get("data-k")) for line in found(root, "path", "line")) == [*range(len(picture.lines))]
    assert len(found(root, "path", "head")) == len(picture.lines)
    assert [int(frame.get("data-k")) for frame in found(root, "g", "frame")] == [0, 1]
    assert len(found(root, "path", "loop")) == 1


def test_boxes_speak_to_keyboards_and_screen_readers():
    root = parse(svg.render(sample("W")))
    for box in found(root, "g", "box"):
        assert (box.get("tabindex"), box.get("role"), box.get("aria-label")) == ("0", "img", "W, W, (3,) float64")
        assert box.find(SVG + "title").text == "W"
    assert root.get("aria-label") == "Graph of 6 boxes"


@pytest.mark.parametrize("name", EVIL)
def test_names_are_escaped(name):
    picture = sample(name, scale=Scale(name, name, name), heat=0.5)
    root = parse(svg.render(picture, prefix=name))
    assert {e.tag.removeprefix(SVG) for e in root.iter()} <= {"svg", "style", "title", "rect", "g", "path", "text"}
    for element in root.iter():
        assert not any(key.startswith("on") or "href" in key for key in element.attrib)
        assert "url(" not in element.get("style", "")
    assert parse(svg.render(sample("safe"))).find(SVG + "style").text == root.find(SVG + "style").text
    shown = [element.text or "" for box in found(root, "g", "box") for element in box.iter(SVG + "text")]
    assert shown == [clean(name), clean(name), "(3,) float64"] * len(KINDS)
    assert max(map(len, shown)) <= 40


@given(st.text(alphabet=st.characters(), max_size=60))
def test_any_text_gives_xml(name):
    root = parse(svg.render(sample(name), prefix=name))
    assert len(found(root, "g", "box")) == len(KINDS)


def test_two_pictures_on_a_page_share_no_names():
    text = svg.render(sample())
    assert " id=" not in text
    assert "url(#" not in text
    assert 'id="v0-"' in svg.render(sample(), prefix="v0-")
    sheet = re.sub(r"@media\([^)]*\)", "", parse(text).find(SVG + "style").text)
    selectors = re.findall(r"[{}]?([^{}]+)\{", sheet)
    assert selectors
    assert all(selector.startswith(".ag-picture ") for selector in selectors)


def test_the_same_picture_gives_the_same_bytes():
    assert svg.render(sample()) == svg.render(sample())


def test_kinds_differ_in_shape_and_in_colour():
    assert len({boxes.outline(kind, 80.0, 40.0) for kind in KINDS}) == len(KINDS)
    for page in (colours.LIGHT, colours.DARK):
        assert {*KINDS} == {*page}
        assert len({*page.values()}) == len(KINDS)


def test_dark_pages():
    sheet = parse(svg.render(sample())).find(SVG + "style").text
    light, dark = sheet.split("@media(prefers-color-scheme:dark)")
    for kind in KINDS:
        assert f".ag-picture .{kind} .shape{{fill:{colours.LIGHT[kind][0]};" in light
        assert f".ag-picture .{kind} .shape{{fill:{colours.DARK[kind][0]};" in dark
    for page, ink in ((colours.LIGHT, "#111827"), (colours.DARK, "#f3f4f6")):
        assert all(colours.contrast(fill, ink) > 7 for fill, _ in page.values())


def test_a_scale_has_a_legend_and_what_is_unknown_looks_different():
    picture = sample(scale=Scale("|gradient|", "1e-31", "2.4"))
    heats = [0.0, 0.2, 0.5, 1.0, None, 0.7]
    made = tuple(dataclasses.replace(box, heat=heat) for box, heat in zip(picture.boxes, heats, strict=True))
    root = parse(svg.render(dataclasses.replace(picture, boxes=made)))
    texts = [element.text for element in root.iter(SVG + "text")]
    assert {"|gradient|", "1e-31", "2.4", "not known"} <= {*texts}
    shapes = [box.find(f"{SVG}path[@class='shape']") for box in found(root, "g", "box")]
    for shape, heat in zip(shapes, heats, strict=True):
        assert shape.get("style") == (None if heat is None else f"fill:{colours.heat(heat)[0]}")
    assert [box.get("data-k") for box in found(root, "g", "unknown") if box.get("data-k")] == ["4"]
    assert "not known" not in svg.render(sample())


def test_a_scale_of_names():
    names = tuple(f"layer {k}" for k in range(3))
    picture = sample(scale=Scale("module", names[0], names[-1], names), heat=0.5)
    root = parse(svg.render(picture))
    assert {"module", *names} <= {element.text for element in root.iter(SVG + "text")}
    assert f"fill:{colours.category(1)[0]}" in svg.render(picture)
    many = tuple(f"layer {k}" for k in range(40))
    assert "and 29 more" in svg.render(dataclasses.replace(picture, scale=Scale("module", "", "", many)))


def test_heat_is_even_to_the_eye_and_text_on_it_readable():
    fills = [colours.heat(k / 20) for k in range(21)]
    light = [colours.contrast(fill, "#000000") for fill, _ in fills]
    assert light == sorted(light)
    assert all(colours.contrast(*pair) >= 4.5 for pair in fills)
    assert colours.heat(-3.0) == colours.heat(0.0)
    assert colours.heat(7.0) == colours.heat(1.0)
    assert colours.UNKNOWN not in fills
    assert all(colours.contrast(*colours.category(k)) >= 4.5 for k in range(30))


def test_uses_of_one_leaf_have_one_colour_and_leaves_differ():
    made = tuple(Box((leaf,), "parameter", "W", use=(use, 2)) for use in (1, 2) for leaf in (0, 1))
    stripes = found(parse(svg.render(Picture(made, ()))), "path", "leaf")
    first, second, again, fourth = (stripe.get("stroke") for stripe in stripes)
    assert first == again != second == fourth
    assert len({colours.shared(k) for k in range(12)}) == 12


def test_what_two_graphs_differ_in_is_outlined():
    for change in colours.CHANGES:
        root = parse(svg.render(sample(change=change)))
        assert len(found(root, "g", change)) == len(found(root, "path", "change")) == len(KINDS)
    assert not found(parse(svg.render(sample())), "path", "change")


def test_notes_stand_below_the_picture():
    picture = dataclasses.replace(sample(), notes=("9,594 nodes folded", "x" * 1000))
    root = parse(svg.render(picture))
    _, top, width, height = map(float, root.get("viewBox").split())
    (note,) = [element for element in root.iter(SVG + "text") if element.text == "9,594 nodes folded"]
    assert float(note.get("y")) < top + height
    assert width < 4000


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("title", ["x", "add", "日本語のテンソル", "🦆" * 9, "m" * 40])
def test_text_fits_its_box(kind, title):
    width, height = boxes.size(kind, [title, "y"])
    assert writing.width(title) + 15 <= width
    assert height >= 2 * 16


def test_letters_that_monospace_fonts_lack_keep_to_their_width():
    assert "textLength" not in writing.text("tanh(β) ñ Ж", 0, 0)
    assert 'textLength="39.2"' in writing.text("日本語", 0, 0)
    assert writing.width("e\u0301") == writing.width("e")


def test_lines_are_straight_where_they_can_be():
    assert strokes.path([(0, 0), (0, 10)]) == "M0 0V10"
    assert strokes.path([(0, 0), (20, 40)]) == "M0 0C0 16 20 24 20 40"
    assert strokes.path([(0, 0), (20, 40)], straight=True) == "M0 0L20 40"
    assert strokes.path([(0, 0), (0, 30), (40, 30)]) == "M0 0L0 23Q0 30 7 30H40"


def test_an_empty_picture():
    assert found(parse(svg.render(Picture((), ()))), "g", "box") == []


def test_fifty_boxes_are_a_small_file():
    made = tuple(Box((k,), "operation", "multiply", ("(64, 128) float32", "grad -0.1234 … 0.5678")) for k in range(50))
    lines = tuple(Line(k // 2, k) for k in range(1, 50))
    assert len(svg.render(Picture(made, lines))) < 40_000
