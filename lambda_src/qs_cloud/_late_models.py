"""Pydantic models that are built when they are first used.

``defer_build`` leaves out the validators only. What costs most of a definition is the collecting of
its fields: their annotations are evaluated, their settings merged. A call meets a few dozen of some
hundred models, so that both wait here until somebody asks. What comes out is the same; a test
compares the schemas of all models, built in both ways.

This replaces parts of pydantic that are not its public interface, while a function starts; the
version of pydantic is locked, and that test fails with one whose parts are others.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from inspect import get_annotations
from typing import Any

from pydantic import BaseModel, TypeAdapter
from pydantic._internal import _config
from pydantic._internal import _model_construction as making
from pydantic._internal._decorators import get_attribute_from_bases
from pydantic.main import _rebuild_lock

_OURS = "__qs_late__"


class _Fields:
    """Stands for ``__pydantic_fields__`` of a class until it is asked for."""

    __slots__ = ("_arguments", "_collect", "_owner")

    def __init__(self, collect: Any, owner: type, arguments: dict[str, Any]) -> None:
        self._collect = collect
        self._owner = owner
        self._arguments = arguments

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
        or any(name.startswith("_") for name in get_annotations(cls))
    )


def _add_hash_later(add_hash: Any, owner: Any, bases: tuple[type, ...]) -> None:
    inherited = get_attribute_from_bases(bases, "__hash__")
    if inherited in {None, object.__hash__} or hasattr(inherited, _OURS):
        owner.__hash__ = _hash_later(owner, making.make_hash_func)
    else:
        add_hash(owner, bases)


@contextmanager
def late_models() -> Iterator[None]:
    """Let the models and type adapters that are defined meanwhile be built when first used.

    Yields:
        Nothing.
    """
    collect, add_hash = making.set_model_fields, making.set_default_hash_func
    rebuild = vars(BaseModel)["model_rebuild"]

    def collect_later(cls: Any, **arguments: Any) -> None:
        if _may_wait(cls, arguments.get("namespace_info")):
            cls.__pydantic_fields__ = _Fields(collect, cls, arguments)
        else:
            collect(cls, **arguments)

    def rebuild_later(cls: type[Any], /, **options: Any) -> Any:
        if not options:
            # A module that completes its models once all are defined: their first use does.
            return None
        depth = options.get("_parent_namespace_depth", 2)
        return rebuild.__get__(None, cls)(**{**options, "_parent_namespace_depth": depth + 1})

    replaced: tuple[tuple[Any, str, Any], ...] = (
        (making, "set_model_fields", collect_later),
        (making, "set_default_hash_func", partial(_add_hash_later, add_hash)),
        (BaseModel, "model_rebuild", classmethod(rebuild_later)),
        (TypeAdapter, "_defer_build", property(lambda _: True)),
    )
    kept = [(owner, name, vars(owner)[name]) for owner, name, _ in replaced]
    deferred = _config.config_defaults["defer_build"]
    for owner, name, ours in replaced:
        setattr(owner, name, ours)
    _config.config_defaults["defer_build"] = True
    try:
        yield
    finally:
        for owner, name, theirs in kept:
            setattr(owner, name, theirs)
        _config.config_defaults["defer_build"] = deferred
