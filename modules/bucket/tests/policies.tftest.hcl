# The real provider, without an account: it renders the policy as it will be sent.
provider "aws" {
  region                      = "ap-northeast-2"
  access_key                  = "none"
  secret_key                  = "none"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
}

run "guarded" {
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
    name               = "releases"
    key_arn            = "arn:aws:kms:ap-northeast-2:123456789012:key/artifacts"
    access_logs_bucket = "qscreen-prod-access-logs-123456789012"
    policy_documents = {
      further = jsonencode({
        Version   = "2012-10-17"
        Statement = [{ Sid = "Further", Effect = "Allow", Principal = { Service = "a.amazonaws.com" }, Action = "s3:PutObject", Resource = "arn:aws:s3:::qscreen-prod-releases-123456789012/*" }]
      })
    }
  }

  assert {
    condition     = [for s in jsondecode(aws_s3_bucket_policy.this.policy).Statement : s.Sid] == ["Further", "TlsOnly", "KeepBucket"]
    error_message = "further statements stand beside the bucket's own"
  }

  assert {
    condition = jsonencode(one([for s in jsondecode(aws_s3_bucket_policy.this.policy).Statement : s if s.Sid == "TlsOnly"])) == jsonencode({
      Sid       = "TlsOnly"
      Effect    = "Deny"
      Principal = { AWS = "*" }
      Action    = "s3:*"
      Resource  = ["arn:aws:s3:::qscreen-prod-releases-123456789012/*", "arn:aws:s3:::qscreen-prod-releases-123456789012"]
      Condition = { Bool = { "aws:SecureTransport" = "false" } }
    })
    error_message = "nobody comes without TLS"
  }

  assert {
    condition     = toset(one([for s in jsondecode(aws_s3_bucket_policy.this.policy).Statement : s if s.Sid == "KeepBucket"]).Action) == toset(["s3:DeleteBucket", "s3:DeleteBucketPolicy"]) && one([for s in jsondecode(aws_s3_bucket_policy.this.policy).Statement : s if s.Sid == "KeepBucket"]).Effect == "Deny" && one([for s in jsondecode(aws_s3_bucket_policy.this.policy).Statement : s if s.Sid == "KeepBucket"]).Principal.AWS == "*"
    error_message = "nobody deletes the bucket, nor the policy that forbids it"
  }
}

run "unguarded" {
  command = plan

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
    name    = "releases"
    key_arn = "arn:aws:kms:ap-northeast-2:123456789012:key/artifacts"
  }

  assert {
    condition     = [for s in jsondecode(aws_s3_bucket_policy.this.policy).Statement : s.Sid] == ["TlsOnly"]
    error_message = "dev can be thrown away"
  }
}
