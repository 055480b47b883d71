"""Which language a text is in, by py3langid."""

from __future__ import annotations

import functools
import re
from typing import Any

_LEAST = 0.05
# what Comprehend tells apart
_CODES = re.compile(
    "a[fmrsz]|b[aegns]|c[asvy]|ceb|d[ae]|e[lnostu]|f[air]|g[adlu]|h[aeirtuy]|i[dst]|ilo|j[av]"
    "|k[akmnouy]|l[abotv]|m[gklnrsty]|n[elo]|new|o[mr]|p[alst]|qu|r[ou]|s[adikloqruvw]"
    "|t[aeghklrt]|u[grz]|uk|vi|y[io]|zh"
)
# how Comprehend names what the library calls only zh
_TRADITIONAL = frozenset("國這個們來時會說對過還後學當開從樣點將關實現體經發問應無種讓長")


def languages(text: str) -> list[tuple[str, float]]:
    """The languages that are likely, the likeliest first; shares of all that Comprehend names."""
    if not any(map(str.isalpha, text)):
        return []
    known = [
        (str(code), float(score))
        for code, score in _identifier().rank(text)
        if _CODES.fullmatch(code)
    ]
    total = sum(score for _, score in known) or 1.0
    ranked = [(code, score / total) for code, score in known]
    found = [each for each in ranked if each[1] >= _LEAST] or ranked[:1]
    if any(char in _TRADITIONAL for char in text):
        found = [("zh-TW" if code == "zh" else code, score) for code, score in found]
    return found


@functools.cache
def _identifier() -> Any:
    from py3langid.langid import _load_identifier

    return _load_identifier(norm_probs=True)
