"""Applies what of a declared guardrail can be applied without a model.

Denied words and patterns are looked for, and the kinds of personal data that the platform's own
redaction knows. Topics, content filters, managed word lists, grounding and other kinds of personal
data need a model that is not here: they never intervene.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from qops.local.router.registry import Call, Fault

_BLOCK, _ANONYMIZE, _NONE = "BLOCK", "ANONYMIZE", "NONE"
_KINDS = {
    "email": "EMAIL",
    "card": "CREDIT_DEBIT_CARD_NUMBER",
    "phone": "PHONE",
}


@dataclass
class Assessment:
    """What a guardrail found in texts.

    Attributes:
        blocked: Whether the texts are not let through.
        words: Denied words that stand in them.
        entities: Personal data.
        regexes: Matches of patterns.
        masks: What is replaced, and by what.
    """

    blocked: bool = False
    words: list[dict[str, Any]] = field(default_factory=list)
    entities: list[dict[str, Any]] = field(default_factory=list)
    regexes: list[dict[str, Any]] = field(default_factory=list)
    masks: dict[str, str] = field(default_factory=dict)

    @property
    def masked(self) -> bool:
        """Whether something is replaced."""
        return bool(self.masks) and not self.blocked

    def mask(self, text: str) -> str:
        """The text with personal data replaced."""
        for found in sorted(self.masks, key=len, reverse=True):
            text = text.replace(found, self.masks[found])
        return text

    def trace(self) -> dict[str, Any]:
        """The assessment in the words of Bedrock."""
        found: dict[str, Any] = {}
        if self.words:
            found["wordPolicy"] = {"customWords": self.words, "managedWordLists": []}
        if self.entities or self.regexes:
            found["sensitiveInformationPolicy"] = {
                "piiEntities": self.entities,
                "regexes": self.regexes,
            }
        return found


@dataclass(frozen=True)
class Guardrail:
    """A version of a declared guardrail.

    Attributes:
        identifier: Its id.
        settings: Its policies.
    """

    identifier: str
    settings: dict[str, Any]

    def message(self, source: str) -> str:
        """What is answered instead of what was blocked; ``source`` is INPUT or OUTPUT."""
        name = "blockedInputMessaging" if source == "INPUT" else "blockedOutputsMessaging"
        return str(self.settings[name])

    def assess(self, texts: list[str], source: str) -> Assessment:
        """Looks for what the policies name."""
        found = Assessment()
        text = "\n".join(texts)
        for word in (self.settings.get("wordPolicy") or {}).get("words") or []:
            if action := _action(word, source, _BLOCK):
                _word(found, text, str(word["text"]), action)
        policy = self.settings.get("sensitiveInformationPolicy") or {}
        wanted = {one["type"]: one for one in policy.get("piiEntities") or []}
        if wanted:
            for kind, match in _personal(text):
                if kind in wanted and (action := _action(wanted[kind], source)):
                    entry = {"match": match, "type": kind, "action": _done(action)}
                    _note(found, found.entities, {**entry, "detected": True}, action, kind)
        for regex in policy.get("regexes") or []:
            if not (action := _action(regex, source)):
                continue
            for hit in re.finditer(regex["pattern"], text):
                entry = {"name": regex["name"], "match": hit[0], "regex": regex["pattern"]}
                entry |= {"action": _done(action)}
                _note(found, found.regexes, {**entry, "detected": True}, action, str(regex["name"]))
        return found


def guardrail_of(call: Call) -> Guardrail | None:
    """The guardrail that a request names, if it names one.

    Raises:
        Fault: There is no such guardrail or version.
    """
    config = call.params.get("guardrailConfig")
    if not config:
        return None
    identifier = str(config.get("guardrailIdentifier") or "").rpartition("/")[2]
    version = str(config.get("guardrailVersion") or "")
    kept = call.context.store.records(call.region, "bedrock", "guardrails").get(identifier)
    if kept is None or version not in kept["versions"]:
        raise Fault(
            "ValidationException",
            "The guardrail identifier or version provided in the request does not exist.",
        )
    return Guardrail(identifier, kept["versions"][version])


def texts_of(params: dict[str, Any]) -> list[str]:
    """The texts of a request that are looked at: guarded ones where there are any, else all."""
    blocks = [block for message in params["messages"] for block in message.get("content") or []]
    marked = [*(params.get("system") or []), *blocks]
    guarded = [
        str(block["guardContent"]["text"]["text"])
        for block in marked
        if "text" in (block.get("guardContent") or {})
    ]
    if guarded:
        return guarded
    return [str(block["text"]) for block in blocks if "text" in block]


def _word(found: Assessment, text: str, word: str, action: str) -> None:
    # a Korean particle counts as a letter: only Latin words end at a boundary
    edge = r"(?<![A-Za-z0-9]){}(?![A-Za-z0-9])"
    hit = re.search(edge.format(re.escape(word)), text, re.IGNORECASE)
    if hit is None:
        return
    done = "BLOCKED" if action == _BLOCK else _NONE
    found.words.append({"match": hit[0], "action": done, "detected": True})
    found.blocked = found.blocked or action == _BLOCK


def _action(entry: dict[str, Any], source: str, standard: str = _NONE) -> str | None:
    """What is done on a hit; ``None`` where the source is not looked at."""
    side = "input" if source == "INPUT" else "output"
    if entry.get(f"{side}Enabled") is False:
        return None
    return str(entry.get(f"{side}Action") or entry.get("action") or standard)


def _done(action: str) -> str:
    return {_BLOCK: "BLOCKED", _ANONYMIZE: "ANONYMIZED"}.get(action, _NONE)


def _note(
    found: Assessment, entries: list[dict[str, Any]], entry: dict[str, Any], action: str, name: str
) -> None:
    if entry not in entries:
        entries.append(entry)
    if action == _BLOCK:
        found.blocked = True
    elif action == _ANONYMIZE and entry["match"]:
        found.masks[entry["match"]] = f"{{{name}}}"


def _personal(text: str) -> Iterator[tuple[str, str]]:
    from qscreen.redaction import find

    for kind, start, stop in find(text):
        match = text[start:stop]
        if kind.value == "aws_key":
            # access keys begin by a prefix of four letters and have 20 characters
            yield ("AWS_ACCESS_KEY" if len(match) == 20 else "AWS_SECRET_KEY"), match
        elif kind.value in _KINDS:
            yield _KINDS[kind.value], match
