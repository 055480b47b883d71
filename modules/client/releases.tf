# Releases of the agent, `agent/<version>/`, each file with its signature beside it. They are signed
# where they are built; here they are kept, versioned, and locked where the environment wants it.
module "releases" {
  source = "../bucket"

  context            = var.context
  name               = "releases"
  key_arn            = var.artifacts_key_arn
  access_logs_bucket = var.access_logs_bucket
  force_destroy      = var.settings.releases.force_destroy && !var.context.guarded
  retention_days     = null
  noncurrent_days    = var.settings.releases.noncurrent_days
  object_lock        = var.settings.releases.lock_days == null ? null : { days = var.settings.releases.lock_days }
}
