"""Why a part was not understood, in the goal's language, with what to do."""

from qscreen.grammar.fault import Reason
from qscreen.wire.base import Language

REASONS: dict[Language, dict[Reason, str]] = {
    Language.EN: {
        Reason.EMPTY: "The goal says nothing to do.",
        Reason.TOO_LONG: "The goal is longer than 2000 characters; split it into several goals.",
        Reason.UNCLOSED_QUOTE: "This quote is opened but not closed.",
        Reason.NO_VERB: "It does not begin with an action that I know.",
        Reason.NEGATION: "I cannot take what should not be done; say only what to do.",
        Reason.NO_TEXT: "I cannot tell which text to type; put the text in quotes.",
        Reason.EMPTY_QUOTE: "There is nothing between the quotes.",
        Reason.NO_FILENAME: "I cannot tell the file's name; say `as` and the name.",
        Reason.BAD_FILENAME: "This is no file name: give one name without a folder, in quotes "
        "when it has spaces.",
        Reason.NO_TARGET: "It does not say what to act on.",
        Reason.NOT_A_NAME: "I cannot tell where the name begins and ends; put it in quotes.",
        Reason.NAME_TOO_LONG: "The name is longer than 200 characters.",
        Reason.LEFT_OVER: "I do not know what to do with these words.",
        Reason.NO_PROGRAM: "This does not look like a program, and I open programs only.",
        Reason.ROLE_UNFIT: "This action does not fit this kind of element.",
        Reason.PLACE_UNFIT: "I can take a program here, but not this place.",
        Reason.NO_FOLDER: "I save into the device's document folder only; say just the name.",
        Reason.NO_KEYS: "I do not know these keys, or not together.",
        Reason.BAD_NUMBER: "This number is outside what one step can do.",
        Reason.NO_DIRECTION: "I cannot tell the direction: up, down, left or right.",
        Reason.NO_VALUE: "I cannot tell the value; say `to` and the value, in quotes when it has "
        "several words.",
        Reason.TIME_IS_NO_TARGET: "I do not wait for time to pass; say what to wait for.",
        Reason.TOO_MANY_STEPS: "One goal can have at most 20 steps; begin a new goal here.",
    },
    Language.KO: {
        Reason.EMPTY: "할 일이 적혀 있지 않습니다.",
        Reason.TOO_LONG: "목표가 2000자를 넘습니다. 여러 목표로 나누어 주세요.",
        Reason.UNCLOSED_QUOTE: "따옴표가 열렸지만 닫히지 않았습니다.",
        Reason.NO_VERB: "제가 아는 동작으로 끝나지 않습니다.",
        Reason.NEGATION: "하지 말아야 할 일은 받지 못합니다. 할 일만 적어 주세요.",
        Reason.NO_TEXT: "어떤 글을 입력할지 알 수 없습니다. 글을 따옴표로 묶어 주세요.",
        Reason.EMPTY_QUOTE: "따옴표 안이 비어 있습니다.",
        Reason.NO_FILENAME: "파일 이름을 알 수 없습니다. 'memo.txt로 저장'처럼 적어 주세요.",
        Reason.BAD_FILENAME: "파일 이름이 아닙니다. 폴더 없이 이름 하나만, 빈칸이 있으면 따옴표로 "
        "묶어 주세요.",
        Reason.NO_TARGET: "무엇에 할지 적혀 있지 않습니다.",
        Reason.NOT_A_NAME: "이름이 어디서 어디까지인지 알 수 없습니다. 따옴표로 묶어 주세요.",
        Reason.NAME_TOO_LONG: "이름이 200자를 넘습니다.",
        Reason.LEFT_OVER: "이 말로 무엇을 해야 할지 모르겠습니다.",
        Reason.NO_PROGRAM: "프로그램으로 보이지 않습니다. 프로그램만 열 수 있습니다.",
        Reason.ROLE_UNFIT: "이 동작은 이런 종류의 요소에 맞지 않습니다.",
        Reason.PLACE_UNFIT: "여기에는 프로그램만 올 수 있고, 이 위치는 받지 못합니다.",
        Reason.NO_FOLDER: "기기의 문서 폴더에만 저장합니다. 파일 이름만 적어 주세요.",
        Reason.NO_KEYS: "모르는 키이거나 함께 누를 수 없는 키입니다.",
        Reason.BAD_NUMBER: "한 단계로 할 수 있는 범위를 벗어난 수입니다.",
        Reason.NO_DIRECTION: "방향을 알 수 없습니다: 위, 아래, 왼쪽, 오른쪽 중 하나를 적어 주세요.",
        Reason.NO_VALUE: "어떤 값으로 맞출지 알 수 없습니다. "
        "값을 따옴표로 묶고 '~으로'를 붙여 주세요.",
        Reason.TIME_IS_NO_TARGET: "시간만 기다리지는 않습니다. 무엇을 기다릴지 적어 주세요.",
        Reason.TOO_MANY_STEPS: "한 목표는 20단계까지입니다. 여기부터 새 목표로 적어 주세요.",
    },
}
"""One sentence for each reason in each language."""
