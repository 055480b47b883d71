"""Answers of ``qops config`` and what is below it."""

from typing import Literal

from pydantic import Field

from qops.answer import Answer

Setting = bool | int | float | str | list[str] | None


class FileAnswer(Answer):
    """A file of settings."""

    path: str
    kind: Literal["variable", "repository", "user"] = Field(
        description="Named by QOPS_CONFIG, of the checkout, or of the user."
    )
    exists: bool


class SettingAnswer(Answer):
    """A setting and where its value is from."""

    name: str
    value: Setting = Field(description="Null: it depends, or there is none.")
    source: Literal["default", "file", "variable", "option"]
    origin: str = Field(description="The file, variable or option; empty for a default.")
    variables: list[str] = Field(description="Variables that set it; the first one set counts.")
    help: str


class ConfigAnswer(Answer):
    """Answer of ``qops config``."""

    files: list[FileAnswer] = Field(description="The one that wins first.")
    settings: list[SettingAnswer]

    @property
    def essentials(self) -> list[str]:
        """What is not as it comes."""
        return [f"{one.name} = {one.value}" for one in self.settings if one.source != "default"]


class ConfigChangeAnswer(Answer):
    """Answer of ``qops config set`` and ``qops config unset``."""

    file: str
    name: str
    before: Setting = Field(description="Null: it was not set in the file.")
    value: Setting = Field(description="Null: it is not set in the file any more.")
    hidden_by: str = Field(description="Variable or file that wins over the file; empty: none.")


class ConfigPathAnswer(Answer):
    """Answer of ``qops config path``."""

    files: list[FileAnswer] = Field(description="The one that wins first.")
    written: str = Field(description="The file that qops config set changes.")

    @property
    def essentials(self) -> list[str]:
        """The file that is changed."""
        return [self.written]
