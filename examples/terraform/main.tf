# A service that Terraform owns and Slipway rolls. Terraform says what the service is, Slipway says which image it runs.

terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.0"
    }
  }
}

variable "region" {
  type    = string
  default = "us-east-1"
}

variable "subnets" {
  description = "where the tasks run"
  type        = list(string)
}

variable "execution_role_arn" {
  description = "the role with which ECS pulls the image and writes the logs"
  type        = string
}

variable "desired_count" {
  type    = number
  default = 2
}

variable "greeting" {
  description = "an environment variable of the container"
  type        = string
  default     = "hello"
}

provider "aws" {
  region = var.region
}

resource "aws_ecr_repository" "web" {
  name = "web"
}

resource "aws_ecs_cluster" "main" {
  name = "main"
}

resource "aws_ecs_task_definition" "web" {
  family                   = "web"
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = 256
  memory                   = 512
  execution_role_arn       = var.execution_role_arn

  container_definitions = jsonencode([{
    name = "web"
    # The tag of the environment. Slipway registers a copy for each image, pinned to its digest.
    image        = "${aws_ecr_repository.web.repository_url}:staging"
    essential    = true
    portMappings = [{ containerPort = 8080 }]
    environment  = [{ name = "GREETING", value = var.greeting }]
  }])
}

resource "aws_ecs_service" "web" {
  name            = "web"
  cluster         = aws_ecs_cluster.main.id
  task_definition = aws_ecs_task_definition.web.arn
  desired_count   = var.desired_count
  launch_type     = "FARGATE"

  network_configuration {
    subnets = var.subnets
  }

  deployment_circuit_breaker {
    enable   = true
    rollback = true
  }

  # The service follows the environment staging of slipway.yaml.
  tags = { "slipway:environment" = "staging" }

  lifecycle {
    # Which revision runs is Slipway's business.
    ignore_changes = [task_definition]
  }
}
