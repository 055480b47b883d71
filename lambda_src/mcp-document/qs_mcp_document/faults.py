"""What Textract and S3 refuse, as faults that say what to do."""

from qs_mcp.refusals import Refusals

_KEY_DENIED = (
    "The platform's role may not do this.",
    "Tell the operator: the policy of the function mcp-document lacks a right.",
)

REFUSALS = Refusals(
    "mcp-document",
    "Textract",
    silent="Call it again; for a large document use start_job.",
    gone=(
        "There is no such object; files are deleted after their time.",
        "Check the key, or upload the file again.",
    ),
    emulated="Use an environment on AWS.",
    own={
        "LimitExceededException": (
            "As many jobs as the account may have are running.",
            "Wait until one has ended, then call it again.",
        ),
        "UnsupportedDocumentException": (
            "Textract does not take it: it is password-protected, has more than one page, or is of "
            "another type.",
            "Remove the password; for more than one page use start_job.",
        ),
        "BadDocumentException": (
            "The document is broken: Textract cannot read it.",
            "Open and save it again, or make a new scan, and upload that.",
        ),
        "DocumentTooLargeException": (
            "The document is larger than Textract takes at once.",
            "Use start_job, or a scan with a lower resolution.",
        ),
        "InvalidParameterException": (
            "Textract does not take what was asked for.",
            "Check the features and questions; a question has at most 200 characters.",
        ),
        "InvalidJobIdException": (
            "Textract does not know the job any more: it keeps results for 7 days.",
            "Start it again.",
        ),
        "InvalidKMSKeyException": _KEY_DENIED,
        "KMS.AccessDeniedException": _KEY_DENIED,
        "IdempotentParameterMismatchException": (
            "The job was started before in another way.",
            "Call start_job again in a minute.",
        ),
        "PreconditionFailed": (
            "The document changed while it was read.",
            "Call it again.",
        ),
    },
)
asking = REFUSALS.asking
