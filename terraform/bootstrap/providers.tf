provider "aws" {
  region = var.region

  default_tags {
    tags = {
      Project   = "qscreen"
      ManagedBy = "terraform"
      Root      = "bootstrap"
    }
  }
}
