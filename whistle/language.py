"""The language of what people read, from the locale. Keys, codes and exit codes have none."""

import os

__all__ = ["language"]


def language() -> str:
    """Give `zh` where the locale of the environment is Chinese, otherwise `en`."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := os.environ.get(name, ""):
            return "zh" if value.lower().startswith("zh") else "en"
    return "en"
