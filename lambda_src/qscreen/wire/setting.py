"""Settings: small values that a user keeps, by name."""

from pydantic import Field

from qscreen.wire.base import Timestamp, WireModel

SETTING_NAME_PATTERN = r"^[a-z][a-z0-9]*(\.[a-z0-9]+)*$"


class SettingRequest(WireModel):
    """Body of `PUT /v1/settings/{setting_name}`."""

    value: str = Field(
        max_length=4000, pattern=r"^[^\x00]*$", description="Text; the API gives it no meaning."
    )


class Setting(WireModel):
    """A setting of the caller."""

    name: str = Field(description="Words joined by dots, e.g. `report.language`.")
    value: str
    etag: str = Field(description="What `If-Match` of a change may name.")
    updated_at: Timestamp


class SettingList(WireModel):
    """A page of settings, by name."""

    items: tuple[Setting, ...]
    next_token: str | None = None
