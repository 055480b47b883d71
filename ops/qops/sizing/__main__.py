"""Prints the JSON Schema of the usage file: ``python -m qops.sizing``."""

import json
import sys

from qops.sizing.usage import Usage


def schema() -> str:
    """The JSON Schema of the usage file, as docs/usage.schema.json holds it."""
    document = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    document |= Usage.model_json_schema()
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    sys.stdout.write(schema())
