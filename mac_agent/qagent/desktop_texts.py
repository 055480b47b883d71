"""What keeps a desktop from working; each in Korean, then in English."""

TEXTS: dict[str, tuple[str, str]] = {
    "desktop.unknown": (
        "{name!r}(이)라는 데스크톱 백엔드는 없습니다.",
        "There is no desktop backend named {name!r}.",
    ),
    "desktop.unknown.repair": (
        "쓸 수 있는 백엔드: linux, macos. QAGENT_BACKEND를 지우면 에이전트가 고릅니다.",
        "Known backends: linux, macos. Unset QAGENT_BACKEND to let the agent choose.",
    ),
    "desktop.no_display": (
        "화면이 없습니다: DISPLAY가 설정되어 있지 않습니다.",
        "There is no display: DISPLAY is not set.",
    ),
    "desktop.display_closed": (
        "화면 {name}을(를) 열 수 없습니다({why}).",
        "The display {name} cannot be opened ({why}).",
    ),
    "desktop.display.repair": (
        "DISPLAY에 실행 중인 X 서버를 지정하세요. 화면이 없는 컴퓨터라면 xvfb, openbox, dbus, "
        "at-spi2-core 패키지를 설치하고 가상 데스크톱을 시작하세요(`make demo`가 해 줍니다).",
        "Set DISPLAY to a running X server. On a machine without a screen install the packages "
        "xvfb, openbox, dbus and at-spi2-core, and start the virtual desktop (`make demo` does).",
    ),
    "desktop.no_xtest": (
        "화면 {name}에 XTEST 확장이 없습니다.",
        "The display {name} lacks the XTEST extension.",
    ),
    "desktop.no_xtest.repair": (
        "X 서버를 XTEST 확장과 함께 시작하세요(`+extension XTEST`).",
        "Start the X server with the XTEST extension (`+extension XTEST`).",
    ),
    "desktop.no_picture": (
        "화면을 찍을 수 없습니다({why}).",
        "The screen cannot be captured ({why}).",
    ),
    "desktop.no_picture.repair": (
        "X 서버가 아직 실행 중인지 확인하세요.",
        "Check that the X server still runs.",
    ),
    "desktop.covered": (
        "그 자리 맨 위에는 다른 프로그램이 있어 아무것도 누르지 않았습니다.",
        "Another program lies on top at that place, so nothing was pressed.",
    ),
    "desktop.covered.repair": (
        "위에 있는 창을 닫거나 옮긴 뒤 다시 하세요.",
        "Close or move the window that lies on top, then try again.",
    ),
    "desktop.failed_look": (
        "화면을 볼 수 없었습니다({kind}). `qagent doctor`로 데스크톱을 확인하세요.",
        "The screen could not be observed ({kind}). Check the desktop with `qagent doctor`.",
    ),
    "desktop.failed_step": (
        "이 단계에서 데스크톱이 실패했습니다({kind}). `qagent doctor`로 확인하세요.",
        "The desktop failed in this step ({kind}). Check it with `qagent doctor`.",
    ),
    "watching.no_display": (
        "화면을 열 수 없습니다({why}).",
        "The display cannot be opened ({why}).",
    ),
    "watching.no_record": (
        "화면 {name}에 RECORD 확장이 없습니다.",
        "The display {name} has no RECORD extension.",
    ),
    "watching.deaf": (
        "X 서버가 더 이상 키를 알려 주지 않습니다.",
        "The X server does not tell the keys any more.",
    ),
    "watching.repair": (
        "X 서버를 RECORD 확장과 함께 시작하고 DISPLAY를 확인하세요.",
        "Start the X server with its RECORD extension, and check DISPLAY.",
    ),
    "bus.silent": (
        "접근성 버스가 응답하지 않습니다({why}).",
        "The accessibility bus does not answer ({why}).",
    ),
    "bus.gone": (
        "접근성 버스가 사라졌습니다({why}).",
        "The accessibility bus went away ({why}).",
    ),
    "bus.no_session": (
        "접근성 버스를 물어볼 D-Bus 세션이 없습니다({why}).",
        "There is no D-Bus session to ask for the accessibility bus ({why}).",
    ),
    "bus.none": (
        "D-Bus 세션에 접근성 버스가 없습니다(org.a11y.Bus가 없음).",
        "The D-Bus session has no accessibility bus (org.a11y.Bus is not there).",
    ),
    "bus.repair": (
        "dbus, at-spi2-core, libatk-adaptor 패키지를 설치하고 at-spi-bus-launcher와 함께 "
        "데스크톱을 시작하세요(`qagent doctor`가 하나씩 확인합니다).",
        "Install the packages dbus, at-spi2-core and libatk-adaptor, and start the desktop with "
        "at-spi-bus-launcher (`qagent doctor` checks each part).",
    ),
    "clipboard.not_taken": (
        "클립보드를 넘겨받지 못했습니다.",
        "The clipboard could not be taken over.",
    ),
    "clipboard.not_taken.repair": (
        "`qagent doctor`로 화면이 응답하는지 확인하세요.",
        "Check with `qagent doctor` that the display answers.",
    ),
    "keys.unknown": (
        "{name!r}(이)라는 키는 없습니다.",
        "There is no key named {name!r}.",
    ),
    "keys.unknown.repair": ("API에 있는 이름을 쓰세요.", "Use a name of the API."),
    "keys.not_in_layout": (
        "자판 배열에 {name!r} 키가 없습니다.",
        "The keyboard layout has no key for {name!r}.",
    ),
    "keys.not_in_layout.repair": ("다른 조합을 쓰세요.", "Use another combination."),
    "keys.no_spare": (
        "자판에 배열 밖의 글자를 위한 빈 키 코드가 없습니다.",
        "The keyboard has no spare keycode for characters outside its layout.",
    ),
    "keys.no_spare.repair": (
        "빈 키 코드가 있는 배열을 쓰세요. 예: `setxkbmap us`.",
        "Use a layout with free keycodes, e.g. `setxkbmap us`.",
    ),
    "keys.not_one": (
        "{keys}은(는) 조합 키와 키 하나가 아닙니다.",
        "{keys} is not one key with modifiers.",
    ),
    "keys.not_one.repair": (
        "조합 키와 함께 다른 키를 꼭 하나만 누르세요.",
        "Press modifiers together with exactly one other key.",
    ),
    "mac.only": (
        "macOS 백엔드는 macOS에서만 동작합니다.",
        "The macOS backend works on macOS only.",
    ),
    "mac.only.repair": (
        "QAGENT_BACKEND를 지우면 에이전트가 고릅니다.",
        "Unset QAGENT_BACKEND to let the agent choose.",
    ),
    "mac.no_package": (
        "PyObjC 패키지가 없습니다({name}).",
        "A package of PyObjC is missing ({name}).",
    ),
    "mac.no_package.repair": (
        "에이전트의 패키지를 다시 설치하세요. macOS에서는 `pip install qagent`가 함께 설치합니다.",
        "Install the agent's packages again: `pip install qagent` brings them on macOS.",
    ),
    "mac.no_program": ("{path}이(가) 설치되어 있지 않습니다.", "{path} is not installed."),
    "mac.no_program.repair": (
        "설치하거나 다른 프로그램을 지정하세요.",
        "Install it, or name another.",
    ),
    "mac.clipboard": (
        "macOS가 글을 클립보드에 받지 않았습니다.",
        "macOS did not take the text into the clipboard.",
    ),
    "mac.clipboard.repair": ("잠시 뒤 다시 하세요.", "Try it again in a moment."),
    "mac.displays_changed": (
        "마지막으로 본 뒤 디스플레이가 연결되거나 빠지거나 옮겨졌습니다.",
        "A display came, went or moved after the last look.",
    ),
    "mac.displays_changed.repair": (
        "화면을 다시 살펴보세요. 앞서 본 자리는 더 이상 맞지 않습니다.",
        "Look again; places of the last look are not valid any more.",
    ),
    "mac.no_picture.repair": (
        "화면을 켜고 잠금을 푼 뒤 화면 기록(Screen Recording) 권한을 확인하세요.",
        "Wake and unlock the screen, and check the permission Screen Recording.",
    ),
    "mac.no_memory": (
        "화면 그림을 담을 메모리가 없습니다.",
        "There is no memory for a picture of the screen.",
    ),
    "mac.no_memory.repair": ("프로그램을 닫으세요.", "Close programs."),
    "mac.displays_unknown": (
        "macOS가 디스플레이 목록을 주지 않습니다(오류 {code}).",
        "macOS does not list its displays (error {code}).",
    ),
    "mac.displays_unknown.repair": (
        "이 Mac의 데스크톱에 로그인하세요(ssh만으로는 안 됩니다).",
        "Log in to the desktop of this Mac (not by ssh alone).",
    ),
    "mac.no_display": ("디스플레이가 없습니다.", "There is no display."),
    "mac.no_display.repair": (
        "이 Mac의 데스크톱에 로그인하고(ssh만으로는 안 됩니다) 화면을 켜세요.",
        "Log in to the desktop of this Mac (not by ssh alone) and wake its screen.",
    ),
    "mac.no_area": ("디스플레이 {id}에 넓이가 없습니다.", "The display {id} has no area."),
    "mac.no_area.repair": ("화면을 켜세요.", "Wake the screen."),
    "mac.secure_input": (
        "보안 입력이 켜져 있어({holder}) macOS가 프로그램이 만든 키를 전하지 않습니다.",
        "Secure Input is on (by {holder}): macOS keeps synthetic keys from programs.",
    ),
    "mac.secure_input.repair": (
        "{holder}의 암호 칸에서 나오거나 {holder}을(를) 끝내세요. 터미널이라면 메뉴에서 "
        "보안 키보드 입력(Secure Keyboard Entry)을 끄세요.",
        "Leave the password field of {holder}, or quit {holder}; a terminal has a menu item "
        "Secure Keyboard Entry to switch off.",
    ),
    "mac.not_listening": (
        "macOS가 에이전트에게 키보드를 듣는 것을 허용하지 않습니다.",
        "macOS does not let the agent hear the keyboard.",
    ),
    "mac.no_tap": (
        "macOS가 에이전트에게 이벤트 탭을 주지 않았습니다.",
        "macOS gave the agent no event tap.",
    ),
    "mac.deaf": (
        "macOS가 더 이상 키를 알려 주지 않습니다.",
        "macOS does not tell the keys any more.",
    ),
    "mac.listening.repair": (
        "개인정보 보호 및 보안 > 입력 모니터링에서 에이전트를 실행하는 프로그램을 허용하세요.",
        "Allow the program that runs the agent under Privacy & Security > Input Monitoring.",
    ),
    "mac.vision.languages": (
        "Vision이 언어 목록을 주지 않습니다({why}).",
        "Vision does not list its languages ({why}).",
    ),
    "mac.vision.languages.repair": (
        "macOS를 13 이상으로 업데이트하세요.",
        "Update macOS to 13 or later.",
    ),
    "mac.vision.unread": (
        "이 macOS는 그림에서 {languages}을(를) 읽지 못합니다.",
        "This macOS cannot read {languages} in pictures.",
    ),
    "mac.vision.unread.repair": (
        "한국어에는 macOS 13 이상이 필요합니다. macOS를 업데이트하거나 다른 언어를 쓰세요.",
        "Korean needs macOS 13 or later; update macOS or ask for another language.",
    ),
    "mac.vision.failed": (
        "Vision이 그림을 읽지 못했습니다({why}).",
        "Vision could not read the picture ({why}).",
    ),
    "mac.vision.failed.repair": ("다시 하세요.", "Try again."),
    "doctor.check.Accessibility": ("손쉬운 사용(Accessibility)", "Accessibility"),
    "doctor.check.Screen Recording": ("화면 기록(Screen Recording)", "Screen Recording"),
    "doctor.check.Input Monitoring": ("입력 모니터링(Input Monitoring)", "Input Monitoring"),
    "mac.may.operate": ("다른 프로그램을 읽거나 조작하는", "read or operate other programs"),
    "mac.may.capture": ("화면을 찍는", "take pictures of the screen"),
    "mac.may.notice": ("사용자가 누르는 키를 알아채는", "notice the user's own keys"),
    "mac.permission": (
        "macOS가 에이전트에게 {purpose} 것을 허용하지 않습니다: {name} 권한이 없습니다.",
        "macOS does not let the agent {purpose}: the permission {name} is missing.",
    ),
    "mac.permission.repair": (
        '`open "{pane}"`으로 설정 창을 열어 에이전트를 실행하는 프로그램(터미널, launchd가 '
        "시작한다면 {program})을 켜고 에이전트를 다시 시작하세요.",
        'Open the pane with `open "{pane}"`, switch on the program that runs the agent (the '
        "terminal, or {program} when launchd starts it), and start the agent again.",
    ),
    "lack.text": ("{role} {name!r}에는 글이 없습니다", "{role} {name!r} has no text"),
    "lack.action": ("{role} {name!r}에는 동작이 없습니다", "{role} {name!r} has no action"),
    "lack.option_action": (
        "{role} {name!r}의 선택지에는 동작이 없습니다",
        "an option of {role} {name!r} has no action",
    ),
    "lack.named_action": (
        "요소에 {name} 동작이 없습니다",
        "the element has no action {name}",
    ),
    "lack.attribute": (
        "요소가 {name}을(를) 받지 않습니다",
        "the element does not take {name}",
    ),
    "lack.answer": (
        "접근성 인터페이스가 {code}(으)로 답했습니다",
        "the accessibility interface answered {code}",
    ),
    "lack.value": ("{role} {name!r}에는 값이 없습니다", "{role} {name!r} has no value"),
    "lack.number": (
        "{role} {name!r}에는 숫자 값이 없습니다",
        "{role} {name!r} has no numeric value",
    ),
    "lack.setting": ("{role} {name!r}은(는) 값을 받지 않습니다", "{role} {name!r} takes no value"),
    "lack.table": (
        "{role} {name!r}에는 표 인터페이스가 없습니다",
        "{role} {name!r} has no table interface",
    ),
    "lack.edits": (
        "{role} {name!r}은(는) 직접 고칠 수 없습니다",
        "{role} {name!r} takes no native edits",
    ),
    "lack.caret": (
        "{role} {name!r}의 커서 자리에 글을 넣을 수 없습니다",
        "{role} {name!r} takes no text at its caret",
    ),
    "lack.declined": (
        "{role} {name!r}이(가) 동작을 거절했습니다",
        "{role} {name!r} declined the native action",
    ),
    "lack.selection": (
        "{role} {name!r}에는 선택이 없습니다",
        "{role} {name!r} has no selection",
    ),
    "lack.selection_declined": (
        "{role} {name!r}이(가) 선택을 거절했습니다",
        "{role} {name!r} declined the selection",
    ),
    "lack.focus": (
        "{role} {name!r}에는 초점을 맞출 수 없습니다",
        "{role} {name!r} cannot take the focus",
    ),
    "lack.scrolling": (
        "{role} {name!r}까지 스크롤할 수 없습니다",
        "{role} {name!r} cannot be scrolled to",
    ),
    "lack.secure": ("{role}은(는) 암호 칸입니다", "{role} is a password field"),
    "lack.children": (
        "담고 있는 것이 {count}개입니다",
        "the container has {count} children",
    ),
    "lack.options": ("{name!r}의 선택지는 {count}개입니다", "{name!r} has {count} options"),
    "lack.menu": ("{name!r}의 메뉴가 열리지 않았습니다", "the menu of {name!r} did not open"),
    "lack.save_panel": (
        "저장 창이 폴더를 묻지 않았습니다",
        "the save panel did not ask for a folder",
    ),
    "lack.save_folder": (
        "저장 창이 폴더를 받지 않았습니다",
        "the save panel did not take the folder",
    ),
    "stale.snapshot": (
        "{element}은(는) {snapshot}의 id인데 그 뒤에 화면을 다시 보았습니다.",
        "{element} is an id of {snapshot}, and the screen was looked at since.",
    ),
    "stale.snapshot.repair": (
        "마지막 스냅샷 {last}의 id를 쓰세요.",
        "Use the ids of the last snapshot, {last}.",
    ),
    "stale.element": (
        "스냅샷 {snapshot}에 요소 {element}이(가) 없습니다.",
        "The snapshot {snapshot} has no element {element}.",
    ),
    "stale.cut": (
        "스냅샷 {snapshot}에 요소 {element}이(가) 없습니다(한도 때문에 잘렸습니다).",
        "The snapshot {snapshot} has no element {element} (it was cut by a budget).",
    ),
    "stale.element.repair": (
        "다시 보거나 검색어로 요소를 찾으세요.",
        "Look again, or ask for the element by a query.",
    ),
}
