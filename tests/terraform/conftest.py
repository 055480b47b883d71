"""What the tests of the Terraform files share."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from terraform_copy import TerraformCopy, copy_terraform
from terraform_provider import Workers, provider_binary, serve_provider

WORKERS = 2


@pytest.fixture(scope="session")
def terraform(tmp_path_factory: pytest.TempPathFactory) -> TerraformCopy:
    return copy_terraform(tmp_path_factory.mktemp("terraform"))


@pytest.fixture(scope="session")
def workers(terraform: TerraformCopy) -> Iterator[Workers]:
    binary = provider_binary(terraform)
    with ExitStack() as providers:
        yield Workers(
            [providers.enter_context(serve_provider(terraform, binary)) for _ in range(WORKERS)]
        )
