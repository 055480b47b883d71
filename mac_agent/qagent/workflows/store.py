"""Where workflows are kept: one file each in the agent's folder."""

import re
from dataclasses import dataclass
from pathlib import Path

from qagent.home import AgentHome, HomeError
from qagent.messages import text
from qagent.words import reason
from qagent.workflows.model import NAME_PATTERN, Workflow
from qagent.workflows.reading import read, write


@dataclass(frozen=True, slots=True)
class Store:
    """The workflows of an agent's folder.

    Attributes:
        folder: The folder.
    """

    folder: Path

    @classmethod
    def of(cls, home: AgentHome) -> "Store":
        """The store of an agent's folder."""
        return cls(home.root / "workflows")

    def path(self, name: str) -> Path:
        """File of a workflow; `name` may be a path to a file as well.

        Raises:
            HomeError: It is no name.
        """
        if name.endswith((".yaml", ".yml")) or "/" in name:
            return Path(name).expanduser()
        if re.fullmatch(NAME_PATTERN, name) is None:
            raise HomeError(text("workflow.bad_name", name=name), text("workflow.bad_name.repair"))
        return self.folder / f"{name}.yaml"

    def diary(self, name: str) -> Path:
        """File in which a recording of this name is written as it goes."""
        return self.path(name).with_suffix(".recording.jsonl")

    def names(self) -> list[str]:
        """Names of the workflows, in order."""
        return sorted(path.stem for path in self.folder.glob("*.yaml"))

    def unfinished(self) -> list[str]:
        """Names of recordings that were not brought to an end."""
        ending = ".recording.jsonl"
        return sorted(path.name.removesuffix(ending) for path in self.folder.glob(f"*{ending}"))

    def load(self, name: str) -> Workflow:
        """Read a workflow.

        Raises:
            HomeError: It is not there or has a fault; the first one is named with its line.
        """
        path = self.path(name)
        try:
            found = read(path)
        except OSError as error:
            raise HomeError(
                text("workflow.unreadable", path=str(path), why=reason(error)),
                text("workflow.unreadable.repair"),
            ) from error
        if found.content is None:
            fault = found.faults[0]
            raise HomeError(fault.at(path), fault.repair)
        return found.content

    def save(self, name: str, workflow: Workflow) -> Path:
        """Write a workflow; gives its file."""
        path = self.path(name)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write(path, workflow)
        return path
