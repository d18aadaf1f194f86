"""Words that stand where no name or number was given: 无, 不详, NULL, 000."""

import unicodedata

__all__ = ["names_nobody", "plain_name"]

_NOBODY = frozenset({
    "无", "無", "无名", "无名氏", "无姓名", "无电话", "没有", "不详", "未知", "未提供",
    "未填写", "暂无", "匿名", "不愿透露", "保密", "空", "先生", "女士", "同志", "市民",
    "群众", "居民", "null", "none", "nil", "nan", "n/a", "na", "\\n", "unknown", "anonymous",
})  # fmt: skip


def names_nobody(text: str | None) -> bool:
    """Say whether what was given as a name or number stands for nothing: empty, 无, NULL, 000."""
    plain = plain_name(text or "")
    return plain in _NOBODY or (len(set(plain)) <= 1 and not plain.isalpha())


def plain_name(text: str) -> str:
    """Give a text in one writing: without blanks and invisible signs, in one width and case."""
    signs = unicodedata.normalize("NFKC", text)
    kept = (one for one in signs if not one.isspace() and unicodedata.category(one) != "Cf")
    return unicodedata.normalize("NFKC", "".join(kept).casefold())
