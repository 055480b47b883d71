"""The exported schemas accept what the models write, and refuse what they refuse."""

import json
from pathlib import Path

import jsonschema
import pytest

from qscreen import schema
from qscreen.api.examples import EXAMPLES
from qscreen.wire import WireModel


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("schemas") / "new"
    assert schema.main([str(path)]) == 0
    return path


def test_every_model_has_a_file_and_a_place_in_the_index(folder: Path) -> None:
    index = json.loads((folder / "index.json").read_text(encoding="utf-8"))
    files = {path.name for path in folder.iterdir()} - {"index.json"}
    assert {entry["file"] for entry in index["models"].values()} == files
    names = {"Snapshot", "Element", "Step", "Plan", "Effect", "Command", "Run", "OpenApp"}
    assert names <= set(index["models"])
    assert all(entry["summary"] for entry in index["models"].values())


@pytest.mark.parametrize("model", schema.wire_models(), ids=lambda model: model.__name__)
def test_schema_is_valid_and_stands_alone(model: type[WireModel], folder: Path) -> None:
    written = json.loads((folder / f"{model.__name__}.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(written)
    assert written["additionalProperties"] is False


@pytest.mark.parametrize("model", EXAMPLES, ids=lambda model: model.__name__)
def test_schema_accepts_examples_and_refuses_unknown_fields(
    model: type[WireModel], folder: Path
) -> None:
    written = json.loads((folder / f"{model.__name__}.schema.json").read_text(encoding="utf-8"))
    validator = jsonschema.Draft202012Validator(written)
    example = EXAMPLES[model].model_dump(mode="json")
    validator.validate(example)
    assert not validator.is_valid({**example, "unknown": 1})


def test_says_why_it_cannot_write(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    assert schema.main([str(tmp_path / "file")]) == 1
    assert "Name a folder" in capsys.readouterr().err
