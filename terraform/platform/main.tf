module "context" {
  source = "../../modules/context"

  environment     = var.environment
  recovery_region = var.recovery_region
  tags            = var.tags
}

# 1 ------------------------------------------------------------------------------------------

module "client" {
  source = "../../modules/client"

  context            = module.context.context
  access_logs_bucket = module.data.access_logs_bucket.name
  artifacts_key_arn  = module.security.key_arns["artifacts"]
  secrets_key_arn    = module.security.key_arns["secrets"]

  permissions_boundary_arn = module.security.permissions_boundary_arn

  settings = var.client

  api = {
    url   = module.network.api_url
    id    = module.network.api_id
    stage = module.network.stage_name
  }

  device_resources = {
    queue_arn_prefix   = module.compute.device_queue_arn_prefix
    uploads_arn_prefix = "${module.data.buckets["screenshots"].arn}/devices/"
    queue_key_arn      = module.security.key_arns["data"]
    uploads_key_arn    = module.security.key_arns["screenshots"]
  }
}

# 2 ------------------------------------------------------------------------------------------

module "network" {
  source = "../../modules/network"

  context                  = module.context.context
  openapi_template         = "${var.build_dir}/${local._manifest.openapi}"
  functions                = module.compute.functions
  authorizer_function      = module.compute.functions["authorizer"]
  logs_key_arn             = module.security.key_arns["logs"]
  web_acl_arn              = module.security.web_acl_arn
  permissions_boundary_arn = module.security.permissions_boundary_arn
  endpoint_url             = var.endpoint_url
  settings                 = var.network
}

locals {
  _manifest = jsondecode(file("${var.build_dir}/manifest.json"))
}

# 3 ------------------------------------------------------------------------------------------

module "ai" {
  source = "../../modules/ai"

  context                  = module.context.context
  models                   = var.models
  data_key_arn             = module.security.key_arns["data"]
  logs_key_arn             = module.security.key_arns["logs"]
  invocation_logs_bucket   = module.data.buckets["logs"]
  permissions_boundary_arn = module.security.permissions_boundary_arn
  settings                 = var.ai
}

# 4 ------------------------------------------------------------------------------------------

module "compute" {
  source = "../../modules/compute"

  context                  = module.context.context
  build_dir                = var.build_dir
  key_arns                 = module.security.key_arns
  permissions_boundary_arn = module.security.permissions_boundary_arn
  endpoint_url             = var.endpoint_url
  search                   = module.observability.search

  # Emulators declare CodeDeploy, but it shifts nothing there.
  deployment = var.devops.deployments == null || var.emulated ? "terraform" : "codedeploy"
  settings   = var.compute

  partners = { for name, arn in module.client.partner_secret_arns : name => { secret_arn = arn } }

  identity = {
    issuer       = module.client.issuer
    user_pool_id = module.client.user_pool_id
    client_ids   = [module.client.agent_client_id]
  }

  network = {
    subnet_ids        = module.network.subnet_ids["private"]
    security_group_id = module.network.security_group_ids["functions"]
  }

  data = {
    tables                    = module.data.tables
    buckets                   = module.data.buckets
    database_secret_arn       = module.data.database_secret_arn
    database_proxy            = module.data.database_proxy_endpoint
    database_admin_secret_arn = module.data.database_admin_secret_arn
    cache_secret_arn          = module.data.cache_secret_arn
    cache_user                = module.data.cache_user
    copies                    = one(module.recovery[*].copies)
    kept_days                 = merge(module.data.kept_days, module.ai.kept_days)
  }

  ai = {
    model_lifecycle_policy_json = module.ai.model_lifecycle_policy_json
    vision_policy_json          = module.ai.vision_policy_json
    document_policy_json        = module.ai.document_policy_json
    language_policy_json        = module.ai.language_policy_json
    converse_policy_json        = module.ai.converse_policy_json
    custom_labels_version_arn   = module.ai.custom_labels_version_arn

    models_parameter = {
      name = module.ai.models_parameter
      arn  = module.ai.models_parameter_arn
    }

    guardrail = {
      id      = module.ai.guardrail.id
      version = module.ai.guardrail.version
    }
  }
}

# 5 ------------------------------------------------------------------------------------------

module "data" {
  source = "../../modules/data"

  context                  = module.context.context
  key_arns                 = module.security.key_arns
  isolated_subnet_ids      = module.network.subnet_ids["isolated"]
  security_group_ids       = module.network.security_group_ids
  database_password        = ephemeral.aws_secretsmanager_random_password.this["database"].random_password
  cache_password           = ephemeral.aws_secretsmanager_random_password.this["cache"].random_password
  permissions_boundary_arn = module.security.operations_boundary_arn
  recovery                 = one(module.recovery[*].stores)
  database_authorities     = try(local._manifest.rds_authorities, null)
  settings                 = var.data
}

# Made here rather than in the layer, which takes them as values: mocked providers, with which the
# modules are tested, know no ephemeral resources.
ephemeral "aws_secretsmanager_random_password" "this" {
  for_each = { database = 32, cache = 32 }

  password_length     = each.value
  exclude_punctuation = true
}

# The one block that lives in another region.
module "recovery" {
  source = "../../modules/recovery"
  count  = var.recovery_region == null ? 0 : 1

  providers = { aws = aws.recovery }

  context  = module.context.context
  key_arns = module.security.key_arns
  buckets  = module.data.copied_buckets
  settings = { force_destroy = coalesce(var.data.force_destroy, false) }
}

# 6 ------------------------------------------------------------------------------------------

module "security" {
  source = "../../modules/security"

  context       = module.context.context
  config_bucket = module.data.buckets["logs"]
  settings      = var.security

  rotations = merge(local._partner_rotations, {
    postgres = {
      secret_arn    = module.data.rotatable_secrets["postgres"]
      function_arn  = module.compute.functions["rotate-postgres"].alias_arn
      function_name = module.compute.functions["rotate-postgres"].function_name
    }
    redis = {
      secret_arn    = module.data.rotatable_secrets["redis"]
      function_arn  = module.compute.functions["rotate-redis"].alias_arn
      function_name = module.compute.functions["rotate-redis"].function_name
    }
  })
}

locals {
  _partner_rotations = {
    for name, arn in module.client.rotatable_partner_secrets : "partner-${name}" => {
      secret_arn    = arn
      function_arn  = module.compute.functions["rotate-partner-key"].alias_arn
      function_name = module.compute.functions["rotate-partner-key"].function_name
    }
  }
}

# 7 ------------------------------------------------------------------------------------------

module "observability" {
  source = "../../modules/observability"

  context                  = module.context.context
  alarm_topic_arn          = module.devops.alarm_topic_arn
  logs_key_arn             = module.security.key_arns["logs"]
  permissions_boundary_arn = module.security.permissions_boundary_arn
  functions                = { for name, function in module.compute.functions : name => function.function_name }
  metrics_namespace        = module.compute.metrics_namespace
  function_log_groups      = { for name, function in module.compute.functions : name => function.log_group_name }
  ship_logs_function       = module.compute.functions["ship-logs"]
  state_machine_arns       = module.compute.state_machine_arns
  queues                   = { for purpose, queue in module.compute.queues : purpose => queue.name }
  tables                   = { for purpose, table in module.data.tables : purpose => table.name }
  database_identifier      = module.data.database_identifier
  cache_group_id           = module.data.cache_group_id
  cache_nodes              = module.data.cache_nodes
  secrets                  = { for name in ["postgres", "redis"] : name => "${module.context.context.prefix}/${name}" }
  token_budgets            = module.ai.token_budgets
  cloudtrail_bucket        = module.data.buckets["cloudtrail"]
  data_bucket_arns         = { for purpose in ["screenshots", "settings", "templates"] : purpose => module.data.buckets[purpose].arn }
  settings                 = var.observability

  artifacts_bucket = {
    name    = module.data.buckets["artifacts"].name
    key_arn = module.security.key_arns["artifacts"]
  }

  canary_archive = {
    path   = "${var.build_dir}/${local._manifest.canary.path}"
    sha256 = local._manifest.canary.sha256
  }

  api = {
    name  = module.network.api_name
    stage = module.network.stage_name
    url   = module.network.api_url
  }

  search_network = {
    subnet_ids        = module.network.subnet_ids["isolated"]
    security_group_id = module.network.security_group_ids["search"]
  }
}

# 8 ------------------------------------------------------------------------------------------

module "devops" {
  source = "../../modules/devops"

  context                  = module.context.context
  key_arns                 = module.security.key_arns
  permissions_boundary_arn = module.security.operations_boundary_arn
  dead_letter_queue        = module.compute.queues["dead_letters"]
  functions                = module.compute.functions
  release                  = var.release
  artifacts_bucket         = module.data.buckets["artifacts"]
  push_credentials         = var.push_credentials
  deployment_alarm_names   = module.observability.deployment_alarm_names
  function_alarm_names     = module.observability.function_alarm_names
  settings                 = var.devops

  network = {
    vpc_id                    = module.network.vpc_id
    private_subnet_ids        = module.network.subnet_ids["private"]
    build_security_group_id   = module.network.security_group_ids["build"]
    bastion_security_group_id = module.network.security_group_ids["bastion"]
  }
}
