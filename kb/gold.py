"""Gold annotations: what a person found in a document, as YAML; read, checked, and its document found on the disk."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from kb.errors import InputError


class _Part(BaseModel):
    # Keys that no score needs (notes, kinds, what a picture shows) are the annotator's own business.
    model_config = ConfigDict(extra="ignore", frozen=True, coerce_numbers_to_str=True, populate_by_name=True)

    @model_validator(mode="before")
    @classmethod
    def _without_empty_keys(cls, data: Any) -> Any:
        return {k: v for k, v in data.items() if v is not None} if isinstance(data, dict) else data


class Named(_Part):
    """A name with its other spellings."""

    name: str
    aliases: tuple[str, ...] = ()
    spellings: tuple[str, ...] = Field((), alias="as")


Name = Annotated[Named, BeforeValidator(lambda v: {"name": v} if isinstance(v, str) else v)]


class Described(_Part):
    """A project without a name: found where all words of one of the groups stand in its name or description."""

    about: tuple[tuple[str, ...], ...]


class Number(_Part):
    """A figure; one of the words of `about` must stand with it."""

    value: float
    about: tuple[str, ...] = ()


class Deed(_Part):
    """An activity; one of the phrases of `about` must stand in it, `section` is a number in `sections`."""

    type: str
    about: tuple[str, ...]
    section: int
    date: Annotated[str, BeforeValidator(str)] = ""
    districts: tuple[str, ...] = ()
    donors: tuple[str, ...] = ()
    partners: tuple[str, ...] = ()


class Tie(_Part):
    """A relation between two names."""

    kind: str
    source: str
    target: str


class Asked(_Part):
    """A question; its answer must hold one of `answers`, or all."""

    q: str
    answers: tuple[str, ...] = ()
    all: bool = False
    section: int | None = None
    documents: tuple[str, ...] = ()


class Gold(_Part):
    """The annotation of one document, or questions over several."""

    document: str = ""
    documents: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()
    pages: tuple[int, int] | None = None
    figure_sections: tuple[int, ...] = ()
    projects: tuple[Name, ...] = ()
    acceptable_projects: tuple[Name, ...] = ()
    described_projects: tuple[Described, ...] = ()
    donors: tuple[Name, ...] = ()
    acceptable_donors: tuple[Name, ...] = ()
    partners: tuple[Name, ...] = ()
    acceptable_partners: tuple[Name, ...] = ()
    districts: tuple[Name, ...] = ()
    acceptable_districts: tuple[Name, ...] = ()
    figures: tuple[Number, ...] = ()
    acceptable_figures: tuple[Number, ...] = ()
    people: tuple[Name, ...] = ()
    organisations: tuple[Name, ...] = ()
    acronyms: dict[str, str] = {}
    relations: tuple[Tie, ...] = ()
    activities: tuple[Deed, ...] = ()
    questions: tuple[Asked, ...] = ()
    unanswerable: tuple[Asked, ...] = ()

    @model_validator(mode="after")
    def _fits_together(self) -> Gold:
        if bool(self.document) == bool(self.documents):
            raise ValueError("name one `document`, or several `documents` with questions over them")
        told = [*self.figure_sections, *(d.section for d in self.activities)]
        told += [q.section for q in self.questions if q.section is not None and self.sections]
        if wrong := [n for n in told if not 0 <= n < len(self.sections)]:
            raise ValueError(f"there is no section {wrong[0]}: `sections` holds {len(self.sections)}, from 0")
        return self

    @property
    def named(self) -> tuple[str, ...]:
        """The documents it is about."""
        return (self.document,) if self.document else self.documents


def load(path: Path) -> Gold:
    """The annotation in a file. Raises InputError with the place of the mistake."""
    try:
        data = yaml.safe_load(path.read_text("utf-8"))
    except FileNotFoundError:
        raise InputError(f"{path}: there is no such file. Name a gold annotation (.yaml).") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        where = getattr(error, "problem_mark", None)
        at = f", line {where.line + 1}" if where else ""
        what = getattr(error, "problem", None) or "it is no UTF-8 text"
        raise InputError(f"{path}{at}: not readable as YAML: {what}. Mend the file.") from None
    if not isinstance(data, dict):
        raise InputError(f"{path}: no annotation: it needs the keys `document`, `donors` and the like.")
    try:
        return Gold.model_validate(data)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"])) or "the annotation"
        raise InputError(
            f"{path}: {place}: {first['msg'].removeprefix('Value error, ')}. Mend the file."
        ) from None


def find(golds: Sequence[Gold], corpus: Path) -> list[Path]:
    """The annotated files, wherever they lie below a folder. Raises InputError where one is missing."""
    if not corpus.is_dir():
        raise InputError(f"{corpus}: there is no such folder. Say where the documents lie: --corpus FOLDER.")
    files = {p.name: p for p in sorted(corpus.rglob("*"), reverse=True)}
    wanted = [Path(name).name for gold in golds for name in gold.named]
    if missing := [name for name in wanted if name not in files]:
        raise InputError(f"{missing[0]}: not below {corpus}. Say where the documents lie: --corpus FOLDER.")
    return sorted({files[name] for name in wanted})
