locals {
  _database_alarms = {
    database-cpu = {
      description = "The database is short of CPU. Look at Performance Insights for the load by statement."
      namespace   = "AWS/RDS"
      metric      = "CPUUtilization"
      dimensions  = { DBInstanceIdentifier = var.database_identifier }
      statistic   = "Average"
      period      = 300
      evaluations = 3
      datapoints  = 3
      threshold   = var.settings.database.cpu_percent
      page        = true
    }
    database-storage = {
      description = "The database runs out of storage. Raise storage_max_gb, or find what grows."
      namespace   = "AWS/RDS"
      metric      = "FreeStorageSpace"
      dimensions  = { DBInstanceIdentifier = var.database_identifier }
      statistic   = "Minimum"
      period      = 300
      evaluations = 1
      comparison  = "LessThanThreshold"
      threshold   = var.settings.database.free_storage_gb * pow(1024, 3)
      page        = true
    }
    database-connections = {
      description = "The database has almost as many connections as it takes. Look for functions that do not close theirs, or turn the proxy on."
      namespace   = "AWS/RDS"
      metric      = "DatabaseConnections"
      dimensions  = { DBInstanceIdentifier = var.database_identifier }
      statistic   = "Maximum"
      datapoints  = 3
      threshold   = var.settings.database.connections
      page        = true
    }
    database-memory = {
      description = "The database runs out of memory. Choose a larger class, or find the statement that takes it."
      namespace   = "AWS/RDS"
      metric      = "FreeableMemory"
      dimensions  = { DBInstanceIdentifier = var.database_identifier }
      statistic   = "Average"
      period      = 300
      evaluations = 3
      datapoints  = 3
      comparison  = "LessThanThreshold"
      threshold   = var.settings.database.free_memory_mb * pow(1024, 2)
    }
  }

  # ElastiCache measures nodes, not groups; a failover changes roles and not names.
  _cache_nodes = { for index in range(var.cache_nodes) : format("%03d", index + 1) => format("%s-%03d", var.cache_group_id, index + 1) }

  _cache_alarms = merge([
    for number, node in local._cache_nodes : {
      "cache-${number}-cpu" = {
        description = "The cache node ${node} is short of CPU. Choose a larger type, or look at the slow log."
        namespace   = "AWS/ElastiCache"
        metric      = "EngineCPUUtilization"
        dimensions  = { CacheClusterId = node }
        statistic   = "Average"
        datapoints  = 3
        threshold   = var.settings.cache.cpu_percent
        page        = true
      }
      "cache-${number}-memory" = {
        description = "The cache node ${node} is almost full. Choose a larger type, or shorten what is kept."
        namespace   = "AWS/ElastiCache"
        metric      = "DatabaseMemoryUsagePercentage"
        dimensions  = { CacheClusterId = node }
        statistic   = "Maximum"
        datapoints  = 3
        threshold   = var.settings.cache.memory_percent
        page        = true
      }
      "cache-${number}-evictions" = {
        description = "The cache node ${node} forgets what is still wanted. Choose a larger type."
        namespace   = "AWS/ElastiCache"
        metric      = "Evictions"
        dimensions  = { CacheClusterId = node }
        statistic   = "Sum"
        period      = 300
        evaluations = 1
        threshold   = var.settings.cache.evictions
      }
    }
  ]...)

  _table_operations = ["BatchGetItem", "DeleteItem", "GetItem", "PutItem", "Query", "Scan", "TransactWriteItems", "UpdateItem"]

  _table_alarms = merge([
    for purpose, table in var.tables : {
      "table-${purpose}-throttles" = {
        description = "The table ${table} is throttled. Look for a hot key, or raise its limits."
        label       = "Throttled requests"
        namespace   = "AWS/DynamoDB"
        period      = 60
        threshold   = 0
        metrics     = [for metric in ["ReadThrottleEvents", "WriteThrottleEvents"] : { metric = metric, dimensions = { TableName = table } }]
      }
      "table-${purpose}-errors" = {
        description = "DynamoDB itself fails on the table ${table}. Look at the AWS Health dashboard."
        label       = "System errors"
        namespace   = "AWS/DynamoDB"
        period      = 60
        threshold   = 0
        metrics     = [for operation in local._table_operations : { metric = "SystemErrors", dimensions = { TableName = table, Operation = operation } }]
        page        = true
      }
    }
  ]...)
}
