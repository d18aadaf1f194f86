"""What is wrong with one field of a request, as one phrase in the reader's language.

The phrases say what a field has to be and never repeat what was sent: it may be personal.
"""

import re
from collections.abc import Mapping
from typing import Any

__all__ = ["NO_SUCH", "phrase"]

NO_SUCH = "extra_forbidden"
"""The type of error of a field or parameter that does not exist."""

_ZH = {
    "missing": "缺少必填项",
    "string_type": "应为文本",
    "string_too_short": "至少 {min_length} 个字符",
    "string_too_long": "最多 {max_length} 个字符",
    "string_pattern_mismatch": "格式应为 {pattern}",
    "int_type": "应为整数",
    "int_parsing": "应为整数",
    "int_from_float": "应为整数",
    "float_parsing": "应为数字",
    "bool_type": "应为 true 或 false",
    "bool_parsing": "应为 true 或 false",
    "greater_than": "应大于 {gt}",
    "greater_than_equal": "应不小于 {ge}",
    "less_than": "应小于 {lt}",
    "less_than_equal": "应不大于 {le}",
    "literal_error": "应为以下之一：{expected}",
    "list_type": "应为列表",
    "tuple_type": "应为列表",
    "too_short": "至少 {min_length} 项",
    "too_long": "最多 {max_length} 项",
    "date_type": "应为日期，如 2026-09-28",
    "date_parsing": "应为日期，如 2026-09-28",
    "date_from_datetime_parsing": "应为日期，如 2026-09-28",
    "datetime_type": "应为带时区的时间",
    "datetime_parsing": "应为带时区的时间",
    "datetime_from_date_parsing": "应为带时区的时间",
    "timezone_aware": "时间应带时区",
    "dict_type": "应为 JSON 对象",
    "model_type": "应为 JSON 对象",
    "model_attributes_type": "应为 JSON 对象",
    NO_SUCH: "没有这个字段或参数",
}
_EN = {NO_SUCH: "There is no such field or parameter"}
_OTHERWISE_ZH = "内容不合规"
_NO_OBJECT = frozenset({"dict_type", "model_type", "model_attributes_type"})
_NOT_JSON = (
    "缺少请求头 Content-Type: application/json",
    "Send the header Content-Type: application/json",
)
_OR = re.compile(r" or |, ")


def phrase(error: Mapping[str, Any], language: str, content_type: str) -> str:
    """Say what is wrong with a field; `content_type` is the header that came with it."""
    kind = error["type"]
    if kind in _NO_OBJECT and tuple(error["loc"]) == ("body",) and "json" not in content_type:
        return _NOT_JSON[language == "en"]
    if language == "en":
        return _EN.get(kind) or str(error["msg"])
    facts = {name: str(value) for name, value in error.get("ctx", {}).items()}
    if "expected" in facts:
        facts["expected"] = _OR.sub("、", facts["expected"])
    return _ZH.get(kind, _OTHERWISE_ZH).format_map(facts)
