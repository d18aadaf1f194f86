"""docs/rules.md is the rule book: every test of a rule stands in it, in the order of the loop."""

import pytest

from tests.architecture.rules_page import CHAPTERS, PAGE, domain_tests, render, sentence


def test_the_page_is_the_one_that_the_tests_give() -> None:
    advice = "run `python -m tests.architecture.rules_page`"
    assert PAGE.read_text(encoding="utf-8") == render(), advice


def test_every_test_of_a_rule_has_its_place_in_the_loop() -> None:
    placed = [file for files in CHAPTERS.values() for file in files]
    assert len(placed) == len(set(placed))
    assert domain_tests() - set(placed) == set(), "give it a place in CHAPTERS"


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("WhenACallerSaysItIsNotSolved", "When a caller says it is not solved"),
        ("test_not_before_the_others_are_heard", "not before the others are heard"),
    ],
)
def test_a_name_reads_as_a_sentence(name: str, words: str) -> None:
    assert sentence(name) == words
