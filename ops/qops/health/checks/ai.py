"""Checks of the layer ai: the models' lives and the guardrail."""

import json
from collections.abc import Iterator
from typing import Any

from qops.health.model import Check, Finding, Layer, Severity
from qops.health.surroundings import Surroundings, healthy, judged, unhealthy

END_OF_LIFE_DAYS = 60.0
"""``model_end_of_life_days`` of the layer observability where no alarm says it."""


def _models(at: Surroundings) -> Iterator[Finding]:
    parameter = f"/qscreen/{at.settings.environment}/models"
    value = at.client("ssm").get_parameter(Name=parameter)["Parameter"]["Value"]
    roles: dict[str, list[str]] = {}
    for role, model in json.loads(value).items():
        roles.setdefault(str(model["model_id"]), []).append(str(role))
        # Not `fallbacks`: those are what is asked, and may be profiles of the platform's own.
        for profile in model.get("system_profiles", ())[1:]:
            # A system profile's id is the model's with the geography before it.
            roles.setdefault(str(profile).partition(".")[2], []).append(f"{role} (fallback)")
    limit = at.promise("model-planner-end-of-life", END_OF_LIFE_DAYS)

    for model, played in sorted(roles.items()):

        def look(model: str = model, played: list[str] = played) -> Finding:
            subject = f"{model}: {', '.join(sorted(set(played)))}"
            bedrock = at.client("bedrock")
            try:
                answer = bedrock.get_foundation_model(modelIdentifier=model)
            except bedrock.exceptions.ResourceNotFoundException:
                return unhealthy(subject, "Bedrock has no such model: its life is over")
            life = answer["modelDetails"].get("modelLifecycle", {})
            status, end = str(life.get("status", "?")), life.get("endOfLifeTime")
            if end is not None:
                days = (end - at.now()).days
                return judged(subject, days >= limit, f"{status}, {days} days to {end:%Y-%m-%d}")
            if status != "ACTIVE":
                return unhealthy(subject, f"its status is {status}")
            return healthy(subject, "ACTIVE, no end announced")

        yield from at.one(model, look)


def _guardrail(at: Surroundings) -> Iterator[Finding]:
    def look(guardrail: Any) -> Finding:
        found = at.client("bedrock").get_guardrail(
            guardrailIdentifier=guardrail.text("guardrail_id")
        )
        return judged(
            str(found["name"]), found["status"] == "READY", f"its status is {found['status']}"
        )

    yield from at.each(at.inventory.of("aws_bedrock_guardrail"), "name", look)


CHECKS = (
    Check(
        id="ai.model-life",
        layer=Layer.AI,
        severity=Severity.MEDIUM,
        title="Life of the models",
        meaning="A model of the platform comes to the end of its life; Bedrock refuses it then.",
        repair="Choose the successor in the variable models, test with --env dev, then promote.",
        runbook="models.md#end-of-life",
        look=_models,
    ),
    Check(
        id="ai.guardrail",
        layer=Layer.AI,
        severity=Severity.HIGH,
        title="The guardrail",
        meaning="Goals and plans are not screened; calls of the planner that name it fail.",
        repair="Read its failure reasons with aws bedrock get-guardrail, then plan and apply.",
        runbook="models.md#guardrail",
        look=_guardrail,
    ),
)
"""The checks of this layer."""
