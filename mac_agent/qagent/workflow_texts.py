"""Texts of workflows: recording, doing again, publishing. Each in Korean, then English."""

TEXTS: dict[str, tuple[str, str]] = {
    "watch.recording": (
        "녹화 중 (멈춤 키나 Ctrl-C로 끝냄)",
        "recording (the stop key or Ctrl-C ends it)",
    ),
    "workflow.bad_name": (
        "'{name}'은(는) 워크플로 이름이 될 수 없습니다.",
        "'{name}' is no name of a workflow.",
    ),
    "workflow.bad_name.repair": (
        "영문 소문자, 한글, 숫자, '-', '_'를 60자까지 쓰세요.",
        "Use up to 60 lower-case letters, Hangul, digits, '-' and '_'.",
    ),
    "workflow.unreadable": (
        "{path}을(를) 읽을 수 없습니다({why}).",
        "{path} cannot be read ({why}).",
    ),
    "workflow.unreadable.repair": (
        "`qagent workflow list`로 이름을 확인하세요.",
        "See the names with `qagent workflow list`.",
    ),
    "workflow.repair.file": (
        "워크플로를 여러 파일로 나누세요.",
        "Divide the workflow into several files.",
    ),
    "workflow.repair.value": (
        "`qagent workflow schema`에 따라 고치세요.",
        "Correct it by `qagent workflow schema`.",
    ),
    "workflow.repair.unknown": (
        "철자를 확인하거나 지우세요. 모든 항목: `qagent workflow schema`",
        "Check its spelling or take it out; `qagent workflow schema` lists all fields.",
    ),
    "workflow.repair.missing": (
        "빠진 항목을 써 넣으세요(`qagent workflow schema`).",
        "Write the field that is missing (`qagent workflow schema`).",
    ),
    "workflow.repair.quote": (
        "글자 값은 따옴표로 감싸세요. 예: '42'",
        "Put the text into quotation marks, e.g. '42'.",
    ),
    "workflow.steps": ("{count}단계", "{count} steps"),
    "workflow.none": ("저장된 워크플로가 없습니다.", "There are no workflows."),
    "workflow.unfinished": (
        "{name}: 끝나지 않은 녹화 (`qagent record {name} --recover`)",
        "{name}: an unfinished recording (`qagent record {name} --recover`)",
    ),
    "workflow.exists": (
        "워크플로 '{name}'이(가) 이미 있습니다.",
        "There is a workflow named '{name}' already.",
    ),
    "workflow.exists.repair": (
        "다른 이름을 쓰거나 `--overwrite`를 붙이세요.",
        "Use another name, or add `--overwrite`.",
    ),
    "record.begins": (
        "녹화를 시작합니다. {keys} 또는 Ctrl-C로 끝내세요. 최대 {minutes}분, {steps}단계.",
        "Recording. End it with {keys} or Ctrl-C; at most {minutes} minutes and {steps} steps.",
    ),
    "record.saved": (
        "{steps}단계를 {path}에 저장했습니다.",
        "Saved {steps} steps in {path}.",
    ),
    "record.ended": ("녹화 종료: {why}", "Recording ended: {why}"),
    "record.why.keys": ("멈춤 키", "the stop key"),
    "record.why.interrupt": ("Ctrl-C 누름", "Ctrl-C"),
    "record.why.stopped": ("`qagent stop` 실행", "`qagent stop`"),
    "record.why.time": ("시간 제한", "the time limit"),
    "record.why.steps": ("단계 수 제한", "the limit of steps"),
    "record.stopped": (
        "이 기기는 멈춰 있어 녹화하지 않습니다.",
        "The agent is stopped on this device: nothing is recorded.",
    ),
    "record.stopped.repair": ("`qagent resume`으로 다시 허용하세요.", "Run `qagent resume` first."),
    "record.late": (
        "기기가 바빠 화면을 읽기 전에 다음 입력이 들어온 곳이 있어({steps} 다음) 단계가 빠졌거나 "
        "다를 수 있습니다. 워크플로로 저장하지 않았습니다.",
        "In places (after {steps}) input came before the busy machine could read the screen, so "
        "steps may be missing or wrong. It was not saved as a workflow.",
    ),
    "record.late.repair": (
        "다른 작업을 멈추거나 더 천천히 다시 녹화하세요. `qagent record {name} --recover`는 그곳을 "
        "표시해 둔 채 저장합니다.",
        "Record it again, more slowly or with less running. `qagent record {name} --recover` saves "
        "what there is, with these places marked.",
    ),
    "record.nothing": ("녹화된 단계가 없습니다.", "Nothing was recorded."),
    "record.nothing.repair": (
        "다시 녹화하며 프로그램에서 직접 조작해 보세요(`qagent doctor`).",
        "Record again and work in a program (`qagent doctor` checks the desktop).",
    ),
    "record.no_diary": (
        "{path}을(를) 읽을 수 없습니다({why}).",
        "{path} cannot be read ({why}).",
    ),
    "record.no_diary.repair": (
        "되살릴 녹화가 있는지 `qagent workflow list`로 확인하세요.",
        "See with `qagent workflow list` which recordings can be recovered.",
    ),
    "record.damaged": (
        "{path}의 {line}번째 줄은 녹화가 아닙니다.",
        "Line {line} of {path} is no recording.",
    ),
    "record.damaged.repair": (
        "파일을 지우고 다시 녹화하세요.",
        "Delete the file and record again.",
    ),
    "record.unwritable": (
        "{path}에 쓸 수 없습니다({why}).",
        "{path} cannot be written ({why}).",
    ),
    "record.unwritable.repair": (
        "공간을 확보하거나 QAGENT_HOME을 쓸 수 있는 폴더로 바꾸세요.",
        "Free some space, or set QAGENT_HOME to a folder that can be written.",
    ),
    "record.secret_pattern": (
        "가림 규칙에 맞는 값이어서 저장하지 않았습니다",
        "not stored: it matches a pattern that is redacted",
    ),
    "record.risky": (
        "되돌릴 수 없을 수 있는 단계: {kinds}",
        "A step that may not be taken back: {kinds}",
    ),
    "record.did.open_app": ("{name}(으)로 옮겨 감", "went to {name}"),
    "record.did.focus": ("{name} 창으로 옮겨 감", "went to the window {name}"),
    "record.did.click": ("{name} 누름", "pressed {name}"),
    "record.did.drag": ("{name} 끌어다 놓음", "dragged {name}"),
    "record.did.type_text": ("{name}에 덧붙여 씀", "added text in {name}"),
    "record.did.press_keys": ("{name} 키 누름", "pressed the keys {name}"),
    "record.did.save_as": ("파일로 저장", "saved the document"),
    "record.did.set_value": ("{name} 값 설정", "set {name}"),
    "record.did.write_table": ("{name} 칸들에 씀", "wrote cells of {name}"),
    "record.did.scroll.up": ("위로 스크롤", "scrolled up"),
    "record.did.scroll.down": ("아래로 스크롤", "scrolled down"),
    "record.did.scroll.left": ("왼쪽으로 스크롤", "scrolled to the left"),
    "record.did.scroll.right": ("오른쪽으로 스크롤", "scrolled to the right"),
    "record.did.choose_menu": ("메뉴 {name} 선택", "chose {name} in the menus"),
    "values.unknown": ("입력 '{name}'이(가) 없습니다.", "There is no input '{name}'."),
    "values.unknown.repair": ("있는 입력: {names}", "The inputs: {names}"),
    "values.form": ("'{given}'은(는) 이름=값이 아닙니다.", "'{given}' is not NAME=VALUE."),
    "values.form.repair": ("예: --set customer=김", "E.g. --set customer=Kim"),
    "values.secret": (
        "비밀 '{name}'은(는) 명령줄로 받지 않습니다.",
        "The secret '{name}' is not taken from the command line.",
    ),
    "values.secret.repair": (
        "물을 때 입력하거나 QAGENT_VALUE_{name}에 두세요.",
        "Type it when you are asked, or put it into QAGENT_VALUE_{name}.",
    ),
    "values.missing": ("입력 '{name}'의 값이 없습니다.", "The input '{name}' has no value."),
    "values.missing.repair": ("--set {name}=값을 붙이세요.", "Add --set {name}=VALUE."),
    "values.missing_secret.repair": (
        "터미널에서 실행하거나 QAGENT_VALUE_{name}에 두세요.",
        "Run it in a terminal, or put it into QAGENT_VALUE_{name}.",
    ),
    "values.unfit": (
        "입력 '{name}'의 값이 맞지 않습니다: {fault}",
        "'{name}' does not fit: {fault}",
    ),
    "values.unfit_step": (
        "{step} 단계에 값이 맞지 않습니다: {fault}",
        "A value does not fit in step {step}: {fault}",
    ),
    "values.unfit.repair": (
        "종류에 맞는 값을 주세요(`qagent workflow show`).",
        "Give a value of its kind (`qagent workflow show`).",
    ),
    "values.undefined": (
        "{step} 단계의 변수 `{name}`이(가) 없습니다.",
        "Step {step} names the variable `{name}`, which is not there.",
    ),
    "values.undefined.repair": (
        "`inputs`에 `{name}`을(를) 추가하세요(`qagent workflow lint`).",
        "Add `{name}` to `inputs` (`qagent workflow lint`).",
    ),
    "values.no_repeat": (
        "이 워크플로에는 행을 반복하는 단계가 없습니다.",
        "This workflow repeats nothing for rows.",
    ),
    "values.no_repeat.repair": ("--rows 없이 실행하세요.", "Leave --rows out."),
    "values.columns": (
        "{path}에 열이 없습니다: {names}",
        "{path} lacks the columns {names}.",
    ),
    "values.columns.repair": ("첫 줄에 쓸 이름: {names}", "Write into its first line: {names}"),
    "values.rows": ("{path}을(를) 읽을 수 없습니다({why}).", "{path} cannot be read ({why})."),
    "values.rows.repair": (
        "첫 줄이 열 이름인 UTF-8 CSV 파일을 주세요.",
        "Give a CSV file in UTF-8 whose first line names the columns.",
    ),
    "values.row_count": (
        "{path}에 행이 {count}개 있습니다(1-{most}).",
        "{path} has {count} rows (1 to {most}).",
    ),
    "rehearse.asks": ("사람에게 묻습니다: {why}", "a person is asked: {why}"),
    "rehearse.later": (
        "앞 단계가 열면 찾습니다",
        "looked for when an earlier step has brought it",
    ),
    "rehearse.no_program": (
        "프로그램 '{app}'이(가) 없습니다.",
        "There is no program '{app}'.",
    ),
    "rehearse.look.repair": (
        "정책에서 보기를 허용하세요(`qagent policy show`).",
        "Let the policy allow looking (`qagent policy show`).",
    ),
    "rehearse.ready": ("가능", "ready"),
    "rehearse.later.word": ("나중", "later"),
    "rehearse.denied": ("거부", "denied"),
    "rehearse.ambiguous": ("모호", "ambiguous"),
    "rehearse.missing": ("없음", "missing"),
    "replay.done": ("{count}단계를 모두 마쳤습니다.", "All {count} steps are done."),
    "replay.unseen": (
        "그 가운데 {count}단계는 암호 칸이라 확인할 수 없었습니다.",
        "{count} of them went to a secret field, which is never read.",
    ),
    "replay.ended": (
        "{step} 단계에서 멈췄습니다: {why}",
        "Ended at step {step}: {why}",
    ),
    "replay.ended.repair": (
        "고친 뒤 이어서: qagent workflow replay {name} --from {step}",
        "Put it right, then go on: qagent workflow replay {name} --from {step}",
    ),
    "replay.no_step": ("{step} 단계가 없습니다.", "There is no step {step}."),
    "replay.no_step.repair": ("있는 단계: {first}-{last}", "The steps: {first} to {last}"),
    "replay.row": ("행 {row}", "row {row}"),
    "replay.remembered": (
        "비밀 '{name}'을(를) 키체인에 넣었습니다.",
        "The secret '{name}' is in the keychain now.",
    ),
    "replay.not_remembered": (
        "키체인이 없어 비밀을 저장하지 않았습니다.",
        "There is no keychain: the secret was not kept.",
    ),
    "variables.none": ("변수로 만들 것이 없습니다.", "There is nothing to turn into variables."),
    "variables.repeat": (
        "{first}-{last} 단계를 {count}행의 표로 ({columns})",
        "steps {first} to {last} become a table of {count} rows ({columns})",
    ),
    "variables.input": (
        "{name} ({kind}), 기본값 {default}",
        "{name} ({kind}), default {default}",
    ),
    "variables.written": ("{path}에 썼습니다.", "Written to {path}."),
    "variables.write": ("쓰려면 --write를 붙이세요.", "Add --write to write it."),
    "publish.secret": (
        "비밀 입력({names})이 있어 게시할 수 없습니다. 비밀은 이 기기를 떠나지 않습니다.",
        "It has secrets ({names}), which never leave this device: it cannot be a template.",
    ),
    "publish.secret.repair": (
        "비밀을 쓰는 단계를 빼거나 `qagent workflow replay`로 이 기기에서 실행하세요.",
        "Take the steps with secrets out, or replay it on this device.",
    ),
    "publish.unsayable": (
        "{step} 단계({kind})는 명령 문법의 말로 할 수 없습니다.",
        "The command grammar has no words for step {step} ({kind}).",
    ),
    "publish.unsayable.repair": (
        "이름과 흔한 종류(role)가 있는 대상으로 고치거나, 이 기기에서 `replay`로 실행하세요.",
        "Give the step a target with a name and a common role, or replay it on this device.",
    ),
    "publish.not_understood": (
        "{step} 단계를 명령 문법이 알아듣지 못합니다: {why}",
        "The command grammar does not understand step {step}: {why}",
    ),
    "publish.differs": (
        "{step} 단계({kind})는 클라우드에서 다른 단계로 계획됩니다.",
        "Step {step} ({kind}) would be planned as another one in the cloud.",
    ),
    "publish.too_long": (
        "템플릿에는 너무 깁니다: {steps}단계, {characters}자 (최대 20단계, 2000자).",
        "It is too long for a template: {steps} steps and {characters} characters (at most 20 and "
        "2000).",
    ),
    "publish.too_long.repair": (
        "워크플로를 나누거나 반복하는 행을 줄이세요.",
        "Divide the workflow, or leave rows of its repeat out.",
    ),
    "publish.surroundings": (
        "{step}: 순서로만 구별되는 대상은 클라우드 실행에서 거부될 수 있습니다.",
        "{step}: only its place tells its target apart; a run from the cloud may refuse it.",
    ),
    "publish.done": (
        "템플릿 {id}, 버전 {version}으로 게시했습니다.",
        "Published as template {id}, version {version}.",
    ),
}
