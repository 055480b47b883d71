"""What every function calls, read off its source (iam_calls).

Run as a program it prints the actions of every function, as JSON.
"""

import atexit
import functools
import json
import subprocess
import sys
from pathlib import Path

from iam_calls import SOURCES, Part, call_graph, checked, reachable_actions
from mypy.modulefinder import BuildSource
from mypy.nodes import Decorator, MypyFile
from mypy.types import Instance, get_proper_type

OWN = ("qs_", "qscreen", "handler_")


def functions() -> list[str]:
    """Names of the functions' folders; what they call is worked out from now on."""
    _working_out()
    return [file.parent.name for file in _handlers().values()]


@functools.cache
def called_actions() -> dict[str, set[str]]:
    """The actions of every function.

    Returns:
        Actions such as ``sqs:SendMessage`` by the name of the function's folder.
    """
    process = _working_out()
    said, wrong = process.communicate()
    assert process.returncode == 0, wrong
    found: dict[str, list[str]] = json.loads(said)
    return {name: set(actions) for name, actions in found.items()}


@functools.cache
def _working_out() -> "subprocess.Popen[str]":
    """Another process: mypy's trees take minutes, and a gigabyte that is not given back."""
    process = subprocess.Popen(
        [sys.executable, __file__], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    atexit.register(process.kill)
    return process


def _handlers() -> dict[str, Path]:
    return {
        f"handler_{file.parent.name.replace('-', '_')}": file
        for file in sorted(SOURCES.glob("*/handler.py"))
    }


def _read() -> dict[str, set[str]]:
    handlers = _handlers()
    parts = _parts(handlers)
    return {
        file.parent.name: reachable_actions(parts, module, f"{module}.handler")
        for module, file in handlers.items()
    }


def _parts(handlers: dict[str, Path]) -> dict[str, Part]:
    homes = [SOURCES, *(file.parent for file in handlers.values())]
    sources = [BuildSource(str(file), module, None) for module, file in handlers.items()]
    for file in sorted(SOURCES.glob("*/qs_*/**/*.py")):
        inside = file.relative_to(SOURCES).with_suffix("").parts[1:]
        module = ".".join(inside[:-1] if inside[-1] == "__init__" else inside)
        sources.append(BuildSource(str(file), module, None))
    result = checked(sources, homes)
    _insist_on_stubs(result.files["qs_cloud.clients"])
    return call_graph(result, OWN)


def _insist_on_stubs(clients: MypyFile) -> None:
    """A client whose stubs are not installed would call AWS unseen."""
    for name, symbol in clients.names.items():
        if isinstance(symbol.node, Decorator) and not name.startswith("_"):
            returned = getattr(symbol.node.func.type, "ret_type", None)
            assert isinstance(get_proper_type(returned), Instance), (
                f"qs_cloud.clients.{name} has no type: add its mypy-boto3 stubs to "
                "requirements/dev.in and run `make lock`"
            )


if __name__ == "__main__":
    json.dump({name: sorted(actions) for name, actions in _read().items()}, sys.stdout)
