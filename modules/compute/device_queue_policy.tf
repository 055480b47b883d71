locals {
  # A device has its credentials from the API or from the identity pool of modules/client, whose role
  # is named here by its parts, since that layer needs the queues' names.
  _receiver_arns = [
    local._device_role_arn,
    "arn:${var.context.partition}:iam::${var.context.account_id}:role/${var.context.prefix}-pool-device",
  ]

  # Policy of every device's queue, put on it at enrolment; QUEUE_ARN stands for the queue. The
  # identity policies say who may; this one says who may not, whatever other policies allow.
  _device_queue_policy = {
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "TlsOnly"
        Effect    = "Deny"
        Principal = "*"
        Action    = ["sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:ReceiveMessage", "sqs:SendMessage"]
        Resource  = "QUEUE_ARN"
        Condition = { Bool = { "aws:SecureTransport" = "false" } }
      },
      {
        Sid       = "OnlyThisAccount"
        Effect    = "Deny"
        Principal = "*"
        Action    = ["sqs:DeleteMessage", "sqs:ReceiveMessage", "sqs:SendMessage"]
        Resource  = "QUEUE_ARN"
        Condition = { StringNotEquals = { "aws:PrincipalAccount" = var.context.account_id } }
      },
      {
        Sid       = "OnlyDevicesReceive"
        Effect    = "Deny"
        Principal = "*"
        Action    = ["sqs:DeleteMessage", "sqs:ReceiveMessage"]
        Resource  = "QUEUE_ARN"
        Condition = {
          ArnNotEquals = { "aws:PrincipalArn" = local._receiver_arns }
        }
      },
    ]
  }
}
