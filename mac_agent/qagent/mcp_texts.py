"""Texts of the local MCP servers and of what installs them.

Each in Korean, then in English.
"""

TEXTS: dict[str, tuple[str, str]] = {
    "target.gone": (
        "가리킨 {target}이(가) 화면에 없습니다.",
        "The {target} that was pointed at is not on the screen any more.",
    ),
    "target.other": (
        "가리킨 {target}이(가) 그 사이 다른 것이 되었습니다.",
        "The {target} that was pointed at has become something else since.",
    ),
    "mcp.repair.ambiguous_target": (
        "후보 가운데 하나를 요소 id로 가리키거나 이름·종류·프로그램을 더 정확히 주세요.",
        "Point at one of the candidates by its element id, or give name, role and app exactly.",
    ),
    "mcp.repair.target_not_found": (
        "화면을 다시 살펴본 뒤(observe, find_elements) 새 id나 이름으로 부르세요.",
        "Look again (observe, find_elements) and use a new id or the name that is there.",
    ),
    "mcp.repair.denied_by_policy": (
        "다른 방법으로 우회하지 마세요. 이 기기의 사용자만 정책을 바꿀 수 있습니다"
        "(`qagent policy show`).",
        "Do not try another way round. Only this device's user can change the policy "
        "(`qagent policy show`).",
    ),
    "mcp.repair.would_overwrite": (
        "다른 파일 이름을 쓰거나 사용자에게 덮어쓸지 물어보세요.",
        "Use another file name, or ask the user what to do with the file that is there.",
    ),
    "mcp.repair.app_not_found": (
        "설치된 프로그램 이름을 쓰세요. list_windows가 열린 프로그램을 보여 줍니다.",
        "Name a program that is installed; list_windows shows those that are open.",
    ),
    "mcp.repair.not_editable": (
        "글자를 받는 칸을 고르세요(상태 editable).",
        "Choose an element that takes text (state editable).",
    ),
    "mcp.repair.secure_field": (
        "암호는 사용자가 직접 입력해야 합니다.",
        "Let the user enter the password.",
    ),
    "mcp.repair.bad_value": (
        "element_details로 받을 수 있는 값을 확인하세요.",
        "See what the element takes with element_details.",
    ),
    "mcp.repair.nothing_to_undo": (
        "되돌릴 수 있는 단계가 없습니다. 사용자에게 알리세요.",
        "No step can be undone; tell the user.",
    ),
    "mcp.repair.timed_out": (
        "화면을 다시 살펴보고, 더 기다려야 하면 timeout_ms를 늘리세요.",
        "Look at the screen again; raise timeout_ms if it needs longer.",
    ),
    "mcp.repair.interrupted": (
        "다시 하기 전에 화면을 살펴 무엇이 되었는지 확인하세요.",
        "Look at what was done before you do it again.",
    ),
    "mcp.repair.stopped": (
        "아무것도 하지 마세요. 사용자가 `qagent resume`으로 다시 허용해야 합니다.",
        "Do nothing more. The user allows work again with `qagent resume`.",
    ),
    "mcp.repair.cancelled": (
        "너무 오래 걸렸거나 클라이언트가 그만두었습니다. 화면을 살펴 무엇이 되었는지 확인하세요.",
        "The call took too long or its client gave it up. Look at what was done before going on.",
    ),
    "mcp.repair.not_agreed": (
        "다시 시도하거나 우회하지 마세요. 사용자에게 무엇을 왜 하려는지 말하고 따르세요.",
        "Do not retry or go round it. Tell the user what you meant to do and why, and follow them.",
    ),
    "mcp.repair.user_active": (
        "사용자가 기기를 쓰고 있습니다. 나중에 다시 하세요.",
        "Somebody is using the device; try again later.",
    ),
    "mcp.repair.backend_error": (
        "화면을 다시 살펴보세요. 계속되면 사용자가 `qagent doctor`를 실행해야 합니다.",
        "Look at the screen again. If it stays, the user should run `qagent doctor`.",
    ),
    "mcp.repair.suspected_noop": (
        "화면을 다시 살펴보고 다른 대상을 고르세요. 된 것으로 여기지 마세요.",
        "Look again and choose another target. Do not take it for done.",
    ),
    "mcp.repair.unsupported": (
        "다른 요소나 다른 도구를 쓰세요.",
        "Use another element or another tool.",
    ),
    "mcp.repair.busy": (
        "그 프로세스가 끝난 뒤 다시 하세요.",
        "Try again when that process is done.",
    ),
    "mcp.repair.internal": (
        "다시 해 보고, 계속되면 사용자가 `qagent doctor`를 실행해야 합니다.",
        "Try again; if it stays, the user should run `qagent doctor`.",
    ),
    "mcp.repair.stale_id": (
        "observe나 find_elements로 새 id를 받으세요.",
        "Get new ids with observe or find_elements.",
    ),
    "mcp.repair.bad_arguments": (
        "말한 인자를 고쳐 다시 부르세요.",
        "Correct the arguments that are named, and call again.",
    ),
    "mcp.repair.picture_not_covered": (
        "창을 작게 하거나 트리(observe)로 읽으세요.",
        "Make the window smaller, or read the tree (observe).",
    ),
    "mcp.repair.result_too_large": (
        "더 작은 부분을 물으세요(limit, query, region).",
        "Ask for less (limit, query, region).",
    ),
    "mcp.internal": (
        "도구가 실패했습니다({kind}). 무엇을 했는지 알 수 없습니다.",
        "The tool failed ({kind}); what it did is not known.",
    ),
    "mcp.stale_id": (
        "{id}은(는) 이제 없는 관찰의 id입니다.",
        "{id} is an id of a look that is not kept any more, or never was.",
    ),
    "mcp.bad_id": (
        "{id}은(는) 요소 id가 아닙니다. observe가 준 것처럼 s3e17 모양입니다.",
        "{id} is no element id; ids look like s3e17, as observe gives them.",
    ),
    "mcp.same_target": (
        "두 요소가 같은 이름과 종류여서 한 단계에서 구별할 수 없습니다.",
        "Both elements have the same name and role, so one step cannot tell them apart.",
    ),
    "mcp.bad_arguments": (
        "인자가 도구의 스키마에 맞지 않습니다: {faults}",
        "The arguments do not fit the tool's schema: {faults}",
    ),
    "mcp.bad_target": (
        "요소 id를 주거나, 이름이나 종류를 (필요하면 app과 함께) 주세요",
        "give an element id, or a name or a role, with an app where needed",
    ),
    "mcp.bad_region": (
        "영역이나 요소 가운데 하나만 주세요",
        "give a region or an element, not both",
    ),
    "mcp.picture_not_covered": (
        "화면이 너무 커서 무엇을 가려야 하는지 모두 읽지 못했고, 그림을 내주지 않습니다.",
        "The screen was too large to know everything that must be covered, so no picture is given.",
    ),
    "mcp.picture_gone": (
        "그 그림은 더 이상 없습니다. 다시 찍으세요(capture_screen).",
        "That picture is not kept any more. Take a new one (capture_screen).",
    ),
    "mcp.region_outside": (
        "영역이 화면 밖입니다.",
        "The region lies outside of the screen.",
    ),
    "mcp.result_too_large": (
        "결과가 너무 커서 내주지 않았습니다.",
        "The result is too large to hand out.",
    ),
    "mcp.unverified": (
        "했지만 되었는지 확인할 수 없습니다.",
        "It was done, but whether it worked cannot be verified.",
    ),
    "ocr.missing": (
        "이 기기에는 글자 인식 프로그램(tesseract)이 없습니다.",
        "There is no program on this device that reads text in pictures (tesseract).",
    ),
    "ocr.missing.repair": (
        "설치하세요: apt-get install tesseract-ocr tesseract-ocr-kor. 그동안 observe로 읽으세요.",
        "Install it: apt-get install tesseract-ocr tesseract-ocr-kor. Meanwhile read with observe.",
    ),
    "ocr.no_language": (
        "글자 인식 프로그램에 한국어와 영어 자료가 없습니다.",
        "The program that reads text in pictures has neither Korean nor English data.",
    ),
    "ocr.failed": (
        "그림에서 글자를 읽지 못했습니다: {why}",
        "The text in the picture could not be read: {why}",
    ),
    "ocr.failed.repair": (
        "더 작은 영역으로 다시 하거나 observe로 읽으세요.",
        "Try again with a smaller region, or read with observe.",
    ),
    "install.server": ("{name}(이)라는 서버는 없습니다.", "There is no server {name}."),
    "install.server.repair": ("다음 가운데 고르세요: {names}.", "Choose one of {names}."),
    "install.client": (
        "알 수 없는 클라이언트입니다: {client}.",
        "Unknown client: {client}.",
    ),
    "install.client.repair": (
        "--client q 또는 --client kiro로 고르거나 --file로 설정 파일을 지정하세요.",
        "Choose with --client q or --client kiro, or name a configuration file with --file.",
    ),
    "install.none_found": (
        "이 사용자에게는 Q CLI도 Kiro CLI도 없습니다.",
        "This user has neither Q CLI nor Kiro CLI.",
    ),
    "install.no_agent": (
        "{path}이(가) 없습니다. 그런 이름의 에이전트가 없습니다.",
        "{path} does not exist: there is no agent of that name.",
    ),
    "install.no_agent.repair": (
        "클라이언트에서 먼저 에이전트를 만들거나 --agent를 빼세요.",
        "Create the agent in the client first, or leave --agent out.",
    ),
    "install.broken": (
        "{path}은(는) 올바른 JSON이 아니어서 건드리지 않았습니다({why}).",
        "{path} is not good JSON and was left alone ({why}).",
    ),
    "install.broken.repair": (
        "파일을 고치거나 치운 뒤 다시 하세요.",
        "Repair the file or move it away, then run it again.",
    ),
    "install.foreign": (
        "{path}에 다른 서버가 이미 {name}(이)라는 이름을 쓰고 있어 건드리지 않았습니다.",
        "{path} has another server named {name}; it was left alone.",
    ),
    "install.foreign.repair": (
        "그 항목의 이름을 바꾸거나 지우세요.",
        "Rename or remove that entry.",
    ),
    "install.unwritable": (
        "{path}을(를) 쓸 수 없습니다({why}).",
        "{path} cannot be written ({why}).",
    ),
    "install.unwritable.repair": (
        "파일과 폴더의 권한을 확인하세요.",
        "Check the rights of the file and its folder.",
    ),
    "install.changed": (
        "{path}이(가) 그 사이 바뀌어 쓰지 않았습니다.",
        "{path} was changed meanwhile and was not written.",
    ),
    "install.changed.repair": ("다시 하세요.", "Run it again."),
    "install.no_program": (
        "qagent 프로그램의 위치를 알 수 없습니다.",
        "Where the program qagent is installed is not known.",
    ),
    "install.no_program.repair": (
        "--command로 절대 경로를 지정하세요.",
        "Name its absolute path with --command.",
    ),
    "install.done.added": ("{path}: {names} 추가함", "{path}: added {names}"),
    "install.done.updated": ("{path}: {names} 갱신함", "{path}: updated {names}"),
    "install.done.removed": ("{path}: {names} 제거함", "{path}: removed {names}"),
    "install.done.same": ("{path}: 바꿀 것이 없음", "{path}: nothing to change"),
    "install.dry": ("(시험 실행: 쓰지 않았습니다)", "(dry run: nothing was written)"),
    "install.backup": ("이전 파일: {path}", "The file as it was: {path}"),
}
