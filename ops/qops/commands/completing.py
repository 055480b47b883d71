"""What the shell may offer for a value; all of it is found without a call and in milliseconds."""

import re
from pathlib import Path

_CHECK = re.compile(r'\bid="([a-z]+\.[a-z0-9-]+)"')
LAYERS = ("client", "network", "ai", "compute", "data", "security", "observability", "devops")
FRAMEWORKS = ("cis", "soc2", "gdpr", "hipaa", "isms-p")


def environments(incomplete: str) -> list[str]:
    """Environments that begin so."""
    from qops.settings import ENVIRONMENTS

    return _beginning(ENVIRONMENTS, incomplete)


def checks(incomplete: str) -> list[str]:
    """Ids of checks of health that begin so."""
    return _beginning(check_ids(), incomplete)


def checks_and_layers(incomplete: str) -> list[str]:
    """Layers, and ids of checks of health, that begin so."""
    return _beginning((*LAYERS, *check_ids()), incomplete)


def frameworks(incomplete: str) -> list[str]:
    """Frameworks of compliance that begin so."""
    return _beginning(FRAMEWORKS, incomplete)


def settings(incomplete: str) -> list[str]:
    """Settings of qops.toml that begin so."""
    from qops.configuration.keys import all_keys

    return _beginning(tuple(all_keys()), incomplete)


def commands(incomplete: str) -> list[str]:
    """Commands with an answer that begin so."""
    from qops.cli import app
    from qops.commands.surface import command_line, has_answer, walk

    found = [path for path, command in walk(command_line(app)) if has_answer(command)]
    return _beginning(tuple(found), incomplete)


def check_ids() -> tuple[str, ...]:
    """Ids of all checks of health, read off their modules: loading these takes half a second."""
    folder = Path(__file__).parents[1] / "health" / "checks"
    found = (_CHECK.findall(file.read_text(encoding="utf-8")) for file in folder.glob("*.py"))
    return tuple(sorted({name for names in found for name in names}))


def _beginning(words: tuple[str, ...], incomplete: str) -> list[str]:
    return [word for word in words if word.startswith(incomplete)]
