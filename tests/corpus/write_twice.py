# a second write overlaps the first: the first value loses its gradient there
import numpy as np

x0 = np.array([[0.3, -1.2], [1.1, 0.4]])
x1 = np.array([0.9, -0.2])
v0 = x0 + 0 * np.sum(x1)
v0[0] = x1
v0[..., :1] += 0.5 * x1[:1]
y = np.sum(v0 * v0)
