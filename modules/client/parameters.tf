resource "aws_ssm_parameter" "client" {
  #checkov:skip=CKV2_AWS_34:public client configuration without secrets, read before sign-in (expires 2027-11-23)
  name        = "${var.context.parameter_path}/client"
  description = "What a client needs to sign in and to call the API"
  type        = "String"

  value = jsonencode(merge(
    {
      environment      = var.context.environment
      region           = var.context.region
      api_url          = var.api.url
      user_pool_id     = aws_cognito_user_pool.this.id
      client_id        = aws_cognito_user_pool_client.agent.id
      issuer           = local._issuer
      identity_pool_id = aws_cognito_identity_pool.this.id
      refresh_rotation = var.settings.refresh_rotation
    },
    local._domain_url == null ? {} : { domain = local._domain_url },
  ))
}

locals {
  # Not the pool's `endpoint`: an emulator answers that with its own host, while the tokens of
  # every Cognito carry this issuer.
  _issuer = "https://cognito-idp.${var.context.region}.amazonaws.com/${aws_cognito_user_pool.this.id}"

  # From its parts: the groups' role needs it, and the parameter needs the app client.
  _client_parameter_arn = "arn:${var.context.partition}:ssm:${var.context.region}:${var.context.account_id}:parameter${var.context.parameter_path}/client"
}
