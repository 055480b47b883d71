mock_provider "aws" {
  mock_data "aws_iam_policy_document" {
    defaults = { json = "{\"Version\":\"2012-10-17\",\"Statement\":[]}" }
  }

  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::123456789012:role/mocked" }
  }

  mock_resource "aws_sns_topic" {
    defaults = { arn = "arn:aws:sns:ap-northeast-2:123456789012:mocked" }
  }

  mock_resource "aws_codeconnections_connection" {
    defaults = { arn = "arn:aws:codeconnections:ap-northeast-2:123456789012:connection/mocked" }
  }

  mock_resource "aws_launch_template" {
    defaults = { id = "lt-0123456789abcdef0", latest_version = 1 }
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
  key_arns = {
    logs      = "arn:aws:kms:ap-northeast-2:123456789012:key/logs"
    data      = "arn:aws:kms:ap-northeast-2:123456789012:key/data"
    artifacts = "arn:aws:kms:ap-northeast-2:123456789012:key/artifacts"
  }
  dead_letter_queue = {
    arn = "arn:aws:sqs:ap-northeast-2:123456789012:qscreen-dev-dead-letters"
    url = "https://sqs.ap-northeast-2.amazonaws.com/123456789012/qscreen-dev-dead-letters"
  }
  functions = {
    api = {
      function_name = "qscreen-dev-api"
      function_arn  = "arn:aws:lambda:ap-northeast-2:123456789012:function:qscreen-dev-api"
      alias_name    = "live"
    }
    dispatch = {
      function_name = "qscreen-dev-dispatch"
      function_arn  = "arn:aws:lambda:ap-northeast-2:123456789012:function:qscreen-dev-dispatch"
      alias_name    = "live"
    }
  }
  release          = { version = "1.2.3", commit = "0123456789abcdef0123456789abcdef01234567" }
  artifacts_bucket = { name = "qscreen-dev-artifacts-123456789012", arn = "arn:aws:s3:::qscreen-dev-artifacts-123456789012" }
  network = {
    vpc_id                    = "vpc-0123456789abcdef0"
    private_subnet_ids        = ["subnet-0a", "subnet-0b"]
    build_security_group_id   = "sg-0b"
    bastion_security_group_id = "sg-0c"
  }
}

run "by_default_only_what_costs_nothing" {
  command = apply

  assert {
    condition     = alltrue([for name in ["alarms", "notifications"] : aws_sns_topic.this[name].name == "qscreen-dev-${name}" && aws_sns_topic.this[name].kms_master_key_id == var.key_arns.logs])
    error_message = "topics are encrypted"
  }

  assert {
    condition     = jsondecode(aws_ssm_parameter.release.value) == { version = "1.2.3", commit = "0123456789abcdef0123456789abcdef01234567" }
    error_message = "the release says what is deployed"
  }

  assert {
    condition = output.runbook_names == {
      for name in ["halt", "redrive", "restore-database", "restore-table", "resume", "revoke-device", "rotate-secret"] : name => "qscreen-dev-${name}"
    }
    error_message = "each runbook is a document"
  }

  assert {
    condition     = jsondecode(aws_ssm_document.runbook["redrive"].content).mainSteps[0].inputs.InputPayload == { queue_url = var.dead_letter_queue.url, functions = [var.functions.api.function_arn, var.functions.dispatch.function_arn], limit = "{{ Limit }}" }
    error_message = "the runbook repeats the platform's own invocations"
  }

  assert {
    condition = alltrue(flatten([
      for document in aws_ssm_document.runbook : [
        for step in jsondecode(document.content).mainSteps : strcontains(step.inputs.Script, "def ${step.inputs.Handler}(events, _context):") if step.action == "aws:executeScript"
      ]
    ]))
    error_message = "each script has the handler that its step names"
  }

  assert {
    condition     = alltrue([for document in aws_ssm_document.runbook : length(document.content) < 65536])
    error_message = "Systems Manager takes documents of up to 64 KB"
  }

  assert {
    condition     = jsondecode(aws_cloudwatch_event_rule.runbooks.event_pattern).detail.Definition == [for name in sort(keys(output.runbook_names)) : "qscreen-dev-${name}"]
    error_message = "the end of each runbook is told"
  }

  assert {
    condition = { for name, rule in aws_cloudwatch_event_rule.announcement : rule.name => jsondecode(rule.event_pattern).detail } == {
      qscreen-dev-backups = {
        state       = ["ABORTED", "EXPIRED", "FAILED"]
        resourceArn = [{ prefix = "arn:aws:dynamodb:ap-northeast-2:123456789012:table/qscreen-dev-" }, { prefix = "arn:aws:rds:ap-northeast-2:123456789012:db:qscreen-dev" }]
      }
      qscreen-dev-database  = { SourceIdentifier = ["qscreen-dev"], EventCategories = ["deletion", "failover", "failure", "low storage", "security"] }
      qscreen-dev-exposures = { status = ["ACTIVE"] }
      qscreen-dev-findings  = { severity = [{ numeric = [">=", 7] }] }
      qscreen-dev-health    = { eventTypeCategory = ["issue", "scheduledChange"] }
    }
    error_message = "what AWS says of the environment is heard, and nothing that went well"
  }

  assert {
    condition = alltrue([
      for name, target in aws_cloudwatch_event_target.announcement :
      target.target_id == (contains(["backups", "database", "findings"], name) ? "alarms" : "notifications") && alltrue([
        for path in keys(target.input_transformer[0].input_paths) : strcontains(target.input_transformer[0].input_template, "<${path}>")
      ])
    ])
    error_message = "what happens now is an alarm, and each message says what its event holds"
  }

  assert {
    condition     = aws_budgets_budget.this["monthly"].limit_amount == "100" && one([for filter in aws_budgets_budget.this["monthly"].cost_filter : filter if filter.name == "TagKeyValue"]).values == tolist(["user:Environment$dev"]) && length(aws_budgets_budget.this["monthly"].notification) == 3
    error_message = "costs of the environment are watched"
  }

  assert {
    condition = 0 == sum([
      length(aws_sns_topic_subscription.this), length(aws_sns_sms_preferences.this), length(aws_sns_platform_application.this),
      length(aws_codedeploy_app.functions), length(aws_codedeploy_deployment_group.function), length(aws_codepipeline.this),
      length(aws_codebuild_project.this), length(aws_codeconnections_connection.github), length(aws_ssm_parameter.released_code),
      length(aws_cloudformation_stack.onboarding), length(aws_instance.bastion), length(aws_ssm_maintenance_window.bastion),
    ])
    error_message = "nothing optional is there unless named"
  }

  assert {
    condition     = output.owns_aliases == false && output.pipeline_name == null && output.bastion == null && output.connection_arn == null
    error_message = "what is not there is null"
  }
}

run "a_changed_template_needs_a_new_version" {
  command = plan

  assert {
    condition     = output.onboarding_template.version == "1.0.0" && sha256(aws_s3_object.onboarding.content) == "dd9ccbfdf97d65a1eab74fec0aa0c50617f4e142401a02c491ac22c234695a59"
    error_message = "raise Metadata.Version of templates/onboarding.yaml, then write the new version and hash here"
  }

  assert {
    condition     = yamldecode(aws_s3_object.onboarding.content).Outputs.TemplateVersion.Value == output.onboarding_template.version && output.onboarding_template.key == "templates/onboarding/1.0.0/onboarding.yaml"
    error_message = "stack and published key say the version"
  }

  assert {
    condition     = one(yamldecode(aws_s3_object.onboarding.content).Resources.Role.Properties.AssumeRolePolicyDocument.Statement).Condition.StringEquals["sts:ExternalId"].Ref == "ExternalId"
    error_message = "nobody assumes the role without the external id"
  }

  assert {
    condition     = yamldecode(aws_s3_object.onboarding.content).Resources.Role.Properties.PermissionsBoundary.Ref == "Policy" && yamldecode(aws_s3_object.onboarding.content).Resources.Role.Properties.ManagedPolicyArns == [{ Ref = "Policy" }]
    error_message = "what the role may read is also the most it may ever do"
  }

  assert {
    condition = alltrue(flatten([
      for statement in yamldecode(aws_s3_object.onboarding.content).Resources.Policy.Properties.PolicyDocument.Statement : [
        for action in flatten([statement.Action]) : can(regex("^[a-z0-9]+:(Get|List|Describe|Lookup)[A-Za-z]+$", action)) && !can(regex("GetObject$|GetItem|GetSecretValue|GetLogEvents", action))
      ] if statement.Effect == "Allow"
    ]))
    error_message = "the role reads configuration, and no data"
  }

  assert {
    condition     = [for statement in yamldecode(aws_s3_object.onboarding.content).Resources.Policy.Properties.PolicyDocument.Statement : statement.Sid if statement.Effect == "Allow" && try(statement.Resource == "*", false)] == ["LookEventsUp"]
    error_message = "only the operation without a resource form names all resources"
  }
}

run "everything_guarded_with_the_longest_names" {
  command = apply

  variables {
    context = {
      environment    = "staging1"
      prefix         = "qscreen1-staging1"
      parameter_path = "/qscreen1/staging1"
      account_id     = "123456789012"
      region         = "ap-northeast-2"
      partition      = "aws"
      guarded        = true
    }
    permissions_boundary_arn = "arn:aws:iam::123456789012:policy/qscreen1-staging1-boundary"
    deployment_alarm_names   = ["qscreen1-staging1-api-errors"]
    function_alarm_names     = { dispatch = "qscreen1-staging1-function-dispatch-errors" }
    push_credentials         = { phones = { credential = "only-for-the-test" } }
    settings = {
      subscriptions = {
        team   = { protocol = "email", endpoint = "ops@example.com" }
        duty   = { protocol = "sms", endpoint = "+821012345678" }
        hook   = { topic = "notifications", protocol = "https", endpoint = "https://ops.example.com/hook" }
        ticket = { topic = "notifications", protocol = "sqs", endpoint = "arn:aws:sqs:ap-northeast-2:123456789012:tickets" }
      }
      sms         = { sender_id = "QScreen" }
      mobile_push = { phones = { platform = "GCM" }, tablets = { platform = "APNS" } }
      budgets     = { models = { limit_usd = 20, services = ["Amazon Bedrock"], emails = ["ops@example.com"] } }
      deployments = {}
      pipeline    = { repository = "example/qscreen", in_vpc = true }
      onboarding  = { yearly = { account_id = "210987654321", external_id = "0123456789abcdef" } }
      bastion     = {}
    }
  }

  assert {
    condition     = { for name, subscription in aws_sns_topic_subscription.this : name => subscription.protocol } == { team = "email", duty = "sms", hook = "https", ticket = "sqs" }
    error_message = "each kind of subscription is there"
  }

  assert {
    condition     = aws_sns_sms_preferences.this["account"].default_sms_type == "Transactional" && aws_sns_sms_preferences.this["account"].monthly_spend_limit == 1
    error_message = "text messages are bounded in cost"
  }

  assert {
    condition     = keys(aws_sns_platform_application.this) == ["phones"] && aws_sns_platform_application.this["phones"].platform == "GCM"
    error_message = "push needs a credential"
  }

  assert {
    condition     = keys(aws_budgets_budget.this) == ["models"] && one([for filter in aws_budgets_budget.this["models"].cost_filter : filter if filter.name == "Service"]).values == tolist(["Amazon Bedrock"])
    error_message = "a budget may be of some services"
  }

  assert {
    condition     = keys(aws_codedeploy_deployment_group.function) == ["api", "dispatch"] && alltrue([for group in aws_codedeploy_deployment_group.function : group.deployment_config_name == "qscreen1-staging1-canary-10-5" && one(group.auto_rollback_configuration).enabled && one(group.deployment_style).deployment_option == "WITH_TRAFFIC_CONTROL"])
    error_message = "each function shifts by a canary that alarms take back"
  }

  assert {
    condition = { for name, group in aws_codedeploy_deployment_group.function : name => one(group.alarm_configuration).alarms } == {
      api      = toset(["qscreen1-staging1-api-errors"])
      dispatch = toset(["qscreen1-staging1-api-errors", "qscreen1-staging1-function-dispatch-errors"])
    } && alltrue([for group in aws_codedeploy_deployment_group.function : one(group.alarm_configuration).enabled])
    error_message = "a deployment watches the platform and the function that it deploys"
  }

  assert {
    condition     = aws_codedeploy_app.functions["functions"].compute_platform == "Lambda" && one(one(aws_codedeploy_deployment_config.functions["functions"].traffic_routing_config).time_based_canary).percentage == 10 && output.owns_aliases
    error_message = "ten percent first"
  }

  assert {
    condition     = [for stage in aws_codepipeline.this["functions"].stage : stage.name] == ["Source", "Test", "Build", "Approve", "Deploy"] && aws_codepipeline.this["functions"].pipeline_type == "V2" && one(aws_codepipeline.this["functions"].artifact_store).encryption_key[0].id == var.key_arns.artifacts
    error_message = "guarded environments wait for an approval"
  }

  assert {
    condition     = aws_codepipeline.this["functions"].stage[0].action[0].configuration.FullRepositoryId == "example/qscreen" && length(aws_codeconnections_connection.github["functions"].name) <= 32
    error_message = "the source is the repository"
  }

  assert {
    condition     = one(one([for statement in data.aws_iam_policy_document.pipeline["functions"].statement : statement if statement.sid == "ReadRepository"]).condition).values == tolist(["example/qscreen"])
    error_message = "the connection serves one repository"
  }

  assert {
    condition     = keys(aws_codebuild_project.this) == ["build", "deploy", "test"] && alltrue([for project in aws_codebuild_project.this : !one(project.environment).privileged_mode && project.encryption_key == var.key_arns.artifacts && one(project.vpc_config).subnets == toset(["subnet-0a", "subnet-0b"]) && one(project.logs_config).cloudwatch_logs[0].status == "ENABLED"])
    error_message = "builds are encrypted, logged, unprivileged and in the VPC"
  }

  assert {
    condition     = jsondecode(one([for variable in one(aws_codebuild_project.this["deploy"].environment).environment_variable : variable.value if variable.name == "QS_FUNCTIONS"])).api == { function_name = "qscreen-dev-api", alias_name = "live" }
    error_message = "the stage knows the functions"
  }

  assert {
    condition     = alltrue([for project in aws_codebuild_project.this : yamldecode(one(project.source).buildspec).version == 0.2])
    error_message = "buildspecs are read as such"
  }

  assert {
    condition     = alltrue([for group in merge(aws_cloudwatch_log_group.build, aws_cloudwatch_log_group.sessions) : group.skip_destroy && group.kms_key_id == var.key_arns.logs && group.retention_in_days == 365])
    error_message = "logs are encrypted and outlive the environment"
  }

  assert {
    condition     = aws_cloudformation_stack.onboarding["yearly"].parameters == tomap({ Name = "yearly", Prefix = "qscreen1-staging1", ParameterPath = "qscreen1/staging1", AuditorAccountId = "210987654321", ExternalId = "0123456789abcdef" })
    error_message = "the auditor's role has an external id"
  }

  assert {
    condition     = !aws_instance.bastion["bastion"].associate_public_ip_address && one(aws_instance.bastion["bastion"].metadata_options).http_tokens == "required" && one(one(aws_launch_template.bastion["bastion"].block_device_mappings).ebs).encrypted == "true"
    error_message = "the bastion has no address, IMDSv2 and an encrypted volume"
  }

  assert {
    condition     = aws_ssm_patch_group.bastion["bastion"].patch_group == aws_instance.bastion["bastion"].tags.PatchGroup && one(aws_ssm_maintenance_window_target.bastion["bastion"].targets).values == tolist([aws_instance.bastion["bastion"].tags.PatchGroup])
    error_message = "baseline and window find the bastion by its patch group"
  }

  assert {
    condition     = { for name, task in aws_ssm_maintenance_window_task.bastion : name => task.task_arn } == { agent = "AWS-UpdateSSMAgent", patch = "AWS-RunPatchBaseline" }
    error_message = "the window updates the agent and installs patches"
  }

  assert {
    condition     = jsondecode(aws_ssm_document.session["bastion"].content).inputs.cloudWatchLogGroupName == aws_cloudwatch_log_group.sessions["bastion"].name && output.bastion.session_document == "qscreen1-staging1-session"
    error_message = "sessions are logged"
  }

  assert {
    condition = alltrue([for name in concat(
      [for role in aws_iam_role.runbook : role.name], [for role in aws_iam_role.build : role.name],
      [for role in aws_iam_role.pipeline : role.name], [for role in aws_iam_role.codedeploy : role.name], [for role in aws_iam_role.bastion : role.name],
      ["qscreen1-staging1-auditor-abcdefghijklmnop"],
    ) : length(name) <= 64])
    error_message = "roles are named within IAM's limit"
  }

  assert {
    condition     = alltrue([for role in concat(values(aws_iam_role.runbook), values(aws_iam_role.build), values(aws_iam_role.pipeline), values(aws_iam_role.codedeploy), values(aws_iam_role.bastion)) : role.permissions_boundary == var.permissions_boundary_arn])
    error_message = "every role is bounded"
  }

  assert {
    condition     = alltrue([for group in aws_codedeploy_deployment_group.function : length(group.deployment_group_name) <= 100 && length(group.deployment_config_name) <= 100])
    error_message = "CodeDeploy's names are within their limits"
  }
}

run "an_archive_as_source_and_linear_traffic" {
  command = plan

  variables {
    settings = {
      budgets     = {}
      deployments = { traffic = "linear", percent = 20, minutes = 1 }
      pipeline    = { source_key = "source/qscreen.zip" }
    }
  }

  assert {
    condition     = [for stage in aws_codepipeline.this["functions"].stage : stage.name] == ["Source", "Test", "Build", "Deploy"] && aws_codepipeline.this["functions"].stage[0].action[0].configuration.S3ObjectKey == "source/qscreen.zip" && length(aws_codeconnections_connection.github) == 0
    error_message = "an unguarded environment asks nobody, and an archive needs no connection"
  }

  assert {
    condition     = one(one(aws_codedeploy_deployment_config.functions["functions"].traffic_routing_config).time_based_linear).percentage == 20 && alltrue([for group in aws_codedeploy_deployment_group.function : !one(group.alarm_configuration).enabled])
    error_message = "traffic moves part after part"
  }

  assert {
    condition     = alltrue([for project in aws_codebuild_project.this : length(project.vpc_config) == 0]) && length(aws_budgets_budget.this) == 0 && length(aws_iam_role_policy.build_in_vpc) == 0
    error_message = "builds stay outside the VPC, and budgets can be left out"
  }
}

run "all_at_once" {
  command = plan

  variables {
    settings = { deployments = { traffic = "all_at_once" } }
  }

  assert {
    condition     = length(aws_codedeploy_deployment_config.functions) == 0 && alltrue([for group in aws_codedeploy_deployment_group.function : group.deployment_config_name == "CodeDeployDefault.LambdaAllAtOnce"]) && length(aws_codepipeline.this) == 0
    error_message = "AWS's own configuration serves, and deployments need no pipeline"
  }
}

run "alarms_that_nobody_hears" {
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
    settings = { subscriptions = { hook = { topic = "notifications", protocol = "https", endpoint = "https://ops.example.com/hook" } } }
  }

  expect_failures = [check.alarms_are_heard]
}
