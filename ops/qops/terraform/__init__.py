"""Terraform, behind one thin module.

``runner`` runs the program (command lines by python-terraform), ``events`` gives its ``-json``
output types, ``progress`` counts by layer, ``cli_config`` writes Terraform's own configuration
file. What is planned or applied, and where its state lives, is ``qops.platform``'s business.
"""
