"""Texts of `qagent doctor`; each in Korean, then in English."""

TEXTS: dict[str, tuple[str, str]] = {
    "doctor.fixed_mode": (
        "{path}을(를) 소유자만 읽을 수 있게 했습니다.",
        "{path} can now be read by its owner only.",
    ),
    "doctor.pane": (
        "설정 창을 열었습니다: {name}. 켠 뒤 에이전트를 다시 시작하세요.",
        "Opened the settings pane: {name}. Switch it on, then start the agent again.",
    ),
    "doctor.check.desktop": ("데스크톱", "desktop"),
    "doctor.check.display": ("화면", "display"),
    "doctor.check.accessibility": ("접근성", "accessibility"),
    "doctor.check.editor": ("편집기", "editor"),
    "doctor.check.fonts": ("글꼴", "fonts"),
    "doctor.check.policy": ("정책", "policy"),
    "doctor.check.consent": ("동의", "consent"),
    "doctor.check.audit": ("감사 기록", "audit"),
    "doctor.check.credentials": ("자격 증명", "credentials"),
    "doctor.check.stop_key": ("멈춤 키", "stop key"),
    "doctor.stop_key.held": (
        "{keys}, 실행 중인 에이전트가 듣고 있습니다",
        "{keys}, heard by the agent that runs",
    ),
    "doctor.check.stop": ("멈춤", "stop"),
    "doctor.apps.none": (
        "접근성을 제공하는 프로그램이 실행되고 있지 않습니다",
        "no accessible program runs",
    ),
    "doctor.editor.none": ("텍스트 편집기가 없습니다.", "There is no text editor."),
    "doctor.editor.none.repair": (
        "다음 가운데 하나를 설치하세요: {names}.",
        "Install one of: {names}.",
    ),
    "doctor.fonts.mac": ("macOS에는 한글 글꼴이 있습니다", "macOS has Korean fonts"),
    "doctor.fonts.unknown": ("fc-list가 없습니다.", "fc-list is missing."),
    "doctor.fonts.none": (
        "한글 글꼴이 없습니다.",
        "There is no font with Korean characters.",
    ),
    "doctor.install": (
        "{package} 패키지를 설치하세요.",
        "Install the package {package}.",
    ),
    "doctor.fonts.none.repair": (
        "fonts-nanum이나 fonts-noto-cjk 패키지를 설치하세요.",
        "Install the package fonts-nanum or fonts-noto-cjk.",
    ),
    "doctor.policy.absent": (
        "{path} 파일이 없어 에이전트는 보기만 합니다.",
        "{path} does not exist: the agent only looks.",
    ),
    "doctor.policy.absent.repair": (
        "`version: 1`과 `allow.risks`, `allow.apps`를 적어 만드세요. `qagent policy check`가 예를 "
        "보여 줍니다.",
        "Write it with `version: 1`, `allow.risks` and `allow.apps`; `qagent policy check` shows "
        "one to begin with.",
    ),
    "doctor.policy.broken": (
        "{path}을(를) 쓸 수 없어 에이전트는 보기만 합니다: {fault}",
        "{path} cannot be used, so the agent only looks: {fault}",
    ),
    "doctor.policy.broken.repair": (
        "파일을 고치세요. `qagent policy check`가 모두 알려 줍니다.",
        "Correct the file; `qagent policy check` tells all of it.",
    ),
    "doctor.policy.documents": (
        "문서는 {folder}에 저장됩니다",
        "documents go to {folder}",
    ),
    "doctor.consent.good": ("사용자에게 물을 수 있습니다", "a person can be asked"),
    "doctor.consent.none": (
        "사용자에게 물을 프로그램이 없어 위험한 단계는 거절됩니다.",
        "No program can ask a person, so risky steps are refused.",
    ),
    "doctor.audit.unreadable": (
        "감사 기록을 읽을 수 없습니다({why}).",
        "The audit log cannot be read ({why}).",
    ),
    "doctor.audit.unreadable.repair": (
        "{path}을(를) 소유자가 읽을 수 있게 하세요.",
        "Make {path} readable for its owner.",
    ),
    "doctor.audit.entries": ("기록 {count}개", "{count} entries"),
    "doctor.audit.broken": (
        "감사 기록이 온전하지 않습니다({message}).",
        "The audit log is not intact ({message}).",
    ),
    "doctor.audit.broken.repair": (
        "`qagent audit verify`로 살펴보세요.",
        "Look at it with `qagent audit verify`.",
    ),
    "doctor.credentials.open": (
        "{path}을(를) 다른 사용자도 읽을 수 있습니다(모드 {mode}).",
        "{path} can be read by others (mode {mode}).",
    ),
    "doctor.credentials.open.repair": (
        "`chmod 600 {path}`나 `qagent doctor --fix`를 실행하세요.",
        "Run `chmod 600 {path}`, or `qagent doctor --fix`.",
    ),
    "doctor.credentials.good": (
        "{device}, 사용자 {user}",
        "{device} as {user}",
    ),
    "doctor.stop.set": ("에이전트가 멈춰 있습니다.", "The agent is stopped."),
    "doctor.stop.set.repair": ("`qagent resume`을 실행하세요.", "Run `qagent resume`."),
    "doctor.stop.clear": ("멈춰 있지 않습니다", "not stopped"),
}
