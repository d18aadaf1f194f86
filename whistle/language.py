"""The language of what people read, from the locale. Keys, codes and exit codes have none."""

import os
from typing import NamedTuple

__all__ = ["Said", "language", "said"]


class Said(NamedTuple):
    """A sentence or word in both languages; braces name facts to fill in."""

    en: str
    zh: str

    def __str__(self) -> str:
        """Give it in the reader's language."""
        return self.zh if language() == "zh" else self.en


def language() -> str:
    """Give `zh` where the locale of the environment is Chinese, otherwise `en`."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := os.environ.get(name, ""):
            return "zh" if value.lower().startswith("zh") else "en"
    return "en"


def said(en: str, zh: str) -> str:
    """Give the one of both sentences that the reader understands."""
    return zh if language() == "zh" else en
