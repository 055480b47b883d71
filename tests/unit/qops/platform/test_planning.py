from pathlib import Path
from types import SimpleNamespace

import pytest

from qops.errors import PrerequisiteError
from qops.platform import planning as subject
from qops.platform.recovery import StateRecord
from qops.platform.workspace import Workspace
from qops.settings import Settings
from qops.terraform.errors import KilledInInterruptError


def test_no_plan_is_made_from_a_state_that_a_killed_apply_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = Workspace(
        root=tmp_path, data=tmp_path, values=tmp_path, plan=tmp_path / "plan", var_files=()
    )
    cloud = SimpleNamespace(wait_healthy=lambda: SimpleNamespace(generation="one"))
    deployment = SimpleNamespace(workspace=workspace)
    monkeypatch.setattr(subject, "local_cloud", lambda settings: cloud)
    monkeypatch.setattr(subject, "find_tools", lambda *a, **k: None)
    monkeypatch.setattr(subject, "Deployment", lambda *a, **k: deployment)
    with pytest.raises(KilledInInterruptError), StateRecord(workspace).applying("one"):
        raise KilledInInterruptError
    settings = Settings(repository=tmp_path, home=tmp_path)
    with pytest.raises(PrerequisiteError) as caught:
        subject.make_plan(settings, None, notice=lambda text: None)
    assert "qops up" in caught.value.next_step
