"""The Linux backend: AT-SPI over D-Bus, XTest for keys and pointer, mss for pictures.

Everything comes from wheels; no system Python bindings are needed.
"""
