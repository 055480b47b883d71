"""Cutting texts: nothing is lost, nothing is too large, offsets hold."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from qs_mcp_language.chunks import chunks

TEXTS = st.text(
    st.one_of(
        st.characters(codec="utf-8"), st.sampled_from("가나다라 한글, 문장. \n!?abc d😀漢字、。")
    ),
    max_size=400,
)


@given(TEXTS, st.integers(min_value=4, max_value=120))
def test_parts_fit_lie_where_they_say_and_leave_only_white_space_out(text: str, most: int) -> None:
    covered = [False] * len(text)
    end = 0
    for chunk in chunks(text, most):
        assert 0 < chunk.size <= most
        assert chunk.text.strip()
        assert chunk.offset >= end
        end = chunk.offset + len(chunk.text)
        assert text[chunk.offset : end] == chunk.text
        covered[chunk.offset : end] = [True] * len(chunk.text)
    assert not "".join(c for c, seen in zip(text, covered, strict=True) if not seen).strip()


@pytest.mark.parametrize(
    ("text", "most", "parts"),
    [
        ("Eins. Zwei.", 100, ["Eins. Zwei."]),
        ("One two. Three four.", 12, ["One two. ", "Three four."]),
        ("one two three", 8, ["one two ", "three"]),
        ("가나다. 라마바.", 12, ["가나다. ", "라마바."]),
        ("가나다라", 7, ["가나", "다라"]),
        ("😀😀", 5, ["😀", "😀"]),
        ("  \n ", 4, []),
    ],
)
def test_parts_end_where_sentences_and_words_do(text: str, most: int, parts: list[str]) -> None:
    assert [chunk.text for chunk in chunks(text, most)] == parts
