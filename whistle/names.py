"""Names for codes: units, streets and matters of the catalogue in force, read once per command."""

from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from whistle.exits import Exit
from whistle.failure import Failure
from whistle.language import language, said

if TYPE_CHECKING:
    from whistle.client import Client

__all__ = ["Names"]

_CANDIDATES_MAX = 12
_LIKE_MAX, _LIKENESS = 5, 0.4
Row = dict[str, Any]


class Names:
    """What the catalogue calls things; without the right to read it a code stands for itself."""

    def __init__(self, client: "Client") -> None:
        self._client = client
        self._rows: dict[str, dict[str, Row]] = {}

    def unit(self, code: str | None) -> str:
        """Give the name of a unit or street in the reader's language."""
        return self._shown("units", code)

    def matter(self, code: str | None) -> str:
        """Give the name of a matter, which is Chinese in every language."""
        row = self._all("matters").get(code or "")
        return f"{row['minor']}" if row else code or ""

    def person(self, actor: Row) -> str:
        """Give who acted: person and unit, or the service for the system."""
        unit = self.unit(actor.get("unit"))
        return unit if actor.get("role") in {"system", "service"} else f"{actor['person']} {unit}"

    def district(self, street: str) -> str:
        """Give the code of the unit above a street; empty when the catalogue has none."""
        return str(self._all("units").get(street, {}).get("parent", ""))

    def find(self, kind: str, given: str) -> str:
        """Give the code of what a person named: `units`, `streets` or `matters`.

        A whole name goes before a part of one. Raises: Failure that lists the candidates.
        """
        rows, wanted = self._all(kind), given.strip().casefold()
        if given in rows or not rows:
            return given
        whole = [code for code, row in rows.items() if wanted in _names(row)]
        part = [c for c, row in rows.items() if any(wanted in name for name in _names(row))]
        found = whole or (part if wanted else [])
        if len(found) == 1:
            return found[0]
        near = found or self._like(kind, wanted)
        listed = ", ".join(f"{c} {self._shown(kind, c)}" for c in near[:_CANDIDATES_MAX])
        more = len(found) - _CANDIDATES_MAX
        why = said(
            f"The catalogue has {len(found)}: {listed}", f"目录中有 {len(found)} 个：{listed}"
        )
        if not found:
            why = said("The catalogue has none of that name.", "目录中没有这个名称。")
            why += said(f" Like it: {listed}", f"相近的有：{listed}") if listed else ""
        raise Failure(
            said(f"which of the {kind} is {given!r}?", f"“{given}” 指哪一个？"),
            why + (f" … +{more}" if more > 0 else ""),
            said(
                f"give one of them by its code; `whistle catalogue {kind}` lists all",
                f"请用编码指定其中一个；`whistle catalogue {kind}` 列出全部",
            ),
            Exit.USAGE,
        )

    def _like(self, kind: str, wanted: str) -> list[str]:
        by_name = {name: code for code, row in self._all(kind).items() for name in _names(row)}
        names = get_close_matches(wanted, by_name, _LIKE_MAX, _LIKENESS)
        return list(dict.fromkeys(by_name[name] for name in names))

    def _shown(self, kind: str, code: str | None) -> str:
        row = self._all(kind).get(code or "")
        if not row:
            return code or ""
        return str(row.get(f"name_{language()}") or row["minor"]).removesuffix(" Subdistrict")

    def _all(self, kind: str) -> dict[str, Row]:
        if not self._rows:
            self._rows = {"units": {}, "streets": {}, "matters": {}}
            try:
                found = self._client.get("/intake/v1/catalogue")
            except Failure as failure:
                if failure.code is not Exit.NOT_AUTHORISED:
                    raise
                return {}
            for name in self._rows:
                self._rows[name] = {row["code"]: row for row in found.get(name, ())}
        return self._rows[kind]


def _names(row: Row) -> set[str]:
    given = {row.get(key, "") for key in ("name_zh", "name_en", "minor")}
    short = {row.get("name_en", "").removesuffix(" Subdistrict")}
    return {str(name).casefold() for name in (given | short | {row["code"]}) if name}
