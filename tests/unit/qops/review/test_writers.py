import io
import json
from pathlib import Path

import jsonschema
import pytest
from example_plans import SECRETS, plan, resource
from golden_files import check_golden, rendered
from rich.console import Console

from qops.answer import Envelope
from qops.commands.plan import show_plan
from qops.platform.answers import PlanAnswer
from qops.review.markdown import LIMIT, markdown
from qops.review.reading import review_of
from qops.review.terminal import write_review
from qops.terraform.events import Diagnostic


def matches(name: str, text: str) -> None:
    check_golden(Path(__file__).parent / "golden" / name, text)


def terminal(width: int, *, full: bool = False, document=None) -> str:
    console = Console(file=io.StringIO(), width=width, highlight=False)
    write_review(review_of(document or plan(), "prod"), console, full=full)
    return console.file.getvalue()


def crowd(number: int) -> dict:
    document = plan()
    document["resource_changes"] += [
        resource(f'module.network.aws_subnet.many["{at}"]', ["update"], {"a": 1}, {"a": 2})
        for at in range(number)
    ]
    return document


@pytest.mark.parametrize("width", [80, 160])
@pytest.mark.parametrize("full", [False, True])
def test_the_terminal_shows_it_as_agreed(width: int, full: bool) -> None:
    text = terminal(width, full=full)
    assert max(map(len, text.splitlines())) <= width
    matches(f"terminal-{width}{'-full' if full else ''}.txt", text)


def test_markdown_is_as_agreed() -> None:
    matches("pull-request.md", markdown(review_of(plan(), "prod")))


@pytest.mark.parametrize("write", [
    lambda: terminal(80), lambda: terminal(160, full=True),
    lambda: markdown(review_of(plan(), "prod")),
])  # fmt: skip
def test_no_writer_tells_a_secret(write) -> None:
    text = write()
    assert [secret for secret in SECRETS if secret in text] == []
    assert "module.data.aws_db_instance.this" in text


def test_json_is_what_its_schema_says() -> None:
    answer = PlanAnswer.of(Path("platform.tfplan"), review_of(plan(), "prod"))
    schema = Envelope[PlanAnswer].model_json_schema(mode="serialization")
    envelope = Envelope[PlanAnswer](command="plan", environment="prod", exit_code=2, result=answer)
    document = json.loads(envelope.model_dump_json())
    jsonschema.Draft202012Validator(schema).validate(document)
    assert answer.exit_code == 2
    assert document["result"]["changes"] == {"add": 5, "change": 5, "destroy": 3}
    del document["result"]["review"]["counters"]["moved"]
    document["result"]["review"]["worst"] = "hopeless"
    assert not jsonschema.Draft202012Validator(schema).is_valid(document)


def test_an_empty_plan_is_no_finding() -> None:
    document = plan() | {"resource_changes": [], "output_changes": {}}
    answer = PlanAnswer.of(Path("p"), review_of(document, "prod"))
    assert (answer.empty, answer.exit_code) == (True, 0)
    moved = plan() | {"output_changes": {}}
    moved["resource_changes"] = [r for r in moved["resource_changes"] if "previous_address" in r]
    assert not PlanAnswer.of(Path("p"), review_of(moved, "prod")).empty


def test_markdown_that_is_too_long_is_cut_loudly_and_keeps_what_is_destroyed() -> None:
    text = markdown(review_of(crowd(2000), "prod"))
    assert LIMIT * 0.9 < len(text) <= LIMIT
    head, _, _ = text.partition("### Destroyed or replaced")
    assert "This text is cut" in head
    left = int(head.partition("is cut: ")[2].split()[0])
    told = text.count("\n- `")
    assert left + told == 2000 + 15 + 3  # updates, the example's changes, its drift
    for address in ("aws_db_instance.this", "aws_dynamodb_table", "aws_lambda_layer_version"):
        assert address in text
    assert text.count("<details") == text.count("</details>")


def test_markdown_that_fits_is_whole() -> None:
    text = markdown(review_of(plan(), "prod"))
    assert "is cut" not in text
    assert text.count("\n- `") == 15 + 3


def test_markdown_is_not_broken_by_values() -> None:
    document = plan() | {"resource_drift": [], "checks": [], "output_changes": {}}
    document["resource_changes"] = [
        resource(
            'module.a.aws_thing.b["`x`"]',
            ["update"],
            {"text": "```\n</details>"},
            {"text": "@team <b>"},
            action_reason="@team <b>|",
        )
    ]
    text = markdown(review_of(document, "prod"))
    assert "````diff" in text
    assert '`` module.a.aws_thing.b["`x`"] ``' in text


def test_the_terminal_is_loud_about_what_it_leaves_out() -> None:
    text = terminal(80)
    assert "! Not all is shown." in text
    assert "qops show --full" in text
    assert "Not all is shown" not in terminal(80, full=True)
    assert "aws_iam_role.auditor" in terminal(80, full=True)


def test_a_pipe_gets_whole_lines() -> None:
    console = Console(file=io.StringIO(), width=80, soft_wrap=True, highlight=False)
    address = f'module.network.aws_subnet.many["{"x" * 100}"]'
    document = plan() | {"resource_changes": [resource(address, ["update"], {"a": 1}, {"a": 2})]}
    write_review(review_of(document, "prod"), console)
    assert f"  ~ {address}" in console.file.getvalue()


def test_terraforms_warnings_are_bounded_and_say_so() -> None:
    found = [Diagnostic("warning", f"Deprecated {n}", "x" * 900) for n in range(25)]
    answer = PlanAnswer.of(Path("p"), review_of(plan(), "prod"), found)
    short = rendered(lambda console: show_plan(answer, console, full=False), 160)
    assert "Deprecated 9:" in short
    assert "Deprecated 10:" not in short
    assert "x" * 400 not in short.replace("\n", "")
    assert "and 15 more warnings: --full and --json show them" in short
    full = rendered(lambda console: show_plan(answer, console, full=True), 160)
    assert "Deprecated 24:" in full
    assert "x" * 900 in full.replace("\n", "")
