provider "aws" {
  region                      = "ap-northeast-2"
  access_key                  = "none"
  secret_key                  = "none"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
}

override_resource {
  target          = aws_vpc.this
  override_during = plan
  values          = { id = "vpc-1" }
}

override_resource {
  target          = aws_cloudwatch_log_group.flow[0]
  override_during = plan
  values          = { arn = "arn:aws:logs:ap-northeast-2:123456789012:log-group:/aws/vpc/qscreen-dev" }
}

override_resource {
  target          = aws_iam_role.authorizer
  override_during = plan
  values          = { arn = "arn:aws:iam::123456789012:role/qscreen-dev-api-authorizer" }
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
  openapi_template = "tests/fixtures/openapi.json"
  functions = {
    api = {
      function_name = "qscreen-dev-api"
      alias_name    = "live"
      invoke_arn    = "arn:aws:apigateway:ap-northeast-2:lambda:path/2015-03-31/functions/arn:aws:lambda:ap-northeast-2:123456789012:function:qscreen-dev-api:live/invocations"
    }
    planner = {
      function_name = "qscreen-dev-planner"
      alias_name    = "live"
      invoke_arn    = "arn:aws:apigateway:ap-northeast-2:lambda:path/2015-03-31/functions/arn:aws:lambda:ap-northeast-2:123456789012:function:qscreen-dev-planner:live/invocations"
    }
  }
  authorizer_function = {
    alias_arn  = "arn:aws:lambda:ap-northeast-2:123456789012:function:qscreen-dev-authorizer:live"
    invoke_arn = "arn:aws:apigateway:ap-northeast-2:lambda:path/2015-03-31/functions/arn:aws:lambda:ap-northeast-2:123456789012:function:qscreen-dev-authorizer:live/invocations"
  }
  logs_key_arn = "arn:aws:kms:ap-northeast-2:123456789012:key/logs"
  web_acl_arn  = "arn:aws:wafv2:ap-northeast-2:123456789012:regional/webacl/qscreen-dev/1"
}

run "policies_say_what_they_should" {
  command = plan

  variables {
    settings = {
      allowed_ranges = ["203.0.113.0/24", "198.51.100.7/32"]
      interface_endpoints = [
        "bedrock", "bedrock-runtime", "comprehend", "ec2messages", "elasticache", "events", "kms", "lambda", "logs",
        "monitoring", "rds", "rekognition", "scheduler", "secretsmanager", "sns", "sqs", "ssm", "ssmmessages", "states", "sts",
        "sync-states", "textract", "xray",
      ]
    }
  }

  assert {
    condition     = toset(keys(aws_vpc_endpoint.interface)) == toset(keys(local._interface_services))
    error_message = "every service that has a policy is looked at here"
  }

  assert {
    condition = alltrue(flatten([
      for endpoint in merge(aws_vpc_endpoint.interface, { for name, gateway in aws_vpc_endpoint.gateway : "gateway-${name}" => gateway }) : [
        for statement in jsondecode(endpoint.policy).Statement :
        statement.Effect == "Allow" && alltrue([for action in flatten([statement.Action]) : !endswith(action, "*")])
      ]
    ]))
    error_message = "endpoints name what may be asked, action by action"
  }

  assert {
    condition = alltrue(flatten([
      for endpoint in aws_vpc_endpoint.interface : [
        for statement in jsondecode(endpoint.policy).Statement :
        statement.Condition == { StringEquals = { "aws:PrincipalAccount" = "123456789012" } }
      ]
    ]))
    error_message = "principals of other accounts get nothing through our endpoints"
  }

  assert {
    condition = toset(flatten([
      for endpoint in aws_vpc_endpoint.interface : [
        for statement in jsondecode(endpoint.policy).Statement : statement.Action if statement.Resource == "*"
      ]
      ])) == toset([
      "cloudwatch:PutMetricData", "comprehend:ContainsPiiEntities", "comprehend:DetectDominantLanguage",
      "comprehend:DetectEntities", "comprehend:DetectKeyPhrases", "comprehend:DetectPiiEntities",
      "comprehend:DetectSentiment", "ec2messages:AcknowledgeMessage", "ec2messages:DeleteMessage",
      "ec2messages:FailMessage", "ec2messages:GetEndpoint", "ec2messages:GetMessages", "ec2messages:SendReply",
      "rekognition:DetectLabels", "rekognition:DetectText", "secretsmanager:GetRandomPassword", "ssm:DescribeAssociation",
      "ssm:DescribeDocument", "ssm:DescribePatchBaselines", "ssm:GetDeployablePatchSnapshotForInstance",
      "ssm:GetDocument", "ssm:GetManifest", "ssm:GetPatchBaselineForPatchGroup", "ssm:ListAssociations",
      "ssm:ListInstanceAssociations", "ssm:PutComplianceItems", "ssm:PutConfigurePackageResult", "ssm:PutInventory",
      "ssm:UpdateAssociationStatus", "ssm:UpdateInstanceAssociationStatus", "ssm:UpdateInstanceInformation",
      "ssmmessages:CreateControlChannel", "ssmmessages:CreateDataChannel", "ssmmessages:OpenControlChannel",
      "ssmmessages:OpenDataChannel", "states:SendTaskFailure", "states:SendTaskHeartbeat", "states:SendTaskSuccess",
      "sts:GetCallerIdentity", "textract:AnalyzeDocument", "textract:DetectDocumentText", "xray:GetSamplingRules",
      "xray:GetSamplingTargets", "xray:PutTelemetryRecords", "xray:PutTraceSegments",
    ])
    error_message = "only operations without a resource form are open to any resource"
  }

  assert {
    condition     = jsondecode(aws_vpc_endpoint.interface["secretsmanager"].policy).Statement[0].Resource == "arn:aws:secretsmanager:ap-northeast-2:123456789012:secret:qscreen-dev/*"
    error_message = "secrets of this environment only"
  }

  assert {
    condition     = jsondecode(aws_vpc_endpoint.interface["events"].policy).Statement[0].Resource == "arn:aws:events:ap-northeast-2:123456789012:event-bus/qscreen-dev"
    error_message = "one resource, named as it is"
  }

  assert {
    condition = (
      length(jsondecode(aws_vpc_endpoint.gateway["dynamodb"].policy).Statement) == 1 &&
      jsondecode(aws_vpc_endpoint.gateway["dynamodb"].policy).Statement[0].Resource == "arn:aws:dynamodb:ap-northeast-2:123456789012:table/qscreen-dev-*"
    )
    error_message = "tables of this environment only"
  }

  assert {
    condition = (
      [for statement in jsondecode(aws_vpc_endpoint.gateway["s3"].policy).Statement : statement.Sid] == ["OwnEnvironment", "SystemPackages"] &&
      toset(jsondecode(aws_vpc_endpoint.gateway["s3"].policy).Statement[0].Resource) == toset(["arn:aws:s3:::qscreen-dev-*", "arn:aws:s3:::qscreen-dev-*/*"]) &&
      jsondecode(aws_vpc_endpoint.gateway["s3"].policy).Statement[1].Action == "s3:GetObject" &&
      jsondecode(aws_vpc_endpoint.gateway["s3"].policy).Statement[1].Condition == { StringEquals = { "aws:SourceVpc" = "vpc-1" } }
    )
    error_message = "buckets of this environment, and AWS's own packages to read"
  }

  assert {
    condition = jsondecode(aws_iam_role_policy.authorizer.policy).Statement == [{
      Sid      = "InvokeAuthorizer"
      Effect   = "Allow"
      Action   = "lambda:InvokeFunction"
      Resource = "arn:aws:lambda:ap-northeast-2:123456789012:function:qscreen-dev-authorizer:live"
    }]
    error_message = "API Gateway invokes the authorizer, and nothing else, with its role"
  }

  assert {
    condition = (
      one(jsondecode(aws_iam_role.authorizer.assume_role_policy).Statement).Principal == { Service = "apigateway.amazonaws.com" } &&
      one(jsondecode(aws_iam_role.flow[0].assume_role_policy).Statement).Principal == { Service = "vpc-flow-logs.amazonaws.com" } &&
      one(jsondecode(aws_iam_role.flow[0].assume_role_policy).Statement).Condition == { StringEquals = { "aws:SourceAccount" = "123456789012" } }
    )
    error_message = "each role is for one service"
  }

  assert {
    condition = (
      toset(one(jsondecode(aws_iam_role_policy.flow[0].policy).Statement).Action) == toset(["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"]) &&
      one(jsondecode(aws_iam_role_policy.flow[0].policy).Statement).Resource == "arn:aws:logs:ap-northeast-2:123456789012:log-group:/aws/vpc/qscreen-dev:*"
    )
    error_message = "flow logs are written to their own group"
  }

  assert {
    condition = (
      { for statement in jsondecode(aws_api_gateway_rest_api.this.policy).Statement : statement.Sid => statement.Effect } == { KnownAddresses = "Allow", NobodyElse = "Deny" } &&
      alltrue([for statement in jsondecode(aws_api_gateway_rest_api.this.policy).Statement : statement.Action == "execute-api:Invoke" && statement.Resource == "arn:aws:execute-api:ap-northeast-2:123456789012:*"]) &&
      toset(jsondecode(aws_api_gateway_rest_api.this.policy).Statement[0].Condition.IpAddress["aws:SourceIp"]) == toset(["198.51.100.7/32", "203.0.113.0/24"]) &&
      toset(jsondecode(aws_api_gateway_rest_api.this.policy).Statement[1].Condition.NotIpAddress["aws:SourceIp"]) == toset(["198.51.100.7/32", "203.0.113.0/24"])
    )
    error_message = "only the addresses that were named reach the API"
  }

  assert {
    condition     = aws_api_gateway_deployment.this.triggers.policy == "198.51.100.7/32,203.0.113.0/24"
    error_message = "another policy makes another deployment, without which it would not be in force"
  }
}
