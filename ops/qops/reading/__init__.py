"""Reads pictures and documents: text in Korean and English, tables, labelled fields, with places.

Runs as a process of its own in the environment of the engines (``requirements/local-engines.in``)
behind the local cloud's Rekognition and Textract: ``python -m qops.reading PORT TESSDATA``.

``result`` is what comes out; ``alignment``, ``fields``, ``gaps`` and ``grid`` work on places alone.
These need the standard library only and are what other packages may import. ``recognition``,
``documents`` and ``rulings`` need the engines: PP-OCR finds lines and reads Latin script, Tesseract
reads Korean, OpenCV finds ruling lines, PDFium opens PDFs.
"""
