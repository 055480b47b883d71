resource "aws_cognito_user_pool" "this" {
  name                = var.context.prefix
  deletion_protection = var.context.guarded ? "ACTIVE" : "INACTIVE"
  mfa_configuration   = "ON"

  # Threat protection is part of the dearer plan only, which Cognito charges by user.
  user_pool_tier = var.settings.compromised_password_check ? "PLUS" : "ESSENTIALS"

  auto_verified_attributes = ["email"]

  software_token_mfa_configuration {
    enabled = true
  }

  username_configuration {
    case_sensitive = false
  }

  password_policy {
    minimum_length                   = var.settings.password_minimum_length
    password_history_size            = var.settings.password_history
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

  dynamic "email_configuration" {
    for_each = var.settings.email == null ? {} : { ses = var.settings.email }
    content {
      email_sending_account = "DEVELOPER"
      from_email_address    = email_configuration.value.from
      source_arn            = email_configuration.value.identity_arn
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

  # The identity pool gives a person the role of his group; who is in none gets no credentials.
  role_arn = aws_iam_role.person.arn
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
