from pathlib import Path

import pytest

from qops.local import LocalCloud, lifecycle
from qops.local.model import LocalCloudError
from qops.processes import GroupState


def test_a_cloud_on_another_port_is_named_instead_of_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = GroupState("local cloud", "ready", 1, 0.0, 0.0, details={"port": 4611})
    monkeypatch.setattr(lifecycle, "group_status", lambda folder: state)
    monkeypatch.setattr(lifecycle, "_health", lambda port: {})
    with pytest.raises(LocalCloudError, match="runs on port 4611") as caught:
        LocalCloud(tmp_path, 4612).wait_healthy()
    assert "QOPS_PORT=4611" in caught.value.next_step
