package dev.slipway.handler;

import dev.slipway.aws.AwsEcs;
import dev.slipway.aws.AwsEvidence;
import dev.slipway.aws.AwsServiceDeployments;
import dev.slipway.aws.EcrRegistry;
import dev.slipway.aws.SqsHintQueue;
import dev.slipway.aws.SsmCalendars;
import dev.slipway.decide.Environment;
import dev.slipway.deploy.ServiceEvaluator;
import dev.slipway.image.RepositoryPattern;
import dev.slipway.operate.FailureReader;
import dev.slipway.operate.ServiceChanges;
import dev.slipway.operate.ServiceDirectory;
import dev.slipway.operate.ServiceReader;
import dev.slipway.record.RecordStore;
import java.time.InstantSource;
import java.util.List;

/** What the endpoints of one function work with: each is made once. */
final class OperatorPorts {
  final FunctionContext context;
  final InstantSource clock;
  final List<Environment> environments;
  final RepositoryPattern followed;
  final AwsEcs ecs;
  final AwsServiceDeployments deployments;
  final EcrRegistry registry;
  final SsmCalendars calendars;
  final RecordStore records;
  final ServiceDirectory directory;

  OperatorPorts(FunctionContext context) {
    this.context = context;
    this.clock = context.clock();
    this.environments = context.configuration().environments();
    this.followed = context.followedRepositories();
    this.ecs = new AwsEcs(context.clients().ecs());
    this.deployments = new AwsServiceDeployments(context.clients().ecs());
    this.registry = new EcrRegistry(context.clients().ecr());
    this.calendars = new SsmCalendars(context.clients());
    this.records = context.records();
    this.directory = new ServiceDirectory(environments, ecs);
  }

  AwsEvidence evidence() {
    return new AwsEvidence(context.clients().ecs(), context.clients().logs());
  }

  FailureReader failures() {
    return new FailureReader(ecs, deployments, records, evidence());
  }

  ServiceEvaluator evaluator() {
    return new ServiceEvaluator(
        environments, followed, ecs, deployments, registry, calendars, records);
  }

  ServiceReader reader() {
    return new ServiceReader(ecs, deployments, records);
  }

  ServiceChanges changes() {
    return new ServiceChanges(records, deployments, deployments, queue("SLIPWAY_QUEUE_URL"));
  }

  /** A queue that hints or checks are sent to, by the variable that has its URL. */
  SqsHintQueue queue(String variable) {
    return new SqsHintQueue(context.clients().sqs(), context.need(variable));
  }
}
