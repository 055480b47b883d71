variable "settings" {
  description = "Guardrail, cost allocation, invocation logging, custom models and token budgets; see the README."
  type = object({
    filter_strength = optional(string, "MEDIUM")
    blocked_input   = optional(string, "The goal was refused by the content policy. Rephrase it.")
    blocked_output  = optional(string, "The plan was refused by the content policy. Rephrase the goal.")

    pii_entities = optional(map(string), {
      AWS_ACCESS_KEY                    = "BLOCK"
      AWS_SECRET_KEY                    = "BLOCK"
      CREDIT_DEBIT_CARD_CVV             = "BLOCK"
      CREDIT_DEBIT_CARD_NUMBER          = "BLOCK"
      INTERNATIONAL_BANK_ACCOUNT_NUMBER = "BLOCK"
      PASSWORD                          = "BLOCK"
      PIN                               = "BLOCK"
    })
    pii_patterns = optional(map(object({
      description = string
      pattern     = string
      action      = optional(string, "BLOCK")
    })), {})
    denied_topics = optional(map(object({
      definition = string
      examples   = optional(list(string), [])
    })), {})
    denied_words = optional(set(string), [])
    profanity    = optional(bool, true)
    grounding = optional(object({
      grounding = optional(number, 0.7)
      relevance = optional(number, 0.7)
    }))

    application_profiles = optional(bool, false)
    invocation_logging = optional(object({
      text           = optional(bool, false)
      images         = optional(bool, false)
      retention_days = optional(number, 365)
    }))
    custom_labels             = optional(bool, false)
    custom_labels_version_arn = optional(string)
    classifier = optional(object({
      training_s3_uri = string
      key_arn         = optional(string)
      language        = optional(string, "en")
      mode            = optional(string, "MULTI_CLASS")
    }))
    token_budgets = optional(map(number), { planner = 5000000, vision = 5000000, fast = 2000000 })
  })
  default  = {}
  nullable = false

  validation {
    condition     = var.settings.custom_labels_version_arn == null || (var.settings.custom_labels && strcontains(coalesce(var.settings.custom_labels_version_arn, "-"), ":project/${var.context.prefix}-ui-elements/version/"))
    error_message = "custom_labels_version_arn must be a trained version of the project <prefix>-ui-elements, which custom_labels makes; set custom_labels, train a version, and give its ARN."
  }

  validation {
    condition     = contains(["LOW", "MEDIUM", "HIGH"], var.settings.filter_strength)
    error_message = "filter_strength must be LOW, MEDIUM or HIGH; MEDIUM is the usual choice."
  }

  validation {
    condition     = alltrue([for message in [var.settings.blocked_input, var.settings.blocked_output] : length(message) >= 1 && length(message) <= 500])
    error_message = "blocked_input and blocked_output must have 1 to 500 characters, Bedrock's limit; shorten the message."
  }

  validation {
    condition     = alltrue([for action in concat(values(var.settings.pii_entities), [for pattern in values(var.settings.pii_patterns) : pattern.action]) : contains(["BLOCK", "ANONYMIZE"], action)])
    error_message = "The action on personal data must be BLOCK or ANONYMIZE; to allow a kind of data, leave it out."
  }

  validation {
    condition     = alltrue([for pattern in values(var.settings.pii_patterns) : length(pattern.pattern) <= 500 && !strcontains(pattern.pattern, "(?=") && !strcontains(pattern.pattern, "(?!") && !strcontains(pattern.pattern, "(?<")])
    error_message = "A pattern must have at most 500 characters and no lookaround, which Bedrock refuses; rewrite it with plain groups."
  }

  validation {
    condition     = alltrue([for topic in values(var.settings.denied_topics) : length(topic.definition) <= 200 && length(topic.examples) <= 5 && alltrue([for example in topic.examples : length(example) <= 100])])
    error_message = "A denied topic must have a definition of at most 200 characters and at most five examples of 100 characters; shorten it."
  }

  validation {
    condition     = alltrue([for name in keys(var.settings.denied_topics) : can(regex("^[0-9A-Za-z _!?.-]{1,100}$", name))])
    error_message = "The name of a denied topic must be 1 to 100 letters, digits, spaces or -_!?. characters; rename it."
  }

  validation {
    condition     = var.settings.grounding == null || alltrue([for threshold in values(coalesce(var.settings.grounding, { grounding = 0, relevance = 0 })) : threshold >= 0 && threshold < 1])
    error_message = "The thresholds of grounding must be from 0 to 0.99; write 0.7 to refuse answers that are less than 70 % grounded."
  }

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], try(var.settings.invocation_logging.retention_days, 365))
    error_message = "CloudWatch Logs knows no such retention; use for example 30, 90 or 365 days."
  }

  validation {
    condition     = can(regex("^s3://[a-z0-9.-]{3,63}/.+", try(var.settings.classifier.training_s3_uri, "s3://none/none")))
    error_message = "training_s3_uri must name an object or a prefix, such as s3://<bucket>/classifier/train.csv."
  }

  validation {
    condition     = contains(["de", "en", "es", "fr", "it", "pt"], try(var.settings.classifier.language, "en"))
    error_message = "Comprehend trains classifiers in de, en, es, fr, it and pt only; use one of these languages, and leave other goals to the models."
  }

  validation {
    condition     = contains(["MULTI_CLASS", "MULTI_LABEL"], try(var.settings.classifier.mode, "MULTI_CLASS"))
    error_message = "The classifier's mode must be MULTI_CLASS (one class a document) or MULTI_LABEL (several)."
  }

  validation {
    condition     = alltrue([for role, budget in var.settings.token_budgets : contains(["planner", "vision", "fast"], role) && budget >= 1])
    error_message = "token_budgets must give a role (planner, vision, fast) at least one token a day; leave a role out to watch no budget."
  }
}
