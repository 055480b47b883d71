mock_provider "aws" {
  mock_data "aws_iam_policy_document" {
    defaults = { json = "{\"Version\":\"2012-10-17\",\"Statement\":[]}" }
  }
  mock_resource "aws_iam_role" {
    override_during = plan
    defaults        = { arn = "arn:aws:iam::123456789012:role/role" }
  }
  mock_resource "aws_cloudwatch_log_group" {
    override_during = plan
    defaults        = { arn = "arn:aws:logs:ap-northeast-2:123456789012:log-group:group" }
  }
  mock_resource "aws_sns_topic" {
    override_during = plan
    defaults        = { arn = "arn:aws:sns:ap-northeast-2:123456789012:topic" }
  }
  mock_resource "aws_cloudtrail" {
    override_during = plan
    defaults        = { arn = "arn:aws:cloudtrail:ap-northeast-2:123456789012:trail/trail" }
  }
  mock_resource "aws_opensearch_domain" {
    override_during = plan
    defaults        = { endpoint = "vpc-qscreen.ap-northeast-2.es.amazonaws.com" }
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

run "defaults" {
  command = plan

  assert {
    condition = toset(output.alarm_names) == toset([for name in [
      "api-errors", "api-latency", "api-latency-trend", "api-traffic",
      "function-api-errors", "function-api-throttles", "function-api-duration",
      "function-reap-devices-errors", "function-reap-devices-throttles", "function-reap-devices-duration", "function-reap-devices-silent",
      "dead-letters", "jobs-dead-letters", "audit-dead-letters", "audit-broken", "audit-copies-failed", "audit-events-lost", "audit-waits", "partner-key-unproven", "partner-key-ended", "retention-failed", "jobs-age", "command-age",
      "runs-failed", "runs-timed-out", "runs-throttled", "analyses-failed", "analyses-timed-out", "analyses-throttled",
      "database-cpu", "database-storage", "database-connections", "database-memory",
      "cache-001-cpu", "cache-001-memory", "cache-001-evictions",
      "table-runs-throttles", "table-runs-errors",
      "secret-postgres-age", "model-planner-end-of-life", "model-vision-end-of-life", "model-fast-end-of-life",
      "tokens-planner-vision",
      "audit-root-used", "audit-glass-broken", "audit-calls-refused", "audit-console-without-mfa", "audit-permissions-changed", "audit-keys-endangered", "audit-trail-changed", "audit-buckets-opened",
      "unhealthy", "deployment-gate",
    ] : "qscreen-dev-${name}"]) && length(output.alarm_names) == length(distinct(output.alarm_names))
    error_message = "every promise has an alarm of its own name"
  }

  assert {
    condition     = alltrue([for alarm in concat(values(aws_cloudwatch_metric_alarm.this), values(aws_cloudwatch_metric_alarm.sum), values(aws_cloudwatch_metric_alarm.anomaly)) : alarm.actions_enabled && alarm.alarm_actions == toset([var.alarm_topic_arn]) && alarm.ok_actions == toset([var.alarm_topic_arn]) && length(alarm.alarm_description) > 40])
    error_message = "alarms reach the topic, clear themselves there, and say what to do"
  }

  assert {
    condition     = alltrue([for name in keys(local._reported_alarms) : aws_cloudwatch_metric_alarm.this[name].namespace == "QScreen/dev"]) && alltrue([for filter in aws_cloudwatch_log_metric_filter.logged_errors : one(filter.metric_transformation).namespace == "QScreen/dev"]) && alltrue([for dashboard in aws_cloudwatch_dashboard.this : !can(regex("QScreen[^/]", dashboard.dashboard_body))])
    error_message = "what functions report is looked for where this environment's do"
  }

  assert {
    condition     = toset([for query in aws_cloudwatch_metric_alarm.sum["audit-events-lost"].metric_query : query.metric[0].dimensions.service if length(query.metric) == 1]) == toset(["api", "authorizer", "mcp-document", "mcp-language", "mcp-planner", "mcp-vision", "mcp-workflow", "work-jobs"]) && alltrue([for query in aws_cloudwatch_metric_alarm.sum["audit-events-lost"].metric_query : query.metric[0].metric_name == "AuditEventsLost" && query.metric[0].namespace == "QScreen/dev" if length(query.metric) == 1]) && aws_cloudwatch_metric_alarm.sum["audit-events-lost"].threshold == 0 && length(local._audit_tellers) <= 10
    error_message = "an event that is lost anywhere raises an alarm"
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.this["api-latency"].extended_statistic == "p95" && aws_cloudwatch_metric_alarm.this["api-latency"].threshold == 1000 && aws_cloudwatch_metric_alarm.this["api-errors"].threshold == 0.01
    error_message = "the API's promises are watched"
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.this["function-reap-devices-duration"].threshold == 90000 && aws_cloudwatch_metric_alarm.this["function-api-duration"].threshold == 10000
    error_message = "a function's duration is watched against its own timeout"
  }

  assert {
    condition     = [for name, alarm in aws_cloudwatch_metric_alarm.this : name if alarm.treat_missing_data != "notBreaching"] == ["function-reap-devices-silent"] && aws_cloudwatch_metric_alarm.this["function-reap-devices-silent"].period == 7200 && aws_cloudwatch_metric_alarm.this["function-reap-devices-silent"].comparison_operator == "LessThanThreshold"
    error_message = "silence is a fault only of what must speak"
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.this["secret-postgres-age"].dimensions == tomap({ Secret = "qscreen-dev/postgres", service = "reap-devices" }) && aws_cloudwatch_metric_alarm.this["model-fast-end-of-life"].dimensions == tomap({ Role = "fast", service = "reap-devices" }) && aws_cloudwatch_metric_alarm.this["model-fast-end-of-life"].statistic == "Minimum"
    error_message = "reported metrics are found under the dimensions that the functions write"
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.this["database-storage"].threshold == 4294967296 && aws_cloudwatch_metric_alarm.this["cache-001-cpu"].dimensions == tomap({ CacheClusterId = "qscreen-dev-001" })
    error_message = "bytes are bytes, and the cache is measured by node"
  }

  assert {
    condition     = length(aws_cloudwatch_metric_alarm.sum["table-runs-errors"].metric_query) == 9 && length(aws_cloudwatch_metric_alarm.sum["tokens-planner-vision"].metric_query) == 5 && aws_cloudwatch_metric_alarm.sum["tokens-planner-vision"].threshold == 1000000
    error_message = "sums add up all operations, and both directions of all models"
  }

  assert {
    condition     = { for query in aws_cloudwatch_metric_alarm.anomaly["api-traffic"].metric_query : query.id => query.expression if query.id == "band" } == { band = "ANOMALY_DETECTION_BAND(measured, 3)" } && aws_cloudwatch_metric_alarm.anomaly["api-latency-trend"].comparison_operator == "GreaterThanUpperThreshold"
    error_message = "the unusual is found by a band"
  }

  assert {
    condition     = output.deployment_alarm_names == tolist(["qscreen-dev-api-errors", "qscreen-dev-api-latency", "qscreen-dev-runs-failed"]) && output.function_alarm_names["api"] == "qscreen-dev-function-api-errors"
    error_message = "a deployment watches what it may break, within CodeDeploy's ten"
  }

  assert {
    condition     = aws_cloudwatch_composite_alarm.this["deployment-gate"].alarm_rule == join(" OR ", [for name in ["api-errors", "api-latency", "function-api-errors", "function-reap-devices-errors", "runs-failed"] : "ALARM(\"qscreen-dev-${name}\")"]) && length(aws_cloudwatch_composite_alarm.this["deployment-gate"].alarm_actions) == 0
    error_message = "the gate calls nobody"
  }

  assert {
    condition     = strcontains(aws_cloudwatch_composite_alarm.this["unhealthy"].alarm_rule, "ALARM(\"qscreen-dev-database-cpu\")") && strcontains(aws_cloudwatch_composite_alarm.this["unhealthy"].alarm_rule, "ALARM(\"qscreen-dev-table-runs-errors\")") && !strcontains(aws_cloudwatch_composite_alarm.this["unhealthy"].alarm_rule, "audit") && aws_cloudwatch_composite_alarm.this["unhealthy"].alarm_actions == toset([var.alarm_topic_arn])
    error_message = "what users feel makes the platform unhealthy"
  }

  assert {
    condition     = output.dashboard_names == { service-levels = "qscreen-dev-service-levels", cost = "qscreen-dev-cost", devices = "qscreen-dev-devices" } && { for subject, dashboard in aws_cloudwatch_dashboard.this : subject => length(jsondecode(dashboard.dashboard_body).widgets) } == { service-levels = 12, cost = 8, devices = 10 }
    error_message = "three dashboards are drawn"
  }

  assert {
    condition     = alltrue(flatten([for dashboard in aws_cloudwatch_dashboard.this : [for widget in jsondecode(dashboard.dashboard_body).widgets : [for metric in widget.properties.metrics : can(metric[0].expression) || (length(metric) >= 5 && length(metric) % 2 == 1 && can(keys(element(metric, length(metric) - 1))))]]]))
    error_message = "a metric is namespace, name, pairs of dimensions, and how it is drawn"
  }

  assert {
    condition     = { for name, rule in aws_xray_sampling_rule.this : name => [rule.fixed_rate, rule.url_path, rule.reservoir_size] } == { health = [0, "*/v1/health", 0], rest = [0.05, "*", 1] } && aws_xray_sampling_rule.this["health"].priority < aws_xray_sampling_rule.this["rest"].priority
    error_message = "one request in twenty is traced, and no health check"
  }

  assert {
    condition     = aws_cloudtrail.this["on"].is_multi_region_trail && aws_cloudtrail.this["on"].enable_log_file_validation && aws_cloudtrail.this["on"].kms_key_id == var.logs_key_arn && aws_cloudtrail.this["on"].name == "qscreen-dev" && length(aws_cloudtrail.this["on"].advanced_event_selector) == 2 && length(aws_cloudtrail.this["on"].insight_selector) == 0
    error_message = "the trail covers all regions, is validated and encrypted, and records object accesses"
  }

  assert {
    condition     = flatten([for selector in aws_cloudtrail.this["on"].advanced_event_selector : [for field in selector.field_selector : field.starts_with if field.field == "resources.ARN"]]) == ["arn:aws:s3:::screenshots/"]
    error_message = "object accesses are recorded for the data buckets"
  }

  assert {
    condition     = aws_cloudwatch_log_group.trail["on"].kms_key_id == var.logs_key_arn && aws_cloudwatch_log_group.trail["on"].retention_in_days == 365 && !aws_cloudwatch_log_group.trail["on"].skip_destroy && aws_sns_topic.trail["on"].kms_master_key_id == var.logs_key_arn
    error_message = "the trail's log group and topic are encrypted, and the log kept"
  }

  assert {
    condition     = toset(keys(aws_cloudwatch_log_metric_filter.audit)) == toset([for name in keys(local._audit_events) : name]) && aws_cloudwatch_metric_alarm.this["audit-calls-refused"].threshold == 25 && aws_cloudwatch_log_metric_filter.audit["root-used"].metric_transformation[0].name == aws_cloudwatch_metric_alarm.this["audit-root-used"].metric_name && aws_cloudwatch_log_metric_filter.audit["root-used"].metric_transformation[0].namespace == aws_cloudwatch_metric_alarm.this["audit-root-used"].namespace
    error_message = "an alarm finds what its filter counts"
  }

  assert {
    condition     = alltrue([for filter in aws_cloudwatch_log_metric_filter.audit : length(filter.pattern) <= 1024]) && aws_cloudwatch_log_metric_filter.audit["keys-endangered"].pattern == "{ ($.eventSource = \"kms.amazonaws.com\") && (($.eventName = \"DisableKey\") || ($.eventName = \"ScheduleKeyDeletion\")) }" && strcontains(aws_cloudwatch_log_metric_filter.audit["permissions-changed"].pattern, "PutRolePolicy")
    error_message = "filters name the calls, within the limit of a pattern"
  }

  assert {
    condition     = toset(keys(aws_cloudwatch_log_metric_filter.logged_errors)) == toset(["api", "ship-logs"])
    error_message = "caught faults are counted in every function's log"
  }

  assert {
    condition     = output.search == null && output.canary_name == null && output.search_admin_role_arn == null && length(aws_opensearch_domain.this) + length(aws_cloudwatch_log_subscription_filter.ship_logs) + length(aws_lambda_permission.ship_logs) + length(aws_synthetics_canary.api) + length(aws_s3_object.canary) + length(aws_xray_encryption_config.this) + length(aws_iam_service_linked_role.search) == 0
    error_message = "what costs or is the account's is off"
  }
}

run "everything" {
  command = plan

  variables {
    context = {
      environment    = "prod"
      prefix         = "qscreen-prod-1234"
      parameter_path = "/qscreen/prod"
      account_id     = "123456789012"
      region         = "ap-northeast-2"
      partition      = "aws"
      guarded        = true
    }
    permissions_boundary_arn = "arn:aws:iam::123456789012:policy/boundary"
    ship_logs_function       = { alias_arn = "arn:aws:lambda:ap-northeast-2:123456789012:function:ship-logs:live", alias_name = "live", function_name = "ship-logs" }
    cache_nodes              = 2
    canary_archive           = { path = "canary.zip", sha256 = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=" }
    settings = {
      alarm_actions   = false
      trail           = { insights = true }
      xray_encryption = true
      search          = {}
      ship_logs       = true
      canary          = {}
    }
  }

  assert {
    condition     = alltrue([for alarm in concat(values(aws_cloudwatch_metric_alarm.this), values(aws_cloudwatch_metric_alarm.sum), values(aws_cloudwatch_metric_alarm.anomaly)) : !alarm.actions_enabled]) && alltrue([for alarm in aws_cloudwatch_composite_alarm.this : !alarm.actions_enabled])
    error_message = "alarms can be silenced"
  }

  assert {
    condition     = alltrue([for kind in ["cpu", "memory", "evictions"] : contains(keys(aws_cloudwatch_metric_alarm.this), "cache-002-${kind}")])
    error_message = "every node of the cache is watched"
  }

  assert {
    condition     = length(aws_opensearch_domain.this["on"].domain_name) <= 28 && one(aws_opensearch_domain.this["on"].cluster_config).dedicated_master_count == 3 && one(one(aws_opensearch_domain.this["on"].cluster_config).zone_awareness_config).availability_zone_count == 3 && toset(one(aws_opensearch_domain.this["on"].vpc_options).subnet_ids) == toset(["subnet-a", "subnet-b", "subnet-c"])
    error_message = "the domain spans three zones of the VPC"
  }

  assert {
    condition     = one(aws_opensearch_domain.this["on"].encrypt_at_rest).kms_key_id == var.logs_key_arn && one(aws_opensearch_domain.this["on"].node_to_node_encryption).enabled && one(aws_opensearch_domain.this["on"].domain_endpoint_options).enforce_https && one(aws_opensearch_domain.this["on"].domain_endpoint_options).tls_security_policy == "Policy-Min-TLS-1-2-PFS-2023-10" && one(aws_opensearch_domain.this["on"].advanced_security_options).enabled && !one(aws_opensearch_domain.this["on"].advanced_security_options).internal_user_database_enabled
    error_message = "the domain is encrypted everywhere and knows no passwords"
  }

  assert {
    condition     = toset([for log in aws_opensearch_domain.this["on"].log_publishing_options : log.log_type]) == toset(["AUDIT_LOGS", "ES_APPLICATION_LOGS", "INDEX_SLOW_LOGS", "SEARCH_SLOW_LOGS"]) && alltrue([for group in aws_cloudwatch_log_group.search : group.kms_key_id == var.logs_key_arn && group.skip_destroy])
    error_message = "the domain logs, encrypted and guarded"
  }

  assert {
    condition = output.search == {
      domain_arn = "arn:aws:es:ap-northeast-2:123456789012:domain/qscreen-prod-1234-search"
      endpoint_parameter = {
        name = "/qscreen/prod/search"
        arn  = "arn:aws:ssm:ap-northeast-2:123456789012:parameter/qscreen/prod/search"
      }
    } && jsondecode(aws_ssm_parameter.search["on"].value) == { endpoint = "https://vpc-qscreen.ap-northeast-2.es.amazonaws.com" }
    error_message = "the domain's address is published, and its names are known without it"
  }

  assert {
    condition     = keys(aws_cloudwatch_log_subscription_filter.ship_logs) == ["api"] && aws_lambda_permission.ship_logs["api"].source_arn == "arn:aws:logs:ap-northeast-2:123456789012:log-group:/aws/lambda/qscreen-dev-api:*"
    error_message = "logs are shipped, but not the shipper's own"
  }

  assert {
    condition     = aws_cloudwatch_log_subscription_filter.ship_logs["api"].destination_arn == "arn:aws:lambda:ap-northeast-2:123456789012:function:ship-logs:live" && aws_lambda_permission.ship_logs["api"].qualifier == "live"
    error_message = "logs go to what is released of the shipper, not to what was published last"
  }

  assert {
    condition     = aws_synthetics_canary.api["on"].name == "qscreen-prod-1234-api" && one(aws_synthetics_canary.api["on"].run_config).environment_variables == tomap({ QS_API_URL = var.api.url }) && aws_synthetics_canary.api["on"].handler == "api_canary.handler" && one(one(aws_synthetics_canary.api["on"].artifact_config).s3_encryption).kms_key_arn == var.artifacts_bucket.key_arn && aws_s3_object.canary["on"].source_hash == var.canary_archive.sha256 && aws_s3_object.canary["on"].kms_key_id == var.artifacts_bucket.key_arn
    error_message = "the API is checked from outside, by the archive of the build"
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.this["canary"].treat_missing_data == "breaching" && contains(output.deployment_alarm_names, "qscreen-prod-1234-canary") && length(output.deployment_alarm_names) <= 9
    error_message = "a check that says nothing has failed, and stops deployments"
  }

  assert {
    condition     = toset([for selector in aws_cloudtrail.this["on"].insight_selector : selector.insight_type]) == toset(["ApiCallRateInsight", "ApiErrorRateInsight"]) && aws_cloudwatch_log_group.trail["on"].skip_destroy && aws_xray_encryption_config.this["on"].key_id == var.logs_key_arn
    error_message = "insights and encrypted traces can be had, and prod keeps its trail"
  }

  assert {
    condition     = alltrue([for role in [aws_iam_role.trail["on"], aws_iam_role.search_admin["on"], aws_iam_role.canary["on"]] : length(role.name) <= 64 && role.permissions_boundary == var.permissions_boundary_arn]) && alltrue([for name in output.alarm_names : length(name) <= 255]) && alltrue([for rule in aws_xray_sampling_rule.this : length(rule.rule_name) <= 32]) && length(aws_xray_group.this.group_name) <= 32
    error_message = "roles are bounded and names within their limits"
  }

  assert {
    condition     = length(jsondecode(aws_cloudwatch_dashboard.this["service-levels"].dashboard_body).widgets) == 13 && alltrue([for alarm in aws_cloudwatch_composite_alarm.this : length(alarm.alarm_rule) <= 10240])
    error_message = "the check from outside is drawn, and rules are within their limit"
  }
}

run "bare" {
  command = plan

  variables {
    settings = {
      anomaly_detection    = false
      silent_after_seconds = {}
      trail                = { enabled = false }
      search               = { zones = 1, instances = 1, create_service_role = false }
    }
  }

  assert {
    condition     = length(aws_cloudwatch_metric_alarm.anomaly) + length(aws_cloudtrail.this) + length(aws_cloudwatch_log_metric_filter.audit) + length(aws_sns_topic.trail) == 0 && output.trail_arn == null && !contains(keys(aws_cloudwatch_metric_alarm.this), "audit-root-used") && !contains(keys(aws_cloudwatch_metric_alarm.this), "function-reap-devices-silent")
    error_message = "trail and anomalies can be left to another environment of the account"
  }

  assert {
    condition     = length(one(aws_opensearch_domain.this["on"].cluster_config).zone_awareness_config) == 0 && one(aws_opensearch_domain.this["on"].vpc_options).subnet_ids == toset(["subnet-a"]) && length(aws_iam_service_linked_role.search) == 0 && length(aws_cloudwatch_log_subscription_filter.ship_logs) == 0
    error_message = "a small domain stands in one zone"
  }
}

run "without_alarms" {
  command = plan

  variables {
    settings = { alarms = false }
  }

  assert {
    condition     = length(output.alarm_names) + length(output.deployment_alarm_names) + length(output.function_alarm_names) + length(output.composite_alarm_arns) + length(aws_cloudwatch_log_metric_filter.logged_errors) + length(aws_cloudwatch_log_metric_filter.audit) == 0 && length(aws_cloudtrail.this) == 1 && length(output.dashboard_names) == 3
    error_message = "an environment of one person looks at dashboards and is called by nobody"
  }
}

run "management_events_only" {
  command = plan

  variables {
    settings = { trail = { data_events = false } }
  }

  assert {
    condition     = [for selector in aws_cloudtrail.this["on"].advanced_event_selector : selector.name] == ["Management"]
    error_message = "who reads which object is recorded by choice, for it costs by the event"
  }
}
