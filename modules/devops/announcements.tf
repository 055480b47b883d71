# What AWS itself says of the environment and its account, for whom nobody would look at a console.
locals {
  _announcements = {
    backups = {
      description = "A backup or its copy into the recovery region did not come to its end"
      topic       = "alarms"
      pattern = {
        source      = ["aws.backup"]
        detail-type = ["Backup Job State Change", "Copy Job State Change"]
        detail = {
          state = ["ABORTED", "EXPIRED", "FAILED"]
          resourceArn = [
            { prefix = "arn:${var.context.partition}:dynamodb:${local._place}:table/${var.context.prefix}-" },
            { prefix = "arn:${var.context.partition}:rds:${local._place}:db:${var.context.prefix}" },
          ]
        }
      }
      paths    = { resource = "$.detail.resourceArn", state = "$.detail.state", kind = "$.detail-type" }
      sentence = "<kind> of <resource>: <state>; there is no copy of this day"
    }
    database = {
      description = "The database failed over, failed, runs out of storage or is being deleted"
      topic       = "alarms"
      pattern = {
        source      = ["aws.rds"]
        detail-type = ["RDS DB Instance Event"]
        detail = {
          SourceIdentifier = [var.context.prefix]
          EventCategories  = ["deletion", "failover", "failure", "low storage", "security"]
        }
      }
      paths    = { database = "$.detail.SourceIdentifier", message = "$.detail.Message" }
      sentence = "Database <database>: <message>"
    }
    findings = {
      description = "GuardDuty found something of high severity"
      topic       = "alarms"
      pattern = {
        source      = ["aws.guardduty"]
        detail-type = ["GuardDuty Finding"]
        detail      = { severity = [{ numeric = [">=", 7] }] }
      }
      paths    = { title = "$.detail.title", id = "$.detail.id" }
      sentence = "GuardDuty: <title> (finding <id>)"
    }
    exposures = {
      description = "Somebody outside the account can reach a resource"
      topic       = "notifications"
      pattern = {
        source      = ["aws.access-analyzer"]
        detail-type = ["Access Analyzer Finding"]
        detail      = { status = ["ACTIVE"] }
      }
      paths    = { resource = "$.detail.resource", id = "$.detail.id" }
      sentence = "<resource> can be reached from outside the account (finding <id>)"
    }
    health = {
      description = "AWS has or announces a disturbance that touches the account"
      topic       = "notifications"
      pattern = {
        source      = ["aws.health"]
        detail-type = ["AWS Health Event"]
        detail      = { eventTypeCategory = ["issue", "scheduledChange"] }
      }
      paths    = { service = "$.detail.service", event = "$.detail.eventTypeCode" }
      sentence = "AWS Health: <event> of <service>"
    }
  }
}

resource "aws_cloudwatch_event_rule" "announcement" {
  for_each = local._announcements

  name          = "${var.context.prefix}-${each.key}"
  description   = each.value.description
  event_pattern = jsonencode(each.value.pattern)
}

resource "aws_cloudwatch_event_target" "announcement" {
  for_each = local._announcements

  rule      = aws_cloudwatch_event_rule.announcement[each.key].name
  target_id = each.value.topic
  arn       = aws_sns_topic.this[each.value.topic].arn

  input_transformer {
    input_paths    = each.value.paths
    input_template = "\"${each.value.sentence}\""
  }
}
