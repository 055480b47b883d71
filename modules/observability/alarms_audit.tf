# What the trail shows that nobody should do in silence. CloudTrail writes JSON; the filters count it.
locals {
  _audit_metrics = "${var.context.prefix}/Audit"

  _audit_events = {
    root-used = {
      description = "The account's root user was used. Find out who and why: the trail's log group has the address and the call."
      pattern     = "{ $.userIdentity.type = \"Root\" && $.userIdentity.invokedBy NOT EXISTS && $.eventType != \"AwsServiceEvent\" }"
    }
    glass-broken = {
      description = "Somebody took the break-glass role, or tried to. Find out who and why; it is for emergencies only."
      pattern     = "{ $.eventName = \"AssumeRole\" && $.requestParameters.roleArn = \"*:role/${var.context.prefix}-break-glass\" }"
    }
    calls-refused = {
      description = "Many calls were refused. Look in the trail's log group for the identity that tries what it may not do."
      pattern     = "{ ($.errorCode = \"*UnauthorizedOperation\") || ($.errorCode = \"AccessDenied*\") }"
      threshold   = 25
    }
    console-without-mfa = {
      description = "Somebody signed in to the console without a second factor. Take that sign-in away."
      pattern     = "{ $.eventName = \"ConsoleLogin\" && $.additionalEventData.MFAUsed != \"Yes\" && $.userIdentity.type = \"IAMUser\" && $.responseElements.ConsoleLogin = \"Success\" }"
    }
    permissions-changed = {
      description = "Rights changed. After a deployment that is expected; otherwise find out who changed them, and compare with what was released."
      pattern     = local._audit_patterns.permissions
    }
    keys-endangered = {
      description = "A key was disabled or will be deleted. Cancel it: what it encrypts is lost with it."
      pattern     = local._audit_patterns.keys
    }
    trail-changed = {
      description = "A trail was changed or stopped. Turn it on again before anything else."
      pattern     = local._audit_patterns.trail
    }
    buckets-opened = {
      description = "The policy or the public access block of a bucket changed. Compare with what was released."
      pattern     = local._audit_patterns.buckets
    }
  }

  # Calls of one service that are watched by name; filters know wildcards at the ends of a text only.
  _audit_calls = {
    permissions = {
      service = "iam"
      names = concat(
        flatten([for kind in ["Group", "Role", "User"] : [for verb in ["Attach", "Delete", "Detach", "Put"] : "${verb}${kind}Policy"]]),
        ["CreatePolicy", "CreatePolicyVersion", "DeletePolicy", "DeletePolicyVersion", "DeleteRolePermissionsBoundary", "UpdateAssumeRolePolicy"],
      )
    }
    keys    = { service = "kms", names = ["DisableKey", "ScheduleKeyDeletion"] }
    trail   = { service = "cloudtrail", names = ["DeleteTrail", "PutEventSelectors", "StopLogging", "UpdateTrail"] }
    buckets = { service = "s3", names = ["DeleteBucketPolicy", "DeleteBucketPublicAccessBlock", "PutBucketAcl", "PutBucketPolicy", "PutBucketPublicAccessBlock"] }
  }

  _audit_patterns = {
    for subject, calls in local._audit_calls : subject =>
    "{ ($.eventSource = \"${calls.service}.amazonaws.com\") && (${join(" || ", [for name in calls.names : "($.eventName = \"${name}\")"])}) }"
  }

  _audited = { for name, event in local._audit_events : name => event if var.settings.alarms && var.settings.trail.enabled }

  _audit_alarms = {
    for name, event in local._audited : "audit-${name}" => {
      description = event.description
      namespace   = local._audit_metrics
      metric      = name
      dimensions  = {}
      statistic   = "Sum"
      period      = 300
      evaluations = 1
      threshold   = try(event.threshold, 0)
    }
  }
}

resource "aws_cloudwatch_log_metric_filter" "audit" {
  for_each = local._audited

  name           = "${var.context.prefix}-${each.key}"
  log_group_name = aws_cloudwatch_log_group.trail["on"].name
  pattern        = each.value.pattern

  metric_transformation {
    name          = each.key
    namespace     = local._audit_metrics
    value         = "1"
    default_value = "0"
    unit          = "Count"
  }
}
