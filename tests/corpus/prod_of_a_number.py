# prod of a 0-d zero along axis 0: its rule divided by the number of axes
import numpy as np

x0 = np.array(-0.5)
v0 = np.prod(0.5 + x0, axis=0)
y = 3.0 * np.sum(v0)
