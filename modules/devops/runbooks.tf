locals {
  _halted = "${var.context.parameter_path}/halted"

  _function_names = { for name, function in var.functions : name => function.function_name }

  # Each runbook is one document and one role. A script is a step of its own and can be run, and is
  # tested, without Automation.
  _runbooks = {
    # SQS moves messages only between queues, and these letters belong to functions; so the runbook
    # reads each letter and invokes its function anew.
    redrive = {
      description = "Repeats failed asynchronous invocations of ${var.context.prefix}. Mend the cause first."
      parameters = {
        Limit = { type = "Integer", description = "Most letters to repeat", default = 100 }
      }
      outputs = ["Redrive.Repeated", "Redrive.Left"]
      steps = [
        {
          name           = "Redrive"
          action         = "aws:executeScript"
          timeoutSeconds = 600
          isEnd          = true
          inputs = {
            Runtime = "python3.11"
            Handler = "redrive"
            Script  = file("${path.module}/runbooks/redrive.py")
            InputPayload = {
              queue_url = var.dead_letter_queue.url
              functions = [for name in sort(keys(var.functions)) : var.functions[name].function_arn]
              limit     = "{{ Limit }}"
            }
          }
          outputs = [
            { Name = "Repeated", Selector = "$.Payload.repeated", Type = "Integer" },
            { Name = "Left", Selector = "$.Payload.left", Type = "StringList" },
          ]
        },
      ]
    }

    halt = {
      description = "Stops functions of ${var.context.prefix} until `resume`. With dispatch stopped, no command reaches any device; with api stopped, nothing is accepted."
      parameters = {
        Functions = { type = "StringList", description = "Short names of the functions", default = ["dispatch"], allowedValues = sort(keys(var.functions)) }
      }
      outputs = ["Halt.Halted"]
      steps = [
        {
          name           = "Halt"
          action         = "aws:executeScript"
          timeoutSeconds = 120
          isEnd          = true
          inputs = {
            Runtime      = "python3.11"
            Handler      = "halt"
            Script       = file("${path.module}/runbooks/halt.py")
            InputPayload = { functions = local._function_names, chosen = "{{ Functions }}", parameter = local._halted }
          }
          outputs = [{ Name = "Halted", Selector = "$.Payload.halted", Type = "StringList" }]
        },
      ]
    }

    resume = {
      description = "Lets the functions that `halt` stopped work again, with the concurrency they had."
      parameters  = {}
      outputs     = ["Resume.Resumed"]
      steps = [
        {
          name           = "Resume"
          action         = "aws:executeScript"
          timeoutSeconds = 120
          isEnd          = true
          inputs = {
            Runtime      = "python3.11"
            Handler      = "resume"
            Script       = file("${path.module}/runbooks/halt.py")
            InputPayload = { functions = local._function_names, parameter = local._halted }
          }
          outputs = [{ Name = "Resumed", Selector = "$.Payload.resumed", Type = "StringList" }]
        },
      ]
    }

    rotate-secret = {
      description = "Rotates a secret of ${var.context.prefix} now and waits until its new version is in use."
      parameters = {
        Secret = { type = "String", description = "Name of the secret", allowedPattern = "^${var.context.prefix}/[a-z0-9-]+$" }
      }
      outputs = ["Rotate.Version"]
      steps = [
        {
          name           = "Rotate"
          action         = "aws:executeScript"
          timeoutSeconds = 600
          isEnd          = true
          inputs = {
            Runtime      = "python3.11"
            Handler      = "rotate"
            Script       = file("${path.module}/runbooks/rotate_secret.py")
            InputPayload = { secret = "{{ Secret }}", deadline_seconds = 540, poll_seconds = 5 }
          }
          outputs = [{ Name = "Version", Selector = "$.Payload.version", Type = "String" }]
        },
      ]
    }

    restore-table = {
      description = "Restores a table of ${var.context.prefix} to a point in time, as a new table beside it. Nothing is overwritten."
      parameters = {
        Table = { type = "String", description = "Name of the table", allowedPattern = "^${var.context.prefix}-[a-z-]+$" }
        Time  = { type = "String", description = "Point in time, as 2026-01-31T09:00:00+09:00", allowedPattern = "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+(Z|[+-][0-9]{2}:[0-9]{2})$" }
      }
      outputs = ["Start.Target"]
      steps = [
        {
          name           = "Start"
          action         = "aws:executeScript"
          timeoutSeconds = 120
          inputs = {
            Runtime      = "python3.11"
            Handler      = "start"
            Script       = file("${path.module}/runbooks/restore_table.py")
            InputPayload = { table = "{{ Table }}", time = "{{ Time }}" }
          }
          outputs = [{ Name = "Target", Selector = "$.Payload.target", Type = "String" }]
        },
        {
          name           = "Wait"
          action         = "aws:waitForAwsResourceProperty"
          timeoutSeconds = 43200
          inputs = {
            Service          = "dynamodb"
            Api              = "DescribeTable"
            TableName        = "{{ Start.Target }}"
            PropertySelector = "$.Table.TableStatus"
            DesiredValues    = ["ACTIVE"]
          }
        },
        {
          name           = "Protect"
          action         = "aws:executeScript"
          timeoutSeconds = 120
          isEnd          = true
          inputs = {
            Runtime      = "python3.11"
            Handler      = "protect"
            Script       = file("${path.module}/runbooks/restore_table.py")
            InputPayload = { table = "{{ Table }}", target = "{{ Start.Target }}" }
          }
        },
      ]
    }

    restore-database = {
      description = "Restores the database of ${var.context.prefix} to a point in time, as a new instance beside it. Nothing is overwritten."
      parameters = {
        Time = { type = "String", description = "Point in time, as 2026-01-31T09:00:00+09:00", allowedPattern = "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+(Z|[+-][0-9]{2}:[0-9]{2})$" }
      }
      outputs = ["Start.Target", "Protect.Address"]
      steps = [
        {
          name           = "Start"
          action         = "aws:executeScript"
          timeoutSeconds = 120
          inputs = {
            Runtime      = "python3.11"
            Handler      = "start"
            Script       = file("${path.module}/runbooks/restore_database.py")
            InputPayload = { database = var.context.prefix, time = "{{ Time }}" }
          }
          outputs = [{ Name = "Target", Selector = "$.Payload.target", Type = "String" }]
        },
        {
          name           = "Wait"
          action         = "aws:waitForAwsResourceProperty"
          timeoutSeconds = 14400
          inputs = {
            Service              = "rds"
            Api                  = "DescribeDBInstances"
            DBInstanceIdentifier = "{{ Start.Target }}"
            PropertySelector     = "$.DBInstances[0].DBInstanceStatus"
            DesiredValues        = ["available"]
          }
        },
        {
          name           = "Protect"
          action         = "aws:executeScript"
          timeoutSeconds = 120
          isEnd          = true
          inputs = {
            Runtime      = "python3.11"
            Handler      = "protect"
            Script       = file("${path.module}/runbooks/restore_database.py")
            InputPayload = { database = var.context.prefix, target = "{{ Start.Target }}" }
          }
          outputs = [{ Name = "Address", Selector = "$.Payload.address", Type = "String" }]
        },
      ]
    }

    revoke-device = {
      description = "Revokes a device of ${var.context.prefix}: its status first, then its queue."
      parameters = {
        DeviceId = { type = "String", description = "Id of the device", allowedPattern = "^dev-[0-9a-f]{20}$" }
      }
      outputs = ["Revoke.Owner", "Revoke.Queue"]
      steps = [
        {
          name           = "Revoke"
          action         = "aws:executeScript"
          timeoutSeconds = 120
          isEnd          = true
          inputs = {
            Runtime = "python3.11"
            Handler = "revoke"
            Script  = file("${path.module}/runbooks/revoke_device.py")
            InputPayload = {
              device_id = "{{ DeviceId }}"
              table     = "${var.context.prefix}-devices"
              queue     = "${var.context.prefix}-device-{{ DeviceId }}"
            }
          }
          outputs = [
            { Name = "Owner", Selector = "$.Payload.owner", Type = "String" },
            { Name = "Queue", Selector = "$.Payload.queue", Type = "String" },
          ]
        },
      ]
    }
  }
}

resource "aws_ssm_document" "runbook" {
  for_each = local._runbooks

  name            = "${var.context.prefix}-${each.key}"
  document_type   = "Automation"
  document_format = "JSON"

  content = jsonencode({
    schemaVersion = "0.3"
    description   = each.value.description
    assumeRole    = aws_iam_role.runbook[each.key].arn
    parameters    = each.value.parameters
    outputs       = each.value.outputs
    mainSteps     = each.value.steps
  })
}

# A rejected script leaves its execution behind; somebody should know.
resource "aws_cloudwatch_event_rule" "runbooks" {
  name        = "${var.context.prefix}-runbooks"
  description = "A runbook ended"

  event_pattern = jsonencode({
    source      = ["aws.ssm"]
    detail-type = ["EC2 Automation Execution Status-change Notification"]
    detail = {
      Definition = [for name in sort(keys(local._runbooks)) : "${var.context.prefix}-${name}"]
      Status     = ["Cancelled", "Failed", "Success", "TimedOut"]
    }
  })
}

resource "aws_cloudwatch_event_target" "runbooks" {
  rule      = aws_cloudwatch_event_rule.runbooks.name
  target_id = "notifications"
  arn       = aws_sns_topic.this["notifications"].arn

  input_transformer {
    input_paths    = { runbook = "$.detail.Definition", status = "$.detail.Status", execution = "$.detail.ExecutionId" }
    input_template = "\"Runbook <runbook>: <status> (execution <execution>)\""
  }
}
