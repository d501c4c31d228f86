"""Mean and deviation of values that come block by block. Needs only NumPy.

Two blocks are joined as Chan, Golub and LeVeque do ("Updating Formulae and a Pairwise Algorithm for
Computing Sample Variances", 1979): no sum of squares is taken, whose difference from the square of
the sum would be lost to rounding where the mean is large.
"""

import numpy as np


class Moments:
    """Count, mean and squared deviations of each feature.

    Attributes:
        count: how many values each feature has.
        mean: float64 `[features]`.
        squares: sum of the squared deviations from the mean, float64 `[features]`.
    """

    def __init__(self) -> None:
        self.count = 0
        self.mean, self.squares = np.zeros(1), np.zeros(1)

    def add(self, values: np.ndarray) -> None:
        """Count the rows of `[n, features]` in."""
        if not len(values):
            return
        mean = values.mean(0, dtype=np.float64)
        squares = len(values) * values.var(0, dtype=np.float64)
        count, gap = self.count + len(values), mean - self.mean
        self.squares = self.squares + squares + gap**2 * (self.count * len(values) / count)
        self.mean = self.mean + gap * (len(values) / count)
        self.count = count

    @property
    def deviation(self) -> np.ndarray:
        """Standard deviation of each feature, `[features]`."""
        return np.sqrt(self.squares / self.count)
