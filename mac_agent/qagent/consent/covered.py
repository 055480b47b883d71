"""Refusing a place of the pointer where another program than the step's lies on top."""

from qagent.act.context import RefusedError
from qagent.act.resolve import describe
from qagent.consent.closed import is_closed
from qagent.desktop.base import Node, Surface
from qagent.messages import text
from qagent.policy import Policy
from qscreen.redaction import redact
from qscreen.wire import EffectError, RiskCategory

_LONGEST = 80
"""Characters of a title that are told."""


def hidden(policy: Policy) -> RefusedError:
    """The refusal where a window lies on top of which nothing may be told.

    Args:
        policy: The policy that hides it.
    """
    return RefusedError(EffectError.DENIED_BY_POLICY, text("guard.hidden_window", path=policy.path))


def refusal(surface: Surface, meant: Node, policy: Policy, risk: RiskCategory) -> RefusedError:
    """The refusal where something else than a step's program would get the pointer.

    Args:
        surface: What lies on top.
        meant: The element that the step is about.
        policy: The policy in force.
        risk: The step's risk category.
    """
    target = describe(meant)
    if surface.bare:
        return RefusedError(EffectError.TARGET_NOT_FOUND, text("guard.nothing", target=target))
    if is_closed(surface.apps, surface.title, policy):
        return hidden(policy)
    window = _words(surface)
    if any(policy.denies_app(app, risk) is None for app in surface.apps):
        return RefusedError(
            EffectError.TARGET_NOT_FOUND, text("guard.covered", target=target, window=window)
        )
    return RefusedError(
        EffectError.DENIED_BY_POLICY,
        text("guard.covered_not_allowed", target=target, window=window, path=policy.path),
    )


def _words(surface: Surface) -> str:
    app = redact(surface.apps[0]) if surface.apps else text("guard.unnamed")
    title = redact(surface.title)[:_LONGEST]
    return f"'{title}' ({app})" if title else app
