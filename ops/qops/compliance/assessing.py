"""The use case: assess an environment, or a plan in a file."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from zipfile import is_zipfile

from qops.compliance.answers import (
    CheckAnswer,
    ComplianceAnswer,
    ControlAnswer,
    EvidenceAnswer,
    FrameworkAnswer,
)
from qops.compliance.judging import LIVE, Judged, catalogue, conclude, judge
from qops.compliance.model import Verdict
from qops.errors import UsageError
from qops.health.checking import select
from qops.health.running import Result, run_checks
from qops.health.surroundings import Surroundings
from qops.inventory.documents import parse_inventory, read_document
from qops.inventory.model import Inventory
from qops.inventory.state import read_state
from qops.platform.aws import Aws
from qops.settings import Settings


def assess(
    settings: Settings,
    *,
    frameworks: Sequence[str] = (),
    file: Path | None = None,
    aws: Aws | None = None,
    notice: Callable[[str], None] = lambda _: None,
) -> ComplianceAnswer:
    """Assess the applied platform, or a plan.

    Args:
        settings: Which environment.
        frameworks: Ids of frameworks; all when empty.
        file: A saved plan, or a plan or a state in JSON form; the environment's state when
            absent. Nothing is called live for a file.
        aws: The environment's clients; made when absent.
        notice: Called with a line for the person.

    Raises:
        UsageError: There is no such framework, or the file is neither plan nor state.
        PrerequisiteError: The platform is not applied.
    """
    known = catalogue()["frameworks"]
    for one in frameworks:
        if one not in known:
            raise UsageError(
                f"There is no framework {one!r}.", next_step=f"One of: {', '.join(known)}."
            )
    if file is not None:
        planned = _saved(settings, file, notice) if is_zipfile(file) else read_document(file)
        return build(settings, planned, {}, frameworks or list(known))
    clients = aws or Aws(settings)
    inventory = read_state(settings, clients)
    checks = select(sorted(set(LIVE.values())), deep=False)
    results = run_checks(checks, Surroundings(settings, clients, inventory))
    live = {result.check.id: result for result in results}
    return build(settings, inventory, live, frameworks or list(known))


def _saved(settings: Settings, file: Path, notice: Callable[[str], None]) -> Inventory:
    from qops.platform.deployment import Deployment, find_tools

    deployment = Deployment(settings, find_tools(settings, notice=notice), notice=notice)
    deployment.install()
    return parse_inventory(deployment.runner.show(file.absolute()))


def build(
    settings: Settings,
    inventory: Inventory,
    live: Mapping[str, Result],
    frameworks: Sequence[str],
) -> ComplianceAnswer:
    """Put the answer together.

    Args:
        settings: Which environment.
        inventory: The plan or the state.
        live: Results of health by id.
        frameworks: Ids of the frameworks.
    """
    judged: dict[str, Judged] = {}
    shown = []
    for name in dict.fromkeys(frameworks):
        framework = catalogue()["frameworks"][name]
        controls = []
        for control, checks in framework["controls"].items():
            for check in checks:
                if check not in judged:
                    judged[check] = judge(check, inventory, live)
            verdict, reason = conclude([judged[check] for check in checks])
            controls.append(
                ControlAnswer(id=control, verdict=verdict, reason=reason, checks=checks)
            )
        counts = Counter(one.verdict for one in controls)
        wanted = (Verdict.MET, Verdict.NOT_MET, Verdict.NOT_CHECKABLE)
        shown.append(
            FrameworkAnswer(
                id=name,
                name=framework["name"],
                version=framework["version"] or "",
                counts={state: counts.get(state, 0) for state in wanted},
                controls=controls,
            )
        )
    return ComplianceAnswer(
        environment=settings.environment,
        checked_at=datetime.now(UTC),
        source=inventory.source,
        live=bool(live),
        attribution=f"{catalogue()['_source']} ({catalogue()['_license']})",
        frameworks=shown,
        checks={name: _answer(one) for name, one in sorted(judged.items())},
    )


def _answer(one: Judged) -> CheckAnswer:
    return CheckAnswer(
        title=one.title,
        verdict=one.verdict,
        reason=one.reason,
        evidence=[
            EvidenceAnswer(
                address=seen.address,
                attribute=seen.attribute,
                value=seen.value,
                verdict=seen.verdict,
            )
            for seen in one.evidence
        ],
    )
