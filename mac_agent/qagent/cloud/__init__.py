"""Serving the cloud: sign-in, credentials, the device's queue, results and pictures."""
