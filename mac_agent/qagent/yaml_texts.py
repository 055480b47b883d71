"""What is said of files that people write: in Korean, then in English."""

TEXTS: dict[str, tuple[str, str]] = {
    "yaml.line": ("{line}번째 줄", "line {line}"),
    "yaml.too_large": ("파일이 너무 큽니다", "the file is too large"),
    "yaml.not_utf8": ("UTF-8 글이 아닙니다", "it is not UTF-8 text"),
    "yaml.bad_value": ("값이 맞지 않습니다({detail})", "{detail}"),
    "yaml.unknown_field": ("알 수 없는 항목입니다", "there is no such field"),
    "yaml.doubled": ("같은 항목이 두 번 있습니다", "the field stands twice"),
    "yaml.no_mapping": ("항목과 값으로 된 파일이 아닙니다", "the file holds no fields"),
    "yaml.repair.utf8": ("파일을 UTF-8로 저장하세요.", "Save the file as UTF-8."),
    "yaml.repair.yaml": (
        "YAML을 고치세요. 들여쓰기와 따옴표를 확인하세요.",
        "Correct the YAML: look at indentation and quotation marks.",
    ),
    "yaml.repair.doubled": (
        "하나로 합치세요. YAML은 마지막 것만 남깁니다.",
        "Merge the two: YAML keeps only the last one.",
    ),
}
