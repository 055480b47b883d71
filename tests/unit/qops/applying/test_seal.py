import json
import stat
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from qops.applying.seal import (
    Seal,
    StateVersion,
    file_digest,
    planned_state,
    read_seal,
    seal_file,
    write_seal,
)
from qops.errors import ExitCode, RefusedError

STATE = (
    '{\n  "version": 4,\n  "terraform_version": "1.11.4",\n  "serial": 12,\n  "lineage": "ab-c",'
)


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    file = tmp_path / "platform.tfplan"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("tfplan", b"\x00binary")
        archive.writestr("tfstate", STATE + ' "outputs": {}}')
    write_seal(file, seal_of(file))
    return file


def seal_of(plan: Path) -> Seal:
    return Seal(
        environment="prod",
        plan=file_digest(plan),
        planned_by="arn:aws:sts::1:assumed-role/plan/ci",
        planned_at="2026-11-30T06:00:00+00:00",
        lineage="ab-c",
        serial=12,
        configuration="c" * 64,
        provider_lock="d" * 64,
        commit="e" * 40,
    )


def test_a_seal_is_read_as_it_was_written(plan: Path) -> None:
    assert read_seal(plan) == seal_of(plan)
    for file in (plan, seal_file(plan)):
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_the_plan_itself_says_which_state_it_was_made_against(plan: Path) -> None:
    assert planned_state(plan) == StateVersion("ab-c", 12)
    assert seal_of(plan).state == planned_state(plan)


@pytest.mark.parametrize("content", [b"no zip", b""])
def test_what_is_no_plan_file_is_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "x.tfplan"
    file.write_bytes(content)
    with pytest.raises(RefusedError, match="is no saved plan") as caught:
        planned_state(file)
    assert "qops plan" in caught.value.next_step


def test_a_changed_plan_is_refused(plan: Path) -> None:
    content = bytearray(plan.read_bytes())
    content[-1] ^= 1
    plan.write_bytes(content)
    with pytest.raises(RefusedError, match="was changed after it was made") as caught:
        read_seal(plan)
    assert caught.value.exit_code == ExitCode.REFUSED


@pytest.mark.parametrize("name", [*Seal.__dataclass_fields__, "format"])
def test_a_seal_that_was_edited_anywhere_is_refused(plan: Path, name: str) -> None:
    file = seal_file(plan)
    data = json.loads(file.read_text())
    data[name] = data[name] + 1 if isinstance(data[name], int) else data[name] + "0"
    file.write_text(json.dumps(data))
    with pytest.raises(RefusedError, match="was changed after it was made"):
        read_seal(plan)


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"seal": "x", "format": 1}'])
def test_half_a_seal_is_refused(plan: Path, text: str) -> None:
    seal_file(plan).write_text(text)
    with pytest.raises(RefusedError, match="cannot be read"):
        read_seal(plan)


def test_a_plan_without_a_seal_is_refused(plan: Path) -> None:
    seal_file(plan).unlink()
    with pytest.raises(RefusedError, match="has no seal"):
        read_seal(plan)


def test_the_digest_covers_every_field(plan: Path) -> None:
    seal = seal_of(plan)
    digests = {seal.digest}
    for name in Seal.__dataclass_fields__:
        value = getattr(seal, name)
        digests.add(
            replace(seal, **{name: value + 1 if isinstance(value, int) else value + "x"}).digest
        )
    assert len(digests) == len(Seal.__dataclass_fields__) + 1


def test_a_state_head_without_its_names_is_no_state() -> None:
    with pytest.raises(ValueError, match="no serial"):
        StateVersion.of(b'{"version": 4}')
