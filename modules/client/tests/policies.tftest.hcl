# The policies as AWS would get them: the real provider renders them, without an account. A document
# that names a resource of the same plan is rendered at the apply only; its statements are asserted.
provider "aws" {
  region                      = "ap-northeast-2"
  access_key                  = "none"
  secret_key                  = "none"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
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
  target          = aws_cognito_identity_pool.this
  override_during = plan
  values          = { id = "ap-northeast-2:0a1b2c3d-0000-4000-8000-000000000000" }
}

run "json" {
  command = plan

  assert {
    condition = { for statement in jsondecode(aws_iam_role_policy.device.policy).Statement : statement.Sid => { actions = sort(flatten([statement.Action])), resource = statement.Resource, via = try(statement.Condition.StringEquals["kms:ViaService"], "") } } == {
      OwnQueue = {
        actions  = tolist(["sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:ReceiveMessage"])
        resource = "arn:aws:sqs:ap-northeast-2:123456789012:qscreen-dev-device-$${aws:PrincipalTag/device_id}"
        via      = ""
      }
      ReadCommands = {
        actions  = tolist(["kms:Decrypt"])
        resource = "arn:aws:kms:ap-northeast-2:123456789012:key/data"
        via      = "sqs.ap-northeast-2.amazonaws.com"
      }
      OwnUploads = {
        actions  = tolist(["s3:PutObject"])
        resource = "arn:aws:s3:::qscreen-dev-screenshots-123456789012/devices/$${aws:PrincipalTag/device_id}/*"
        via      = ""
      }
      EncryptUploads = {
        actions  = tolist(["kms:GenerateDataKey"])
        resource = "arn:aws:kms:ap-northeast-2:123456789012:key/screenshots"
        via      = "s3.ap-northeast-2.amazonaws.com"
      }
    }
    error_message = "a device reaches its own queue and its own uploads, and nothing else"
  }

  assert {
    condition = { for statement in jsondecode(aws_iam_role_policy.person.policy).Statement : statement.Sid => { action = statement.Action, resource = statement.Resource } } == {
      ReadClientConfiguration = { action = "ssm:GetParameter", resource = "arn:aws:ssm:ap-northeast-2:123456789012:parameter/qscreen/dev/client" }
      FetchReleases           = { action = "s3:GetObject", resource = "arn:aws:s3:::qscreen-dev-releases-123456789012/agent/*" }
      DecryptReleases         = { action = "kms:Decrypt", resource = "arn:aws:kms:ap-northeast-2:123456789012:key/artifacts" }
    }
    error_message = "without the API a person may read the client configuration and fetch a release"
  }

  assert {
    condition = { for condition in one(data.aws_iam_policy_document.device_assume.statement).condition : condition.variable => join(" ", concat([condition.test], condition.values)) } == {
      "cognito-identity.amazonaws.com:aud" = "StringEquals ap-northeast-2:0a1b2c3d-0000-4000-8000-000000000000"
      "cognito-identity.amazonaws.com:amr" = "ForAnyValue:StringEquals authenticated"
      "aws:RequestTag/device_id"           = "Null false"
      "aws:TagKeys"                        = "ForAllValues:StringEquals device_id"
    }
    error_message = "a device's session comes from this pool and carries the device's tag"
  }

  assert {
    condition = { for condition in one(data.aws_iam_policy_document.person_assume.statement).condition : condition.variable => join(" ", concat([condition.test], condition.values)) } == {
      "cognito-identity.amazonaws.com:aud" = "StringEquals ap-northeast-2:0a1b2c3d-0000-4000-8000-000000000000"
      "cognito-identity.amazonaws.com:amr" = "ForAnyValue:StringEquals authenticated"
      "aws:TagKeys"                        = "ForAllValues:StringEquals user"
    }
    error_message = "a person's session comes from this pool and carries no device's tag"
  }

  assert {
    condition     = alltrue([for role in [aws_iam_role.device, aws_iam_role.person] : role.permissions_boundary == "arn:aws:iam::123456789012:policy/qscreen-dev-boundary" && role.max_session_duration == 3600])
    error_message = "both roles are bounded, for an hour at most"
  }

  assert {
    condition     = aws_iam_role.device.name == "qscreen-dev-pool-device"
    error_message = "the policy of each device's queue (modules/compute) lets this role receive, by its name"
  }
}
