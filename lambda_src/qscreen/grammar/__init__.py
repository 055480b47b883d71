"""The command grammar: goals in Korean and English become plans, without a model.

``tokens`` cuts a goal into words and quoted texts, ``language`` detects the language,
``english`` and ``korean`` read its clauses with the words of ``lexicon_en`` and ``lexicon_ko``,
``planning`` makes the steps, and ``suggestions`` finds the nearest known forms when a part is
not understood. What does not belong here: anything that looks at a screen, and any guess.
"""

from qscreen.grammar.understanding import understand

__all__ = ["understand"]
