mock_provider "aws" {
  mock_data "aws_iam_policy_document" {
    defaults = { json = "{\"Version\":\"2012-10-17\",\"Statement\":[]}" }
  }
}

variables {
  context = {
    environment    = "dev"
    prefix         = "qscreen-dev"
    parameter_path = "/qscreen/dev"
    account_id     = "123456789012"
    region         = "ap-northeast-2"
    partition      = "aws"
    guarded        = false
  }

  api                      = { url = "https://abc123.execute-api.ap-northeast-2.amazonaws.com/dev", id = "abc123", stage = "dev" }
  access_logs_bucket       = "qscreen-dev-access-logs-123456789012"
  artifacts_key_arn        = "arn:aws:kms:ap-northeast-2:123456789012:key/artifacts"
  secrets_key_arn          = "arn:aws:kms:ap-northeast-2:123456789012:key/secrets"
  permissions_boundary_arn = "arn:aws:iam::123456789012:policy/qscreen-dev-boundary"

  device_resources = {
    queue_arn_prefix   = "arn:aws:sqs:ap-northeast-2:123456789012:qscreen-dev-device-"
    uploads_arn_prefix = "arn:aws:s3:::qscreen-dev-screenshots-123456789012/devices/"
    queue_key_arn      = "arn:aws:kms:ap-northeast-2:123456789012:key/data"
    uploads_key_arn    = "arn:aws:kms:ap-northeast-2:123456789012:key/screenshots"
  }
}

override_resource {
  target          = aws_cognito_user_pool.this
  override_during = plan
  values          = { id = "ap-northeast-2_pool" }
}

override_resource {
  target          = aws_cognito_user_pool_client.agent
  override_during = plan
  values          = { id = "agent1" }
}

override_resource {
  target          = aws_cognito_identity_pool.this
  override_during = plan
  values          = { id = "ap-northeast-2:0a1b2c3d-0000-4000-8000-000000000000" }
}

run "defaults_are_safe" {
  command = plan

  assert {
    condition     = aws_cognito_user_pool.this.name == "qscreen-dev" && aws_cognito_user_pool.this.mfa_configuration == "ON" && one(aws_cognito_user_pool.this.software_token_mfa_configuration).enabled
    error_message = "everybody needs a second factor"
  }

  assert {
    condition     = one(aws_cognito_user_pool.this.password_policy).minimum_length == 12 && one(aws_cognito_user_pool.this.password_policy).password_history_size == 5
    error_message = "passwords are long and not used again"
  }

  assert {
    condition     = one(aws_cognito_user_pool.this.admin_create_user_config).allow_admin_create_user_only
    error_message = "nobody registers by himself"
  }

  assert {
    condition     = aws_cognito_user_pool_client.agent.name == "qscreen-dev-agent" && !aws_cognito_user_pool_client.agent.generate_secret && aws_cognito_user_pool_client.agent.access_token_validity == 60
    error_message = "the agent is a public client with tokens of an hour"
  }

  assert {
    condition     = aws_cognito_user_pool_client.agent.explicit_auth_flows == toset(["ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH"]) && one(aws_cognito_user_pool_client.agent.refresh_token_rotation).feature == "ENABLED"
    error_message = "the agent signs in by SRP or password, and its refresh tokens rotate"
  }

  assert {
    condition     = aws_cognito_user_pool_client.agent.allowed_oauth_flows == toset(["code"]) && aws_cognito_user_pool_client.agent.allowed_oauth_flows_user_pool_client && aws_cognito_user_pool_client.agent.allowed_oauth_scopes == toset(["openid", "qscreen/account.read", "qscreen/account.write", "qscreen/commands.write", "qscreen/devices.read", "qscreen/devices.write", "qscreen/health.read", "qscreen/mcp.document", "qscreen/mcp.language", "qscreen/mcp.planner", "qscreen/mcp.vision", "qscreen/mcp.workflow", "qscreen/runs.read", "qscreen/runs.write", "qscreen/schedules.read", "qscreen/schedules.write", "qscreen/templates.read", "qscreen/templates.write", "qscreen/uploads.write"])
    error_message = "the browser's sign-in gives a code, for the scopes of the API"
  }

  assert {
    condition     = alltrue([for url in setunion(aws_cognito_user_pool_client.agent.callback_urls, aws_cognito_user_pool_client.agent.logout_urls) : startswith(url, "http://localhost:")])
    error_message = "the code returns to the agent's own machine"
  }

  assert {
    condition     = toset(keys(aws_cognito_user_group.this)) == toset(["admin", "operator", "user", "viewer"])
    error_message = "the four groups exist"
  }

  assert {
    condition     = toset([for scope in aws_cognito_resource_server.this.scope : scope.scope_name]) == toset(["account.read", "account.write", "commands.write", "devices.read", "devices.write", "health.read", "mcp.document", "mcp.language", "mcp.planner", "mcp.vision", "mcp.workflow", "runs.read", "runs.write", "schedules.read", "schedules.write", "templates.read", "templates.write", "uploads.write"])
    error_message = "the resource server has the scopes of the routes"
  }

  assert {
    condition     = !aws_cognito_identity_pool.this.allow_unauthenticated_identities && !aws_cognito_identity_pool.this.allow_classic_flow && aws_cognito_identity_pool.this.developer_provider_name == "qscreen.devices"
    error_message = "the identity pool knows devices and people, and nobody else"
  }

  assert {
    condition = alltrue([for provider in aws_cognito_identity_pool.this.cognito_identity_providers :
    provider.provider_name == "cognito-idp.ap-northeast-2.amazonaws.com/ap-northeast-2_pool" && provider.client_id == "agent1" && provider.server_side_token_check])
    error_message = "a token that was revoked gives no credentials"
  }

  assert {
    condition     = aws_cognito_identity_pool_provider_principal_tag.people.principal_tags == tomap({ user = "sub" }) && !aws_cognito_identity_pool_provider_principal_tag.people.use_defaults
    error_message = "no person carries a device's tag"
  }

  assert {
    condition = alltrue([for mapping in aws_cognito_identity_pool_roles_attachment.this.role_mapping :
    mapping.type == "Token" && mapping.ambiguous_role_resolution == "Deny" && mapping.identity_provider == "cognito-idp.ap-northeast-2.amazonaws.com/ap-northeast-2_pool:agent1"])
    error_message = "people get the role of their group or none"
  }

  assert {
    condition = aws_ssm_parameter.client.name == "/qscreen/dev/client" && jsondecode(aws_ssm_parameter.client.value) == {
      environment      = "dev"
      region           = "ap-northeast-2"
      api_url          = "https://abc123.execute-api.ap-northeast-2.amazonaws.com/dev"
      user_pool_id     = "ap-northeast-2_pool"
      client_id        = "agent1"
      issuer           = "https://cognito-idp.ap-northeast-2.amazonaws.com/ap-northeast-2_pool"
      identity_pool_id = "ap-northeast-2:0a1b2c3d-0000-4000-8000-000000000000"
      refresh_rotation = true
    }
    error_message = "the client configuration is published, without a domain where there is none"
  }

  assert {
    condition     = length(aws_cognito_user_pool_domain.this) == 0 && length(aws_api_gateway_usage_plan.partner) == 0 && output.domain_url == null
    error_message = "no domain and no partner without being asked for"
  }

  assert {
    condition     = output.releases_bucket.name == "qscreen-dev-releases-123456789012"
    error_message = "releases have a bucket"
  }

  assert {
    condition     = aws_cognito_user_pool.this.deletion_protection == "INACTIVE" && length(aws_cognito_user_pool.this.user_pool_add_ons) == 0 && aws_cognito_user_pool.this.user_pool_tier == "ESSENTIALS"
    error_message = "dev is unguarded and without paid protection"
  }
}

run "without_rotation" {
  command = plan

  variables {
    settings = { refresh_rotation = false }
  }

  assert {
    condition     = aws_cognito_user_pool_client.agent.explicit_auth_flows == toset(["ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH"]) && length(aws_cognito_user_pool_client.agent.refresh_token_rotation) == 0
    error_message = "refresh tokens that do not rotate are renewed by either operation"
  }
}

run "everything_on" {
  command = plan

  variables {
    context = {
      environment    = "abcdefgh"
      prefix         = "abcdefgh-abcdefgh"
      parameter_path = "/abcdefgh/abcdefgh"
      account_id     = "123456789012"
      region         = "ap-northeast-2"
      partition      = "aws"
      guarded        = true
    }

    settings = {
      partners = {
        acme                            = {}
        a-partner-with-the-longest-name = { rate_limit = 50, burst_limit = 100, quota = 1000000, quota_period = "MONTH", enabled = false }
      }

      compromised_password_check = true
      refresh_rotation           = true
      refresh_grace_seconds      = 0
      callback_urls              = ["https://console.example.com/signed-in"]
      logout_urls                = []
      domain                     = { name = "qscreen-sign-in" }
      email                      = { from = "Q Screen <no-reply@example.com>", identity_arn = "arn:aws:ses:ap-northeast-2:123456789012:identity/example.com" }
      releases                   = { force_destroy = true, lock_days = 90 }
    }
  }

  assert {
    condition     = aws_cognito_user_pool.this.deletion_protection == "ACTIVE"
    error_message = "the pool cannot be deleted"
  }

  assert {
    condition     = one(aws_cognito_user_pool.this.user_pool_add_ons).advanced_security_mode == "ENFORCED" && aws_cognito_user_pool.this.user_pool_tier == "PLUS"
    error_message = "threat protection is on, in the plan that has it"
  }

  assert {
    condition     = aws_cognito_user_pool_client.agent.explicit_auth_flows == toset(["ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH"])
    error_message = "Cognito refuses the older refresh beside the rotation"
  }

  assert {
    condition     = one(aws_cognito_user_pool_client.agent.refresh_token_rotation).feature == "ENABLED" && one(aws_cognito_user_pool_client.agent.refresh_token_rotation).retry_grace_period_seconds == 0 && jsondecode(aws_ssm_parameter.client.value).refresh_rotation
    error_message = "refresh tokens rotate, and clients know"
  }

  assert {
    condition     = aws_cognito_user_pool_domain.this[0].domain == "qscreen-sign-in" && jsondecode(aws_ssm_parameter.client.value).domain == "https://qscreen-sign-in.auth.ap-northeast-2.amazoncognito.com"
    error_message = "the sign-in has pages, and clients know where"
  }

  assert {
    condition     = one(aws_cognito_user_pool.this.email_configuration).email_sending_account == "DEVELOPER"
    error_message = "e-mails come from the environment's own address"
  }

  assert {
    condition = alltrue([for plan in [aws_api_gateway_usage_plan.partner["a-partner-with-the-longest-name"]] :
    one(plan.throttle_settings).rate_limit == 50 && one(plan.quota_settings).limit == 1000000 && one(plan.quota_settings).period == "MONTH"])
    error_message = "a partner has his own share"
  }

  assert {
    condition     = aws_secretsmanager_secret.partner["acme"].name == "${var.context.prefix}/partner-acme" && length(aws_api_gateway_usage_plan.partner["acme"].api_stages) == 1 && length(aws_api_gateway_usage_plan.partner["a-partner-with-the-longest-name"].api_stages) == 0
    error_message = "every partner has a secret for his key, and one can be shut out"
  }

  assert {
    condition     = length(aws_iam_role.device.name) <= 64 && length(aws_iam_role.person.name) <= 64 && length(output.releases_bucket.name) <= 63 && alltrue([for plan in aws_api_gateway_usage_plan.partner : length(plan.name) <= 128])
    error_message = "every name fits with the longest prefix"
  }
}

run "self_registration_and_own_host" {
  command = plan

  variables {
    settings = {
      self_registration = true
      domain            = { name = "auth.example.com", certificate_arn = "arn:aws:acm:us-east-1:123456789012:certificate/a" }
      partners          = { acme = {} }
    }
  }

  assert {
    condition     = !one(aws_cognito_user_pool.this.admin_create_user_config).allow_admin_create_user_only
    error_message = "users may register"
  }

  assert {
    condition     = output.domain_url == "https://auth.example.com"
    error_message = "a host of one's own is the address"
  }

  assert {
    condition     = aws_secretsmanager_secret.partner["acme"].recovery_window_in_days == 0
    error_message = "an environment that can be thrown away can be made again with the same partners"
  }
}
