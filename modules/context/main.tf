data "aws_caller_identity" "current" {}

data "aws_region" "current" {}

data "aws_partition" "current" {}

locals {
  # At most 17 characters, so that the longest suffix in use (25 characters and a 12-digit
  # account id) still fits into the 63 characters of a bucket's name.
  _prefix = "${var.project}-${var.environment}"
}
