"""当事人电话 Phones: one number has one form, however it is written; other words have none."""

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from services.intake.phone import read_phone

MOBILE = "19900000077"
LANDLINE = "01062345678"
FULL_WIDTH = str.maketrans("0123456789-+ ", "０１２３４５６７８９－＋　")
ABROAD = "+85223456789"

mobiles = st.integers(0, 10**8 - 1).map(lambda tail: f"199{tail:08d}")
landlines = st.integers(0, 10**7 - 1).map(lambda tail: f"0106{tail:07d}")
separators = st.sampled_from(["", " ", "-", "  ", " - ", "－", "–", "\u00a0", "\u3000"])
invisible = st.sampled_from(["", "\u202d", "\u202c", "\u200b", "\u2060", "\ufeff", "\u202a"])
before = st.sampled_from(["", "+86", "+86 ", "0086", "0086-", "86", "86 ", "(+86)", "＋８６ "])


@st.composite
def writings(draw: st.DrawFn, number: str) -> str:
    """Write a mobile number as people and programs do."""
    parts = (draw(before), number[:3], number[3:7], number[7:])
    text = draw(separators).join(part for part in parts if part)
    if draw(st.booleans()):
        text = text.translate(FULL_WIDTH)
    if draw(st.booleans()):
        text = f'="{text}"'
    return draw(invisible) + text + draw(invisible)


class WhenAPhoneIsWritten:
    @pytest.mark.parametrize(
        "writing",
        [MOBILE, "+86 199-0000-0077", "１９９００００００７７", "\u202d19900000077\u202c",
         "0086 199 0000 0077", "8619900000077", "199－0000－0077", "199–0000–0077",
         "(+86)19900000077", " 19900000077\t", '="19900000077"', "'19900000077",
         "199\u200b00000077", "+86019900000077", "19900000077\ufeff"],
    )  # fmt: skip
    def test_every_writing_of_a_mobile_number_is_its_eleven_digits(self, writing: str) -> None:
        """来电电话 of field example 6."""
        assert read_phone(writing) == MOBILE

    @for_all(st.data(), mobiles)
    def test_prefixes_blanks_hyphens_and_widths_do_not_count(
        self, data: st.DataObject, number: str
    ) -> None:
        assert read_phone(data.draw(writings(number))) == number

    @for_all(st.data(), mobiles, mobiles)
    def test_two_numbers_never_have_one_form(
        self, data: st.DataObject, one: str, other: str
    ) -> None:
        """The control arm: a reading that gives everybody one form would pass the rule above."""
        forms = {read_phone(data.draw(writings(number))) for number in (one, other)}
        assert len(forms) == len({one, other})

    @pytest.mark.parametrize(
        "writing", ["010-62345678", "(010)62345678", "010 6234 5678", "+86 10 62345678", LANDLINE]
    )
    def test_a_landline_has_its_area_code(self, writing: str) -> None:
        assert read_phone(writing) == LANDLINE

    @pytest.mark.parametrize(
        "writing",
        ["010-62345678转12", "010-62345678 分机 12", "010-62345678 ext 12", "010-62345678x12",
         "010-62345678-12", "01062345678#12", "01062345678;ext=12", "+861062345678 转：12"],
    )  # fmt: skip
    def test_an_extension_is_a_part_of_it(self, writing: str) -> None:
        assert read_phone(writing) == f"{LANDLINE};ext=12"

    @for_all(landlines, st.integers(1, 99999))
    def test_another_extension_is_another_phone(self, number: str, extension: int) -> None:
        assert read_phone(f"{number}转{extension}") == f"{number};ext={extension}"
        assert read_phone(number) == number

    @pytest.mark.parametrize("number", ["12345", "95588", "10086", "110", "12315"])
    def test_a_service_number_is_short(self, number: str) -> None:
        assert read_phone(number) == number

    @pytest.mark.parametrize(
        ("writing", "form"),
        [("400-810-8888", "4008108888"), ("800 810 8888", "8008108888"),
         ("+852 2345 6789", ABROAD), ("00852-23456789", ABROAD),
         ("+1 (212) 555-2368", "+12125552368")],
    )  # fmt: skip
    def test_service_lines_and_foreign_numbers_are_as_they_are_dialled(
        self, writing: str, form: str
    ) -> None:
        assert read_phone(writing) == form

    @for_all(st.data(), mobiles | landlines | st.sampled_from([ABROAD, "12345", "4008108888"]))
    def test_the_form_of_a_form_is_itself(self, data: st.DataObject, number: str) -> None:
        written = number + data.draw(st.sampled_from(["", "转8", ";ext=8"]))
        form = read_phone(written)
        assert form is None or read_phone(form) == form


class WhenSomethingElseIsWritten:
    @pytest.mark.parametrize(
        "words",
        ["无", "NULL", "\\N", "-", "0", "1", "11111111111", "00000000000", "不详", "None", "",
         "没有电话", "张三 19900000077", "19900000077 张三", "19900000077/19900000078",
         "19900000077,19900000078", "62345678", '="无"', "1.9900000077E10", "19900000077.0",
         "1062345678.0", "12345.0", "9" * 40, "+", "()", "+86", "转12", "12345转1", "123-4"],
    )  # fmt: skip
    def test_it_is_no_phone(self, words: str) -> None:
        """占位 of field example 4: a word for nothing is nobody's number."""
        assert read_phone(words) is None

    @for_all(st.text(max_size=60) | st.text("0123456789+-() .x转ext;=#\"'", max_size=40))
    def test_nothing_is_refused_and_no_form_is_new(self, words: str) -> None:
        form = read_phone(words)
        assert form is None or read_phone(form) == form
