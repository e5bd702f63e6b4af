"""Settings: defaults, then `kb.toml` in the root or the working folder, then KB_* variables."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from kb.errors import SettingsError


class Settings(BaseModel):
    """Everything that can be set. Each name is also a variable: `KB_READ_SECONDS=60`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    disabled_plugins: tuple[str, ...] = Field(
        (), description="Names of plugins to leave out (see `kb plugins`)."
    )
    country: str = Field(
        "TJ", description="ISO 3166 code of the mission's country: decides between namesakes."
    )
    language: str = Field(
        "en",
        description="ISO 639-1 code of the mission's main language: of several versions, that one is counted.",
    )
    read_seconds: float = Field(
        60, gt=0, description="Wall-clock limit for reading one document, in seconds."
    )
    read_cpu_seconds: int = Field(60, gt=0, description="CPU limit for reading one document, in seconds.")
    read_memory_mb: int = Field(2048, ge=256, description="Memory limit for reading one document, in MiB.")
    read_output_mb: int = Field(64, gt=0, description="Limit on what a reader may return, in MiB.")
    file_mb: int = Field(200, gt=0, description="Largest file that is read, in MiB.")
    ocr: bool = Field(True, description="Whether scanned pages are read by OCR (Tesseract).")
    ocr_languages: str = Field(
        "",
        description="Languages of scans as Tesseract names them, such as eng+rus; empty: eng, fra, rus, tgk.",
    )
    ocr_seconds: float = Field(
        30, gt=0, description="Time for OCR, in seconds a scanned page, beyond read_seconds."
    )
    ocr_document_seconds: float = Field(
        900, gt=0, description="Most time for OCR of one document, in seconds."
    )
    layout_model: Literal["off", "auto"] = Field(
        "off",
        description="auto: pages whose order is doubtful are put into that of PyMuPDF's layout model, where it is installed.",
    )
    embedding_model: str = Field(
        "", description="Folder of a sentence-transformers model; empty: the embedded MiniLM."
    )
    embedding_threads: int = Field(
        0, ge=0, description="Threads for the embedding model; 0: as many as cores."
    )
    reranker_model: str = Field(
        "", description="Folder of a sentence-transformers cross-encoder; empty: none."
    )
    spacy_model: str = Field(
        "",
        description="Name or folder of a spaCy pipeline that also looks for people and organisations; empty: none.",
    )
    llm_url: str = Field(
        "",
        pattern=r"^(https?://\S+)?$",
        description="Address of an OpenAI-compatible endpoint, such as http://127.0.0.1:11434/v1; empty: none.",
    )
    llm_model: str = Field("", description="Name of the model at llm_url.")
    llm_key: str = Field("", repr=False, description="Key for llm_url, if it asks for one.")
    llm_seconds: float = Field(60, gt=0, description="Time for one answer of the language model, in seconds.")
    llm_extract: bool = Field(
        False, description="Whether the text of documents is sent to llm_url to look for names; see Privacy."
    )
    llm_answers: bool = Field(
        False,
        description="Whether the language model may reword answers; what it says beyond the sources is dropped.",
    )
    report_template: str = Field(
        "",
        description="Word file (.docx) whose styles reports take; empty: the one that comes with the program.",
    )
    mask_below: int = Field(
        5, ge=0, description="Counts of victims or patients below it are masked in reports; 0: none."
    )


def load_settings(root: Path, given: dict[str, Any] | Settings | None = None) -> Settings:
    """Settings for the state below `root`; `given` wins over variables, variables over `kb.toml`.

    Raises SettingsError naming the file or variable.
    """
    if isinstance(given, Settings):
        return given
    values: dict[str, Any] = {}
    for path in (Path("kb.toml"), root / "kb.toml"):
        if path.is_file():
            try:
                values |= tomllib.loads(path.read_text("utf-8"))
                Settings(**values)
            except (tomllib.TOMLDecodeError, UnicodeDecodeError, ValidationError) as error:
                raise SettingsError(f"{path}: {_brief(error)}. Correct or delete the line.") from error
    for name in Settings.model_fields:
        if (text := os.environ.get(f"KB_{name.upper()}")) is not None:
            values[name] = (
                tuple(t.strip() for t in text.split(",") if t.strip()) if name == "disabled_plugins" else text
            )
    values |= given or {}
    try:
        return Settings(**values)
    except ValidationError as error:
        raise SettingsError(f"settings (KB_* variables or arguments): {_brief(error)}") from error


def _brief(error: Exception) -> str:
    if isinstance(error, ValidationError):
        return "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
    return str(error)
