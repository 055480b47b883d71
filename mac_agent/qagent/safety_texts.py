"""Texts of policy, consent, stop and audit; each in Korean, then in English."""

TEXTS: dict[str, tuple[str, str]] = {
    "policy.absent": (
        "이 기기에는 정책 파일이 없어 보기만 할 수 있습니다. {kind}을(를) 허용하려면 {path}에 "
        "`version: 1`과 `allow.risks: [{risk}]`, `allow.apps`를 적으세요.",
        "This device has no policy, so the agent only looks. To allow {kind}, write {path} with "
        "`version: 1`, `allow.risks: [{risk}]` and `allow.apps`.",
    ),
    "policy.broken": (
        "정책 파일 {path}을(를) 쓸 수 없어 보기만 할 수 있습니다: {fault}. 파일을 고치고 "
        "`qagent policy check`로 확인하세요.",
        "The policy {path} cannot be used, so the agent only looks: {fault}. Correct the file "
        "and check it with `qagent policy check`.",
    ),
    "policy.step_denied": (
        "정책이 {kind}을(를) 금지합니다(위험 분류 `{risk}`). 허용하려면 {path}의 `deny`에서 "
        "빼세요.",
        "The policy denies {kind} ({risk}). To allow it, take it out of `deny` in {path}.",
    ),
    "policy.step_not_allowed": (
        "정책이 {kind}을(를) 허용하지 않습니다. {path}의 `allow.risks`에 `{risk}`을(를) "
        "추가하세요.",
        "The policy does not allow {kind} ({risk}). To allow it, add {risk} to `allow.risks` in "
        "{path}.",
    ),
    "policy.app_denied": (
        "정책이 프로그램 {app}을(를) 금지합니다. 허용하려면 {path}의 `deny.apps`에서 빼세요.",
        "The policy denies the program {app}. To allow it, take it out of `deny.apps` in {path}.",
    ),
    "policy.app_not_allowed": (
        "정책에 프로그램 {app}이(가) 허용되어 있지 않습니다. {path}의 `allow.apps`에 추가하세요.",
        "The policy does not allow the program {app}. To allow it, add it to `allow.apps` in "
        "{path}.",
    ),
    "policy.window_denied": (
        "정책이 이 창에서의 작업을 허용하지 않습니다. {path}의 `{place}`을(를) 고치세요.",
        "The policy does not allow work in this window. Change `{place}` in {path}.",
    ),
    "policy.time_denied": (
        "정책이 지금 시간에는 작업을 허용하지 않습니다. {path}의 `{place}`을(를) 보세요.",
        "The policy does not allow work at this hour. See `{place}` in {path}.",
    ),
    "policy.kind_denied": (
        "정책이 이런 단계를 금지합니다: {kind}. 허용하려면 {path}의 `deny.kinds`에서 빼세요.",
        "The policy denies steps of this kind ({kind}). To allow them, take it out of "
        "`deny.kinds` in {path}.",
    ),
    "policy.read_denied": (
        "정책이 {data}을(를) 읽게 하지 않습니다. {path}의 `data.read`에 추가하세요.",
        "The policy does not let a plan read this data ({data}). Add it to `data.read` in {path}.",
    ),
    "policy.leave_denied": (
        "정책이 {data}을(를) 기기 밖으로 보내는 것을 허용하지 않습니다. {path}의 "
        "`data.leave`에 추가하세요.",
        "The policy does not let this data ({data}) leave the device. Add it to `data.leave` in "
        "{path}.",
    ),
    "policy.repair.file": ("읽을 수 있는 파일을 지정하세요.", "Name a file that can be read."),
    "policy.repair.value": (
        "허용되는 값으로 고치세요. `qagent policy schema`가 모두 보여 줍니다.",
        "Write a value that is allowed; `qagent policy schema` lists them.",
    ),
    "policy.repair.unknown_field": (
        "철자를 확인하거나 지우세요. `qagent policy schema`가 모든 항목을 보여 줍니다.",
        "Check its spelling or take it out; `qagent policy schema` lists all fields.",
    ),
    "policy.repair.missing": (
        "`version: 1`로 시작하세요. 모르는 항목은 `qagent policy schema`를 보세요.",
        "Begin with `version: 1`; `qagent policy schema` lists the fields.",
    ),
    "policy.good": ("{path}: 문제가 없습니다.", "{path}: nothing is wrong."),
    "policy.unusable": (
        "{path}을(를) 쓸 수 없어 에이전트는 보기만 합니다: {fault}",
        "{path} cannot be used, so the agent only looks: {fault}",
    ),
    "policy.missing": (
        "{path} 파일이 없습니다. 정책이 없으면 에이전트는 보기만 합니다.",
        "There is no {path}. Without a policy the agent only looks.",
    ),
    "policy.missing.repair": ("이렇게 시작할 수 있습니다:\n{example}", "Begin with:\n{example}"),
    "consent.not_agreed": (
        "기기 앞의 사용자가 허용하지 않았습니다({reason}). 아무것도 하지 않았습니다.",
        "Nobody at the device allowed it ({reason}). Nothing was done.",
    ),
    "consent.reason.denied": ("거부함", "it was denied"),
    "consent.reason.timed_out": (
        "{seconds}초 안에 답이 없음",
        "there was no answer within {seconds} s",
    ),
    "consent.reason.unavailable": (
        "물어볼 수 없음: {why}",
        "nobody could be asked: {why}",
    ),
    "consent.no_display": (
        "화면이 없습니다. DISPLAY가 있는 데스크톱에서 에이전트를 실행하세요.",
        "there is no display; run the agent on a desktop with DISPLAY set",
    ),
    "consent.no_program": (
        "대화 상자를 띄울 프로그램이 없습니다. zenity 패키지를 설치하세요.",
        "no program can show the dialog; install the package zenity",
    ),
    "consent.failed": (
        "대화 상자가 답 없이 끝났습니다(종료 코드 {code}).",
        "the dialog ended without an answer (exit status {code})",
    ),
    "consent.changed": (
        "묻는 동안 화면이 바뀌어 아무것도 하지 않았습니다. 다시 시도하세요.",
        "The screen changed while the question was open, so nothing was done. Try again.",
    ),
    "guard.no_step": (
        "단계 없이 화면을 바꾸려 했습니다. 아무것도 하지 않았습니다.",
        "Something was to be changed outside of any step; nothing was done.",
    ),
    "consent.goal_refused": (
        "목표에 없는 일이라 묻지 않고 거절했습니다: {reasons}",
        "Your goal does not ask for this, so it was refused without asking: {reasons}",
    ),
    "consent.own_dialog": (
        "에이전트의 확인 대화 상자는 사람만 답할 수 있습니다.",
        "The agent's own dialog is for a person to answer; the agent does not touch it.",
    ),
    "consent.agreed_once": (
        "(기기의 사용자가 이번 한 번 허용함)",
        "(Allowed once by the person at the device.)",
    ),
    "consent.agreed_run": (
        "(기기의 사용자가 이 실행 동안 허용함)",
        "(Allowed for this run by the person at the device.)",
    ),
    "dialog.title": ("Q 에이전트: 이 작업을 허용할까요?", "Q agent: allow this?"),
    "dialog.what": ("할 일: {what}", "What: {what}"),
    "dialog.where": ("어디서: {app}, 창 {window}", "Where: {app}, window {window}"),
    "dialog.who": ("누가: {who}", "Asked by: {who}"),
    "dialog.why": ("묻는 이유: {why}", "Why you are asked: {why}"),
    "dialog.goal": ("목표로 적힌 말: {goal}", "Words of the goal: {goal}"),
    "dialog.planner": ("계획의 설명: {reason}", "The planner says: {reason}"),
    "dialog.deadline": (
        "{seconds}초 안에 답하지 않으면 하지 않습니다. ‘이 실행 동안’은 같은 프로그램에서 같은 "
        "종류의 단계를 이 실행이 끝날 때까지 허용합니다.",
        "Without an answer in {seconds} s it is not done. “For this run” allows steps of the same "
        "kind in the same program until the run ends.",
    ),
    "dialog.once": ("한 번 허용", "Allow once"),
    "dialog.run": ("이 실행 동안 허용", "Allow for this run"),
    "dialog.deny": ("거부", "Deny"),
    "dialog.nameless": ("이름 없는 {role}", "a {role} without a name"),
    "dialog.no_window": ("(창 없음)", "(no window)"),
    "kind.send": ("무언가를 보내거나 공개합니다", "it sends or publishes something"),
    "kind.delete": ("무언가를 지웁니다", "it deletes something"),
    "kind.pay": ("돈을 쓰거나 주문합니다", "it pays or orders"),
    "kind.overwrite": ("있던 것을 덮어씁니다", "it replaces what is there"),
    "kind.install": ("프로그램을 설치하거나 바꿉니다", "it installs or updates programs"),
    "kind.settings": ("설정이나 권한을 바꿉니다", "it changes settings or permissions"),
    "kind.credentials": ("암호나 로그인을 다룹니다", "it concerns passwords or a sign-in"),
    "kind.command": ("명령어를 실행할 수 있습니다", "it can run commands"),
    "kind.unexplained": (
        "목표가 이 단계를 설명하지 않습니다",
        "your goal does not explain this step",
    ),
    "do.press": ("{target} 누르기", "press {target}"),
    "do.point": (
        "화면의 {x},{y} 위치를 {button} 버튼으로 누르기",
        "click {x},{y} ({button} button)",
    ),
    "do.keys": ("{keys} 키 누르기", "press the keys {keys}"),
    "do.type": (
        "{target}에 {count}자 입력: {typed}",
        "type {count} characters into {target}: {typed}",
    ),
    "do.type_hidden": (
        "{target}(암호 칸)에 {count}자 입력",
        "type {count} characters into {target} (a password field)",
    ),
    "do.select": ("{target}에서 {option} 고르기", "choose {option} in {target}"),
    "do.set": ("{target}의 값을 {value}(으)로 바꾸기", "set {target} to {value}"),
    "do.drag": (
        "{target}을(를) {onto}(으)로 끌기({x},{y})",
        "drag {target} onto {onto} ({x},{y})",
    ),
    "do.copy": (
        "클립보드에 {count}자 넣기: {copied}",
        "put {count} characters into the clipboard: {copied}",
    ),
    "do.focus": ("{target}에 초점 맞추기", "give {target} the keyboard focus"),
    "do.scroll": ("{x},{y}에서 스크롤하기", "scroll at {x},{y}"),
    "do.launch": ("프로그램 {program} 열기", "open the program {program}"),
    "do.then": ("{first}, 단계 전체: {step}", "{first}, as part of: {step}"),
    "do.step.open_app": ("{app} 열기", "open {app}"),
    "do.step.save_as": ("{filename}(으)로 저장", "save as {filename}"),
    "do.focused": ("초점이 있는 칸", "the focused field"),
    "user.active": (
        "사용자가 키보드나 마우스를 쓰고 있어 {seconds}초 동안 기다렸지만 끝나지 않았습니다. "
        "아무것도 하지 않았습니다.",
        "Somebody uses keyboard or pointer; the agent waited {seconds} s and did nothing.",
    ),
    "stop_key.taken": (
        "멈춤 키 {keys}을(를) 다른 프로그램이 쓰고 있습니다.",
        "The stop key {keys} is taken by another program.",
    ),
    "stop_key.no_display": (
        "화면이 없어 멈춤 키를 들을 수 없습니다.",
        "There is no display, so the stop key cannot be heard.",
    ),
    "stop_key.no_display.repair": (
        "DISPLAY를 설정하세요. `qagent stop`은 언제나 쓸 수 있습니다.",
        "Set DISPLAY; `qagent stop` works all the same.",
    ),
    "stop_key.unavailable": (
        "멈춤 키를 쓸 수 없습니다({why}).",
        "The stop key cannot be used ({why}).",
    ),
    "stop_key.repair": (
        "정책의 `stop_key`를 바꾸세요. `qagent stop`은 언제나 쓸 수 있습니다.",
        "Change `stop_key` in the policy; `qagent stop` works all the same.",
    ),
    "stop_key.repair_mac": (
        "시스템 설정의 개인정보 보호 및 보안에서 입력 모니터링을 허용하세요. `qagent stop`은 "
        "언제나 쓸 수 있습니다.",
        "Allow Input Monitoring under Privacy & Security in System Settings; `qagent stop` works "
        "all the same.",
    ),
    "guard.hidden_window": (
        "그 자리 위에 정책이 감춘 창이 있어 아무것도 하지 않았습니다. 그 창을 옮기거나 {path}의 "
        "deny를 바꾸세요.",
        "A window that the policy hides lies over that place, so nothing was done. Move it away, "
        "or change deny in {path}.",
    ),
    "guard.covered": (
        "{target}이(가) 있던 자리 맨 위에는 다른 프로그램의 창이 있어 아무것도 누르지 않았습니다: "
        "{window}. 그 창을 닫거나 옮기거나, 대상의 창을 맨 앞으로 가져온 뒤 다시 하세요.",
        "A window of another program lies on top where {target} is, so nothing was pressed: "
        "{window}. Close or move it, or bring the target's window to the front, and try again.",
    ),
    "guard.covered_not_allowed": (
        "{target}이(가) 있던 자리 맨 위에는 정책({path})의 allow.apps가 허용하지 않는 프로그램의 "
        "창이 있어 아무것도 누르지 않았습니다: {window}. 그 창을 닫거나 옮기거나, 대상의 창을 맨 "
        "앞으로 가져온 뒤 다시 하세요.",
        "A window of a program that allow.apps of the policy ({path}) does not allow lies on top "
        "where {target} is, so nothing was pressed: {window}. Close or move it, or bring the "
        "target's window to the front, and try again.",
    ),
    "guard.nothing": (
        "{target}이(가) 있던 자리에 그 프로그램의 창이 없어 아무것도 누르지 않았습니다. 그 창을 "
        "화면 안으로 옮기거나 맨 앞으로 가져온 뒤 다시 하세요.",
        "No window of its program lies where {target} should be, so nothing was pressed. Move "
        "that window into the screen or to the front, and try again.",
    ),
    "guard.unnamed": ("이름 없는 창", "a window without a name"),
    "observe.denied.repair": (
        "지금 적용되는 정책은 `qagent policy show`로 볼 수 있습니다.",
        "`qagent policy show` tells the policy that is in force.",
    ),
    "observe.picture.repair": (
        "창을 몇 개 닫거나, 정책의 `data.unread_pictures`를 true로 두세요.",
        "Close some windows, or set `data.unread_pictures` in the policy to true.",
    ),
    "observe.unwritten": (
        "그림을 {path}에 쓸 수 없습니다({why}).",
        "The picture cannot be written to {path} ({why}).",
    ),
    "observe.unwritten.repair": (
        "있는 폴더의 쓸 수 있는 파일을 지정하세요.",
        "Name a file in a folder that is there and that you can write to.",
    ),
    "audit.empty": (
        "{folder}에는 아직 감사 기록이 없습니다. 있어야 한다면 누군가 지운 것입니다.",
        "There is no audit log in {folder} yet. If there should be one, somebody removed it.",
    ),
    "audit.intact": (
        "감사 기록 {count}건이 온전합니다. 마지막 해시: {hash}",
        "The audit log is intact: {count} entries. Last hash: {hash}",
    ),
    "audit.broken": (
        "감사 기록이 온전하지 않습니다: {file} {line}번째 줄, {message}.",
        "The audit log is not intact: {file} line {line}, {message}.",
    ),
    "audit.repair": (
        "앞의 {count}건은 온전합니다. 파일을 따로 보관하고 백업과 비교하세요.",
        "The first {count} entries hold. Keep the file aside and compare it with a backup.",
    ),
    "watch.idle": ("대기 중", "idle"),
    "watch.looking": ("화면을 보는 중", "looking at the screen"),
    "watch.working": ("{step}/{steps} 단계: {kind}", "step {step} of {steps}: {kind}"),
    "watch.asking": ("사람에게 묻는 중: {kind}", "asking a person: {kind}"),
    "watch.paused": (
        "사용자가 기기를 쓰는 동안 멈춤",
        "paused while somebody uses the device",
    ),
    "watch.slowed": ("정책의 속도 제한으로 기다림", "waiting for the policy's rate limit"),
    "watch.stopped": (
        "멈춤. `qagent resume`으로 다시 허용하세요",
        "stopped; `qagent resume` allows work again",
    ),
    "watch.gone": ("실행 중인 에이전트가 없습니다", "no agent is running"),
    "report.when": ("언제", "when"),
    "report.run": ("실행", "run"),
    "report.step": ("단계", "step"),
    "report.kind": ("종류", "kind"),
    "report.outcome": ("결과", "outcome"),
    "report.error": ("이유", "reason"),
    "report.consent": ("허용", "consent"),
    "report.ms": ("시간(ms)", "ms"),
    "report.nothing": ("기록된 작업이 없습니다.", "Nothing is recorded yet."),
}
