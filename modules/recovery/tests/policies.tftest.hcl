# The real provider, without an account: it renders the policies as they will be sent.
provider "aws" {
  region                      = "ap-northeast-1"
  access_key                  = "none"
  secret_key                  = "none"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
}

variables {
  context = {
    environment     = "prod"
    prefix          = "qscreen-prod"
    parameter_path  = "/qscreen/prod"
    account_id      = "123456789012"
    region          = "ap-northeast-2"
    partition       = "aws"
    guarded         = true
    recovery_region = "ap-northeast-1"
  }
  key_arns = {
    screenshots = "arn:aws:kms:ap-northeast-2:123456789012:key/mrk-screenshots"
    data        = "arn:aws:kms:ap-northeast-2:123456789012:key/mrk-data"
  }
  buckets = { screenshots = { key = "screenshots", retention_days = 90 } }
}

run "key_policies" {
  command = plan

  assert {
    condition     = toset(one([for s in jsondecode(aws_kms_replica_key.this["screenshots"].policy).Statement : s if s.Sid == "UseThroughServices"]).Condition.StringEquals["kms:ViaService"][*]) == toset(["s3.ap-northeast-1.amazonaws.com"])
    error_message = "pictures are read and written through S3 of the recovery region, nothing else"
  }

  assert {
    condition     = toset(one([for s in jsondecode(aws_kms_replica_key.this["data"].policy).Statement : s if s.Sid == "UseThroughServices"]).Condition.StringEquals["kms:ViaService"]) == toset(["backup.ap-northeast-1.amazonaws.com", "dynamodb.ap-northeast-1.amazonaws.com", "rds.ap-northeast-1.amazonaws.com", "s3.ap-northeast-1.amazonaws.com"])
    error_message = "the key of data serves the services that keep copies in the recovery region"
  }

  assert {
    condition = alltrue([for key in aws_kms_replica_key.this : alltrue([
      for s in jsondecode(key.policy).Statement : s.Effect == "Allow" && s.Principal.AWS == "arn:aws:iam::123456789012:root" && !contains(flatten([s.Action]), "kms:*")
    ])])
    error_message = "nobody but the account is named, and no statement gives everything"
  }

  assert {
    condition = alltrue([for key in aws_kms_replica_key.this : alltrue([
      for s in jsondecode(key.policy).Statement :
      try(s.Condition.ArnEquals["aws:PrincipalArn"], "") == "arn:aws:iam::123456789012:role/qscreen-prod-break-glass"
      if length(setintersection(flatten([s.Action]), ["kms:ScheduleKeyDeletion", "kms:DisableKey"])) > 0
    ])])
    error_message = "only the break-glass role takes a key away"
  }

  assert {
    condition     = one([for s in jsondecode(aws_kms_replica_key.this["data"].policy).Statement : s if s.Sid == "GrantToServices"]).Condition.Bool["kms:GrantIsForAWSResource"] == "true"
    error_message = "keys are lent to services only"
  }

  assert {
    condition     = one(jsondecode(data.aws_iam_policy_document.access_log_delivery.json).Statement).Resource == "arn:aws:s3:::qscreen-prod-access-logs-recovery-123456789012/*" && one(jsondecode(data.aws_iam_policy_document.access_log_delivery.json).Statement).Condition.ArnLike["aws:SourceArn"] == "arn:aws:s3:::qscreen-prod-*-recovery-123456789012"
    error_message = "S3 delivers access logs of the copies only"
  }
}
