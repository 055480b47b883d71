"""JSON Schema of every wire model, for those who do not read Python.

``python -m qscreen.schema DIR`` writes one file per model (``<Model>.schema.json``, JSON Schema
2020-12) and ``index.json``, which lists them.
"""

import argparse
import json
import sys
from pathlib import Path

from qscreen import __version__, wire
from qscreen.wire import WireModel

_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def wire_models() -> tuple[type[WireModel], ...]:
    """List the wire models.

    Returns:
        All models that `qscreen.wire` exports, sorted by name.
    """
    exported = (getattr(wire, name) for name in wire.__all__)
    models = {
        item
        for item in exported
        if isinstance(item, type) and issubclass(item, WireModel) and item is not WireModel
    }
    return tuple(sorted(models, key=lambda model: model.__name__))


def schema_of(model: type[WireModel]) -> dict[str, object]:
    """Make the JSON Schema of a model.

    Args:
        model: A wire model.

    Returns:
        A schema that stands alone: what it refers to is in its ``$defs``.
    """
    return {"$schema": _DIALECT, **model.model_json_schema()}


def export(folder: Path) -> list[Path]:
    """Write the schemas.

    Args:
        folder: Where to; made when missing.

    Returns:
        The files written, the index last.

    Raises:
        OSError: The folder or a file cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written: list[Path] = []
    index: dict[str, dict[str, str]] = {}
    for model in wire_models():
        path = folder / f"{model.__name__}.schema.json"
        _write(path, schema_of(model))
        written.append(path)
        summary = (model.__doc__ or "").strip().splitlines()[0]
        index[model.__name__] = {"file": path.name, "summary": summary}
    path = folder / "index.json"
    _write(path, {"version": __version__, "dialect": _DIALECT, "models": index})
    return [*written, path]


def _write(path: Path, document: dict[str, object]) -> None:
    text = json.dumps(document, ensure_ascii=False, indent=2) + "\n"
    path.write_text(text, encoding="utf-8")


def main(arguments: list[str] | None = None) -> int:
    """Export the schemas to the folder that the command line names.

    Args:
        arguments: Command line without the program; the process's own by default.

    Returns:
        Exit status: 0 done, 1 not written.
    """
    parser = argparse.ArgumentParser(prog="python -m qscreen.schema", description=__doc__)
    parser.add_argument("folder", type=Path, metavar="DIR", help="where to write")
    folder: Path = parser.parse_args(arguments).folder
    try:
        written = export(folder)
    except OSError as error:
        sys.stderr.write(
            f"the schemas were not written to {folder}: {error.strerror}. "
            "Name a folder that you may write to.\n"
        )
        return 1
    sys.stdout.write(f"{len(written)} files in {folder}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
