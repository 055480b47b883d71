"""What compliance answers, and how it is shown."""

import json
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import jsonschema
import pytest
from declared_things import ingress, platform, thing
from golden_files import Golden, check_golden

from qops import __main__ as entry
from qops.answer import Envelope
from qops.compliance.answers import ComplianceAnswer
from qops.compliance.assessing import assess, build
from qops.compliance.model import Verdict, shown
from qops.compliance.showing import markdown, sarif, telling, write_page
from qops.errors import UsageError
from qops.platform import deployment
from qops.settings import load_settings

GOLDEN = Path(__file__).with_name("golden")


def example() -> ComplianceAnswer:
    inventory = platform(
        thing("aws_db_instance", storage_encrypted=True, multi_az=False, publicly_accessible=False),
        thing("aws_kms_key", "module.security", enable_key_rotation=True),
        ingress("10.0.0.0/8", 443, 443),
        thing("aws_flow_log", "module.network", traffic_type="ALL"),
    )
    answer = build(load_settings("local"), inventory, {}, ["cis", "gdpr"])
    return answer.model_copy(update={"checked_at": datetime(2026, 11, 30, 9, tzinfo=UTC)})


def test_every_met_control_shows_its_evidence() -> None:
    answer = example()
    met = [
        control
        for framework in answer.frameworks
        for control in framework.controls
        if control.verdict is Verdict.MET
    ]
    assert [one.id for one in met] == ["2.2.1", "2.2.3", "3.6", "3.7", "5.3", "5.4"][: len(met)]
    assert len(met) >= 4
    for control in met:
        lines = telling(answer, control)
        assert lines
        assert all("module." in line for line in lines)


def test_the_terminal_shows_it_as_agreed(golden: Golden) -> None:
    golden("compliance", example())
    golden("compliance", example(), "--quiet", variant="quiet")


def test_markdown_is_as_agreed() -> None:
    check_golden(GOLDEN / "compliance.md", markdown(example()))


def test_sarif_names_the_resource_and_the_controls() -> None:
    document = json.loads(sarif(example()))
    (run,) = document["runs"]
    rules = {one["id"]: one for one in run["tool"]["driver"]["rules"]}
    result = next(one for one in run["results"] if one["ruleId"] == "rds_instance_multi_az")
    (location,) = result["locations"]
    (logical,) = location["logicalLocations"]
    assert logical["fullyQualifiedName"] == "module.data.aws_db_instance.this"
    assert "cis 2.2.4" in rules["rds_instance_multi_az"]["help"]["text"]
    assert {one["ruleId"] for one in run["results"]} == set(rules)
    uri = location["physicalLocation"]["artifactLocation"]["uri"]
    assert (load_settings("local").repository / uri).is_file()


def test_the_page_shows_the_evidence_and_runs_nothing(tmp_path: Path) -> None:
    text = write_page(tmp_path / "c.html", example()).read_text(encoding="utf-8")
    assert "storage_encrypted = true" in text
    assert "Prowler" in text
    assert "<script" not in text


def test_values_are_shortened_to_one_line() -> None:
    assert shown("a\n  b") == "a b"
    assert len(shown(["x" * 200])) == 80


def test_json_holds_to_its_schema_and_findings_are_exit_code_2(tmp_path, capsys) -> None:
    attributes = {"multi_az": False, "password": "hunter2-secret"}
    resource = {
        "module": "module.data",
        "mode": "managed",
        "type": "aws_db_instance",
        "name": "this",
        "instances": [{"attributes": attributes}],
    }
    file = tmp_path / "state.json"
    file.write_text(json.dumps({"serial": 1, "outputs": {}, "resources": [resource]}))
    for option in ("--json", "--markdown", "--sarif"):
        assert entry.run(["compliance", "--plan", str(file), option]) == 2
        out = capsys.readouterr().out
        assert "hunter2" not in out
        if option == "--json":
            jsonschema.validate(json.loads(out), Envelope[ComplianceAnswer].model_json_schema())
    assert entry.run(["compliance", "--plan", str(file), "--json", "--sarif"]) == 64
    assert entry.run(["compliance", "--framework", "pci", "--plan", str(file)]) == 64
    assert "cis, soc2, gdpr, hipaa, isms-p" in capsys.readouterr().err


def test_a_saved_plan_is_shown_by_terraform(tmp_path, monkeypatch) -> None:
    shown = {"planned_values": {"root_module": {}}}

    class Deployment:
        def __init__(self, *_: object, **__: object) -> None:
            self.runner = SimpleNamespace(show=lambda file: seen.append(file) or shown)

        def install(self) -> None:
            seen.append("installed")

    seen: list[Any] = []
    monkeypatch.setattr(deployment, "Deployment", Deployment)
    monkeypatch.setattr(deployment, "find_tools", lambda *_, **__: None)
    file = tmp_path / "platform.tfplan"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("tfplan", "x")
    answer = assess(load_settings("local"), frameworks=("gdpr",), file=file)
    assert seen == ["installed", file]
    assert (answer.source, answer.live) == ("plan", False)


def test_an_unknown_framework_is_refused_before_anything_is_read() -> None:
    with pytest.raises(UsageError, match="iso27001"):
        assess(load_settings("local"), frameworks=("iso27001",))
