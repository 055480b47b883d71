locals {
  _tags = {
    Project   = "qscreen"
    ManagedBy = "terraform"
    Root      = "bootstrap"
  }
}

provider "aws" {
  region = var.region

  default_tags {
    tags = local._tags
  }
}

# Of the copy of the state; without a recovery region nothing is made through it.
provider "aws" {
  alias  = "recovery"
  region = coalesce(var.recovery_region, var.region)

  default_tags {
    tags = local._tags
  }
}
