import hashlib
import io
import stat
import zipfile
from contextlib import contextmanager
from pathlib import Path

import pytest
from fake_terraform import FakeTerraform

from qops.errors import PrerequisiteError
from qops.prerequisites import terraform_binary as subject
from qops.prerequisites.terraform_binary import PINNED, find_terraform, fits, platform_name


def terraform(folder: Path, version: str) -> FakeTerraform:
    program = FakeTerraform(folder)
    program.answer("version", stdout=f'{{"terraform_version": "{version}"}}')
    return program


def archive(content: bytes = b'#!/bin/sh\necho \'{"terraform_version": "1.11.4"}\'\n') -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as packed:
        packed.writestr("terraform", content)
    return buffer.getvalue()


def opener(data: bytes, seen: list[str]):
    @contextmanager
    def open_address(address: str):
        seen.append(address)
        yield io.BytesIO(data)

    return open_address


@pytest.mark.parametrize(
    ("version", "good"),
    [("1.11.0", True), ("1.11.4", True), ("1.14.2", True), ("1.10.9", False), ("0.15.5", False),
     ("2.0.0", False), ("1.12.0-beta1", False), ("", False)],
)  # fmt: skip
def test_which_versions_fit(version: str, good: bool) -> None:
    assert fits(version) is good


def test_the_one_on_path_is_used_if_it_fits(tmp_path: Path) -> None:
    terraform(tmp_path / "bin", "1.12.1")
    found = find_terraform(tmp_path / "home", search_path=str(tmp_path / "bin"))
    assert (found.version, found.source) == ("1.12.1", "PATH")
    assert not (tmp_path / "home").exists()


def test_one_that_is_too_old_is_named_when_nothing_may_be_fetched(tmp_path: Path) -> None:
    terraform(tmp_path / "bin", "1.5.7")
    with pytest.raises(PrerequisiteError) as caught:
        find_terraform(tmp_path, search_path=str(tmp_path / "bin"), allow_download=False)
    assert "is version 1.5.7" in caught.value.why
    assert "1.11 or later" in caught.value.why


def test_the_pinned_release_is_fetched_verified_and_kept(tmp_path: Path) -> None:
    data, seen = archive(), []
    sums = {platform_name(): hashlib.sha256(data).hexdigest()}
    notices: list[str] = []
    found = find_terraform(
        tmp_path, search_path="", notice=notices.append, opener=opener(data, seen), checksums=sums
    )
    assert found.source == "downloaded"
    assert found.path.stat().st_mode & stat.S_IXUSR
    assert seen == [f"{subject.RELEASES}/{PINNED}/terraform_{PINNED}_{platform_name()}.zip"]
    assert "there is none on PATH" in notices[0]
    again = find_terraform(tmp_path, search_path="", opener=opener(b"", seen))
    assert again.source == "pinned release"
    assert len(seen) == 1


def test_an_archive_with_another_checksum_is_not_used(tmp_path: Path) -> None:
    sums = {platform_name(): "0" * 64}
    with pytest.raises(PrerequisiteError, match="not the pinned one"):
        find_terraform(tmp_path, search_path="", opener=opener(archive(), []), checksums=sums)
    assert not (tmp_path / "bin" / "terraform").exists()
    assert list((tmp_path / "bin").iterdir()) == []


def test_no_network_says_what_to_do(tmp_path: Path) -> None:
    def refuse(address: str):
        raise OSError("no route to host")

    with pytest.raises(PrerequisiteError) as caught:
        find_terraform(
            tmp_path, search_path="", opener=refuse, checksums={platform_name(): "0" * 64}
        )
    assert "no route to host" in caught.value.why
    assert "PATH" in caught.value.next_step


def test_checksums_are_pinned_for_linux_and_macos() -> None:
    assert set(subject.CHECKSUMS) == {
        f"{system}_{cpu}" for system in ("linux", "darwin") for cpu in ("amd64", "arm64")
    }
    assert all(len(value) == 64 for value in subject.CHECKSUMS.values())
