"""One object as headed blocks for a person: names, local times, one language.

What is not there is left out: an answer of an older server has fewer blocks. Programs ask for
`--json`.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from whistle.language import Said, language, said
from whistle.moments import due, local, now_of
from whistle.names import Names
from whistle.words import (
    ACTS,
    GROUNDS,
    KINDS,
    LAMPS,
    OUTCOMES,
    POOLS,
    ROLES,
    RULINGS,
    SATISFACTION,
    STAGES,
    WHISTLE_STAGES,
    milestone,
    task_word,
    word,
)

if TYPE_CHECKING:
    from whistle.client import Client

__all__ = ["print_blocks", "print_case", "print_operation", "print_texts", "print_whistle"]

Row = Mapping[str, Any]
Line = tuple[str, str]
Block = tuple[str, Sequence[Line]]


def print_blocks(blocks: Iterable[Block]) -> None:
    """Print blocks with something in them: a heading, then a line per value."""
    shown = [(head, [line for line in lines if line[1]]) for head, lines in blocks]
    shown = [(head, lines) for head, lines in shown if lines]
    for number, (head, lines) in enumerate(shown):
        if number:
            print()
        print(head)
        width = max(_width(name) for name, _ in lines)
        for name, value in lines:
            print(f"  {name}{' ' * (width - _width(name))}  {value}".rstrip())


def print_texts(head: str, texts: Iterable[Line]) -> None:
    """Print what people wrote; a text that was erased says so."""
    erased = said("(erased)", "（已删除）")
    print_blocks([(head, [(name, text or erased) for name, text in texts])])


def print_case(client: "Client", case: Row) -> None:
    """Print a case: where it stands, its clocks, its whistles and what the callers said."""
    names, now = Names(client), now_of(client)
    outcome = word(OUTCOMES, case["outcome"]) if case.get("outcome") else ""
    stage = word(STAGES, case["stage"])
    head: list[Line] = [
        (said("stage", "环节"), f"{stage} {outcome}".strip()),
        (said("lamp", "灯"), word(LAMPS, case.get("lamp"))),
        (said("unit", "承办单位"), names.unit(case["unit"])),
        (said("street", "街道"), names.unit(case["street"])),
        (said("district", "区"), names.unit(case.get("district"))),
        (said("matter", "事项"), f"{names.matter(case['matter'])} {case['matter']}"),
        (said("assisting", "配合单位"), _listed(names, case.get("assisting", ()))),
        (said("round", "轮次"), str(case["round"])),
        (said("claimed by", "认领"), _claim(case.get("claim"))),
        (said("suspended", "挂账"), _suspension(case.get("suspension"))),
        (said("waits for", "待审批"), _asked(case)),
        (said("appeals", "诉求"), " ".join(case.get("appeals", ()))),
        (said("worked on it", "办理人"), " ".join(case.get("handlers", ()))),
        (said("version", "版本"), str(case["version"])),
    ]
    title = said(f"Case {case['case_no']}", f"工单 {case['case_no']}")
    print_blocks(
        [
            (title, head),
            (said("Clocks", "时限"), _clocks(case, now)),
            (said("Steps", "经过"), [_step_line(one, names) for one in case.get("steps", ())]),
            (said("Whistles", "哨"), [_whistle_line(one, names) for one in case["whistles"]]),
            (said("Call-backs", "回访"), [_callback_line(one) for one in case["callbacks"]]),
        ]
    )


def _clocks(case: Row, now: datetime) -> list[Line]:
    """Give every clock; each is due, was met, or was missed and noticed."""
    lines: list[Line] = []
    for one in case.get("clocks") or case["deadlines"]:
        name = milestone(one["milestone"])
        states = [due("", one["due_at"], now)]
        if one.get("met_at"):
            states = [local(one["due_at"]), said("met ", "已完成 ") + local(one["met_at"])]
        if one.get("missed_at") or one.get("noticed_at"):
            noticed = local(one.get("noticed_at") or one["missed_at"])
            states = [local(one["due_at"]), said("MISSED, noticed ", "超期，发现于 ") + noticed]
        if one.get("state") == "lifted":
            states.append(said("lifted", "已解除"))
        if one.get("provisional"):
            states.append(said("provisional: no calendar is published", "暂定：尚无公布的日历"))
        round_no = said(f"round {one['round']}", f"第 {one['round']} 轮")
        lines.append((f"{name} ({round_no})" if case["round"] > 1 else name, "; ".join(states)))
        if (explained := one.get("explained")) and not one.get("met_at"):
            lines += [("", part) for part in re.split(r"(?<=[;；]) *", explained[language()])]
    return lines


def _claim(claim: Row | None) -> str:
    if claim is None:
        return ""
    return f"{claim['person']} {said('until', '至')} {local(claim['until'])}"


def _suspension(held: Row | None) -> str:
    if held is None:
        return ""
    pool, review = word(POOLS, held["pool"]), local(held["review_at"])
    return said(f"{pool}, review {review}", f"{pool}，复核 {review}")


def _asked(case: Row) -> str:
    """Say what the unit has asked for and nobody has decided."""
    days = (case.get("extension_asked") or {}).get("workdays")
    until = (case.get("suspension_asked") or {}).get("review_on")
    asked = [
        said(f"extension by {days} working days", f"延期 {days} 个工作日") if days else "",
        said(f"suspension until {until}", f"挂账至 {until}") if until else "",
    ]
    return said(", ", "、").join(filter(None, asked))


def _step_line(one: Row, names: Names) -> Line:
    person = one["person"] or said("by itself", "系统")
    who = f"{person} {names.unit(one['unit'])}"
    return (local(one["at"]), f"{word(ACTS, one['act'])}  {who}")


def _whistle_line(one: Row, names: Names) -> Line:
    called = _listed(names, one["units"])
    late = said(f", {one['late_count']} late", f"，{one['late_count']} 个超时")
    stage = word(WHISTLE_STAGES, one["status"]) + (late if one["late_count"] else "")
    return (one["whistle_no"], f"{word(KINDS, one['kind'])}, {stage}: {called}")


def _callback_line(one: Row) -> Line:
    if one["resolved"] is None:
        return (one["callback_no"], said("nobody could be asked", "未能联系到来电人"))
    solved = said("solved", "已解决") if one["resolved"] else said("not solved", "未解决")
    return (one["callback_no"], f"{solved}, {word(SATISFACTION, one['satisfaction'])}")


def print_whistle(client: "Client", found: Row) -> None:
    """Print a whistle: its ground, its units, and where it stands."""
    names = Names(client)
    head: list[Line] = [
        (said("stage", "环节"), word(WHISTLE_STAGES, found["stage"])),
        (said("kind", "种类"), word(KINDS, found["kind"])),
        (said("ground", "吹哨情形"), word(GROUNDS, found.get("ground"))),
        (said("street", "吹哨街道"), names.unit(found["street"])),
        (said("proposed by", "拟哨"), f"{found['proposed_by']} {names.unit(found.get('unit'))}"),
        (said("proposed at", "拟哨时间"), local(found["proposed_at"])),
        (said("blown at", "吹哨时间"), local(found.get("blown_at"))),
        (said("late", "超时单位"), _listed(names, found.get("late_units", ()))),
        (said("version", "版本"), str(found["version"])),
    ]
    units = [
        (word(ROLES, one["role"]), names.unit(one["unit"]) + _basis(one)) for one in found["units"]
    ]
    title = said(f"Whistle {found['whistle_no']}", f"哨 {found['whistle_no']}")
    print_blocks([(title, head), (said("Units", "应哨单位"), units)])


def _basis(one: Row) -> str:
    if one.get("basis") == "list":
        return said(" (by the responsibility list)", "（职责清单）")
    return said(" (added by the street)", "（街道增加）") if one.get("basis") else ""


def print_operation(client: "Client", found: Row) -> None:
    """Print an operation: each unit's clocks and steps."""
    names, now = Names(client), now_of(client)
    head: list[Line] = [
        (said("stage", "环节"), word(STAGES, found["status"])),
        (said("kind", "种类"), word(KINDS, found["kind"])),
        (said("street", "吹哨街道"), names.unit(found["street"])),
        (said("opened at", "启动"), local(found["opened_at"])),
        (said("concluded at", "完结"), local(found["concluded_at"])),
        (said("version", "版本"), str(found["version"])),
    ]
    title = said(f"Operation {found['operation_no']}", f"联合执法 {found['operation_no']}")
    tasks = [(_task_head(one, names), _task_lines(one, now)) for one in found["tasks"]]
    print_blocks([(title, head), *tasks])


_CONTESTS = RULINGS | {"open": Said("awaits the ruling", "待裁定")}


def _task_head(one: Row, names: Names) -> str:
    role = word(ROLES, one["role"])
    return f"{names.unit(one['unit'])} ({role}): {task_word(one['status'])}"


def _task_lines(one: Row, now: datetime) -> list[Line]:
    count = one.get("officer_count")
    people = said(f", {count} officers", f"，{count} 人") if count else ""
    return [
        (milestone("acknowledge"), _step(one, "acknowledge", "acknowledged_at", now)),
        (milestone("report"), _step(one, "report", "reported_at", now) + people),
        (said("contest", "异议"), word(_CONTESTS, one.get("contest"))),
        (said("completed", "完成"), local(one["completed_at"])),
        (said("released", "放行"), local(one["released_at"])),
    ]


def _step(one: Row, name: str, done: str, now: datetime) -> str:
    missed = one["acknowledgement_missed" if name == "acknowledge" else "report_missed"]
    late = said(" MISSED", " 超时") if missed else ""
    limit = (one.get(name) or {}).get("due_at")
    if one[done]:
        return f"{local(one[done])}{late}"
    if one["status"] not in {"summoned", "acknowledged", "contested"}:
        return late.strip()
    return f"{due('', limit, now)}{late}"


def _listed(names: Names, codes: Iterable[str]) -> str:
    return said(", ", "、").join(names.unit(code) for code in codes)


def _width(text: str) -> int:
    """Count the columns that a text takes: a Chinese sign takes two."""
    from unicodedata import east_asian_width

    return sum(2 if east_asian_width(sign) in "WF" else 1 for sign in text)
