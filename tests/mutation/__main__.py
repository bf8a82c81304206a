"""python -m tests.mutation [--rules NAME] [--quick] [-n 2]: break every rule, and see who notices."""

import argparse
import sys

from .run import run

parser = argparse.ArgumentParser(prog="python -m tests.mutation", description=__doc__.partition(": ")[2])
parser.add_argument("--rules", default="", metavar="NAME", help="only primitives whose names match this pattern")
parser.add_argument("--quick", action="store_true", help="every 25th mutant")
parser.add_argument("-n", type=int, default=1, metavar="N", help="mutants at a time")
parser.add_argument("--samples-only", action="store_true", help="no tests of conventions for what the samples miss")
parser.add_argument("--slow", action="store_true", help="name the mutants that took longest")
given = parser.parse_args()
_, survivors, slowest, broken = run(given.rules, given.n, 25 if given.quick else 1, not given.samples_only)
if given.slow:
    print(*(f"{seconds:6.1f} s  {name}" for seconds, name in slowest), sep="\n")
sys.exit(bool(survivors or broken))
