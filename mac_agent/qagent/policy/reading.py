"""Reading a policy file: every fault with its line, its field and what to do about it."""

from pathlib import Path

from qagent.messages import text
from qagent.policy.model import PolicyFile
from qagent.words import reason
from qagent.yaml_files import Reading, Repairs, broken, read_yaml

_LARGEST = 1_000_000
"""Most bytes of a policy file."""
_REPAIRS = Repairs(
    value="policy.repair.value",
    unknown="policy.repair.unknown_field",
    missing="policy.repair.missing",
    others={},
)


def read(path: Path) -> Reading[PolicyFile]:
    """Read a policy file.

    Args:
        path: The file (YAML).

    Raises:
        FileNotFoundError: There is none.
    """
    try:
        if path.stat().st_size > _LARGEST:
            return broken(text("yaml.too_large"), text("policy.repair.file"))
        content = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise
    except UnicodeDecodeError:
        return broken(text("yaml.not_utf8"), text("yaml.repair.utf8"))
    except OSError as error:
        return broken(reason(error), text("policy.repair.file"))
    return read_yaml(content, PolicyFile, _REPAIRS)
