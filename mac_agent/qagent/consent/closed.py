"""Which windows nobody is told of: not the cloud, not a model, and nothing is done in them."""

from collections.abc import Iterable

from qagent.consent.dialog import is_own_dialog
from qagent.policy import Policy


def is_closed(apps: Iterable[str], title: str, policy: Policy) -> bool:
    """Whether nothing of a window may be seen: the policy denies it, or it is an agent's dialog.

    Args:
        apps: Names of its program.
        title: Its title.
        policy: The policy in force.
    """
    return policy.hides_window(title) or any(
        policy.hides(app) or is_own_dialog(app, title) for app in apps or ("",)
    )
