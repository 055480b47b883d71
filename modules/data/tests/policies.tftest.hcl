# The real provider, without an account: it renders the policies as they will be sent.
provider "aws" {
  region                      = "ap-northeast-2"
  access_key                  = "none"
  secret_key                  = "none"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
}

run "policies" {
  command = plan

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
      screenshots = "arn:aws:kms:ap-northeast-2:123456789012:key/screenshots"
      data        = "arn:aws:kms:ap-northeast-2:123456789012:key/data"
      secrets     = "arn:aws:kms:ap-northeast-2:123456789012:key/secrets"
      logs        = "arn:aws:kms:ap-northeast-2:123456789012:key/logs"
      artifacts   = "arn:aws:kms:ap-northeast-2:123456789012:key/artifacts"
    }
    database_password        = "only-for-the-test"
    cache_password           = "only-for-the-test"
    isolated_subnet_ids      = ["subnet-a", "subnet-b"]
    security_group_ids       = { database = "sg-database", cache = "sg-cache" }
    database_authorities     = { certificates = 3, sha256 = "0123", valid_until = "2061-05-20" }
    permissions_boundary_arn = "arn:aws:iam::123456789012:policy/qscreen-prod-boundary"
    recovery = {
      bucket_arns = {
        audit       = "arn:aws:s3:::qscreen-prod-audit-recovery-123456789012"
        screenshots = "arn:aws:s3:::qscreen-prod-screenshots-recovery-123456789012"
      }
      key_arns = {
        screenshots = "arn:aws:kms:ap-northeast-1:123456789012:key/screenshots"
        data        = "arn:aws:kms:ap-northeast-1:123456789012:key/data"
      }
      backup_vault_arn = "arn:aws:backup:ap-northeast-1:123456789012:backup-vault:qscreen-prod-recovery"
    }
    settings = {
      database = { multi_az = true, proxy = {} }
      cache    = { nodes = 2 }
    }
  }

  # What services deliver ---------------------------------------------------------------------

  assert {
    condition     = one(jsondecode(data.aws_iam_policy_document.replication_trust.json).Statement) == { Action = "sts:AssumeRole", Effect = "Allow", Principal = { Service = "s3.amazonaws.com" } }
    error_message = "S3 can take the role that copies: it says nothing of itself that a condition could ask for"
  }

  assert {
    condition = jsonencode(one([for s in jsondecode(data.aws_iam_policy_document.trail_delivery.json).Statement : s if s.Sid == "TrailDelivers"])) == jsonencode({
      Sid       = "TrailDelivers"
      Effect    = "Allow"
      Principal = { Service = "cloudtrail.amazonaws.com" }
      Action    = "s3:PutObject"
      Resource  = "arn:aws:s3:::qscreen-prod-cloudtrail-123456789012/AWSLogs/123456789012/*"
      Condition = {
        StringEquals = {
          "aws:SourceArn" = "arn:aws:cloudtrail:ap-northeast-2:123456789012:trail/qscreen-prod"
          "s3:x-amz-acl"  = "bucket-owner-full-control"
        }
      }
    })
    error_message = "the environment's own trail delivers, and no other"
  }

  assert {
    condition     = one([for s in jsondecode(data.aws_iam_policy_document.trail_delivery.json).Statement : s if s.Sid == "TrailReadsAcl"]).Condition.StringEquals["aws:SourceArn"] == "arn:aws:cloudtrail:ap-northeast-2:123456789012:trail/qscreen-prod" && length(jsondecode(data.aws_iam_policy_document.trail_delivery.json).Statement) == 2
    error_message = "the trail looks at the bucket before it delivers"
  }

  assert {
    condition = alltrue([for s in jsondecode(data.aws_iam_policy_document.log_delivery.json).Statement :
      s.Condition.StringEquals["aws:SourceAccount"] == "123456789012" && s.Effect == "Allow"
      && (s.Action != "s3:PutObject" || strcontains(s.Resource, "AWSLogs/123456789012/"))
    ]) && toset([for s in jsondecode(data.aws_iam_policy_document.log_delivery.json).Statement : s.Principal.Service]) == toset(["bedrock.amazonaws.com", "config.amazonaws.com", "delivery.logs.amazonaws.com"])
    error_message = "Bedrock, Config and vended logs deliver for this account, each into its folder"
  }

  assert {
    condition     = one(jsondecode(data.aws_iam_policy_document.access_log_delivery.json).Statement).Condition == { ArnLike = { "aws:SourceArn" = "arn:aws:s3:::qscreen-prod-*" }, StringEquals = { "aws:SourceAccount" = "123456789012" } }
    error_message = "S3 delivers access logs of the environment's buckets only"
  }

  # Copies ------------------------------------------------------------------------------------

  assert {
    condition = { for s in jsondecode(aws_iam_role_policy.replication["on"].policy).Statement : s.Sid => toset(flatten([s.Action])) } == {
      ReadConfiguration = toset(["s3:GetReplicationConfiguration", "s3:ListBucket"])
      ReadVersions      = toset(["s3:GetObjectLegalHold", "s3:GetObjectRetention", "s3:GetObjectVersionAcl", "s3:GetObjectVersionForReplication", "s3:GetObjectVersionTagging"])
      WriteCopies       = toset(["s3:ReplicateDelete", "s3:ReplicateObject", "s3:ReplicateTags"])
      DecryptOriginals  = toset(["kms:Decrypt"])
      EncryptCopies     = toset(["kms:Encrypt", "kms:GenerateDataKey"])
    }
    error_message = "the role that copies reads here and writes there, nothing else"
  }

  assert {
    condition = { for s in jsondecode(aws_iam_role_policy.replication["on"].policy).Statement : s.Sid => toset(flatten([s.Resource])) } == {
      ReadConfiguration = toset(["arn:aws:s3:::qscreen-prod-audit-123456789012", "arn:aws:s3:::qscreen-prod-screenshots-123456789012"])
      ReadVersions      = toset(["arn:aws:s3:::qscreen-prod-audit-123456789012/*", "arn:aws:s3:::qscreen-prod-screenshots-123456789012/*"])
      WriteCopies       = toset(["arn:aws:s3:::qscreen-prod-audit-recovery-123456789012/*", "arn:aws:s3:::qscreen-prod-screenshots-recovery-123456789012/*"])
      DecryptOriginals  = toset(["arn:aws:kms:ap-northeast-2:123456789012:key/data", "arn:aws:kms:ap-northeast-2:123456789012:key/screenshots"])
      EncryptCopies     = toset(["arn:aws:kms:ap-northeast-1:123456789012:key/data", "arn:aws:kms:ap-northeast-1:123456789012:key/screenshots"])
    }
    error_message = "it reaches only the buckets that are copied, with their keys"
  }

  # Backups -----------------------------------------------------------------------------------

  assert {
    condition     = toset(one([for s in jsondecode(aws_iam_role_policy.backup.policy).Statement : s if s.Sid == "BackUpTables"]).Resource) == toset([for name in ["configuration", "devices", "runs", "sessions"] : "arn:aws:dynamodb:ap-northeast-2:123456789012:table/qscreen-prod-${name}"])
    error_message = "only tables with what cannot be made anew are backed up"
  }

  assert {
    condition     = toset(one([for s in jsondecode(aws_iam_role_policy.backup.policy).Statement : s if s.Sid == "BackUpDatabase"]).Resource) == toset(["arn:aws:rds:ap-northeast-2:123456789012:db:qscreen-prod", "arn:aws:rds:ap-northeast-2:123456789012:snapshot:awsbackup:*", "arn:aws:rds:ap-northeast-1:123456789012:snapshot:awsbackup:*"])
    error_message = "the database and its snapshots in both regions are reached, nobody else's"
  }

  assert {
    condition     = one([for s in jsondecode(aws_iam_role_policy.backup.policy).Statement : s if s.Sid == "CopyIntoVault"]).Resource == var.recovery.backup_vault_arn && one([for s in jsondecode(aws_iam_role_policy.backup.policy).Statement : s if s.Sid == "CopyFromVault"]).Resource == "arn:aws:backup:ap-northeast-2:123456789012:backup-vault:qscreen-prod"
    error_message = "copies go from the one vault into the other"
  }

  assert {
    condition = alltrue([for s in jsondecode(aws_iam_role_policy.backup.policy).Statement :
      can(s.Condition) || s.Sid == "SeeKeys" if length([for action in flatten([s.Action]) : action if startswith(action, "kms:")]) > 0
    ])
    error_message = "keys are used through services only"
  }

  # Proxy and monitoring ----------------------------------------------------------------------

  assert {
    condition     = { for s in jsondecode(aws_iam_role_policy.proxy["on"].policy).Statement : s.Action => s.Resource } == { "secretsmanager:GetSecretValue" = "arn:aws:secretsmanager:ap-northeast-2:123456789012:secret:qscreen-prod/postgres-??????", "kms:Decrypt" = "arn:aws:kms:ap-northeast-2:123456789012:key/secrets" }
    error_message = "the proxy reads the password of the application user, not the administrator's"
  }

  assert {
    condition = alltrue([for role, service in { backup = "backup", proxy = "rds", monitoring = "monitoring.rds" } :
      one(jsondecode({ backup = aws_iam_role.backup, proxy = aws_iam_role.proxy["on"], monitoring = aws_iam_role.monitoring[0] }[role].assume_role_policy).Statement).Principal.Service == "${service}.amazonaws.com"
      && one(jsondecode({ backup = aws_iam_role.backup, proxy = aws_iam_role.proxy["on"], monitoring = aws_iam_role.monitoring[0] }[role].assume_role_policy).Statement).Condition.StringEquals["aws:SourceAccount"] == "123456789012"
    ])
    error_message = "each role is taken by its service, for this account"
  }

  assert {
    condition     = alltrue([for role in [aws_iam_role.backup, aws_iam_role.proxy["on"], aws_iam_role.monitoring[0], aws_iam_role.replication["on"]] : role.permissions_boundary == var.permissions_boundary_arn])
    error_message = "every role is bounded"
  }

  assert {
    condition     = alltrue([for s in jsondecode(aws_iam_role_policy.monitoring[0].policy).Statement : startswith(s.Resource, "arn:aws:logs:ap-northeast-2:123456789012:log-group:RDS")])
    error_message = "enhanced monitoring writes into its own log group"
  }
}
