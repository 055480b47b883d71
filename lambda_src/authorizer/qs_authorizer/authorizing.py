"""From a token to a policy over all methods of the API."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from qs_authorizer.denials import Denials
from qs_authorizer.devices import Devices
from qs_authorizer.keys import SigningKeys
from qs_authorizer.tokens import Claims, Verifier, bearer_token
from qs_cloud.config import variable
from qs_cloud.telemetry import count, logger
from qscreen.api.mcp import MCP_ROUTES, McpRoute
from qscreen.api.routes import ROUTES, SCOPES_OF_GROUP, Group, Route, Scope

_OUR_PREFIX = "qscreen/"
_ALL_ROUTES: tuple[Route | McpRoute, ...] = (
    *ROUTES,
    # A public path is reached without this function, and the policy has room for so much only.
    *(route for route in MCP_ROUTES if route.scope),
)
_CALLED_BY_DEVICES = {
    (route.method, route.path): route for route in ROUTES if route.called_by_device
}

_AUDITED = {(route.method, route.path): route for route in ROUTES if route.audit}


@dataclass(frozen=True, slots=True)
class Authorizer:
    """Decides on requests.

    Attributes:
        verifier: Checks the tokens.
        devices: Knows which devices were revoked.
        denials: Tells the audit who was kept from what.
    """

    verifier: Verifier
    devices: Devices
    denials: Denials

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
            ),
            Devices(variable("QS_DEVICES_TABLE")),
            Denials.from_environment(),
        )

    def decide(self, event: Mapping[str, Any]) -> dict[str, Any]:
        """Decide on one request.

        The policy names every route, not only the one that was asked for: API Gateway caches
        it by token and uses it for the next requests too. Only the answers to calls that a
        device makes for itself, and to those that the audit keeps, are not cached: the one may
        depend on that device, and the audit hears of every denial of the other.

        Args:
            event: The authorizer's request.

        Returns:
            Policy and context. A route that the scopes do not permit is denied (403), and so
            is the call of a device that is unknown, revoked or another user's.

        Raises:
            TokenRefusedError: If there is no token that holds (401).
            KeysUnavailableError: If the signing keys cannot be had (500).
            CloudCallError: If the device cannot be looked up (500).
        """
        claims = self.verifier.verify(bearer_token(event.get("headers")))
        scopes = effective_scopes(claims)
        refused = self._refused(event, claims, scopes)
        self._tell_denial(event, claims, scopes, refused)
        logger().info(
            "Token accepted",
            extra={
                "sub": claims.sub,
                "request_id": event.get("requestContext", {}).get("requestId"),
            },
        )
        return {
            "principalId": claims.sub,
            "policyDocument": policy(str(event["methodArn"]), scopes, refused),
            "context": {
                "sub": claims.sub,
                "username": claims.username,
                "scopes": " ".join(sorted(scopes)),
                "groups": ",".join(sorted(claims.groups)),
            },
        }

    def _tell_denial(
        self,
        event: Mapping[str, Any],
        claims: Claims,
        scopes: Collection[str],
        refused: Collection[Route],
    ) -> None:
        route = _AUDITED.get((event["httpMethod"], event["resource"]))
        if route is not None and (route in refused or not _permits(route.scope, scopes)):
            self.denials.tell(route, claims.sub, event)

    def _refused(
        self, event: Mapping[str, Any], claims: Claims, scopes: Collection[str]
    ) -> tuple[Route, ...]:
        route = _CALLED_BY_DEVICES.get((event["httpMethod"], event["resource"]))
        if route is None or not _permits(route.scope, scopes):
            return ()
        device_id = str(event["pathParameters"]["device_id"])
        why = self.devices.refusal(device_id, claims.sub)
        if why is None:
            return ()
        logger().info("Device refused", extra={"why": why.value, "device_id": device_id})
        count("DevicesRefused", dimensions={"why": why.value})
        return (route,)


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


def policy(
    method_arn: str, scopes: Iterable[str], refused: Collection[Route] = ()
) -> dict[str, Any]:
    """Write the policy of a set of scopes.

    A path parameter becomes ``*``, and ``*`` also crosses slashes. So what is not permitted is
    denied by its own name, and a deny wins: ``GET /v1/runs/*`` alone would else also permit
    what stands below a run.

    Args:
        method_arn: ARN of the method that was asked for; gives API and stage.
        scopes: The effective scopes.
        refused: Routes that are denied whatever the scopes.

    Returns:
        An IAM policy document.
    """
    base = "/".join(method_arn.split("/")[:2])
    held = frozenset(scopes)
    permitted = {
        route: route not in refused and _permits(route.scope, held) for route in _ALL_ROUTES
    }
    allowed = [_resource(base, route) for route, yes in permitted.items() if yes]
    denied = [_resource(base, route) for route, yes in permitted.items() if not yes]
    statements = [
        {"Action": "execute-api:Invoke", "Effect": effect, "Resource": resources}
        for effect, resources in (("Allow", allowed), ("Deny", denied))
        if resources
    ]
    return {"Version": "2012-10-17", "Statement": statements}


def _permits(scope: Scope | None, held: Collection[str]) -> bool:
    return scope is None or scope.value in held


def _resource(base: str, route: Route | McpRoute) -> str:
    parts = ("*" if part.startswith("{") else part for part in route.path.split("/"))
    return f"{base}/{route.method}{'/'.join(parts)}"
