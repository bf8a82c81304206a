"""From found loops to groups: who is a member of what, in which iteration, and which member it is."""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Hashable, Iterator

from ..graph import Graph
from ..model import Group
from .iterations import Body

Seat = tuple[int | None, int | None]  # a group, and if that is a loop, one iteration of it
ROOM: Seat = (None, None)  # outside of all groups


def placed(graph: Graph, root: Body) -> Graph:
    """The graph with these groups, its nodes and leaves in them."""
    house = _House(root)
    for node in graph.nodes:
        if node.op is None:
            house.users[node.id] = []
    for edge in sorted(graph.edges, key=lambda edge: (edge.target, edge.operand)):
        if edge.source in house.users:
            house.users[edge.source].append((edge.target, edge.operand))
    house.seat_leaves(graph)
    nodes = tuple(
        dataclasses.replace(node, group=group, step=step, place=house.places.get(node.id))
        for node in graph.nodes
        for group, step in [house.seats.get(node.id, ROOM)]
    )
    folded = None if graph.folded is None else frozenset(house.new[k] for k in graph.folded if k in house.new)
    return dataclasses.replace(graph, nodes=nodes, groups=tuple(house.groups), folded=folded)


class _House:
    """Groups numbered from the outside in, and the seat of each node: its group and iteration.

    Members of two iterations that are each other's like have the same ``alias``.
    """

    def __init__(self, root: Body) -> None:
        self.groups: list[Group] = []
        self.new: dict[int, int] = {}  # number of a module before, and now
        self.seats: dict[int, Seat] = {}
        self.places: dict[int, int] = {}
        self.users: dict[int, list[tuple[int, int]]] = {}
        self.alias: dict[int | None, int] = {None: 0}  # of groups
        self._aliases: dict[Hashable, int] = {(): 0}
        self._sizes: defaultdict[int, int] = defaultdict(int)
        stack: list[tuple[Body, int | None]] = [(root, None)]
        while stack:
            body, group = stack.pop()
            stack += reversed(list(self._members(body, group)))

    def _members(self, body: Body, group: int | None) -> Iterator[tuple[Body, int | None]]:
        loop = group is not None and self.groups[group].kind == "loop"
        for step, row in enumerate(body.rows):
            seat = (group, step if loop else None)
            for place, item in enumerate(row):
                if item.body is None:
                    self.seats[item.nodes[0]] = seat
                    if group is not None:
                        self.places[item.nodes[0]] = place
                else:
                    yield item.body, self._add(item.body, seat, place)
            alias = self.alias[group]
            self._sizes[alias] = max(self._sizes[alias], len(row))

    def _add(self, body: Body, seat: Seat, place: int) -> int:
        parent, step = seat
        k, where = len(self.groups), {"parent": parent, "step": step, "place": None if parent is None else place}
        if body.group is None:
            self.groups.append(Group(k, "loop", count=len(body.rows), **where))  # type: ignore[arg-type]
        else:
            self.groups.append(dataclasses.replace(body.group, id=k, **where))  # type: ignore[arg-type]
            self.new[body.group.id] = k
        self.alias[k] = self._alias((self.alias[parent], place if parent is not None else ("root", k)))
        return k

    def _alias(self, key: Hashable) -> int:
        return self._aliases.setdefault(key, len(self._aliases))

    # -- leaves ------------------------------------------------------------------------------------------------------

    def seat_leaves(self, graph: Graph) -> None:
        """Each leaf as far inside as all its uses are; and in a loop only if each iteration has its like."""
        inputs = {node.id for node in graph.nodes if node.kind == "input"}
        ways, first = {}, {}
        steps: defaultdict[tuple[int, int], set[int]] = defaultdict(set)
        for leaf, users in self.users.items():
            if not users:
                continue
            user, operand = users[0]
            first[leaf] = self._alias((self.alias[self.seats[user][0]], self.places.get(user, ~user), operand))
            ways[leaf] = self._common([user for user, _ in users], outside_modules=leaf in inputs)
            for group, step in ways[leaf]:
                if group is not None and step is not None:
                    steps[group, first[leaf]].add(step)
        for leaf, way in ways.items():
            complete = [
                group is None or step is None or len(steps[group, first[leaf]]) == self.groups[group].count
                for group, step in way
            ]
            depth = complete.index(False) if False in complete else len(way)
            self._seat(leaf, way[depth - 1] if depth else ROOM, first[leaf])

    def _seat(self, leaf: int, seat: Seat, use: int) -> None:
        self.seats[leaf] = seat
        if seat[0] is not None:
            alias = self.alias[seat[0]]
            if ("leaf", alias, use) not in self._aliases:
                self._aliases["leaf", alias, use] = self._sizes[alias]
                self._sizes[alias] += 1
            self.places[leaf] = self._aliases["leaf", alias, use]

    def _common(self, users: list[int], outside_modules: bool) -> list[Seat]:
        """The seats, from the outside in, that all users have."""
        way = self._way(self.seats[users[0]])
        for user in users[1:]:
            other = self._way(self.seats[user]) if way else []
            same = [a == b for a, b in zip(way, other, strict=False)]
            way = way[: same.index(False) if False in same else len(same)]
        modules = [group is not None and self.groups[group].kind == "module" for group, _ in way]
        return way[: modules.index(True)] if outside_modules and True in modules else way

    def _way(self, seat: Seat) -> list[Seat]:
        way = []
        while seat[0] is not None:
            way.append(seat)
            group = self.groups[seat[0]]
            seat = (group.parent, group.step)
        return way[::-1]


