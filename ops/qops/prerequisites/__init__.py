"""What the machine must have before qops can work: programs, Terraform, a provider mirror.

Each module answers one question and installs nothing by surprise: ``system_packages`` (Debian
packages; asks before sudo), ``terraform_binary`` (PATH, or the pinned release with its checksum),
``provider_mirror`` (a folder of providers, if there is one).
"""
