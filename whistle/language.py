"""The language for people: from the locale, `zh` or `en`. Keys, codes and exit codes have none."""

import os

__all__ = ["language"]


def language() -> str:
    """Give `zh` where the locale of the environment is Chinese, else `en`."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := os.environ.get(name, ""):
            return "zh" if value.lower().startswith("zh") else "en"
    return "en"
