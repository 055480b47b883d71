"""Texts of setting, dragging, menus, the clipboard, tables, waiting and undoing.

Each in Korean, then in English.
"""

TEXTS: dict[str, tuple[str, str]] = {
    "change.focus": (
        "초점만 옮겨졌고 눌린 결과는 보이지 않습니다: {change}",
        "Only the focus moved; what the press did does not show: {change}",
    ),
    "change.caret": ("커서 {before} → {after}", "caret {before} → {after}"),
    "file.chosen": (
        "{target}에서 {path}을(를) 골랐고 창이 닫혔습니다.",
        "{target} took {path} and closed.",
    ),
    "file.missing": (
        "{path} 파일이 없어 열 수 없습니다. 경로를 확인하세요.",
        "There is no file {path} to open. Check the path.",
    ),
    "file.no_folder": (
        "{path} 폴더가 없어 저장할 수 없습니다. 폴더를 만들거나 다른 폴더를 쓰세요.",
        "There is no folder {path} to save in. Make it, or use another one.",
    ),
    "file.no_field": (
        "{target}에 경로를 적을 칸이 없습니다.",
        "{target} shows no field that takes a path.",
    ),
    "file.dialog_stayed": (
        "파일 대화 상자가 닫히지 않아 취소했습니다. 아무것도 열거나 저장하지 않았습니다.",
        "The file dialog did not close and was cancelled; nothing was opened or saved.",
    ),
    "set.confirmed": (
        "{target} 값이 {value}입니다.",
        "{target} now holds {value}.",
    ),
    "set.already": (
        "{target} 값이 이미 {value}(이)라 그대로 두었습니다.",
        "{target} held {value} already; nothing was changed.",
    ),
    "set.differs": (
        "{target} 값을 {value}(으)로 맞추었지만 {found}(으)로 되어 있습니다.",
        "{target} was set to {value} but holds {found}.",
    ),
    "set.failed": (
        "{target} 값이 바뀌지 않았습니다.",
        "The value of {target} did not change.",
    ),
    "set.not_a_number": (
        "{target}에는 숫자가 필요한데 {value}은(는) 숫자가 아닙니다.",
        "{target} takes a number, and {value} is none.",
    ),
    "set.out_of_range": (
        "{target}에는 {low}부터 {high}까지만 넣을 수 있습니다.",
        "{target} takes numbers from {low} to {high}.",
    ),
    "set.not_a_switch_value": (
        "{target}에는 켬(on)이나 끔(off)만 쓸 수 있습니다.",
        "{target} is switched with `on` or `off`.",
    ),
    "set.radio_off": (
        "라디오 버튼 {target}은(는) 끌 수 없습니다. 같은 묶음의 다른 것을 켜세요.",
        "The radio button {target} cannot be switched off; switch another of its group on.",
    ),
    "drag.same_place": (
        "끌 곳이 처음 자리와 같습니다.",
        "The drag would end where it begins.",
    ),
    "drag.off_screen": (
        "끌 곳이 화면 밖입니다.",
        "The drag would end outside the screen.",
    ),
    "drag.moved": ("{target}이(가) 옮겨졌습니다.", "{target} is at another place now."),
    "menu.not_found": (
        "메뉴 {path}에 {item}이(가) 없습니다. 열었던 메뉴는 닫았습니다.",
        "There is no {item} in the menu {path}. The menus that were opened are closed again.",
    ),
    "menu.disabled": (
        "메뉴 항목 {item}은(는) 지금 쓸 수 없습니다.",
        "The menu item {item} cannot be used now.",
    ),
    "menu.no_menu": (
        "활성 창에 메뉴 {item}이(가) 없습니다.",
        "The active window has no menu {item}.",
    ),
    "clipboard.no_text": (
        "클립보드에 글이 없습니다.",
        "There is no text in the clipboard.",
    ),
    "clipboard.written": (
        "클립보드에 {count}자를 넣고 다시 읽었습니다.",
        "Put {count} characters into the clipboard and read them back.",
    ),
    "clipboard.differs": (
        "클립보드에 넣은 글이 그대로 읽히지 않습니다.",
        "What was put into the clipboard is not what is read back.",
    ),
    "table.none": (
        "활성 창에 표가 없습니다.",
        "There is no table in the active window.",
    ),
    "table.several": (
        "활성 창에 표가 {count}개 있습니다. 어느 표인지 말해 주세요.",
        "The active window has {count} tables. Say which one is meant.",
    ),
    "table.outside": (
        "{cell} 칸은 표 밖입니다: 표는 {rows}줄 {columns}칸입니다.",
        "The cell {cell} is outside the table, which has {rows} rows and {columns} columns.",
    ),
    "table.more": (
        "… 표에 줄이 {rows}개, 칸이 {columns}개 있어 일부만 읽었습니다.",
        "… the table has {rows} rows and {columns} columns; only a part was read.",
    ),
    "table.not_editable": (
        "{target}의 칸에는 쓸 수 없습니다.",
        "The cells of {target} take no text.",
    ),
    "table.written": (
        "{target}의 {count}칸을 쓰고 그대로 다시 읽었습니다.",
        "Wrote {count} cells of {target} and read them back.",
    ),
    "table.differs": (
        "{target}의 {cell} 칸에 {wanted}을(를) 썼지만 {found}(으)로 보입니다.",
        "The cell {cell} of {target} was given {wanted} and shows {found}.",
    ),
    "wait.text": ("{text}이(가) 보입니다.", "{text} shows."),
    "wait.idle": (
        "{seconds}초 동안 화면이 바뀌지 않았습니다.",
        "Nothing has changed on the screen for {seconds} s.",
    ),
    "wait.screen": ("화면", "the screen"),
    "undo.cannot": (
        "에이전트가 되돌릴 수 없는 일입니다.",
        "The agent cannot undo this.",
    ),
    "undo.nothing": (
        "되돌릴 수 있는 단계가 없습니다.",
        "There is no step that can be undone.",
    ),
    "undo.changed_since": (
        "{target}이(가) 그 뒤에 바뀌어 되돌리지 않았습니다.",
        "{target} has changed since; nothing was undone.",
    ),
    "undo.confirmed": (
        "{target}을(를) 이전 상태로 되돌리고 확인했습니다.",
        "{target} is as it was before; read back.",
    ),
    "undo.failed": (
        "{target}을(를) 이전 상태로 되돌리지 못했습니다.",
        "{target} could not be brought back to what it was.",
    ),
    "pursuit.too_long": (
        "{count}단계 안에 끝나지 않아 그만두었습니다.",
        "Not reached within {count} steps; given up.",
    ),
    "pursuit.no_word": (
        "글에 낱말이 {count}개뿐입니다.",
        "The text has only {count} words.",
    ),
    "pursuit.nothing_taken": (
        "화면에서 가져온 글이 없습니다.",
        "No text was taken from the screen to enter.",
    ),
    "pursuit.fields_differ": (
        "칸은 {fields}개인데 넣을 값은 {texts}개입니다.",
        "There are {fields} fields for {texts} values.",
    ),
    "pursuit.no_calendar": (
        "달력이 열리지 않았습니다.",
        "No calendar opened.",
    ),
    "pursuit.no_sum": (
        "화면에서 풀 수 있는 식을 찾지 못했습니다.",
        "There is no sum on the screen that can be worked out.",
    ),
    "pursuit.no_place": (
        "옮길 자리를 찾지 못했습니다.",
        "There is no such place to drag it to.",
    ),
    "pursuit.no_handle": (
        "크기를 바꿀 손잡이를 찾지 못했습니다.",
        "It has no handle by which it could be resized.",
    ),
    "pursuit.no_colour": (
        "{name}은(는) 아는 색 이름이 아닙니다.",
        "{name} is no name of a colour that is known.",
    ),
    "place.no_window": (
        "{target}을(를) 화면 그림에서 읽었지만, 그 자리에 활성 창이 없어 어느 프로그램인지 알 수 "
        "없으므로 아무것도 하지 않았습니다. 그 창을 앞으로 가져온 뒤 다시 실행하세요.",
        "{target} was read on the picture of the screen, but no active window that tells of itself "
        "is at its place, so it cannot be judged whether its program may be used. Bring that "
        "window to the front and start the run again.",
    ),
    "place.covered": (
        "{target}을(를) 읽은 자리를 다른 창이 가리고 있어 누르지 않았습니다. 그 창을 닫거나 옮긴 "
        "뒤 다시 실행하세요.",
        "Another window lies over the place where {target} was read. Close or move it and start "
        "the run again.",
    ),
    "place.changed": (
        "{target}이(가) 읽었던 자리에 더는 보이지 않습니다.",
        "{target} is not shown any more where it was read.",
    ),
    "place.unread": (
        "{target}은(는) 화면 그림에만 있는데, 이 기기에서 다시 읽을 수 없어 확인하지 못했습니다. "
        "{why}",
        "{target} shows on the picture only, and this device cannot read it again to be sure. "
        "{why}",
    ),
    "pursuit.no_number": (
        "화면의 숫자가 바라는 값이 되지 않았습니다.",
        "No number on the screen became as wanted.",
    ),
}
