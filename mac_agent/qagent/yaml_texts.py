"""What is said of files that people write: in Korean, then in English."""

TEXTS: dict[str, tuple[str, str]] = {
    "yaml.line": ("{line}번째 줄", "line {line}"),
    "yaml.place": ("{line}번째 줄 {column}번째 칸", "line {line}, column {column}"),
    "yaml.problem": (
        "{what} ({line}번째 줄 {column}번째 칸부터: {context})",
        "{what} ({context}, from line {line}, column {column} on)",
    ),
    "yaml.character": (
        "쓸 수 없는 글자가 있습니다({code})",
        "there is a character that cannot be used ({code})",
    ),
    "yaml.too_deep": ("너무 깊이 겹쳐 있습니다", "it is nested too deeply"),
    "yaml.no_value.bool": ("true나 false여야 합니다", "it is neither true nor false"),
    "yaml.no_value.float": ("숫자로 읽을 수 없습니다", "it cannot be read as a number"),
    "yaml.no_value.int": ("정수로 읽을 수 없습니다", "it cannot be read as a whole number"),
    "yaml.no_value.timestamp": (
        "날짜나 시각으로 읽을 수 없습니다",
        "it cannot be read as a date or a time",
    ),
    "yaml.no_value.other": ("읽을 수 없는 값이 있습니다", "a value cannot be read"),
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
    "yaml.repair.quote": (
        "값을 고치세요. 글이라면 따옴표로 묶으세요.",
        "Correct the value; put it into quotation marks if it is a text.",
    ),
    "yaml.repair.doubled": (
        "하나로 합치세요. YAML은 마지막 것만 남깁니다.",
        "Merge the two: YAML keeps only the last one.",
    ),
    "yaml.no_expression": (
        "{name}은(는) 정규식이 아닙니다: {why}",
        "{name} is no regular expression ({why})",
    ),
    "yaml.matches_empty": (
        "{name}은(는) 빈 글에도 맞아서 모든 것이 가려집니다",
        "{name} matches the empty text, so everything would be redacted",
    ),
    "yaml.keys": (
        "ctrl, alt, shift, super 가운데 하나 이상을 쓰고 다른 키를 하나 쓰세요",
        "write one or more of ctrl, alt, shift, super, then one other key",
    ),
    "yaml.quoted_time": (
        "시각은 따옴표로 묶어 쓰세요. 예: '09:00'",
        "write the time in quotation marks, e.g. '09:00'",
    ),
    "yaml.time": (
        "'00:00'부터 '24:00'까지 시와 분을 쓰세요",
        "write hours and minutes, from '00:00' to '24:00'",
    ),
    "yaml.zone": (
        "시간대를 쓰세요. 예: Asia/Seoul, UTC",
        "write a time zone, e.g. Asia/Seoul or UTC",
    ),
    "yaml.secret_default": (
        "비밀에는 기본값이 없습니다. 비밀은 적어 두지 않습니다",
        "a secret has no default: it is never written down",
    ),
    "yaml.same_columns": ("두 열의 이름이 같습니다", "two columns have the same name"),
    "yaml.row": (
        "{number}번째 줄의 값이 {count}개여서 열의 수와 다릅니다",
        "row {number} has {count} values for its columns",
    ),
    "yaml.same_steps": ("두 단계의 id가 같습니다", "two steps have the same id"),
    "yaml.same_names": (
        "두 입력이나 열의 이름이 같습니다",
        "two inputs or columns have the same name",
    ),
    "yaml.repeat_unknown": (
        "반복이 없는 단계를 가리킵니다",
        "the repeat names a step that is not there",
    ),
    "yaml.repeat_backwards": (
        "반복의 끝이 시작보다 앞에 있습니다",
        "the repeat ends before it begins",
    ),
    "yaml.kind.missing": ("필요한 항목이 없습니다", "Field required"),
    "yaml.kind.too_short": (
        "{min_length}개 이상이어야 하는데 {actual_length}개입니다",
        "There should be at least {min_length} items, not {actual_length}",
    ),
    "yaml.kind.too_long": (
        "{max_length}개를 넘을 수 없습니다",
        "There should be at most {max_length} items",
    ),
    "yaml.kind.string_too_short": (
        "{min_length}자 이상이어야 합니다",
        "String should have at least {min_length} characters",
    ),
    "yaml.kind.string_too_long": (
        "{max_length}자를 넘을 수 없습니다",
        "String should have at most {max_length} characters",
    ),
    "yaml.kind.greater_than": (
        "{gt}보다 커야 합니다",
        "Input should be greater than {gt}",
    ),
    "yaml.kind.greater_than_equal": (
        "{ge} 이상이어야 합니다",
        "Input should be greater than or equal to {ge}",
    ),
    "yaml.kind.less_than_equal": (
        "{le} 이하여야 합니다",
        "Input should be less than or equal to {le}",
    ),
    "yaml.kind.literal_error": (
        "다음 가운데 하나여야 합니다: {expected}",
        "Input should be {expected}",
    ),
    "yaml.kind.enum": (
        "다음 가운데 하나여야 합니다: {expected}",
        "Input should be {expected}",
    ),
    "yaml.kind.bool_parsing": (
        "true나 false여야 합니다",
        "Input should be a valid boolean",
    ),
    "yaml.kind.bool_type": (
        "true나 false여야 합니다",
        "Input should be a valid boolean",
    ),
    "yaml.kind.int_parsing": ("정수여야 합니다", "Input should be a valid integer"),
    "yaml.kind.int_type": ("정수여야 합니다", "Input should be a valid integer"),
    "yaml.kind.int_from_float": ("정수여야 합니다", "Input should be a valid integer"),
    "yaml.kind.float_parsing": ("숫자여야 합니다", "Input should be a valid number"),
    "yaml.kind.float_type": ("숫자여야 합니다", "Input should be a valid number"),
    "yaml.kind.string_type": ("글이어야 합니다", "Input should be a valid string"),
    "yaml.kind.string_pattern_mismatch": (
        "'{pattern}' 모양이어야 합니다",
        "String should match pattern '{pattern}'",
    ),
    "yaml.kind.list_type": ("목록이어야 합니다", "Input should be a valid list"),
    "yaml.kind.tuple_type": ("목록이어야 합니다", "Input should be a valid list"),
    "yaml.kind.frozen_set_type": ("목록이어야 합니다", "Input should be a valid list"),
    "yaml.kind.dict_type": (
        "항목과 값이어야 합니다",
        "Input should be fields with values",
    ),
    "yaml.kind.model_type": (
        "항목과 값이어야 합니다",
        "Input should be fields with values",
    ),
}
