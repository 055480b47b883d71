"""The whole path on one machine, judged from outside.

``goals`` says what is asked and which bytes must be on the disk afterwards, ``machine`` sees to
system packages, ``agent`` runs the desktop and the device agent, ``flow`` joins it all,
``oracles`` look for what a run must have left behind (files, objects, rows, keys, metrics),
``measuring`` repeats the flow and gives figures.
"""
