"""The layout: what holds for every graph, and what makes a small one pleasant to read."""

import ast
from itertools import chain, combinations, pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd
from autograd.visual.pictures.layout import WIDE, layout
from autograd.visual.pictures.layout.frames import Frames
from autograd.visual.pictures.layout.layers import layers
from autograd.visual.pictures.layout.order import crossings, order
from autograd.visual.pictures.layout.points import Points

VISUAL = Path(autograd.__file__).parent / "visual"
PURE = ["*.py", "folding/*.py", "forms/**/*.py", "pictures/**/*.py", "questions/*.py", "sweep/names.py"]
NOT_PURE = [VISUAL / name for name in ("__init__.py", "forms/files.py", "forms/micrograd.py")]
FILES = sorted({path for pattern in PURE for path in VISUAL.glob(pattern)} - {*NOT_PURE})


@st.composite
def graphs(draw, most=24, framed=True, looped=True):
    """Sizes, edges, loops and frames; frames are any nested sets of boxes, not only such as can be stacked."""
    n = draw(st.integers(1, most))
    sizes = [(draw(st.integers(20, 160)), draw(st.integers(20, 90))) for _ in range(n)]
    edges = [(draw(st.integers(0, k - 1)), k) for k in range(1, n) for _ in range(draw(st.integers(0, 2)))]
    pairs = st.tuples(st.integers(0, n - 1), st.integers(0, n - 1))
    loops = draw(st.lists(pairs, max_size=2)) if looped else []
    parents = [draw(st.sampled_from([None, *range(f)])) for f in range(draw(st.integers(0, 4)) if framed else 0)]
    members = [set() for _ in parents]
    for k in range(n):
        f = draw(st.sampled_from([None, *range(len(parents))]))
        while f is not None:
            members[f].add(k)
            f = parents[f]
    labels = [draw(st.sampled_from([10.0, 150.0])) for _ in parents]
    return sizes, edges, loops, [(tuple(sorted(m)), p, w) for m, p, w in zip(members, parents, labels, strict=True)]


def rectangle(centre, size):
    return centre[0] - size[0] / 2, centre[1] - size[1] / 2, centre[0] + size[0] / 2, centre[1] + size[1] / 2


def rectangles(plan, sizes):
    return [rectangle(c, s) for c, s in zip(plan.centres, sizes, strict=True)]


def edges_of(frame):
    left, top, width, height = frame
    return left, top, left + width, top + height


def apart(a, b, gap=-1e-6):
    return a[2] + gap <= b[0] or b[2] + gap <= a[0] or a[3] + gap <= b[1] or b[3] + gap <= a[1]


def inside(a, b):
    return a[0] >= b[0] - 1e-6 and a[1] >= b[1] - 1e-6 and a[2] <= b[2] + 1e-6 and a[3] <= b[3] + 1e-6


# -- for every graph ---------------------------------------------------------------------------------------------------


@given(graphs())
def test_boxes_stand_apart_and_in_the_picture(graph):
    plan = layout(*graph)
    boxes = rectangles(plan, graph[0])
    assert all(apart(a, b, gap=9) for a, b in combinations(boxes, 2))
    assert all(inside(box, (0, 0, plan.width, plan.height)) for box in boxes)
    for x, y in chain(*plan.edges, *plan.loops):
        assert -1e-6 <= x <= plan.width + 1e-6
        assert -1e-6 <= y <= plan.height + 1e-6


@given(graphs(most=14))  # so few that there is one column
def test_edges_go_down_from_box_to_box(graph):
    sizes, edges, *_ = graph
    plan = layout(*graph)
    boxes = rectangles(plan, sizes)
    for (source, target), way in zip(edges, plan.edges, strict=True):
        assert way[0][1] == pytest.approx(boxes[source][3])
        assert boxes[source][0] <= way[0][0] <= boxes[source][2]
        assert way[-1][1] == pytest.approx(boxes[target][1])
        assert boxes[target][0] <= way[-1][0] <= boxes[target][2]
        assert all(a[1] <= b[1] for a, b in pairwise(way))


@given(graphs(most=14))
def test_lines_pass_no_box(graph):
    sizes, edges, loops, _ = graph
    plan = layout(*graph)
    boxes = rectangles(plan, sizes)
    ways = [*zip(edges, plan.edges, strict=True), *zip(loops, plan.loops, strict=True)]
    for k, ((source, target), way) in enumerate(ways):
        if k not in plan.far:
            for (x0, y0), (x1, y1) in pairwise(way):
                part = min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)
                for box in {*range(len(sizes))} - {source, target}:
                    assert apart(part, boxes[box])


@given(graphs(most=14))
def test_loop_lines_leave_at_the_bottom_and_come_back_from_above(graph):
    sizes, _, loops, _ = graph
    plan = layout(*graph)
    boxes = rectangles(plan, sizes)
    for (source, target), way in zip(loops, plan.loops, strict=True):
        assert way[0][1] == pytest.approx(boxes[source][3])
        assert way[1][1] > way[0][1]
        assert way[-1][1] == pytest.approx(boxes[target][1])
        assert way[-2][1] < way[-1][1]


@given(graphs())
def test_frames_hold_their_boxes_and_no_others(graph):
    sizes, _, _, frames = graph
    plan = layout(*graph)
    boxes = rectangles(plan, sizes)
    drawn = [[edges_of(part) for part in parts] for parts in plan.frames]
    for (members, parent, width), parts in zip(frames, drawn, strict=True):
        assert bool(parts) == bool(members)
        for k, box in enumerate(boxes):
            if k in members:
                assert any(inside(box, part) for part in parts)
            else:
                assert all(apart(box, part) for part in parts)
        if parts:
            assert parts[0][2] - parts[0][0] >= width - 1e-6  # there is room for the label
        if parent is not None:
            assert all(any(inside(part, around) for around in drawn[parent]) for part in parts)
    for (f, (_, a, _)), (g, (_, b, _)) in combinations(enumerate(frames), 2):
        if a == b:
            assert all(apart(p, q) for p in drawn[f] for q in drawn[g])


@given(graphs())
def test_the_same_input_gives_the_same_layout(graph):
    assert layout(*graph) == layout(*graph)


@given(graphs(framed=False, looped=False))
def test_layers_go_down_and_use_each_layer(graph):
    sizes, edges, *_ = graph
    layer = layers(len(sizes), edges, Frames(len(sizes), [], []))
    assert all(layer[source] < layer[target] for source, target in edges)
    assert sorted(set(layer)) == [*range(max(layer) + 1)]


@given(graphs(most=12))
def test_crossings_are_counted(graph):
    sizes, edges, loops, frames = graph
    tree = Frames(len(sizes), [members for members, _, _ in frames], [parent for _, parent, _ in frames])
    points = Points([10.0] * len(sizes), layers(len(sizes), edges, tree), tree, edges, loops, longest=100)
    count = 0
    for upper, lower in pairwise(points.rows):
        lines = [(upper.index(a), lower.index(b)) for a in upper for b in points.below[a]]
        count += sum((a - c) * (b - d) < 0 for (a, b), (c, d) in combinations(lines, 2))
    assert crossings(points) == count
    order(points)
    assert frames or crossings(points) <= count


@given(st.lists(st.integers(1, 5), max_size=20))
def test_a_tree_has_no_crossings(jumps):
    n = len(jumps) + 1
    edges = sorted((k, min(k + jump, n - 1)) for k, jump in enumerate(jumps))  # to one later box each
    assert layout([(30, 20)] * n, edges).crossings == 0


@given(graphs(framed=False, looped=False))
def test_more_operands_stand_from_left_to_right_than_the_other_way(graph):
    sizes, edges, *_ = graph
    tree = Frames(len(sizes), [], [])
    points = Points([10.0] * len(sizes), layers(len(sizes), edges, tree), tree, edges, (), longest=100)
    order(points)
    place = {k: i for row in points.rows for i, k in enumerate(row)}
    pairs = [pair for ends in points.above for pair in pairwise(ends)]
    assert sum(place[a] < place[b] for a, b in pairs) >= sum(place[a] > place[b] for a, b in pairs)


# -- what is pleasant --------------------------------------------------------------------------------------------------


def test_operands_stand_from_left_to_right():
    c, b, a, difference = range(4)
    plan = layout([(40, 20)] * 5, [(b, difference), (a, difference), (c, 4), (difference, 4)])
    assert plan.centres[b][0] < plan.centres[a][0]
    assert plan.centres[c][0] < plan.centres[difference][0]


def test_a_result_of_two_stands_in_the_middle_and_a_chain_is_straight():
    plan = layout([(40, 20)] * 4, [(0, 2), (1, 2), (2, 3)])
    (x0, _), (x1, _), (x2, _), (x3, _) = plan.centres
    assert x2 == x3 == (x0 + x1) / 2


def test_a_chain_with_leaves_beside_it_is_straight():
    edges, last, n = [], 0, 1
    for _ in range(6):
        edges += [(last, n + 1), (n, n + 1)]
        last, n = n + 1, n + 2
    plan = layout([(40, 20) if k % 2 == 0 else (150, 20) for k in range(n)], edges)
    assert len({plan.centres[k][0] for k in range(2, n, 2)}) == 1


def test_leaves_stand_by_their_use():
    chain_of_six = [(k, k + 1) for k in range(5)]
    plan = layout([(40, 20)] * 7, [*((a + 1, b + 1) for a, b in chain_of_six), (0, 6)])
    assert plan.centres[0][1] == plan.centres[5][1]


def test_what_joins_two_stands_by_them_if_its_result_is_used_far_below():
    edges = [(0, 1), (1, 2), (2, 3), (3, 4), (4, 5), (0, 6), (1, 6), (6, 7), (5, 7)]
    plan = layout([(40, 20)] * 8, sorted(edges, key=lambda edge: edge[1]))
    assert plan.centres[6][1] == plan.centres[2][1]


def test_modules_are_stacked():
    # two layers: a weight and a product each
    edges = [(0, 2), (1, 2), (2, 4), (3, 4)]
    plan = layout([(40, 20)] * 5, edges, (), [((1, 2), None, 30), ((3, 4), None, 30)])
    (first,), (second,) = plan.frames
    assert first[1] + first[3] < second[1]
    assert plan.centres[0][1] < first[1]  # the input comes from above


def test_other_leaves_stand_beside_a_frame_that_uses_them():
    edges = [(0, 1), (1, 3), (2, 3)]
    plan = layout([(40, 20)] * 4, edges, (), [((1, 3), None, 30)])
    assert plan.centres[2][1] == plan.centres[1][1]
    assert plan.centres[0][1] < plan.centres[1][1]


def test_a_leaf_does_not_stand_beside_a_frame_that_comes_before_its_use():
    edges = [(0, 1), (1, 3), (2, 3)]
    plan = layout([(40, 20)] * 4, edges, (), [((0, 1), None, 30)])
    _, top, _, height = plan.frames[0][0]
    assert plan.centres[2][1] > top + height


def test_a_frame_that_feeds_itself_by_way_of_outside_is_drawn_beside():
    edges = [(0, 1), (1, 2), (2, 3)]
    plan = layout([(40, 20)] * 4, edges, (), [((0, 1, 3), None, 30)])
    left, top, width, height = plan.frames[0][0]
    x, y = plan.centres[2]
    assert top < y < top + height
    assert not left - 20 < x < left + width + 20


def test_a_long_chain_is_broken_into_columns():
    n = 1000
    plan = layout([(60, 44)] * n, [(k, k + 1) for k in range(n - 1)], (), [(range(n), None, 80)])
    assert 0.5 < plan.width / plan.height < 4
    columns = sorted({x for x, _ in plan.centres})
    assert len(plan.frames[0]) == len(columns) > 5
    for left, right in pairwise(plan.frames[0]):
        assert left[0] + left[2] < right[0]
    assert len(layout([(60, 44)] * 30, [(k, k + 1) for k in range(29)]).frames) == 0


def test_a_column_never_begins_within_a_loop():
    n = 200
    plan = layout([(60, 44)] * n, [(k, k + 1) for k in range(n - 1)], [(n - 2, 1)])
    assert len({plan.centres[k][0] for k in range(1, n - 1)}) == 1


def test_long_lines_of_a_wide_graph_are_drawn_straight():
    n = 25
    edges = [(a, n + b * n + (a + b) % n) for b in range(n) for a in range(n)]
    edges += [(n + b * n + a, n + b * n + a + 1) for b in range(n) for a in range(n - 1)]
    plan = layout([(200, 30)] * (n + n * n), edges)
    assert plan.far
    assert all(len(plan.edges[k]) == 2 for k in plan.far)
    assert plan.width > WIDE  # there are that many


@pytest.mark.parametrize("n", [0, 1])
def test_few_boxes(n):
    plan = layout([(30, 20)] * n, [], [(0, 0)] * n)
    assert len(plan.centres) == n


def test_a_chain_of_10_000_in_a_frame():
    n = 10_000
    plan = layout([(30, 20)] * n, [(k, k + 1) for k in range(n - 1)], (), [(range(5, n - 5), None, 80.0)])
    assert plan.crossings == 0
    assert len(set(plan.centres)) == n


def test_a_sum_of_10_000():
    n = 10_000
    plan = layout([(30, 20)] * (n + 1), [(k, n) for k in range(n)])
    assert plan.crossings == 0
    assert [x for x, _ in plan.centres[:n]] == sorted(x for x, _ in plan.centres[:n])


@pytest.mark.slow
def test_a_chain_of_100_000():
    n = 100_000
    plan = layout([(30, 20)] * n, [(k, k + 1) for k in range(n - 1)])
    assert len(set(plan.centres)) == n


# -- no NumPy ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(VISUAL)))
def test_no_numpy_is_imported(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            assert not any(alias.name.split(".")[0] == "numpy" for alias in node.names)
        if isinstance(node, ast.ImportFrom):
            assert node.module is None or node.module.split(".")[0] != "numpy"
            assert node.level <= len(path.relative_to(VISUAL).parts), "it imports from outside autograd.visual"
