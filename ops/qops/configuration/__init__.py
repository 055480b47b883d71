"""The files of settings (qops.toml): which keys they may have, where they are, what they say."""
