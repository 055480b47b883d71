"""The file of known drift: ``terraform/platform/environments/<environment>.drift.yaml``."""

from datetime import date
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from qops.drift.answers import KnownDrift
from qops.errors import UsageError
from qops.settings import Settings


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_min_length=1)

    address: str
    attribute: str
    reason: str = Field(min_length=10)
    expires: date


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    known: list[_Entry] = []


def known_file(settings: Settings) -> Path:
    """Where an environment's file is.

    Args:
        settings: Which environment.
    """
    return settings.variables_file.with_suffix(".drift.yaml")


def read_known(file: Path) -> list[KnownDrift]:
    """Read a file of known drift.

    Args:
        file: The file; there need not be one.

    Returns:
        Its entries.

    Raises:
        UsageError: It is no such file; the message names the entry and the member.
    """
    if not file.is_file():
        return []
    try:
        data: Any = yaml.safe_load(file.read_text(encoding="utf-8"))
        found = _File.model_validate(data or {})
    except (yaml.YAMLError, UnicodeDecodeError, ValidationError) as error:
        raise UsageError(
            f"{file.name} is no file of known drift.",
            why=_why(error),
            next_step="Each entry of `known` has an address, an attribute, a reason of at least 10 "
            "characters and a day in `expires` (2027-03-01); * stands for anything.",
        ) from error
    return [KnownDrift(**one.model_dump()) for one in found.known]


def _why(error: Exception) -> str:
    if not isinstance(error, ValidationError):
        return " ".join(str(error).split())
    return "; ".join(
        f"{'.'.join(map(str, one['loc'])) or 'the file'}: {one['msg']}" for one in error.errors()
    )
