"""NumPy's functional programming: functions that take a function of the user's."""
