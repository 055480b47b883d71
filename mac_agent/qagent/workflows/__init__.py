"""Workflows: what a person did, recorded as steps, and done again.

What lives here: the file (``model``, ``reading``, ``store``), its values (``filling``,
``variables``, ``repeats``), its faults (``lint``, ``sarif``), the recording (``recorder``,
``pointing``, ``fields``, ``diary``), doing it again (``finding``, ``replay``, ``rehearsal``) and
handing it to the platform as a template (``wording``, ``publishing``). What does not: the actions
themselves, which are the wire's (`qscreen.wire`), and how a step is carried out (``qagent.act``).
"""
