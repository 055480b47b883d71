"""One example per model of a request or an answer; shown in the published documentation.

Each is a real instance, so an example that breaks the schema cannot be written.
"""

from datetime import UTC, datetime

from qscreen import wire
from qscreen.wire import WireModel

_ASKED_AT = datetime(2026, 11, 23, 9, 0, 0, tzinfo=UTC)
_PLANNED_AT = datetime(2026, 11, 23, 9, 0, 1, tzinfo=UTC)
_DONE_AT = datetime(2026, 11, 23, 9, 0, 3, tzinfo=UTC)
_GOAL = "메모장에 '회의 3시, 2층'이라고 쓰고 memo.txt로 저장해 줘"

_EFFECT = wire.Effect(
    step_id="s2",
    outcome=wire.Outcome.CONFIRMED,
    route=wire.Route.ACCESSIBILITY,
    evidence="회의 3시, 2층",
    started_at=_PLANNED_AT,
    duration_ms=84.5,
)

_QUEUED = wire.Run(
    run_id="run-01jd3k9v7c",
    owner="6b1f0f5e-5d1c-4f0e-9d0a-1f6f5a3c2b10",
    device_id="dev-7h2k9q",
    goal=_GOAL,
    mode=wire.RunMode.AUTO,
    status=wire.RunStatus.QUEUED,
    created_at=_ASKED_AT,
    updated_at=_ASKED_AT,
)

_FINISHED = wire.Run(
    run_id=_QUEUED.run_id,
    owner=_QUEUED.owner,
    device_id=_QUEUED.device_id,
    goal=_GOAL,
    mode=_QUEUED.mode,
    status=wire.RunStatus.SUCCEEDED,
    plan=wire.Plan(
        goal=_GOAL,
        language=wire.Language.KO,
        source=wire.PlanSource.GRAMMAR,
        steps=(
            wire.Step(
                id="s1",
                action=wire.OpenApp(app="메모장", new_document=True),
                because="메모장에",
            ),
            wire.Step(
                id="s2",
                action=wire.TypeText(
                    text="회의 3시, 2층", target=wire.Target(role=wire.Role.TEXT_AREA)
                ),
                because="'회의 3시, 2층'이라고 쓰고",
            ),
            wire.Step(
                id="s3",
                action=wire.SaveAs(filename="memo.txt"),
                because="memo.txt로 저장해 줘",
            ),
        ),
        created_at=_PLANNED_AT,
    ),
    effects=(_EFFECT,),
    stages=(
        wire.Stage(name=wire.StageName.OBSERVE, started_at=_ASKED_AT, ended_at=_PLANNED_AT),
        wire.Stage(name=wire.StageName.ACT, started_at=_PLANNED_AT, ended_at=_DONE_AT),
    ),
    attempts=1,
    created_at=_ASKED_AT,
    updated_at=_DONE_AT,
)

_DEVICE = wire.Device(
    device_id="dev-7h2k9q",
    owner=_QUEUED.owner,
    name="front-desk",
    platform=wire.DevicePlatform.LINUX,
    agent_version="0.1.0",
    screenshots_allowed=True,
    status=wire.DeviceStatus.ACTIVE,
    queue_url=(
        "https://sqs.ap-northeast-2.amazonaws.com/000000000000/qscreen-local-device-dev-7h2k9q"
    ),
    region="ap-northeast-2",
    enrolled_at=_ASKED_AT,
    last_seen_at=_DONE_AT,
)

_TEMPLATE_REQUEST = wire.TemplateRequest(
    title="회의 메모",
    description="메모를 쓰고 저장합니다.",
    goal="메모장에 '{{text}}'이라고 쓰고 '{{file_name}}'로 저장해 줘",
    inputs=(
        wire.TemplateInput(name="text", description="메모의 내용", max_length=500),
        wire.TemplateInput(name="file_name", default="memo.txt", max_length=100),
    ),
)
_TEMPLATE = wire.Template(
    template_id="tpl-5c1e8d",
    owner=_QUEUED.owner,
    version=1,
    etag='"6f1c0d8a2b7e4f9d8c3a5b1e"',
    title=_TEMPLATE_REQUEST.title,
    description=_TEMPLATE_REQUEST.description,
    goal=_TEMPLATE_REQUEST.goal,
    inputs=_TEMPLATE_REQUEST.inputs,
    created_at=_ASKED_AT,
    updated_at=_ASKED_AT,
)
_SCHEDULE_REQUEST = wire.ScheduleRequest(
    name="아침 메모",
    expression="cron(0 9 ? * MON-FRI *)",
    timezone="Asia/Seoul",
    template_id=_TEMPLATE.template_id,
    inputs={"text": "회의 3시, 2층"},
    device_id="dev-7h2k9q",
)
_SCHEDULE = wire.Schedule(
    schedule_id="sch-2b9f4a",
    owner=_QUEUED.owner,
    name=_SCHEDULE_REQUEST.name,
    expression=_SCHEDULE_REQUEST.expression,
    timezone=_SCHEDULE_REQUEST.timezone,
    template_id=_SCHEDULE_REQUEST.template_id,
    inputs=_SCHEDULE_REQUEST.inputs,
    device_id=_SCHEDULE_REQUEST.device_id,
    mode=_SCHEDULE_REQUEST.mode,
    state=_SCHEDULE_REQUEST.state,
    created_at=_ASKED_AT,
)
_SETTING = wire.Setting(
    name="report.language", value="ko", etag='"0d8a2b7e4f9d8c3a5b1e6f1c"', updated_at=_ASKED_AT
)
_SESSION = wire.Session(
    session_id="ses-8d3e1c",
    client_id="4r1qd2example",
    started_at=_ASKED_AT,
    last_seen_at=_DONE_AT,
    current=True,
)

_INSTANCES: tuple[WireModel, ...] = (
    wire.Health(status=wire.HealthStatus.OK, version="0.1.0", environment="local"),
    wire.DeepHealth(
        status=wire.HealthStatus.DEGRADED,
        version="0.1.0",
        environment="local",
        checked_at=_ASKED_AT,
        checks=(
            wire.HealthCheck(name="table runs", state=wire.CheckState.HEALTHY, milliseconds=4.2),
            wire.HealthCheck(
                name="queue jobs",
                state=wire.CheckState.UNHEALTHY,
                milliseconds=12.5,
                detail="QueueDoesNotExist",
            ),
        ),
    ),
    wire.RunConfirmation(attempts=1),
    wire.JobRequest(
        items=(
            wire.RunRequest(goal=_GOAL, device_id="dev-7h2k9q"),
            wire.RunRequest(
                template_id="tpl-5c1e8d", inputs={"text": "안녕"}, device_id="dev-7h2k9q"
            ),
        )
    ),
    wire.Job(
        job_id="job-4f7a6b",
        total=2,
        created_at=_ASKED_AT,
        items=(
            wire.JobItem(
                index=0,
                status=wire.JobItemStatus.STARTED,
                run_id="run-01jd3k9v7c",
                run_status=wire.RunStatus.ACTING,
            ),
            wire.JobItem(
                index=1,
                status=wire.JobItemStatus.REFUSED,
                detail="The owner of the run has no device dev-7h2k9r.",
            ),
        ),
    ),
    _TEMPLATE_REQUEST,
    _TEMPLATE,
    wire.TemplateList(
        items=(
            wire.TemplateSummary(
                template_id=_TEMPLATE.template_id,
                title=_TEMPLATE.title,
                version=1,
                updated_at=_ASKED_AT,
            ),
        )
    ),
    wire.TemplateVersionList(items=(wire.TemplateVersion(version=1, created_at=_ASKED_AT),)),
    _SCHEDULE_REQUEST,
    _SCHEDULE,
    wire.ScheduleList(items=(_SCHEDULE,)),
    wire.UploadRequest(filename="sales.pdf", content_type=wire.ContentType.PDF, size_bytes=48213),
    wire.Upload(
        upload_id="upl-3e7b9c",
        key=f"uploads/{_QUEUED.owner}/upl-3e7b9c/sales.pdf",
        url="https://screenshots.example.com/",
        fields={"key": f"uploads/{_QUEUED.owner}/upl-3e7b9c/sales.pdf", "policy": "<policy>"},
        content_type=wire.ContentType.PDF,
        size_bytes=48213,
        expires_at=_DONE_AT,
    ),
    wire.SettingRequest(value="ko"),
    _SETTING,
    wire.SettingList(items=(_SETTING,)),
    _SESSION,
    wire.SessionList(items=(_SESSION,)),
    wire.RunRequest(goal=_GOAL, device_id="dev-7h2k9q", mode=wire.RunMode.AUTO),
    _QUEUED,
    wire.RunList(items=(_QUEUED,)),
    wire.RunReport(
        run=_FINISHED,
        pictures=(
            wire.PictureLinks(
                step_id="s2",
                before_url="https://screenshots.example.com/s2-before.png",
                after_url="https://screenshots.example.com/s2-after.png",
            ),
        ),
        audit_sequence=17,
        audit_hash="5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef",
    ),
    wire.DeviceRun(
        plan=_FINISHED.plan,
        effects=(_EFFECT,),
        started_at=_PLANNED_AT,
        finished_at=_DONE_AT,
    ),
    wire.EnrolRequest(
        name="front-desk",
        platform=wire.DevicePlatform.LINUX,
        agent_version="0.1.0",
        screenshots_allowed=True,
    ),
    _DEVICE,
    wire.DeviceList(items=(_DEVICE,)),
    wire.DeviceCredentials(
        access_key_id="<access key id>",
        secret_access_key="<secret access key>",  # noqa: S106 - the words, not a secret
        session_token="<session token>",  # noqa: S106 - the words, not a secret
        expires_at=_DONE_AT,
    ),
    wire.CommandResult(status=wire.CommandStatus.DONE, effects=(_EFFECT,)),
    wire.CommandAck(command_id="cmd-01jd3k9w2x"),
    wire.HeartbeatReply(cancelled=False),
)

EXAMPLES: dict[type[WireModel], WireModel] = {type(item): item for item in _INSTANCES}
"""Example of each model that an operation takes or answers."""

PROBLEM_EXAMPLES: dict[int, wire.Problem] = {
    status: wire.Problem(title=title, status=status, detail=detail, next_step=next_step)
    for status, title, detail, next_step in (
        (400, "Body against the schema", "/goal has fewer than 1 character.", "Correct the body."),
        (401, "Not signed in", "The access token has expired.", "Sign in again."),
        (
            403,
            "Not allowed",
            "The token lacks the scope, or the device that calls was revoked.",
            "Ask an administrator for the role, or enrol the device again.",
        ),
        (404, "Not found", "There is nothing of this id that belongs to you.", "Check the id."),
        (
            409,
            "Conflict",
            "The Idempotency-Key was used with another body, or the device is revoked.",
            "Use a new key for a new request, or enrol the device again.",
        ),
        (
            412,
            "Changed meanwhile",
            "It was changed or deleted since you looked at it.",
            "Read it again, and send its new etag.",
        ),
        (
            413,
            "Body too large",
            "The request is larger than the 6 MB that the API takes.",
            "Send fewer items at once.",
        ),
        (
            428,
            "Say what you looked at",
            "A change needs the header If-Match.",
            "Read it, and send its etag as If-Match.",
        ),
        (429, "Too many requests", "The request rate is over its limit.", "Wait some seconds."),
        (500, "Platform error", "The request failed inside the platform.", "Send it again."),
        (502, "Platform error", "The API function did not answer.", "Send it again."),
        (
            503,
            "Busy",
            "A service that the platform needs is busy or does not answer.",
            "Wait as long as Retry-After says, and send it again.",
        ),
        (504, "Platform too slow", "The function did not answer in time.", "Send it again."),
    )
}
"""Example of each documented problem answer, by status."""
