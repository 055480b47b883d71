# Plans and drift checks read the states of all environments; an apply reads its own.
data "aws_iam_policy_document" "read_state" {
  for_each = merge(
    { plan = "*" },
    { for name in keys(var.environments) : name => name },
  )

  statement {
    sid       = "FindState"
    actions   = ["s3:ListBucket"]
    resources = [local._bucket_arn]
  }

  statement {
    sid       = "ReadState"
    actions   = ["s3:GetObject"]
    resources = ["${local._bucket_arn}/platform/${each.value}.tfstate"]
  }

  # A plan locks as well, so that it never reads a state that is being written.
  statement {
    sid       = "Lock"
    actions   = ["s3:DeleteObject", "s3:GetObject", "s3:PutObject"]
    resources = ["${local._bucket_arn}/platform/${each.value}.tfstate.tflock"]
  }

  statement {
    sid       = "UseKey"
    actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
    resources = [local._key_arn]
  }
}

resource "aws_iam_role" "plan" {
  name                 = "qscreen-plan"
  description          = "Reads everything, changes nothing; for pull requests and drift checks"
  assume_role_policy   = data.aws_iam_policy_document.assume["plan"].json
  max_session_duration = 3600
}

resource "aws_iam_role_policy" "plan" {
  name   = "state"
  role   = aws_iam_role.plan.id
  policy = data.aws_iam_policy_document.read_state["plan"].json
}

resource "aws_iam_role_policy_attachment" "plan" {
  role       = aws_iam_role.plan.name
  policy_arn = "arn:${local._partition}:iam::aws:policy/job-function/ViewOnlyAccess"
}

resource "aws_iam_role_policy_attachment" "plan_security" {
  role       = aws_iam_role.plan.name
  policy_arn = "arn:${local._partition}:iam::aws:policy/SecurityAudit"
}

# What a refresh reads beyond the two managed policies. Not ReadOnlyAccess: that reads objects, items
# and log events, and a plan is made for every pull request.
data "aws_iam_policy_document" "plan_refresh" {
  statement {
    sid = "ReadConfigurations"
    actions = [
      "bedrock:GetGuardrail",
      "bedrock:GetInferenceProfile",
      "bedrock:GetModelInvocationLoggingConfiguration",
      "bedrock:ListTagsForResource",
      "budgets:ListTagsForResource",
      "budgets:ViewBudget",
      "codeconnections:GetConnection",
      "codeconnections:ListTagsForResource",
      "codedeploy:GetApplication",
      "codedeploy:GetDeploymentConfig",
      "codedeploy:GetDeploymentGroup",
      "codepipeline:GetPipeline",
      "cognito-identity:DescribeIdentityPool",
      "cognito-identity:GetIdentityPoolRoles",
      "rekognition:DescribeProjects",
      "scheduler:GetSchedule",
      "scheduler:GetScheduleGroup",
      "secretsmanager:GetRandomPassword",
      "sns:GetPlatformApplicationAttributes",
      "sns:GetSMSAttributes",
      "ssm:GetMaintenanceWindow",
      "ssm:GetMaintenanceWindowTask",
      "ssm:GetPatchBaseline",
      "ssm:GetPatchBaselineForPatchGroup",
      "synthetics:GetCanary",
      "xray:GetEncryptionConfig",
      "xray:GetGroup",
      "xray:GetSamplingRules",
    ]
    # Configuration without secrets; half of these operations have no resource form, and of the others
    # the names are AWS's (ids of guardrails, pools, windows).
    resources = ["*"]
  }

  # Among them the API keys of partners, which count calls and authorise nothing.
  statement {
    sid     = "ReadApi"
    actions = ["apigateway:GET"]
    resources = [
      for path in ["account", "apikeys", "apikeys/*", "domainnames/*", "restapis", "restapis/*", "tags/*", "usageplans", "usageplans/*"] :
      "arn:${local._partition}:apigateway:*::/${path}"
    ]
  }

  statement {
    sid     = "ReadFunctions"
    actions = ["lambda:GetFunction", "lambda:GetFunctionCodeSigningConfig", "lambda:GetLayerVersion"]
    resources = [
      "arn:${local._partition}:lambda:*:${local._account_id}:function:qscreen-*",
      "arn:${local._partition}:lambda:*:${local._account_id}:layer:qscreen-*",
    ]
  }

  statement {
    sid       = "ReadParameters"
    actions   = ["ssm:GetParameter", "ssm:GetParameters"]
    resources = ["arn:${local._partition}:ssm:*:${local._account_id}:parameter/qscreen/*"]
  }

  statement {
    sid       = "ReadDocuments"
    actions   = ["ssm:DescribeDocumentPermission", "ssm:GetDocument"]
    resources = ["arn:${local._partition}:ssm:*:${local._account_id}:document/qscreen-*"]
  }

  statement {
    sid       = "ReadTemplates"
    actions   = ["s3:GetObject", "s3:GetObjectTagging"]
    resources = ["arn:${local._partition}:s3:::qscreen-*-artifacts-${local._account_id}/templates/*"]
  }
}

resource "aws_iam_role_policy" "plan_refresh" {
  name   = "refresh"
  role   = aws_iam_role.plan.id
  policy = data.aws_iam_policy_document.plan_refresh.json
}

data "aws_iam_policy_document" "write_state" {
  for_each = var.environments

  source_policy_documents = [data.aws_iam_policy_document.read_state[each.key].json]

  statement {
    sid       = "WriteState"
    actions   = ["s3:PutObject"]
    resources = ["${local._bucket_arn}/platform/${each.key}.tfstate"]
  }

  # The trail of approvals and applies, which qops keeps beside the state.
  statement {
    sid       = "ReadTrail"
    actions   = ["s3:GetObject"]
    resources = ["${local._bucket_arn}/platform/${each.key}.audit/*"]
  }

  # A row is written once: only a request that demands that there is none yet is let through.
  statement {
    sid       = "AppendToTrail"
    actions   = ["s3:PutObject"]
    resources = ["${local._bucket_arn}/platform/${each.key}.audit/*"]

    condition {
      test     = "Null"
      variable = "s3:if-none-match"
      values   = ["false"]
    }
  }
}

resource "aws_iam_role" "apply" {
  for_each = var.environments

  name                 = "qscreen-apply-${each.key}"
  description          = "Applies the platform's environment ${each.key}"
  assume_role_policy   = data.aws_iam_policy_document.assume["apply-${each.key}"].json
  max_session_duration = 7200
}

resource "aws_iam_role_policy" "apply_state" {
  for_each = var.environments

  name   = "state"
  role   = aws_iam_role.apply[each.key].id
  policy = data.aws_iam_policy_document.write_state[each.key].json
}

# Services without IAM. IAM itself is in `iam.tf`, limited to the platform's own names; `guard.tf`
# takes away again what no deployment needs.
resource "aws_iam_role_policy_attachment" "apply" {
  for_each = var.environments

  role       = aws_iam_role.apply[each.key].name
  policy_arn = "arn:${local._partition}:iam::aws:policy/PowerUserAccess"
}
