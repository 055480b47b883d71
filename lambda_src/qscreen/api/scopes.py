"""Scopes and groups: who may call what. Knows no wire type, so that every function can read it."""

from enum import StrEnum


class Scope(StrEnum):
    """OAuth scopes of the resource server ``qscreen``."""

    RUNS_READ = "qscreen/runs.read"
    RUNS_WRITE = "qscreen/runs.write"
    DEVICES_READ = "qscreen/devices.read"
    DEVICES_WRITE = "qscreen/devices.write"
    COMMANDS_WRITE = "qscreen/commands.write"
    TEMPLATES_READ = "qscreen/templates.read"
    TEMPLATES_WRITE = "qscreen/templates.write"
    SCHEDULES_READ = "qscreen/schedules.read"
    SCHEDULES_WRITE = "qscreen/schedules.write"
    UPLOADS_WRITE = "qscreen/uploads.write"
    ACCOUNT_READ = "qscreen/account.read"
    ACCOUNT_WRITE = "qscreen/account.write"
    HEALTH_READ = "qscreen/health.read"
    MCP_VISION = "qscreen/mcp.vision"
    MCP_DOCUMENT = "qscreen/mcp.document"
    MCP_LANGUAGE = "qscreen/mcp.language"
    MCP_PLANNER = "qscreen/mcp.planner"
    MCP_WORKFLOW = "qscreen/mcp.workflow"


class Group(StrEnum):
    """Cognito groups; a user's roles."""

    VIEWER = "viewer"
    USER = "user"
    OPERATOR = "operator"
    ADMIN = "admin"


_READING = frozenset(
    {
        Scope.RUNS_READ,
        Scope.DEVICES_READ,
        Scope.TEMPLATES_READ,
        Scope.SCHEDULES_READ,
        # Settings and sessions are the caller's own: a viewer may end a session, too.
        Scope.ACCOUNT_READ,
        Scope.ACCOUNT_WRITE,
        Scope.MCP_VISION,
        Scope.MCP_DOCUMENT,
        Scope.MCP_LANGUAGE,
        Scope.MCP_PLANNER,
        Scope.MCP_WORKFLOW,
    }
)

SCOPES_OF_GROUP: dict[Group, frozenset[Scope]] = {
    # Of an MCP server a viewer may call the tools that only read; the server itself sees to that.
    Group.VIEWER: _READING,
    Group.USER: frozenset(Scope) - {Scope.HEALTH_READ},
    Group.OPERATOR: frozenset(Scope),
    Group.ADMIN: frozenset(Scope),
}
"""Scopes that a group's members have when their token carries none of ours.

Tokens of the password and SRP sign-in carry only ``aws.cognito.signin.user.admin``; tokens
of the authorization code flow carry the scopes asked for, and these then bind.
"""
