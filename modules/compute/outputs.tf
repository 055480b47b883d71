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

output "state_machine_arn" {
  description = "ARN of the state machine that runs goals."
  value       = aws_sfn_state_machine.run.arn
}

output "event_bus" {
  description = "Name and ARN of the event bus."
  value       = { name = aws_cloudwatch_event_bus.this.name, arn = aws_cloudwatch_event_bus.this.arn }
}

output "dead_letter_queue" {
  description = "Name, ARN and URL of the queue of failed asynchronous invocations."
  value = {
    name = aws_sqs_queue.dead_letters.name
    arn  = aws_sqs_queue.dead_letters.arn
    url  = aws_sqs_queue.dead_letters.url
  }
}

output "device_role_arn" {
  description = "ARN of the role that devices get sessions of."
  value       = aws_iam_role.device.arn
}
