"""Publishes a version by two persons: one proposes it, another approves exactly those files.

A proposal is the folder `proposed/<version>` beside the versions, which no service reads. It holds
the files, and `proposal.json` with their digest. To approve moves the folder among the versions;
the names then stand in `publication.json` beside the rows. Names are as they were given: who may
write to the folder is for the operator to decide.
"""

import shutil
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from contracts.catalogue import CatalogueVersion
from contracts.catalogue.files import FileCatalogue, read_version, version_of
from contracts.instant import SHANGHAI, Instant
from whistle.catalogue.drafts import FILES, as_files, read_draft

__all__ = ["Proposal", "PublicationRefused", "approve", "digest", "propose", "proposed"]

_PROPOSED = "proposed"
_PROPOSAL = "proposal.json"
_PUBLICATION = "publication.json"


class PublicationRefused(Exception):
    """Why a version is not proposed or approved; `do` is the next step."""

    def __init__(self, why: str, do: str) -> None:
        super().__init__(why)
        self.do = do


class Proposal(BaseModel):
    """Who proposed which files, and who approved them."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: str
    digest: str
    proposed_by: str
    proposed_at: Instant
    approved_by: str | None = None
    approved_at: Instant | None = None


def propose(folder: Path, draft: Path, by: str, now: datetime) -> tuple[Proposal, CatalogueVersion]:
    """Put a draft beside the versions of a folder; an earlier proposal of it is replaced.

    Raises: PublicationRefused; InvalidCatalogue when the draft is faulty.
    """
    version = read_draft(draft)
    _check(folder, version, now)
    place = folder / _PROPOSED / version.version
    made = place.with_name(f".{version.version}")
    shutil.rmtree(made, ignore_errors=True)
    with as_files(draft) as files:
        shutil.copytree(files, made)
    proposal = Proposal(
        version=version.version, digest=digest(made), proposed_by=_name(by), proposed_at=now
    )
    _write(made / _PROPOSAL, proposal)
    shutil.rmtree(place, ignore_errors=True)
    made.rename(place)
    return proposal, version


def proposed(folder: Path, draft: Path) -> tuple[Path, Proposal, CatalogueVersion]:
    """Find the proposal of a draft's version, its files as they were proposed.

    `draft` is any folder of that version, or only its name. Raises: PublicationRefused;
    InvalidCatalogue.
    """
    name = version_of(draft) if (draft / "version.json").is_file() else draft.name
    place = folder / _PROPOSED / name
    try:
        proposal = Proposal.model_validate_json((place / _PROPOSAL).read_bytes())
    except (OSError, ValidationError):
        why = f"Nobody has proposed {name} in {folder}."
        raise PublicationRefused(why, "propose it first, without --approve") from None
    if digest(place) != proposal.digest:
        why = f"The files of {name} are not those that {proposal.proposed_by} proposed."
        raise PublicationRefused(why, "propose them again, then let another person approve")
    return place, proposal, read_version(place)


def approve(folder: Path, draft: Path, by: str, now: datetime) -> tuple[Proposal, CatalogueVersion]:
    """Put a proposal among the versions. Raises: PublicationRefused, InvalidCatalogue."""
    place, proposal, version = proposed(folder, draft)
    if _name(by).casefold() == proposal.proposed_by.casefold():
        why = f"{proposal.proposed_by} proposed {version.version} and cannot approve it as well."
        raise PublicationRefused(why, "let another person approve it")
    _check(folder, version, now)
    approved = proposal.model_copy(update={"approved_by": _name(by), "approved_at": now})
    _write(place / _PUBLICATION, approved)
    published = place.rename(folder / version.version)
    (published / _PROPOSAL).unlink()
    return approved, version


def digest(folder: Path) -> str:
    """Give the SHA-256 of a version's files: name, length and bytes of each, in order of names."""
    total = sha256()
    for name in sorted(FILES):
        if (folder / name).is_file():
            content = (folder / name).read_bytes()
            total.update(b"%b %d\n%b" % (name.encode(), len(content), content))
    return total.hexdigest()


def _check(folder: Path, version: CatalogueVersion, now: datetime) -> None:
    today = now.astimezone(SHANGHAI).date()
    if version.version in FileCatalogue(folder).versions():
        why = f"Version {version.version} is published, and a version never changes."
        do = "give the changed files a version of their own in version.json"
        raise PublicationRefused(why, do)
    if version.effective_from < today:
        why = f"It would be in force from {version.effective_from}, which is past."
        raise PublicationRefused(why, f"set effective_from in version.json to {today} or later")


def _name(by: str) -> str:
    name = by.strip()
    if not name:
        raise PublicationRefused("No name was given.", "name yourself with --by")
    return name


def _write(path: Path, proposal: Proposal) -> None:
    path.write_text(proposal.model_dump_json(indent=2) + "\n", encoding="utf-8")
