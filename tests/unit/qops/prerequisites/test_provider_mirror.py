import re
from pathlib import Path

import pytest

from qops.errors import PrerequisiteError
from qops.platform.deployment import PROVIDER_VERSION
from qops.prerequisites.provider_mirror import candidate_folders, find_provider_mirror

ROOT = Path(__file__).resolve().parents[4]


def mirror(folder: Path, version: str = "5.100.0", system: str = "linux_amd64") -> Path:
    (folder / "registry.example" / "hashicorp" / "aws" / version / system).mkdir(parents=True)
    return folder


def test_the_version_is_the_one_of_the_lock_file() -> None:
    lock = (ROOT / "terraform/platform/.terraform.lock.hcl").read_text()
    assert re.search(r'version\s*=\s*"([^"]+)"', lock).group(1) == PROVIDER_VERSION


def test_the_setting_wins(tmp_path: Path) -> None:
    set_one, other = mirror(tmp_path / "set"), mirror(tmp_path / "other")
    found = find_provider_mirror(
        "5.100.0", setting=set_one, candidates=[other], platform="linux_amd64"
    )
    assert (found.folder, found.source) == (set_one, "setting")


@pytest.mark.parametrize(
    ("version", "system"), [("5.99.0", "linux_amd64"), ("5.100.0", "darwin_arm64")]
)
def test_a_setting_without_the_provider_is_an_error(tmp_path, version, system) -> None:
    with pytest.raises(PrerequisiteError) as caught:
        find_provider_mirror(
            "5.100.0", setting=mirror(tmp_path, version, system), platform="linux_amd64"
        )
    assert "hashicorp/aws/5.100.0/linux_amd64" in caught.value.why


def test_search_looks_one_level_below_the_tops_and_no_deeper(tmp_path: Path) -> None:
    mirror(tmp_path / "top" / "a" / "too-deep")
    wanted = mirror(tmp_path / "top" / "b")
    folders = candidate_folders({"HOME": str(tmp_path / "h")}, tops=[tmp_path / "top"])
    found = find_provider_mirror(
        "5.100.0", setting=None, candidates=folders, platform="linux_amd64"
    )
    assert (found.folder, found.source) == (wanted, "search")


def test_packed_mirrors_count(tmp_path: Path) -> None:
    base = tmp_path / "m" / "registry.example" / "hashicorp" / "aws"
    base.mkdir(parents=True)
    (base / "terraform-provider-aws_5.100.0_linux_amd64.zip").touch()
    found = find_provider_mirror(
        "5.100.0", setting=None, candidates=[tmp_path / "m"], platform="linux_amd64"
    )
    assert found.folder == tmp_path / "m"


def test_terraforms_own_folders_come_first(tmp_path: Path) -> None:
    folders = candidate_folders({"HOME": str(tmp_path), "XDG_DATA_DIRS": "/x"}, tops=[])
    assert folders[0] == tmp_path / ".terraform.d" / "plugins"
    assert Path("/x/terraform/plugins") in folders


def test_none_is_no_error(tmp_path: Path) -> None:
    assert find_provider_mirror("5.100.0", setting=None, candidates=[tmp_path]) is None


def test_a_huge_folder_is_not_searched(tmp_path: Path) -> None:
    for number in range(201):
        (tmp_path / "top" / f"d{number:03}").mkdir(parents=True)
    mirror(tmp_path / "top" / "d000")
    assert tmp_path / "top" / "d000" not in candidate_folders(
        {"HOME": "/h"}, tops=[tmp_path / "top"]
    )
