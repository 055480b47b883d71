"""Moves aliases and parameters, all or none of them."""

import json
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from qops.errors import QopsError
from qops.platform.aws import Aws
from qops.releases.model import AliasName
from qops.releases.observing import AT_ONCE, digest


class ShiftError(QopsError):
    """Not all could be moved; what was moved is where it was before."""

    code = "rollback"


@dataclass(frozen=True, slots=True)
class AliasMove:
    """An alias and where it goes.

    Attributes:
        alias: The alias.
        before: Version at which it points.
        after: Version at which it is to point.
    """

    alias: AliasName
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class SettingMove:
    """A parameter and whose value it gets.

    Attributes:
        name: Name of the parameter.
        before: Version that it has.
        after: Version whose value it gets.
        wanted: Digest of that value.
    """

    name: str
    before: int
    after: int
    wanted: str


@dataclass(slots=True)
class Shifter:
    """Moves, remembers what it moved, and takes it back.

    Attributes:
        aws: Clients of the environment.
        record: Name of the parameter that tells what the pipeline released; empty without one.
    """

    aws: Aws
    record: str = ""
    _aliases: list[AliasMove] = field(default_factory=list)
    _values: dict[str, dict[str, Any]] = field(default_factory=dict)

    @contextmanager
    def all_or_none(self) -> Iterator[None]:
        """Take everything back when the body fails, whatever the failure.

        Raises:
            ShiftError: Something could not be taken back; its text says what.
        """
        try:
            yield
        except BaseException as error:
            stuck = self._back()
            if stuck:
                raise ShiftError(
                    "The rollback failed, and not everything could be put back.",
                    why=f"{type(error).__name__}: {error}",
                    details=stuck,
                    next_step="Put these back by hand (aws lambda update-alias, aws ssm "
                    "put-parameter); qops releases shows what differs.",
                ) from error
            raise

    def move_aliases(self, moves: list[AliasMove]) -> None:
        """Point aliases at other versions, several at a time.

        Args:
            moves: What goes where.

        Raises:
            ShiftError: One could not be moved; the others may have been.
        """
        client = self.aws.client("lambda")

        def move(one: AliasMove) -> None:
            now = client.get_alias(FunctionName=one.alias.function, Name=one.alias.alias)
            if now["FunctionVersion"] != one.before:
                raise ShiftError(
                    f"{one.alias} was moved by somebody else.",
                    why=f"It pointed at version {one.before}, now at {now['FunctionVersion']}.",
                    next_step="Find out who deploys (qops audit, the pipeline), then again.",
                )
            # Known before it is done: an answer that never comes may have moved it all the same.
            self._aliases.append(one)
            _point(client, one.alias, one.after, RevisionId=now["RevisionId"])

        with ThreadPoolExecutor(max_workers=AT_ONCE) as pool:
            ended = [pool.submit(move, one) for one in moves]
        for future in ended:  # all have ended: what was moved is known before the first error
            future.result()
        wrong = [
            str(one.alias)
            for one in moves
            if client.get_alias(FunctionName=one.alias.function, Name=one.alias.alias)[
                "FunctionVersion"
            ]
            != one.after
        ]
        if wrong:
            raise ShiftError(
                f"{wrong[0]} does not point at the version of the release.",
                why="Lambda took the change, and answers otherwise now: somebody else moves it.",
                details=wrong[1:],
                next_step="Find out who deploys, then again.",
            )

    def move_settings(self, moves: list[SettingMove]) -> None:
        """Give parameters the value of a former version.

        Args:
            moves: What gets which.

        Raises:
            ShiftError: A former version is gone, or holds another value than was recorded.
        """
        client = self.aws.client("ssm")
        for one in moves:
            former = value_of(self.aws, one)
            now = client.get_parameter(Name=one.name, WithDecryption=True)["Parameter"]
            self._values[one.name] = now
            _put(client, now, former)

    def write_record(self, commit: str, versions: Mapping[str, str]) -> None:
        """Write what the pipeline would have written after such a release.

        Args:
            commit: Commit of the release.
            versions: Version by short name of the function.
        """
        if not self.record:
            return
        client = self.aws.client("ssm")
        now = client.get_parameter(Name=self.record)["Parameter"]
        self._values[self.record] = now
        _put(client, now, json.dumps({"commit": commit, "versions": dict(versions)}))

    def _back(self) -> list[str]:
        stuck = []
        client = self.aws.client("lambda")
        for move in reversed(self._aliases):
            try:
                now = client.get_alias(FunctionName=move.alias.function, Name=move.alias.alias)
                if now["FunctionVersion"] == move.after:  # else it never moved, or went on
                    _point(client, move.alias, move.before)
            except Exception as error:  # the others still have to go back
                stuck.append(f"{move.alias}: to version {move.before} ({error})")
        for name, before in self._values.items():
            try:
                _put(self.aws.client("ssm"), before, str(before["Value"]))
            except Exception as error:
                stuck.append(f"{name}: to the value of version {before['Version']} ({error})")
        self._aliases.clear()
        self._values.clear()
        return stuck


def value_of(aws: Aws, move: SettingMove) -> str:
    """The value that a parameter is to get.

    Args:
        aws: Clients of the environment.
        move: Which parameter, which version.

    Raises:
        ShiftError: The version is gone (Parameter Store keeps 100), or holds another value.
    """
    client = aws.client("ssm")
    try:
        answer = client.get_parameter(Name=f"{move.name}:{move.after}", WithDecryption=True)
        value = str(answer["Parameter"]["Value"])
    except (
        client.exceptions.ParameterVersionNotFound,
        client.exceptions.ParameterNotFound,
    ) as gone:
        raise ShiftError(
            f"Version {move.after} of {move.name} is gone.",
            why="Parameter Store keeps the last 100 versions.",
            next_step="Go back with the infrastructure: qops rollback --infrastructure <release>",
        ) from gone
    if digest(value) != move.wanted:
        raise ShiftError(
            f"Version {move.after} of {move.name} is not what the release recorded.",
            why="The parameter was deleted and made again since: its numbers began anew.",
            next_step="Go back with the infrastructure: qops rollback --infrastructure <release>",
        )
    return value


def _point(client: Any, alias: AliasName, version: str, **more: str) -> None:
    client.update_alias(
        FunctionName=alias.function,
        Name=alias.alias,
        FunctionVersion=version,
        RoutingConfig={"AdditionalVersionWeights": {}},
        **more,
    )


def _put(client: Any, parameter: Mapping[str, Any], value: str) -> None:
    client.put_parameter(
        Name=parameter["Name"], Value=value, Type=parameter["Type"], Overwrite=True
    )
