"""All rules by the name of the check, for compliance and for the review of a plan."""

from qops.compliance import rules_data, rules_network, rules_platform
from qops.compliance.model import Rule

RULES: dict[str, Rule] = rules_data.RULES | rules_network.RULES | rules_platform.RULES
