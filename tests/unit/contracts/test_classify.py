"""Classification suggests by the catalogue's own words, and says nothing where they disagree."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.catalogue import FileCatalogue
from contracts.catalogue.classify import Suggestion, classify
from contracts.catalogue.words import WordIndex

VERSION = FileCatalogue().at("2026-01-01")
KNOWN = {word for matter in VERSION.matters() for word in matter.words} | {
    name for street in VERSION.streets() for name in street.names
}


def matter_of(text: str) -> str | None:
    found = classify(text, VERSION)
    return VERSION.matter(found.matter).minor if found and found.matter else None


@pytest.mark.parametrize(
    ("text", "minor"),
    [
        ("小区门口的路灯不亮已经三天了", "路灯"),
        ("家里暖气不热，室温十五度", "供暖问题"),
        ("楼下每晚跳广场舞，音响很大", "公共区域噪声扰民(广场舞等)"),
        ("邻居半夜噪音扰民", "生活噪声扰民"),
        ("菜场外游商占道经营", "无照经营游商"),
        ("夜里有人占道烧烤，油烟很大", "露天烧烤"),
        ("楼上是群租房，住了二十个人", "群租房"),
        ("老板拖欠工资三个月", "拖欠工资"),
        ("没有通知就停水了", "未公示擅自停水"),
        ("小区经常停电", "未公示擅自停电"),
        ("有很浓的煤气味", "燃气管道破裂"),
        ("路面塌陷出一个大坑", "路面塌陷"),
        ("消防通道被车堵了", "消防通道占用"),
        ("楼顶有人违规加建阳光房", "私搭乱建(违法建设)"),
        ("楼下ktv太吵", "商业噪声扰民"),
    ],
)
def test_everyday_complaints_find_their_matter(text: str, minor: str) -> None:
    assert matter_of(text) == minor


def test_a_more_specific_word_wins_over_one_that_is_part_of_it() -> None:
    assert matter_of("井盖不见了") == "无主(不明)井盖"
    assert matter_of("污水井盖不见了") == "污水井盖"


def test_the_first_line_decides_before_the_story_below_it() -> None:
    story = "我住在三楼，物业公司不管，业主委员会也没有成立"
    assert matter_of(f"路灯不亮\n{story}") == "路灯"
    assert matter_of(f"请帮帮我们\n{story}") == "物业服务质量"


@pytest.mark.parametrize("text", ["", "\n", "好", "请问今天几点下班", "路灯和公厕"])
def test_no_word_or_a_tie_leaves_it_to_a_person(text: str) -> None:
    assert classify(text, VERSION) is None


def test_a_street_is_recognised_by_the_names_in_it() -> None:
    found = classify("槐安路12号门前路灯不亮", VERSION)
    assert found == Suggestion("100118", "street-locust-peace", ("路灯不亮", "槐安路"))
    assert classify("我住柳溪大街", VERSION) == Suggestion(
        None, "street-willow-brook", ("柳溪大街",)
    )


def test_two_streets_leave_the_place_to_a_person() -> None:
    found = classify("槐安路和云桥路交叉口路灯不亮", VERSION)
    assert found is not None
    assert (found.matter, found.street) == ("100118", None)


@given(st.lists(st.sampled_from(sorted(KNOWN)) | st.text(max_size=8), max_size=12))
def test_only_words_of_the_catalogue_are_given_back(parts: list[str]) -> None:
    found = classify("".join(parts), VERSION)
    if found is not None:
        assert found.words
        assert set(found.words) <= KNOWN


@given(st.text(alphabet="aAbBcß水电灯", max_size=40))
def test_the_index_finds_what_a_plain_search_finds(text: str) -> None:
    codes = {"ab": "1", "Bc": "2", "水电": "3", "水电灯": "4", "灯a": "5"}
    present = [word for word in codes if word.upper() in text.upper()]
    expected = {w for w in present if not any(w != other and w in other for other in present)}
    assert set(WordIndex(codes).found_in(text)) == expected


def test_every_word_speaks_for_its_own_matter() -> None:
    for matter in VERSION.matters():
        for word in matter.words:
            found = classify(word, VERSION)
            assert found is not None, word
            assert (found.matter, found.words) == (matter.code, (word,))


def test_the_longest_text_allowed_is_read_in_a_fraction_of_a_second() -> None:
    text = ("".join(sorted(KNOWN)) * 10)[:20_000]
    began = time.process_time()
    classify(text, VERSION)
    assert time.process_time() - began < 0.5
