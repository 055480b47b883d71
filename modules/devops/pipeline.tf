locals {
  _pipelines     = var.settings.pipeline == null ? {} : { functions = var.settings.pipeline }
  _pipeline_name = local._application
  _pipeline_arn  = "arn:${var.context.partition}:codepipeline:${local._place}:${local._pipeline_name}"

  # CodePipeline keeps its artefacts under the first 20 characters of the pipeline's name.
  _artifacts_path = substr(local._pipeline_name, 0, 20)

  _from_github = { for name, pipeline in local._pipelines : name => pipeline if pipeline.repository != null }
}

# Someone has to confirm it once in the console: GitHub asks a person, not an API.
resource "aws_codeconnections_connection" "github" {
  for_each = local._from_github

  name          = "${var.context.prefix}-github"
  provider_type = "GitHub"
}

resource "aws_codepipeline" "this" {
  for_each = local._pipelines

  name           = local._pipeline_name
  pipeline_type  = "V2"
  execution_mode = "QUEUED"
  role_arn       = aws_iam_role.pipeline[each.key].arn

  artifact_store {
    type     = "S3"
    location = var.artifacts_bucket.name

    encryption_key {
      type = "KMS"
      id   = var.key_arns.artifacts
    }
  }

  stage {
    name = "Source"

    dynamic "action" {
      for_each = each.value.repository == null ? {} : { github = each.value }
      content {
        name             = "Source"
        category         = "Source"
        owner            = "AWS"
        provider         = "CodeStarSourceConnection"
        version          = "1"
        namespace        = "Source"
        output_artifacts = ["source"]

        configuration = {
          ConnectionArn        = aws_codeconnections_connection.github[each.key].arn
          FullRepositoryId     = action.value.repository
          BranchName           = action.value.branch
          OutputArtifactFormat = "CODE_ZIP"
          DetectChanges        = "true"
        }
      }
    }

    # Started by hand or by whoever puts the archive: nothing polls.
    dynamic "action" {
      for_each = each.value.source_key == null ? {} : { archive = each.value }
      content {
        name             = "Source"
        category         = "Source"
        owner            = "AWS"
        provider         = "S3"
        version          = "1"
        namespace        = "Source"
        output_artifacts = ["source"]

        configuration = {
          S3Bucket             = var.artifacts_bucket.name
          S3ObjectKey          = action.value.source_key
          PollForSourceChanges = "false"
        }
      }
    }
  }

  stage {
    name = "Test"

    action {
      name            = "Test"
      category        = "Test"
      owner           = "AWS"
      provider        = "CodeBuild"
      version         = "1"
      input_artifacts = ["source"]
      configuration   = { ProjectName = aws_codebuild_project.this["test"].name }
    }
  }

  stage {
    name = "Build"

    action {
      name             = "Build"
      category         = "Build"
      owner            = "AWS"
      provider         = "CodeBuild"
      version          = "1"
      input_artifacts  = ["source"]
      output_artifacts = ["build"]
      configuration    = { ProjectName = aws_codebuild_project.this["build"].name }
    }
  }

  dynamic "stage" {
    for_each = var.context.guarded ? { on = true } : {}
    content {
      name = "Approve"

      action {
        name     = "Approve"
        category = "Approval"
        owner    = "AWS"
        provider = "Manual"
        version  = "1"

        configuration = {
          NotificationArn = aws_sns_topic.this["notifications"].arn
          CustomData      = "Release the functions of ${var.context.environment}"
        }
      }
    }
  }

  stage {
    name = "Deploy"

    action {
      name             = "Shift"
      category         = "Build"
      owner            = "AWS"
      provider         = "CodeBuild"
      version          = "1"
      input_artifacts  = ["source", "build"]
      output_artifacts = ["appspecs"]

      configuration = {
        ProjectName   = aws_codebuild_project.this["deploy"].name
        PrimarySource = "source"
        EnvironmentVariables = jsonencode([
          { name = "QS_COMMIT", type = "PLAINTEXT", value = each.value.repository == null ? "#{Source.VersionId}" : "#{Source.CommitId}" },
        ])
      }
    }
  }

  depends_on = [aws_iam_role_policy.pipeline]
}

# What happened is told by rules: neither the pipeline nor CodeDeploy needs to know whom it tells.
resource "aws_cloudwatch_event_rule" "pipeline" {
  for_each = local._pipelines

  name        = "${var.context.prefix}-pipeline"
  description = "The pipeline of functions ended or failed"

  event_pattern = jsonencode({
    source      = ["aws.codepipeline"]
    detail-type = ["CodePipeline Pipeline Execution State Change"]
    detail      = { pipeline = [local._pipeline_name], state = ["CANCELED", "FAILED", "STOPPED", "SUCCEEDED", "SUPERSEDED"] }
  })
}

resource "aws_cloudwatch_event_target" "pipeline" {
  for_each = local._pipelines

  rule      = aws_cloudwatch_event_rule.pipeline[each.key].name
  target_id = "notifications"
  arn       = aws_sns_topic.this["notifications"].arn

  input_transformer {
    input_paths    = { pipeline = "$.detail.pipeline", state = "$.detail.state", execution = "$.detail.execution-id" }
    input_template = "\"<pipeline>: <state> (execution <execution>)\""
  }
}

resource "aws_cloudwatch_event_rule" "deployments" {
  for_each = local._deployments

  name        = "${var.context.prefix}-deployments"
  description = "A deployment of a function failed or was stopped"

  event_pattern = jsonencode({
    source      = ["aws.codedeploy"]
    detail-type = ["CodeDeploy Deployment State-change Notification"]
    detail      = { application = [local._application], state = ["FAILURE", "STOP"] }
  })
}

resource "aws_cloudwatch_event_target" "deployments" {
  for_each = local._deployments

  rule      = aws_cloudwatch_event_rule.deployments[each.key].name
  target_id = "notifications"
  arn       = aws_sns_topic.this["notifications"].arn

  input_transformer {
    input_paths    = { group = "$.detail.deploymentGroup", state = "$.detail.state", deployment = "$.detail.deploymentId" }
    input_template = "\"Deployment <deployment> of <group>: <state>; the alias points at its former version again\""
  }
}
