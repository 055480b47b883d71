"""The locks, the scripts that make them, and the packages they are for."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[3]
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))
PACKAGES = ("lambda_src", "ops", "mac_agent")


def requirements(file: Path) -> dict[str, Requirement]:
    lines = [line for line in file.read_text().splitlines() if line and line[0] not in "#-"]
    found = [Requirement(line) for line in lines]
    return {one.name.lower().replace("_", "-"): one for one in found}


def locked(name: str) -> dict[str, list[str]]:
    text = (ROOT / "requirements" / f"{name}.txt").read_text()
    versions: dict[str, list[str]] = {}
    for package, version in re.findall(r"(?m)^([a-z0-9._-]+)==([^ ;\\]+)", text):
        versions.setdefault(package, []).append(version)
    return versions


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.stem)
def test_every_package_is_pinned_with_hashes(lock: Path) -> None:
    blocks = re.split(r"(?m)^(?=[a-z0-9])", lock.read_text())
    for block in blocks:
        if block.strip() and not block.startswith(("#", "-")):
            assert re.match(r"[a-z0-9._-]+==\S+", block), block[:60]
            assert re.search(r"--hash=sha256:[0-9a-f]{64}", block), block[:60]


@pytest.mark.parametrize("file", [*LOCKS, *sorted((ROOT / "requirements").glob("*.in"))], ids=str)
def test_no_index_and_no_machine_path_is_named(file: Path) -> None:
    assert not re.search(r"https?://|file:|--(extra-)?index|--find-links", file.read_text())


@pytest.mark.parametrize("package", PACKAGES)
def test_the_runtime_covers_what_the_packages_declare(package: str) -> None:
    project = tomllib.loads((ROOT / package / "pyproject.toml").read_text())["project"]
    wanted = requirements(ROOT / "requirements" / "runtime.in")
    versions = locked("runtime")
    for text in project["dependencies"]:
        declared = Requirement(text)
        if declared.name == "qscreen":
            continue
        assert declared.name in wanted, f"{declared.name} is missing in requirements/runtime.in"
        assert all(v in declared.specifier for v in versions[declared.name]), declared


def test_what_is_tested_is_what_runs() -> None:
    dev = locked("dev")
    assert {name: dev.get(name) for name in locked("runtime")} == locked("runtime")


def test_the_installer_is_pinned_where_bootstrap_looks_for_it() -> None:
    assert list(locked("installer")) == ["uv"]


@pytest.mark.parametrize("script", ["scripts/bootstrap", "scripts/lock", "scripts/test", ".ci/run"])
def test_scripts_can_be_run(script: str) -> None:
    assert (ROOT / script).stat().st_mode & 0o111


def test_make_has_a_help_line_for_every_target() -> None:
    text = (ROOT / "Makefile").read_text()
    phony = re.search(r"^\.PHONY: (.*)$", text, re.MULTILINE).group(1).split()
    assert set(re.findall(r"^([a-z0-9-]+):.*## ", text, re.MULTILINE)) == set(phony)
