locals {
  _manifest = jsondecode(file("${var.build_dir}/manifest.json"))

  # Built from names, not read from the resources: the machine invokes functions that start it,
  # functions assume a role that trusts them, and no function waits for a queue.
  _analysis_arn        = "arn:${var.context.partition}:states:${var.context.region}:${var.context.account_id}:stateMachine:${var.context.prefix}-analysis"
  _state_machine_arn   = "arn:${var.context.partition}:states:${var.context.region}:${var.context.account_id}:stateMachine:${var.context.prefix}-run"
  _device_role_arn     = "arn:${var.context.partition}:iam::${var.context.account_id}:role/${var.context.prefix}-device"
  _device_queue_prefix = "${var.context.prefix}-device-"
  _device_queue_arns   = "arn:${var.context.partition}:sqs:${var.context.region}:${var.context.account_id}:${local._device_queue_prefix}*"

  _rotated_secret_arns = [var.data.database_secret_arn, var.data.cache_secret_arn]

  _jwks_base = (
    var.endpoint_url == null
    ? var.identity.issuer
    : "${trimsuffix(coalesce(var.endpoint_url, "/"), "/")}/${var.identity.user_pool_id}"
  )

  # The rotation and the migrations go to the database itself: the proxy knows only the application's
  # user, with the password that is current.
  _database_environment = merge(
    { QS_DB_SECRET_ARN = var.data.database_secret_arn },
    var.data.database_proxy == null ? {} : { QS_DB_PROXY = var.data.database_proxy },
  )

  _run_environment = {
    QS_RUNS_TABLE         = var.data.tables.runs.name
    QS_SCREENSHOTS_BUCKET = var.data.buckets.screenshots.name
  }

  _command_environment = merge(local._run_environment, {
    QS_DEVICES_TABLE       = var.data.tables.devices.name
    QS_COMMANDS_TABLE      = var.data.tables.commands.name
    QS_SCREENSHOTS_KEY_ARN = var.key_arns.screenshots
  })

  # What the module looks up for the build: `stores` are functions that reach the databases.
  _functions = merge(local._mcp_functions, local._governance_functions, {
    api = {
      description     = "Serves the REST API"
      memory_mb       = 512
      timeout_seconds = 15
      stores          = false
      environment = merge(local._command_environment, local._workflow_environment, {
        QS_EVENT_BUS           = var.context.prefix
        QS_IDEMPOTENCY_TABLE   = var.data.tables.idempotency.name
        QS_SESSIONS_TABLE      = var.data.tables.sessions.name
        QS_JOBS_QUEUE_URL      = local._jobs_queue_url
        QS_DB_SECRET_ARN       = var.data.database_secret_arn
        QS_CACHE_SECRET_ARN    = var.data.cache_secret_arn
        QS_STATE_MACHINE_ARN   = local._state_machine_arn
        QS_DEVICE_QUEUE_PREFIX = local._device_queue_prefix
        QS_DEVICE_ROLE_ARN     = local._device_role_arn
        QS_DEVICE_QUEUE_POLICY = jsonencode(local._device_queue_policy)
      })
    }
    authorizer = {
      description     = "Checks tokens and scopes of requests"
      memory_mb       = 256
      timeout_seconds = 15
      stores          = false
      environment = merge(local._audit_environment, {
        QS_ISSUER        = var.identity.issuer
        QS_JWKS_URL      = "${local._jwks_base}/.well-known/jwks.json"
        QS_CLIENT_IDS    = join(",", var.identity.client_ids)
        QS_DEVICES_TABLE = var.data.tables.devices.name
      })
    }
    dispatch = {
      description     = "Puts commands on the queues of devices"
      memory_mb       = 256
      timeout_seconds = 15
      stores          = false
      environment = merge(local._command_environment, {
        QS_HEARTBEAT_SECONDS   = tostring(var.settings.heartbeat_seconds)
        QS_COMMAND_TTL_SECONDS = tostring(var.settings.command_ttl_seconds)
      })
    }
    planner = {
      description     = "Plans the steps of a run"
      memory_mb       = 512
      timeout_seconds = 55
      stores          = true
      environment     = merge(local._run_environment, local._converse_environment, local._intent_environment, { QS_CACHE_SECRET_ARN = var.data.cache_secret_arn })
    }
    recorder = {
      description     = "Records finished runs"
      memory_mb       = 512
      timeout_seconds = 30
      stores          = true
      environment = merge(local._database_environment, {
        QS_RUNS_TABLE       = var.data.tables.runs.name
        QS_CACHE_SECRET_ARN = var.data.cache_secret_arn
        QS_EVENT_BUS        = var.context.prefix
      })
    }
    migrate = {
      description     = "Brings the database schema up to date"
      memory_mb       = 256
      timeout_seconds = 300
      stores          = true
      environment     = { QS_DB_SECRET_ARN = var.data.database_admin_secret_arn }
    }
    rotate-postgres = {
      description     = "Rotates the application's user of PostgreSQL"
      memory_mb       = 256
      timeout_seconds = 60
      stores          = true
      environment     = { QS_DB_ADMIN_SECRET_ARN = var.data.database_admin_secret_arn }
    }
    rotate-redis = {
      description     = "Rotates the password of the application's user of Redis"
      memory_mb       = 256
      timeout_seconds = 300
      stores          = true
      environment     = { QS_CACHE_USER_ID = var.data.cache_user.id }
    }
    ship-logs = {
      description     = "Ships log events to OpenSearch"
      memory_mb       = 256
      timeout_seconds = 60
      stores          = true
      environment     = var.search == null ? {} : { QS_SEARCH_PARAMETER = var.search.endpoint_parameter.name }
    }
    work-jobs = {
      description     = "Works off the queue of bulk jobs"
      memory_mb       = 512
      timeout_seconds = 60
      stores          = false
      environment = merge(local._template_environment, local._audit_environment, {
        QS_RUNS_TABLE        = var.data.tables.runs.name
        QS_DEVICES_TABLE     = var.data.tables.devices.name
        QS_IDEMPOTENCY_TABLE = var.data.tables.idempotency.name
        QS_STATE_MACHINE_ARN = local._state_machine_arn
      })
    }
    reap-devices = {
      description     = "Ends what lost devices left open, and measures the fleet"
      memory_mb       = 256
      timeout_seconds = 120
      stores          = false
      environment = merge(local._audit_environment, {
        QS_DEVICES_TABLE         = var.data.tables.devices.name
        QS_COMMANDS_TABLE        = var.data.tables.commands.name
        QS_DEVICE_SILENT_SECONDS = tostring(var.settings.device_silent_seconds)
        QS_SECRET_ARNS           = join(",", local._rotated_secret_arns)
        QS_MODELS_PARAMETER      = var.ai.models_parameter.name
      })
    }
  })
}

locals {
  # Metrics carry the function's short name alone, and two environments may share an account.
  _metrics_namespace = coalesce(var.settings.metrics_namespace, "QScreen/${var.context.environment}")

  _function_environments = {
    for name, function in local._functions : name => merge(
      {
        QS_ENVIRONMENT               = var.context.environment
        QS_PREFIX                    = var.context.prefix
        POWERTOOLS_SERVICE_NAME      = name
        POWERTOOLS_METRICS_NAMESPACE = local._metrics_namespace
        POWERTOOLS_LOG_LEVEL         = var.settings.log_level
      },
      var.endpoint_url == null ? {} : { AWS_ENDPOINT_URL = var.endpoint_url },
      function.environment,
    )
  }
}

resource "aws_lambda_layer_version" "shared" {
  layer_name               = "${var.context.prefix}-shared"
  description              = "qscreen and the libraries that all functions share"
  s3_bucket                = aws_s3_object.package["layer"].bucket
  s3_key                   = aws_s3_object.package["layer"].key
  source_code_hash         = local._packages["layer"].sha256
  compatible_runtimes      = [local._manifest.runtime]
  compatible_architectures = [local._manifest.architecture]
}

module "function" {
  source   = "../lambda_function"
  for_each = local._functions

  context     = var.context
  name        = each.key
  description = each.value.description
  package = {
    bucket = aws_s3_object.package[each.key].bucket
    key    = aws_s3_object.package[each.key].key
    sha256 = local._packages[each.key].sha256
  }
  runtime         = local._manifest.runtime
  architecture    = local._manifest.architecture
  layer_arns      = [aws_lambda_layer_version.shared.arn]
  memory_mb       = each.value.memory_mb
  timeout_seconds = each.value.timeout_seconds
  tracing         = var.settings.tracing

  reserved_concurrency    = lookup(var.settings.reserved_concurrency, each.key, -1)
  provisioned_concurrency = lookup(var.settings.provisioned_concurrency, each.key, 0)
  deployment              = var.deployment

  environment = local._function_environments[each.key]

  policies                 = local._policies[each.key]
  permissions_boundary_arn = var.permissions_boundary_arn
  log_key_arn              = var.key_arns.logs
  environment_key_arn      = var.key_arns.data
  log_retention_days       = var.settings.log_retention_days

  dead_letter_queue = {
    arn     = local._queue_arns.dead_letters
    key_arn = var.key_arns.data
  }

  vpc = each.value.stores && var.settings.in_vpc ? {
    subnet_ids         = var.network.subnet_ids
    security_group_ids = [var.network.security_group_id]
  } : null
}
