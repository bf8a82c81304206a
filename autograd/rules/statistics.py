"""Order statistics, averages, correlations, and the functions that leave NaN out."""
