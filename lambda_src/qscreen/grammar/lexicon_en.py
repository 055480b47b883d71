"""English words of the command grammar."""

from qscreen.grammar.intent import Verb
from qscreen.grammar.targets import Nouns
from qscreen.wire.snapshot import Role


def _phrases(*texts: str) -> tuple[tuple[str, ...], ...]:
    """Split phrases into words, longest first, so that the longest match wins."""
    return tuple(sorted((tuple(text.split()) for text in texts), key=len, reverse=True))


_VERBS: dict[Verb, tuple[str, ...]] = {
    Verb.OPEN: ("open", "open up", "launch", "start", "start up", "run", "bring up", "switch to"),
    Verb.TYPE: (
        "type",
        "type in",
        "type out",
        "write",
        "write down",
        "enter",
        "input",
        "insert",
        "key in",
        "put",
    ),
    Verb.SAVE: ("save",),
    Verb.PRESS: ("press", "hit", "push"),
    Verb.CLICK: ("click", "click on", "tap", "tap on"),
    Verb.DOUBLE_CLICK: ("double-click", "double-click on", "double click", "double click on"),
    Verb.RIGHT_CLICK: ("right-click", "right-click on", "right click", "right click on"),
    Verb.SELECT: ("select", "choose", "pick"),
    Verb.FOCUS: (
        "focus",
        "focus on",
        "set focus to",
        "set the focus to",
        "move focus to",
        "move the focus to",
        "put the cursor in",
        "put the cursor on",
        "place the cursor in",
        "move the cursor to",
    ),
    Verb.WAIT: ("wait",),
    Verb.READ: ("read", "read out", "read aloud"),
    Verb.SCROLL: ("scroll",),
    Verb.SET: ("set", "change"),
    Verb.CHECK: ("check", "tick", "turn on", "switch on"),
    Verb.UNCHECK: ("uncheck", "untick", "turn off", "switch off"),
    Verb.DRAG: ("drag", "drag and drop"),
    Verb.COPY: ("copy",),
    Verb.UNDO: ("undo",),
}
VERBS: dict[tuple[str, ...], Verb] = {
    phrase: verb for verb, texts in _VERBS.items() for phrase in _phrases(*texts)
}
"""Meaning of each verb, by its words."""
VERB_WORDS: frozenset[str] = frozenset(phrase[0] for phrase in VERBS) - {
    *("put", "set", "move", "check", "change", "copy", "turn", "switch", "undo")
}

OPENERS = _phrases(
    "and", "then", "after that", "afterwards", "next", "finally", "first", "also", "now", "please",
    "just", "kindly", "could you", "can you", "would you", "will you", "could you please",
    "can you please", "would you please", "i want you to", "i would like you to", "i'd like you to",
    "let's", "thanks", "thank you", "&",
)  # fmt: skip
"""Words before a clause that ask for nothing themselves."""
CLOSERS = _phrases("please", "now", "for me", "thanks", "thank you")
"""Words after a clause that ask for nothing themselves."""
NEGATIONS = _phrases("don't", "don’t", "do not", "never", "not")
BREAKS = frozenset({"and", "then", "&"})
"""Words that end a clause."""

SHOWING = frozenset({"shows", "contains", "says", "displays", "reads"})
"""Verbs between an element and the text that is waited for."""

AT_REST = _phrases(
    "the screen to settle", "the screen to come to rest", "the screen is idle",
    "the screen is still", "the screen comes to rest", "the screen settles",
    "the screen stops changing", "nothing changes", "everything is idle",
)  # fmt: skip
"""What is waited for when nothing is to change any more."""

IN_WORDS = frozenset({"in", "into", "inside", "within", "on", "onto", "of", "from", "at", "to"})
"""Prepositions before the place of an action."""
PLACE_OPENERS = frozenset({"in", "using", "with", "inside"})
"""Prepositions that may open a clause, as in *In the text editor, write ...*."""

TEXT_WORDS = _phrases("the text", "the words", "the word", "the sentence", "the following", "text")
SAVE_OBJECTS = _phrases(
    "it", "this", "that", "everything", "the file", "the document", "the text", "the note",
    "this file", "this document", "the result",
)  # fmt: skip
SAVE_LINKS = _phrases("as", "to", "under", "with")
NAME_WORDS = _phrases(
    "the name", "the filename", "the file name", "a file named", "a file called", "file",
    "the file", "a file", "name",
)  # fmt: skip
READ_PARTS = _phrases(
    "the text of", "the text in", "the value of", "the value in", "the content of",
    "the contents of", "the contents in", "the text from", "the value from",
)  # fmt: skip
READ_FOCUSED = _phrases("the text", "the value", "the content", "the contents")
FOCUSED = _phrases("the focused element", "the focused field")

APPEARS = _phrases(
    "to appear", "to show up", "to show", "to open", "to pop up", "to come up", "appears",
    "shows up", "shows", "opens", "is shown", "is visible", "is open", "pops up", "comes up",
    "has appeared",
)  # fmt: skip
DISAPPEARS = _phrases(
    "to disappear", "to go away", "to close", "to vanish", "disappears", "goes away", "closes",
    "is gone", "vanishes", "is closed", "has disappeared", "is hidden",
)  # fmt: skip
LIMITS = _phrases("for up to", "for at most", "up to", "at most", "for")
UNITS_MS: dict[str, int] = {
    **dict.fromkeys(("ms", "millisecond", "milliseconds"), 1),
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds"), 1000),
    **dict.fromkeys(("min", "minute", "minutes"), 60000),
}
"""Milliseconds of each unit of time."""

TIMES = frozenset({"times", "time", "notches", "notch", "lines", "line", "steps", "clicks"})
ADVERB_TIMES = {"once": 1, "twice": 2, "thrice": 3}
NUMBERS: dict[str, int] = {
    word: number
    for number, word in enumerate(
        (
            "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
            "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen",
            "eighteen", "nineteen", "twenty",
        ),
        start=1,
    )
}  # fmt: skip
"""Number words, one to twenty."""

_ROLES: dict[Role, tuple[str, ...]] = {
    Role.BUTTON: ("button",),
    Role.TOGGLE_BUTTON: ("toggle", "toggle button", "switch"),
    Role.CHECK_BOX: ("checkbox", "check box"),
    Role.RADIO_BUTTON: ("radio button", "radio"),
    Role.TEXT_FIELD: ("field", "text field", "input", "input field", "text box", "textbox",
                      "entry", "box"),
    Role.TEXT_AREA: ("text area", "textarea", "editing area"),
    Role.PASSWORD_FIELD: ("password field",),
    Role.LABEL: ("label",),
    Role.LINK: ("link",),
    Role.COMBO_BOX: ("combo box", "combobox", "dropdown", "drop-down", "dropdown list"),
    Role.LIST: ("list",),
    Role.LIST_ITEM: ("list item", "item"),
    Role.MENU_BAR: ("menu bar",),
    Role.MENU: ("menu",),
    Role.MENU_ITEM: ("menu item",),
    Role.TAB: ("tab",),
    Role.TABLE: ("table",),
    Role.CELL: ("cell",),
    Role.TREE: ("tree",),
    Role.SLIDER: ("slider",),
    Role.SPIN_BUTTON: ("spin box", "spin button", "spinner"),
    Role.DIALOG: ("dialog", "dialog box", "dialogue"),
    Role.WINDOW: ("window",),
    Role.TOOLBAR: ("toolbar", "tool bar"),
    Role.SCROLL_BAR: ("scroll bar", "scrollbar"),
    Role.STATUS_BAR: ("status bar",),
    Role.PROGRESS_BAR: ("progress bar",),
    Role.IMAGE: ("image",),
}  # fmt: skip

NOUNS = Nouns(
    roles={phrase: role for role, texts in _ROLES.items() for phrase in _phrases(*texts)},
    articles=frozenset({"the", "a", "an"}),
    naming=frozenset({"named", "called", "labelled", "labeled", "titled"}),
    app_words=frozenset({"app", "application", "program", "window"}),
    not_apps=frozenset(
        {
            "file", "document", "folder", "sheet", "spreadsheet", "page", "website", "site", "bar",
            "icon", "panel", "pane", "area", "line", "row", "column", "section", "form", "desktop",
            "screen", "clipboard", "email", "mail",
        }
    ),
    ordinals=frozenset({"first", "second", "third", "fourth", "fifth", "last", "next", "new"}),
    reserved=VERB_WORDS
    - {"input", "start", "run", "open", "save", "enter", "read", "select", "insert"}
    | frozenset(
        {
            "the", "a", "an", "it", "them", "this", "that", "these", "those", "here", "there",
            "and", "or", "but", "then", "if", "unless", "when", "while", "until", "before",
            "after", "because", "instead", "without", "not", "don't", "don’t", "never", "only",
            "except", "every", "each", "all", "both", "any", "either", "again", "times", "twice",
            "once", "as", "to", "in", "into", "on", "onto", "of", "from", "with", "for", "by",
            "at", "inside", "within", "please", "quickly", "slowly", "carefully", "immediately",
            "everything", "something", "anything", "typing", "writing", "clicking", "which",
            "whichever", "whatever", "you", "me", "i", "my", "your", "is", "are", "be", "will",
            "named", "called", "using",
        }
    ),
)  # fmt: skip
"""What English noun phrases are made of."""
