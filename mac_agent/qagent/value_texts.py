"""What is wrong with a value, as pydantic and the wire's own models find it."""

TEXTS: dict[str, tuple[str, str]] = {
    "yaml.kind.extra_forbidden": ("이런 항목은 없습니다", "There is no such field"),
    "yaml.kind.json_invalid": (
        "JSON으로 읽을 수 없습니다: {error}",
        "It cannot be read as JSON: {error}",
    ),
    "yaml.kind.less_than": ("{lt}보다 작아야 합니다", "Input should be less than {lt}"),
    "yaml.kind.finite_number": ("끝이 있는 수여야 합니다", "Input should be a finite number"),
    "yaml.kind.string_unicode": ("글이어야 합니다", "Input should be a valid string"),
    "yaml.kind.int_parsing_size": ("너무 큰 정수입니다", "The integer is too large"),
    "yaml.kind.set_item_not_hashable": (
        "목록에 목록이나 항목을 넣을 수 없습니다",
        "Items of the list cannot be lists or fields",
    ),
    "yaml.kind.model_attributes_type": (
        "항목과 값이어야 합니다",
        "Input should be fields with values",
    ),
    "yaml.kind.union_tag_invalid": (
        "{discriminator}은(는) 다음 가운데 하나여야 하는데 '{tag}'입니다: {expected_tags}",
        "{discriminator} should be one of {expected_tags}, not '{tag}'",
    ),
    "yaml.kind.union_tag_not_found": (
        "{discriminator} 항목이 필요합니다",
        "The field {discriminator} is required",
    ),
    "yaml.kind.datetime_type": (
        "날짜와 시각이어야 합니다. 예: 2026-01-31T09:00:00+09:00",
        "Input should be a date with its time, e.g. 2026-01-31T09:00:00+09:00",
    ),
    "yaml.kind.datetime_parsing": (
        "날짜와 시각으로 읽을 수 없습니다. 예: 2026-01-31T09:00:00+09:00",
        "It cannot be read as a date with its time, e.g. 2026-01-31T09:00:00+09:00",
    ),
    "yaml.kind.datetime_object_invalid": (
        "쓸 수 없는 날짜와 시각입니다",
        "The date with its time cannot be used",
    ),
    "yaml.kind.datetime_from_date_parsing": (
        "날짜와 시각으로 읽을 수 없습니다. 예: 2026-01-31T09:00:00+09:00",
        "It cannot be read as a date with its time, e.g. 2026-01-31T09:00:00+09:00",
    ),
    "yaml.kind.timezone_aware": (
        "시각에 시간대를 쓰세요. 예: 2026-01-31T09:00:00+09:00",
        "Write the time with its zone, e.g. 2026-01-31T09:00:00+09:00",
    ),
    "yaml.kind.path_type": ("경로여야 합니다", "Input should be a path"),
}

JSON_SAID: tuple[tuple[str, str], ...] = (
    (r"(.+) at line (\d+) column (\d+)", "{1}번째 줄 {2}번째 칸, {0}"),
    (r"EOF while parsing a list", "목록이 닫히지 않았습니다"),
    (r"EOF while parsing an object", "객체가 닫히지 않았습니다"),
    (r"EOF while parsing a string", "글이 닫히지 않았습니다"),
    (r"EOF while parsing a value", "값이 없이 끝났습니다"),
    (r"expected `:`", "이름 뒤에 `:`이 없습니다"),
    (r"expected `,` or `(.)`", "`,` 또는 `{0}`이 없습니다"),
    (r"expected (?:ident|value)", "값이 아닙니다"),
    (r"key must be a string", "이름은 따옴표로 묶어야 합니다"),
    (r"trailing comma", "마지막 `,`를 지워야 합니다"),
    (r"trailing characters", "끝난 뒤에 글자가 더 있습니다"),
    (r"invalid number", "숫자가 아닙니다"),
    (r"number out of range", "수가 너무 큽니다"),
    (r"invalid escape", "`\\` 뒤의 글자가 맞지 않습니다"),
    (r"unexpected end of hex escape", "`\\u` 뒤에 16진수 네 자리가 없습니다"),
    (r"lone leading surrogate in hex escape", "`\\u` 짝이 없습니다"),
    (r"invalid unicode code point", "유니코드 글자가 아닙니다"),
    (
        r"control character \(.+\) found while parsing a string",
        "글 안에 줄바꿈이나 제어 문자가 있습니다",
    ),
    (r"recursion limit exceeded", "너무 깊이 겹쳐 있습니다"),
)
"""What pydantic's reader of JSON says, each with its Korean."""

EXPRESSION_SAID: tuple[tuple[str, str], ...] = (
    (r"(.+) at position (\d+)(?: \(line \d+, column \d+\))?", "{0} (위치 {1})"),
    (r"missing \), unterminated comment", "설명을 닫는 ')'가 없습니다"),
    (r"missing \), unterminated subpattern", "묶음을 닫는 ')'가 없습니다"),
    (r"missing (.+), unterminated name", "이름 뒤에 '{0}'이(가) 없습니다"),
    (r"missing -, : or \)", "'-', ':', ')' 가운데 하나가 없습니다"),
    (r"missing (flag|group name|character name)", "{0}이(가) 없습니다"),
    (r"missing (.)", "'{0}'이(가) 없습니다"),
    (r"unterminated character set", "글자 집합을 닫는 ']'가 없습니다"),
    (r"unbalanced parenthesis", "'(' 없이 ')'가 나왔습니다"),
    (r"nothing to repeat", "되풀이할 것이 없습니다"),
    (r"multiple repeat", "되풀이 기호가 겹쳤습니다"),
    (r"min repeat greater than max repeat", "되풀이의 최소가 최대보다 큽니다"),
    (r"the repetition number is too large", "되풀이 횟수가 너무 큽니다"),
    (r"bad escape \(end of pattern\)", "끝에 '\\'가 남았습니다"),
    (r"(?:bad|incomplete) escape (.+)", "'{0}'은(는) 쓸 수 없습니다"),
    (r"octal escape value (.+) outside of range .+", "'{0}'은(는) 범위 밖의 8진수입니다"),
    (r"bad character range (.+)", "글자 범위 '{0}'이(가) 맞지 않습니다"),
    (r"bad character in group name (.+)", "묶음 이름 {0}에 쓸 수 없는 글자가 있습니다"),
    (r"bad group number", "묶음 번호가 맞지 않습니다"),
    (r"bad inline flags: .+", "플래그를 그렇게 쓸 수 없습니다"),
    (r"cannot refer to an open group", "아직 닫히지 않은 묶음을 가리킵니다"),
    (
        r"cannot refer to group defined in the same lookbehind subpattern",
        "같은 뒤보기 안의 묶음을 가리킬 수 없습니다",
    ),
    (r"conditional backref with more than two branches", "조건의 갈래는 둘까지입니다"),
    (
        r"global flags not at the start of the expression",
        "전체에 미치는 플래그는 맨 앞에 써야 합니다",
    ),
    (r"(?:invalid group reference|unknown group name) (.+)", "묶음 {0}이(가) 없습니다"),
    (r"redefinition of group name (.+) as group .+", "묶음 이름 {0}이(가) 두 번 나왔습니다"),
    (r"too many groups", "묶음이 너무 많습니다"),
    (r"undefined character name (.+)", "{0}(이)라는 글자는 없습니다"),
    (r"unexpected end of pattern", "식이 중간에 끝났습니다"),
    (r"unknown extension (.+)", "'{0}'은(는) 없는 표기입니다"),
    (r"unsupported quantifier in .+", "여기에는 되풀이를 쓸 수 없습니다"),
    (r"look-behind requires fixed-width pattern", "뒤보기는 길이가 정해져 있어야 합니다"),
    (r"looks too much behind", "뒤보기가 너무 깁니다"),
    (r"flag", "플래그"),
    (r"group name", "묶음 이름"),
    (r"character name", "글자 이름"),
)
"""What Python says of regular expressions, each with its Korean."""

SAID: tuple[tuple[str, str], ...] = (
    *JSON_SAID,
    (r"a target needs a name or a role", "대상에는 name이나 role이 필요합니다"),
    (r"waiting for what (.+) needs a target", "{0}을(를) 기다리려면 target이 필요합니다"),
    (
        r"`text` belongs to the condition text, and is needed there",
        "`text`는 condition이 text일 때만 쓰고, 그때는 꼭 써야 합니다",
    ),
    (r"`idle_ms` is longer than `timeout_ms`", "`idle_ms`가 `timeout_ms`보다 깁니다"),
    (
        r"a drag goes onto a target or by pixels, one of them",
        "끌기에는 onto나 픽셀(right, down) 가운데 하나만 씁니다",
    ),
    (
        r"a choice needs choices, and no other kind takes them",
        "choice에는 choices가 필요하고, 다른 종류에는 쓸 수 없습니다",
    ),
    (
        r"only integer and number take minimum and maximum",
        "minimum과 maximum은 integer와 number에만 쓸 수 있습니다",
    ),
    (r"minimum is greater than maximum", "minimum이 maximum보다 큽니다"),
    (r"only text takes max_length", "max_length는 text에만 쓸 수 있습니다"),
    (r"the default does not fit: (.+)", "기본값이 맞지 않습니다: {0}"),
    (r"It must not be empty\.", "비어 있을 수 없습니다."),
    (r"It must have at most (\d+) characters\.", "{0}자를 넘을 수 없습니다."),
    (r"It must be one of: (.*)\.", "다음 가운데 하나여야 합니다: {0}."),
    (
        r"It must be a whole number of at most 15 digits\.",
        "15자리를 넘지 않는 정수여야 합니다.",
    ),
    (r"It must be a decimal number, e\.g\. 12\.5\.", "12.5와 같은 십진수여야 합니다."),
    (r"It must be at least (.+)\.", "{0} 이상이어야 합니다."),
    (r"It must be at most (.+)\.", "{0} 이하여야 합니다."),
    (r"It must be a date of the form (.+)\.", "{0}처럼 쓴 날짜여야 합니다."),
)
"""Patterns of what the wire's models say in English, each with its Korean."""
