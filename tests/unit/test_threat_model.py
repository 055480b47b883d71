"""The threat model names tests that exist, and says for each threat what stands against it."""

from documented_tests import missing_tests, rows

PAGE = "threat-model.md"


def test_every_threat_is_met_and_shown_by_tests_that_exist() -> None:
    found = rows(PAGE, "Threats")
    assert [row[0] for row in found] == [f"T{number}" for number in range(1, len(found) + 1)]
    for number, threat, stands, shown, _ in found:
        assert all((threat, stands)), number
        assert missing_tests(shown) == [], number


def test_a_test_that_is_not_there_is_found() -> None:
    assert missing_tests("`unit/test_threat_model.py::test_of_nothing`")
    assert missing_tests("words alone")
