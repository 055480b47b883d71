"""The build on a small checkout of its own; uv is a program that the test writes."""

import base64
import hashlib
import importlib.util
import json
import os
import shutil
import stat
import sys
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from certificates import certificate

from qops.build import build, dependencies
from qops.build.errors import BuildError
from qops.build.target import _interpreter, target_of
from qops.build.units import function_names

FUNCTIONS = ("api", "planner", "recorder", "rotate-redis")
ROOT = Path(__file__).resolve().parents[4]

FAKE_UV = """#!{python}
import sys, pathlib, os
log = pathlib.Path({log!r})
log.write_text(log.read_text() + " ".join(sys.argv[1:]) + "\\n" if log.exists() else
               " ".join(sys.argv[1:]) + "\\n")
if os.environ.get("FAKE_UV_FAILS"):
    print("noise", file=sys.stderr)
    print("error: hash mismatch", file=sys.stderr)
    sys.exit(2)
target = pathlib.Path(sys.argv[sys.argv.index("--target") + 1])
(target / "lib" / "__pycache__").mkdir(parents=True)
(target / "lib" / "__init__.py").write_text("value = 1\\n")
(target / "lib" / "__pycache__" / "x.cpython-311.pyc").write_bytes(b"x")
(target / "bin").mkdir()
(target / "bin" / "tool").write_text("#!/somewhere\\n")
(target / "lib-1.dist-info").mkdir()
(target / "lib-1.dist-info" / "RECORD").write_text("x")
(target / "lib-1.dist-info" / "METADATA").write_text("Name: lib\\n")
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    root = tmp_path / "checkout"
    home = root / "lambda_src"
    for package in ("qscreen", "qs_cloud", "qs_mcp"):
        (home / package).mkdir(parents=True)
        (home / package / "__init__.py").write_text(f'"""{package}"""\n')
    (home / "layer-requirements.txt").write_text("lib==1 --hash=sha256:00\n")
    for name in FUNCTIONS:
        package = home / name / f"qs_{name.replace('-', '_')}"
        package.mkdir(parents=True)
        (home / name / "handler.py").write_text("def handler(event, context): ...\n")
        (package / "logic.py").write_text("x = 1\n")
        (home / name / "requirements.in").write_text("")
        (home / name / "requirements.txt").write_text("# nothing\n")
    (home / "recorder" / "requirements.txt").write_text("# lib\nlib==1 --hash=sha256:00\n")
    canary = root / "modules" / "observability" / "canary"
    canary.mkdir(parents=True)
    (canary / "api_canary.py").write_text("def handler(event, context): ...\n")
    (canary / "requirements.txt").write_text("# nothing\n")
    (home / "api" / "qs_api" / "__pycache__").mkdir()
    (home / "api" / "qs_api" / "__pycache__" / "logic.cpython-311.pyc").write_bytes(b"x")
    return root


@pytest.fixture
def uv_log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    log = tmp_path / "uv.log"
    program = tmp_path / "uv"
    program.write_text(FAKE_UV.format(python=sys.executable, log=str(log)))
    program.chmod(0o755)
    monkeypatch.setattr(dependencies, "_uv", lambda: str(program))
    return log


Make = Callable[..., Path]


@pytest.fixture
def make(checkout: Path, tmp_path: Path, uv_log: Path) -> Make:
    def make(folder: str = "local", root: Path = checkout) -> Path:
        target = tmp_path / "out" / folder
        build(root, target, progress=lambda _: None)
        return target

    return make


def names(archive: Path) -> list[str]:
    with zipfile.ZipFile(archive) as opened:
        return [name for name in opened.namelist() if not name.endswith(".pyc")]


def bytecode(archive: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(archive) as opened:
        return {n: opened.read(n) for n in opened.namelist() if n.endswith(".pyc")}


def test_archives_hold_own_code_and_packages_and_nothing_else(make: Make) -> None:
    folder = make()
    assert names(folder / "api.zip") == ["handler.py", "qs_api/logic.py"]
    assert names(folder / "recorder.zip") == [
        "handler.py",
        "lib-1.dist-info/METADATA",
        "lib/__init__.py",
        "qs_recorder/logic.py",
    ]
    assert names(folder / "canary.zip") == ["python/api_canary.py"]
    assert names(folder / "layer.zip") == [
        "python/lib-1.dist-info/METADATA",
        "python/lib/__init__.py",
        "python/qs_cloud/__init__.py",
        "python/qs_mcp/__init__.py",
        "python/qscreen/__init__.py",
    ]


def test_bytecode_lies_beside_the_sources_and_names_no_time(make: Make) -> None:
    folder = make()
    version = f"cpython-{sys.version_info.major}{sys.version_info.minor}"
    found = bytecode(folder / "recorder.zip")
    assert set(found) == {
        f"__pycache__/handler.{version}.pyc",
        f"lib/__pycache__/__init__.{version}.pyc",
        f"qs_recorder/__pycache__/logic.{version}.pyc",
    }
    for compiled in found.values():
        assert compiled[:4] == importlib.util.MAGIC_NUMBER
        # PEP 552: by hash and unchecked, so that no runtime compares times.
        assert int.from_bytes(compiled[4:8], "little") == 1
    assert f"python/qscreen/__pycache__/__init__.{version}.pyc" in bytecode(folder / "layer.zip")
    assert bytecode(folder / "canary.zip") == {}


def test_without_an_interpreter_of_its_version_a_target_gets_sources(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qops.build.target.CLOUD_PYTHON", "3.99")
    folder = make("prod")
    assert bytecode(folder / "recorder.zip") == {}
    assert "lib/__init__.py" in names(folder / "recorder.zip")
    assert target_of("prod").identity != target_of("local").identity


@pytest.mark.parametrize(
    ("program", "runs"),
    [
        ("echo 'python3.99: command not found' >&2; exit 127", False),
        ("echo ''", False),
        ("echo /opt/python3.99/bin/python3.99", True),
    ],
)
def test_a_program_of_an_interpreters_name_must_be_one(
    program: str, runs: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = tmp_path / "python3.99"
    answers.write_text(f"#!/bin/sh\n{program}\n")
    answers.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    _interpreter.cache_clear()
    try:
        assert _interpreter("3.99") == ("/opt/python3.99/bin/python3.99" if runs else None)
    finally:
        _interpreter.cache_clear()


def test_every_folder_with_a_handler_is_a_function(checkout: Path) -> None:
    assert function_names(checkout) == FUNCTIONS
    more = checkout / "lambda_src" / "mcp-vision"
    more.mkdir()
    (more / "handler.py").write_text("def handler(event, context): ...\n")
    assert "mcp-vision" in function_names(checkout)


def test_the_functions_of_the_platform_are_found() -> None:
    found = set(function_names(ROOT))
    assert {"api", "authorizer", "dispatch", "planner", "recorder", "migrate"} <= found
    assert {"rotate-postgres", "rotate-redis", "ship-logs", "work-jobs", "reap-devices"} <= found
    assert {"mcp-document", "mcp-language", "mcp-planner", "mcp-vision", "mcp-workflow"} <= found
    assert not found & {"qscreen", "qs_cloud", "qs_mcp", "layer"}


def test_functions_with_the_same_packages_install_them_once(
    make: Make, checkout: Path, uv_log: Path
) -> None:
    for name in ("recorder", "rotate-redis"):
        lock = checkout / "lambda_src" / name / "requirements.txt"
        lock.write_text(f"# the lock of {name}\nlib==7 --hash=sha256:00\n")
    folder = make()
    assert len(uv_log.read_text().splitlines()) == 2  # theirs, and the layer's
    assert "lib/__init__.py" in names(folder / "recorder.zip")
    assert "lib/__init__.py" in names(folder / "rotate-redis.zip")


def test_the_manifest_is_what_the_contract_says(make: Make) -> None:
    folder = make()
    manifest = json.loads((folder / "manifest.json").read_text())
    assert set(manifest) == {
        "runtime",
        "architecture",
        "layer",
        "canary",
        "functions",
        "openapi",
        "rds_authorities",
    }
    assert manifest["runtime"] == f"python3.{sys.version_info.minor}"
    assert set(manifest["functions"]) == set(FUNCTIONS)
    for entry in (manifest["layer"], manifest["canary"], *manifest["functions"].values()):
        digest = hashlib.sha256((folder / entry["path"]).read_bytes()).digest()
        assert entry["sha256"] == base64.b64encode(digest).decode()
    document = (folder / manifest["openapi"]).read_text()
    assert "x-amazon-apigateway-integration" in document


def test_the_same_sources_give_the_same_bytes_anywhere_and_anytime(
    make: Make, checkout: Path, tmp_path: Path
) -> None:
    first = make("local")
    elsewhere = tmp_path / "elsewhere"
    shutil.copytree(checkout, elsewhere)
    for path in elsewhere.rglob("*"):
        os.utime(path, (1, 1))
        if path.is_file():
            path.chmod(0o600)
    again = tmp_path / "second" / "local"
    build(elsewhere, again, progress=lambda _: None)
    for archive in first.glob("*.zip"):
        assert archive.read_bytes() == (again / archive.name).read_bytes(), archive.name
        with zipfile.ZipFile(archive) as opened:
            for entry in opened.infolist():
                assert entry.date_time == (1980, 1, 1, 0, 0, 0)
                assert stat.S_IMODE(entry.external_attr >> 16) == 0o644


def test_a_second_build_installs_nothing_and_a_change_builds_only_what_it_touches(
    make: Make, checkout: Path, uv_log: Path, tmp_path: Path
) -> None:
    folder = make()
    asked = uv_log.read_text()
    lines: list[str] = []
    assert build(checkout, folder, progress=lines.append).built == ()
    assert all(line.endswith("unchanged") for line in lines)
    (checkout / "lambda_src" / "planner" / "qs_planner" / "logic.py").write_text("x = 2\n")
    assert build(checkout, folder, progress=lines.append).built == ("planner",)
    assert uv_log.read_text() == asked


def test_an_archive_that_was_damaged_is_put_back(make: Make, checkout: Path) -> None:
    folder = make()
    good = (folder / "api.zip").read_bytes()
    (folder / "api.zip").write_bytes(b"broken")
    build(checkout, folder, progress=lambda _: None)
    assert (folder / "api.zip").read_bytes() == good


def test_packages_are_locked_binary_and_for_the_target(make: Make, uv_log: Path) -> None:
    make("prod")
    for line in uv_log.read_text().splitlines():
        assert "--require-hashes" in line
        assert "--only-binary :all:" in line
        assert "--python-platform x86_64-manylinux_2_28" in line
        assert "--python-version 3.13" in line


def test_environments_name_their_runtime() -> None:
    assert target_of("prod").runtime == target_of("dev").runtime == "python3.13"
    assert target_of("local").wheels is None


def test_a_failed_install_leaves_the_earlier_build_and_no_half(
    make: Make, checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = make()
    before = (folder / "manifest.json").read_text()
    (checkout / "lambda_src" / "recorder" / "requirements.txt").write_text("lib==2\n")
    monkeypatch.setenv("FAKE_UV_FAILS", "1")
    with pytest.raises(BuildError) as found:
        make()
    assert "hash mismatch" in found.value.why
    assert found.value.next_step
    assert (folder / "manifest.json").read_text() == before
    assert list(folder.parent.rglob("*.part")) == []


@pytest.mark.parametrize("missing", ["api/handler.py", "api/requirements.txt", "qscreen"])
def test_an_incomplete_checkout_is_named(make: Make, checkout: Path, missing: str) -> None:
    path = checkout / "lambda_src" / missing
    if path.is_dir():
        for name in ("qs_cloud", "qs_mcp", "qscreen"):
            (checkout / "lambda_src" / name / "__init__.py").unlink()
    else:
        path.unlink()
    with pytest.raises(BuildError, match="missing"):
        make()


def test_a_missing_uv_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(BuildError, match="uv"):
        dependencies._uv()


def test_an_unknown_machine_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platform.machine", lambda: "riscv64")
    with pytest.raises(BuildError, match="riscv64"):
        target_of("local")


def test_the_layer_holds_the_authorities_of_rds_where_the_environment_has_them(
    checkout: Path, tmp_path: Path, uv_log: Path
) -> None:
    bundle = tmp_path / "dev.rds-ca.pem"
    one, other = certificate(lasts=timedelta(days=30)), certificate(lasts=timedelta(days=60))
    bundle.write_text(f"# two of them\n{one.pem}{other.pem}", encoding="ascii")
    without, with_them = tmp_path / "out" / "prod", tmp_path / "out" / "dev"
    build(checkout, without, progress=lambda _: None)
    build(checkout, with_them, authorities=bundle, progress=lambda _: None)
    with zipfile.ZipFile(with_them / "layer.zip") as opened:
        assert opened.read("python/qs_cloud/rds-ca.pem") == bundle.read_bytes()
    assert "python/qs_cloud/rds-ca.pem" not in names(without / "layer.zip")
    for function in FUNCTIONS:
        assert "rds-ca.pem" not in " ".join(names(with_them / f"{function}.zip"))
    assert json.loads((with_them / "manifest.json").read_text())["rds_authorities"] == {
        "certificates": 2,
        "sha256": hashlib.sha256(bundle.read_bytes()).hexdigest(),
        "valid_until": f"{datetime.now(UTC) + timedelta(days=30):%Y-%m-%d}",
    }
    assert json.loads((without / "manifest.json").read_text())["rds_authorities"] is None


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "no PEM file"),
        ("<html>Not found</html>", "no PEM file"),
        ("서버", "no PEM file"),
        (certificate(authority=False).pem, "one of an authority"),
        (certificate(lasts=-timedelta(days=2)).pem, "would refuse a database"),
        (certificate().key, "no PEM file"),
    ],
    ids=["empty", "a page", "not ASCII", "a server's own", "ended", "a key"],
)
def test_a_bundle_that_functions_could_not_use_fails_the_build(
    checkout: Path, tmp_path: Path, uv_log: Path, text: str, why: str
) -> None:
    bundle = tmp_path / "dev.rds-ca.pem"
    bundle.write_text(text, encoding="utf-8")
    with pytest.raises(BuildError) as found:
        build(checkout, tmp_path / "out" / "dev", authorities=bundle, progress=lambda _: None)
    assert why in found.value.why
    assert "truststore.pki.rds.amazonaws.com" in found.value.next_step
    assert not (tmp_path / "out" / "dev" / "manifest.json").exists()
