# Endpoint and credentials come from the environment (AWS_ENDPOINT_URL, AWS_PROFILE, ...).
provider "aws" {
  region = var.region

  # An emulator's answer of "not implemented" does not become better by asking again.
  max_retries = var.emulated ? 2 : 25

  s3_use_path_style           = var.emulated
  skip_credentials_validation = var.emulated
  skip_metadata_api_check     = var.emulated
  skip_region_validation      = var.emulated
  skip_requesting_account_id  = false

  default_tags {
    tags = module.context.tags
  }
}

# Holds what must survive the loss of the platform's own region; unused without a recovery region.
provider "aws" {
  alias  = "recovery"
  region = coalesce(var.recovery_region, var.region)

  max_retries = var.emulated ? 2 : 25

  s3_use_path_style           = var.emulated
  skip_credentials_validation = var.emulated
  skip_metadata_api_check     = var.emulated
  skip_region_validation      = var.emulated
  skip_requesting_account_id  = false

  default_tags {
    tags = module.context.tags
  }
}
