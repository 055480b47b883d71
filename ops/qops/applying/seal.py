"""The seal of a saved plan: a small file beside it that says what the plan was made from.

The seal carries a hash of itself, so that an edited or half-written one is noticed. It keeps no
secret: who can write the plan can write a new seal as well. In prod that does not help, because the
approval of a plan names the digests of both and is chained in the trail.
"""

import hashlib
import json
import os
import re
import zipfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from qops.errors import RefusedError
from qscreen.audit import canonical_json

SUFFIX = ".seal.json"
_FORMAT = 2
_HEAD_BYTES = 4096
"""Terraform writes serial and lineage first; a state may have megabytes after them."""

_SERIAL = re.compile(rb'"serial":\s*(\d+)')
_LINEAGE = re.compile(rb'"lineage":\s*"([^"]*)"')


@dataclass(frozen=True, slots=True)
class StateVersion:
    """Which version of which state.

    Attributes:
        lineage: Id that a state gets when it is first written; empty when there is none yet.
        serial: Number that grows with each write.
    """

    lineage: str = ""
    serial: int = 0

    @classmethod
    def of(cls, head: bytes) -> "StateVersion":
        """From the first bytes of a state file.

        Args:
            head: At least the first 4096 bytes.

        Raises:
            ValueError: It is no state file.
        """
        serial, lineage = _SERIAL.search(head), _LINEAGE.search(head)
        if serial is None or lineage is None:
            raise ValueError("it names no serial and no lineage")
        return cls(lineage=lineage[1].decode(), serial=int(serial[1]))

    def __str__(self) -> str:
        return f"serial {self.serial} of {self.lineage}" if self.lineage else "no state yet"


@dataclass(frozen=True, slots=True)
class Seal:
    """What a plan was made from.

    Attributes:
        environment: Name of the environment.
        plan: SHA-256 of the plan file, hexadecimal.
        planned_by: Who planned.
        planned_at: When, RFC 3339.
        lineage: Lineage of the state that was planned against.
        serial: Its serial.
        configuration: Digest of everything that the plan depends on apart from the cloud.
        provider_lock: SHA-256 of the provider lock file.
        commit: The checked-out commit.
        purpose: What the plan is for: ``apply`` of the configuration, ``destroy`` of everything,
            ``adopt`` or ``forget`` of a resource.
    """

    environment: str
    plan: str
    planned_by: str
    planned_at: str
    lineage: str
    serial: int
    configuration: str
    provider_lock: str
    commit: str
    purpose: str = "apply"

    @property
    def state(self) -> StateVersion:
        """The state that was planned against."""
        return StateVersion(self.lineage, self.serial)

    @property
    def digest(self) -> str:
        """SHA-256 of the canonical JSON of all fields."""
        document: dict[str, object] = {"format": _FORMAT, **asdict(self)}
        return hashlib.sha256(canonical_json(document).encode()).hexdigest()


def file_digest(file: Path) -> str:
    """SHA-256 of a file, hexadecimal.

    Args:
        file: The file.
    """
    with file.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()


def planned_state(plan: Path) -> StateVersion:
    """The state that a plan was made against, as the plan file itself says.

    Args:
        plan: The plan file: a zip archive with the state in it.

    Raises:
        RefusedError: It is no plan file.
    """
    try:
        with zipfile.ZipFile(plan) as archive, archive.open("tfstate") as state:
            return StateVersion.of(state.read(_HEAD_BYTES))
    except (OSError, KeyError, ValueError, zipfile.BadZipFile) as error:
        raise RefusedError(
            f"{plan} is no saved plan.",
            why=f"{type(error).__name__}: {error}",
            next_step="Make one with qops plan.",
        ) from error


def write_seal(plan: Path, seal: Seal) -> Path:
    """Write the seal beside its plan; both can be read by their owner only.

    Args:
        plan: The plan file.
        seal: Its seal.

    Returns:
        The seal's file.
    """
    plan.chmod(0o600)
    file = seal_file(plan)
    temporary = file.with_name(f"{file.name}.new")
    text = json.dumps({"format": _FORMAT, **asdict(seal), "seal": seal.digest}, indent=2)
    with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
        out.write(text + "\n")
    temporary.replace(file)
    return file


def seal_file(plan: Path) -> Path:
    """Where the seal of a plan is.

    Args:
        plan: The plan file.
    """
    return plan.with_name(plan.name + SUFFIX)


def read_seal(plan: Path) -> Seal:
    """The seal of a plan, if it is whole and of this very plan.

    Args:
        plan: The plan file.

    Raises:
        RefusedError: There is no seal, or it or the plan was changed after it was made.
    """
    file = seal_file(plan)
    again = "Plan again: qops plan."
    if not file.is_file():
        raise RefusedError(
            f"The plan {plan.name} has no seal.",
            why=f"{file} is missing: the plan was not made by qops, or its seal was not kept.",
            next_step=again,
        )
    try:
        data: Mapping[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        told = str(data["seal"])
        known = data["format"] == _FORMAT
        seal = Seal(**{name: data[name] for name in Seal.__dataclass_fields__})
    except (ValueError, KeyError, TypeError) as error:
        raise RefusedError(
            f"The seal {file.name} cannot be read.",
            why=f"{type(error).__name__}: {error}",
            next_step=again,
        ) from error
    if not known or seal.digest != told:
        raise RefusedError(
            f"The seal {file.name} was changed after it was made.",
            why=f"Its content has the hash {seal.digest[:12]}, it says {told[:12]}.",
            next_step=again,
        )
    found = file_digest(plan)
    if found != seal.plan:
        raise RefusedError(
            f"The plan {plan.name} was changed after it was made.",
            why=f"Its SHA-256 is {found[:12]}…, the seal says {seal.plan[:12]}….",
            next_step=again,
        )
    return seal
