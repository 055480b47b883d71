locals {
  _developer_provider = "qscreen.devices"
  _people_provider    = "cognito-idp.${var.context.region}.amazonaws.com/${aws_cognito_user_pool.this.id}"
}

# Two kinds of identities: devices, for which the platform itself vouches (developer provider), and
# people of the user pool.
resource "aws_cognito_identity_pool" "this" {
  identity_pool_name               = var.context.prefix
  allow_unauthenticated_identities = false
  allow_classic_flow               = false
  developer_provider_name          = local._developer_provider

  cognito_identity_providers {
    provider_name           = local._people_provider
    client_id               = aws_cognito_user_pool_client.agent.id
    server_side_token_check = true
  }
}

# The tags of people's sessions. Those of devices come with each token that the platform asks for
# (GetOpenIdTokenForDeveloperIdentity). `device_id` is deliberately none of the tags here: a person can
# never be taken for a device.
resource "aws_cognito_identity_pool_provider_principal_tag" "people" {
  identity_pool_id       = aws_cognito_identity_pool.this.id
  identity_provider_name = local._people_provider
  use_defaults           = false
  principal_tags         = { user = "sub" }
}

resource "aws_cognito_identity_pool_roles_attachment" "this" {
  identity_pool_id = aws_cognito_identity_pool.this.id

  # The default of whoever is authenticated is the role of devices, which nobody without a device's
  # tag can assume; people get the role of their group or none.
  roles = { authenticated = aws_iam_role.device.arn }

  role_mapping {
    identity_provider         = "${local._people_provider}:${aws_cognito_user_pool_client.agent.id}"
    type                      = "Token"
    ambiguous_role_resolution = "Deny"
  }
}
