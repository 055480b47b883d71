"""Shows an answer on a terminal, as Markdown, as a page, and as SARIF."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import qops
from qops.compliance.answers import ComplianceAnswer, ControlAnswer, EvidenceAnswer, FrameworkAnswer
from qops.compliance.model import Verdict
from qops.health.showing import write_rendered

if TYPE_CHECKING:
    from rich.console import RenderableType

MARKS = {
    Verdict.MET: ("✓", "green"),
    Verdict.NOT_MET: ("✗", "bold red"),
    Verdict.NOT_CHECKABLE: ("?", "yellow"),
    Verdict.NOT_APPLICABLE: ("-", "dim"),
}
"""Mark and style of each verdict; the marks differ without colour, too."""

WORDS = {
    Verdict.MET: "met",
    Verdict.NOT_MET: "not met",
    Verdict.NOT_CHECKABLE: "not checkable here",
    Verdict.NOT_APPLICABLE: "not applicable",
}
"""How each verdict is called."""

_ROOT = "terraform/platform/main.tf"
"""Where SARIF points: the root that calls the layer's module; a resource has no line here."""


def tally(framework: FrameworkAnswer) -> str:
    """How many controls of a framework have which verdict."""
    return ", ".join(f"{count} {WORDS[state]}" for state, count in framework.counts.items())


def telling(answer: ComplianceAnswer, control: ControlAnswer) -> list[str]:
    """The checks of a control that make its verdict, each in one line with its evidence."""
    lines = []
    for name in control.checks:
        check = answer.checks[name]
        if check.verdict is not control.verdict:
            continue
        seen = [one for one in check.evidence if one.verdict is control.verdict]
        if seen:
            more = f" (and {len(seen) - 1} more)" if len(seen) > 1 else ""
            lines.append(f"{name}: {_line(seen[0])}{more}")
        else:
            lines.append(f"{name}: {check.reason}")
    return lines


def _line(one: EvidenceAnswer) -> str:
    return f"{one.address} {one.attribute} = {one.value}"


def compliance_view(answer: ComplianceAnswer) -> "RenderableType":
    """The answer for a terminal: what is not met and what is met, each with its evidence."""
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

    parts: list[RenderableType] = []
    for framework in answer.frameworks:
        parts.append(Text(f"{framework.name}: {tally(framework)}", "bold"))
        table = Table.grid(padding=(0, 1))
        table.add_column(no_wrap=True)
        table.add_column(no_wrap=True)
        table.add_column(overflow="fold", ratio=1)
        for verdict in (Verdict.NOT_MET, Verdict.MET):
            mark, style = MARKS[verdict]
            for control in framework.controls:
                if control.verdict is verdict:
                    for number, line in enumerate(telling(answer, control)):
                        first = number == 0
                        table.add_row(
                            Text(mark if first else "", style),
                            Text(control.id if first else "", style),
                            Text(line),
                        )
        parts.append(table)
        reasons: dict[str, list[str]] = {}
        for control in framework.controls:
            if control.verdict is Verdict.NOT_CHECKABLE:
                reasons.setdefault(_kind(control), []).append(control.id)
        parts += [
            Text(f"? {reason}: {', '.join(names)}", "yellow") for reason, names in reasons.items()
        ]
        parts.append(Text(""))
    read = "the environment was asked, too" if answer.live else "nothing was called live"
    parts.append(
        Text(
            f"{answer.environment}: read from the {answer.source}; {read}. The platform "
            "is judged, not the account.",
            "dim",
        )
    )
    parts.append(Text(f"Controls and checks: {answer.attribution}", "dim"))
    return Group(*parts)


def _kind(control: ControlAnswer) -> str:
    return (
        "some of its checks cannot be seen here" if control.reason[:1].isdigit() else control.reason
    )


def markdown(answer: ComplianceAnswer) -> str:
    """The answer as Markdown, for a report or a pull request."""
    lines = [f"# Compliance of {answer.environment}", ""]
    lines += ["| framework | met | not met | not checkable here |", "|---|---|---|---|"]
    for one in answer.frameworks:
        counts = " | ".join(str(count) for count in one.counts.values())
        lines.append(f"| {one.name} | {counts} |")
    for one in answer.frameworks:
        lines += ["", f"## {one.name}", ""]
        lines += ["| control | verdict | evidence |", "|---|---|---|"]
        for control in one.controls:
            told = [_cell(line) for line in telling(answer, control)]
            shown = control.reason or "<br>".join(told)
            lines.append(f"| {control.id} | {WORDS[control.verdict]} | {shown} |")
    read = "the environment was asked, too" if answer.live else "nothing was called live"
    lines += [
        "",
        f"Read from the {answer.source} at {answer.checked_at:%Y-%m-%d %H:%M} UTC; {read}.",
    ]
    lines += ["The platform is judged, not the account.", "", f"Controls: {answer.attribution}", ""]
    return "\n".join(lines)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;")


def sarif(answer: ComplianceAnswer) -> str:
    """What is not met as SARIF 2.1.0: a rule for each check, a result for each resource."""
    frameworks: dict[str, list[str]] = {}
    for framework in answer.frameworks:
        for control in framework.controls:
            for name in control.checks:
                frameworks.setdefault(name, []).append(f"{framework.id} {control.id}")
    rules: list[dict[str, Any]] = []
    results: list[dict[str, Any]] = []
    for name, check in answer.checks.items():
        if check.verdict is not Verdict.NOT_MET:
            continue
        title = check.title or name
        rules.append(
            {
                "id": name,
                "shortDescription": {"text": title},
                "help": {"text": f"Controls: {', '.join(frameworks[name])}"},
                "properties": {"tags": ["compliance", *frameworks[name]]},
            }
        )
        bad = [one for one in check.evidence if one.verdict is Verdict.NOT_MET]
        told = [(one.address, _line(one)) for one in bad] or [("platform", check.reason)]
        results += [_result(name, address, text) for address, text in told]
    driver = {"name": "qops compliance", "version": qops.__version__, "rules": rules}
    document = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{"tool": {"driver": driver}, "results": results}],
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _result(name: str, address: str, text: str) -> dict[str, Any]:
    location = {
        "physicalLocation": {
            "artifactLocation": {"uri": _ROOT},
            "region": {"startLine": 1},
        },
        "logicalLocations": [{"fullyQualifiedName": address, "kind": "resource"}],
    }
    return {
        "ruleId": name,
        "level": "error",
        "message": {"text": text},
        "locations": [location],
        "partialFingerprints": {"check/address": f"{name}/{address}"},
    }


def write_page(file: Path, answer: ComplianceAnswer) -> Path:
    """Write the answer as one HTML page without scripts; its folder is made."""
    return write_rendered(
        file, "compliance.html.j2", Path(__file__).parent, answer=answer, words=WORDS
    )
