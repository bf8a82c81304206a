# %% [markdown]
# # 1. Computational graphs
#
# Follows "Computational Graphs" (forward propagation, backward propagation) and "Define-and-run vs Define-by-run" of
# the neural networks review.
#
# It shows, node by node, how $f(x, y, z) = 5(x \cdot y + z)$ is computed and differentiated, what changes for
# $f(x, y, z) = 5(x \cdot y + 2z)$, and the same for one neuron, $o = \tanh(wx + b)$. Each number in the text is
# asserted in the code.

# %%
import numpy as np

import autograd as ag


def leaf(value, name):
    return ag.Tensor(float(value), requires_grad=True, name=name)


def kept(node, name):
    """Name a node inside the graph, and keep the gradient that arrives there."""
    node.name = name
    node.retain_grad()
    return node


# %% [markdown]
# ## Forward propagation
#
# $x = 2,\ y = 3,\ z = 4$. Call the product $U = x \cdot y$ and the sum $V = U + z$; then $f = 5V$. Each line computes
# one node, and the tape records it.

# %%
x, y, z = leaf(2, "x"), leaf(3, "y"), leaf(4, "z")
U = kept(x * y, "U")
V = kept(U + z, "V")
f = 5 * V

assert (U.item(), V.item(), f.item()) == (6, 10, 50)

# %% [markdown]
# ## Backward propagation
#
# The sweep starts at $\partial f / \partial f = 1$ and multiplies by one local derivative at each edge:
#
# $$\frac{\partial f}{\partial V} = 5, \qquad
# \frac{\partial V}{\partial z} = 1, \qquad
# \frac{\partial f}{\partial z} = \frac{\partial f}{\partial V} \cdot \frac{\partial V}{\partial z} = 5 \cdot 1 = 5$$
#
# $$\frac{\partial f}{\partial x} = \frac{\partial f}{\partial V} \cdot \frac{\partial V}{\partial U} \cdot
# \frac{\partial U}{\partial x} = 5 \cdot 1 \cdot y = 15, \qquad
# \frac{\partial f}{\partial y} = 5 \cdot 1 \cdot x = 10$$

# %%
f.backward(retain_graph=True)

assert V.grad == 5
assert U.grad == V.grad * 1 == 5
assert z.grad == V.grad * 1 == 5
assert x.grad == U.grad * y.data == 15
assert y.grad == U.grad * x.data == 10

# %% [markdown]
# The graph as it was recorded, each node with its value, and with its gradient where one was kept:

# %%
graph = ag.draw(f, V, U, x, y, z)
assert {node["name"]: node["grad"] for node in graph.to_dict()["nodes"] if node["grad"] is not None} == {
    "x": 15, "y": 10, "z": 5, "U": 5, "V": 5,
}  # fmt: skip
print(graph)

# %%
ag.draw(f, V, U, x, y, z)

# %% [markdown]
# ## What a derivative says
#
# It estimates how a small change of the input scales the output: $f(x + \varepsilon) \approx f(x) + \varepsilon f'(x)$.
# The notes move $z = 4 \to 4.01$: then $V = 10 \to 10.01$ and $f = 50 \to 50.05$. The change is $5 \cdot 0.01$.


# %%
def five(x, y, z):
    return 5 * (x * y + z)


assert np.isclose(five(2, 3, 4.01), 50.05, rtol=1e-14)
assert np.isclose(five(2, 3, 4.01) - five(2, 3, 4), z.grad * 0.01, rtol=1e-11)

# %% [markdown]
# ## $f(x, y, z) = 5(x \cdot y + 2z)$
#
# One more node, $W = 2z$. The chain has one more factor:
#
# $$\frac{\partial f}{\partial z} = \frac{\partial f}{\partial V} \cdot \frac{\partial V}{\partial W} \cdot
# \frac{\partial W}{\partial z} = 5 \cdot 1 \cdot 2 = 10$$
#
# (The slide with this function still shows the numbers of the one before, $V = 10$, $f = 50$ and
# $\partial V / \partial z = 1$. Here $V = 14$, $f = 70$ and $\partial V / \partial z = 2$; its result, 10, is right.)

# %%
x, y, z = leaf(2, "x"), leaf(3, "y"), leaf(4, "z")
U = kept(x * y, "U")
W = kept(2 * z, "W")
V = kept(U + W, "V")
f = 5 * V
f.backward(retain_graph=True)

assert (U.item(), W.item(), V.item(), f.item()) == (6, 8, 14, 70)
assert (V.grad, U.grad, W.grad) == (5, 5, 5)
assert z.grad == W.grad * 2 == 10
assert (x.grad, y.grad) == (15, 10)

change = 5 * (2 * 3 + 2 * 4.01) - 70
assert np.isclose(change, z.grad * 0.01, rtol=1e-11)

ag.draw(f, V, U, W, x, y, z)

# %% [markdown]
# ## Two paths add up
#
# If a variable is used twice, each path contributes, and the contributions are summed:
# $\frac{\partial z}{\partial x_i} = \sum_j \frac{\partial z}{\partial y_j} \frac{\partial y_j}{\partial x_i}$.
# In $5(x \cdot y + x)$ the derivative by $x$ is $5y$ along one path and $5$ along the other.

# %%
x, y = leaf(2, "x"), leaf(3, "y")
(5 * (x * y + x)).backward()

assert x.grad == 5 * 3 + 5 * 1 == 20
assert y.grad == 5 * 2

# %% [markdown]
# ## One neuron: $o = \tanh(wx + b)$
#
# The notes evaluate it statement by statement, with $w = 2$, $x = -2.79$, $b = 6$:
# $x_1 = wx = -5.58$, then $x_2 = x_1 + b = 0.42$, then $o = \tanh x_2 = 0.3969\ldots$ The graph is defined by running
# the program. Its derivative:
#
# $$\frac{do}{dw} = \frac{d\tanh}{d(wx + b)} \frac{d(wx + b)}{dw} = (1 - \tanh^2(wx + b))\, x, \qquad
# \frac{do}{dx} = (1 - \tanh^2(wx + b))\, w, \qquad
# \frac{do}{db} = 1 - \tanh^2(wx + b)$$

# %%
w, x, b = leaf(2, "w"), leaf(-2.79, "x"), leaf(6, "b")
x_1 = kept(w * x, "x_1")
x_2 = kept(x_1 + b, "x_2")
o = np.tanh(x_2)
o.backward(retain_graph=True)

assert np.isclose(x_1.item(), -5.58, rtol=1e-14)
assert np.isclose(x_2.item(), 0.42, rtol=1e-14)
assert f"{o.item():.4f}" == "0.3969"

slope = 1 - np.tanh(0.42) ** 2
assert np.allclose([x_2.grad, x_1.grad, b.grad], slope, rtol=1e-14)
assert np.isclose(w.grad, slope * -2.79, rtol=1e-14)
assert np.isclose(x.grad, slope * 2, rtol=1e-14)

ag.draw(o, x_1, x_2, w, x, b)

# %% [markdown]
# ## Forward mode gives the same
#
# The sweep above went from $o$ back to all inputs. The chain rule can also be multiplied out from an input forward: one
# sweep then gives the derivative by that input. And as the derivative is itself computed by a program, it can be
# differentiated again: $\frac{d^2 o}{dw^2} = -2 \tanh(wx + b)\,(1 - \tanh^2(wx + b))\, x^2$.


# %%
def neuron(w, x, b):
    return np.tanh(w * x + b)


point = (2.0, -2.79, 6.0)
gradient = ag.grad(neuron, argnums=(0, 1, 2))(*point)
assert np.allclose(gradient, [w.grad, x.grad, b.grad], rtol=1e-14)
for k, direction in enumerate([(1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)]):
    assert np.isclose(ag.jvp(neuron, point, direction)[1], gradient[k], rtol=1e-14)

second = ag.grad(ag.grad(neuron))(*point)
assert np.isclose(second, -2 * np.tanh(0.42) * slope * 2.79**2, rtol=1e-13)
print(f"do/dw = {gradient[0]:.4f}, do/dx = {gradient[1]:.4f}, do/db = {gradient[2]:.4f}, d²o/dw² = {second:.4f}")
