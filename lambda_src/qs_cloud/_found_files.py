"""Modules found by reading each folder once.

The import system asks for a folder's time of change before every search in it, for each suffix of
a package's ``__init__``, and for a source beside its bytecode: some two thousand questions to the
disk for a start of five hundred modules, whose folders nobody changes meanwhile. Here a folder is
listed once; what is not found is left to the import system, which is asked next.
"""

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib import _bootstrap_external
from importlib.machinery import (
    EXTENSION_SUFFIXES,
    ExtensionFileLoader,
    ModuleSpec,
    PathFinder,
    SourceFileLoader,
)
from importlib.util import MAGIC_NUMBER
from types import CodeType, ModuleType
from typing import Any

_compile_bytecode: Callable[..., CodeType] = vars(_bootstrap_external)["_compile_bytecode"]
_UNCHECKED = MAGIC_NUMBER + (1).to_bytes(4, "little")
"""How bytecode begins that is used without asking for its source (PEP 552)."""
_HEADER_BYTES = 16
_BY_TIME = MAGIC_NUMBER + bytes(4)
_TIME_AND_SIZE = slice(8, _HEADER_BYTES)


def _read(path: str) -> bytes:
    """Read a file in as few questions as it takes."""
    opened = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        size = os.fstat(opened).st_size
        data = os.read(opened, size + 1)
    finally:
        os.close(opened)
    if len(data) != size:
        raise OSError(f"{path} was not read whole")
    return data


class _Loader(SourceFileLoader):
    """Loads a module from the bytecode beside its source; without any, as ever."""

    def __init__(self, name: str, path: str, cached: str) -> None:
        super().__init__(name, path)
        self._cached = cached

    def get_code(self, fullname: str) -> CodeType | None:
        try:
            data = _read(self._cached)
        except OSError:
            return super().get_code(fullname)
        if len(data) <= _HEADER_BYTES:
            return super().get_code(fullname)
        if data[:8] == _UNCHECKED or (data[:8] == _BY_TIME and self._is_of(data[_TIME_AND_SIZE])):
            code: CodeType = _compile_bytecode(
                memoryview(data)[_HEADER_BYTES:], fullname, self._cached, self.path
            )
            return code
        return super().get_code(fullname)

    def _is_of(self, noted: bytes) -> bool:
        source = os.stat(self.path)  # noqa: PTH116 - `pathlib` is not loaded yet
        said = (int(source.st_mtime) & 0xFFFFFFFF, source.st_size & 0xFFFFFFFF)
        return noted == b"".join(one.to_bytes(4, "little") for one in said)


class _Finder:
    """Finds modules and packages in folders that are listed once."""

    def __init__(self) -> None:
        self._listed: dict[str, frozenset[str] | None] = {}

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Find a module.

        Args:
            fullname: Its full name.
            path: Search path of its package; None for a module outside of packages.
            target: Not used.

        Returns:
            Its spec; None where somebody else is to be asked.
        """
        del target
        last = fullname.rpartition(".")[2]
        for folder in sys.path if path is None else path:
            names = self._names(folder)
            if names is None:
                # Not a folder: whether it has the module is for another to say.
                return None
            if last in names:
                package = f"{folder}/{last}"
                if "__init__.py" in (self._names(package) or ()):
                    return _spec(fullname, package, "__init__", [package])
            for suffix in EXTENSION_SUFFIXES:
                if last + suffix in names:
                    file = f"{folder}/{last}{suffix}"
                    return _located(fullname, file, ExtensionFileLoader(fullname, file))
            if f"{last}.py" in names:
                return _spec(fullname, folder, last)
            if last in names:
                # A folder without an `__init__`, or with one that is not a source.
                return None
        return None

    def _names(self, folder: str) -> frozenset[str] | None:
        if folder not in self._listed:
            try:
                found = frozenset(os.listdir(folder or os.curdir))  # noqa: PTH208 - as above
            except FileNotFoundError:
                found = frozenset()
            except OSError:
                found = None
            self._listed[folder] = found
        return self._listed[folder]


def _spec(name: str, folder: str, file: str, inside: list[str] | None = None) -> ModuleSpec:
    cached = f"{folder}/__pycache__/{file}.{sys.implementation.cache_tag}.pyc"
    path = f"{folder}/{file}.py"
    spec = _located(name, path, _Loader(name, path, cached))
    spec.cached = cached
    spec.submodule_search_locations = inside
    return spec


def _located(name: str, path: str, loader: Any) -> ModuleSpec:
    spec = ModuleSpec(name, loader, origin=path)
    spec.has_location = True
    return spec


@contextmanager
def found_files() -> Iterator[None]:
    """List each folder once while modules are imported.

    Where bytecode is not beside its sources, nothing is done.

    Yields:
        Nothing.
    """
    finders: list[Any] = sys.meta_path
    if sys.pycache_prefix is not None or sys.flags.optimize or PathFinder not in finders:
        yield
        return
    finder = _Finder()
    finders.insert(finders.index(PathFinder), finder)
    try:
        yield
    finally:
        finders.remove(finder)
