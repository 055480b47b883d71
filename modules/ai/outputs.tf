output "models_parameter" {
  description = "Name of the parameter with the model of each role."
  value       = aws_ssm_parameter.models.name
}

output "models_parameter_arn" {
  description = "ARN of the parameter with the model of each role."
  value       = "arn:${var.context.partition}:ssm:${var.context.region}:${var.context.account_id}:parameter${aws_ssm_parameter.models.name}"
}

output "guardrail" {
  description = "Id, ARN and published version of the guardrail."
  value = {
    id      = aws_bedrock_guardrail.this.guardrail_id
    arn     = aws_bedrock_guardrail.this.guardrail_arn
    version = aws_bedrock_guardrail_version.this.version
  }
}

output "converse_policy_json" {
  description = "Least-privilege policy to converse with the models under the guardrail (Bedrock)."
  value       = data.aws_iam_policy_document.converse.json
}

output "model_lifecycle_policy_json" {
  description = "Least-privilege policy to read how long the models will live (Bedrock)."
  value       = data.aws_iam_policy_document.model_lifecycle.json
}

output "vision_policy_json" {
  description = "Least-privilege policy to see text, labels and elements in pictures (Rekognition)."
  value       = data.aws_iam_policy_document.vision.json
}

output "document_policy_json" {
  description = "Least-privilege policy to read documents (Textract)."
  value       = data.aws_iam_policy_document.document.json
}

output "language_policy_json" {
  description = "Least-privilege policy to understand text (Comprehend)."
  value       = data.aws_iam_policy_document.language.json
}

output "custom_labels_project_arn" {
  description = "ARN of the Rekognition project of user interface elements; null without."
  value       = one([for project in aws_rekognition_project.elements : project.arn])
}

output "custom_labels_version_arn" {
  description = "ARN of the trained version that finds user interface elements; null without."
  value       = var.settings.custom_labels_version_arn
}

output "classifier_arn" {
  description = "ARN of the classifier of goals; null without."
  value       = one([for classifier in aws_comprehend_document_classifier.goals : classifier.arn])
}

output "kept_days" {
  description = "Days for which the logs of model calls hold content of users, by the name model_calls; empty where they hold none."
  value       = { for name, logging in local._invocation_logging : "model_calls" => logging.retention_days if logging.text || logging.images }
}

output "token_budgets" {
  description = "Tokens a day by meter, and the models whose tokens count: a role, or the roles that share a profile."
  value = {
    for meter, roles in local._meters : meter => {
      tokens_per_day = sum([for role in roles : var.settings.token_budgets[role]])
      model_ids      = distinct(flatten([for role in roles : local._metered_ids[role]]))
    }
  }
}
