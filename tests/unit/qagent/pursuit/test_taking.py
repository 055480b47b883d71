"""Sums that a page shows are worked out, and nothing else is evaluated."""

import pytest

from qagent.pursuit.desk import GivenUpError
from qagent.pursuit.taking import solution


@pytest.mark.parametrize(
    ("shown", "result"),
    [
        ("1 + 2 =", "3"),
        ("7 - 12 =", "-5"),
        ("6 × 7 = ?", "42"),
        ("2 + 3 x 4 =", "14"),
        ("1 ÷ 4 =", "0.25"),
        ("x + 8 = 20", "12"),
        ("x - 8 = 20", "28"),
        ("30 - x = 12", "18"),
        ("5 + x = 1", "-4"),
    ],
)
def test_a_sum_is_worked_out(shown: str, result: str) -> None:
    assert solution(shown) == result


@pytest.mark.parametrize("shown", ["", "no sum", "x = x", "2 + =", "__import__('os') =", "1 + 2"])
def test_what_is_no_sum_has_no_result(shown: str) -> None:
    assert solution(shown) is None


def test_a_division_by_zero_is_given_up() -> None:
    with pytest.raises(GivenUpError):
        solution("1 / 0 =")
