"""From a token to a policy over all methods of the API."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from qs_authorizer.keys import SigningKeys
from qs_authorizer.tokens import Claims, Verifier, bearer_token
from qs_cloud.config import variable
from qs_cloud.telemetry import logger
from qscreen.api.routes import ROUTES, SCOPES_OF_GROUP, Group, Route, Scope

_OUR_PREFIX = "qscreen/"


@dataclass(frozen=True, slots=True)
class Authorizer:
    """Decides on requests.

    Attributes:
        verifier: Checks the tokens.
    """

    verifier: Verifier

    @classmethod
    def from_environment(cls) -> "Authorizer":
        """Make the authorizer that the function's environment describes.

        Returns:
            The authorizer.

        Raises:
            ConfigurationError: If a variable is missing.
        """
        clients = (one.strip() for one in variable("QS_CLIENT_IDS").split(","))
        return cls(
            Verifier(
                keys=SigningKeys(variable("QS_JWKS_URL")),
                issuer=variable("QS_ISSUER"),
                client_ids=frozenset(client for client in clients if client),
            )
        )

    def decide(self, event: Mapping[str, Any]) -> dict[str, Any]:
        """Decide on one request.

        The policy names every route, not only the one that was asked for: API Gateway caches
        it by token and uses it for the next requests too.

        Args:
            event: The authorizer's request.

        Returns:
            Policy and context. A route that the scopes do not permit is denied (403).

        Raises:
            TokenRefusedError: If there is no token that holds (401).
            KeysUnavailableError: If the signing keys cannot be had (500).
        """
        claims = self.verifier.verify(bearer_token(event.get("headers")))
        scopes = effective_scopes(claims)
        logger().info(
            "Token accepted",
            extra={
                "sub": claims.sub,
                "request_id": event.get("requestContext", {}).get("requestId"),
            },
        )
        return {
            "principalId": claims.sub,
            "policyDocument": policy(str(event["methodArn"]), scopes),
            "context": {
                "sub": claims.sub,
                "username": claims.username,
                "scopes": " ".join(sorted(scopes)),
                "groups": ",".join(sorted(claims.groups)),
            },
        }


def effective_scopes(claims: Claims) -> frozenset[str]:
    """Find what a token permits.

    Args:
        claims: What the token says.

    Returns:
        The token's own ``qscreen/`` scopes if it has any; else those of the user's groups.
    """
    own = frozenset(scope for scope in claims.scopes if scope.startswith(_OUR_PREFIX))
    if own:
        return own
    known = {group.value for group in Group}
    return frozenset(
        scope.value for name in claims.groups & known for scope in SCOPES_OF_GROUP[Group(name)]
    )


def policy(method_arn: str, scopes: Iterable[str]) -> dict[str, Any]:
    """Write the policy of a set of scopes.

    A path parameter becomes ``*``, and ``*`` also crosses slashes. So what is not permitted is
    denied by its own name, and a deny wins: ``GET /v1/runs/*`` alone would else also permit
    what stands below a run.

    Args:
        method_arn: ARN of the method that was asked for; gives API and stage.
        scopes: The effective scopes.

    Returns:
        An IAM policy document.
    """
    base = "/".join(method_arn.split("/")[:2])
    held = frozenset(scopes)
    allowed = [_resource(base, route) for route in ROUTES if _permits(route.scope, held)]
    denied = [_resource(base, route) for route in ROUTES if not _permits(route.scope, held)]
    statements = [
        {"Action": "execute-api:Invoke", "Effect": effect, "Resource": resources}
        for effect, resources in (("Allow", allowed), ("Deny", denied))
        if resources
    ]
    return {"Version": "2012-10-17", "Statement": statements}


def _permits(scope: Scope | None, held: frozenset[str]) -> bool:
    return scope is None or scope.value in held


def _resource(base: str, route: Route) -> str:
    parts = ("*" if part.startswith("{") else part for part in route.path.split("/"))
    return f"{base}/{route.method}{'/'.join(parts)}"
