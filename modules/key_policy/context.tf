variable "context" {
  description = "Naming and placement of the environment: the output `context` of modules/context."
  type = object({
    environment     = string
    prefix          = string
    parameter_path  = string
    account_id      = string
    region          = string
    partition       = string
    guarded         = bool
    recovery_region = optional(string)
  })
  nullable = false
}
