"""A tape that copies everything: each value is an array of its own, and each step keeps copies of what its slopes read.

A sweep adds cotangents up in new arrays. So nothing that is written to can change anything else in it.
"""

import numpy as np


class Place:
    """A place on the model's tape: for each operand its place and ``ct -> ct``, and the gradient if it is a leaf."""

    def __init__(self, *edges):
        self.edges = [(place, pull) for place, pull in edges if place is not None]
        self.grad = None

    def order(self):
        """This place and all that it depends on, each before its operands."""
        seen, done = set(), []

        def visit(place):
            if place not in seen:
                seen.add(place)
                for operand, _ in place.edges:
                    visit(operand)
                done.append(place)

        visit(self)
        return done[::-1]

    def backward(self, ct):
        arrived = {self: ct.copy()}
        for place in self.order():
            for operand, pull in place.edges:
                c = pull(arrived[place])
                arrived[operand] = arrived[operand] + c if operand in arrived else c.copy()
        for place, c in arrived.items():
            if not place.edges:
                place.grad = c.copy() if place.grad is None else place.grad + c


class Twin:
    """What a Tensor should be: its value, in memory of its own, and its place, None if it is on no tape."""

    def __init__(self, value, place=None):
        self.value, self.place = np.array(value), place

    def become(self, other):
        self.value, self.place = other.value.copy(), other.place


def computed(value, *slopes):
    """A twin from its value and ``(operand, pull)`` for each operand; on a tape if an operand is."""
    edges = [(twin.place, pull) for twin, pull in slopes if twin.place is not None]
    return Twin(value, Place(*edges) if edges else None)


def scaled(by):
    by = by.copy()
    return lambda ct: ct * by


def tanh(x):
    return computed(np.tanh(x.value), (x, scaled(1 - np.tanh(x.value) ** 2)))


def mixed(x, y):
    return computed((x.value + y.value) * 0.5, (x, lambda ct: ct * 0.5), (y, lambda ct: ct * 0.5))


def multiplied(x, y):
    return computed(x.value * y.value, (x, scaled(y.value)), (y, scaled(x.value)))


def through(x, w):
    left, right = x.value.copy(), w.value.copy()
    return computed(left @ right, (x, lambda ct: ct @ right.T), (w, lambda ct: left.T @ ct))


def with_row(x, i, y, j):
    """``x`` with its row ``i`` replaced by the row ``j`` of ``y``."""

    def rest(ct):
        ct = ct.copy()
        ct[i] = 0
        return ct

    def row(ct):
        moved = np.zeros_like(ct)
        moved[j] = ct[i]
        return moved

    value = x.value.copy()
    value[i] = y.value[j]
    return computed(value, (x, rest), (y, row))
