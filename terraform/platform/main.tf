module "context" {
  source = "../../modules/context"

  environment = var.environment
  tags        = var.tags
}

# 1 ------------------------------------------------------------------------------------------

module "client" {
  source = "../../modules/client"

  context  = module.context.context
  api_url  = module.network.api_url
  settings = var.client
}

# 2 ------------------------------------------------------------------------------------------

module "network" {
  source = "../../modules/network"

  context                  = module.context.context
  openapi_template         = "${var.build_dir}/${local._manifest.openapi}"
  api_function             = module.compute.functions["api"]
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

  context      = module.context.context
  models       = var.models
  data_key_arn = module.security.key_arns["data"]
  settings     = var.ai
}

# 4 ------------------------------------------------------------------------------------------

module "compute" {
  source = "../../modules/compute"

  context                  = module.context.context
  build_dir                = var.build_dir
  key_arns                 = module.security.key_arns
  permissions_boundary_arn = module.security.permissions_boundary_arn
  endpoint_url             = var.endpoint_url
  settings                 = var.compute

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
    tables              = module.data.tables
    buckets             = module.data.buckets
    database_secret_arn = module.data.database_secret_arn
    cache_parameter     = module.data.cache_parameter
  }
}

# 5 ------------------------------------------------------------------------------------------

module "data" {
  source = "../../modules/data"

  context                  = module.context.context
  key_arns                 = module.security.key_arns
  isolated_subnet_ids      = module.network.subnet_ids["isolated"]
  security_group_ids       = module.network.security_group_ids
  database_password        = ephemeral.aws_secretsmanager_random_password.database.random_password
  permissions_boundary_arn = module.security.permissions_boundary_arn
  settings                 = var.data
}

# Made here rather than in the layer, which takes it as a value: mocked providers, with which the
# modules are tested, know no ephemeral resources.
ephemeral "aws_secretsmanager_random_password" "database" {
  password_length     = 32
  exclude_punctuation = true
}

# 6 ------------------------------------------------------------------------------------------

module "security" {
  source = "../../modules/security"

  context  = module.context.context
  settings = var.security
}

# 7 ------------------------------------------------------------------------------------------

module "observability" {
  source = "../../modules/observability"

  context                = module.context.context
  alarm_topic_arn        = module.devops.alarm_topic_arn
  functions              = { for name, function in module.compute.functions : name => function.function_name }
  state_machine_arn      = module.compute.state_machine_arn
  dead_letter_queue_name = module.compute.dead_letter_queue.name
  settings               = var.observability

  api = {
    name  = module.network.api_name
    stage = module.network.stage_name
  }
}

# 8 ------------------------------------------------------------------------------------------

module "devops" {
  source = "../../modules/devops"

  context                  = module.context.context
  logs_key_arn             = module.security.key_arns["logs"]
  data_key_arn             = module.security.key_arns["data"]
  permissions_boundary_arn = module.security.permissions_boundary_arn
  dead_letter_queue        = module.compute.dead_letter_queue
  functions                = { for name, function in module.compute.functions : name => function.function_arn }
  release                  = var.release
  settings                 = var.devops
}
