from pathlib import Path

from qops.platform.deployment import _temporary_folder


def test_terraforms_sockets_stay_in_our_folder(tmp_path: Path) -> None:
    folder = tmp_path / "tmp"
    if len(str(folder)) > 85:
        folder = Path(*folder.parts[:3]) / "tmp"
    assert _temporary_folder(folder) == {"TMPDIR": str(folder)}
    assert folder.is_dir()


def test_a_path_too_long_for_sockets_is_not_used(tmp_path: Path) -> None:
    folder = tmp_path / ("x" * 90)
    assert _temporary_folder(folder) == {}
    assert not folder.exists()
