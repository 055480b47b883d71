"""Each validation has a run that breaks it, and each conditional goes both ways in the runs."""

import dataclasses
import shutil
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest
from terraform_copy import REPOSITORY, TerraformCopy
from terraform_evidence import rewrite_tests
from terraform_provider import Workers

FOLDERS = [
    *(f"modules/{file.parent.name}" for file in sorted(REPOSITORY.glob("modules/*/versions.tf"))),
    "terraform/bootstrap",
    "terraform/platform",
]
ALONE = {"terraform/platform"}
"""Roots that only the end-to-end suite plans as a whole: their rules are looked for, their
conditionals are not."""


@pytest.fixture(scope="module")
def lacking(
    terraform: TerraformCopy, workers: Workers, request: pytest.FixtureRequest
) -> Iterator[dict[str, Future[list[str]]]]:
    """What each module's tests give no evidence of."""
    copy = terraform.root / "evidence"
    for part in ("modules", "terraform"):
        shutil.copytree(REPOSITORY / part, copy / part, ignore=shutil.ignore_patterns(".terraform"))

    def find(folder: str) -> list[str]:
        wanted = rewrite_tests(copy / folder, conditionals=folder not in ALONE)
        done = workers.run(f"evidence/{folder}", "test", "-json")
        assert wanted.rules or wanted.conditions, f"{folder} decides nothing"
        return wanted.missing(done.stdout)

    wanted = {
        item.callspec.params["folder"]
        for item in request.session.items
        if isinstance(item, pytest.Function)
        and item.originalname == test_each_rule_and_conditional_has_its_runs.__name__
    }
    with ThreadPoolExecutor(workers.count) as pool:
        yield {folder: pool.submit(find, folder) for folder in sorted(wanted)}


@pytest.mark.parametrize("folder", FOLDERS)
def test_each_rule_and_conditional_has_its_runs(
    lacking: dict[str, Future[list[str]]], folder: str
) -> None:
    assert not lacking[folder].result()


MODULE = """
variable "size" {
  type = number

  validation {
    condition     = var.size > 0
    error_message = "size must be above 0."
  }

  validation {
    condition     = var.size < 10
    error_message = "size must be below 10."
  }
}

locals {
  _names = { for index in range(var.size) : "n${index}" => index < 2 ? "first" : "later" }
}

resource "terraform_data" "this" {
  for_each = var.size > 5 ? local._names : {}

  input = each.value == "first" ? 1 : 2

  lifecycle {
    precondition {
      condition     = var.size != 7
      error_message = "size must not be 7."
    }
  }
}
"""
TESTS = """
run "small" {
  command = apply

  variables {
    size = 3
  }

  assert {
    condition     = length(terraform_data.this) == 0
    error_message = "none"
  }
}

run "too_large" {
  command = plan

  variables {
    size = 11
  }

  expect_failures = [var.size]
}
"""
LARGE = """
run "large" {
  command = plan

  variables {
    size = 6
  }
}

run "too_small" {
  command = plan

  variables {
    size = 0
  }

  expect_failures = [
    var.size,
  ]
}

run "seven" {
  command = plan

  variables {
    size = 7
  }

  expect_failures = [terraform_data.this["n0"]]
}
"""


@pytest.mark.parametrize(
    ("tests", "gaps"),
    [
        (
            TESTS,
            [
                "main.tf:5: no run breaks this rule",
                "main.tf:26: no run breaks this rule",
                "main.tf:21: var.size > 5: no run makes this true",
                'main.tf:23: each.value == "first": no run makes this false and true',
            ],
        ),
        (TESTS + LARGE, []),
    ],
    ids=["gaps", "none"],
)
def test_gaps_are_seen(
    terraform: TerraformCopy, tmp_path: Path, tests: str, gaps: list[str]
) -> None:
    copy = dataclasses.replace(terraform, root=tmp_path, _ready=set())
    (tmp_path / "one" / "tests").mkdir(parents=True)
    (tmp_path / "one" / "main.tf").write_text(MODULE, encoding="utf-8")
    (tmp_path / "one" / "tests" / "one.tftest.hcl").write_text(tests, encoding="utf-8")
    wanted = rewrite_tests(tmp_path / "one")
    assert wanted.missing(copy.run("one", "test", "-json").stdout) == gaps
