"""Which model each command answers with."""

from qops.answer import Answer
from qops.capacity.answers import CapacityAnswer
from qops.compliance.answers import ComplianceAnswer
from qops.configuration.answers import ConfigAnswer, ConfigChangeAnswer, ConfigPathAnswer
from qops.configuration.completion import CompletionAnswer
from qops.cost.answers import CostAnswer, PricesAnswer
from qops.demo.answers import DemoAnswer
from qops.diagram.answers import DiagramAnswer
from qops.health.answers import ExplainAnswer, HealthAnswer
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
from qops.runs.answers import RunAnswer
from qops.status.answers import StatusAnswer

ANSWERS: dict[str, type[Answer]] = {
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
    "diagram": DiagramAnswer,
    "doctor": DoctorAnswer,
    "down": DownAnswer,
    "health": HealthAnswer,
    "health explain": ExplainAnswer,
    "plan": PlanAnswer,
    "reset": DownAnswer,
    "run": RunAnswer,
    "show": PlanAnswer,
    "status": StatusAnswer,
    "up": UpAnswer,
}
