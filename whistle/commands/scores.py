"""`whistle scores`: the three rates, the score and the rank of every unit in a period."""

import sys
from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Any

import typer

from whistle.call import Call, command

__all__ = ["lines", "scores"]

_RATES = ("response", "resolution", "satisfaction")
_UNRATED = "--"
_HEADINGS = {
    "street": {"en": "Streets", "zh": "街道"},
    "department": {"en": "Departments and companies", "zh": "区直单位与公共服务企业"},
}


@command
def scores(
    call: Call,
    first: Annotated[
        datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="first day")
    ] = None,
    last: Annotated[
        datetime | None, typer.Option("--to", formats=["%Y-%m-%d"], help="last day")
    ] = None,
) -> None:
    """Show the three rates, the score and the rank of every unit.

    Example: whistle scores --from 2026-09-01 --to 2026-09-30

    Days are days in Beijing, both included. Without them everything up to today counts. Streets and
    departments are ranked apart. A unit about which nobody was asked has -- and no rank.
    """
    from whistle.language import language
    from whistle.output import Column, print_json, print_table
    from whistle.signing_in import connect

    days = {"from": _day(first), "until": _day(last)}
    with connect(call, "auditor") as client:
        found = client.get("/feedback/v1/scores", **days)
    if call.as_json:
        print_json(found)
        return
    columns = (
        Column("rank", "rank", "名次"),
        Column("unit", "unit", "单位编码", only="en"),
        Column("name_zh", "name", "单位", only="zh"),
        Column("volume", "cases", "受理量"),
        Column("valid", "valid call-backs", "有效回访"),
        Column("ordered", "ended by order", "指令结案"),
        Column("response_pct", "response %", "响应率"),
        Column("resolution_pct", "resolution %", "解决率"),
        Column("satisfaction_pct", "satisfaction %", "满意率"),
        Column("score", "score", "综合得分"),
    )
    reader = language()
    if sys.stdout.isatty():
        for kind in found["lists"]:
            print(f"\n{_HEADINGS[kind][reader]}")
            print_table(call, columns, lines(found, kind, reader), found)
    else:
        every = [row for kind in found["lists"] for row in lines(found, kind, reader)]
        print_table(call, (Column("kind", "kind", "榜单"), *columns), every, found)
    call.note(f"policy {found['policy']}, up to {found['until']}")
    call.note(found[f"note_{reader}"])


def _day(moment: datetime | None) -> str | None:
    return None if moment is None else moment.date().isoformat()


def lines(found: dict[str, Any], kind: str, reader: str) -> Iterator[dict[str, Any]]:
    """Give the lines of one list, and its total: sums of counts, means of rates."""
    for item in found["items"]:
        if item["kind"] == kind:
            yield _row(item)
    totals = found["lists"][kind]
    zh, en = (
        f"合计（{totals['mean_of']} 个单位的平均）",
        f"total, mean of {totals['mean_of']} units",
    )
    name = zh if reader == "zh" else en
    yield {**_row(totals), "kind": kind, "rank": "", "unit": name, "name_zh": name}


def _row(item: dict[str, Any]) -> dict[str, Any]:
    rates = {f"{name}_pct": item[name]["pct"] or _UNRATED for name in _RATES}
    counts = {name: item["counts"][name] for name in ("valid", "ordered")}
    places = {name: item.get(name) or _UNRATED for name in ("rank", "score")}
    return {**item, **rates, **counts, **places}
