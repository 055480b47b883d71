import pytest

from qops.prerequisites.display import usable_display


@pytest.mark.parametrize(
    ("value", "asked"),
    [
        (":0", ("", 0)),
        (":10.0", ("", 10)),
        ("unix:2", ("unix", 2)),
        ("localhost:10.0", ("localhost", 10)),
        ("[::1]:11", ("::1", 11)),
    ],
)
def test_a_display_counts_when_a_server_answers(value, asked) -> None:
    seen = []

    def answers(host: str, number: int) -> bool:
        seen.append((host, number))
        return True

    assert usable_display({"DISPLAY": value}, answers=answers) == value
    assert seen == [asked]


def test_a_display_whose_server_is_gone_is_none() -> None:
    assert usable_display({"DISPLAY": ":77"}, answers=lambda host, number: False) is None


@pytest.mark.parametrize("environ", [{}, {"DISPLAY": ""}, {"DISPLAY": "nonsense"}])
def test_without_a_name_nobody_is_asked(environ) -> None:
    def answers(host: str, number: int) -> bool:
        raise AssertionError

    assert usable_display(environ, answers=answers) is None
