"""Every "no" has a code of its own, two sentences that say what to do, and a place in the docs."""

import re
import string
from collections import Counter

import pytest

from chassis.errors import Malformed, Refusal
from tests.architecture.errors_page import PAGE, Entry, entries, leaves, render

LEAVES = leaves()
ENTRIES = entries()


def facts(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None}


@pytest.mark.parametrize("leaf", LEAVES, ids=lambda leaf: str(leaf.__name__))
class TestEveryRefusal:
    def test_has_a_code_and_two_sentences(self, leaf: type[Refusal]) -> None:
        assert re.fullmatch(r"[a-z]+(_[a-z]+)*", leaf.code)
        assert leaf.zh.strip() == leaf.zh != ""
        assert leaf.en.strip() == leaf.en != ""

    def test_says_in_both_languages_the_same_facts(self, leaf: type[Refusal]) -> None:
        assert facts(leaf.zh) == facts(leaf.en)

    def test_speaks_each_language_in_its_place(self, leaf: type[Refusal]) -> None:
        assert re.search(r"[\u4e00-\u9fff]", leaf.zh)
        assert not re.search(r"[\u4e00-\u9fff]", leaf.en)

    def test_has_a_status_of_its_kind(self, leaf: type[Refusal]) -> None:
        allowed = {400, 422} if issubclass(leaf, Malformed) else {401, 403, 404, 409, 412, 422}
        assert leaf.status in allowed

    def test_is_documented(self, leaf: type[Refusal]) -> None:
        assert f"\n## {leaf.code}\n" in PAGE.read_text(encoding="utf-8")


def test_no_two_have_the_same_code() -> None:
    counts = Counter(one.code for one in ENTRIES)
    assert [code for code, count in counts.items() if count > 1] == []


def test_the_edge_has_its_own() -> None:
    assert Entry("busy", 503, "chassis.http", *_sentences("busy")) in ENTRIES
    assert {"not_signed_in", "stale_version", "idempotency_key_reused"} <= {
        one.code for one in ENTRIES
    }


def _sentences(code: str) -> tuple[str, str]:
    (one,) = [entry for entry in ENTRIES if entry.code == code]
    return one.zh, one.en


def test_the_page_is_what_the_code_says() -> None:
    expected = render()
    advice = f"docs/errors.md is not this page; write it with `python -m {_MODULE}`:\n{expected}"
    assert PAGE.read_text(encoding="utf-8") == expected, advice


_MODULE = "tests.architecture.errors_page"
