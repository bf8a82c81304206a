"""The README's table, made from the results: `python -m benchmarks.readme` writes it between the README's marks."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from benchmarks.contenders import CONTENDERS, ROOT
from benchmarks.report import grid, title

BEGIN, END = "<!-- benchmarks -->\n", "<!-- end of benchmarks -->"
PEERS = ("torch", "torch_fused", "jax", "hips", "mygrad", "micrograd", "value")


def main() -> None:
    """Read results/latest.json, and write README.md."""
    results = json.loads((ROOT / "benchmarks" / "results" / "latest.json").read_text("utf-8"))["results"]
    page = ROOT / "README.md"
    page.write_text(replaced(page.read_text("utf-8"), table(results)), encoding="utf-8")


def table(results: Sequence[dict[str, Any]]) -> str:
    """Ours over each peer with the fewest threads; not the works about growth."""
    fewest = min(result["threads"] for result in results)
    rows = []
    for result in results:
        if result["threads"] == fewest and result["size"] is None and (result["ratios"] or result["verdicts"]):
            ratios = [result["ratios"].get(name, {}).get("of_minima") for name in PEERS]
            rows.append([title(result["work"], result["case"], result["metric"]),
                         *("" if ratio is None else f"{ratio:.2f}" for ratio in ratios)])  # fmt: skip
    return grid(["work", *(CONTENDERS[name].title for name in PEERS)], rows)


def replaced(page: str, table: str) -> str:
    """The page with the table between its marks."""
    head, begin, rest = page.partition(BEGIN)
    _, end, tail = rest.partition(END)
    if not (begin and end):
        raise ValueError(f"README.md has no table of benchmarks: it goes between {BEGIN.strip()} and {END}")
    return f"{head}{begin}\n{table}\n\n{end}{tail}"


if __name__ == "__main__":
    main()
