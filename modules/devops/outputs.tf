output "alarm_topic_arn" {
  description = "ARN of the topic that alarms go to, once CloudWatch may publish to it."
  value       = aws_sns_topic.alarms.arn

  depends_on = [aws_sns_topic_policy.alarms]
}

output "release_parameter" {
  description = "Name of the parameter with version and commit of the release."
  value       = aws_ssm_parameter.release.name
}

output "redrive_document" {
  description = "Name of the runbook that repeats failed asynchronous invocations."
  value       = aws_ssm_document.redrive.name
}
