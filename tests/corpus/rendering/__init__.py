"""Renders the screens of the corpus with real programs: GTK, Mousepad, LibreOffice Calc, Chromium.

A developer's tool behind ``scripts/render-screens``; tests read what it made, in ``../screens``.
``gtk_program`` and ``desktop_words`` run in the system's Python, which has GTK's bindings.
"""
