output "functions" {
  description = "Functions by name: function name, alias, ARNs, invocation ARN and log group."
  value = {
    for name, function in module.function : name => {
      function_name  = function.function_name
      function_arn   = function.function_arn
      alias_name     = function.alias_name
      alias_arn      = function.alias_arn
      invoke_arn     = function.invoke_arn
      role_arn       = function.role_arn
      log_group_name = function.log_group_name
    }
  }
}

output "state_machine_arns" {
  description = "ARNs of the state machines: run (one goal on one device) and analysis (one picture)."
  value       = { run = aws_sfn_state_machine.run.arn, analysis = aws_sfn_state_machine.analysis.arn }
}

output "event_bus" {
  description = "Name and ARN of the event bus."
  value       = { name = aws_cloudwatch_event_bus.this.name, arn = aws_cloudwatch_event_bus.this.arn }
}

output "queues" {
  description = "Name, ARN and URL of the queues: dead_letters (failed asynchronous invocations), jobs, jobs_dead_letters, audit, audit_dead_letters."
  value = {
    for purpose, queue in {
      dead_letters      = aws_sqs_queue.dead_letters
      jobs              = aws_sqs_queue.jobs
      jobs_dead_letters = aws_sqs_queue.jobs_dead_letters

      audit              = aws_sqs_queue.audit
      audit_dead_letters = aws_sqs_queue.audit_dead_letters
    } : purpose => { name = queue.name, arn = queue.arn, url = queue.url }
  }
}

output "device_role_arn" {
  description = "ARN of the role that devices get sessions of."
  value       = aws_iam_role.device.arn
}

output "device_queue_arn_prefix" {
  description = "What the ARN of every device's queue begins with; the device's id follows."
  value       = trimsuffix(local._device_queue_arns, "*")
}

output "metrics_namespace" {
  description = "Namespace of the metrics that the functions report."
  value       = local._metrics_namespace
}

output "schedule_group" {
  description = "Name of the group of the platform's schedules."
  value       = aws_scheduler_schedule_group.this.name
}
