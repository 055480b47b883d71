"""What the commands of releases print, at 80 and 160 columns."""

from datetime import UTC, datetime
from pathlib import Path

from example_plans import plan
from golden_files import Golden

from qops.errors import RefusedError
from qops.platform.answers import PlanAnswer, TrailRow
from qops.releases.answers import (
    Move,
    PromoteAnswer,
    ReleaseAnswer,
    ReleasesAnswer,
    RollbackAnswer,
    ValueDifference,
)
from qops.review.reading import review_of

NOW = datetime(2026, 11, 30, 6, 7, 8, tzinfo=UTC)
COMMIT = "3f2a9c51d0e84b7796a1c2d3e4f5061728394a5b"
CI = "arn:aws:sts::123456789012:assumed-role/qscreen-apply-prod/김영희"
FUNCTIONS = ("api", "authorizer", "dispatch", "mcp-document", "mcp-language", "planner",
             "rotate-partner-key", "rotate-postgres", "work-jobs", "write-audit")  # fmt: skip


def release(number: int, kind: str = "apply", **changes: object) -> ReleaseAnswer:
    versions = {f"qscreen-prod-{name}:live": str(number + (name == "api")) for name in FUNCTIONS}
    given: dict[str, object] = {
        "number": number, "at": NOW, "actor": CI, "kind": kind, "of": None, "commit": COMMIT,
        "clean": True, "plan": "ab" * 32, "database": "0007", "functions": versions,
        "parameters": {"/qscreen/prod/models": 3}, "running": False,
    }  # fmt: skip
    return ReleaseAnswer.model_validate(given | changes)


def test_releases(golden: Golden) -> None:
    found = [
        release(44, "rollback", of=42, clean=False),
        release(42, "rollback", of=3, clean=False),
        release(41, "rollback", of=12, running=True),
        release(33, clean=False),
        release(12),
        release(9, "found", clean=False, commit="0" * 40),
        release(3, "found", clean=False),
    ]
    golden("releases", ReleasesAnswer(releases=found, recorded=True, differs=[]))
    moved = "qscreen-prod-rotate-partner-key:live: version 33, now 34"
    golden("releases", ReleasesAnswer(releases=[release(33)], recorded=False,
                                      differs=[moved]), variant="moved")  # fmt: skip
    golden("releases", ReleasesAnswer(releases=[], recorded=False, differs=[]), variant="none")


def test_rollback(golden: Golden) -> None:
    row = TrailRow(sequence=41, at=NOW, actor=CI, action="release.record", subject="prod",
                   detail={"kind": "rollback"}, hash="0" * 64)  # fmt: skip
    answer = RollbackAnswer(
        release=12, commit=COMMIT,
        functions=[Move(name=f"qscreen-prod-{name}:live", before="33", after="12")
                   for name in FUNCTIONS[:3]],
        parameters=[Move(name="/qscreen/prod/models", before="4", after="3")],
        left=["qscreen-prod-user-data:live: it came later"],
        health=["compute.functions: healthy", "network.api-answers: healthy"],
        next_plan="The next qops plan shows 3 aliases and 1 parameters as drift and would move "
        "them forward again: mend the cause before you apply, or plan the former configuration: "
        "qops rollback --infrastructure 12",
        audit=row,
    )  # fmt: skip
    golden("rollback", answer)
    idle = {"functions": [], "parameters": [], "left": [], "health": [], "next_plan": "",
            "audit": None}  # fmt: skip
    golden("rollback", answer.model_copy(update=idle), variant="idle")
    refused = RefusedError(
        "Release 12 is not to be had any more.", why="Gone is version 12 of qscreen-prod-api.",
        next_step="Build it again from its commit: qops rollback --infrastructure 12",
    )  # fmt: skip
    golden("rollback", refused, variant="refused")


def promotion() -> PromoteAnswer:
    values = [("data.database.multi_az", None, "true"), ("network.nat", '"single"', '"per_zone"'),
              ("security.key_deletion_days", "7", None)]  # fmt: skip
    document = plan() | {"resource_changes": plan()["resource_changes"][:2], "resource_drift": []}
    return PromoteAnswer(
        source="dev", target="prod", commit=COMMIT, release=33, runs="c0ffee" + "1" * 34,
        commits=["3f2a9c5 계획의 비용을 함께 보여 준다", "91ab23c Keep a former release"],
        values=[ValueDifference(name=name, source=one, target=other)
                for name, one, other in values],
        health={"healthy": 41, "not_applicable": 9},
        plan=PlanAnswer.of(Path("/work/.qscreen/checkouts/3f2a9c51d0e8/prod.tfplan"),
                           review_of(document, "prod")),
    )  # fmt: skip


def test_promote(golden: Golden) -> None:
    golden("promote", promotion(), "dev", "prod")
    refused = RefusedError(
        "dev is not healthy: 1 of 50 checks.", details=["data.database: unhealthy"],
        next_step="Look at them: qops health --env dev",
    )  # fmt: skip
    golden("promote", refused, "dev", "prod", variant="refused")


def test_the_plan_of_a_way_back(golden: Golden) -> None:
    answer = promotion().model_copy(
        update={"source": "release 12", "values": [], "health": {}, "commits": []}
    )
    golden("rollback --infrastructure", answer, "12")
