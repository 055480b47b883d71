"""Texts of the service; each in Korean, then in English."""

TEXTS: dict[str, tuple[str, str]] = {
    "service.unknown": (
        "이 시스템({system})의 서비스 관리자를 모릅니다.",
        "The agent knows no service manager of this system ({system}).",
    ),
    "service.by_hand": (
        "`qagent serve`를 세션의 자동 시작에 넣거나 터미널에서 직접 실행하세요.",
        "Put `qagent serve` among the session's start-up programs, or run it in a terminal.",
    ),
    "service.not_enrolled": (
        "이 기기는 아직 등록되지 않았습니다.",
        "This device is not enrolled yet.",
    ),
    "service.not_enrolled.repair": (
        "`qagent enrol`로 등록한 뒤 다시 실행하세요.",
        "Enrol it with `qagent enrol`, then try again.",
    ),
    "service.failed": (
        "`{command}`이(가) 실패했습니다: {said}",
        "`{command}` failed: {said}",
    ),
    "service.status": ("종료 코드 {code}", "exit code {code}"),
    "service.running": (
        "에이전트가 서비스로 실행 중입니다: {file}",
        "The agent runs as a service: {file}",
    ),
    "service.stopped": (
        "서비스가 설치되어 있지만 실행 중이 아닙니다: {file}",
        "The service is installed, but does not run: {file}",
    ),
    "service.absent": (
        "서비스가 설치되어 있지 않습니다. 설치: `qagent service install`",
        "The service is not installed. To install it: `qagent service install`",
    ),
}
