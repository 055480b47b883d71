"""Sessions: where a user is signed in."""

from pydantic import Field

from qscreen.wire.base import Identifier, Timestamp, WireModel


class Session(WireModel):
    """One sign-in and all tokens that were renewed from it."""

    session_id: Identifier
    client_id: str = Field(description="App client that signed in.")
    started_at: Timestamp
    last_seen_at: Timestamp = Field(description="Last request, to the minute.")
    ended_at: Timestamp | None = Field(
        default=None, description="When it was ended; its tokens are refused since."
    )
    current: bool = Field(default=False, description="Whether this very request belongs to it.")


class SessionList(WireModel):
    """A page of sessions, newest first."""

    items: tuple[Session, ...]
    next_token: str | None = None
