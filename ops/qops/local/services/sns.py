"""SNS: text message settings, which MiniStack lacks, and subscriptions that wait for a person.

Text messages and mails are declared only: nothing is sent.
"""

from __future__ import annotations

from qops.local.router.registry import Answer, Call, after, operation

_SERVICE = "sns"
_PENDING = "pending confirmation"
_MAIL = ("email", "email-json")


@operation(_SERVICE, "SetSMSAttributes")
async def set_sms_attributes(call: Call) -> Answer:
    """Changes settings; an empty value takes one away."""
    kept = call.records("sms")
    for name, value in call.params["attributes"].items():
        if value:
            kept[name] = value
        else:
            kept.pop(name, None)
    return {}


@operation(_SERVICE, "GetSMSAttributes")
async def get_sms_attributes(call: Call) -> Answer:
    """Answers settings."""
    wanted = call.params.get("attributes")
    kept = call.records("sms")
    return {"attributes": {name: kept[name] for name in kept if not wanted or name in wanted}}


@after(_SERVICE, "Subscribe")
async def name_pending(call: Call, answer: Answer) -> None:
    """Answers the ARN of a subscription that is not confirmed yet, for who asks for it."""
    if answer.get("SubscriptionArn") == _PENDING and call.params.get("ReturnSubscriptionArn"):
        # the same subscription again is the one that there is
        again = await call.aws(_SERVICE, "Subscribe", **call.params)
        answer["SubscriptionArn"] = again["SubscriptionArn"]


@after(_SERVICE, "GetSubscriptionAttributes")
async def wait_for_mails(_call: Call, answer: Answer) -> None:
    """A mail address confirms nothing here, as no mail is sent."""
    attributes = answer.get("Attributes") or {}
    if attributes.get("Protocol") in _MAIL:
        attributes["PendingConfirmation"] = "true"
        attributes["ConfirmationWasAuthenticated"] = "false"


@after(_SERVICE, "GetTopicAttributes")
async def count_mails_as_pending(call: Call, answer: Answer) -> None:
    """Counts the mail addresses of a topic among those that wait for a person."""
    arn = call.params["TopicArn"]
    found = await call.aws(_SERVICE, "ListSubscriptionsByTopic", TopicArn=arn)
    mails = sum(one["Protocol"] in _MAIL for one in found.get("Subscriptions") or ())
    attributes = answer.get("Attributes") or {}
    confirmed = int(attributes.get("SubscriptionsConfirmed", 0))
    counted = min(mails, confirmed)  # MiniStack confirms a mail address by itself
    attributes["SubscriptionsConfirmed"] = str(confirmed - counted)
    pending = int(attributes.get("SubscriptionsPending", 0)) + counted
    attributes["SubscriptionsPending"] = str(pending)
