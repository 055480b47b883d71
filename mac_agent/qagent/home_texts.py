"""Texts of the agent's folder: its files, journal, locks and audit log; Korean, then English."""

TEXTS: dict[str, tuple[str, str]] = {
    "home.absent": ("{path} 파일이 없습니다.", "{path} does not exist."),
    "home.unmade": (
        "에이전트의 폴더 {path}을(를) 만들 수 없습니다({why}).",
        "The agent's folder {path} cannot be made ({why}).",
    ),
    "stop.unwritable": (
        "멈춤 표시 {path}을(를) 남길 수 없습니다({why}). 이미 일하고 있는 에이전트는 이 명령으로 "
        "멈추지 않았을 수 있습니다.",
        "The stop latch {path} cannot be written ({why}). An agent that is at work may not have "
        "been stopped by this command.",
    ),
    "stop.unwritable.repair": (
        "멈춤 키를 누르거나 프로세스를 끝내세요(`qagent service uninstall`). 그런 다음 공간을 "
        "비우고 QAGENT_HOME이 가리키는 폴더를 쓸 수 있게 하세요.",
        "Press the stop key, or end the process (`qagent service uninstall`). Then free some "
        "space and make the folder writable that QAGENT_HOME names.",
    ),
    "home.unreadable": (
        "{path}을(를) 읽을 수 없습니다({why}).",
        "{path} cannot be read ({why}).",
    ),
    "home.no_object": ("{path}에 JSON 객체가 없습니다.", "{path} holds no JSON object."),
    "home.damaged": ("{path}이(가) 손상되었습니다({why}).", "{path} is damaged ({why})."),
    "home.enrol": (
        "`qagent enrol`로 이 기기를 등록하세요.",
        "Run `qagent enrol` to enrol this device.",
    ),
    "home.client": (
        "{path}은(는) 클라이언트 설정이 아닙니다({why}).",
        "{path} is no client configuration ({why}).",
    ),
    "home.client.repair": (
        "플랫폼의 파라미터 /qscreen/<환경>/client의 JSON을 파일로 지정하세요.",
        "Give the JSON of the platform's parameter /qscreen/<environment>/client as a file.",
    ),
    "home.no_platform": (
        "플랫폼이 어디에 있는지 알 수 없습니다.",
        "It is not known where the platform is.",
    ),
    "home.no_platform.repair": (
        "--config-file로 파라미터 /qscreen/<환경>/client의 JSON을 지정하세요.",
        "Give --config-file with the JSON of the parameter /qscreen/<environment>/client.",
    ),
    "journal.unusable": (
        "작업 일지 {path}을(를) 쓸 수 없습니다({why}).",
        "The journal {path} cannot be used ({why}).",
    ),
    "journal.unusable.repair": (
        "폴더를 쓸 수 있게 하거나 QAGENT_HOME을 다른 폴더로 설정하세요.",
        "Make its folder writable, or set QAGENT_HOME to another one.",
    ),
    "journal.unwritable": (
        "작업 일지 {path}에 적을 수 없습니다({why}).",
        "The journal {path} cannot be written ({why}).",
    ),
    "journal.unwritable.repair": (
        "작업 일지 없이는 아무것도 하지 않습니다. 공간을 비우고 에이전트를 다시 시작하세요.",
        "Nothing is done without a journal. Free some space and start the agent again.",
    ),
    "audit.unwritable": (
        "{folder}의 감사 기록에 적을 수 없습니다({why}).",
        "The audit log in {folder} cannot be written ({why}).",
    ),
    "audit.unwritable.repair": (
        "감사 기록 없이는 아무것도 하지 않습니다. 공간을 비우거나 폴더를 쓸 수 있게 하고 "
        "에이전트를 다시 시작하세요.",
        "Nothing is done without an audit log. Free some space, or make the folder writable, and "
        "start the agent again.",
    ),
    "audit.no_row": (
        "{path}의 마지막 줄은 감사 기록의 줄이 아닙니다.",
        "The last line of {path} is no row of the audit log.",
    ),
    "audit.no_row.repair": (
        "`qagent audit verify`로 살펴본 뒤 {folder}을(를) 다른 곳으로 옮기세요.",
        "Look at it with `qagent audit verify`, then move {folder} aside.",
    ),
    "audit.fault.no_row": (
        "이 줄은 감사 기록의 줄이 아닙니다",
        "the line is no row of the log",
    ),
    "audit.fault.gap": (
        "기록 {expected}이(가) 없고 바로 {found}이(가) 이어집니다",
        "entry {expected} is missing: entry {found} follows directly",
    ),
    "audit.fault.early": (
        "기록 {expected}이(가) {found} 뒤에 있습니다",
        "entry {expected} stands after entry {found}",
    ),
    "audit.fault.late": (
        "기록 {expected}의 자리에 {found}이(가) 있습니다",
        "entry {found} stands where entry {expected} belongs",
    ),
    "audit.fault.altered": (
        "기록 {found}의 내용이 해시를 만들 때와 다릅니다",
        "entry {found} is not what its hash was made of",
    ),
    "audit.fault.chained": (
        "기록 {found}이(가) 바로 앞이 아닌 다른 기록에 이어져 있습니다",
        "entry {found} was chained to another entry than the one before it",
    ),
    "audit.fault.other_end": (
        "감사 기록이 기대한 해시로 끝나지 않습니다",
        "the log does not end in the hash that was expected",
    ),
    "audit.fault.cut": (
        "끝에서 기록 {first}부터 {last}까지 없습니다",
        "entries {first} to {last} are missing at the end",
    ),
    "audit.fault.no_witness": ("{file}이(가) 없습니다", "{file} is missing"),
    "audit.fault.bad_witness": ("{file}을(를) 읽을 수 없습니다", "{file} cannot be read"),
    "audit.fault.other_witness": (
        "{file}이(가) 감사 기록과 맞지 않습니다",
        "{file} does not fit the log",
    ),
    "lock.held": (
        "다른 프로세스({holder})가 잠금을 쥐고 있습니다: {what}.",
        "Another process ({holder}) holds the lock for {what}.",
    ),
    "lock.held.repair": (
        "먼저 프로세스 {holder}을(를) 끝내거나 QAGENT_HOME을 다른 폴더로 설정하세요.",
        "End process {holder} first, or set QAGENT_HOME to another folder.",
    ),
    "lock.unknown": ("알 수 없음", "unknown"),
    "lock.acting": ("이 화면에서 작업", "acting on this screen"),
    "lock.recording": ("이 화면 녹화", "recording this screen"),
    "lock.serving": ("이 기기의 대기열 처리", "serving this device's queue"),
    "documents.unmade": (
        "문서 폴더 {folder}을(를) 만들 수 없습니다({why}).",
        "The documents folder {folder} cannot be made ({why}).",
    ),
    "documents.unwritable": (
        "문서 폴더 {folder}에 쓸 수 없습니다.",
        "The documents folder {folder} is not writable.",
    ),
    "documents.repair": (
        "{path}의 `documents`를 쓸 수 있는 폴더로 설정하세요.",
        "Set `documents` in {path} to a folder you can write to.",
    ),
}
