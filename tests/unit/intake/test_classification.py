"""Place and matter: codes of the catalogue pass, and its own words suggest them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.catalogue import FileCatalogue
from contracts.events.intake import SuggestedClass
from contracts.ids import UnitCode
from services.intake.domain.classification import (
    MatterUnknown,
    StreetUnknown,
    check_codes,
    suggest,
)

CATALOGUE = FileCatalogue().at("2026-01-01")
STREET = UnitCode("street-willow-brook")
BARBECUE = "200510"
STREET_LAMP = "100118"

words = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), max_size=12)
texts = st.lists(st.none() | words | st.sampled_from(["路灯", "柳溪大街", "烧烤"]), max_size=3)


def found(street: UnitCode | None, matter: str | None, *met: str) -> SuggestedClass:
    return SuggestedClass(street=street, matter=matter, words=met, catalogue="2026-01-01")


class WhenCodesAreGiven:
    @pytest.mark.parametrize("street", [None, STREET])
    @pytest.mark.parametrize("matter", [None, BARBECUE])
    def test_those_of_the_catalogue_pass_and_so_does_none(
        self, street: str | None, matter: str | None
    ) -> None:
        check_codes(CATALOGUE, street, matter)

    @pytest.mark.parametrize("street", ["street-nowhere", "public-security", ""])
    @pytest.mark.parametrize("matter", [None, BARBECUE, "999999"])
    def test_a_street_that_is_none_is_named(self, street: str, matter: str | None) -> None:
        with pytest.raises(StreetUnknown) as raised:
            check_codes(CATALOGUE, street, matter)
        assert raised.value.facts == {"catalogue": "2026-01-01", "street": street}
        assert "2026-01-01" in raised.value.sentence("zh")

    @pytest.mark.parametrize("street", [None, STREET])
    def test_a_matter_that_is_none_is_named(self, street: str | None) -> None:
        with pytest.raises(MatterUnknown) as raised:
            check_codes(CATALOGUE, street, "999999")
        assert raised.value.facts == {"catalogue": "2026-01-01", "matter": "999999"}
        assert "999999" in raised.value.sentence("zh")


class WhenTheCatalogueSuggests:
    def test_its_words_name_matter_and_place(self) -> None:
        assert suggest(CATALOGUE, "路灯不亮", "已经三天了", "柳溪大街12号") == found(
            STREET, STREET_LAMP, "路灯不亮", "柳溪大街"
        )

    def test_one_of_both_is_better_than_nothing(self) -> None:
        assert suggest(CATALOGUE, None, "夜里有人占道烧烤", None) == found(
            None, BARBECUE, "占道烧烤"
        )
        assert suggest(CATALOGUE, None, "请来看看", "柳溪大街12号") == found(
            STREET, None, "柳溪大街"
        )

    def test_the_title_goes_before_the_story(self) -> None:
        story = "旁边还有占道烧烤"
        assert suggest(CATALOGUE, "路灯不亮", story) == found(None, STREET_LAMP, "路灯不亮")

    def test_without_a_title_the_story_counts(self) -> None:
        for nothing in (None, ""):
            assert suggest(CATALOGUE, nothing, "路灯不亮") == found(None, STREET_LAMP, "路灯不亮")

    @pytest.mark.parametrize("brought", [(), (None, None), ("",), ("你好", "请问今天几点下班")])
    def test_words_that_it_does_not_know_suggest_nothing(
        self, brought: tuple[str | None, ...]
    ) -> None:
        assert suggest(CATALOGUE, *brought) is None

    @given(texts)
    def test_what_they_suggest_always_passes(self, brought: list[str | None]) -> None:
        suggestion = suggest(CATALOGUE, *brought)
        if suggestion is not None:
            check_codes(CATALOGUE, suggestion.street, suggestion.matter)
            assert suggestion.street or suggestion.matter
            known = {word for row in CATALOGUE.matters() for word in row.words} | {
                name for row in CATALOGUE.streets() for name in row.names
            }
            assert set(suggestion.words) <= known, "the caller's words stay with the caller"
