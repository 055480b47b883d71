"""Builds the Lambda archives: the same inputs give the same bytes.

What lives here: collecting each function's code and locked dependencies, writing archives and
``manifest.json``, and checking that the result can be imported. What does not: function code is
never imported by qops itself, only by a fresh process that ``verify`` starts.
"""

from qops.build.building import BuildManifest, build
from qops.build.verification import ImportReport, verify

__all__ = ["BuildManifest", "ImportReport", "build", "verify"]
