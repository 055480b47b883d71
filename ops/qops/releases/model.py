"""What a release is, and its row in the trail."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from qscreen.audit import AuditRow, Scalar

RECORDED = "release.record"

APPLIED, FOUND, ROLLED_BACK = "apply", "found", "rollback"
"""How a release came to run: an apply, something else (a pipeline, a hand), a rollback."""

NO_COMMIT = "0" * 40

_ALIAS, _PARAMETER = "alias:", "parameter:"


@dataclass(frozen=True, slots=True)
class AliasName:
    """An alias of a function.

    Attributes:
        function: Name of the function.
        alias: Name of the alias.
    """

    function: str
    alias: str

    def __str__(self) -> str:
        return f"{self.function}:{self.alias}"


@dataclass(frozen=True, slots=True)
class Setting:
    """A version of a parameter.

    Attributes:
        version: Its number.
        digest: The first 16 digits of the SHA-256 of the value: putting an old value back makes a
            new version of the same value.
    """

    version: int
    digest: str

    def __str__(self) -> str:
        return f"{self.version} {self.digest}"


@dataclass(frozen=True, slots=True)
class Running:
    """What runs at one moment.

    Attributes:
        aliases: Version by alias.
        settings: Version of each configuration parameter by its name.
    """

    aliases: Mapping[AliasName, str] = field(default_factory=dict)
    settings: Mapping[str, Setting] = field(default_factory=dict)

    def same_as(self, other: "Running") -> bool:
        """Whether the same code and configuration run."""
        return self.aliases == other.aliases and _values(self) == _values(other)

    def agrees_with(self, other: "Running") -> bool:
        """Whether everything that both know of is the same."""
        aliases = self.aliases.keys() & other.aliases.keys()
        names = self.settings.keys() & other.settings.keys()
        return all(self.aliases[one] == other.aliases[one] for one in aliases) and all(
            self.settings[one].digest == other.settings[one].digest for one in names
        )


def _values(running: Running) -> dict[str, str]:
    return {name: setting.digest for name, setting in running.settings.items()}


@dataclass(frozen=True, slots=True)
class Release:
    """A recorded release.

    Attributes:
        number: Number of its row in the trail.
        at: When it was recorded.
        actor: Who made it.
        kind: ``apply``, ``found`` or ``rollback``.
        commit: Commit of its sources; zeros when it is not known.
        clean: Whether the sources were those of the commit, without further changes.
        plan: SHA-256 of the plan that was applied; empty without one.
        schema: Version of the database's schema; empty when it is not known.
        running: Its versions.
        of: The release that was gone back to; None unless it is a rollback.
    """

    number: int
    at: datetime
    actor: str
    kind: str
    commit: str
    clean: bool
    plan: str
    schema: str
    running: Running
    of: int | None = None

    @property
    def known_commit(self) -> bool:
        """Whether the commit is known."""
        return self.commit not in ("", NO_COMMIT)


def detail_of(
    running: Running,
    *,
    kind: str,
    commit: str,
    clean: bool = False,
    plan: str = "",
    schema: str = "",
    of: int | None = None,
) -> dict[str, Scalar]:
    """The detail of a release's row: versions only, never a value.

    Args:
        running: What runs.
        kind: ``apply``, ``found`` or ``rollback``.
        commit: Commit of its sources.
        clean: Whether the sources were those of the commit.
        plan: SHA-256 of the plan.
        schema: Version of the database's schema.
        of: The release that was gone back to.
    """
    detail: dict[str, Scalar] = {
        "kind": kind,
        "commit": commit,
        "clean": clean,
        "plan": plan,
        "schema": schema,
        "of": of,
    }
    detail |= {f"{_ALIAS}{alias}": version for alias, version in running.aliases.items()}
    return detail | {f"{_PARAMETER}{name}": str(one) for name, one in running.settings.items()}


def releases_of(rows: Iterable[AuditRow]) -> list[Release]:
    """The releases of a trail, the oldest first.

    Args:
        rows: Its rows.
    """
    return [_release(row) for row in rows if row.entry.action == RECORDED]


def _release(row: AuditRow) -> Release:
    entry, detail = row.entry, row.entry.detail
    aliases, settings = {}, {}
    for name, value in detail.items():
        if name.startswith(_ALIAS):
            function, _, alias = name.removeprefix(_ALIAS).rpartition(":")
            aliases[AliasName(function, alias)] = str(value)
        elif name.startswith(_PARAMETER):
            number, _, digest = str(value).partition(" ")
            settings[name.removeprefix(_PARAMETER)] = Setting(int(number), digest)
    of = detail.get("of")
    return Release(
        number=entry.sequence,
        at=entry.at,
        actor=entry.actor,
        kind=str(detail.get("kind") or ""),
        commit=str(detail.get("commit") or ""),
        clean=detail.get("clean") is True,
        plan=str(detail.get("plan") or ""),
        schema=str(detail.get("schema") or ""),
        running=Running(aliases, settings),
        of=of if isinstance(of, int) else None,
    )


def release_running(releases: Iterable[Release], now: Running) -> Release | None:
    """The newest release that is what runs now; None when nothing recorded is.

    Args:
        releases: The releases, the oldest first.
        now: What runs.
    """
    return next((one for one in reversed(list(releases)) if one.running.same_as(now)), None)
