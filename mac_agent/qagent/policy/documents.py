"""The folder that saved documents go to."""

import os
from pathlib import Path

from qagent.desktop.base import DesktopError
from qagent.policy.decisions import Policy


class DocumentsFolderError(DesktopError):
    """The folder for documents cannot be used."""


def ready_documents(policy: Policy) -> Path:
    """The folder for documents, made if it is not there.

    Raises:
        DocumentsFolderError: It cannot be made or is not writable.
    """
    folder = policy.documents
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DocumentsFolderError(
            f"The documents folder {folder} cannot be made ({error.strerror}).",
            f"Set `documents` in {policy.path} to a folder you can write to.",
        ) from error
    if not os.access(folder, os.W_OK | os.X_OK):
        raise DocumentsFolderError(
            f"The documents folder {folder} is not writable.",
            f"Set `documents` in {policy.path} to a folder you can write to.",
        )
    return folder
