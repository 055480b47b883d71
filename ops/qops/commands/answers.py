"""Which model each command answers with."""

from qops.answer import Answer
from qops.capacity.answers import CapacityAnswer
from qops.compliance.answers import ComplianceAnswer
from qops.configuration.answers import ConfigAnswer, ConfigChangeAnswer, ConfigPathAnswer
from qops.configuration.completion import CompletionAnswer
from qops.cost.answers import CostAnswer, PricesAnswer
from qops.demo.answers import DemoAnswer
from qops.devices.answers import DeviceAnswer, DeviceRevokedAnswer, DevicesAnswer
from qops.diagram.answers import DiagramAnswer
from qops.drift.answers import DriftAnswer
from qops.drills.answers import (
    CleanAnswer,
    LoseCacheAnswer,
    RestoreBucketsAnswer,
    RestoreDbAnswer,
    RestoreTablesAnswer,
)
from qops.health.answers import ExplainAnswer, HealthAnswer
from qops.jobs.answers import JobAnswer, JobCancelledAnswer, JobsAnswer
from qops.logs.answers import LogsAnswer, TraceAnswer
from qops.platform.answers import (
    ApplyAnswer,
    ApproveAnswer,
    AuditAnswer,
    BuildAnswer,
    DestroyAnswer,
    DownAnswer,
    PlanAnswer,
    UpAnswer,
)
from qops.prerequisites.answers import DoctorAnswer
from qops.queues.answers import QueuesAnswer, RedriveAnswer
from qops.releases.answers import PromoteAnswer, ReleasesAnswer, RollbackAnswer
from qops.rotation.answers import RotateAnswer, SecretsAnswer
from qops.runs.answers import (
    RunAnswer,
    RunCancelledAnswer,
    RunHistoryAnswer,
    RunReportAnswer,
    RunsAnswer,
    RunShownAnswer,
    RunWatchedAnswer,
)
from qops.state.answers import (
    StateListAnswer,
    StateLocksAnswer,
    StateRestoreAnswer,
    StateUnlockAnswer,
    StateVersionsAnswer,
)
from qops.status.answers import StatusAnswer
from qops.users.answers import (
    GroupsAnswer,
    UserAnswer,
    UserDisabledAnswer,
    UserResetAnswer,
    UsersAnswer,
)

ANSWERS: dict[str, type[Answer]] = {
    "adopt": PlanAnswer,
    "apply": ApplyAnswer,
    "approve": ApproveAnswer,
    "audit": AuditAnswer,
    "build": BuildAnswer,
    "capacity": CapacityAnswer,
    "completion install": CompletionAnswer,
    "compliance": ComplianceAnswer,
    "config": ConfigAnswer,
    "config path": ConfigPathAnswer,
    "config set": ConfigChangeAnswer,
    "config unset": ConfigChangeAnswer,
    "cost": CostAnswer,
    "cost update-prices": PricesAnswer,
    "demo": DemoAnswer,
    "destroy": DestroyAnswer,
    "devices list": DevicesAnswer,
    "devices queue": DeviceAnswer,
    "devices revoke": DeviceRevokedAnswer,
    "devices show": DeviceAnswer,
    "diagram": DiagramAnswer,
    "doctor": DoctorAnswer,
    "down": DownAnswer,
    "drift": DriftAnswer,
    "drill clean": CleanAnswer,
    "drill lose-cache": LoseCacheAnswer,
    "drill restore-buckets": RestoreBucketsAnswer,
    "drill restore-db": RestoreDbAnswer,
    "drill restore-tables": RestoreTablesAnswer,
    "health": HealthAnswer,
    "health explain": ExplainAnswer,
    "jobs cancel": JobCancelledAnswer,
    "jobs list": JobsAnswer,
    "jobs show": JobAnswer,
    "jobs submit": JobAnswer,
    "logs": LogsAnswer,
    "plan": PlanAnswer,
    "promote": PromoteAnswer,
    "queues": QueuesAnswer,
    "redrive": RedriveAnswer,
    "releases": ReleasesAnswer,
    "reset": DownAnswer,
    "rollback": RollbackAnswer,
    "rollback --infrastructure": PromoteAnswer,
    "rotate": RotateAnswer,
    "run": RunAnswer,
    "secrets": SecretsAnswer,
    "runs cancel": RunCancelledAnswer,
    "runs history": RunHistoryAnswer,
    "runs list": RunsAnswer,
    "runs report": RunReportAnswer,
    "runs show": RunShownAnswer,
    "runs watch": RunWatchedAnswer,
    "show": PlanAnswer,
    "state": StateListAnswer,
    "state approve": StateRestoreAnswer,
    "state forget": PlanAnswer,
    "state list": StateListAnswer,
    "state locks": StateLocksAnswer,
    "state restore": StateRestoreAnswer,
    "state unlock": StateUnlockAnswer,
    "state versions": StateVersionsAnswer,
    "status": StatusAnswer,
    "trace": TraceAnswer,
    "up": UpAnswer,
    "users add": UserAnswer,
    "users disable": UserDisabledAnswer,
    "users enable": UserAnswer,
    "users groups": GroupsAnswer,
    "users list": UsersAnswer,
    "users reset-totp": UserResetAnswer,
}
