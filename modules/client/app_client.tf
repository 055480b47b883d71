# A public client: it holds no secret. A person signs in through the browser (authorization code with
# PKCE) or proves the password to the agent (SRP); the plain password flow is for what has no SRP.
resource "aws_cognito_user_pool_client" "agent" {
  user_pool_id    = aws_cognito_user_pool.this.id
  name            = "${var.context.prefix}-agent"
  generate_secret = false

  # A client whose refresh tokens rotate may renew them by GetTokensFromRefreshToken only: Cognito
  # refuses the older flow beside the rotation.
  explicit_auth_flows = concat(
    var.settings.refresh_rotation ? [] : ["ALLOW_REFRESH_TOKEN_AUTH"],
    ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH"],
  )

  allowed_oauth_flows_user_pool_client = true
  allowed_oauth_flows                  = ["code"]
  allowed_oauth_scopes                 = concat(["openid"], [for name in keys(var.scopes) : "${aws_cognito_resource_server.this.identifier}/${name}"])
  callback_urls                        = var.settings.callback_urls
  logout_urls                          = var.settings.logout_urls
  supported_identity_providers         = ["COGNITO"]

  access_token_validity  = var.settings.access_token_minutes
  id_token_validity      = var.settings.id_token_minutes
  refresh_token_validity = var.settings.refresh_token_hours

  token_validity_units {
    access_token  = "minutes"
    id_token      = "minutes"
    refresh_token = "hours"
  }

  dynamic "refresh_token_rotation" {
    for_each = var.settings.refresh_rotation ? { on = "ENABLED" } : {}
    content {
      feature                    = refresh_token_rotation.value
      retry_grace_period_seconds = var.settings.refresh_grace_seconds
    }
  }

  enable_token_revocation       = true
  prevent_user_existence_errors = "ENABLED"

  # Cognito takes only scopes that the resource server has already.
  depends_on = [aws_cognito_resource_server.this]
}

resource "aws_cognito_user_pool_domain" "this" {
  count = var.settings.domain == null ? 0 : 1

  user_pool_id    = aws_cognito_user_pool.this.id
  domain          = var.settings.domain.name
  certificate_arn = var.settings.domain.certificate_arn
}

locals {
  _domain_url = var.settings.domain == null ? null : (
    var.settings.domain.certificate_arn == null ?
    "https://${var.settings.domain.name}.auth.${var.context.region}.amazoncognito.com" :
    "https://${var.settings.domain.name}"
  )
}
