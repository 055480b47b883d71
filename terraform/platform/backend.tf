# Partial: bucket, key and region are given to `terraform init`; the README says how, and how the
# local environment overrides this block.
terraform {
  backend "s3" {}
}
