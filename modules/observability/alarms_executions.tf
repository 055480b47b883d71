locals {
  _machines = {
    run      = { plural = "runs", arn = var.state_machine_arns.run }
    analysis = { plural = "analyses", arn = var.state_machine_arns.analysis }
  }

  _endings = {
    failed    = { metric = "ExecutionsFailed", what = "could not be brought to its end" }
    timed-out = { metric = "ExecutionsTimedOut", what = "took longer than it may" }
    throttled = { metric = "ExecutionThrottled", what = "was throttled" }
  }

  _execution_alarms = merge([
    for machine, about in local._machines : {
      for ending, kind in local._endings : "${about.plural}-${ending}" => {
        description = "An execution ${kind.what}. Look at the executions of ${reverse(split(":", about.arn))[0]}."
        namespace   = "AWS/States"
        metric      = kind.metric
        dimensions  = { StateMachineArn = about.arn }
        statistic   = "Sum"
        threshold   = 0
        page        = machine == "run" && ending != "throttled"
        gate        = machine == "run" && ending == "failed"
      }
    }
  ]...)
}
