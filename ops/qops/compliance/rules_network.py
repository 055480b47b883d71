"""Rules about the network: who is let in, what is recorded, where it lies."""

from collections.abc import Iterable

from qops.compliance.model import Evidence, Rule, Verdict, attribute, evidence, is_false, is_set
from qops.inventory.model import KNOWN_LATER, Inventory, Resource

_ANYWHERE = frozenset({"0.0.0.0/0", "::/0"})
_INGRESS = "aws_vpc_security_group_ingress_rule"


def _from_anywhere(rule: Resource) -> bool:
    return bool({rule.text("cidr_ipv4"), rule.text("cidr_ipv6")} & _ANYWHERE)


def closed_ports(*ports: int) -> Rule:
    """No security group lets the internet in at some ports; at any port if none is named."""

    def answer(inventory: Inventory) -> Iterable[Evidence]:
        for rule in inventory.of(_INGRESS):
            first, last = rule.attributes.get("from_port"), rule.attributes.get("to_port")
            every = rule.text("ip_protocol") == "-1" or first is None
            hit = (
                not ports or every or any(int(first or 0) <= one <= int(last or 0) for one in ports)
            )
            yield Evidence(
                rule.address,
                "cidr_ipv4",
                rule.text("cidr_ipv4") or rule.text("cidr_ipv6") or "only from a group or a list",
                Verdict.NOT_MET if hit and _from_anywhere(rule) else Verdict.MET,
            )

    return Rule((_INGRESS,), answer)


def closed_acl(*ports: int) -> Rule:
    """No network ACL lets the internet in at some ports; at every port if none is named."""

    def answer(inventory: Inventory) -> Iterable[Evidence]:
        for rule in inventory.of("aws_network_acl_rule"):
            if rule.attributes.get("egress") or rule.text("rule_action") != "allow":
                continue
            first, last = rule.attributes.get("from_port"), rule.attributes.get("to_port")
            every = rule.text("protocol") == "-1"
            wide = every or (not ports and (first, last) == (0, 65535))
            hit = wide or any(int(first or 0) <= one <= int(last or 0) for one in ports)
            cidr = rule.text("cidr_block") or rule.text("ipv6_cidr_block")
            bad = hit and cidr in _ANYWHERE
            yield Evidence(
                rule.address, "cidr_block", cidr, Verdict.NOT_MET if bad else Verdict.MET
            )

    return Rule(("aws_network_acl_rule",), answer)


def _zones(inventory: Inventory) -> Iterable[Evidence]:
    zones: dict[str, list[Resource]] = {}
    for one in inventory.of("aws_subnet"):
        zones.setdefault(one.text("availability_zone"), []).append(one)
    for zone, subnets in zones.items():
        yield evidence(subnets[0], "availability_zone", zone, len(zones) > 1)


def _default_group(inventory: Inventory) -> Iterable[Evidence]:
    for group in inventory.of("aws_default_security_group"):
        for name in ("ingress", "egress"):
            value = group.attributes.get(name) or []
            yield evidence(group, name, value, None if value == KNOWN_LATER else value == [])


RULES: dict[str, Rule] = {
    "vpc_flow_logs_enabled": attribute("aws_flow_log", "traffic_type", is_set, required=True),
    "vpc_subnet_no_public_ip_by_default": attribute(
        "aws_subnet", "map_public_ip_on_launch", is_false
    ),
    "vpc_subnet_different_az": Rule(("aws_subnet",), _zones),
    "ec2_securitygroup_default_restrict_traffic": Rule(
        ("aws_default_security_group",), _default_group, required=True
    ),
    "ec2_securitygroup_allow_ingress_from_internet_to_all_ports": closed_ports(),
    "ec2_securitygroup_allow_ingress_from_internet_to_any_port": closed_ports(),
    "ec2_securitygroup_allow_wide_open_public_ipv4": closed_ports(),
    "ec2_securitygroup_allow_ingress_from_internet_to_high_risk_tcp_ports": closed_ports(
        25, 110, 135, 143, 445, 3000, 4333, 5000, 5500, 8080, 8088
    ),
    "ec2_networkacl_allow_ingress_any_port": closed_acl(),
    "ec2_networkacl_allow_ingress_tcp_port_22": closed_acl(22),
    "ec2_networkacl_allow_ingress_tcp_port_3389": closed_acl(3389),
}
"""Rules by the name of the check."""

_PORTS = {
    "tcp_port_22": (22,),
    "tcp_port_3389": (3389,),
    "tcp_port_telnet_23": (23,),
    "tcp_port_ftp_20_21": (20, 21),
    "tcp_port_memcached_11211": (11211,),
    "tcp_port_kafka_9092": (9092,),
    "tcp_port_sql_server_1433_1434": (1433, 1434),
    "tcp_port_oracle_1521_2483": (1521, 2483),
    "tcp_port_mongodb_27017_27018": (27017, 27018),
    "tcp_port_redis_6379": (6379,),
    "tcp_port_postgres_5432": (5432,),
    "tcp_port_mysql_3306": (3306,),
    "tcp_port_elasticsearch_kibana_9200_9300_5601": (9200, 9300, 5601),
    "tcp_port_cassandra_7199_9160_8888": (7199, 9160, 8888),
}
RULES |= {
    f"ec2_securitygroup_allow_ingress_from_internet_to_{name}": closed_ports(*ports)
    for name, ports in _PORTS.items()
}
