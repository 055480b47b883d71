"""What `qagent workflow lint` finds: its rules, and how to mend it; in Korean, then in English."""

TEXTS: dict[str, tuple[str, str]] = {
    "lint.good": ("{path}: 문제없음", "{path}: nothing to say"),
    "lint.weak.number": (
        "같은 것 가운데 {number}번째라는 순서로만 구별됩니다",
        "only its place tells it apart: number {number} of equals",
    ),
    "lint.weak.nameless": (
        "이름도 주변 정보도 없습니다",
        "it has no name, and nothing around it is known",
    ),
    "lint.gap.hidden": (
        "정책이 숨기는 프로그램이나 창에서 한 일",
        "something was done in a program or window that the policy hides",
    ),
    "lint.gap.terminal": (
        "터미널에서 한 일은 녹화하지 않습니다",
        "something was done in a terminal, which is not recorded",
    ),
    "lint.gap.no_element": (
        "접근성 정보가 없는 곳에서 한 일",
        "something was done where no accessible element answers",
    ),
    "lint.gap.folder": (
        "파일을 다른 폴더에 저장했습니다. 다시 할 때는 정책의 문서 폴더에 저장됩니다",
        "the file was saved in another folder; done again it goes to the policy's documents folder",
    ),
    "lint.gap.late": (
        "기기가 너무 바빠 화면을 읽기 전에 들어온 입력입니다. 단계가 빠졌거나 다를 수 있습니다",
        "the machine was too busy: input came before the screen could be read, and steps may be "
        "missing or wrong",
    ),
    "lint.gap.limit": (
        "길이 제한을 넘는 입력이나 단계",
        "a text or a step beyond the limits",
    ),
    "lint.QW001.rule": ("정해진 시간만큼 기다림", "Hard-coded wait"),
    "lint.QW001.what": (
        "화면이 {ms} ms 동안 조용하기를 기다립니다. 무엇을 기다리는지 알 수 없습니다.",
        "It waits until nothing changes for {ms} ms, not for what has to be there.",
    ),
    "lint.QW001.repair": (
        "나타나야 할 것을 `condition: appears`나 `text`로 기다리세요.",
        "Wait for what must appear, with `condition: appears` or `text`.",
    ),
    "lint.QW002.rule": ("약한 대상", "Weak target"),
    "lint.QW002.what": ("대상을 찾는 근거가 약합니다: {why}.", "The target is weak: {why}."),
    "lint.QW002.repair": (
        "`target.name`을 쓰거나 `surroundings.within`, `beside`를 채우세요.",
        "Give it a `target.name`, or fill `surroundings.within` or `beside`.",
    ),
    "lint.QW003.rule": ("모호한 대상", "Ambiguous target"),
    "lint.QW003.what": (
        "대상에 종류(role)가 없거나 이름이 한 글자여서 여럿과 맞을 수 있습니다.",
        "The target has no role, or a name of one letter: several elements may fit.",
    ),
    "lint.QW003.repair": (
        "`target.role`과 온전한 이름을 쓰세요.",
        "Write `target.role` and the whole name.",
    ),
    "lint.QW004.rule": ("확인 없음", "Missing verification"),
    "lint.QW004.what": (
        "{kind} 뒤에 무엇이 되어야 하는지 확인하지 않습니다.",
        "Nothing says what must be so after {kind}.",
    ),
    "lint.QW004.repair": (
        "`verify`에 나타나거나 사라져야 할 것을 쓰세요.",
        "Write into `verify` what must appear or disappear.",
    ),
    "lint.QW005.rule": ("적혀 있는 비밀", "Secret literal"),
    "lint.QW005.what": (
        "비밀이나 개인정보가 그대로 적혀 있습니다.",
        "A secret or personal data is written down.",
    ),
    "lint.QW005.repair": (
        "`kind: secret`인 입력을 만들고 `{{{{이름}}}}`으로 쓰세요.",
        "Make an input of `kind: secret` and write `{{{{name}}}}` in its place.",
    ),
    "lint.QW006.rule": ("개인 폴더 경로", "Personal path"),
    "lint.QW006.what": (
        "한 사람의 폴더 경로가 적혀 있어 다른 기기에서 맞지 않습니다.",
        "The path of one person's folder will not fit another device.",
    ),
    "lint.QW006.repair": (
        "`kind: file`인 입력으로 바꾸세요.",
        "Make it an input of `kind: file`.",
    ),
    "lint.QW007.rule": ("없는 변수", "Undefined variable"),
    "lint.QW007.what": (
        "변수 `{name}`이(가) 없습니다.",
        "There is no variable `{name}`.",
    ),
    "lint.QW007.repair": (
        "`inputs`에 추가하거나 이름을 고치세요. 열은 반복 안에서만 쓸 수 있습니다.",
        "Add it to `inputs` or correct the name; columns count inside of the repeat only.",
    ),
    "lint.QW008.rule": ("쓰이지 않는 변수", "Unused variable"),
    "lint.QW008.what": (
        "변수 `{name}`을(를) 쓰는 단계가 없습니다.",
        "No step uses the variable `{name}`.",
    ),
    "lint.QW008.repair": ("지우거나 단계에서 쓰세요.", "Remove it, or use it in a step."),
    "lint.QW009.rule": ("동의 표시 없는 위험 단계", "Risky step without consent"),
    "lint.QW009.what": (
        "되돌릴 수 없을 수 있는 단계({kinds})에 동의 표시가 없습니다.",
        "A step that may not be taken back ({kinds}) has no consent mark.",
    ),
    "lint.QW009.repair": (
        "`consent`에 왜 물어야 하는지 쓰세요.",
        "Write into `consent` why a person has to be asked.",
    ),
    "lint.QW010.rule": ("녹화되지 않은 일", "Not recorded"),
    "lint.QW010.what": ("{step} 뒤: {why}.", "After {step}: {why}."),
    "lint.QW010.repair": (
        "필요하면 단계를 직접 써 넣거나 이 표시를 지우세요.",
        "Write the step by hand if it is needed, or remove this mark.",
    ),
}
