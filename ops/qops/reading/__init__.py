"""Reads pictures and documents: text in Korean and English, tables, labelled fields, with places.

Runs as a process of its own in the environment of the engines (``requirements/local-engines.in``)
behind the local cloud's Rekognition and Textract: ``python -m qops.reading PORT TESSDATA``.

``result`` is what comes out; ``alignment``, ``fields``, ``gaps``, ``grid`` and ``spaces`` work on
places alone. These need the standard library only and are what other packages may import.
``recognition`` with ``lines`` and ``latin``, ``documents`` and ``rulings`` need the engines:
PP-OCR finds lines and reads what Tesseract is not sure of, Tesseract reads English and Korean,
OpenCV finds ruling lines, PDFium opens PDFs.
"""
