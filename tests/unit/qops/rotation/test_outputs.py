"""What ``qops secrets`` and ``qops rotate`` print."""

from datetime import UTC, datetime, timedelta

from golden_files import Golden

from qops.health.answers import CheckAnswer, FindingAnswer
from qops.health.model import Layer, Severity, State
from qops.platform.answers import AuditAnswer, TrailRow
from qops.rotation.answers import (
    ConsumerAnswer,
    Former,
    Outcome,
    RotateAnswer,
    RotatedSecret,
    SecretRow,
    SecretsAnswer,
)
from qops.rotation.errors import under_way

NOW = datetime(2026, 11, 30, 6, 7, 8, tzinfo=UTC)
TOKEN = "1b7c7a3a-5f5f-4a55-9f3e-0d9a3c1f2b4d"


def row(name: str, age: float | None, detail: str = "", *, overdue: bool = False) -> SecretRow:
    return SecretRow(
        name=f"qscreen-prod/{name}",
        state="overdue" if overdue else "fine",
        detail=detail,
        age_days=age,
        every_days=None if age is None else 30.0,
        last_rotated=None if age is None else NOW - timedelta(days=age),
        next_rotation=None if age is None else NOW + timedelta(days=30 - age),
        function=f"qscreen-prod-rotate-{name}",
        under_way=None,
    )


def test_the_age_of_secrets(golden: Golden) -> None:
    late = "overdue: 47 days old, to be rotated every 30"
    rows = [
        row("partner-acme-international", 3.5),
        row("postgres", 47.2, late, overdue=True),
        row("postgres-admin", None, "rotated with what it belongs to"),
        row("redis", 0.2, "a rotation is under way"),
    ]
    answer = SecretsAnswer(environment="prod", at=NOW, secrets=rows)
    golden("secrets", answer)
    golden("secrets", answer, "--quiet", variant="quiet")
    golden("secrets", answer.model_copy(update={"secrets": []}), variant="none")


def rotated(**more: object) -> RotatedSecret:
    values = {
        "secret": "qscreen-prod/postgres",
        "outcome": Outcome.ROTATED,
        "reason": "overdue: 47 days old, to be rotated every 30",
        "age_days": 47.2,
        "version": TOKEN,
        "previous": "v0",
        "steps": ["createSecret", "setSecret", "testSecret", "finishSecret"],
        "present_works": True,
        "former": Former.REFUSED,
        "seconds": 14.2,
        **more,
    }
    return RotatedSecret.model_validate(values)


def test_what_became_of_secrets(golden: Golden) -> None:
    used = [
        ConsumerAnswer(
            kind="function", name="qscreen-prod-recorder", sessions_new=3, sessions_former=0
        ),
        ConsumerAnswer(
            kind="function", name="qscreen-prod-retention", sessions_new=0, sessions_former=1
        ),
        ConsumerAnswer(
            kind="function", name="qscreen-prod-user-data", sessions_new=0, sessions_former=0
        ),
        ConsumerAnswer(kind="function", name="qscreen-prod-planner", came_in="new"),
        ConsumerAnswer(kind="function", name="qscreen-prod-mcp-vision", came_in="former"),
        ConsumerAnswer(kind="proxy", name="qscreen-prod"),
    ]
    check = CheckAnswer(
        id="data.database-connects",
        layer=Layer.DATA,
        severity=Severity.CRITICAL,
        title="PostgreSQL takes connections and has its schema",
        state=State.HEALTHY,
        deep=True,
        seconds=0.1,
        findings=[
            FindingAnswer(subject="PostgreSQL", state=State.HEALTHY, detail="answers, with TLS")
        ],
        meaning="",
        repair="",
        runbook="",
    )
    failed = rotated(
        secret="qscreen-prod/redis",
        outcome=Outcome.FAILED,
        former=Former.UNKNOWN,
        failures=["testSecret: The cache at 10.0.0.4:6379 does not open to the new password."] * 3,
        message="The rotation failed. It was given up. The credential of before works and stays in "
        "use; the one that was given up is refused.",
        next_step="Mend the cause (log group /aws/lambda/qscreen-prod-rotate-redis), then: qops "
        "rotate redis",
    )
    key = rotated(
        secret="qscreen-prod/partner-acme",
        former=Former.VALID,
        consumers=[ConsumerAnswer(kind="outside", name="acme")],
        message="The former key stays valid for its overlap: give the partner the new one.",
    )
    done = [rotated(consumers=used, checks=[check]), failed, key]
    answer = RotateAnswer(environment="prod", dry_run=False, secrets=done)
    golden("rotate", answer, "--all")
    golden("rotate", answer, "--all", "--quiet", variant="quiet")
    planned = rotated(
        outcome=Outcome.PLANNED,
        consumers=used[-1:],
        message="By qscreen-prod-rotate-postgres; the former credential is kept.",
    )
    plan = RotateAnswer(environment="prod", dry_run=True, secrets=[planned])
    golden("rotate", plan, "--due", "--dry-run", variant="dry run")
    none = RotateAnswer(environment="prod", dry_run=False, secrets=[])
    golden("rotate", none, "--due", variant="none")
    golden("rotate", under_way("postgres", TOKEN), "postgres", variant="under way")


def test_the_trail_tells_of_rotations_and_drills(golden: Golden) -> None:
    def row(sequence: int, action: str, **detail: str | int) -> TrailRow:
        subject = "qscreen-prod/postgres" if action.startswith("secret") else "qscreen-prod"
        return TrailRow.model_validate(
            {"sequence": sequence, "at": NOW, "actor": "kim@desk", "action": action}
            | {"subject": subject, "detail": detail, "hash": "ab" * 32}
        )

    rows = [
        row(1, "secret.rotate.start", reason="asked for by name"),
        row(2, "secret.rotate.end", started=1, result="rotated", former="refused"),
        row(3, "drill.restore-db.start", drill="drill-20261130t060708z"),
        row(4, "drill.restore-db.end", started=3, result="holds"),
    ]
    answer = AuditAnswer(intact=True, checked=4, message=None, rows=rows, unfinished=[])
    golden("audit", answer, variant="operations")
