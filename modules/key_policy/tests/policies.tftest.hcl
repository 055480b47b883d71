# The policies as AWS would get them: the real provider renders them, without an account.
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
    environment    = "prod"
    prefix         = "qscreen-prod"
    parameter_path = "/qscreen/prod"
    account_id     = "123456789012"
    region         = "ap-northeast-2"
    partition      = "aws"
    guarded        = true
  }
  region   = "ap-northeast-2"
  services = ["s3", "sqs"]
}

run "primary" {
  command = plan

  variables {
    kind = "primary"
  }

  assert {
    condition = alltrue([
      for statement in jsondecode(output.json).Statement :
      statement.Effect == "Allow" && statement.Resource == "*" && statement.Principal == { AWS = "arn:aws:iam::123456789012:root" } && can(statement.Condition) &&
      alltrue([for action in flatten([statement.Action]) : startswith(action, "kms:") && !strcontains(action, "*")])
    ])
    error_message = "a key serves named actions, the account alone, and nobody without a condition"
  }

  assert {
    condition     = { for statement in jsondecode(output.json).Statement : statement.Sid => statement.Condition.StringEquals["kms:CallerAccount"] if contains(["Administer", "Destroy", "Replicate"], statement.Sid) } == { for sid in ["Administer", "Destroy", "Replicate"] : sid => "123456789012" }
    error_message = "the account administers and replicates the key"
  }

  assert {
    condition = one([for statement in jsondecode(output.json).Statement : statement if statement.Sid == "Destroy"]) == {
      Sid       = "Destroy"
      Effect    = "Allow"
      Action    = ["kms:ScheduleKeyDeletion", "kms:DisableKeyRotation", "kms:DisableKey"]
      Resource  = "*"
      Principal = { AWS = "arn:aws:iam::123456789012:root" }
      Condition = {
        StringEquals = { "kms:CallerAccount" = "123456789012" }
        ArnEquals    = { "aws:PrincipalArn" = "arn:aws:iam::123456789012:role/qscreen-prod-break-glass" }
      }
    }
    error_message = "only the break-glass role takes a key away from a guarded environment"
  }

  assert {
    condition = one([for statement in jsondecode(output.json).Statement : statement if statement.Sid == "GrantToServices"]).Condition == {
      Bool         = { "kms:GrantIsForAWSResource" = "true" }
      StringEquals = { "kms:ViaService" = ["s3.ap-northeast-2.amazonaws.com", "sqs.ap-northeast-2.amazonaws.com"] }
    }
    error_message = "keys are lent to AWS resources only"
  }

  assert {
    condition     = one([for statement in jsondecode(output.json).Statement : statement if statement.Sid == "Replicate"]).Action == ["kms:UpdatePrimaryRegion", "kms:ReplicateKey"]
    error_message = "a primary is replicated"
  }
}

run "replica" {
  command = plan

  variables {
    region   = "ap-northeast-1"
    services = ["s3"]
    kind     = "replica"
  }

  assert {
    condition     = one([for statement in jsondecode(output.json).Statement : statement if statement.Sid == "UseThroughServices"]).Condition == { StringEquals = { "kms:ViaService" = "s3.ap-northeast-1.amazonaws.com" } }
    error_message = "a copy is used in its own region only"
  }

  assert {
    condition     = !can(regex("EnableKeyRotation|DisableKeyRotation|RotateKeyOnDemand|ListKeyRotations|ReplicateKey|UpdatePrimaryRegion", output.json))
    error_message = "a replica rotates with its primary, and is not replicated"
  }
}
