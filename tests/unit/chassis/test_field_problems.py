"""What is wrong with a field is said in the reader's language, without what was sent."""

import re
from datetime import date
from typing import Annotated, Literal

import pytest
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from chassis.http.field_problems import phrase

SENT = "张三-13800138000"


class Form(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, Field(min_length=2, max_length=3)] = "abc"
    code: Annotated[str, Field(pattern="^[a-z]+$")] = "a"
    count: Annotated[int, Field(ge=1, le=9)] = 1
    is_due: bool = True
    on: date = date(2026, 9, 28)
    at: AwareDatetime | None = None
    kind: Literal["daily", "key"] = "key"
    many: Annotated[tuple[int, ...], Field(min_length=1, max_length=2)] = (1,)


@pytest.mark.parametrize(
    ("given", "zh"),
    [
        ({"name": 1}, "应为文本"),
        ({"name": "a"}, "至少 2 个字符"),
        ({"name": "abcd"}, "最多 3 个字符"),
        ({"code": SENT}, "格式应为 ^[a-z]+$"),
        ({"count": SENT}, "应为整数"),
        ({"count": 0}, "应不小于 1"),
        ({"count": 10}, "应不大于 9"),
        ({"is_due": SENT}, "应为 true 或 false"),
        ({"on": SENT}, "应为日期，如 2026-09-28"),
        ({"at": "2026-09-28T00:00:00"}, "时间应带时区"),
        ({"kind": SENT}, "应为以下之一：'daily'、'key'"),
        ({"many": SENT}, "应为列表"),
        ({"many": []}, "至少 1 项"),
        ({"many": [1, 2, 3]}, "最多 2 项"),
        ({"colour": SENT}, "没有这个字段或参数"),
    ],
)
def test_every_kind_has_words_in_both_languages(given: dict[str, object], zh: str) -> None:
    with pytest.raises(ValidationError) as failed:
        Form.model_validate(given)
    (error,) = failed.value.errors()
    assert phrase(error, "zh", "application/json") == zh
    en = phrase(error, "en", "application/json")
    assert not re.search(r"[\u4e00-\u9fff]", en)
    assert SENT not in zh + en


def test_a_kind_without_words_is_said_plainly() -> None:
    error = {"type": "of_a_later_release", "loc": ("body", "x"), "msg": "Is odd"}
    assert phrase(error, "zh", "") == "内容不合规"
    assert phrase(error, "en", "") == "Is odd"
