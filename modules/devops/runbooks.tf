# SQS moves messages only between queues, and these letters belong to functions; so the runbook
# reads each letter and invokes its function anew.
resource "aws_ssm_document" "redrive" {
  name            = "${var.context.prefix}-redrive"
  document_type   = "Automation"
  document_format = "JSON"

  content = jsonencode({
    schemaVersion = "0.3"
    description   = "Repeats failed asynchronous invocations of ${var.context.prefix}. Mend the cause first."
    assumeRole    = aws_iam_role.redrive.arn
    parameters = {
      Limit = {
        type        = "Integer"
        description = "Most letters to repeat"
        default     = 100
      }
    }
    outputs = ["Redrive.Repeated", "Redrive.Left"]
    mainSteps = [
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
            functions = [for name in sort(keys(var.functions)) : var.functions[name]]
            limit     = "{{ Limit }}"
          }
        }
        outputs = [
          { Name = "Repeated", Selector = "$.Payload.repeated", Type = "Integer" },
          { Name = "Left", Selector = "$.Payload.left", Type = "StringList" },
        ]
      },
    ]
  })
}
