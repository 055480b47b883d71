import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from qops.errors import PrerequisiteError
from qops.platform.aws import Aws, cloud_environment, region_of
from qops.platform.workspace import prepare_workspace, sources_digest
from qops.settings import Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    source = tmp_path / "checkout" / "terraform" / "platform"
    (source / "environments").mkdir(parents=True)
    (source / "main.tf").write_text('module "data" {}')
    (source / ".terraform.lock.hcl").write_text("lock")
    (source / "variables.tf").write_text(
        'variable "region" {\n  description = "x"\n  default     = "ap-northeast-2"\n}\n'
    )
    (source / "environments" / "local.tfvars").write_text('environment = "local"\n')
    (source / "environments" / "dev.tfvars").write_text('region = "eu-west-1"\n')
    (source / "tests").mkdir()
    (tmp_path / "checkout" / "modules" / "data").mkdir(parents=True)
    return Settings(repository=tmp_path / "checkout", home=tmp_path / "home", port=4999)


def test_the_copy_keeps_its_state_in_the_local_cloud(settings: Settings) -> None:
    workspace = prepare_workspace(settings)
    override = (workspace.root / "backend_override.tf").read_text()
    assert 'endpoints = { s3 = "http://127.0.0.1:4999" }' in override
    assert 'region = "ap-northeast-2"' in override
    assert "use_path_style = true" in override
    assert not (settings.platform_folder / "backend_override.tf").exists()
    assert (workspace.root / "../../modules/data").resolve() == (
        settings.repository / "modules" / "data"
    )
    assert not (workspace.root / "tests").exists()
    assert (workspace.root / ".terraform.lock.hcl").read_text() == "lock"


def test_files_that_vanished_vanish_from_the_copy(settings: Settings) -> None:
    workspace = prepare_workspace(settings)
    (settings.platform_folder / "more.tf").touch()
    prepare_workspace(settings)
    (settings.platform_folder / "more.tf").rename(settings.platform_folder / "inputs.tf")
    (settings.platform_folder / "environments" / "dev.tfvars").unlink()
    prepare_workspace(settings)
    assert sorted(path.name for path in workspace.root.glob("*.tf")) == [
        "backend_override.tf",
        "inputs.tf",
        "main.tf",
        "variables.tf",
    ]
    assert not (workspace.root / "environments" / "dev.tfvars").exists()


def test_values_name_the_build_the_release_and_locally_the_endpoint(settings: Settings) -> None:
    local = json.loads(prepare_workspace(settings).values.read_text())
    assert local["endpoint_url"] == "http://127.0.0.1:4999"
    assert local["build_dir"] == str(settings.home / "build" / "local")
    assert set(local["release"]) == {"version", "commit"}
    dev = prepare_workspace(replace(settings, environment="dev"))
    assert "endpoint_url" not in json.loads(dev.values.read_text())
    assert not (dev.root / "backend_override.tf").exists()


def test_a_checkout_without_the_root_is_an_error(settings: Settings) -> None:
    (settings.platform_folder / "main.tf").unlink()
    with pytest.raises(PrerequisiteError, match="no Terraform configuration"):
        prepare_workspace(settings)


def test_the_digest_follows_sources_values_and_archives(settings: Settings) -> None:
    manifest = settings.home / "manifest.json"
    manifest.parent.mkdir()
    manifest.write_text("1")
    first = sources_digest(settings, [manifest])
    assert sources_digest(settings, [manifest]) == first
    manifest.write_text("2")
    second = sources_digest(settings, [manifest])
    (settings.repository / "modules" / "data" / "main.tf").write_text("new")
    third = sources_digest(settings, [manifest])
    fourth = sources_digest(replace(settings, port=5000), [manifest])
    assert len({first, second, third, fourth}) == 4


def test_the_digest_is_the_same_in_another_folder(settings: Settings, tmp_path: Path) -> None:
    elsewhere = tmp_path / "tests" / "checkout"  # whatever the folder above is called
    shutil.copytree(settings.repository, elsewhere)
    moved = replace(settings, repository=elsewhere, home=tmp_path / "other")
    assert sources_digest(moved) == sources_digest(settings)
    (elsewhere / "modules" / "data" / "main.tf").write_text("new")
    assert sources_digest(moved) != sources_digest(settings)
    (elsewhere / "modules" / "data" / "main.tf").unlink()
    (elsewhere / "terraform" / "platform" / "tests" / "a.tftest.hcl").write_text("a test")
    assert sources_digest(moved) == sources_digest(settings)


def test_the_region_is_the_environments_or_the_default(settings: Settings) -> None:
    assert region_of(settings) == "ap-northeast-2"
    assert region_of(replace(settings, environment="dev")) == "eu-west-1"


def test_nothing_of_a_real_identity_reaches_the_local_cloud(settings: Settings) -> None:
    inherited = {
        "PATH": "/bin",
        "AWS_PROFILE": "production",
        "AWS_SESSION_TOKEN": "secret",
        "AWS_ENDPOINT_URL_S3": "https://s3.example",
        "AWS_ACCESS_KEY_ID": "AKIAREAL",
    }
    local = cloud_environment(settings, inherited)
    assert local["AWS_ENDPOINT_URL"] == "http://127.0.0.1:4999"
    assert not {"AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL_S3"} & set(local)
    assert local["AWS_ACCESS_KEY_ID"] != "AKIAREAL"
    dev = cloud_environment(replace(settings, environment="dev"), inherited)
    assert dev["AWS_PROFILE"] == "production"
    assert "AWS_ENDPOINT_URL" not in dev


def test_local_clients_talk_to_this_machine_only(settings: Settings, monkeypatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_SQS", "https://sqs.example")
    assert Aws(settings).client("sqs").meta.endpoint_url == "http://127.0.0.1:4999"


def test_a_service_has_one_client(settings: Settings) -> None:
    aws = Aws(settings)
    assert aws.client("sqs") is aws.client("sqs")
    assert aws.client("sqs") is not aws.client("ssm")
