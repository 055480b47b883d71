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
