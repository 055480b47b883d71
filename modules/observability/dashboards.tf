locals {
  # Each widget is a title and what it draws; the grid is laid out here, two in a row.
  _dashboards = {
    service-levels = local._service_level_widgets
    cost           = local._cost_widgets
    devices        = local._device_widgets
  }
}

resource "aws_cloudwatch_dashboard" "this" {
  for_each = local._dashboards

  dashboard_name = "${var.context.prefix}-${each.key}"

  dashboard_body = jsonencode({
    widgets = [
      for index, widget in each.value : {
        type   = "metric"
        x      = index % 2 * 12
        y      = floor(index / 2) * 6
        width  = 12
        height = 6
        properties = {
          title   = widget.title
          region  = try(widget.region, var.context.region)
          period  = try(widget.period, 60)
          view    = "timeSeries"
          stacked = false
          metrics = widget.metrics
        }
      }
    ]
  })
}
