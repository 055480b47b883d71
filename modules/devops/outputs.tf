output "alarm_topic_arn" {
  description = "ARN of the topic that alarms go to, once CloudWatch may publish to it."
  value       = aws_sns_topic.this["alarms"].arn

  depends_on = [aws_sns_topic_policy.this]
}

output "notification_topic_arn" {
  description = "ARN of the topic for what somebody should know of: costs, releases, runbooks."
  value       = aws_sns_topic.this["notifications"].arn

  depends_on = [aws_sns_topic_policy.this]
}

output "release_parameter" {
  description = "Name of the parameter with version and commit of the release."
  value       = aws_ssm_parameter.release.name
}

output "redrive_document" {
  description = "Name of the runbook that repeats failed asynchronous invocations."
  value       = aws_ssm_document.runbook["redrive"].name
}

output "runbook_names" {
  description = "Names of the runbooks' documents by short name."
  value       = { for name, document in aws_ssm_document.runbook : name => document.name }
}

output "pipeline_name" {
  description = "Name of the pipeline that releases functions; null without one."
  value       = one([for pipeline in aws_codepipeline.this : pipeline.name])
}

output "connection_arn" {
  description = "ARN of the connection to GitHub, which somebody confirms once in the console; null without one."
  value       = one([for connection in aws_codeconnections_connection.github : connection.arn])
}

output "owns_aliases" {
  description = "Whether CodeDeploy decides what the functions' aliases point at; Terraform must then leave their version alone."
  value       = var.settings.deployments != null
}

output "onboarding_template" {
  description = "Version of the onboarding template and where it is published, for accounts that take it themselves."
  value = {
    version = local._template_version
    bucket  = aws_s3_object.onboarding.bucket
    key     = aws_s3_object.onboarding.key
  }
}

output "bastion" {
  description = "Id of the bastion and the document of its logged sessions; null without one."
  value       = one([for name, host in aws_instance.bastion : { instance_id = host.id, session_document = aws_ssm_document.session[name].name }])
}
