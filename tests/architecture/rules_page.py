"""docs/rules.md, made from the names of the domain's tests.

    python -m tests.architecture.rules_page

writes the page. `test_rules_page.py` fails when the page in the tree is another one.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.architecture.tidy_rules import ROOT

__all__ = ["CHAPTERS", "PAGE", "domain_tests", "render", "sentence"]

PAGE = ROOT / "docs" / "rules.md"
UNIT = ROOT / "tests" / "unit"

CHAPTERS: dict[str, tuple[str, ...]] = {
    "受理 Intake": (
        "intake/test_receiving.py",
        "intake/test_phone.py",
        "intake/test_answering.py",
        "intake/test_declining.py",
        "intake/test_filing.py",
        "intake/test_linking.py",
        "intake/test_withdrawing.py",
        "intake/test_appeal.py",
        "intake/test_subject.py",
        "intake/test_linking_subjects.py",
        "intake/test_erasing.py",
    ),
    "派单 Dispatch": (
        "dispatch/test_dispatching.py",
        "dispatch/test_signing.py",
        "dispatch/test_deadlines.py",
        "dispatch/test_handling.py",
        "dispatch/test_callers.py",
        "dispatch/test_rounds.py",
        "dispatch/test_objecting.py",
        "dispatch/test_ruling.py",
        "dispatch/test_redispatching.py",
        "dispatch/test_assisting.py",
        "dispatch/test_ordering.py",
        "dispatch/test_contacting.py",
        "dispatch/test_staging.py",
        "dispatch/test_extending.py",
        "dispatch/test_suspending.py",
        "dispatch/test_revising.py",
        "dispatch/test_clocks.py",
        "dispatch/test_claiming.py",
        "dispatch/test_invariants_9_3.py",
        "dispatch/test_erasure.py",
        "dispatch/test_recusal.py",
        "dispatch/test_whistling.py",
    ),
    "吹哨 The whistle": (
        "dispatch/test_proposing.py",
        "dispatch/test_approval.py",
        "dispatch/test_call.py",
        "dispatch/test_escalation.py",
        "dispatch/test_settlement.py",
        "dispatch/test_whistle.py",
    ),
    "联合执法 Enforcement": (
        "enforcement/test_operation.py",
        "enforcement/test_adding.py",
        "enforcement/test_contest.py",
        "enforcement/test_absence.py",
    ),
    "回访评价 Feedback": ("feedback/test_callback.py",),
    "查阅 Readings": ("chassis/test_readings.py",),
}
"""The files of tests in the order of the loop."""

_HEAD = """\
# The rule book

Every rule in the order of the loop, as the tests of the domain state it: each line is a test that
fails when the rule does not hold. The source of a rule (law and article, or "our default") stands
in the docstring of its command or refusal, beside the rule.

This page is made from the names of the tests by `python -m tests.architecture.rules_page`.
"""

_ABOUT_CODE = "WhenAnEventIsAdded"
"""Holds the code complete; no rule of the domain."""

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


@dataclass(frozen=True)
class Situation:
    """A class of tests: when something is so, these rules hold."""

    when: str
    rules: tuple[str, ...]


def render() -> str:
    """Write the page."""
    parts = [_HEAD]
    for chapter, files in CHAPTERS.items():
        parts.append(f"## {chapter}\n")
        parts += [_section(UNIT / file) for file in files]
    return "\n".join(parts)


def domain_tests() -> set[str]:
    """Give every file of tests that states rules as given, when, then."""
    return {
        path.relative_to(UNIT).as_posix()
        for path in UNIT.rglob("test_*.py")
        if "from tests.given import" in path.read_text(encoding="utf-8")
    }


def sentence(name: str) -> str:
    """Give the words of a test's name, or of a class's."""
    if name.startswith("test_"):
        return name.removeprefix("test_").replace("_", " ")
    first, *others = _CAMEL.split(name)
    return " ".join(
        [first, *(word if word.isupper() and len(word) > 1 else word.lower() for word in others)]
    )


def _section(path: Path) -> str:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    title = (ast.get_docstring(tree) or "").split("\n", 1)[0].rstrip(".")
    lines = [f"### {title}", ""]
    for situation in _situations(tree):
        lines += [f"**{situation.when}**", ""]
        lines += [f"- {rule}" for rule in situation.rules]
        lines.append("")
    return "\n".join(lines)


def _situations(tree: ast.Module) -> Iterator[Situation]:
    alone = tuple(_rules(tree))
    if alone:
        yield Situation("Always", alone)
    for node in tree.body:
        if not isinstance(node, ast.ClassDef) or node.name == _ABOUT_CODE:
            continue
        if rules := tuple(_rules(node)):
            yield Situation(sentence(node.name), rules)


def _rules(node: ast.Module | ast.ClassDef) -> Iterator[str]:
    for one in node.body:
        if isinstance(one, ast.FunctionDef) and one.name.startswith("test_"):
            yield sentence(one.name)


if __name__ == "__main__":
    PAGE.write_text(render(), encoding="utf-8")
