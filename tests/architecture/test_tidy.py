"""Style as a test: every rule of `tidy_rules` holds for every file it looks at.

Each rule also meets an invented file that breaks it and one that does not (its control arm), so
that a rule which can no longer fail is noticed.
"""

from pathlib import PurePosixPath

import pytest

from tests.architecture.tidy_rules import LINES_MEDIAN_MAX, RULES, Source, median_lines, read

SOURCES = read()

_UNFINISHED = "TO" + "DO"
_STRANGER = "https:/" + "/registry.somewhere.io/v2"
_MACHINE = "cd /wo" + "rk/main"

# rule, path, a text that breaks it, a text that keeps it
CONTROLS = [
    (
        "functions are short",
        "chassis/a.py",
        "def f():\n" + "    x = 1\n" * 50,
        "def f():\n" + "    x = 1\n" * 49,
    ),
    ("files are short", "chassis/a.py", "x = 1\n" * 401, "x = 1\n" * 400),
    ("files are short", "tests/unit/test_a.py", "x = 1\n" * 601, "x = 1\n" * 600),
    ("only the command line prints", "services/intake/api.py", "print(1)", "blank(1)"),
    ("rules are pure", "services/intake/domain/a.py", "datetime.now(UTC)", "command.now"),
    ("rules are pure", "services/intake/domain/a.py", "dt.datetime.utcnow()", "dt.datetime.max"),
    ("rules are pure", "services/intake/domain/b/c.py", "date.today()", "date.max"),
    ("rules are pure", "services/intake/domain/a.py", "uuid.uuid4()", "uuid.UUID(text)"),
    ("rules are pure", "services/intake/domain/a.py", "from uuid import uuid4\nuuid4()", "uuid"),
    ("rules are pure", "services/intake/domain/a.py", "import random", "import datetime"),
    ("rules are pure", "services/intake/domain/a.py", "from time import time", "import timeit"),
    ("rules are pure", "services/intake/domain/a.py", "async def f(): ...", "def f(): ..."),
    ("only the chassis commits", "services/intake/views/a.py", "c.commit()", "c.commitment()"),
    (
        "files are short",
        "services/intake/domain/appeal/filing.py",
        "x = 1\n" * 301,
        "x = 1\n" * 300,
    ),
    (
        "the first rule stands near the top",
        "services/intake/domain/appeal/filing.py",
        "\n" * 60 + "def file(): ...",
        "\n" * 59 + "def file(): ...",
    ),
    ("what is answered has a model", "services/a/api/b.py", "x: dict[str, Any]", "x: Model"),
    ("what is answered has a model", "services/a/views/b.py", "x: Page[dict[str, Any]]", "x: int"),
    ("words are plain", "docs/a.md", "Who" + "ever calls", "A caller"),
    ("nothing is left unfinished", "docs/a.md", f"a {_UNFINISHED}: b", "a todo list"),
    ("no file names a stranger's host", "docs/a.md", _STRANGER, "http://desk.example/v1"),
    ("no file names a stranger's host", "deploy/a.yaml", _MACHINE, "cd /app"),
    ("no file names a stranger's host", "deploy/a.yaml", "pip: py" + "pi.org", "http://kafka:9092"),
    ("every module says what it owns", "chassis/a.py", "x = 1", '"""Owns x."""'),
    (
        "every relative link leads somewhere",
        "docs/a.md",
        "[b](adr/9999-none.md#c)",
        "[b](../Makefile#c) [d](#d) [e](mailto:f@g.example) `[h](i)`\n```\n[j](k)\n```\n",
    ),
]
NAMES = [
    ("chassis/utils.py", "chassis/store.py"),
    ("services/intake/order_manager.py", "services/intake/ordering.py"),
    ("chassis/common/a.py", "chassis/commonality.py"),
    ("contracts/base.py", "contracts/knowledge_base.py"),
]


@pytest.mark.parametrize("name", RULES)
def test_rule_holds(name: str) -> None:
    rule = RULES[name]
    found = [f"{s.path}: {what}" for s in SOURCES if rule.applies(s) for what in rule.violations(s)]
    assert not found, "\n".join([name, *found])


@pytest.mark.parametrize(("name", "path", "bad", "good"), CONTROLS)
def test_rule_can_fail(name: str, path: str, bad: str, good: str) -> None:
    rule = RULES[name]
    breaking, keeping = (Source(PurePosixPath(path), text) for text in (bad, good))
    assert rule.applies(breaking)
    assert list(rule.violations(breaking))
    assert not list(rule.violations(keeping))


@pytest.mark.parametrize(("bad", "good"), NAMES)
def test_an_empty_name_is_noticed(bad: str, good: str) -> None:
    rule = RULES["names say something"]
    assert list(rule.violations(Source(PurePosixPath(bad), "")))
    assert not list(rule.violations(Source(PurePosixPath(good), "")))


def test_every_rule_has_a_control() -> None:
    assert {name for name, *_ in CONTROLS} | {"names say something"} == set(RULES)


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("only the command line prints", "whistle/cli.py"),
        ("only the chassis commits", "chassis/store.py"),
        ("rules are pure", "services/intake/app.py"),
    ],
)
def test_rule_looks_only_where_it_means_to(name: str, path: str) -> None:
    assert not RULES[name].applies(Source(PurePosixPath(path), ""))


def test_half_of_the_modules_fit_on_a_screen_or_two() -> None:
    assert median_lines(SOURCES) <= LINES_MEDIAN_MAX


def test_the_median_counts_only_modules_that_hold_something() -> None:
    lengths = {"chassis/a.py": 101, "chassis/b.py": 0, "tests/c.py": 1, "docs/d.md": 1}
    sources = [Source(PurePosixPath(path), "x\n" * count) for path, count in lengths.items()]
    assert median_lines(sources) == 101
    assert median_lines([]) == 0


def test_the_repository_itself_was_read() -> None:
    assert {"pyproject.toml", "tests/architecture/test_tidy.py"} <= {str(s.path) for s in SOURCES}
