"""The tables of figures in the READMEs, rendered from bench/results.json: `python -m bench.table`.

A page holds its table between two marker comments; `make bench` renders them again, and a test
holds the pages to the results.
"""

import json
from dataclasses import dataclass
from pathlib import Path

from bench.report import RESULTS, Result

__all__ = ["PAGES", "ROWS", "Row", "rendered", "write"]

_ROOT = Path(__file__).parents[1]
_BEGIN, _END = "<!-- bench -->\n", "<!-- /bench -->\n"
_THOUSAND = 1_000


@dataclass(frozen=True, slots=True)
class Row:
    """A result that is worth a line: its name in results.json, its words, and what was wanted."""

    name: str
    en: str
    zh: str
    goal: str = "–"


ROWS = (
    Row("pg append", "append, 1 writer ÷ bare INSERT", "追加，1 个写者 ÷ 裸 INSERT", "≥ 0.85"),
    Row(
        "pg append against eventsourcing",
        "append, 1 writer ÷ `eventsourcing` 9.5.6",
        "追加，1 个写者 ÷ `eventsourcing` 9.5.6",
        "≥ 1.2",
    ),
    Row(
        "pg 8 callers",
        "commands of 8 callers ÷ `eventsourcing`",
        "8 个并发调用者的命令 ÷ `eventsourcing`",
        "≥ 2",
    ),
    Row(
        "pg 32 callers",
        "commands of 32 callers ÷ `eventsourcing`",
        "32 个并发调用者的命令 ÷ `eventsourcing`",
        "≥ 2",
    ),
    Row("relay", "relay to Kafka ÷ raw producer", "中继到 Kafka ÷ 裸生产者", "≥ 0.70"),
    Row(
        "inbox and view",
        "inbox and view on PostgreSQL, 500 a commit ÷ the driver, the same rows",
        "收件箱与视图，PostgreSQL，每次提交 500 个 ÷ 驱动写同样的行",
        "≥ 15 k/s",
    ),
    Row(
        "rebuild on postgres",
        "rebuild of all views on PostgreSQL ÷ raw page read",
        "在 PostgreSQL 上重建全部视图 ÷ 裸分页读取",
        "≥ 0.25",
    ),
    Row(
        "rebuild of all views",
        "rebuild of all views on SQLite ÷ raw page read",
        "在 SQLite 上重建全部视图 ÷ 裸分页读取",
        "≥ 0.25",
    ),
    Row(
        "commit to handler, p50",
        "commit → handler, median, 100 events/s ÷ raw clients",
        "提交 → 处理，中位数，每秒 100 个事件 ÷ 裸客户端",
    ),
    Row(
        "commit to handler, p99",
        "commit → handler, 99th percentile ÷ raw clients",
        "提交 → 处理，第 99 百分位 ÷ 裸客户端",
    ),
    Row(
        "telemetry on",
        "whole lives with telemetry ÷ without",
        "开启遥测的工单全程 ÷ 关闭",
        "≥ 0.75",
    ),
    Row(
        "lives on servers, empty",
        "whole lives over HTTP, a process per service on PostgreSQL, empty",
        "HTTP 工单全程，每个服务一个进程，PostgreSQL，空库",
        "≥ 60/s",
    ),
    Row(
        "lives on servers, 20,000 cases",
        "the same with 20,000 cases in it ÷ empty",
        "同样，库中已有 2 万件 ÷ 空库",
        "≥ 0.9",
    ),
    Row(
        "lives on servers, 1,000,000 cases",
        "the same with a million cases in it ÷ empty",
        "同样，库中已有 100 万件 ÷ 空库",
        "≥ 0.9",
    ),
    Row(
        "spike, success",
        "cases that end well when up to 35 a second come",
        "每秒最多来 35 件时顺利办完的比例",
        "≥ 99.9 %",
    ),
    Row(
        "spike, recovery",
        "until nothing of the spike is left, after its last second",
        "峰值过后到全部处理完",
    ),
    Row(
        "spike, p99 of a life afterwards",
        "99th percentile of a life after the spike ÷ before",
        "峰值后工单全程第 99 百分位 ÷ 峰值前",
        "≤ 1.5",
    ),
    Row(
        "lifecycles over HTTP",
        "whole lives over HTTP, SQLite in one process",
        "HTTP 工单全程，SQLite 单进程",
        "≥ 100/s",
    ),
    Row(
        "append 1 event/commit",
        "append on SQLite ÷ raw sqlite3",
        "SQLite 追加 ÷ 裸 sqlite3",
        "≥ 0.5",
    ),
)

PAGES = {
    _ROOT / "README.md": ("en", "| what | figure | ratio (min–max) | goal |"),
    _ROOT / "README.zh-CN.md": ("zh", "| 测量项 | 数值 | 比值（最小–最大） | 目标 |"),
}


def rendered(page: Path) -> str:
    """Give the page with its table as the results have it."""
    language, header = PAGES[page]
    text = page.read_text(encoding="utf-8")
    before, rest = text.split(_BEGIN)
    after = rest.split(_END)[1]
    lines = [header, "|---|---|---|---|", *_lines(language)]
    return before + _BEGIN + "\n".join(lines) + "\n" + _END + after


def write() -> None:
    """Render every page."""
    for page in PAGES:
        page.write_text(rendered(page), encoding="utf-8")


def _lines(language: str) -> list[str]:
    held = {row["name"]: Result(**row) for row in json.loads(RESULTS.read_text(encoding="utf-8"))}
    return [_line(row, held[row.name], language) for row in ROWS if row.name in held]


def _line(row: Row, result: Result, language: str) -> str:
    words = row.en if language == "en" else row.zh
    ratio = "–"
    if result.ratio is not None:
        ratio = f"{result.ratio:g} ({result.min:g}–{result.max:g})"
    return f"| {words} | {_figure(result.value)} {result.unit} | {ratio} | {row.goal} |"


def _figure(value: float) -> str:
    return f"{value:,.0f}" if value >= _THOUSAND else f"{value:g}"


if __name__ == "__main__":
    write()
