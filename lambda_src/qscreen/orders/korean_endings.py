"""Endings of Korean verbs in orders: how a clause ends that asks for something."""

_AFTER = r"(?:다음|뒤|후)(?:에)?"
_ASK = r"(?: ?(?:줘|주세요|주십시오|줄래|라))?(?:요)?"


def hada(noun: str) -> str:
    """Endings of a verb in 하다.

    Args:
        noun: Pattern of what stands before it.
    """
    return rf"{noun} ?(?:하고|하며|하면서|하세요|하십시오|한 {_AFTER}|해서|해{_ASK})"


def native(link: str, past: str, infinitive: str) -> str:
    """Endings of a verb by its forms.

    Args:
        link: Its stem, as it stands before 고.
        past: Its past form before a noun.
        infinitive: Its infinitive.
    """
    return rf"(?:{link}(?:고|며|면서|세요|십시오)|{past} {_AFTER}|{infinitive}(?:서|{_ASK}))"
