"""The table of what the local cloud does not hold is true: nothing is missing from it, nothing is
in it that exists."""

import re

import pytest
from platform_state import applied_here, declared_blocks, resources
from terraform_copy import REPOSITORY

TABLE = REPOSITORY / "docs" / "local-cloud.md"
ROW = re.compile(r"^\| `(\w+)` \| `(\w+)\.(\w+)` \| (.{15,}) \|$", re.MULTILINE)

pytestmark = pytest.mark.skipif(
    not applied_here(), reason="this endpoint's platform was not applied by qops here"
)


def rows() -> set[tuple[str, str, str]]:
    found = ROW.findall(TABLE.read_text(encoding="utf-8"))
    return {(module, kind, name) for module, kind, name, _ in found}


def test_what_is_not_applied_is_in_the_table_and_nothing_else() -> None:
    applied = set()
    for resource in resources():
        path, kind, name = resource.block.rsplit(".", 2)
        module = path.rsplit(".", 1)[-1]
        source = {"function": "lambda_function"}.get(module, module)
        applied.add((bucket_module(source, kind), kind, name))
    missing = declared_blocks() - applied
    assert missing == rows()


def bucket_module(module: str, kind: str) -> str:
    """Calls of modules/bucket bear names of their own (releases, access_logs, ...)."""
    declared = {name for name, _, _ in declared_blocks()}
    return module if module in declared else "bucket"
