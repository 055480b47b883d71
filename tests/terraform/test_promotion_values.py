"""What two environments set differently, read by the real Terraform from the real files."""

from pathlib import Path

import pytest
from terraform_copy import REPOSITORY, TerraformCopy

from qops.releases.values import VariablesError, read_values, value_differences

PLATFORM = REPOSITORY / "terraform" / "platform"


def test_dev_and_prod_differ_where_their_files_do(terraform: TerraformCopy) -> None:
    binary = Path(terraform.binary)
    dev, prod = (read_values(binary, PLATFORM, name) for name in ("dev", "prod"))
    found = {one.name: (one.source, one.target) for one in value_differences(dev, prod)}
    assert found["network.nat"] == ('"single"', '"per_zone"')
    assert found["data.database.multi_az"] == (None, "true")
    assert found["data.force_destroy"] == ("true", None)
    assert not value_differences(dev, dev)
    assert set(dev) <= set((PLATFORM / "environments" / "dev.tfvars").read_text().split())


def test_a_file_that_terraform_cannot_read_is_named(
    terraform: TerraformCopy, tmp_path: Path
) -> None:
    (tmp_path / "variables.tf").write_text('variable "network" {}\n')
    (tmp_path / "environments").mkdir()
    (tmp_path / "environments" / "dev.tfvars").write_text("network = {\n")
    with pytest.raises(VariablesError) as caught:
        read_values(Path(terraform.binary), tmp_path, "dev")
    assert "environments/dev.tfvars" in caught.value.next_step
    assert caught.value.why
