"""Sizes of instance classes: processors and memory by the suffix of their names.

Source: the tables of instance classes of Amazon RDS and ElastiCache; burstable classes have two
processors up to large, memory-optimised ones 8 GiB a processor, general ones 4 GiB.
"""

_VCPUS = {
    "micro": 2,
    "small": 2,
    "medium": 2,
    "large": 2,
    "xlarge": 4,
    "2xlarge": 8,
    "4xlarge": 16,
    "8xlarge": 32,
    "12xlarge": 48,
    "16xlarge": 64,
}
_BURSTABLE_GIB = {"micro": 1, "small": 2, "medium": 4, "large": 8, "xlarge": 16, "2xlarge": 32}
_GIB_BY_VCPU = {"m": 4, "r": 8}


def vcpus_of(instance_class: str) -> int | None:
    """Processors of a database's instance class.

    Args:
        instance_class: E.g. ``db.t4g.micro``.

    Returns:
        None for a class that is not known here.
    """
    return _VCPUS.get(instance_class.rpartition(".")[2])


def memory_gib_of(instance_class: str) -> int | None:
    """Memory of a database's instance class.

    Args:
        instance_class: E.g. ``db.t4g.micro``.

    Returns:
        GiB; None for a class that is not known here.
    """
    family, _, size = instance_class.removeprefix("db.").partition(".")
    if family.startswith("t"):
        return _BURSTABLE_GIB.get(size)
    by_vcpu, vcpus = _GIB_BY_VCPU.get(family[:1]), _VCPUS.get(size)
    return by_vcpu * vcpus if by_vcpu and vcpus else None
