# The real provider, without an account: it renders the policies, so that they can be read as JSON.
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
  alarm_topic_arn     = "arn:aws:sns:ap-northeast-2:123456789012:alarms"
  logs_key_arn        = "arn:aws:kms:ap-northeast-2:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
  functions           = { api = "qscreen-dev-api", reap-devices = "qscreen-dev-reap-devices" }
  function_log_groups = { api = "/aws/lambda/qscreen-dev-api", ship-logs = "/aws/lambda/qscreen-dev-ship-logs" }
  state_machine_arns = {
    run      = "arn:aws:states:ap-northeast-2:123456789012:stateMachine:qscreen-dev-run"
    analysis = "arn:aws:states:ap-northeast-2:123456789012:stateMachine:qscreen-dev-analysis"
  }
  queues = {
    dead_letters       = "qscreen-dev-dead-letters"
    jobs               = "qscreen-dev-jobs"
    jobs_dead_letters  = "qscreen-dev-jobs-dead-letters"
    audit_dead_letters = "qscreen-dev-audit-dead-letters"
  }
  tables              = { runs = "qscreen-dev-runs" }
  database_identifier = "qscreen-dev"
  cache_group_id      = "qscreen-dev"
  cache_nodes         = 1
  metrics_namespace   = "QScreen/dev"
  secrets             = { postgres = "qscreen-dev/postgres" }
  token_budgets       = { planner-vision = { tokens_per_day = 1000000, model_ids = ["global.vendor.model-1", "global.vendor.model-2"] } }
  cloudtrail_bucket   = { name = "trail", arn = "arn:aws:s3:::trail" }
  data_bucket_arns    = { screenshots = "arn:aws:s3:::screenshots" }
  search_network      = { subnet_ids = ["subnet-a", "subnet-b", "subnet-c"], security_group_id = "sg-search" }
  artifacts_bucket    = { name = "artifacts", key_arn = "arn:aws:kms:ap-northeast-2:123456789012:key/artifacts" }
  api                 = { name = "qscreen-dev", stage = "dev", url = "https://abc.execute-api.ap-northeast-2.amazonaws.com/dev" }
}

run "json" {
  command = plan

  variables {
    canary_archive = { path = "canary.zip", sha256 = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=" }
    settings = {
      search = {}
      canary = {}
    }
  }

  assert {
    condition     = one(jsondecode(aws_iam_role_policy.trail["on"].policy).Statement).Resource == "arn:aws:logs:ap-northeast-2:123456789012:log-group:/aws/cloudtrail/qscreen-dev:log-stream:123456789012_CloudTrail_ap-northeast-2*" && toset(one(jsondecode(aws_iam_role_policy.trail["on"].policy).Statement).Action) == toset(["logs:CreateLogStream", "logs:PutLogEvents"])
    error_message = "CloudTrail writes to its own streams"
  }

  assert {
    condition     = one(jsondecode(aws_iam_role.trail["on"].assume_role_policy).Statement).Condition.StringEquals["aws:SourceArn"] == "arn:aws:cloudtrail:ap-northeast-2:123456789012:trail/qscreen-dev"
    error_message = "the role is for this trail only"
  }

  assert {
    condition     = one(jsondecode(data.aws_iam_policy_document.trail_topic.json).Statement).Action == "sns:Publish" && one(jsondecode(data.aws_iam_policy_document.trail_topic.json).Statement).Condition.StringEquals["aws:SourceArn"] == "arn:aws:cloudtrail:ap-northeast-2:123456789012:trail/qscreen-dev"
    error_message = "only this trail announces its deliveries"
  }

  assert {
    condition = { for s in jsondecode(aws_iam_role_policy.canary["on"].policy).Statement : s.Sid => s.Resource } == {
      KeepResults    = "arn:aws:s3:::artifacts/canary/qscreen-dev-api/*"
      FindBucket     = "arn:aws:s3:::artifacts"
      ListBuckets    = "*"
      EncryptResults = var.artifacts_bucket.key_arn
      WriteLogs      = "arn:aws:logs:ap-northeast-2:123456789012:log-group:/aws/lambda/cwsyn-qscreen-dev-api-*"
      ReportResults  = "*"
    } && one([for s in jsondecode(aws_iam_role_policy.canary["on"].policy).Statement : s.Condition if s.Sid == "ReportResults"]).StringEquals["cloudwatch:namespace"] == "CloudWatchSynthetics"
    error_message = "the check keeps its results and reports them, and touches nothing else"
  }

  assert {
    condition     = alltrue([for s in jsondecode(aws_iam_role_policy.canary["on"].policy).Statement : s.Action == "s3:ListAllMyBuckets" if s.Sid == "ListBuckets"]) && alltrue([for s in jsondecode(aws_iam_role_policy.canary["on"].policy).Statement : s.Action == "cloudwatch:PutMetricData" if s.Sid == "ReportResults"])
    error_message = "what names no resource is one operation each"
  }

  assert {
    condition     = one(jsondecode(aws_opensearch_domain.this["on"].access_policies).Statement).Resource == "arn:aws:es:ap-northeast-2:123456789012:domain/qscreen-dev-search/*" && one(jsondecode(aws_opensearch_domain.this["on"].access_policies).Statement).Principal == { AWS = "arn:aws:iam::123456789012:root" } && toset(one(jsondecode(aws_opensearch_domain.this["on"].access_policies).Statement).Action) == toset([for verb in ["Delete", "Get", "Head", "Post", "Put"] : "es:ESHttp${verb}"])
    error_message = "only identities of this account speak to the domain"
  }

  assert {
    condition     = one(jsondecode(aws_iam_role.search_admin["on"].assume_role_policy).Statement).Condition.Bool["aws:MultiFactorAuthPresent"] == "true" && one(jsondecode(aws_iam_role_policy.search_admin["on"].policy).Statement).Resource == "arn:aws:es:ap-northeast-2:123456789012:domain/qscreen-dev-search/*"
    error_message = "the domain's administrator has a second factor and no other domain"
  }

  assert {
    condition     = one(jsondecode(aws_cloudwatch_log_resource_policy.search["on"].policy_document).Statement).Resource == "arn:aws:logs:ap-northeast-2:123456789012:log-group:/aws/opensearch/qscreen-dev/*" && one(jsondecode(aws_cloudwatch_log_resource_policy.search["on"].policy_document).Statement).Condition.ArnLike["aws:SourceArn"] == "arn:aws:es:ap-northeast-2:123456789012:domain/qscreen-dev-search"
    error_message = "the domain writes to its own log groups"
  }
}
