"""What Rekognition and S3 refuse, as faults that say what to do."""

from qs_mcp.refusals import Refusals

REFUSALS = Refusals(
    "mcp-vision",
    "Rekognition",
    silent="Call it again; a smaller region helps.",
    gone=(
        "There is no such object; pictures are deleted after their time.",
        "Check the key, or take the picture again.",
    ),
    emulated="Use read_text and find_elements, or an environment on AWS.",
    own={
        "InvalidImageFormatException": (
            "The picture is not a PNG or JPEG that Rekognition can read.",
            "Take the picture again, or convert it to PNG.",
        ),
        "ImageTooLargeException": (
            "The picture is larger than Rekognition takes.",
            "Take a smaller picture, or one with a lower resolution.",
        ),
        "ResourceNotReadyException": (
            "The version of the Custom Labels model is not running.",
            "Ask the operator to start it; meanwhile use find_elements.",
        ),
        "ResourceNotFoundException": (
            "The version of the Custom Labels model does not exist.",
            "Tell the operator to correct the setting custom_labels_version_arn of the AI layer; "
            "meanwhile use find_elements.",
        ),
    },
)
asking = REFUSALS.asking
