"""The real PyObjC wheels for macOS, fetched by the lock and read without installing them.

A wheel's generated ``_metadata.py`` names functions with their C types and out-arguments,
constants, selectors and initialisers. It is executed under a stub ``objc``, so it can be read on
any system. Functions written by hand in C are known by the docstring in the extension module.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import types
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
CACHE = ROOT / ".qscreen" / "test" / "pyobjc"
FRAMEWORKS = {
    "ApplicationServices": ("HIServices", "CoreText", "Quartz", "AppKit", "Foundation"),
    "AppKit": ("AppKit", "Foundation", "CoreFoundation"),
    "CoreFoundation": ("CoreFoundation",),
    "Foundation": ("Foundation", "CoreFoundation"),
    "Quartz": ("Quartz", "AppKit", "Foundation", "CoreFoundation"),
    "ScreenCaptureKit": ("ScreenCaptureKit",),
    "Vision": ("Vision",),
}
"""The folders of the wheels from which each module that can be imported takes its names."""


@dataclass(frozen=True)
class Function:
    """A C function: arguments it takes and which of them are results."""

    arguments: int | None
    outs: frozenset[int] = frozenset()
    results: int | None = None
    variadic: bool = False


@dataclass
class Framework:
    """What the wheels say of one module."""

    functions: dict[str, Function] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)
    classes: set[str] = field(default_factory=set)
    selectors: dict[str, frozenset[int]] = field(default_factory=dict)

    def knows(self, name: str) -> bool:
        """Whether the module has an attribute of that name."""
        return name in self.functions or name in self.names or name in self.classes


def fetch() -> Path:
    """The unpacked wheels, exactly as `requirements/runtime.txt` pins them."""
    lock = (ROOT / "requirements" / "runtime.txt").read_text()
    blocks = [b for b in re.split(r"(?m)^(?=[a-z0-9])", lock) if b.startswith("pyobjc-")]
    wanted = "".join(blocks)
    folder = CACHE / hashlib.sha256(wanted.encode()).hexdigest()[:16]
    if folder.is_dir():
        return folder
    CACHE.mkdir(parents=True, exist_ok=True)
    uv = Path(sys.executable).parent / "uv"
    with tempfile.TemporaryDirectory(dir=CACHE) as scratch:
        file = Path(scratch) / "wheels.txt"
        file.write_text(wanted)
        target = Path(scratch) / "unpacked"
        done = subprocess.run(
            [
                *(str(uv), "pip", "install", "--quiet", "--no-deps", "--require-hashes"),
                *("--only-binary", ":all:", "--python-version", "3.12"),
                *("--python-platform", "aarch64-apple-darwin"),
                *("--target", str(target), "-r", str(file)),
            ],
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
            env={k: v for k, v in os.environ.items() if k != "VIRTUAL_ENV"},
        )
        assert done.returncode == 0, f"the PyObjC wheels could not be fetched: {done.stderr}"
        try:
            target.rename(folder)
        except OSError:
            assert folder.is_dir()
            shutil.rmtree(target, ignore_errors=True)
    return folder


def frameworks(folder: Path) -> dict[str, Framework]:
    """All modules that our code may import, by name."""
    parts = {name: _read(folder / name) for group in FRAMEWORKS.values() for name in group}
    joined: dict[str, Framework] = {}
    for module, names in FRAMEWORKS.items():
        one = Framework()
        for name in names:
            one.functions.update(parts[name].functions)
            one.names |= parts[name].names
            one.classes |= parts[name].classes
        joined[module] = one
    return joined


def selectors(folder: Path) -> dict[str, frozenset[int]]:
    """Every selector that the wheels describe, with its out-arguments counted from 0."""
    found: dict[str, frozenset[int]] = {}
    for group in FRAMEWORKS.values():
        for name in group:
            found.update(_read(folder / name).selectors)
    return found


class _Anything:
    def __getattr__(self, _: str) -> "_Anything":
        return _Anything()

    def __call__(self, *_: object, **__: object) -> "_Anything":
        return _Anything()

    def __or__(self, other: object) -> object:
        return self

    __ror__ = __or__


_cache: dict[Path, Framework] = {}


def _read(folder: Path) -> Framework:
    if folder not in _cache:
        one = Framework()
        for path in sorted(folder.rglob("_metadata.py")):
            _add_metadata(one, path)
        for path in sorted(folder.rglob("*.so")):
            _add_handwritten(one, path.read_bytes())
        _cache[folder] = one
    return _cache[folder]


def _add_metadata(one: Framework, path: Path) -> None:
    described: list[tuple[str, str, dict[str, Any]]] = []
    stub = types.ModuleType("objc")
    stub.arch = "arm64"  # type: ignore[attr-defined]
    stub.__getattr__ = lambda _: _Anything()  # type: ignore[method-assign]
    stub.registerMetaDataForSelector = (  # type: ignore[attr-defined]
        lambda c, s, m: described.append((c.decode(), s.decode(), m))
    )

    def initialiser(owner: str | bytes, selector: bytes) -> None:
        name = owner.decode() if isinstance(owner, bytes) else owner
        described.append((name, selector.decode(), {}))

    stub.registerNewKeywordsFromSelector = initialiser  # type: ignore[attr-defined]
    before = sys.modules.get("objc")
    sys.modules["objc"] = stub
    names: dict[str, Any] = {"__name__": "metadata"}
    try:
        exec(compile(path.read_text(encoding="utf-8"), str(path), "exec"), names)  # noqa: S102
    finally:
        if before is None:
            del sys.modules["objc"]
        else:
            sys.modules["objc"] = before
    for name, told in names.get("functions", {}).items():
        one.functions[name] = _function(told)
    for text in (names.get("constants", ""), names.get("enums", "")):
        one.names |= set(re.findall(r"\$([A-Za-z_][A-Za-z_0-9]*)", text))
    for key in ("misc", "literals", "expressions", "aliases"):
        one.names |= set(names.get(key) or {})
    for owner, selector, meta in described:
        one.classes.add(owner)
        outs = {
            index - 2
            for index, argument in meta.get("arguments", {}).items()
            if argument.get("type_modifier") in {"o", b"o"}
        }
        one.selectors[selector] = one.selectors.get(selector, frozenset()) | outs


def _function(told: Any) -> Function:
    parts = told if isinstance(told, tuple) else (told,)
    types_ = split(parts[0].decode() if isinstance(parts[0], bytes) else parts[0])
    meta = parts[2] if len(parts) > 2 else {}
    outs = frozenset(
        index
        for index, argument in meta.get("arguments", {}).items()
        if argument.get("type_modifier") in {"o", b"o"}
    )
    results = int(types_[0] != "v") + len(outs)
    return Function(len(types_) - 1, outs, results, bool(meta.get("variadic")))


def split(encoding: str) -> list[str]:
    """Cut an Objective-C type encoding into the result and the arguments."""

    def end(place: int) -> int:
        while encoding[place] in "rnNoORV":
            place += 1
        sign = encoding[place]
        if sign == "^":
            return end(place + 1)
        if sign in "{([":
            close = {"{": "}", "(": ")", "[": "]"}[sign]
            depth = 0
            for at in range(place, len(encoding)):
                depth += (encoding[at] == sign) - (encoding[at] == close)
                if depth == 0:
                    return at + 1
        return place + 2 if encoding[place : place + 2] == "@?" else place + 1

    found, place = [], 0
    while place < len(encoding):
        after = end(place)
        found.append(encoding[place:after])
        place = after
    return found


def _add_handwritten(one: Framework, code: bytes) -> None:
    documented = set()
    for name, arguments in re.findall(rb"\0([A-Z]{2}[A-Za-z]+)\(/?,? ?([^)\0]*)\)", code):
        kept = [part for part in arguments.decode().split(",") if part.strip()]
        outs = frozenset(i for i, part in enumerate(kept) if "None" in part)
        one.functions.setdefault(name.decode(), Function(len(kept), outs))
        documented.add(name)
    for name in re.findall(rb"\0((?:CG|AX|CF|NS)[A-Z][A-Za-z]+)(?=\0)", code):
        if name not in documented:
            one.functions.setdefault(name.decode(), Function(None))
