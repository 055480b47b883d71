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
  api_url = "https://example.com/dev"
}

run "defaults_are_safe" {
  command = plan

  assert {
    condition     = aws_cognito_user_pool.this.name == "qscreen-dev" && aws_cognito_user_pool.this.mfa_configuration == "ON" && one(aws_cognito_user_pool.this.software_token_mfa_configuration).enabled
    error_message = "everybody needs a second factor"
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
    condition     = aws_cognito_user_pool_client.agent.explicit_auth_flows == toset(["ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH"])
    error_message = "the agent signs in by SRP, password and refresh"
  }

  assert {
    condition     = toset(keys(aws_cognito_user_group.this)) == toset(["admin", "operator", "user", "viewer"])
    error_message = "the four groups exist"
  }

  assert {
    condition     = toset([for scope in aws_cognito_resource_server.this.scope : scope.scope_name]) == toset(["commands.write", "devices.read", "devices.write", "runs.read", "runs.write"])
    error_message = "the resource server has the scopes of the routes"
  }

  assert {
    condition     = aws_ssm_parameter.client.name == "/qscreen/dev/client"
    error_message = "the client configuration is published"
  }

  assert {
    condition     = aws_cognito_user_pool.this.deletion_protection == "INACTIVE" && length(aws_cognito_user_pool.this.user_pool_add_ons) == 0
    error_message = "dev is unguarded and without paid protection"
  }
}

run "guarded_in_prod" {
  command = plan

  variables {
    context = {
      environment    = "prod"
      prefix         = "qscreen-prod"
      parameter_path = "/qscreen/prod"
      account_id     = "123456789012"
      region         = "ap-northeast-2"
      partition      = "aws"
      guarded        = true
    }
    settings = { compromised_password_check = true }
  }

  assert {
    condition     = aws_cognito_user_pool.this.deletion_protection == "ACTIVE"
    error_message = "the pool cannot be deleted"
  }

  assert {
    condition     = one(aws_cognito_user_pool.this.user_pool_add_ons).advanced_security_mode == "ENFORCED"
    error_message = "threat protection is on"
  }
}

run "self_registration" {
  command = plan

  variables {
    settings = { self_registration = true }
  }

  assert {
    condition     = !one(aws_cognito_user_pool.this.admin_create_user_config).allow_admin_create_user_only
    error_message = "users may register"
  }
}
