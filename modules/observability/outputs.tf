output "alarm_names" {
  description = "Names of all alarms, the composite ones included."
  value = sort(concat(
    [for alarm in aws_cloudwatch_metric_alarm.this : alarm.alarm_name],
    [for alarm in aws_cloudwatch_metric_alarm.sum : alarm.alarm_name],
    [for alarm in aws_cloudwatch_metric_alarm.anomaly : alarm.alarm_name],
    [for alarm in aws_cloudwatch_composite_alarm.this : alarm.alarm_name],
  ))
}

output "deployment_alarm_names" {
  description = "Names of the metric alarms that stop every deployment: at most five, since CodeDeploy watches ten; the deployed function's own come from function_alarm_names."
  value       = sort([for name, alarm in aws_cloudwatch_metric_alarm.this : alarm.alarm_name if local._alarms[name].gate && !startswith(name, "function-")])
}

output "function_alarm_names" {
  description = "Name of the alarm on the errors of each function, by short name: what a deployment of that function watches beside deployment_alarm_names; empty without alarms."
  value       = { for function in keys(var.functions) : function => aws_cloudwatch_metric_alarm.this["function-${function}-errors"].alarm_name if var.settings.alarms }
}

output "composite_alarm_arns" {
  description = "ARNs of the composite alarms: unhealthy, deployment-gate."
  value       = { for name, alarm in aws_cloudwatch_composite_alarm.this : name => alarm.arn }
}

output "dashboard_names" {
  description = "Names of the dashboards by subject: service-levels, cost, devices."
  value       = { for subject, dashboard in aws_cloudwatch_dashboard.this : subject => dashboard.dashboard_name }
}

output "trail_arn" {
  description = "ARN of the trail; null without one."
  value       = one([for trail in aws_cloudtrail.this : trail.arn])
}

output "search" {
  description = "ARN of the search domain, and name and ARN of the parameter with its address; null without a domain. Built from names, so that nobody waits for the domain."
  value = var.settings.search == null ? null : {
    domain_arn = local._search_arn
    endpoint_parameter = {
      name = local._search_parameter
      arn  = "arn:${var.context.partition}:ssm:${var.context.region}:${var.context.account_id}:parameter${local._search_parameter}"
    }
  }
}

output "search_admin_role_arn" {
  description = "ARN of the role that administers the search domain; null without a domain."
  value       = one([for role in aws_iam_role.search_admin : role.arn])
}

output "canary_name" {
  description = "Name of the synthetic check; null without one."
  value       = one([for canary in aws_synthetics_canary.api : canary.name])
}
