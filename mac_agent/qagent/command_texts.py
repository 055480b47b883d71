"""What the command line's library says by itself, in Korean, by its English.

Typer keeps some of its texts where they can be replaced (`SET`). What it says of a wrong call it
puts together where it stands (`SAID`): a pattern each, as `qagent.phrases` takes them.
"""

SET: dict[str, str] = {
    "(deprecated) ": "(더 이상 쓰지 않음) ",
    "[default: {}]": "[기본값: {}]",
    "[env var: {}]": "[환경 변수: {}]",
    "[required]": "[필수]",
    "Arguments": "인수",
    "Options": "옵션",
    "Commands": "명령",
    "Error": "오류",
    "Aborted.": "그만두었습니다.",
    "Try [blue]'{command_path} {help_option}'[/] for help.": (
        "도움말은 [blue]'{command_path} {help_option}'[/]에 있습니다."
    ),
    "Show this message and exit.": "이 도움말을 보이고 끝냅니다.",
    "Usage: ": "사용법: ",
    "[OPTIONS]": "[옵션]",
    "COMMAND [ARGS]...": "명령 [인수]...",
}

SAID: tuple[tuple[str, str], ...] = (
    (r"Missing (\w+?)( '.+?')?\.(?: (.+))?", "필요한 {0}이(가) 없습니다:{1} {2}"),
    (r"Missing command\.", "명령을 쓰지 않았습니다."),
    (r"Choose from:\s*(.+)", "다음 가운데 하나를 쓰세요: {0}"),
    (r"(?:(.+) )?\(Possible options: (.+)\)", "{0} 비슷한 옵션: {1}"),
    (r"No such option: (.+)", "{0} 옵션은 없습니다."),
    (r"(.+?)\. Did you mean (.+)\?", "{0} 비슷한 명령: {1}"),
    (r"No such command (.+?)\.?", "{0} 명령은 없습니다."),
    (r"Got unexpected extra argument\(s\) \((.+)\)", "받지 않는 인수가 더 있습니다: {0}"),
    (r"Option (.+?) does not take a value\.", "{0} 옵션에는 값을 줄 수 없습니다."),
    (r"Option (.+?) requires (.+)", "{0} 옵션에는 {1}"),
    (r"an argument\.", "값이 필요합니다."),
    (r"(\d+) arguments\.", "값 {0}개가 필요합니다."),
    (r"Argument (.+?) takes (.+?) values\.", "{0} 인수에는 값 {1}개가 필요합니다."),
    (r"Invalid value for (.+?): (.+)", "{0}의 값이 알맞지 않습니다: {1}"),
    (r"Invalid value: (.+)", "값이 알맞지 않습니다: {0}"),
    (r"(.+) \(env var: (.+)\)", "{0} (환경 변수: {1})"),
    (r"(.+) is not one of (.+)\.", "{0}은(는) 다음 가운데 하나가 아닙니다: {1}"),
    (r"Value (.+) is not a valid (.+)\.", "{0}은(는) {1} 값이 아닙니다."),
    (r"Value must be an iterable\.", "값의 목록이어야 합니다."),
    (r"(\w+) (.+) does not exist\.", "{1} {0}이(가) 없습니다."),
    (r"(\w+) (.+) is a file\.", "{1}은(는) 폴더가 아니라 파일입니다."),
    (r"(\w+) (.+) is a directory\.", "{1}은(는) 파일이 아니라 폴더입니다."),
    (r"(\w+) (.+) is not readable\.", "{1} {0}을(를) 읽을 수 없습니다."),
    (r"(\w+) (.+) is not writable\.", "{1} {0}에 쓸 수 없습니다."),
    (r"Could not open file (.+?): (.+)", "{0} 파일을 열 수 없습니다: {1}"),
    (r"unknown error", "알 수 없는 오류"),
    (r"argument", "인수"),
    (r"option", "옵션"),
    (r"parameter", "값"),
    (r"[Ff]ile", "파일"),
    (r"[Dd]irectory", "폴더"),
    (r"[Pp]ath", "경로"),
)
