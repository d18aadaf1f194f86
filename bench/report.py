"""What a measurement gives, and how it is kept and shown."""

import json
import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

from rich.console import Console
from rich.table import Table

__all__ = ["RESULTS", "Result", "keep", "plain", "ratio", "show"]

RESULTS = Path(__file__).with_name("results.json")
_PAPER_WIDTH = 140


@dataclass(frozen=True, slots=True)
class Result:
    """One figure. `min` and `max` are of the ratio where there is one, else of the value."""

    name: str
    value: float
    unit: str
    reference: str | None
    ratio: float | None
    min: float
    max: float
    runs: int


def plain(name: str, unit: str, values: Sequence[float]) -> Result:
    """Give a figure that has no reference: the median of its runs."""
    low, high = min(values), max(values)
    return Result(
        name, _short(median(values)), unit, None, None, _short(low), _short(high), len(values)
    )


def ratio(
    name: str, unit: str, reference: str, values: Sequence[float], references: Sequence[float]
) -> Result:
    """Give a figure and its ratio to a reference that ran in turn with it."""
    ratios = [value / other for value, other in zip(values, references, strict=True)]
    return Result(
        name,
        _short(median(values)),
        unit,
        reference,
        _short(median(ratios)),
        _short(min(ratios)),
        _short(max(ratios)),
        len(values),
    )


def keep(results: Iterable[Result]) -> list[Result]:
    """Write results over those of the same names, leave the others, and give all of them."""
    held = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else []
    by_name = {row["name"]: row for row in held} | {one.name: asdict(one) for one in results}
    rows = [by_name[name] for name in sorted(by_name)]
    RESULTS.write_text(json.dumps(rows, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return [Result(**row) for row in rows]


def show(results: Iterable[Result]) -> None:
    """Print a table."""
    table = Table("measured", "value", "unit", "ratio", "min", "max", "runs", "against")
    for one in results:
        figures = (one.value, one.unit, one.ratio, one.min, one.max, one.runs, one.reference)
        table.add_row(one.name, *("" if figure is None else str(figure) for figure in figures))
    Console(width=None if sys.stdout.isatty() else _PAPER_WIDTH).print(table)


def _short(figure: float) -> float:
    """Keep three figures that mean something."""
    return float(f"{figure:.3g}") if abs(figure) < 1_000 else float(round(figure))
