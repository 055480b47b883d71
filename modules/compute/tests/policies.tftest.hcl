# The real provider without an account: policy documents are rendered, nothing is created. A document
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
  build_dir = "tests/fixtures/build"
  key_arns = {
    screenshots = "arn:aws:kms:ap-northeast-2:123456789012:key/screenshots"
    data        = "arn:aws:kms:ap-northeast-2:123456789012:key/data"
    secrets     = "arn:aws:kms:ap-northeast-2:123456789012:key/secrets"
    logs        = "arn:aws:kms:ap-northeast-2:123456789012:key/logs"
    artifacts   = "arn:aws:kms:ap-northeast-2:123456789012:key/artifacts"
  }
  identity = {
    issuer       = "https://cognito-idp.ap-northeast-2.amazonaws.com/pool"
    user_pool_id = "pool"
    client_ids   = ["one", "two"]
  }
  network = {
    subnet_ids        = ["subnet-a", "subnet-b"]
    security_group_id = "sg-functions"
  }
  data = {
    tables = {
      for purpose in ["runs", "devices", "commands", "idempotency", "sessions", "configuration"] : purpose => {
        name = "qscreen-dev-${purpose}"
        arn  = "arn:aws:dynamodb:ap-northeast-2:123456789012:table/qscreen-dev-${purpose}"
      }
    }
    buckets = {
      screenshots = {
        name = "qscreen-dev-screenshots-123456789012"
        arn  = "arn:aws:s3:::qscreen-dev-screenshots-123456789012"
      }
      artifacts = {
        name = "qscreen-dev-artifacts-123456789012"
        arn  = "arn:aws:s3:::qscreen-dev-artifacts-123456789012"
      }
      audit = {
        name = "qscreen-dev-audit-123456789012"
        arn  = "arn:aws:s3:::qscreen-dev-audit-123456789012"
      }
      settings = {
        name = "qscreen-dev-settings-123456789012"
        arn  = "arn:aws:s3:::qscreen-dev-settings-123456789012"
      }
      templates = {
        name = "qscreen-dev-templates-123456789012"
        arn  = "arn:aws:s3:::qscreen-dev-templates-123456789012"
      }
    }
    database_secret_arn       = "arn:aws:secretsmanager:ap-northeast-2:123456789012:secret:qscreen-dev/postgres-abcdef"
    database_admin_secret_arn = "arn:aws:secretsmanager:ap-northeast-2:123456789012:secret:qscreen-dev/postgres-admin-abcdef"
    cache_secret_arn          = "arn:aws:secretsmanager:ap-northeast-2:123456789012:secret:qscreen-dev/redis-abcdef"
    cache_user = {
      id  = "qscreen-dev"
      arn = "arn:aws:elasticache:ap-northeast-2:123456789012:user:qscreen-dev"
    }
  }

  ai = {
    model_lifecycle_policy_json = jsonencode({ Version = "2012-10-17", Statement = [{ Sid = "Lifecycle", Effect = "Allow", Action = "rekognition:DetectText", Resource = "*" }] })
    vision_policy_json          = jsonencode({ Version = "2012-10-17", Statement = [{ Sid = "Vision", Effect = "Allow", Action = "rekognition:DetectText", Resource = "*" }] })
    document_policy_json        = jsonencode({ Version = "2012-10-17", Statement = [{ Sid = "Document", Effect = "Allow", Action = "rekognition:DetectText", Resource = "*" }] })
    language_policy_json        = jsonencode({ Version = "2012-10-17", Statement = [{ Sid = "Language", Effect = "Allow", Action = "rekognition:DetectText", Resource = "*" }] })
    converse_policy_json        = jsonencode({ Version = "2012-10-17", Statement = [{ Sid = "Converse", Effect = "Allow", Action = "rekognition:DetectText", Resource = "*" }] })
    guardrail                   = { id = "guardrail", version = "1" }
    models_parameter = {
      name = "/qscreen/dev/models"
      arn  = "arn:aws:ssm:ap-northeast-2:123456789012:parameter/qscreen/dev/models"
    }
  }
}

override_resource {
  target          = aws_sqs_queue.audit
  override_during = plan
  values = {
    arn = "arn:aws:sqs:ap-northeast-2:123456789012:qscreen-dev-audit"
  }
}

override_resource {
  target          = aws_sqs_queue.audit_dead_letters
  override_during = plan
  values = {
    arn = "arn:aws:sqs:ap-northeast-2:123456789012:qscreen-dev-audit-dead-letters"
  }
}

override_resource {
  target          = aws_sqs_queue.jobs
  override_during = plan
  values = {
    arn = "arn:aws:sqs:ap-northeast-2:123456789012:qscreen-dev-jobs"
  }
}

override_resource {
  target          = aws_sqs_queue.jobs_dead_letters
  override_during = plan
  values = {
    arn = "arn:aws:sqs:ap-northeast-2:123456789012:qscreen-dev-jobs-dead-letters"
  }
}

override_resource {
  target          = aws_sqs_queue.dead_letters
  override_during = plan
  values = {
    arn = "arn:aws:sqs:ap-northeast-2:123456789012:qscreen-dev-dead-letters"
  }
}

override_resource {
  target          = aws_cloudwatch_event_bus.this
  override_during = plan
  values = {
    arn = "arn:aws:events:ap-northeast-2:123456789012:event-bus/qscreen-dev"
  }
}

override_resource {
  target          = aws_cloudwatch_log_group.events
  override_during = plan
  values = {
    arn = "arn:aws:logs:ap-northeast-2:123456789012:log-group:/aws/events/qscreen-dev"
  }
}

override_module {
  target          = module.function["api"]
  override_during = plan
  outputs = {
    function_name  = "qscreen-dev-api"
    function_arn   = "arn:aws:lambda:ap-northeast-2:123456789012:function:qscreen-dev-api"
    alias_name     = "live"
    alias_arn      = "arn:aws:lambda:ap-northeast-2:123456789012:function:qscreen-dev-api:live"
    invoke_arn     = "arn:aws:apigateway:ap-northeast-2:lambda:path/2015-03-31/functions/arn:aws:lambda:ap-northeast-2:123456789012:function:qscreen-dev-api:live/invocations"
    role_arn       = "arn:aws:iam::123456789012:role/qscreen-dev-api"
    role_name      = "qscreen-dev-api"
    log_group_name = "/aws/lambda/qscreen-dev-api"
  }
}

override_module {
  target          = module.function["authorizer"]
  override_during = plan
  outputs = {
    function_name  = "qscreen-dev-authorizer"
    function_arn   = "arn:aws:lambda:ap-northeast-2:123456789012:function:qscreen-dev-authorizer"
    alias_name     = "live"
    alias_arn      = "arn:aws:lambda:ap-northeast-2:123456789012:function:qscreen-dev-authorizer:live"
    invoke_arn     = "arn:aws:apigateway:ap-northeast-2:lambda:path/2015-03-31/functions/arn:aws:lambda:ap-northeast-2:123456789012:function:qscreen-dev-authorizer:live/invocations"
    role_arn       = "arn:aws:iam::123456789012:role/qscreen-dev-authorizer"
    role_name      = "qscreen-dev-authorizer"
    log_group_name = "/aws/lambda/qscreen-dev-authorizer"
  }
}

override_module {
  target          = module.function["dispatch"]
  override_during = plan
  outputs = {
    function_name  = "qscreen-dev-dispatch"
    function_arn   = "arn:aws:lambda:ap-northeast-2:123456789012:function:qscreen-dev-dispatch"
    alias_name     = "live"
    alias_arn      = "arn:aws:lambda:ap-northeast-2:123456789012:function:qscreen-dev-dispatch:live"
    invoke_arn     = "arn:aws:apigateway:ap-northeast-2:lambda:path/2015-03-31/functions/arn:aws:lambda:ap-northeast-2:123456789012:function:qscreen-dev-dispatch:live/invocations"
    role_arn       = "arn:aws:iam::123456789012:role/qscreen-dev-dispatch"
    role_name      = "qscreen-dev-dispatch"
    log_group_name = "/aws/lambda/qscreen-dev-dispatch"
  }
}

override_module {
  target          = module.function["mcp-document"]
  override_during = plan
  outputs = {
    function_name  = "qscreen-dev-mcp-document"
    function_arn   = "arn:aws:lambda:ap-northeast-2:123456789012:function:qscreen-dev-mcp-document"
    alias_name     = "live"
    alias_arn      = "arn:aws:lambda:ap-northeast-2:123456789012:function:qscreen-dev-mcp-document:live"
    invoke_arn     = "arn:aws:apigateway:ap-northeast-2:lambda:path/2015-03-31/functions/arn:aws:lambda:ap-northeast-2:123456789012:function:qscreen-dev-mcp-document:live/invocations"
    role_arn       = "arn:aws:iam::123456789012:role/qscreen-dev-mcp-document"
    role_name      = "qscreen-dev-mcp-document"
    log_group_name = "/aws/lambda/qscreen-dev-mcp-document"
  }
}

override_module {
  target          = module.function["mcp-language"]
  override_during = plan
  outputs = {
    function_name  = "qscreen-dev-mcp-language"
    function_arn   = "arn:aws:lambda:ap-northeast-2:123456789012:function:qscreen-dev-mcp-language"
    alias_name     = "live"
    alias_arn      = "arn:aws:lambda:ap-northeast-2:123456789012:function:qscreen-dev-mcp-language:live"
    invoke_arn     = "arn:aws:apigateway:ap-northeast-2:lambda:path/2015-03-31/functions/arn:aws:lambda:ap-northeast-2:123456789012:function:qscreen-dev-mcp-language:live/invocations"
    role_arn       = "arn:aws:iam::123456789012:role/qscreen-dev-mcp-language"
    role_name      = "qscreen-dev-mcp-language"
    log_group_name = "/aws/lambda/qscreen-dev-mcp-language"
  }
}

override_module {
  target          = module.function["mcp-planner"]
  override_during = plan
  outputs = {
    function_name  = "qscreen-dev-mcp-planner"
    function_arn   = "arn:aws:lambda:ap-northeast-2:123456789012:function:qscreen-dev-mcp-planner"
    alias_name     = "live"
    alias_arn      = "arn:aws:lambda:ap-northeast-2:123456789012:function:qscreen-dev-mcp-planner:live"
    invoke_arn     = "arn:aws:apigateway:ap-northeast-2:lambda:path/2015-03-31/functions/arn:aws:lambda:ap-northeast-2:123456789012:function:qscreen-dev-mcp-planner:live/invocations"
    role_arn       = "arn:aws:iam::123456789012:role/qscreen-dev-mcp-planner"
    role_name      = "qscreen-dev-mcp-planner"
    log_group_name = "/aws/lambda/qscreen-dev-mcp-planner"
  }
}

override_module {
  target          = module.function["mcp-vision"]
  override_during = plan
  outputs = {
    function_name  = "qscreen-dev-mcp-vision"
    function_arn   = "arn:aws:lambda:ap-northeast-2:123456789012:function:qscreen-dev-mcp-vision"
    alias_name     = "live"
    alias_arn      = "arn:aws:lambda:ap-northeast-2:123456789012:function:qscreen-dev-mcp-vision:live"
    invoke_arn     = "arn:aws:apigateway:ap-northeast-2:lambda:path/2015-03-31/functions/arn:aws:lambda:ap-northeast-2:123456789012:function:qscreen-dev-mcp-vision:live/invocations"
    role_arn       = "arn:aws:iam::123456789012:role/qscreen-dev-mcp-vision"
    role_name      = "qscreen-dev-mcp-vision"
    log_group_name = "/aws/lambda/qscreen-dev-mcp-vision"
  }
}

override_module {
  target          = module.function["mcp-workflow"]
  override_during = plan
  outputs = {
    function_name  = "qscreen-dev-mcp-workflow"
    function_arn   = "arn:aws:lambda:ap-northeast-2:123456789012:function:qscreen-dev-mcp-workflow"
    alias_name     = "live"
    alias_arn      = "arn:aws:lambda:ap-northeast-2:123456789012:function:qscreen-dev-mcp-workflow:live"
    invoke_arn     = "arn:aws:apigateway:ap-northeast-2:lambda:path/2015-03-31/functions/arn:aws:lambda:ap-northeast-2:123456789012:function:qscreen-dev-mcp-workflow:live/invocations"
    role_arn       = "arn:aws:iam::123456789012:role/qscreen-dev-mcp-workflow"
    role_name      = "qscreen-dev-mcp-workflow"
    log_group_name = "/aws/lambda/qscreen-dev-mcp-workflow"
  }
}

override_module {
  target          = module.function["migrate"]
  override_during = plan
  outputs = {
    function_name  = "qscreen-dev-migrate"
    function_arn   = "arn:aws:lambda:ap-northeast-2:123456789012:function:qscreen-dev-migrate"
    alias_name     = "live"
    alias_arn      = "arn:aws:lambda:ap-northeast-2:123456789012:function:qscreen-dev-migrate:live"
    invoke_arn     = "arn:aws:apigateway:ap-northeast-2:lambda:path/2015-03-31/functions/arn:aws:lambda:ap-northeast-2:123456789012:function:qscreen-dev-migrate:live/invocations"
    role_arn       = "arn:aws:iam::123456789012:role/qscreen-dev-migrate"
    role_name      = "qscreen-dev-migrate"
    log_group_name = "/aws/lambda/qscreen-dev-migrate"
  }
}

override_module {
  target          = module.function["planner"]
  override_during = plan
  outputs = {
    function_name  = "qscreen-dev-planner"
    function_arn   = "arn:aws:lambda:ap-northeast-2:123456789012:function:qscreen-dev-planner"
    alias_name     = "live"
    alias_arn      = "arn:aws:lambda:ap-northeast-2:123456789012:function:qscreen-dev-planner:live"
    invoke_arn     = "arn:aws:apigateway:ap-northeast-2:lambda:path/2015-03-31/functions/arn:aws:lambda:ap-northeast-2:123456789012:function:qscreen-dev-planner:live/invocations"
    role_arn       = "arn:aws:iam::123456789012:role/qscreen-dev-planner"
    role_name      = "qscreen-dev-planner"
    log_group_name = "/aws/lambda/qscreen-dev-planner"
  }
}

override_module {
  target          = module.function["reap-devices"]
  override_during = plan
  outputs = {
    function_name  = "qscreen-dev-reap-devices"
    function_arn   = "arn:aws:lambda:ap-northeast-2:123456789012:function:qscreen-dev-reap-devices"
    alias_name     = "live"
    alias_arn      = "arn:aws:lambda:ap-northeast-2:123456789012:function:qscreen-dev-reap-devices:live"
    invoke_arn     = "arn:aws:apigateway:ap-northeast-2:lambda:path/2015-03-31/functions/arn:aws:lambda:ap-northeast-2:123456789012:function:qscreen-dev-reap-devices:live/invocations"
    role_arn       = "arn:aws:iam::123456789012:role/qscreen-dev-reap-devices"
    role_name      = "qscreen-dev-reap-devices"
    log_group_name = "/aws/lambda/qscreen-dev-reap-devices"
  }
}

override_module {
  target          = module.function["recorder"]
  override_during = plan
  outputs = {
    function_name  = "qscreen-dev-recorder"
    function_arn   = "arn:aws:lambda:ap-northeast-2:123456789012:function:qscreen-dev-recorder"
    alias_name     = "live"
    alias_arn      = "arn:aws:lambda:ap-northeast-2:123456789012:function:qscreen-dev-recorder:live"
    invoke_arn     = "arn:aws:apigateway:ap-northeast-2:lambda:path/2015-03-31/functions/arn:aws:lambda:ap-northeast-2:123456789012:function:qscreen-dev-recorder:live/invocations"
    role_arn       = "arn:aws:iam::123456789012:role/qscreen-dev-recorder"
    role_name      = "qscreen-dev-recorder"
    log_group_name = "/aws/lambda/qscreen-dev-recorder"
  }
}

override_module {
  target          = module.function["rotate-postgres"]
  override_during = plan
  outputs = {
    function_name  = "qscreen-dev-rotate-postgres"
    function_arn   = "arn:aws:lambda:ap-northeast-2:123456789012:function:qscreen-dev-rotate-postgres"
    alias_name     = "live"
    alias_arn      = "arn:aws:lambda:ap-northeast-2:123456789012:function:qscreen-dev-rotate-postgres:live"
    invoke_arn     = "arn:aws:apigateway:ap-northeast-2:lambda:path/2015-03-31/functions/arn:aws:lambda:ap-northeast-2:123456789012:function:qscreen-dev-rotate-postgres:live/invocations"
    role_arn       = "arn:aws:iam::123456789012:role/qscreen-dev-rotate-postgres"
    role_name      = "qscreen-dev-rotate-postgres"
    log_group_name = "/aws/lambda/qscreen-dev-rotate-postgres"
  }
}

override_module {
  target          = module.function["rotate-redis"]
  override_during = plan
  outputs = {
    function_name  = "qscreen-dev-rotate-redis"
    function_arn   = "arn:aws:lambda:ap-northeast-2:123456789012:function:qscreen-dev-rotate-redis"
    alias_name     = "live"
    alias_arn      = "arn:aws:lambda:ap-northeast-2:123456789012:function:qscreen-dev-rotate-redis:live"
    invoke_arn     = "arn:aws:apigateway:ap-northeast-2:lambda:path/2015-03-31/functions/arn:aws:lambda:ap-northeast-2:123456789012:function:qscreen-dev-rotate-redis:live/invocations"
    role_arn       = "arn:aws:iam::123456789012:role/qscreen-dev-rotate-redis"
    role_name      = "qscreen-dev-rotate-redis"
    log_group_name = "/aws/lambda/qscreen-dev-rotate-redis"
  }
}

override_module {
  target          = module.function["ship-logs"]
  override_during = plan
  outputs = {
    function_name  = "qscreen-dev-ship-logs"
    function_arn   = "arn:aws:lambda:ap-northeast-2:123456789012:function:qscreen-dev-ship-logs"
    alias_name     = "live"
    alias_arn      = "arn:aws:lambda:ap-northeast-2:123456789012:function:qscreen-dev-ship-logs:live"
    invoke_arn     = "arn:aws:apigateway:ap-northeast-2:lambda:path/2015-03-31/functions/arn:aws:lambda:ap-northeast-2:123456789012:function:qscreen-dev-ship-logs:live/invocations"
    role_arn       = "arn:aws:iam::123456789012:role/qscreen-dev-ship-logs"
    role_name      = "qscreen-dev-ship-logs"
    log_group_name = "/aws/lambda/qscreen-dev-ship-logs"
  }
}

override_module {
  target          = module.function["work-jobs"]
  override_during = plan
  outputs = {
    function_name  = "qscreen-dev-work-jobs"
    function_arn   = "arn:aws:lambda:ap-northeast-2:123456789012:function:qscreen-dev-work-jobs"
    alias_name     = "live"
    alias_arn      = "arn:aws:lambda:ap-northeast-2:123456789012:function:qscreen-dev-work-jobs:live"
    invoke_arn     = "arn:aws:apigateway:ap-northeast-2:lambda:path/2015-03-31/functions/arn:aws:lambda:ap-northeast-2:123456789012:function:qscreen-dev-work-jobs:live/invocations"
    role_arn       = "arn:aws:iam::123456789012:role/qscreen-dev-work-jobs"
    role_name      = "qscreen-dev-work-jobs"
    log_group_name = "/aws/lambda/qscreen-dev-work-jobs"
  }
}

override_module {
  target          = module.function["retention"]
  override_during = plan
  outputs = {
    function_name  = "qscreen-dev-retention"
    function_arn   = "arn:aws:lambda:ap-northeast-2:123456789012:function:qscreen-dev-retention"
    alias_name     = "live"
    alias_arn      = "arn:aws:lambda:ap-northeast-2:123456789012:function:qscreen-dev-retention:live"
    invoke_arn     = "arn:aws:apigateway:ap-northeast-2:lambda:path/2015-03-31/functions/arn:aws:lambda:ap-northeast-2:123456789012:function:qscreen-dev-retention:live/invocations"
    role_arn       = "arn:aws:iam::123456789012:role/qscreen-dev-retention"
    role_name      = "qscreen-dev-retention"
    log_group_name = "/aws/lambda/qscreen-dev-retention"
  }
}

override_module {
  target          = module.function["rotate-partner-key"]
  override_during = plan
  outputs = {
    function_name  = "qscreen-dev-rotate-partner-key"
    function_arn   = "arn:aws:lambda:ap-northeast-2:123456789012:function:qscreen-dev-rotate-partner-key"
    alias_name     = "live"
    alias_arn      = "arn:aws:lambda:ap-northeast-2:123456789012:function:qscreen-dev-rotate-partner-key:live"
    invoke_arn     = "arn:aws:apigateway:ap-northeast-2:lambda:path/2015-03-31/functions/arn:aws:lambda:ap-northeast-2:123456789012:function:qscreen-dev-rotate-partner-key:live/invocations"
    role_arn       = "arn:aws:iam::123456789012:role/qscreen-dev-rotate-partner-key"
    role_name      = "qscreen-dev-rotate-partner-key"
    log_group_name = "/aws/lambda/qscreen-dev-rotate-partner-key"
  }
}

override_module {
  target          = module.function["user-data"]
  override_during = plan
  outputs = {
    function_name  = "qscreen-dev-user-data"
    function_arn   = "arn:aws:lambda:ap-northeast-2:123456789012:function:qscreen-dev-user-data"
    alias_name     = "live"
    alias_arn      = "arn:aws:lambda:ap-northeast-2:123456789012:function:qscreen-dev-user-data:live"
    invoke_arn     = "arn:aws:apigateway:ap-northeast-2:lambda:path/2015-03-31/functions/arn:aws:lambda:ap-northeast-2:123456789012:function:qscreen-dev-user-data:live/invocations"
    role_arn       = "arn:aws:iam::123456789012:role/qscreen-dev-user-data"
    role_name      = "qscreen-dev-user-data"
    log_group_name = "/aws/lambda/qscreen-dev-user-data"
  }
}

override_module {
  target          = module.function["write-audit"]
  override_during = plan
  outputs = {
    function_name  = "qscreen-dev-write-audit"
    function_arn   = "arn:aws:lambda:ap-northeast-2:123456789012:function:qscreen-dev-write-audit"
    alias_name     = "live"
    alias_arn      = "arn:aws:lambda:ap-northeast-2:123456789012:function:qscreen-dev-write-audit:live"
    invoke_arn     = "arn:aws:apigateway:ap-northeast-2:lambda:path/2015-03-31/functions/arn:aws:lambda:ap-northeast-2:123456789012:function:qscreen-dev-write-audit:live/invocations"
    role_arn       = "arn:aws:iam::123456789012:role/qscreen-dev-write-audit"
    role_name      = "qscreen-dev-write-audit"
    log_group_name = "/aws/lambda/qscreen-dev-write-audit"
  }
}

# The provider would ask Step Functions to validate the definition.
override_resource {
  target          = aws_sfn_state_machine.run
  override_during = plan
  values = {
    arn = "arn:aws:states:ap-northeast-2:123456789012:stateMachine:qscreen-dev-run"
  }
}

override_resource {
  target          = aws_sfn_state_machine.analysis
  override_during = plan
  values = {
    arn = "arn:aws:states:ap-northeast-2:123456789012:stateMachine:qscreen-dev-analysis"
  }
}

run "json" {
  command = plan

  assert {
    condition = jsondecode(data.aws_iam_policy_document.rotate_postgres.json).Statement[0] == {
      Sid      = "RotateSecret"
      Effect   = "Allow"
      Action   = ["secretsmanager:UpdateSecretVersionStage", "secretsmanager:PutSecretValue", "secretsmanager:GetSecretValue", "secretsmanager:DescribeSecret"]
      Resource = "arn:aws:secretsmanager:ap-northeast-2:123456789012:secret:qscreen-dev/postgres-abcdef"
    }
    error_message = "the rotation of PostgreSQL changes the application's secret only"
  }

  assert {
    condition = jsondecode(aws_iam_role_policy.device.policy).Statement[0] == {
      Sid      = "OwnQueue"
      Effect   = "Allow"
      Action   = ["sqs:ReceiveMessage", "sqs:GetQueueUrl", "sqs:GetQueueAttributes", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility"]
      Resource = "arn:aws:sqs:ap-northeast-2:123456789012:qscreen-dev-device-$${aws:PrincipalTag/device_id}"
    }
    error_message = "a device reaches its own queue only"
  }

  assert {
    condition = one([for statement in local._device_queue_policy.Statement : statement if statement.Sid == "OnlyDevicesReceive"]).Condition == {
      ArnNotEquals = { "aws:PrincipalArn" = ["arn:aws:iam::123456789012:role/qscreen-dev-device", "arn:aws:iam::123456789012:role/qscreen-dev-pool-device"] }
    }
    error_message = "nobody receives commands but a device, with credentials of the API or of the identity pool"
  }

  assert {
    condition     = jsondecode(aws_iam_role_policy.device.policy).Statement[1].Resource == "arn:aws:s3:::qscreen-dev-screenshots-123456789012/devices/$${aws:PrincipalTag/device_id}/*"
    error_message = "a device uploads below its own prefix only"
  }

  assert {
    condition     = jsondecode(aws_iam_role.device.assume_role_policy).Statement[0].Principal.AWS == "arn:aws:iam::123456789012:role/qscreen-dev-api" && jsondecode(aws_iam_role.device.assume_role_policy).Statement[0].Condition.Null == { "aws:RequestTag/device_id" = "false" }
    error_message = "only the API hands out device sessions, and none without the tag"
  }

  assert {
    condition     = toset([for statement in jsondecode(aws_iam_role_policy.analysis.policy).Statement : statement.Sid]) == toset(["DeliverLogs", "Trace", "Vision", "Document", "Language", "Classify", "ReadPicturesAndTexts", "StoreResult", "UseKeyOfPictures"]) && one([for statement in jsondecode(aws_iam_role_policy.analysis.policy).Statement : statement.Resource if statement.Sid == "StoreResult"]) == "arn:aws:s3:::qscreen-dev-screenshots-123456789012/runs/*/analysis.json"
    error_message = "an analysis may do what the AI services' policies say, read pictures, and write beside them what it found"
  }

  assert {
    condition     = one([for statement in jsondecode(aws_iam_role_policy.analysis.policy).Statement : statement.Resource if statement.Sid == "Classify"]) == "arn:aws:comprehend:ap-northeast-2:123456789012:document-classifier-endpoint/qscreen-dev-*" && one([for statement in data.aws_iam_policy_document.planner.statement : one(statement.resources) if statement.sid == "LayTexts"]) == "arn:aws:s3:::qscreen-dev-screenshots-123456789012/runs/*/text.txt"
    error_message = "an analysis asks this environment's classifiers, and the planner lays the text of a screen beside its snapshot and writes nothing else"
  }

  assert {
    condition     = toset(data.aws_iam_policy_document.scheduler.statement[0].resources) == toset([for name in ["reap-devices", "retention", "rotate-partner-key", "write-audit"] : "arn:aws:lambda:ap-northeast-2:123456789012:function:qscreen-dev-${name}:live"])
    error_message = "the clock invokes what is scheduled"
  }

  assert {
    condition     = toset(jsondecode(aws_iam_role_policy.state_machine.policy).Statement[2].Resource) == toset([for name in ["dispatch", "planner", "recorder"] : "arn:aws:lambda:ap-northeast-2:123456789012:function:qscreen-dev-${name}:live"])
    error_message = "a run invokes its three tasks"
  }

  assert {
    condition     = jsondecode(aws_iam_role_policy.state_machine.policy).Statement[3] == { Sid = "AnalysePictures", Effect = "Allow", Action = "states:StartSyncExecution", Resource = "arn:aws:states:ap-northeast-2:123456789012:stateMachine:qscreen-dev-analysis" }
    error_message = "a run starts analyses, and waits for them"
  }

  assert {
    condition     = alltrue([for document in values(data.aws_iam_policy_document.queue) : document.statement[0].effect == "Deny" && one(document.statement[0].condition).variable == "aws:SecureTransport"])
    error_message = "queues refuse what does not come by TLS"
  }

  assert {
    condition     = jsondecode(aws_iam_role_policy.schedules.policy).Statement[0] == { Sid = "SendJobs", Effect = "Allow", Action = "sqs:SendMessage", Resource = ["arn:aws:sqs:ap-northeast-2:123456789012:qscreen-dev-jobs", "arn:aws:sqs:ap-northeast-2:123456789012:qscreen-dev-dead-letters"] }
    error_message = "a user's schedule puts a job on the queue and does nothing else"
  }

  assert {
    condition     = jsondecode(aws_iam_role.schedules.assume_role_policy).Statement[0].Condition.ArnEquals == { "aws:SourceArn" = "arn:aws:scheduler:ap-northeast-2:123456789012:schedule-group/qscreen-dev" }
    error_message = "the role is taken for schedules of the platform's own group only"
  }

  assert {
    condition     = jsondecode(data.aws_iam_policy_document.workflows.json).Statement[2].Resource == "arn:aws:scheduler:ap-northeast-2:123456789012:schedule/qscreen-dev/sch-*" && jsondecode(data.aws_iam_policy_document.workflows.json).Statement[3].Condition.StringEquals == { "iam:PassedToService" = "scheduler.amazonaws.com" }
    error_message = "users' schedules can be made and deleted, the platform's own cannot, and their role goes to the scheduler alone"
  }

  assert {
    condition     = alltrue([for document in [data.aws_iam_policy_document.workflows, data.aws_iam_policy_document.api, data.aws_iam_policy_document.dispatch, data.aws_iam_policy_document.planner, data.aws_iam_policy_document.recorder, data.aws_iam_policy_document.migrate, data.aws_iam_policy_document.work_jobs, data.aws_iam_policy_document.reap_devices, data.aws_iam_policy_document.rotate_redis, data.aws_iam_policy_document.write_audit, data.aws_iam_policy_document.user_data, data.aws_iam_policy_document.retention, data.aws_iam_policy_document.rotate_partner_key] : alltrue(flatten([for statement in document.statement : [for action in statement.actions : !endswith(action, "*")]]))])
    error_message = "no policy of a function names all actions of a service"
  }

  assert {
    condition     = toset(flatten([for statement in jsondecode(data.aws_iam_policy_document.write_audit.json).Statement : statement.Action if strcontains(jsonencode(statement.Resource), var.data.buckets.audit.arn)])) == toset(["s3:GetObject", "s3:ListBucket", "s3:PutObject"])
    error_message = "the audit writer adds copies and reads them; it deletes nothing"
  }

  assert {
    condition     = !strcontains(jsonencode([for statement in jsondecode(data.aws_iam_policy_document.user_data.json).Statement : statement if statement.Sid == "EraseObjects"]), "-audit-")
    error_message = "an erasure deletes nothing in the audit bucket"
  }

  assert {
    condition     = length([for statement in jsondecode(data.aws_iam_policy_document.user_data.json).Statement : statement if endswith(statement.Sid, "Copies")]) == 0
    error_message = "without a recovery region there are no copies to reach"
  }

  assert {
    condition = alltrue([
      for document in concat(values(data.aws_iam_policy_document.keep_outbox), [data.aws_iam_policy_document.attend, data.aws_iam_policy_document.reap_devices]) :
      alltrue([
        for statement in jsondecode(document.json).Statement :
        statement.Condition == { "ForAllValues:StringLike" = { "dynamodb:LeadingKeys" = "audit#*" } }
        if contains(["KeepOutbox", "SendLeftEvents"], statement.Sid)
      ])
    ])
    error_message = "whoever keeps events for the audit reaches no document of a user in the same table"
  }

  assert {
    condition     = toset(flatten([for statement in jsondecode(data.aws_iam_policy_document.attend.json).Statement : statement.Action])) == toset(["dynamodb:DeleteItem", "dynamodb:PutItem", "dynamodb:UpdateItem", "events:PutEvents", "kms:Decrypt"])
    error_message = "an MCP server notes sessions and tells the audit"
  }

  assert {
    condition     = alltrue([for name, policies in local._policies : contains(keys(policies), "attend") if startswith(name, "mcp-")])
    error_message = "every MCP server knows the sessions that call"
  }

  assert {
    condition = alltrue([
      for name, document in data.aws_iam_policy_document.ask :
      one(jsondecode(document.json).Statement) == {
        Sid       = "KeepCalls"
        Effect    = "Allow"
        Action    = ["dynamodb:UpdateItem", "dynamodb:PutItem", "dynamodb:GetItem"]
        Resource  = var.data.tables.idempotency.arn
        Condition = { "ForAllValues:StringLike" = { "dynamodb:LeadingKeys" = "mcp#${name}#*" } }
      }
    ])
    error_message = "a server reaches the calls that wait at it, and no other item of the table"
  }

  assert {
    condition     = one([for statement in jsondecode(data.aws_iam_policy_document.rotate_partner_key.json).Statement : statement.Resource if statement.Sid == "RotateSecret"]) == "arn:aws:secretsmanager:ap-northeast-2:123456789012:secret:qscreen-dev/partner-*"
    error_message = "the rotation of partners' keys reaches no other secret"
  }

  assert {
    condition = alltrue([
      for document in values(data.aws_iam_policy_document.audit_queue) :
      document.statement[0].effect == "Deny" && one(document.statement[1].principals).identifiers == toset(["events.amazonaws.com"])
    ])
    error_message = "only the bus delivers into the audit's queues, and by TLS"
  }

  assert {
    condition = { for statement in jsondecode(data.aws_iam_policy_document.events.json).Statement : statement.Action => try(statement.Condition.ArnEquals["aws:SourceArn"], "") } == {
      "logs:CreateLogStream" = ""
      "logs:PutLogEvents"    = "arn:aws:events:ap-northeast-2:123456789012:rule/qscreen-dev/qscreen-dev-run-finished"
    }
    error_message = "one rule writes events into the log, and the stream that it needs can be made"
  }
}

run "copies_of_users_objects" {
  command = plan

  variables {
    data = merge(var.data, {
      copies = {
        region = "ap-northeast-1"
        buckets = { for purpose in ["artifacts", "audit", "screenshots", "settings", "templates"] : purpose => {
          name = "qscreen-dev-${purpose}-recovery-123456789012"
          arn  = "arn:aws:s3:::qscreen-dev-${purpose}-recovery-123456789012"
        } }
      }
      kept_days = { audit_lock = 365, backups = 365, logs = 760, model_calls = 90 }
    })
  }

  assert {
    condition = [for statement in jsondecode(data.aws_iam_policy_document.user_data.json).Statement : statement.Condition.StringLike["s3:prefix"] if statement.Sid == "ListCopies"] == [
      ["devices/*", "documents/*", "exports/*", "runs/*", "settings/*", "templates/*", "uploads/*"]
      ] && toset(flatten([for statement in jsondecode(data.aws_iam_policy_document.user_data.json).Statement : statement.Resource if statement.Sid == "ListCopies"])) == toset([
        for purpose in ["screenshots", "settings", "templates"] : "arn:aws:s3:::qscreen-dev-${purpose}-recovery-123456789012"
    ])
    error_message = "an erasure lists the versions of users' objects in the recovery region, and no others"
  }

  assert {
    condition = toset(flatten([for statement in jsondecode(data.aws_iam_policy_document.user_data.json).Statement : statement.Action if statement.Sid == "EraseCopies"])) == toset(["s3:DeleteObject", "s3:DeleteObjectVersion"]) && toset(flatten([for statement in jsondecode(data.aws_iam_policy_document.user_data.json).Statement : statement.Resource if statement.Sid == "EraseCopies"])) == toset(flatten([
      for purpose in ["screenshots", "settings", "templates"] : [
        for folder in ["devices", "documents", "exports", "runs", "settings", "templates", "uploads"] : "arn:aws:s3:::qscreen-dev-${purpose}-recovery-123456789012/${folder}/*"
      ]
    ]))
    error_message = "an erasure deletes users' copies, and nothing of the audit's"
  }

  assert {
    condition     = toset(flatten([for statement in jsondecode(data.aws_iam_policy_document.user_data.json).Statement : statement.Resource if statement.Sid == "UseKeys"])) == toset([var.key_arns.data, var.key_arns.screenshots, var.key_arns.secrets])
    error_message = "deleting a copy takes no key of the recovery region"
  }
}
