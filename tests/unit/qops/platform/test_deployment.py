from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from qops.errors import PrerequisiteError, QopsError
from qops.platform import deployment as subject
from qops.platform.deployment import Deployment, _temporary_folder
from qops.settings import Settings
from qops.terraform.errors import TerraformError
from qops.terraform.events import Diagnostic


def test_terraforms_sockets_stay_in_our_folder(tmp_path: Path) -> None:
    folder = tmp_path / "tmp"
    if len(str(folder)) > 85:
        folder = Path(*folder.parts[:3]) / "tmp"
    assert _temporary_folder(folder) == {"TMPDIR": str(folder)}
    assert folder.is_dir()


def test_a_path_too_long_for_sockets_is_not_used(tmp_path: Path) -> None:
    folder = tmp_path / ("x" * 90)
    assert _temporary_folder(folder) == {}
    assert not folder.exists()


@pytest.mark.parametrize(
    ("detail", "kind", "told"),
    [
        ("StatusCode: 404, NoSuchBucket: ", PrerequisiteError, "terraform/bootstrap"),
        ("StatusCode: 403, AccessDenied: ", TerraformError, ""),
    ],
)
def test_an_account_without_a_bucket_for_the_state_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, detail: str, kind: type[QopsError], told: str
) -> None:
    def fail(**_: Any) -> None:
        found = Diagnostic("error", "Failed to get existing workspaces", detail)
        raise TerraformError("Terraform could not be initialised.", diagnostics=[found])

    aws = SimpleNamespace(region="ap-northeast-2")
    monkeypatch.setattr(subject, "Aws", lambda settings: aws)
    monkeypatch.setattr(subject, "state_place", lambda settings, aws: ("qscreen-tfstate-1", "k"))
    found: Any = Deployment.__new__(Deployment)
    found._settings = Settings(repository=tmp_path, home=tmp_path, environment="dev")
    found.workspace = SimpleNamespace(root=tmp_path, data=tmp_path)
    found.tools, found.runner = None, SimpleNamespace(init=fail)
    with pytest.raises(kind) as caught:
        found.init()
    assert told in caught.value.next_step
    assert not (tmp_path / "qops-init").exists()
