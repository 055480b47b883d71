locals {
  # The grammar of Redis' own access lists. ElastiCache answers them in this order, so that a
  # second plan finds nothing changed.
  _cache_rights = "on ~* -@all +@connection +@read +@write +@transaction -@dangerous"
}

# Redis gives the connection of whoever names no user to this one. Not said as an authentication mode,
# which the service answers under another name than the one it takes.
resource "aws_elasticache_user" "default" {
  user_id              = "${var.context.prefix}-default"
  user_name            = "default"
  engine               = "redis"
  access_string        = "off ~* -@all"
  no_password_required = true
}

resource "aws_elasticache_user" "application" {
  user_id       = "${var.context.prefix}-application"
  user_name     = "qscreen"
  engine        = "redis"
  access_string = local._cache_rights

  # The service takes no write-only password. This one is made while it is applied and told to
  # nobody, so the state that keeps it lets nobody in once the first rotation has replaced it.
  authentication_mode {
    type      = "password"
    passwords = ["${uuid()}${uuid()}"]
  }

  lifecycle {
    ignore_changes = [authentication_mode]
  }
}

resource "aws_elasticache_user_group" "this" {
  user_group_id = var.context.prefix
  engine        = "redis"
  user_ids      = [aws_elasticache_user.default.user_id, aws_elasticache_user.application.user_id]
}
