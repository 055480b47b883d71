"""Noun phrases: what names an element, a program or a file."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from qscreen.grammar.fault import Reason
from qscreen.grammar.intent import refuse
from qscreen.grammar.tokens import Token
from qscreen.wire.action import ActionKind, Target
from qscreen.wire.snapshot import Role

_MAX_NAME = 200  # the length that qscreen.wire.Target allows
_MAX_WORDS = 4
"""Longest name without quotes, words: a longer one is more likely a clause we do not know."""

_FILE_LIKE = re.compile(r"\.[A-Za-z0-9]{1,5}$")
_FILENAME = re.compile(r"[^/\\\x00-\x1f]{1,255}")


@dataclass(frozen=True, slots=True)
class Nouns:
    """What a language's noun phrases are made of.

    Attributes:
        roles: Role by the case-folded words that name it.
        articles: Words that may stand before a name and say nothing.
        naming: Words between a role and a name, as in *the button named OK*.
        app_words: Words after a program's name that say that it is one.
        not_apps: Words that a program's name does not end in without quotes.
        ordinals: Words that are no name by themselves, as in *the second item*.
        reserved: Words that cannot be part of a name without quotes.
        reserved_endings: Endings that mark a word as no part of a name.
        allowed: Words with such an ending that are nouns all the same.
        suffixes: Roles written onto the name without a space, as in *확인버튼*.
        compounds: One word that is a name and a role, as in *검색창*.
    """

    roles: dict[tuple[str, ...], Role]
    articles: frozenset[str]
    naming: frozenset[str]
    app_words: frozenset[str]
    not_apps: frozenset[str]
    ordinals: frozenset[str]
    reserved: frozenset[str]
    reserved_endings: tuple[str, ...] = ()
    allowed: frozenset[str] = frozenset()
    suffixes: tuple[tuple[str, Role], ...] = ()
    compounds: Mapping[str, tuple[str, Role]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Noun:
    """A read noun phrase.

    Attributes:
        name: The name, if it has one.
        role: The role, if it says one.
        tokens: Its tokens.
        quoted: Whether the name stands in quotes.
    """

    name: str | None
    role: Role | None
    tokens: tuple[Token, ...]
    quoted: bool = False

    def target(self, app: str | None = None) -> Target:
        """Make the target.

        Args:
            app: The program it is in.

        Returns:
            The target.
        """
        return Target(name=self.name, role=self.role, app=app)


def read_noun(tokens: Sequence[Token], nouns: Nouns, kind: ActionKind) -> Noun:
    """Read a noun phrase: a name, a role, or both.

    Args:
        tokens: Words and quotes of the phrase; not empty.
        nouns: The language.
        kind: The action that it belongs to, for the answer when it is none.

    Returns:
        The noun.

    Raises:
        Misunderstood: The phrase is no name and no role.
    """
    rest = list(tokens)
    while rest and rest[0].norm in nouns.articles:
        rest.pop(0)
    if not rest:
        raise refuse(Reason.NO_TARGET, tokens, kind)
    role, rest = _cut_role(rest, nouns)
    if role is None:
        role, length = _head_role(rest, nouns)
        rest = rest[length:]
    if not rest:
        return Noun(None, role, tuple(tokens))
    name = read_name(rest, nouns, kind)
    return Noun(name, role, tuple(tokens), rest[0].is_quote)


def read_app(tokens: Sequence[Token], nouns: Nouns, kind: ActionKind) -> str:
    """Read a program's name.

    Args:
        tokens: Words and quotes of the phrase; not empty.
        nouns: The language.
        kind: The action that it belongs to.

    Returns:
        The name.

    Raises:
        Misunderstood: The phrase names a file, an element, or nothing.
    """
    rest = list(tokens)
    while rest and rest[0].norm in nouns.articles:
        rest.pop(0)
    while len(rest) > 1 and rest[-1].norm in nouns.app_words:
        rest.pop()
    if not rest:
        raise refuse(Reason.NO_TARGET, tokens, kind)
    role, head = _cut_role(rest, nouns)
    if role is Role.WINDOW and head:
        rest = head
    elif role is not None:
        raise refuse(Reason.ROLE_UNFIT, tokens, kind)
    name = read_name(rest, nouns, kind)
    if _FILE_LIKE.search(name) or rest[-1].norm in nouns.not_apps:
        raise refuse(Reason.NO_PROGRAM, rest, kind)
    return name


def read_name(tokens: Sequence[Token], nouns: Nouns, kind: ActionKind) -> str:
    """Read a name: one quoted text, or a few plain words.

    Args:
        tokens: The tokens; not empty.
        nouns: The language.
        kind: The action that it belongs to.

    Returns:
        The name.

    Raises:
        Misunderstood: The tokens are no name.
    """
    if tokens[0].is_quote:
        if len(tokens) > 1:
            raise refuse(Reason.LEFT_OVER, tokens[1:], kind)
        name = tokens[0].value
        if not name.strip():
            raise refuse(Reason.EMPTY_QUOTE, tokens, kind)
    else:
        for token in tokens:
            if not token.is_word or _is_reserved(token.norm, nouns):
                raise refuse(Reason.NOT_A_NAME, [token], kind)
        if len(tokens) > _MAX_WORDS or (len(tokens) == 1 and tokens[0].norm in nouns.ordinals):
            raise refuse(Reason.NOT_A_NAME, tokens, kind)
        name = " ".join(token.value for token in tokens)
        if not any(char.isalnum() for char in name):
            raise refuse(Reason.NOT_A_NAME, tokens, kind)
    if len(name) > _MAX_NAME:
        raise refuse(Reason.NAME_TOO_LONG, tokens, kind)
    return name


def read_filename(tokens: Sequence[Token], nouns: Nouns) -> str:
    """Read a file name: one quoted text, or one word.

    Args:
        tokens: The tokens; not empty.
        nouns: The language.

    Returns:
        The name.

    Raises:
        Misunderstood: The tokens are no file name, or it has a folder.
    """
    kind = ActionKind.SAVE_AS
    token = tokens[0]
    if len(tokens) > 1:
        raise refuse(Reason.BAD_FILENAME, tokens, kind)
    if token.is_word and (token.norm in nouns.articles or _is_reserved(token.norm, nouns)):
        raise refuse(Reason.NO_FILENAME, tokens, kind)
    name = token.value
    if not name.strip():
        raise refuse(Reason.EMPTY_QUOTE, tokens, kind)
    if not _FILENAME.fullmatch(name) or not name.strip(". "):
        raise refuse(Reason.BAD_FILENAME, tokens, kind)
    return name


def ends_in_role(tokens: Sequence[Token], nouns: Nouns) -> Role | None:
    """Tell the role that a phrase ends in.

    Args:
        tokens: The phrase.
        nouns: The language.

    Returns:
        The role, or None.
    """
    return _cut_role(list(tokens), nouns)[0]


def _is_reserved(norm: str, nouns: Nouns) -> bool:
    if norm in nouns.reserved:
        return True
    return norm.endswith(nouns.reserved_endings) and norm not in nouns.allowed


def _cut_role(tokens: list[Token], nouns: Nouns) -> tuple[Role | None, list[Token]]:
    """Cut the words off the end that name a role."""
    for length in (3, 2, 1):
        if length <= len(tokens):
            words = tuple(token.norm for token in tokens[-length:])
            if words in nouns.roles:
                return nouns.roles[words], tokens[: len(tokens) - length]
    last = tokens[-1]
    if last.norm in nouns.compounds:
        name, role = nouns.compounds[last.norm]
        return role, [*tokens[:-1], replace(last, value=name, norm=name)]
    for suffix, role in nouns.suffixes:
        if last.norm.endswith(suffix) and len(last.norm) > len(suffix):
            cut = len(last.value) - len(suffix)
            stem = replace(last, value=last.value[:cut], norm=last.norm[: -len(suffix)])
            return role, [*tokens[:-1], stem]
    return None, tokens


def _head_role(tokens: Sequence[Token], nouns: Nouns) -> tuple[Role | None, int]:
    """Read *button 'OK'* and *button named OK*."""
    for length in (3, 2, 1):
        if length >= len(tokens):
            continue
        words = tuple(token.norm for token in tokens[:length])
        if words not in nouns.roles:
            continue
        if tokens[length].norm in nouns.naming and len(tokens) > length + 1:
            return nouns.roles[words], length + 1
        if tokens[length].is_quote:
            return nouns.roles[words], length
    return None, 0
