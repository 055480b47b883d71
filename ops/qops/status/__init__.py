"""``qops status``: what runs, what of it is emulated, what is applied, who is enrolled."""
