"""What a start leaves until it is used: patterns, methods of dataclasses, searches for files."""

import copy
import dataclasses
import inspect
import json
import os
import pickle
import py_compile
import re
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from dataclasses import FrozenInstanceError, dataclass, field, replace
from importlib import import_module, invalidate_caches
from importlib.machinery import PathFinder
from pathlib import Path
from threading import Barrier, Thread
from typing import Any, ClassVar

import pytest
from pydantic import BaseModel, Field, PydanticUserError, ValidationError
from pydantic._internal import _model_construction

from qs_cloud._found_files import _Finder, _Loader, found_files
from qs_cloud._late_dataclasses import late_dataclasses
from qs_cloud._late_models import late_models
from qs_cloud._late_names import _StandIn, late_names
from qs_cloud._late_patterns import late_patterns

SOURCES = Path(__file__).resolve().parents[4] / "lambda_src"


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A package ``qs_rack`` with a module ``tools``, on the search path."""
    home = tmp_path / "qs_rack"
    home.mkdir()
    (home / "__init__.py").write_text("")
    (home / "tools.py").write_text("class Broken(Exception): ...\nSIZE = 3\n")
    monkeypatch.syspath_prepend(tmp_path)
    yield tmp_path
    for name in [name for name in sys.modules if name.split(".")[0] in {"qs_rack", "qs_new"}]:
        del sys.modules[name]


# --- Patterns


def test_a_late_pattern_does_and_says_what_a_pattern_does() -> None:
    now = re.compile(r"(?P<key>[a-z]+)=(\d+)", re.IGNORECASE)
    with late_patterns():
        late = re.compile(r"(?P<key>[a-z]+)=(\d+)", re.IGNORECASE)
        assert re.compile(now) is now
    assert type(late) is not re.Pattern
    assert isinstance(late, re.Pattern)
    found = late.fullmatch("Ab=12")
    assert found is not None
    assert found.groupdict() == {"key": "Ab"}
    assert (late.pattern, late.flags, late.groups) == (now.pattern, now.flags, now.groups)
    assert late == now
    assert hash(late) == hash(now)
    assert repr(late) == repr(now)
    assert re.sub(late, "-", "a=1 b=2") == late.sub("-", "a=1 b=2") == "- -"
    assert pickle.loads(pickle.dumps(late)) == now  # noqa: S301 - made a moment ago
    assert copy.copy(late) == copy.deepcopy(late) == now
    assert re.compile("a") is re.compile("a")


def test_a_late_pattern_holds_for_a_model() -> None:
    with late_patterns():
        late = re.compile("^[a-z]{2}$")

    class Sent(BaseModel):
        code: str = Field(pattern=late)

    assert Sent(code="ab").code == "ab"
    with pytest.raises(ValidationError, match="should match pattern"):
        Sent(code="abc")
    assert Sent.model_json_schema()["properties"]["code"]["pattern"] == "^[a-z]{2}$"


def test_a_pattern_that_is_none_is_refused_when_it_is_used() -> None:
    with late_patterns():
        late = re.compile("(")
    with pytest.raises(re.error):
        late.match("(")


# --- Dataclasses

has_late_methods = hasattr(dataclasses, "_create_fn")


def point() -> Any:
    @dataclass(frozen=True, slots=True, order=True)
    class Point:
        """A point."""

        origin: ClassVar[int] = 0
        x: int
        y: int = 0
        marks: list[str] = field(default_factory=list, compare=False)

    return Point


def child_of(parent: Any) -> Any:
    @dataclass(frozen=True)
    class Named(parent):  # type: ignore[misc]
        name: str = ""

        def __post_init__(self) -> None:
            object.__setattr__(self, "name", self.name.upper())

    return Named


def test_late_methods_of_a_dataclass_are_those_of_any_other() -> None:
    with late_dataclasses():
        late, child = point(), child_of(point())
        assert has_late_methods == (late.__init__.__module__ == "qs_cloud._late_dataclasses")
    now = point()
    assert inspect.signature(late) == inspect.signature(now)
    assert inspect.signature(late.__init__) == inspect.signature(now.__init__)
    assert late.__match_args__ == now.__match_args__
    one = late(1, y=2)
    assert repr(one) == repr(now(1, y=2))
    assert one == late(1, 2, ["seen"])
    assert hash(one) == hash(late(1, 2))
    assert late(1) < one <= late(1, 2)
    assert one != 3
    assert replace(one, y=5) == late(1, 5)
    assert late(1).marks is not late(1).marks
    with pytest.raises(FrozenInstanceError):
        one.x = 3
    with pytest.raises(FrozenInstanceError):
        del one.x
    for wrong in ({}, {"x": 1, "z": 2}):
        with pytest.raises(TypeError) as said, late_dataclasses():
            late(**wrong)
        with pytest.raises(TypeError) as expected:
            now(**wrong)
        assert str(said.value) == str(expected.value)
    grown = child(1, 2, name="a")
    assert (grown.x, grown.y, grown.name) == (1, 2, "A")
    # From the first call on it is the method itself.
    assert late.__init__.__qualname__ == now.__init__.__qualname__
    assert late.__init__.__module__ == now.__init__.__module__
    assert not hasattr(late.__init__, "__signature__")


def test_late_methods_are_called_by_threads_that_come_first() -> None:
    with late_dataclasses():
        late = point()
    found: list[Any] = []
    start = Barrier(8)

    def use() -> None:
        start.wait()
        found.append(late(1, y=2))

    threads = [Thread(target=use) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [late(1, 2)] * 8


# --- Models


MODELS = """
from typing import ClassVar
from pydantic import BaseModel, computed_field, field_validator

class Base(BaseModel):
    kind: ClassVar[str] = "base"
    name: str = "a"

class Plain(BaseModel):
    name: str = "a"

class Checked(Plain):
    size: int = 0

    @field_validator("size")
    @classmethod
    def positive(cls, size: int) -> int:
        if size < 0:
            raise ValueError("it is negative")
        return size

class Child(Checked):
    @computed_field
    @property
    def twice(self) -> int:
        return 2 * self.size

class Named(Base):
    kind = "child"
"""


def test_a_base_that_waits_gives_its_children_fields_and_checks(shelf: Path) -> None:
    (shelf / "qs_rack" / "models.py").write_text(MODELS)
    with late_models():
        models = import_module("qs_rack.models")
        waiting = [models.Plain, models.Checked, models.Child]
        assert {type(vars(one)["__pydantic_fields__"]).__name__ for one in waiting} == {"_Fields"}
    for over in (models.Plain, models.Child):
        with pytest.raises(PydanticUserError, match="overridden by a non-annotated attribute"):
            type("Wrong", (over,), {"__module__": "qs_rack.models", "name": "b"})
    assert list(models.Child.model_fields) == ["name", "size"]
    assert models.Child(size=2).model_dump() == {"name": "a", "size": 2, "twice": 4}
    with pytest.raises(ValidationError, match="it is negative"):
        models.Child(size=-1)
    assert models.Named.kind == "child"
    assert list(models.Named.model_fields) == ["name"]


def test_a_child_that_breaks_a_base_that_waits_is_told_when_it_is_used(shelf: Path) -> None:
    text = "class Wrong(Child):\n    name = 'b'\n"
    (shelf / "qs_rack" / "models.py").write_text(MODELS + text)
    with late_models():
        wrong = import_module("qs_rack.models").Wrong
    with pytest.raises(PydanticUserError, match="overridden by a non-annotated attribute"):
        wrong(size=1)


def test_threads_inside_together_leave_pydantic_as_it_was() -> None:
    before = _model_construction.set_model_fields
    first, second = late_models(), late_models()
    first.__enter__()
    second.__enter__()
    first.__exit__(None, None, None)
    assert _model_construction.set_model_fields is not before
    second.__exit__(None, None, None)
    assert _model_construction.set_model_fields is before


# --- Names


def test_a_late_module_is_the_module_once_the_start_has_ended(shelf: Path) -> None:
    user = shelf / "qs_rack" / "user.py"
    user.write_text(
        "import qs_rack.tools\n"
        "from qs_rack import tools\n"
        "def caught():\n"
        "    try: raise tools.Broken\n"
        "    except tools.Broken: return qs_rack.tools.SIZE\n"
    )
    with late_names(["qs_rack.tools"]):
        caught = import_module("qs_rack.user").caught
    assert "qs_rack.tools" not in sys.modules
    assert caught() == 3
    assert not isinstance(sys.modules["qs_rack.tools"], _StandIn)
    assert vars(sys.modules["qs_rack"])["tools"] is sys.modules["qs_rack.tools"]


# --- Files


def test_what_is_found_by_listing_is_what_the_import_system_finds(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "pycache_prefix", None)
    finder = _Finder()
    compared = 0
    for name, module in sorted(sys.modules.items()):
        spec = getattr(module, "__spec__", None)
        if spec is None or not spec.has_location or spec.name != name:
            continue
        parent = sys.modules.get(name.rpartition(".")[0])
        path = list(parent.__path__) if parent else None
        theirs = PathFinder.find_spec(name, path)
        ours = finder.find_spec(name, path)
        if theirs is None or ours is None:
            continue
        compared += 1
        assert (ours.origin, ours.cached) == (theirs.origin, theirs.cached), name
        assert ours.submodule_search_locations == theirs.submodule_search_locations, name
        assert isinstance(ours.loader, _Loader) == str(ours.origin).endswith(".py"), name
    assert compared > 300


def test_a_module_comes_from_its_bytecode_and_never_from_a_stale_one(
    shelf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "pycache_prefix", None)
    source = shelf / "qs_new.py"

    def value() -> object:
        sys.modules.pop("qs_new", None)
        with found_files():
            module = import_module("qs_new")
        assert isinstance(module.__loader__, _Loader)
        assert module.__file__ == str(source)
        assert module.value.__code__.co_filename == str(source)
        found: object = module.value()
        return found

    def written(text: str, seconds: int) -> None:
        source.write_text(f"def value(): return {text}\n")
        os.utime(source, (seconds, seconds))

    at = int(time.time()) - 100
    written("1", at)
    assert value() == 1
    mode = py_compile.PycInvalidationMode
    py_compile.compile(str(source), invalidation_mode=mode.TIMESTAMP)
    assert value() == 1
    written("2", at + 10)
    assert value() == 2
    py_compile.compile(str(source), invalidation_mode=mode.CHECKED_HASH)
    written("3", at + 10)
    assert value() == 3
    py_compile.compile(str(source), dfile="qs_new.py", invalidation_mode=mode.UNCHECKED_HASH)
    written("4", at + 20)
    # As the archives have it: their bytecode is the source's, and nobody asks.
    assert value() == 3
    (cached,) = (shelf / "__pycache__").iterdir()
    cached.write_bytes(cached.read_bytes()[:10])
    assert value() == 4


def test_what_cannot_be_told_by_listing_is_left_to_the_import_system(shelf: Path) -> None:
    (shelf / "qs_space" / "inner").mkdir(parents=True)
    (shelf / "qs_space" / "inner" / "leaf.py").write_text("LEAF = 1\n")
    packed = shelf / "packed.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("qs_new.py", "WHENCE = 'archive'\n")
    (shelf / "qs_new.py").write_text("WHENCE = 'folder'\n")
    sys.path.insert(0, str(packed))
    try:
        with found_files():
            assert import_module("qs_new").WHENCE == "archive"
            assert import_module("qs_space.inner.leaf").LEAF == 1
            assert import_module("qs_rack.tools").SIZE == 3
            with pytest.raises(ModuleNotFoundError, match=r"No module named 'qs_rack\.later'"):
                import_module("qs_rack.later")
            # A file that came after its folder was listed.
            (shelf / "qs_rack" / "later.py").write_text("LATER = 1\n")
            invalidate_caches()
            assert import_module("qs_rack.later").LATER == 1
    finally:
        sys.path.remove(str(packed))
        for name in [name for name in sys.modules if name.split(".")[0] == "qs_space"]:
            del sys.modules[name]
    assert not any(isinstance(one, _Finder) for one in sys.meta_path)


# --- A whole start

LOADED = """
import json, sys
sys.path[:0] = json.loads(sys.argv[1])
import handler
print(json.dumps(sorted(sys.modules)))
"""

UNUSED = {
    "asyncio.sslproto",
    "aws_lambda_powertools.tracing",
    "email.message",
    "http.client",
    "importlib.metadata",
    "mcp.client",
    "mcp.server.auth.routes",
    "mcp_types._v2026_07_28",
    "opentelemetry.propagate",
    "sse_starlette",
    "ssl",
    "starlette.formparsers",
    "starlette.routing",
    "tempfile",
}


@pytest.mark.parametrize("name", ["document", "language", "planner", "vision", "workflow"])
def test_a_server_starts_without_what_no_request_needs(name: str) -> None:
    site = [path for path in sys.path if path.endswith("site-packages")]
    paths = [str(SOURCES / f"mcp-{name}"), str(SOURCES), *site]
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-B", "-c", LOADED, json.dumps(paths)],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        env={"POWERTOOLS_SERVICE_NAME": "test", "POWERTOOLS_METRICS_NAMESPACE": "QScreen"},
    )
    assert done.returncode == 0, done.stderr
    loaded = set(json.loads(done.stdout))
    assert UNUSED & loaded == set()
    # What the first task would look for is there.
    assert {"anyio._backends._asyncio", "mcp.server.streamable_http"} <= loaded
