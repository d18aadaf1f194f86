"""What was given as a phone, in one writing: as it is dialled in mainland China.

    13911112222    010-62345678 转 12 → 01062345678;ext=12    12345    +852 2345 6789 → +85223456789

One number has one form, however it was written; what is no number has none.
"""

import re
import unicodedata

import phonenumbers
from phonenumbers import PhoneNumberFormat, shortnumberinfo

__all__ = ["read_phone"]

_REGION = "CN"
_COUNTRY_CODE = 86
_SHORT_MAX = 8
"""Digits of the longest short service number of the region."""
_FORMULA = re.compile(r'="([^"]*)"')
_EXTENSION = re.compile(r"(?:转|分机号?|内线|ext\.?|x|#|;ext=)[:\s]*(\d{1,7})$", re.IGNORECASE)
_HYPHEN_EXTENSION = re.compile(r"-\s*(\d{1,6})$")
_NUMBER = re.compile(r"\(?\+?[0-9(][0-9() .-]*")
_DECIMAL = re.compile(r"\.\d{1,2}$")
"""A spreadsheet's fraction, which would add digits to the number."""


def read_phone(text: str) -> str | None:
    """Give the normal form of a phone number; None for what is none, placeholders included."""
    plain = _plain(text)
    if (found := _EXTENSION.search(plain)) is not None:
        return _normal(plain[: found.start()].rstrip(" ,-"), found.group(1))
    if (number := _normal(plain)) is not None:
        return number
    # Only what is no number as a whole has an extension behind a hyphen: 139-1111-2222 has none.
    if (found := _HYPHEN_EXTENSION.search(plain)) is not None:
        return _normal(plain[: found.start()].rstrip(), found.group(1))
    return None


def _plain(text: str) -> str:
    """Give a text in ASCII as far as it goes: without marks of direction, hyphens in one form."""
    kept = []
    for sign in unicodedata.normalize("NFKC", text):
        match unicodedata.category(sign):
            case "Cf":
                continue
            case "Pd":
                kept.append("-")
            case _:
                kept.append("-" if sign in "−ー" else sign)
    plain = " ".join("".join(kept).split())
    formula = _FORMULA.fullmatch(plain)
    return formula.group(1).strip() if formula else plain.removeprefix("'").strip()


def _normal(number: str, extension: str = "") -> str | None:
    if not _NUMBER.fullmatch(number) or _DECIMAL.search(number):
        return None
    try:
        read = phonenumbers.parse(number, _REGION)
    except phonenumbers.NumberParseException:
        return None
    digits = re.sub(r"\D", "", number)
    is_short = not extension and len(digits) <= _SHORT_MAX
    if is_short and shortnumberinfo.is_valid_short_number_for_region(read, _REGION):
        return digits if digits == str(read.national_number) else None
    if not phonenumbers.is_valid_number(read):
        return None
    if read.country_code == _COUNTRY_CODE:
        national = phonenumbers.format_number(read, PhoneNumberFormat.NATIONAL)
        normal = re.sub(r"\D", "", national)
    else:
        normal = phonenumbers.format_number(read, PhoneNumberFormat.E164)
    return f"{normal};ext={extension}" if extension else normal
