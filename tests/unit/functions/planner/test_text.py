"""A run whose goal is about the text of the screen: what is asked, and what the plan gets of it."""

import dataclasses
import json
import re
from pathlib import Path
from typing import Any

import pytest
from planned_run import BUCKET, ENDED, FOLDER, PICTURE, Store, kept, lay, put, put_screen
from qs_planner.task import AnalysisRequest

from qs_cloud import clients
from qs_planning.model_planner import ModelAnswer
from qscreen.grammar import understand
from qscreen.wire import Plan, PlanSource

MACHINES = Path(__file__).parents[4] / "modules" / "compute" / "state_machines"
SENDING = "Click the Send button to reply to the mail"
MAIL = (
    {"role": "label", "name": "From: Lee Min"},
    {
        "role": "document",
        "name": "",
        "value": "Could you please send the invoice to 12 High Street?",
    },
    {"role": "button", "name": "Send"},
    {"role": "password_field", "name": "Password", "value": "hunter2", "secure": True},
)
LANGUAGES = [{"LanguageCode": "ko", "Score": 0.3}, {"LanguageCode": "en", "Score": 0.7}]


class Model:
    """Answers with a plan of the grammar, as a model would."""

    def __init__(self, goal: str) -> None:
        self.goal = goal
        self.asked = 0

    def plan(self, goal: str, *_: Any, **__: Any) -> ModelAnswer:
        self.asked += 1
        made = understand(self.goal)
        assert isinstance(made, Plan), made
        steps = tuple(step.model_copy(update={"because": goal[:5]}) for step in made.steps)
        return ModelAnswer(
            made.model_copy(update={"goal": goal, "source": PlanSource.MODEL, "steps": steps})
        )


@pytest.fixture
def model(plan_run: Any, monkeypatch: pytest.MonkeyPatch) -> Model:
    """The goal is planned by a model, which presses Send."""
    found = Model("Click the Send button")
    planners = dataclasses.replace(plan_run.module._planning.planners, model=found)
    changed = dataclasses.replace(plan_run.module._planning, planners=planners)
    monkeypatch.setattr(plan_run.module, "_planning", changed)
    return found


def put_found(*, personal: Any = None, languages: Any = LANGUAGES, **more: Any) -> None:
    told: dict[str, Any] = {"languages": languages, "personal_data": personal, **more}
    put(f"{FOLDER}/analysis.json", json.dumps([{}, {}, {}, told, {}]).encode())


def laid_text() -> str:
    answer = clients.s3().get_object(Bucket=BUCKET, Key=f"{FOLDER}/text.txt")
    return answer["Body"].read().decode()


def test_the_text_is_laid_beside_the_snapshot_and_the_machine_gets_its_key(
    plan_run: Any, model: Model
) -> None:
    lay(SENDING)
    put_screen(*MAIL)
    answer = plan_run()
    assert answer == {
        "status": "analyse",
        "analysis": {
            "result_key": f"{FOLDER}/analysis.json",
            "document": False,
            "labels": False,
            "text_key": f"{FOLDER}/text.txt",
        },
    }
    assert model.asked == 0, "no model is asked before the text was understood"
    said = laid_text()
    assert said == "From: Lee Min\nCould you please send the invoice to 12 High Street?"
    assert "hunter2" not in said
    assert "High Street" not in json.dumps(answer)


def test_personal_data_on_the_screen_makes_a_person_agree_before_something_is_sent(
    plan_run: Any, model: Model, capsys: pytest.CaptureFixture[str]
) -> None:
    lay(SENDING)
    put_screen(*MAIL)
    plan_run()
    put_found(personal={"kinds": ["NAME", "ADDRESS", "PIN"], "scores": [0.99, 0.98, 0.2]})
    assert plan_run(**ENDED) == {"status": "planned", "needs_consent": True}
    run = kept().run
    (step,) = run.plan.steps
    assert "Personal data stands on the screen (address)" in step.consent
    (analysis,) = run.analyses
    assert (analysis.cause, analysis.outcome, analysis.message) == ("goal_about_text", "read", None)
    assert (analysis.language, analysis.mail_class, analysis.intent) == ("en", "invoice", "request")
    assert analysis.personal_data == ("ADDRESS", "NAME")
    assert [(one.engine, one.what, one.found) for one in analysis.readings] == [
        ("comprehend", "languages", 2),
        ("comprehend", "personal_data", 2),
        ("rules", "personal_data", 0),
        ("rules", "intent", 1),
        ("rules", "mail_class", 1),
    ]
    assert analysis.picture_key is None
    logged = capsys.readouterr().out
    assert "High Street" not in logged
    assert '"PlansGuardingPersonalData":[1.0]' in logged


def test_without_personal_data_nobody_is_asked(plan_run: Any, model: Model) -> None:
    lay(SENDING)
    put_screen(*MAIL)
    put_found(personal={"kinds": ["NAME", "DATE_TIME"], "scores": [0.99, 0.98]})
    assert plan_run(**ENDED) == {"status": "planned"}
    run = kept().run
    assert run.plan.steps[0].consent is None
    assert run.analyses[0].personal_data == ("DATE_TIME", "NAME")


@pytest.mark.parametrize(
    ("ended", "said"),
    [
        ({"Error": "States.Timeout", "Cause": "too long"}, "States.Timeout"),
        ({"Status": "FAILED"}, "FAILED"),
        ({"Status": "SUCCEEDED"}, "NoSuchKey"),
    ],
)
def test_comprehend_that_fails_fails_no_run_and_the_rules_still_guard(
    plan_run: Any, model: Model, ended: dict[str, str], said: str
) -> None:
    lay(SENDING)
    put_screen(*MAIL, {"role": "label", "name": "Call 010-1234-5678"})
    assert plan_run(analysis=ended) == {"status": "planned", "needs_consent": True}
    run = kept().run
    (analysis,) = run.analyses
    assert (analysis.outcome, analysis.language) == ("failed", None)
    assert analysis.personal_data == ("phone",)
    assert said in analysis.message
    assert "rules" in analysis.message
    assert "(phone)" in run.plan.steps[0].consent


def test_a_language_that_comprehend_could_not_tell_is_named_and_nothing_is_remembered(
    plan_run: Any, model: Model, store: Store
) -> None:
    lay(SENDING)
    put_screen(*MAIL)
    put_found(languages=None, unavailable="Comprehend.TooManyRequestsException")
    assert plan_run(**ENDED) == {"status": "planned"}
    (analysis,) = kept().run.analyses
    assert analysis.outcome == "failed"
    assert "Comprehend.TooManyRequestsException" in analysis.message
    assert store.values == {}


@pytest.mark.parametrize("result", [b"", b"{}", b'[{}, {}, {}, {"languages": [{}]}, {}]', b"[{}]"])
def test_a_result_that_cannot_be_used_leaves_the_rules(
    plan_run: Any, model: Model, result: bytes
) -> None:
    lay(SENDING)
    put_screen(*MAIL)
    put(f"{FOLDER}/analysis.json", result)
    assert plan_run(**ENDED) == {"status": "planned"}
    (analysis,) = kept().run.analyses
    assert (analysis.outcome, analysis.mail_class) == ("failed", "invoice")


def test_a_korean_text_whose_personal_data_nobody_reads_is_guarded_by_the_markers(
    plan_run: Any, model: Model, store: Store
) -> None:
    lay("보내기 버튼을 눌러 메일에 답장해 줘")
    put_screen(
        {"role": "document", "value": "연락처는 010-1234-5678 입니다."},
        {"role": "button", "name": "보내기 (Send)"},
    )
    put_found(
        languages=[{"LanguageCode": "ko", "Score": 1.0}],
        unavailable="Comprehend.UnsupportedLanguageException",
    )
    assert plan_run(**ENDED)["needs_consent"] is True
    run = kept().run
    (analysis,) = run.analyses
    assert (analysis.outcome, analysis.language) == ("read", "ko")
    assert [(one.what, one.unavailable) for one in analysis.readings][:2] == [
        ("languages", None),
        ("personal_data", "Comprehend.UnsupportedLanguageException"),
    ]
    assert len(store.values) == 1, "the language will be unsupported the next time, too"


def test_a_text_that_is_known_is_not_asked_about_again(plan_run: Any, model: Model) -> None:
    lay(SENDING)
    put_screen(*MAIL)
    put_found(personal={"kinds": ["ADDRESS"], "scores": [0.9]})
    plan_run(**ENDED)
    lay(SENDING)
    assert plan_run() == {"status": "planned", "needs_consent": True}
    (analysis,) = kept().run.analyses
    assert (analysis.outcome, analysis.personal_data) == ("cached", ("ADDRESS",))


def test_a_trained_classifier_is_asked_where_there_is_one(
    plan_run: Any, model: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    arn = "arn:aws:comprehend:ap-northeast-2:123456789012:document-classifier-endpoint/qscreen-test"
    monkeypatch.setenv("QS_INTENT_CLASSIFIER_ARN", arn)
    lay(SENDING)
    put_screen(*MAIL)
    assert plan_run()["analysis"]["classifier_arn"] == arn
    put_found(intent={"Classes": [{"Name": "ask", "Score": 0.2}, {"Name": "urge", "Score": 0.8}]})
    plan_run(**ENDED)
    (analysis,) = kept().run.analyses
    assert analysis.intent == "urge"
    assert ("comprehend", "intent", 1) in [
        (one.engine, one.what, one.found) for one in analysis.readings
    ]


def test_picture_and_text_are_asked_for_at_once(plan_run: Any, model: Model) -> None:
    lay(SENDING)
    put_screen({"role": "label", "name": "Lee"}, truncated=True)
    asked = plan_run()["analysis"]
    assert (asked["picture_key"], asked["text_key"]) == (PICTURE, f"{FOLDER}/text.txt")


def test_a_screen_without_text_is_no_failure(plan_run: Any, model: Model) -> None:
    lay(SENDING)
    put_screen({"role": "button", "name": "Send mail"})
    assert plan_run() == {"status": "planned"}
    (analysis,) = kept().run.analyses
    assert (analysis.outcome, analysis.message) == ("read", None)
    assert analysis.readings[0].unavailable == "NoText"


def test_a_text_that_cannot_be_laid_down_fails_no_run(
    plan_run: Any, model: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    from botocore.exceptions import ClientError

    real = clients.s3()

    class Refusing:
        def get_object(self, **arguments: Any) -> Any:
            return real.get_object(**arguments)

        def put_object(self, **_: Any) -> None:
            raise ClientError({"Error": {"Code": "AccessDenied"}}, "PutObject")

    lay(SENDING)
    put_screen(*MAIL)
    monkeypatch.setattr(clients, "s3", Refusing)
    assert plan_run() == {"status": "planned"}
    (analysis,) = kept().run.analyses
    assert analysis.outcome == "failed"
    assert "AccessDenied" in analysis.message


def test_a_repair_is_guarded_as_the_first_plan_was(plan_run: Any, model: Model) -> None:
    lay(SENDING)
    put_screen(*MAIL)
    put_found(personal={"kinds": ["ADDRESS"], "scores": [0.9]})
    plan_run(**ENDED)
    plan = kept().run.plan
    effect = {
        "step_id": "s1",
        "outcome": "failed",
        "error": "target_not_found",
        "started_at": "2026-11-23T09:00:00Z",
        "duration_ms": 1.0,
    }
    lay(
        SENDING,
        plan={"S": plan.model_dump_json()},
        attempts={"N": "1"},
        effects={"L": [{"S": json.dumps(effect)}]},
    )
    assert plan_run() == {"status": "planned", "needs_consent": True}
    (step,) = kept().run.plan.steps
    assert step.consent == plan.steps[0].consent, "the reason stands there once"


def test_a_goal_that_is_about_no_text_is_not_analysed(plan_run: Any, model: Model) -> None:
    lay("Click the Send button")
    put_screen(*MAIL)
    assert plan_run() == {"status": "planned"}
    assert kept().run.analyses == ()


def test_the_machine_reads_what_the_planner_sends_and_nothing_else() -> None:
    text = (MACHINES / "analysis.asl.json").read_text(encoding="utf-8")
    wanted = re.findall(r"\"\$\.([a-z_]+_key|[a-z]+_arn|regions|document|labels)\"", text)
    assert set(wanted) == set(AnalysisRequest.model_fields)
