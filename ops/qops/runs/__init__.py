"""Submits goals through the platform's API and follows them to their end.

``access`` makes the API's client with a real token, ``following`` submits and waits, ``devices``
chooses a device, ``outcome`` judges a finished run for the exit code and shows it.
"""
