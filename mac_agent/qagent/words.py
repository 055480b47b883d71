"""Words of the wire types for people; programs, logs and models get the types' own.

What is in none of the tables, as a log of another version may hold it, is said as it is.
"""

from collections.abc import Iterable
from functools import lru_cache

from qagent.messages import language, text
from qagent.word_texts import OTHER_ROLES, SYSTEM
from qscreen.wire import Language, Role


def said(group: str, word: str) -> str:
    """A word of a wire type in the user's language.

    Args:
        group: Which words: a table of `qagent.word_texts`.
        word: The word, e.g. `confirmed`.
    """
    try:
        return text(f"word.{group}.{word}")
    except KeyError:
        return str(word)


def all_said(group: str, words: Iterable[str]) -> str:
    """Several words of a wire type, one after the other.

    Args:
        group: Which words.
        words: The words.
    """
    return ", ".join(said(group, one) for one in words)


def named(group: str, words: Iterable[str]) -> str:
    """Words of a wire type, with what has to be written for them in a file.

    Args:
        group: Which words.
        words: The words.
    """
    return ", ".join(
        one if said(group, one) == one else f"{said(group, one)}(`{one}`)" for one in words
    )


def came(outcome: str, error: str | None) -> str:
    """What came of a step, and why.

    Args:
        outcome: Its outcome.
        error: Why it was refused or failed; None or empty where it was not.
    """
    what = said("outcome", outcome)
    if not error:
        return what
    why = said("error", error)
    return f"{what}({why})" if language() is Language.KO else f"{what} {why}"


def reason(error: OSError) -> str:
    """What the system says of a fault, in the user's language where it is a common one.

    Args:
        error: What the system raised.
    """
    korean = SYSTEM.get(error.errno or 0) if language() is Language.KO else None
    return korean or error.strerror or type(error).__name__


def role_word(role: Role) -> str:
    """What people call the kind of an element.

    Args:
        role: Its role.
    """
    return _korean_roles()[role] if language() is Language.KO else str(role).replace("_", " ")


def element(role: Role | None, name: str = "", app: str = "") -> str:
    """An element in words, as the language puts them.

    Args:
        role: Its role; None where it is not known.
        name: Its name, in quotation marks; empty where it has none.
        app: Its program, where that is to be told.
    """
    kind = "" if role is None else role_word(role)
    korean = language() is Language.KO
    words = " ".join(one for one in ((name, kind) if korean else (kind, name)) if one)
    return f"{words}{'' if korean else ' '}({app})" if app else words


@lru_cache(maxsize=1)
def _korean_roles() -> dict[Role, str]:
    # The grammar is read only where its words are needed: most commands start without it.
    from qscreen.grammar.lexicon_ko import ROLE_WORDS

    return {**ROLE_WORDS, **{Role(one): word for one, word in OTHER_ROLES.items()}}
