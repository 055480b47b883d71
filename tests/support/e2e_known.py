"""Ids of things that are there, for requests about them."""

import uuid
from collections.abc import Callable
from typing import Any

import httpx
from e2e_device import ScriptedDevice, enrol
from e2e_identity import Person, create_person

Connect = Callable[[str | None], httpx.Client]
SETTING = "contract.test"
TEMPLATE = {"title": "t", "goal": "type '{{a}}'", "inputs": [{"name": "a"}]}
RUN = {"goal": "press ctrl+s"}

_NEEDS = {
    "run_id": "device_id",
    "command_id": "run_id",
    "job_id": "device_id",
    "schedule_id": "template_id",
    "version": "template_id",
}
"""What something is gone with."""


class Known:
    """Things of one operator, made when they are needed; what a request takes away is made anew."""

    def __init__(self, config: dict[str, Any], connect: Connect) -> None:
        self._config = config
        self._connect = connect
        self._person = create_person(config, "operator")
        self._api = connect(self._person.access_token)
        self._ids: dict[str, str] = {}
        self._device: ScriptedDevice | None = None
        self._leaving: Person | None = None

    def ids(self, names: set[str]) -> dict[str, str]:
        """The ids of things that are there, by the names of their parameters."""
        return {name: self._id(name) for name in names}

    def headers(self, names: set[str]) -> dict[str, str]:
        """Headers of the owner; a session's owner is somebody else, who may be signed out."""
        who = self._leaving if "session_id" in names else self._person
        assert who is not None
        return {"Authorization": f"Bearer {who.access_token}"}

    def gone(self, names: set[str]) -> None:
        """Say that a request may have ended these; what belongs to them has ended too."""
        ended = set(names)
        while more := {name for name, of in _NEEDS.items() if of in ended} - ended:
            ended |= more
        for name in ended:
            self._ids.pop(name, None)

    def tidy(self) -> None:
        """Take away what would go on by itself."""
        for kind, key in (("schedules", "schedule_id"), ("devices", "device_id")):
            for one in self._api.get(f"/v1/{kind}", params={"limit": 100}).json()["items"]:
                self._api.delete(f"/v1/{kind}/{one[key]}").raise_for_status()

    def _id(self, name: str) -> str:
        if name not in self._ids:
            make: dict[str, Callable[[], str]] = {
                "device_id": self._enrolled,
                "run_id": self._run,
                "command_id": self._command,
                "template_id": lambda: self._post("templates", TEMPLATE)["template_id"],
                "version": lambda: str(self._api.get(self._template()).json()["version"]),
                "schedule_id": self._schedule,
                "job_id": self._job,
                "session_id": self._session,
                "setting_name": self._setting,
            }
            self._ids[name] = make[name]()
        return self._ids[name]

    def _post(self, kind: str, body: dict[str, Any]) -> dict[str, Any]:
        key = {"Idempotency-Key": str(uuid.uuid4())}
        made = self._api.post(f"/v1/{kind}", headers=key, json=body)
        assert made.status_code in {201, 202}, made.text
        found: dict[str, Any] = made.json()
        return found

    def _enrolled(self) -> str:
        self._device = enrol(self._api, "contract")
        return self._device.device_id

    def _run(self) -> str:
        return str(self._post("runs", {**RUN, "device_id": self._id("device_id")})["run_id"])

    def _command(self) -> str:
        self._ids.pop("run_id", None)  # a device is told once of a run
        run_id = self._id("run_id")
        assert self._device is not None
        return str(self._device.command_of(run_id)["id"])

    def _template(self) -> str:
        return f"/v1/templates/{self._id('template_id')}"

    def _schedule(self) -> str:
        schedule = {
            "name": "contract",
            "expression": "rate(1 day)",
            "template_id": self._id("template_id"),
            "inputs": {"a": "x"},
            "device_id": self._id("device_id"),
        }
        return str(self._post("schedules", schedule)["schedule_id"])

    def _job(self) -> str:
        item = {**RUN, "device_id": "dev-unknown"}
        return str(self._post("jobs", {"items": [item]})["job_id"])

    def _session(self) -> str:
        self._leaving = create_person(self._config, "operator")
        (session,) = self._connect(self._leaving.access_token).get("/v1/sessions").json()["items"]
        return str(session["session_id"])

    def _setting(self) -> str:
        self._api.put(f"/v1/settings/{SETTING}", json={"value": "x"}).raise_for_status()
        return SETTING
