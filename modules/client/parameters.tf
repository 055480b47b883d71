resource "aws_ssm_parameter" "client" {
  #checkov:skip=CKV2_AWS_34:public client configuration without secrets, read before sign-in (expires 2027-11-23)
  name        = "${var.context.parameter_path}/client"
  description = "What a client needs to sign in and to call the API"
  type        = "String"

  value = jsonencode({
    environment  = var.context.environment
    region       = var.context.region
    api_url      = var.api_url
    user_pool_id = aws_cognito_user_pool.this.id
    client_id    = aws_cognito_user_pool_client.agent.id
    issuer       = local._issuer
  })
}

locals {
  # Not the pool's `endpoint`: an emulator answers that with its own host, while the tokens of
  # every Cognito carry this issuer.
  _issuer = "https://cognito-idp.${var.context.region}.amazonaws.com/${aws_cognito_user_pool.this.id}"
}
