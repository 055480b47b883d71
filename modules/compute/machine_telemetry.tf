# What every state machine may do beside its own work: deliver its logs and its traces.
data "aws_iam_policy_document" "machine_telemetry" {
  statement {
    sid = "DeliverLogs"
    actions = [
      "logs:CreateLogDelivery",
      "logs:DeleteLogDelivery",
      "logs:DescribeLogGroups",
      "logs:DescribeResourcePolicies",
      "logs:GetLogDelivery",
      "logs:ListLogDeliveries",
      "logs:PutResourcePolicy",
      "logs:UpdateLogDelivery",
    ]
    # Log delivery is administered for the account as a whole; it has no resource form.
    resources = ["*"]
  }

  statement {
    sid     = "Trace"
    actions = ["xray:GetSamplingRules", "xray:GetSamplingTargets", "xray:PutTelemetryRecords", "xray:PutTraceSegments"]
    # X-Ray's operations have no resource form.
    resources = ["*"]
  }
}
