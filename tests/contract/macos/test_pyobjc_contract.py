"""Every PyObjC name that the macOS backend uses, against the real wheels of the locked release.

What this cannot show: the behaviour of macOS, permissions, real trees, and methods without
arguments, whose names PyObjC learns from macOS itself.
"""

import ast
import subprocess
import sys
import time
from pathlib import Path

import pytest
from pyobjc_checker import Checker, defined_in
from pyobjc_wheels import ROOT, fetch, frameworks, selectors

PACKAGE = ROOT / "mac_agent" / "qagent" / "desktop" / "macos"
STOP_KEY = ROOT / "mac_agent" / "qagent" / "stop_key" / "macos.py"
FRAMEWORK_MODULES = {
    "macos",
    "ax",
    "capture",
    "displays",
    "events",
    "hearing",
    "ocr",
    "pasteboard",
    "workspace",
}

UNDESCRIBED = frozenset(
    {
        "dataForType_",
        "fileURLWithPath_",
        "runningApplicationWithProcessIdentifier_",
        "setRecognitionLanguages_",
        "setRecognitionLevel_",
        "stringForType_",
        "topCandidates_",
    }
)
"""Selectors that PyObjC needs no description of: only their numbers of arguments are checked."""


@pytest.fixture(scope="session")
def wheels() -> Path:
    return fetch()


def check(source: str, wheels: Path) -> Checker:
    checker = Checker(
        frameworks(wheels), selectors(wheels), defined_in(wheels / "objc" / "__init__.py")
    )
    checker.visit(ast.parse(source))
    return checker


@pytest.mark.parametrize(
    "path", [*sorted(PACKAGE.glob("*.py")), STOP_KEY], ids=lambda path: path.stem
)
def test_our_use_of_pyobjc_is_what_the_wheels_offer(path: Path, wheels: Path) -> None:
    checker = check(path.read_text(encoding="utf-8"), wheels)
    assert checker.faults == []
    assert (checker.checked > 0) is (path.stem in FRAMEWORK_MODULES | {"opening"})


def test_selectors_that_the_wheels_do_not_describe_are_the_known_ones(wheels: Path) -> None:
    unknown: set[str] = set()
    for path in PACKAGE.glob("*.py"):
        unknown |= check(path.read_text(encoding="utf-8"), wheels).unknown
    assert unknown == UNDESCRIBED


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("ApplicationServices.AXUIElementDoPress(e)", "has no AXUIElementDoPress"),
        ("ApplicationServices.kAXNoSuchAttribute", "has no kAXNoSuchAttribute"),
        ("ApplicationServices.AXUIElementPerformAction(e)", "takes 2 arguments, not 1"),
        ("ApplicationServices.AXUIElementCopyActionNames(e, [])", "pass None"),
        ("ApplicationServices.AXValueGetValue(v, 1)", "takes 3 arguments, not 2"),
        ("ApplicationServices.AXValueGetValue(v, 1, 2)", "pass None"),
        ("code = ApplicationServices.AXUIElementCopyActionNames(e, None)", "gives 2 results"),
        ("a, b, c = ApplicationServices.AXUIElementGetPid(e, None)", "gives 2 results, not 3"),
        ("Quartz.CGEventPost(event)", "takes 2 arguments, not 1"),
        ("Quartz.CGEventPost(tap=0, event=e)", "takes 2 arguments, not 0"),
        ("Quartz.CGWindowListCreatePicture(1)", "has no CGWindowListCreatePicture"),
        ("Quartz.CGEventCreateScrollWheelEvent(s)", "takes 4 arguments, not 1"),
        ("Vision.VNRecogniseTextRequest.alloc()", "has no VNRecogniseTextRequest"),
        ("handler.performRequests_error_([r], err)", "pass None"),
        ("handler.performRequests_error_([r])", "takes 2 arguments, not 1"),
        ("a, b, c = handler.performRequests_error_([r], None)", "gives 2 results, not 3"),
        ("objc.autoreleasing_pool()", "objc has no autoreleasing_pool"),
    ],
)
def test_a_wrong_use_is_found(line: str, fault: str, wheels: Path) -> None:
    imports = "import objc, ApplicationServices, Quartz, Vision, ScreenCaptureKit\n"
    faults = check(imports + line, wheels).faults
    assert len(faults) == 1
    assert fault in faults[0]


def test_a_wrong_selector_is_noticed(wheels: Path) -> None:
    assert check("import Vision\nr.setRecognitionTongues_(x)", wheels).unknown == {
        "setRecognitionTongues_"
    }


def test_names_are_not_imported_past_the_checker(wheels: Path) -> None:
    assert check("from Quartz import CGEventPost\n", wheels).faults


def test_checking_is_quick(wheels: Path) -> None:
    began = time.monotonic()
    for path in PACKAGE.glob("*.py"):
        check(path.read_text(encoding="utf-8"), wheels)
    assert time.monotonic() - began < 20


def test_nothing_of_pyobjc_is_imported_on_other_systems() -> None:
    program = (
        "import sys\n"
        "import qagent.desktop.macos.opening, qagent.desktop.macos.tree\n"
        "import qagent.desktop.macos.applications, qagent.desktop.macos.watching\n"
        "names = {'objc', 'AppKit', 'Quartz', 'Foundation', 'ApplicationServices', 'Vision'}\n"
        "sys.exit(bool(names & set(sys.modules)))\n"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
