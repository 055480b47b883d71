"""Grades a change by the tables of ``risk.toml``."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from qops.review.model import Grade, Risk


@dataclass(frozen=True, slots=True)
class RiskTables:
    """The content of ``risk.toml``.

    Attributes:
        grades: Points from which a grade begins.
        kinds: Points by ``stateless`` or ``stateful`` and by kind of change.
        layers: Points by layer; absent ones weigh nothing.
        environments: Points by environment.
        attributes: Attributes that weigh by what they become.
        stateful: What a type holds that cannot be made again, by type.
        routine: Types whose replacement belongs to a release.
    """

    grades: Mapping[Grade, int]
    kinds: Mapping[str, Mapping[str, int]]
    layers: Mapping[str, int]
    environments: Mapping[str, int]
    attributes: tuple[Mapping[str, Any], ...]
    stateful: Mapping[str, str]
    routine: frozenset[str]

    def grade_of(self, points: int) -> Grade:
        """The highest grade that so many points reach."""
        return max(
            (grade for grade, least in self.grades.items() if points >= least),
            key=lambda grade: grade.rank,
            default=Grade.LOW,
        )

    def risk(
        self, *, kind: str, type_: str, layer: str, environment: str, becomes: Mapping[str, Any]
    ) -> Risk:
        """Grade one change.

        Args:
            kind: A kind of change of ``risk.toml``.
            type_: Type of the resource.
            layer: Its layer.
            environment: Name of the environment.
            becomes: Values of the attributes that change, by name.

        Returns:
            The grade and what it was made of.
        """
        state = "stateful" if type_ in self.stateful else "stateless"
        counted = [(f"{kind} of a {state} type", self.kinds[state][kind])]
        if counted[0][1]:
            counted.append((f"layer {layer}", self.layers.get(layer, 0)))
            counted.append((f"environment {environment}", self.environments.get(environment, 0)))
        for rule in self.attributes:
            name = rule["name"]
            if (
                name in becomes
                and becomes[name] == rule["becomes"]
                and type(becomes[name]) is type(rule["becomes"])
            ):
                counted.append((f"{name} = {rule['becomes']}: {rule['why']}", int(rule["points"])))
        points = sum(number for _, number in counted)
        return Risk(
            grade=self.grade_of(points),
            points=points,
            reasons=[f"{text}: {number:+d}" for text, number in counted if number],
        )


@cache
def risk_tables() -> RiskTables:
    """The tables of the package's ``risk.toml``."""
    data = tomllib.loads(Path(__file__).with_name("risk.toml").read_text(encoding="utf-8"))
    return RiskTables(
        grades={Grade(name): least for name, least in data["grades"].items()},
        kinds=data["kind"],
        layers=data["layer"],
        environments=data["environment"],
        attributes=tuple(data["attribute"]),
        stateful=data["stateful"],
        routine=frozenset(data["routine"]["replace"]),
    )


def worst(risks: Iterable[Risk]) -> Grade | None:
    """The highest grade; None without any.

    Args:
        risks: Grades of changes.
    """
    return max((risk.grade for risk in risks), key=lambda grade: grade.rank, default=None)
