output "models_parameter" {
  description = "Name of the parameter with the model of each role."
  value       = aws_ssm_parameter.models.name
}

output "guardrail" {
  description = "Id and ARN of the guardrail."
  value = {
    id  = aws_bedrock_guardrail.this.guardrail_id
    arn = aws_bedrock_guardrail.this.guardrail_arn
  }
}

output "converse_policy_json" {
  description = "Least-privilege policy to converse with the models under the guardrail."
  value       = data.aws_iam_policy_document.converse.json
}
