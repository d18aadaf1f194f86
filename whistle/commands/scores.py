"""`whistle scores`: the three rates, the score and the rank of every unit in a period."""

from datetime import datetime
from typing import Annotated, Any

import typer

from whistle.call import Call, command

__all__ = ["scores"]

_RATES = ("response", "resolution", "satisfaction")


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

    Days are days in Beijing, both included. Without them everything up to today counts.
    """
    from whistle.output import Column, print_table
    from whistle.signing_in import connect

    days = {"from": _day(first), "until": _day(last)}
    with connect(call, "auditor") as client:
        found = client.get("/feedback/v1/scores", **days)
    columns = (
        Column("kind", "kind", "榜单"),
        Column("rank", "rank", "名次"),
        Column("unit", "unit", "单位编码", only="en"),
        Column("name_zh", "name", "单位", only="zh"),
        Column("volume", "cases", "受理量"),
        Column("valid", "valid call-backs", "有效回访"),
        Column("response_pct", "response %", "响应率"),
        Column("resolution_pct", "resolution %", "解决率"),
        Column("satisfaction_pct", "satisfaction %", "满意率"),
        Column("score", "score", "综合得分"),
    )
    print_table(call, columns, [_row(item) for item in found["items"]], found)
    call.note(f"policy {found['policy']}, up to {found['until']}")


def _day(moment: datetime | None) -> str | None:
    return None if moment is None else moment.date().isoformat()


def _row(item: dict[str, Any]) -> dict[str, Any]:
    rates = {f"{name}_pct": item[name]["pct"] for name in _RATES}
    return {**item, **rates, "valid": item["counts"]["valid"]}
