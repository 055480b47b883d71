import io
import json
from pathlib import Path

import pytest

from qops.platform.migrations import MigrationError, migrate
from qops.settings import Settings

SETTINGS = Settings(repository=Path("/r"), home=Path("/h"))


class Function:
    """Stands where the clients are; answers an invocation."""

    def __init__(self, payload: object, error: str | None = None) -> None:
        self.payload, self.error = payload, error
        self.asked: dict[str, object] = {}

    def client(self, service: str) -> "Function":
        assert service == "lambda"
        return self

    def invoke(self, **request: object) -> dict[str, object]:
        self.asked = request
        answer = {"Payload": io.BytesIO(json.dumps(self.payload).encode())}
        return answer | ({"FunctionError": self.error} if self.error else {})


def test_the_function_is_invoked_by_its_alias() -> None:
    function = Function({"applied": ["0001"], "current": "0001"})
    done = migrate(SETTINGS, function)
    assert (done.version, done.applied) == ("0001", ("0001",))
    assert function.asked["FunctionName"] == "qscreen-local-migrate"
    assert function.asked["Qualifier"] == "live"


def test_its_error_is_shown_with_the_log_group() -> None:
    function = Function({"errorMessage": "0002 was changed after it was applied"}, "Unhandled")
    with pytest.raises(MigrationError) as caught:
        migrate(SETTINGS, function)
    assert caught.value.why == "0002 was changed after it was applied"
    assert "/aws/lambda/qscreen-local-migrate" in caught.value.next_step


@pytest.mark.parametrize("payload", [None, [], {"applied": []}, "text"])
def test_an_unknown_answer_is_not_taken_for_success(payload: object) -> None:
    with pytest.raises(MigrationError):
        migrate(SETTINGS, Function(payload))
