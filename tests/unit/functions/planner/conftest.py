"""The planner over an AWS account inside this process, and a dictionary for Redis."""

from types import ModuleType
from typing import Any

import pytest
from planned_run import BUCKET, SEEN, Store
from qs_planner.planning import Planning

from qs_cloud.table import runs_table
from qs_planning.cached_plans import CachedPlans
from qs_planning.planners import Planners
from qs_reading import caching


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Store:
    found = Store()
    monkeypatch.setattr(caching, "_store", lambda arn: found)
    return found


@pytest.fixture
def plan_run(aws: None, load_handler: Any, store: Store) -> Any:
    module: ModuleType = load_handler("planner")
    module._planning = Planning(  # type: ignore[attr-defined]
        runs=runs_table("qscreen-test-runs"),
        planners=Planners(CachedPlans(Store(), version="1")),  # type: ignore[arg-type]
        bucket=BUCKET,
    )

    def plan_run(**observation: Any) -> dict[str, Any]:
        event = {"run_id": "run-1", "observation": {**SEEN, **observation}}
        answer: dict[str, Any] = module.handler(event, None)
        return answer

    plan_run.module = module  # type: ignore[attr-defined]
    return plan_run
