# The remote MCP servers: one function each, all behind API Gateway, which waits 29 s at most.
locals {
  _mcp_timeout_seconds = 29

  _mcp_environment = merge(
    local._audit_environment,
    {
      QS_ISSUER            = var.identity.issuer
      QS_SESSIONS_TABLE    = var.data.tables.sessions.name
      QS_IDEMPOTENCY_TABLE = var.data.tables.idempotency.name
    },
    length(var.settings.mcp_allowed_origins) == 0 ? {} : { QS_MCP_ALLOWED_ORIGINS = join(",", var.settings.mcp_allowed_origins) },
  )

  _intent_environment = var.settings.classifier_endpoints.intent == null ? {} : { QS_INTENT_CLASSIFIER_ARN = var.settings.classifier_endpoints.intent }
  _classifier_environment = merge(
    var.settings.classifier_endpoints.mail == null ? {} : { QS_MAIL_CLASSIFIER_ARN = var.settings.classifier_endpoints.mail },
    local._intent_environment,
  )

  _custom_labels_environment = var.ai.custom_labels_version_arn == null ? {} : {
    QS_CUSTOM_LABELS_VERSION_ARN = var.ai.custom_labels_version_arn
  }

  # What whoever converses with the models needs to know.
  _converse_environment = {
    QS_MODELS_PARAMETER  = var.ai.models_parameter.name
    QS_GUARDRAIL_ID      = var.ai.guardrail.id
    QS_GUARDRAIL_VERSION = var.ai.guardrail.version
  }

  _mcp_functions = {
    mcp-vision = {
      description     = "MCP server: pictures of screens"
      memory_mb       = 512
      timeout_seconds = local._mcp_timeout_seconds
      stores          = true
      environment = merge(local._mcp_environment, local._run_environment, local._custom_labels_environment, {
        QS_DEVICES_TABLE    = var.data.tables.devices.name
        QS_CACHE_SECRET_ARN = var.data.cache_secret_arn
      })
    }
    mcp-document = {
      description     = "MCP server: documents"
      memory_mb       = 1024
      timeout_seconds = local._mcp_timeout_seconds
      stores          = false
      environment     = merge(local._mcp_environment, local._run_environment)
    }
    mcp-language = {
      description     = "MCP server: texts"
      memory_mb       = 512
      timeout_seconds = local._mcp_timeout_seconds
      stores          = false
      environment     = merge(local._mcp_environment, local._classifier_environment)
    }
    mcp-planner = {
      description     = "MCP server: plans"
      memory_mb       = 512
      timeout_seconds = local._mcp_timeout_seconds
      stores          = true
      environment = merge(local._mcp_environment, local._run_environment, local._converse_environment, {
        QS_CACHE_SECRET_ARN = var.data.cache_secret_arn
      })
    }
    mcp-workflow = {
      description     = "MCP server: templates, runs and schedules"
      memory_mb       = 512
      timeout_seconds = local._mcp_timeout_seconds
      stores          = false
      environment = merge(local._mcp_environment, local._workflow_environment, {
        QS_RUNS_TABLE        = var.data.tables.runs.name
        QS_DEVICES_TABLE     = var.data.tables.devices.name
        QS_COMMANDS_TABLE    = var.data.tables.commands.name
        QS_STATE_MACHINE_ARN = local._state_machine_arn
      })
    }
  }
}
