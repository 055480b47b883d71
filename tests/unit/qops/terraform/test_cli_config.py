from pathlib import Path

from qops.terraform.cli_config import inherited_config_problem, write_cli_config


def test_a_mirror_is_the_only_source_of_the_provider(tmp_path: Path) -> None:
    file = write_cli_config(tmp_path, mirror=Path('/a "b" ${c}'))
    text = file.read_text()
    assert 'path    = "/a \\"b\\" $${c}"' in text
    assert text.count('"hashicorp/aws"') == 2
    assert file.parent == tmp_path


def test_without_a_mirror_downloads_are_cached_in_our_folder(tmp_path: Path) -> None:
    text = write_cli_config(tmp_path, mirror=None).read_text()
    assert f'plugin_cache_dir = "{tmp_path}/plugin-cache"' in text
    assert "filesystem_mirror" not in text


def test_an_inherited_setting_is_named_only_when_its_file_is_missing(tmp_path: Path) -> None:
    missing = tmp_path / "none"
    present = tmp_path / "rc"
    present.touch()
    assert inherited_config_problem({}) is None
    assert inherited_config_problem({"TF_CLI_CONFIG_FILE": str(present)}) is None
    assert str(missing) in (inherited_config_problem({"TF_CLI_CONFIG_FILE": str(missing)}) or "")
