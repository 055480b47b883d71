locals {
  _page_names = sort([for name, alarm in local._all : "${var.context.prefix}-${name}" if alarm.page])
  _gate_names = sort([for name, alarm in local._all : "${var.context.prefix}-${name}" if alarm.gate])

  _composites = { for name, composite in {
    unhealthy = {
      description = "The platform breaks a promise that its users feel. The reason names the alarms that stand behind it."
      names       = local._page_names
      actions     = toset([var.alarm_topic_arn])
    }
    deployment-gate = {
      description = "A deployment must stop: what it changes fails. The pipeline asks it; nobody is called."
      names       = local._gate_names
      actions     = toset([])
    }
  } : name => composite if var.settings.alarms }
}

resource "aws_cloudwatch_composite_alarm" "this" {
  for_each = local._composites

  alarm_name        = "${var.context.prefix}-${each.key}"
  alarm_description = each.value.description
  alarm_rule        = join(" OR ", [for name in each.value.names : "ALARM(\"${name}\")"])
  actions_enabled   = var.settings.alarm_actions
  alarm_actions     = each.value.actions
  ok_actions        = each.value.actions

  # The rule names alarms by text, and CloudWatch refuses a rule on alarms that are not there.
  depends_on = [aws_cloudwatch_metric_alarm.this, aws_cloudwatch_metric_alarm.sum]
}
