"""The macOS backend, through PyObjC.

``backend`` joins the parts. Only ``ax``, ``events``, ``displays``, ``capture``, ``ocr`` and
``workspace`` import PyObjC; everything that decides (``tree``, ``roles``, ``keys``, ``space``,
``text``, ``permissions``) works on the narrow interfaces of ``seam`` and runs anywhere.
"""
