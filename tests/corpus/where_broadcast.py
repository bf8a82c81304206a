# where broadcasts its branch, and its other reader hides a cotangent that was not summed back
import numpy as np

x0 = np.array([[0.3, -1.2, 0.7], [1.1, 0.4, -0.6]])
x1 = np.array([0.9, -0.2, 1.4])
v0 = np.where(np.real(x0) > np.real(x1), x0, x1)
v1 = x1 * x1
y = np.sum(v0) + 1.3 * np.sum(v1)
