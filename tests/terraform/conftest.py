"""What the tests of the Terraform files share."""

import pytest
from terraform_copy import TerraformCopy, copy_terraform


@pytest.fixture(scope="session")
def terraform(tmp_path_factory: pytest.TempPathFactory) -> TerraformCopy:
    return copy_terraform(tmp_path_factory.mktemp("terraform"))
