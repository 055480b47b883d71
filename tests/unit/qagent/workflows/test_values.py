"""Values of a replay: checked before anything is done; secrets on no command line."""

from collections.abc import Callable
from pathlib import Path

import pytest

from qagent.home import HomeError
from qagent.workflows.model import Repeat, Variable, Workflow
from qagent.workflows.values import account, rows_from, values_of

Made = Callable[..., Workflow]
SET = {"kind": "write_clipboard"}


def never(variable: Variable) -> str:
    raise AssertionError(f"{variable.name} was asked for")


@pytest.fixture
def workflow(made: Made) -> Workflow:
    inputs = [
        {"name": "who", "default": "Kim"},
        {"name": "count", "kind": "integer"},
        {"name": "size", "kind": "choice", "choices": ["S", "L"], "default": "S"},
        {"name": "pin", "kind": "secret"},
    ]
    return made(*({**SET, "text": f"{{{{{one['name']}}}}}"} for one in inputs), inputs=inputs)


def test_given_asked_and_default_values(workflow: Workflow) -> None:
    asked: list[str] = []

    def ask(variable: Variable) -> str:
        asked.append(variable.name)
        return "7"

    values = values_of(workflow, "w", {"size": "L"}, ask)
    assert values == {"who": "Kim", "count": "7", "size": "L", "pin": "7"}
    assert asked == ["count", "pin"]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"nobody": "x"}, "no input 'nobody'"),
        ({"count": "many"}, "whole number"),
        ({"count": "1", "size": "M"}, "one of"),
        ({"count": "1", "who": ""}, "empty"),
        ({"count": "1", "pin": "1234"}, "command line"),
    ],
)
def test_a_value_that_does_not_fit_is_refused(
    given: dict[str, str], words: str, workflow: Workflow
) -> None:
    with pytest.raises(HomeError, match=words) as error:
        values_of(workflow, "w", given, lambda _: "1")
    assert error.value.repair
    assert "1234" not in str(error.value)


def test_a_secret_comes_from_the_environment(
    workflow: Workflow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QAGENT_VALUE_PIN", "from-env")
    assert values_of(workflow, "w", {"count": "1"}, never)["pin"] == "from-env"


def test_a_secret_comes_from_the_keychain(
    workflow: Workflow, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = {account("w", "pin"): "from-keychain"}
    monkeypatch.setattr("qagent.workflows.values.keychain.find", held.__getitem__)
    assert values_of(workflow, "w", {"count": "1"}, never)["pin"] == "from-keychain"


def test_a_step_that_names_no_variable_is_refused(made: Made) -> None:
    with pytest.raises(HomeError, match="s1 names the variable `x`"):
        values_of(made({**SET, "text": "{{x}}"}), "w", {}, never)


REPEAT = Repeat(first="s1", last="s1", columns=("item", "qty"), rows=(("a", "1"),))


def test_rows_of_a_csv_file(tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    path.write_text('\ufeffqty,item,more\n3,"배, 큰 것",x\n4,b,y\n', encoding="utf-8")
    assert rows_from(path, REPEAT) == (
        {"item": "배, 큰 것", "qty": "3"},
        {"item": "b", "qty": "4"},
    )


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"item\na\n", "lacks the columns qty"),
        (b"item,qty\n", "0 rows"),
        (b"\xff\xfe\x00", "cannot be read"),
        (b"item,qty\n" + b"a,1\n" * 501, "501 rows"),
    ],
)
def test_a_bad_table_is_refused(content: bytes, words: str, tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    path.write_bytes(content)
    with pytest.raises(HomeError, match=words):
        rows_from(path, REPEAT)
