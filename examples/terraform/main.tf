terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.0"
    }
  }
}

variable "account_id" {
  description = "The account of the environment, as the policy names it"
  type        = string
}

# The second belt: whatever credentials this provider ends up with, at plan time it compares their account.
provider "aws" {
  region              = "eu-west-1"
  allowed_account_ids = [var.account_id]
}

data "aws_caller_identity" "current" {}

# Stands for what is deployed.
resource "aws_ssm_parameter" "deployed" {
  name  = "/example/deployed"
  type  = "String"
  value = "by ${data.aws_caller_identity.current.arn}"
}

output "account" {
  value = data.aws_caller_identity.current.account_id
}
