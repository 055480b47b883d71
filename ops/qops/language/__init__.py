"""The language engine behind the local cloud's Comprehend, a process of its own.

``detection`` finds the language, ``sentiment`` weighs English words, ``phrases`` finds key phrases
and parts of speech, ``entities`` what has a written form (dates, quantities, addresses),
``personal`` personal data. Offsets count characters, as Comprehend does.
"""
