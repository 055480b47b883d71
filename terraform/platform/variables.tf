variable "environment" {
  description = "Environment: local, dev or prod."
  type        = string
  nullable    = false

  validation {
    condition     = contains(["local", "dev", "prod"], var.environment)
    error_message = "The environment must be local, dev or prod; give the matching file of environments/ with -var-file."
  }
}

variable "region" {
  description = "AWS region."
  type        = string
  default     = "ap-northeast-2"
  nullable    = false

  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", var.region))
    error_message = "The region must be an AWS region such as ap-northeast-2."
  }
}

variable "recovery_region" {
  description = "Region of the replicated buckets, replica keys and copied backups; null for none."
  type        = string
  default     = null

  validation {
    condition     = var.recovery_region != var.region
    error_message = "The recovery region must be another one than the platform's own: it is there for the loss of that. Use for example ap-northeast-1, or null for none."
  }

  validation {
    condition     = var.environment != "prod" || var.recovery_region != null
    error_message = "prod needs a recovery region: set recovery_region, for example to ap-northeast-1."
  }

  # Endpoints of the VPC lead to S3 of its own region only.
  validation {
    condition     = var.recovery_region == null || !coalesce(var.compute.in_vpc, true) || coalesce(var.network.internet_egress, coalesce(var.network.nat, "none") != "none")
    error_message = "An erasure deletes a user's copies in the recovery region, which functions in the VPC reach through the internet only: set network.nat to single or per_zone (or network.internet_egress where another way leads out), or leave recovery_region out."
  }
}

variable "state_bucket" {
  description = "Bucket of the S3 backend that this run was initialised with; null for a state on this machine. qops passes it."
  type        = string
  default     = null

  validation {
    condition     = var.environment != "prod" || var.state_bucket != null
    error_message = "prod keeps its state in S3, locked and versioned: apply terraform/bootstrap, run `terraform init` with -backend-config=environments/prod.s3.tfbackend and -backend-config=bucket=<bucket>, and pass the same bucket as state_bucket (`qops plan --env prod` does all of it)."
  }
}

variable "emulated" {
  description = "Whether the endpoint is an emulator: path-style S3, few retries, no check of credentials against AWS."
  type        = bool
  default     = false
  nullable    = false

  validation {
    condition     = !(var.emulated && var.environment == "prod")
    error_message = "prod is never emulated; remove emulated, or use the local environment."
  }
}

variable "endpoint_url" {
  description = "Endpoint that functions and clients use in place of AWS; null on AWS. The provider itself reads AWS_ENDPOINT_URL."
  type        = string
  default     = null

  validation {
    condition     = var.endpoint_url == null || can(regex("^https?://[^/]+/?$", var.endpoint_url))
    error_message = "endpoint_url must be a base URL without a path, such as http://127.0.0.1:4566."
  }

  validation {
    condition     = var.endpoint_url == null || var.emulated
    error_message = "endpoint_url is for emulated environments only; set emulated = true, or leave endpoint_url out."
  }
}

variable "build_dir" {
  description = "Absolute path of the build's folder with manifest.json, as `qops build` writes it."
  type        = string
  nullable    = false

  validation {
    condition     = fileexists("${var.build_dir}/manifest.json")
    error_message = "There is no manifest.json in build_dir; run `qops build` for this environment first."
  }
}

variable "release" {
  description = "What is deployed: version and git commit."
  type = object({
    version = string
    commit  = string
  })
  nullable = false
}

variable "tags" {
  description = "Further tags for every resource."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "models" {
  description = "Model of each role (planner, vision, fast); null for the layer's own choice."
  type = map(object({
    inference_profile_id = string
    max_tokens           = optional(number)
    regions              = optional(set(string))
    fallbacks            = optional(list(string))
  }))
  default = null
}

variable "push_credentials" {
  description = "Credential of each mobile push application that devops.mobile_push names; given by the environment (TF_VAR_push_credentials), never in a file."
  type = map(object({
    credential = string
    principal  = optional(string)
  }))
  default   = {}
  nullable  = false
  sensitive = true
}
