"""Time `autograd` against its peers: `python -m benchmarks` runs everything, README.md says how to read it."""
