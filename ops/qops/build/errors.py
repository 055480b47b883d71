"""Errors of the build."""

from qops.errors import QopsError


class BuildError(QopsError):
    """The archives could not be built; what an earlier build made is untouched."""

    code = "build"
