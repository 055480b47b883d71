resource "aws_cognito_user_pool" "this" {
  name                = var.context.prefix
  deletion_protection = var.context.guarded ? "ACTIVE" : "INACTIVE"
  mfa_configuration   = "ON"

  auto_verified_attributes = ["email"]

  software_token_mfa_configuration {
    enabled = true
  }

  username_configuration {
    case_sensitive = false
  }

  password_policy {
    minimum_length                   = var.settings.password_minimum_length
    require_lowercase                = true
    require_numbers                  = true
    require_symbols                  = true
    require_uppercase                = true
    temporary_password_validity_days = var.settings.temporary_password_days
  }

  admin_create_user_config {
    allow_admin_create_user_only = !var.settings.self_registration
  }

  account_recovery_setting {
    recovery_mechanism {
      name     = "verified_email"
      priority = 1
    }
  }

  # Cognito charges for threat protection by user, so it is a choice of the environment.
  dynamic "user_pool_add_ons" {
    for_each = var.settings.compromised_password_check ? { on = "ENFORCED" } : {}
    content {
      advanced_security_mode = user_pool_add_ons.value
    }
  }
}

resource "aws_cognito_user_group" "this" {
  for_each = var.groups

  user_pool_id = aws_cognito_user_pool.this.id
  name         = each.key
  description  = each.value.description
  precedence   = each.value.precedence
}

resource "aws_cognito_resource_server" "this" {
  user_pool_id = aws_cognito_user_pool.this.id
  identifier   = "qscreen"
  name         = var.context.prefix

  dynamic "scope" {
    for_each = var.scopes
    content {
      scope_name        = scope.key
      scope_description = scope.value
    }
  }
}

resource "aws_cognito_user_pool_client" "agent" {
  user_pool_id    = aws_cognito_user_pool.this.id
  name            = "${var.context.prefix}-agent"
  generate_secret = false

  explicit_auth_flows = [
    "ALLOW_REFRESH_TOKEN_AUTH",
    "ALLOW_USER_PASSWORD_AUTH",
    "ALLOW_USER_SRP_AUTH",
  ]

  access_token_validity  = var.settings.access_token_minutes
  id_token_validity      = var.settings.id_token_minutes
  refresh_token_validity = var.settings.refresh_token_hours

  token_validity_units {
    access_token  = "minutes"
    id_token      = "minutes"
    refresh_token = "hours"
  }

  enable_token_revocation       = true
  prevent_user_existence_errors = "ENABLED"
}
