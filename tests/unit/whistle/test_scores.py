"""The lines that `whistle scores` prints: two lists, each with its total, and who is unrated."""

from typing import Any

from whistle.commands.scores import lines

COUNTS = {"valid": 2, "ordered": 1}


def rate(pct: str | None) -> dict[str, Any]:
    return {"pct": pct, "of": 2}


def item(unit: str, kind: str, rank: int | None, score: str | None) -> dict[str, Any]:
    rates = {name: rate(score) for name in ("response", "resolution", "satisfaction")}
    named = {"unit": unit, "name_zh": unit, "kind": kind, "rank": rank, "score": score}
    return {**named, **rates, "volume": 3, "counts": COUNTS}


FOUND: dict[str, Any] = {
    "items": [
        item("street-a", "street", 1, "100.0"),
        item("street-b", "street", None, None),
        item("fire-rescue", "department", 1, "0.0"),
    ],
    "lists": {
        "street": {**item("", "", None, "100.0"), "mean_of": 1},
        "department": {**item("", "", None, None), "mean_of": 0},
    },
}


def test_each_list_has_its_own_units_and_a_total_line() -> None:
    rows = list(lines(FOUND, "street", "en"))
    assert [row["unit"] for row in rows] == ["street-a", "street-b", "total, mean of 1 units"]
    assert rows[-1]["rank"] == ""
    assert next(lines(FOUND, "department", "zh"))["unit"] == "fire-rescue"


def test_a_unit_nobody_was_asked_about_shows_no_figure() -> None:
    first, unrated, _ = lines(FOUND, "street", "en")
    names = ("rank", "response_pct", "resolution_pct", "satisfaction_pct", "score")
    assert [unrated[name] for name in names] == ["--"] * 5
    assert [first[name] for name in names] == [1, *["100.0"] * 4]


def test_a_score_of_nought_is_a_score() -> None:
    """The control arm: 0.0 is what callers said, -- is that nobody was asked."""
    (worst, _) = lines(FOUND, "department", "en")
    assert (worst["rank"], worst["score"], worst["ordered"]) == (1, "0.0", 1)
