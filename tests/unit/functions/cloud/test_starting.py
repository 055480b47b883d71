"""Starting a function in parts: the same models and names as without, and nothing left behind."""

import dataclasses
import gc
import json
import os
import re
import subprocess
import sys
import typing
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from threading import Barrier, Thread
from typing import Any

import pytest
import typing_extensions
from pydantic import BaseModel, TypeAdapter
from pydantic._internal import _config, _model_construction
from pydantic._internal._decorators import DecoratorInfos
from pydantic._internal._model_construction import ModelMetaclass

from qs_cloud._late_models import late_models
from qs_cloud._late_names import late_names
from qs_cloud._late_packages import put_in_place
from qs_cloud.starting import API, MCP, starting

SOURCES = Path(__file__).resolve().parents[4] / "lambda_src"

DESCRIBE = """
import hashlib, importlib, json, pkgutil, sys
from contextlib import nullcontext
sys.path[:0] = json.loads(sys.argv[2])
from qs_cloud.starting import MCP, starting

modules = ["mcp_types._types", "mcp_types.jsonrpc", "mcp_types._v2025_11_25"]
modules += ["mcp_types._v2026_07_28", "mcp.server.models"]
with starting() if sys.argv[1] == "late" else nullcontext():
    import qscreen.wire
    modules += [one.name for one in pkgutil.iter_modules(qscreen.wire.__path__, "qscreen.wire.")]
    loaded = [importlib.import_module(name) for name in modules]

from pydantic import BaseModel, PydanticSchemaGenerationError

def described(model):
    try:
        schemas = [model.model_json_schema(mode=mode) for mode in ("validation", "serialization")]
    except Exception as error:
        schemas = [type(error).__name__]
    examples = []
    for sent in ({}, {"name": 1, "uri": "x"}, {"a": 1, "b": [None]}):
        try:
            examples.append(repr(model.model_validate(sent)))
        except ValueError as error:
            examples.append(str(error))
    said = [
        schemas, examples,
        {name: repr(field) for name, field in model.model_fields.items()},
        sorted(model.__class_vars__), sorted(model.__private_attributes__),
        str(model.__signature__), repr(model.__pydantic_extra_info__),
        hasattr(model.__hash__, "__call__"),
    ]
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()

models = {
    f"{value.__module__}.{value.__qualname__}": value
    for module in loaded
    for value in vars(module).values()
    if isinstance(value, type) and issubclass(value, BaseModel) and value is not BaseModel
}
waiting = [type(one.__dict__["__pydantic_fields__"]).__name__ for one in models.values()]
found = {name: described(model) for name, model in models.items()}

from qscreen.wire import Click, Target
one, same = (Click(target=Target(name="OK")) for _ in range(2))
other = Click(target=Target(name="Cancel"))
assert one == same and hash(one) == hash(same) and hash(one) != hash(other)
print(json.dumps({"models": found, "waiting": waiting.count("_Fields")}))
"""


def described(how: str) -> Any:
    paths = [str(SOURCES), *(path for path in sys.path if path.endswith("site-packages"))]
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", DESCRIBE, how, json.dumps(paths)],
        capture_output=True,
        text=True,
        check=True,
        timeout=240,
        env={**os.environ, "POWERTOOLS_SERVICE_NAME": "test"},
    )
    return json.loads(done.stdout)


def test_all_models_come_out_the_same_as_when_they_are_built_at_once() -> None:
    late, eager = described("late"), described("eager")
    assert late["models"].keys() == eager["models"].keys()
    assert len(late["models"]) > 400
    differ = [name for name, said in late["models"].items() if said != eager["models"][name]]
    assert differ == []
    # The comparison is of something: most had not collected their fields when they were asked.
    assert late["waiting"] > 0.6 * len(late["models"])
    assert eager["waiting"] == 0


def test_each_handler_imports_its_code_in_parts() -> None:
    handlers = sorted(SOURCES.glob("*/handler.py"))
    assert len(handlers) >= 20
    for handler in handlers:
        lines = handler.read_text(encoding="utf-8").splitlines()
        assert any(line.startswith("with starting(") for line in lines), handler
        eager = [line for line in lines if line.startswith(("import ", "from "))]
        assert all(one.startswith(("from typing", "from qs_cloud.starting")) for one in eager)


def test_nothing_of_a_start_is_left_when_it_has_ended() -> None:
    def state() -> tuple[object, ...]:
        return (
            BaseModel.__dict__["model_rebuild"],
            TypeAdapter._defer_build,
            _config.config_defaults["defer_build"],
            _model_construction.set_model_fields,
            _model_construction.set_default_hash_func,
            DecoratorInfos.__dict__["build"],
            ModelMetaclass._collect_bases_data,
            "compile" in vars(typing),
            typing.TypedDict,
            typing_extensions.TypedDict,
            getattr(dataclasses, "_create_fn", None),
            re.compile,
            list(sys.meta_path),
            gc.isenabled(),
            sorted(name for name in MCP.names if name in sys.modules),
        )

    before = state()
    for parts in (API, MCP):
        with starting(parts):
            assert state() != before
        assert state() == before
    with pytest.raises(ZeroDivisionError), starting(MCP):
        raise ZeroDivisionError
    assert state() == before


def test_a_late_model_works_from_threads_that_use_it_first() -> None:
    with late_models():

        class Wide(BaseModel, frozen=True):
            first: int
            second: "list[Wide]" = []

    found: list[object] = []
    start = Barrier(8)

    def use() -> None:
        start.wait()
        found.append((Wide.model_fields.keys(), Wide(first=1, second=[Wide(first=2)]).second[0]))

    threads = [Thread(target=use) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [({"first", "second"}, Wide(first=2))] * 8


def test_private_attributes_and_inherited_hashes_are_as_pydantic_makes_them() -> None:
    with late_models():

        class Own(BaseModel, frozen=True):
            name: str
            _seen: list[str] = []

            def __hash__(self) -> int:
                return 7

        class Child(Own, frozen=True):
            size: int = 0

        class Plain(BaseModel):
            name: str

    assert Own(name="a")._seen == []
    assert hash(Child(name="a", size=1)) == 7
    with pytest.raises(TypeError, match="unhashable"):
        hash(Plain(name="a"))


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A package that re-exports two modules and makes a third name itself."""
    home = tmp_path / "qs_shelf"
    home.mkdir()
    (home / "__init__.py").write_text(
        "from qs_shelf.first import First\nfrom .second import Second as Other\nMADE = Other\n"
    )
    (home / "first.py").write_text("class First: ...\n")
    (home / "second.py").write_text("class Second: ...\n")
    (home / "third.py").write_text("def third(value): return value, 'third'\nclass Base: ...\n")
    monkeypatch.syspath_prepend(tmp_path)
    yield "qs_shelf"
    for name in [name for name in sys.modules if name.split(".")[0] == "qs_shelf"]:
        del sys.modules[name]


def loaded() -> set[str]:
    return {name.removeprefix("qs_shelf.") for name in sys.modules if name.startswith("qs_shelf.")}


def test_a_name_of_a_package_loads_the_module_that_it_comes_from(package: str) -> None:
    put_in_place([package, "qs_shelf_that_is_not_there", "qs_nowhere.below"])
    shelf = import_module(package)
    assert loaded() == set()
    assert shelf.First.__module__ == "qs_shelf.first"
    assert loaded() == {"first"}
    assert import_module("qs_shelf.third").third(1) == (1, "third")
    assert shelf.Other is import_module("qs_shelf.second").Second
    assert not hasattr(shelf, "nothing")
    assert "qs_shelf_that_is_not_there" not in sys.modules


def test_what_a_package_makes_itself_makes_it_run(package: str) -> None:
    put_in_place([package])
    shelf = import_module(package)
    assert shelf.MADE is shelf.Other
    assert loaded() == {"first", "second"}
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = shelf.nothing


def test_a_late_name_loads_its_module_when_it_is_used(package: str) -> None:
    del package
    with late_names(["qs_shelf.third"]):
        names = import_module("qs_shelf.third")
        third, base = names.third, names.Base
        table = {"later": third}
        assert not isinstance(3, base)
    assert loaded() == set()
    assert not isinstance(3, base)
    assert loaded() == set()
    assert table["later"](2) == (2, "third")
    real = import_module("qs_shelf.third")
    assert real.third.__name__ == "third"
    assert isinstance(real.Base(), base)
    assert not isinstance(3, base)

    class Child(base):  # type: ignore[misc, valid-type]
        pass

    assert Child.__mro__[1] is real.Base


def test_a_late_model_of_a_late_module_validates(package: str, tmp_path: Path) -> None:
    del package
    text = "from pydantic import BaseModel\nclass Sent(BaseModel):\n    size: int\n"
    (tmp_path / "qs_shelf" / "sent.py").write_text(text)
    with late_names(["qs_shelf.sent"]):
        sent = import_module("qs_shelf.sent").Sent
    assert sent.model_validate({"size": "3"}).size == 3
    assert TypeAdapter(sent).validate_python({"size": 4}).size == 4
    assert TypeAdapter(sent).dump_python(sent(size=5)) == {"size": 5}
