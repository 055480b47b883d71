"""The folder that saved documents go to."""

import os
from pathlib import Path

from qagent.desktop.base import DesktopError
from qagent.messages import text
from qagent.policy.decisions import Policy
from qagent.words import reason


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
            text("documents.unmade", folder=folder, why=reason(error)),
            text("documents.repair", path=policy.path),
        ) from error
    if not os.access(folder, os.W_OK | os.X_OK):
        raise DocumentsFolderError(
            text("documents.unwritable", folder=folder),
            text("documents.repair", path=policy.path),
        )
    return folder
