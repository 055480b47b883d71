mock_provider "aws" {
  mock_data "aws_iam_policy_document" {
    defaults = { json = "{\"Version\":\"2012-10-17\",\"Statement\":[]}" }
  }

  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::123456789012:role/mocked" }
  }

  mock_resource "aws_cloudwatch_log_group" {
    defaults = { arn = "arn:aws:logs:ap-northeast-2:123456789012:log-group:mocked" }
  }

  mock_resource "aws_lambda_alias" {
    defaults = { arn = "arn:aws:lambda:ap-northeast-2:123456789012:function:mocked:live" }
  }

  mock_resource "aws_lambda_layer_version" {
    defaults = { arn = "arn:aws:lambda:ap-northeast-2:123456789012:layer:mocked:1" }
  }

  mock_resource "aws_cloudwatch_event_bus" {
    defaults = { arn = "arn:aws:events:ap-northeast-2:123456789012:event-bus/mocked" }
  }

  mock_resource "aws_sqs_queue" {
    defaults = { arn = "arn:aws:sqs:ap-northeast-2:123456789012:mocked" }
  }
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
    model_lifecycle_policy_json = jsonencode({ Version = "2012-10-17", Statement = [] })
    vision_policy_json          = jsonencode({ Version = "2012-10-17", Statement = [] })
    document_policy_json        = jsonencode({ Version = "2012-10-17", Statement = [] })
    language_policy_json        = jsonencode({ Version = "2012-10-17", Statement = [] })
    converse_policy_json        = jsonencode({ Version = "2012-10-17", Statement = [] })
    guardrail                   = { id = "guardrail", version = "1" }
    models_parameter = {
      name = "/qscreen/dev/models"
      arn  = "arn:aws:ssm:ap-northeast-2:123456789012:parameter/qscreen/dev/models"
    }
  }
}

run "state_machine_keeps_the_contract" {
  command = apply

  assert {
    condition     = aws_sfn_state_machine.run.name == "qscreen-dev-run" && aws_sfn_state_machine.run.type == "STANDARD"
    error_message = "executions are kept: the machine is a standard one"
  }

  assert {
    condition     = alltrue([for name, state in jsondecode(aws_sfn_state_machine.run.definition).States : contains([for catch in try(state.Catch, []) : catch.ErrorEquals[0]], "States.ALL") if state.Type == "Task" && name != "Finish"])
    error_message = "every task before the last catches everything"
  }

  assert {
    condition = alltrue([
      for name in ["Observe", "Act"] :
      jsondecode(aws_sfn_state_machine.run.definition).States[name].HeartbeatSeconds == 30
      && endswith(jsondecode(aws_sfn_state_machine.run.definition).States[name].Resource, ":lambda:invoke.waitForTaskToken")
    ])
    error_message = "device tasks wait for their token and end without a heartbeat"
  }

  assert {
    condition     = jsondecode(aws_sfn_state_machine.run.definition).States.Confirm.TimeoutSeconds == 3600 && jsondecode(aws_sfn_state_machine.run.definition).States.IsPlanned.Choices[0].Next == "Confirm"
    error_message = "a plan of mode confirm waits for a person, for a bounded time"
  }

  assert {
    condition     = jsondecode(aws_sfn_state_machine.run.definition).States.IsConfirmed.Choices[1].And[1].NumericLessThan == 3
    error_message = "repairs are bounded"
  }

  assert {
    condition     = !one(aws_sfn_state_machine.run.logging_configuration).include_execution_data
    error_message = "what was read off screens is not logged"
  }

  assert {
    condition     = toset(keys(output.functions)) == toset(["api", "authorizer", "dispatch", "mcp-document", "mcp-language", "mcp-planner", "mcp-vision", "mcp-workflow", "migrate", "planner", "reap-devices", "recorder", "retention", "rotate-partner-key", "rotate-postgres", "rotate-redis", "ship-logs", "user-data", "work-jobs", "write-audit"])
    error_message = "each folder of lambda_src with a handler is a function"
  }

  assert {
    condition     = aws_cloudwatch_event_bus.this.name == "qscreen-dev" && jsondecode(aws_cloudwatch_event_rule.finished.event_pattern) == { source = ["qscreen.runs"], detail-type = ["Run Finished"] }
    error_message = "finished runs are accounted for"
  }

  assert {
    condition     = alltrue([for queue in [aws_sqs_queue.dead_letters, aws_sqs_queue.jobs, aws_sqs_queue.jobs_dead_letters] : queue.kms_master_key_id == var.key_arns.data])
    error_message = "queues are encrypted"
  }

  assert {
    condition     = aws_sfn_state_machine.analysis.type == "EXPRESS" && jsondecode(aws_sfn_state_machine.analysis.definition).TimeoutSeconds == 20 && !one(aws_sfn_state_machine.analysis.logging_configuration).include_execution_data
    error_message = "analyses are express, bounded and do not log what they read"
  }

  assert {
    condition = alltrue(flatten([
      for branch in jsondecode(aws_sfn_state_machine.analysis.definition).States.Analyse.Branches : [
        for state in branch.States : try(reverse(state.Catch)[0].ErrorEquals[0] == "States.ALL" && length(state.Retry) > 0, false) || state.Type != "Task"
      ]
    ]))
    error_message = "an analysis that cannot be had does not end the others"
  }

  assert {
    condition = alltrue([
      for name, state in jsondecode(aws_sfn_state_machine.analysis.definition).States.Analyse.Branches[0].States.ReadRegions.ItemProcessor.States :
      try(reverse(state.Catch)[0].ErrorEquals[0] == "States.ALL", state.Type != "Task")
    ]) && jsondecode(aws_sfn_state_machine.analysis.definition).States.Analyse.Branches[0].States.ReadRegions.ItemsPath == "$.regions"
    error_message = "a region that cannot be read does not end the others, and there are no more than the planner asked for"
  }

  assert {
    condition     = jsondecode(aws_sfn_state_machine.run.definition).States.Analyse.Parameters.StateMachineArn == "arn:aws:states:ap-northeast-2:123456789012:stateMachine:qscreen-dev-analysis" && jsondecode(aws_sfn_state_machine.run.definition).States.Analyse.TimeoutSeconds == 20
    error_message = "a run waits for the analysis of its picture, for a bounded time"
  }

  assert {
    condition     = !contains(keys(local._function_environments["mcp-vision"]), "QS_CUSTOM_LABELS_VERSION_ARN")
    error_message = "without a trained version no function is told of one"
  }

  assert {
    condition     = jsondecode(aws_sqs_queue.jobs.redrive_policy).maxReceiveCount == 5 && aws_sqs_queue.jobs.visibility_timeout_seconds >= 6 * local._functions["work-jobs"].timeout_seconds
    error_message = "jobs that fail go to their dead letters, and none is taken twice while it is worked on"
  }

  assert {
    condition     = jsondecode(aws_sqs_queue.jobs_dead_letters.redrive_allow_policy).redrivePermission == "byQueue"
    error_message = "only the jobs queue may use its dead letters"
  }

  assert {
    condition     = aws_lambda_event_source_mapping.jobs.function_response_types == toset(["ReportBatchItemFailures"])
    error_message = "a job that fails comes back alone"
  }

  assert {
    condition     = aws_scheduler_schedule.this["reap-devices"].schedule_expression == "rate(5 minutes)" && length(one(one(aws_scheduler_schedule.this["reap-devices"].target).dead_letter_config)) > 0
    error_message = "lost devices are looked for every five minutes, and a schedule that fails is kept"
  }

  assert {
    condition     = aws_cloudwatch_event_archive.this.retention_days == 30
    error_message = "events can be replayed for a month"
  }

  assert {
    condition     = aws_lambda_event_source_mapping.audit.function_response_types == toset(["ReportBatchItemFailures"]) && jsondecode(aws_sqs_queue.audit.redrive_policy).maxReceiveCount == 5 && aws_sqs_queue.audit.visibility_timeout_seconds >= 6 * local._functions["write-audit"].timeout_seconds
    error_message = "events wait for the audit, and a poisoned one comes back alone and ends in the dead letters"
  }

  assert {
    condition     = jsondecode(aws_cloudwatch_event_rule.audited["platform"].event_pattern) == { source = [{ prefix = "qscreen." }] } && aws_cloudwatch_event_rule.audited["platform"].event_bus_name == "qscreen-dev" && aws_cloudwatch_event_rule.audited["rotations"].event_bus_name == "default"
    error_message = "every event of the platform is audited, and the rotations of its secrets"
  }

  assert {
    condition     = endswith(jsondecode(aws_cloudwatch_event_rule.audited["rotations"].event_pattern).detail.additionalEventData.SecretId[0].prefix, ":secret:qscreen-dev/")
    error_message = "secrets of others in the account are none of the platform's business"
  }

  assert {
    condition     = toset(keys(output.queues)) == toset(["dead_letters", "jobs", "jobs_dead_letters", "audit", "audit_dead_letters"])
    error_message = "the queues are known outside"
  }

  assert {
    condition     = { for name, schedule in aws_scheduler_schedule.this : name => schedule.schedule_expression if name != "reap-devices" } == { retention = "rate(1 day)", rotate-partner-key = "rate(1 hour)", write-audit = "rate(1 day)" }
    error_message = "the audit is verified and old data end every day, former keys within an hour"
  }
}

run "functions_on_aws" {
  command = plan

  assert {
    condition     = !contains(keys(local._function_environments["api"]), "AWS_ENDPOINT_URL")
    error_message = "on AWS no function is given an endpoint"
  }

  assert {
    condition     = local._function_environments["authorizer"].QS_JWKS_URL == "https://cognito-idp.ap-northeast-2.amazonaws.com/pool/.well-known/jwks.json" && local._function_environments["authorizer"].QS_CLIENT_IDS == "one,two"
    error_message = "keys come from the issuer"
  }

  assert {
    condition     = local._function_environments["api"].QS_STATE_MACHINE_ARN == "arn:aws:states:ap-northeast-2:123456789012:stateMachine:qscreen-dev-run" && local._function_environments["api"].QS_DEVICE_QUEUE_PREFIX == "qscreen-dev-device-"
    error_message = "names built from parts are those of the resources"
  }

  assert {
    condition     = alltrue([for environment in local._function_environments : environment.POWERTOOLS_METRICS_NAMESPACE == "QScreen/dev"]) && output.metrics_namespace == "QScreen/dev"
    error_message = "metrics tell the environments of an account apart"
  }

  assert {
    condition     = length([for name in keys(local._function_environments["user-data"]) : name if startswith(name, "QS_RECOVERY_")]) == 0 && jsondecode(local._function_environments["user-data"].QS_KEPT_DAYS) == { audit_lock = 365, document_results = 7, event_archive = 30, executions = 90, logs = 365, queues = 14 }
    error_message = "without a recovery region an erasure has no copies to delete"
  }

  assert {
    condition     = local._function_environments["recorder"].POWERTOOLS_SERVICE_NAME == "recorder" && local._function_environments["recorder"].QS_EVENT_BUS == "qscreen-dev"
    error_message = "each function says who it is"
  }

  assert {
    condition = alltrue([
      for name in ["api", "authorizer", "reap-devices", "user-data", "work-jobs", "mcp-document", "mcp-language", "mcp-planner", "mcp-vision", "mcp-workflow"] :
      local._function_environments[name].QS_EVENT_BUS == "qscreen-dev" && local._function_environments[name].QS_CONFIGURATION_TABLE == var.data.tables.configuration.name
    ])
    error_message = "whoever tells the audit knows the bus and the outbox"
  }

  assert {
    condition     = local._function_environments["migrate"].QS_DB_SECRET_ARN == var.data.database_admin_secret_arn && local._function_environments["recorder"].QS_DB_SECRET_ARN == var.data.database_secret_arn
    error_message = "only the migrations know the administrator of the database"
  }

  assert {
    condition     = length(data.aws_iam_policy_document.ship_logs) == 0
    error_message = "without a domain nothing may be shipped"
  }

  assert {
    condition     = endswith(one([for statement in data.aws_iam_policy_document.device.statement : one(statement.resources) if statement.sid == "OwnQueue"]), ":qscreen-dev-device-$${aws:PrincipalTag/device_id}")
    error_message = "a device reaches its own queue only"
  }
}

run "functions_on_an_endpoint" {
  command = plan

  variables {
    endpoint_url = "http://127.0.0.1:4566"
  }

  assert {
    condition     = alltrue([for environment in local._function_environments : environment.AWS_ENDPOINT_URL == "http://127.0.0.1:4566"])
    error_message = "every function is given the endpoint"
  }

  assert {
    condition     = local._function_environments["authorizer"].QS_JWKS_URL == "http://127.0.0.1:4566/pool/.well-known/jwks.json" && local._function_environments["authorizer"].QS_ISSUER == "https://cognito-idp.ap-northeast-2.amazonaws.com/pool"
    error_message = "keys come from the endpoint, the issuer stays"
  }
}

run "mcp_servers" {
  command = plan

  variables {
    settings = {
      mcp_allowed_origins  = ["https://tools.example.com"]
      classifier_endpoints = { mail = "arn:aws:comprehend:ap-northeast-2:123456789012:document-classifier-endpoint/qscreen-dev-mails" }
    }
    ai = {
      model_lifecycle_policy_json = jsonencode({ Version = "2012-10-17", Statement = [] })
      vision_policy_json          = jsonencode({ Version = "2012-10-17", Statement = [] })
      document_policy_json        = jsonencode({ Version = "2012-10-17", Statement = [] })
      language_policy_json        = jsonencode({ Version = "2012-10-17", Statement = [] })
      converse_policy_json        = jsonencode({ Version = "2012-10-17", Statement = [] })
      custom_labels_version_arn   = "arn:aws:rekognition:ap-northeast-2:123456789012:project/qscreen-dev-ui-elements/version/one/1700000000000"
      guardrail                   = { id = "guardrail", version = "1" }
      models_parameter = {
        name = "/qscreen/dev/models"
        arn  = "arn:aws:ssm:ap-northeast-2:123456789012:parameter/qscreen/dev/models"
      }
    }
  }

  assert {
    condition     = alltrue([for name in ["mcp-document", "mcp-language", "mcp-planner", "mcp-vision", "mcp-workflow"] : local._functions[name].timeout_seconds == 29 && local._function_environments[name].QS_ISSUER == var.identity.issuer && local._function_environments[name].QS_MCP_ALLOWED_ORIGINS == "https://tools.example.com"])
    error_message = "a server answers before the gateway gives up, and knows who signs tokens and which pages may ask"
  }

  assert {
    condition     = endswith(local._function_environments["mcp-language"].QS_MAIL_CLASSIFIER_ARN, "/qscreen-dev-mails") && alltrue([for name in ["mcp-language", "planner"] : !contains(keys(local._function_environments[name]), "QS_INTENT_CLASSIFIER_ARN")])
    error_message = "a classifier is asked where there is one"
  }

  assert {
    condition     = local._function_environments["mcp-vision"].QS_CUSTOM_LABELS_VERSION_ARN == var.ai.custom_labels_version_arn
    error_message = "the vision server knows the trained version where there is one"
  }

  assert {
    condition     = keys(local._policies["mcp-vision"]) == ["ask", "attend", "see", "work"] && keys(local._policies["mcp-document"]) == ["ask", "attend", "read", "work"] && keys(local._policies["mcp-language"]) == ["ask", "attend", "understand", "work"]
    error_message = "each server may ask the AI services of its subject"
  }

  assert {
    condition     = alltrue([for name in ["mcp-document", "mcp-language", "mcp-planner", "mcp-vision", "mcp-workflow"] : local._function_environments[name].QS_IDEMPOTENCY_TABLE == var.data.tables.idempotency.name && contains(keys(local._policies[name]), "ask")])
    error_message = "each server knows where calls wait for an answer of their client"
  }

  assert {
    condition     = one(data.aws_iam_policy_document.mcp_language.statement).resources == toset(["arn:aws:comprehend:ap-northeast-2:123456789012:document-classifier-endpoint/qscreen-dev-*"])
    error_message = "no classifier of another environment is asked"
  }

  assert {
    condition     = alltrue([for statement in data.aws_iam_policy_document.mcp_document.statement : alltrue([for resource in statement.resources : endswith(resource, "/documents/*")]) if contains(statement.actions, "s3:PutObject")])
    error_message = "what is read out of documents is kept in its own place"
  }
}

run "guarded_and_shipped" {
  command = plan

  variables {
    context = {
      environment    = "production"
      prefix         = "qscreen1-product1"
      parameter_path = "/qscreen/prod"
      account_id     = "123456789012"
      region         = "ap-northeast-2"
      partition      = "aws"
      guarded        = true
    }
    search = {
      domain_arn         = "arn:aws:es:ap-northeast-2:123456789012:domain/qscreen-prod"
      endpoint_parameter = { name = "/qscreen/prod/search", arn = "arn:aws:ssm:ap-northeast-2:123456789012:parameter/qscreen/prod/search" }
    }
    deployment = "codedeploy"
    settings = {
      reap_minutes            = 1
      reserved_concurrency    = { work-jobs = 20 }
      provisioned_concurrency = { api = 2 }
    }
  }

  assert {
    condition     = aws_cloudwatch_log_group.analysis.skip_destroy && aws_cloudwatch_log_group.state_machine.skip_destroy && aws_cloudwatch_log_group.events.skip_destroy
    error_message = "logs survive their stack in a guarded environment"
  }

  assert {
    condition     = local._function_environments["ship-logs"].QS_SEARCH_PARAMETER == "/qscreen/prod/search" && one(data.aws_iam_policy_document.ship_logs["work"].statement[1].resources) == "arn:aws:es:ap-northeast-2:123456789012:domain/qscreen-prod/_bulk"
    error_message = "logs go to the domain and nowhere else"
  }

  assert {
    condition     = aws_scheduler_schedule.this["reap-devices"].schedule_expression == "rate(1 minute)"
    error_message = "one minute is written in the singular"
  }

  assert {
    condition     = alltrue([for name in [aws_iam_role.device.name, aws_iam_role.schedules.name, aws_iam_role.scheduler.name, aws_iam_role.analysis.name, aws_sfn_state_machine.run.name, aws_sfn_state_machine.analysis.name] : length(name) <= 64]) && length(aws_sqs_queue.jobs_dead_letters.name) <= 80 && length(aws_cloudwatch_event_archive.this.name) <= 48
    error_message = "names stay within AWS's limits with the longest prefix"
  }
}

run "partners" {
  command = plan

  variables {
    partners = {
      acme = { secret_arn = "arn:aws:secretsmanager:ap-northeast-2:123456789012:secret:qscreen-dev/partner-acme-abcdef" }
    }
    settings = {
      history_days              = 90
      partner_key_overlap_hours = 48
      partner_probe_url         = "https://api.example.com/v1/health"
    }
  }

  assert {
    condition     = jsondecode(local._function_environments["rotate-partner-key"].QS_PARTNERS) == { acme = "arn:aws:secretsmanager:ap-northeast-2:123456789012:secret:qscreen-dev/partner-acme-abcdef" } && local._function_environments["rotate-partner-key"].QS_KEY_OVERLAP_SECONDS == "172800" && local._function_environments["rotate-partner-key"].QS_PARTNER_PROBE_URL == "https://api.example.com/v1/health"
    error_message = "the rotation knows its partners, their overlap and where to try a key"
  }

  assert {
    condition     = one(data.aws_iam_policy_document.rotate_partner_key.statement[0].resources) == "arn:aws:secretsmanager:ap-northeast-2:123456789012:secret:qscreen-dev/partner-*"
    error_message = "the rotation reaches the secrets of partners only"
  }

  assert {
    condition     = local._function_environments["retention"].QS_HISTORY_DAYS == "90"
    error_message = "the history is kept as long as is set"
  }
}

run "through_the_proxy_and_with_both_classifiers" {
  command = plan

  variables {
    data = merge(var.data, { database_proxy = "qscreen-dev.proxy-a1b2c3.ap-northeast-2.rds.amazonaws.com" })
    settings = {
      classifier_endpoints = {
        mail   = "arn:aws:comprehend:ap-northeast-2:123456789012:document-classifier-endpoint/qscreen-dev-mails"
        intent = "arn:aws:comprehend:ap-northeast-2:123456789012:document-classifier-endpoint/qscreen-dev-goals"
      }
    }
  }

  assert {
    condition     = local._function_environments["recorder"].QS_DB_PROXY == var.data.database_proxy && alltrue([for name in ["migrate", "rotate-postgres"] : !contains(keys(local._function_environments[name]), "QS_DB_PROXY")])
    error_message = "the application goes through the proxy; migrations and the rotation go to the database itself"
  }

  assert {
    condition     = alltrue([for name in ["mcp-language", "planner"] : endswith(local._function_environments[name].QS_INTENT_CLASSIFIER_ARN, "/qscreen-dev-goals")])
    error_message = "goals are sorted by a classifier where there is one"
  }
}

run "copies_in_another_region" {
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
    settings = { event_archive_days = 7 }
  }

  assert {
    condition = local._function_environments["user-data"].QS_RECOVERY_REGION == "ap-northeast-1" && jsondecode(local._function_environments["user-data"].QS_RECOVERY_BUCKETS) == {
      screenshots = "qscreen-dev-screenshots-recovery-123456789012"
      settings    = "qscreen-dev-settings-recovery-123456789012"
      templates   = "qscreen-dev-templates-recovery-123456789012"
    }
    error_message = "an erasure knows the copies of what users have"
  }

  assert {
    condition     = jsondecode(local._function_environments["user-data"].QS_KEPT_DAYS) == { audit_lock = 365, backups = 365, document_results = 7, event_archive = 7, executions = 90, logs = 760, model_calls = 760, queues = 14 }
    error_message = "a certificate says until when something is still held: the longest of what holds it"
  }
}
