locals {
  # What callers inside the VPC may ask of each service. An endpoint costs money by the hour and by
  # zone, so settings.interface_endpoints chooses; a service that is not here has no endpoint.
  _interface_services = {
    bedrock = [{
      actions   = ["bedrock:GetFoundationModel"]
      resources = ["arn:${var.context.partition}:bedrock:${var.context.region}::foundation-model/*"]
    }]
    bedrock-runtime = [{
      actions = ["bedrock:ApplyGuardrail", "bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream"]
      resources = [
        "arn:${var.context.partition}:bedrock:*::foundation-model/*",
        "arn:${var.context.partition}:bedrock:${local._place}:guardrail/*",
        "arn:${var.context.partition}:bedrock:${local._place}:inference-profile/*",
      ]
    }]
    comprehend = [
      {
        actions = [
          "comprehend:ContainsPiiEntities", "comprehend:DetectDominantLanguage", "comprehend:DetectEntities",
          "comprehend:DetectKeyPhrases", "comprehend:DetectPiiEntities", "comprehend:DetectSentiment",
        ]
        resources = local._no_resource_form
      },
      {
        actions   = ["comprehend:ClassifyDocument"]
        resources = ["arn:${var.context.partition}:comprehend:${local._place}:document-classifier-endpoint/*"]
      },
    ]
    ec2messages = [{
      actions = [
        "ec2messages:AcknowledgeMessage", "ec2messages:DeleteMessage", "ec2messages:FailMessage",
        "ec2messages:GetEndpoint", "ec2messages:GetMessages", "ec2messages:SendReply",
      ]
      resources = local._no_resource_form
    }]
    elasticache = [{
      actions = ["elasticache:DescribeReplicationGroups", "elasticache:DescribeUsers", "elasticache:ModifyUser"]
      resources = [
        "arn:${var.context.partition}:elasticache:${local._place}:replicationgroup:${var.context.prefix}*",
        "arn:${var.context.partition}:elasticache:${local._place}:user:${var.context.prefix}*",
      ]
    }]
    events = [{
      actions   = ["events:PutEvents"]
      resources = ["arn:${var.context.partition}:events:${local._place}:event-bus/${var.context.prefix}"]
    }]
    kms = [{
      # Keys have no names in their ARNs; the key policies and the callers' own decide on the key.
      actions   = ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey"]
      resources = ["arn:${var.context.partition}:kms:${local._place}:key/*"]
    }]
    lambda = [{
      actions   = ["lambda:InvokeFunction"]
      resources = ["arn:${var.context.partition}:lambda:${local._place}:function:${var.context.prefix}-*"]
    }]
    logs = [{
      actions   = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:DescribeLogGroups", "logs:DescribeLogStreams", "logs:PutLogEvents"]
      resources = ["arn:${var.context.partition}:logs:${local._place}:log-group:*"]
    }]
    monitoring = [{
      actions   = ["cloudwatch:PutMetricData"]
      resources = local._no_resource_form
    }]
    rds = [{
      actions   = ["rds:DescribeDBInstances"]
      resources = ["arn:${var.context.partition}:rds:${local._place}:db:${var.context.prefix}*"]
    }]
    rekognition = [
      {
        actions   = ["rekognition:DetectLabels", "rekognition:DetectText"]
        resources = local._no_resource_form
      },
      {
        actions   = ["rekognition:DetectCustomLabels"]
        resources = ["arn:${var.context.partition}:rekognition:${local._place}:project/${var.context.prefix}*"]
      },
    ]
    scheduler = [{
      actions   = ["scheduler:DeleteSchedule"]
      resources = ["arn:${var.context.partition}:scheduler:${local._place}:schedule/${var.context.prefix}/*"]
    }]
    secretsmanager = [
      {
        actions = [
          "secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue", "secretsmanager:PutSecretValue",
          "secretsmanager:UpdateSecretVersionStage",
        ]
        resources = ["arn:${var.context.partition}:secretsmanager:${local._place}:secret:${var.context.prefix}/*"]
      },
      {
        actions   = ["secretsmanager:GetRandomPassword"]
        resources = local._no_resource_form
      },
    ]
    sns = [{
      actions   = ["sns:Publish"]
      resources = ["arn:${var.context.partition}:sns:${local._place}:${var.context.prefix}-*"]
    }]
    sqs = [{
      actions = [
        "sqs:ChangeMessageVisibility", "sqs:CreateQueue", "sqs:DeleteMessage", "sqs:DeleteQueue", "sqs:GetQueueAttributes",
        "sqs:GetQueueUrl", "sqs:ReceiveMessage", "sqs:SendMessage", "sqs:SetQueueAttributes", "sqs:TagQueue",
      ]
      resources = ["arn:${var.context.partition}:sqs:${local._place}:${var.context.prefix}-*"]
    }]
    ssm = [
      {
        actions   = ["ssm:GetParameter", "ssm:GetParameters", "ssm:GetParametersByPath"]
        resources = ["arn:${var.context.partition}:ssm:${local._place}:parameter${var.context.parameter_path}/*"]
      },
      {
        # The agent of a managed host; its operations name instances, documents and associations
        # that AWS makes.
        actions = [
          "ssm:DescribeAssociation", "ssm:DescribeDocument", "ssm:DescribePatchBaselines", "ssm:GetDeployablePatchSnapshotForInstance",
          "ssm:GetDocument", "ssm:GetManifest", "ssm:GetPatchBaselineForPatchGroup", "ssm:ListAssociations",
          "ssm:ListInstanceAssociations", "ssm:PutComplianceItems", "ssm:PutConfigurePackageResult", "ssm:PutInventory",
          "ssm:UpdateAssociationStatus", "ssm:UpdateInstanceAssociationStatus", "ssm:UpdateInstanceInformation",
        ]
        resources = local._no_resource_form
      },
    ]
    ssmmessages = [{
      actions = [
        "ssmmessages:CreateControlChannel", "ssmmessages:CreateDataChannel", "ssmmessages:OpenControlChannel",
        "ssmmessages:OpenDataChannel",
      ]
      resources = local._no_resource_form
    }]
    states = [
      {
        actions = ["states:DescribeExecution", "states:StartExecution"]
        resources = [
          "arn:${var.context.partition}:states:${local._place}:execution:${var.context.prefix}-*",
          "arn:${var.context.partition}:states:${local._place}:stateMachine:${var.context.prefix}-*",
        ]
      },
      {
        actions   = ["states:SendTaskFailure", "states:SendTaskHeartbeat", "states:SendTaskSuccess"]
        resources = local._no_resource_form
      },
    ]
    sts = [
      {
        actions   = ["sts:AssumeRole", "sts:TagSession"]
        resources = ["arn:${var.context.partition}:iam::${var.context.account_id}:role/${var.context.prefix}-*"]
      },
      {
        actions   = ["sts:GetCallerIdentity"]
        resources = local._no_resource_form
      },
    ]
    sync-states = [{
      actions   = ["states:StartSyncExecution"]
      resources = ["arn:${var.context.partition}:states:${local._place}:stateMachine:${var.context.prefix}-*"]
    }]
    textract = [{
      actions   = ["textract:AnalyzeDocument", "textract:DetectDocumentText"]
      resources = local._no_resource_form
    }]
    xray = [{
      actions   = ["xray:GetSamplingRules", "xray:GetSamplingTargets", "xray:PutTelemetryRecords", "xray:PutTraceSegments"]
      resources = local._no_resource_form
    }]
  }

  # For operations that name no resource which a policy could.
  _no_resource_form = ["*"]
}

data "aws_iam_policy_document" "interface_endpoint" {
  for_each = var.settings.interface_endpoints

  dynamic "statement" {
    for_each = local._interface_services[each.value]

    content {
      actions   = statement.value.actions
      resources = statement.value.resources

      principals {
        type        = "AWS"
        identifiers = ["*"]
      }

      condition {
        test     = "StringEquals"
        variable = "aws:PrincipalAccount"
        values   = [var.context.account_id]
      }
    }
  }
}

resource "aws_vpc_endpoint" "interface" {
  for_each = var.settings.interface_endpoints

  vpc_id              = aws_vpc.this.id
  service_name        = "com.amazonaws.${var.context.region}.${each.value}"
  vpc_endpoint_type   = "Interface"
  subnet_ids          = [for subnet in aws_subnet.private : subnet.id]
  security_group_ids  = [aws_security_group.this["endpoints"].id]
  private_dns_enabled = true
  policy              = data.aws_iam_policy_document.interface_endpoint[each.value].json

  tags = { Name = "${var.context.prefix}-${each.value}" }
}
