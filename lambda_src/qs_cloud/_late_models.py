"""Pydantic models that are built when they are first used.

``defer_build`` leaves out the validators only. What costs most of a definition is the collecting of
its fields: their annotations are evaluated, their settings merged. A call meets a few dozen of some
hundred models, so that both wait here until somebody asks. What comes out is the same; a test
compares the schemas of all models, built in both ways.

This replaces parts of pydantic that are not its public interface, while a function starts; the
version of pydantic is locked, and that test fails with one whose parts are others.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from inspect import get_annotations
from threading import Lock
from typing import Any, Generic

from pydantic import BaseModel, TypeAdapter
from pydantic._internal import _config
from pydantic._internal import _model_construction as making
from pydantic._internal._decorators import (
    DecoratorInfos,
    PydanticDescriptorProxy,
    get_attribute_from_bases,
)
from pydantic._internal._model_construction import ModelMetaclass
from pydantic.main import _rebuild_lock

_OURS = "__qs_late__"


class _Fields:
    """Stands for ``__pydantic_fields__`` of a class until it is asked for."""

    __slots__ = ("_arguments", "_collect", "_names", "_owner")

    def __init__(self, collect: Any, owner: type, arguments: dict[str, Any]) -> None:
        self._collect = collect
        self._owner = owner
        self._arguments = arguments
        self._names: tuple[set[str] | None] | None = None

    @property
    def names(self) -> set[str] | None:
        """Their names, where all that its annotations name are fields."""
        if self._names is None:
            self._names = (_names(self._owner, self._arguments["namespace_info"]),)
        return self._names[0]

    def __get__(self, instance: object, owner: type) -> Any:
        with _rebuild_lock:
            if self._owner.__dict__["__pydantic_fields__"] is self:
                self._collect(self._owner, **self._arguments)
            return self._owner.__dict__["__pydantic_fields__"]

    def __contains__(self, name: str) -> bool:
        # While it collects, pydantic looks for the fields that a class has already.
        return False


def _hash_later(owner: Any, make: Any) -> Any:
    def hash_func(self: object) -> int:
        owner.__hash__ = made = make(owner)
        result: int = made(self)
        return result

    setattr(hash_func, _OURS, True)
    return hash_func


def _names(cls: Any, info: Any) -> set[str] | None:
    own = _annotations(cls)
    for annotation in own.values():
        text = annotation if type(annotation) is str else repr(annotation)
        if "ClassVar" in text or "Final" in text:
            return None
    for base in cls.__bases__:
        if not isinstance(base, ModelMetaclass) and base is not Generic:
            # One that is no model may have annotations as well.
            return None
    names: set[str] = info.base_field_names | own.keys()
    return names


def _annotations(cls: type) -> dict[str, Any]:
    # Before Python 3.14 they are in the class or nowhere, and most are asked for in vain.
    found = vars(cls).get("__annotations__") if sys.version_info < (3, 14) else get_annotations(cls)
    return found or {}


def _may_wait(cls: type, info: Any) -> bool:
    """Say whether a class is like any other until its fields are collected.

    Private attributes are found with the fields and change how a class is made; names that only a
    function knows are gone when it has returned.
    """
    return not (
        info is None
        or info.private_attributes
        or info.private_candidates
        or cls.__pydantic_parent_namespace__  # type: ignore[attr-defined]
        or any(name.startswith("_") for name in _annotations(cls))
    )


def _add_hash_later(add_hash: Any, owner: Any, bases: tuple[type, ...]) -> None:
    inherited = get_attribute_from_bases(bases, "__hash__")
    if inherited in {None, object.__hash__} or hasattr(inherited, _OURS):
        owner.__hash__ = _hash_later(owner, making.make_hash_func)
    else:
        add_hash(owner, bases)


def _bases_data_later(now: Any) -> Any:
    """Ask a class that waits for its names only, which is all that its children want of it."""

    def bases_data(bases: tuple[Any, ...]) -> tuple[set[str], set[str], dict[str, Any]]:
        names, class_vars, private = set[str](), set[str](), dict[str, Any]()
        for base in bases:
            fields = base.__dict__.get("__pydantic_fields__")
            waiting = fields.names if type(fields) is _Fields else None
            if waiting is None:
                found = now((base,))
            else:
                found = waiting, base.__class_vars__, base.__private_attributes__
            names |= found[0]
            class_vars |= found[1]
            private |= found[2]
        return names, class_vars, private

    return bases_data


def _decorators_later(now: Any) -> Any:
    """Leave out the search for decorators where neither a class nor its bases have any."""
    plain: set[type] = {object, BaseModel}

    def is_plain(cls: type) -> bool:
        if cls in plain:
            return True
        own = vars(cls)
        if (
            "__pydantic_decorators__" in own
            or PydanticDescriptorProxy in map(type, own.values())
            or not all(map(is_plain, cls.__bases__))
        ):
            return False
        plain.add(cls)
        return True

    def build(cls: Any, typ: Any, replace_wrapped_methods: bool = True) -> Any:
        # The class has none of its own yet, but inherits its base's.
        if isinstance(typ, ModelMetaclass) and is_plain(typ):
            return cls()
        return now.__get__(None, cls)(typ, replace_wrapped_methods)

    return classmethod(build)


def _replacements() -> tuple[tuple[Any, str, Any], ...]:
    """Say what of pydantic is replaced: whose, its name, and what by."""
    collect, add_hash = making.set_model_fields, making.set_default_hash_func
    rebuild = vars(BaseModel)["model_rebuild"]
    build = vars(DecoratorInfos)["build"]
    bases_data = ModelMetaclass._collect_bases_data

    def collect_later(cls: Any, **arguments: Any) -> None:
        if _may_wait(cls, arguments.get("namespace_info")):
            cls.__pydantic_fields__ = _Fields(collect, cls, arguments)
        else:
            collect(cls, **arguments)

    def rebuild_later(cls: type[Any], /, **options: Any) -> Any:
        if not options or options == {"_types_namespace": {}}:
            # A module that completes its models once all are defined, or a generic model about to
            # get its arguments: their first use completes them.
            return None
        depth = options.get("_parent_namespace_depth", 2)
        return rebuild.__get__(None, cls)(**{**options, "_parent_namespace_depth": depth + 1})

    return (
        (ModelMetaclass, "_collect_bases_data", staticmethod(_bases_data_later(bases_data))),
        (DecoratorInfos, "build", _decorators_later(build)),
        (making, "set_model_fields", collect_later),
        (making, "set_default_hash_func", partial(_add_hash_later, add_hash)),
        (BaseModel, "model_rebuild", classmethod(rebuild_later)),
        (TypeAdapter, "_defer_build", property(lambda _: True)),
    )


_kept: list[tuple[Any, str, Any]] = []
_inside = 0
_entering = Lock()


@contextmanager
def late_models() -> Iterator[None]:
    """Let the models and type adapters that are defined meanwhile be built when first used.

    Threads may be inside together: what is replaced is put back when the last one leaves.

    Yields:
        Nothing.
    """
    global _inside  # noqa: PLW0603 - what is replaced is the process's, too
    with _entering:
        _inside += 1
        if _inside == 1:
            for owner, name, ours in _replacements():
                _kept.append((owner, name, vars(owner)[name]))
                setattr(owner, name, ours)
            _config.config_defaults["defer_build"] = True
    try:
        yield
    finally:
        with _entering:
            _inside -= 1
            if _inside == 0:
                for owner, name, theirs in _kept:
                    setattr(owner, name, theirs)
                _kept.clear()
                _config.config_defaults["defer_build"] = False
