package dev.slipway.scenario;

import static dev.slipway.scenario.Account.REGISTRY;

import dev.slipway.aws.AwsEcs;
import dev.slipway.aws.AwsServiceDeployments;
import dev.slipway.aws.Clients;
import dev.slipway.aws.DynamoRecordStore;
import dev.slipway.aws.EcrRegistry;
import dev.slipway.aws.SsmCalendars;
import dev.slipway.config.Configuration;
import dev.slipway.deploy.ServiceEvaluator;
import dev.slipway.ecs.Service;
import dev.slipway.image.ImageReference;
import dev.slipway.image.RepositoryPattern;
import dev.slipway.record.Pin;
import dev.slipway.record.RecordedService;
import dev.slipway.record.ServiceRecord;
import dev.slipway.simulator.iam.Iam;
import dev.slipway.simulator.iam.Policy;
import dev.slipway.simulator.iam.Role;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;

/**
 * What evaluating services asks of AWS: the one list of what every function that evaluates services
 * needs. It is recorded while ServiceEvaluator and the adapters of its ports find services and
 * evaluate them with every permission granted, once for each image policy and each gate. The record
 * is not part of it: it is read before, and each function reads it in its own way.
 *
 * @param ofWhatRuns the calls that find services, and tell what they run
 * @param all these, and those that tell what the policy selects
 * @param ofGates those that tell what gates go by, and all else that evaluating asks for where the
 *     policy is one tag; none where there is no gate that reads
 */
record EvaluationCalls(Set<Iam.Call> ofWhatRuns, Set<Iam.Call> all, Set<Iam.Call> ofGates) {
  private static final String ROLE = "evaluation-with-every-permission";
  private static final String ACCESS_KEY_ID = "ASIAEVALUATION";

  /** Those of all image policies, and of all gates. */
  static EvaluationCalls ofAll() {
    EvaluationCalls calls =
        new EvaluationCalls(new LinkedHashSet<>(), new LinkedHashSet<>(), new LinkedHashSet<>());
    for (PolicyRow row : PolicyRow.ALL) {
      EvaluationCalls more = of(row);
      calls.ofWhatRuns.addAll(more.ofWhatRuns);
      calls.all.addAll(more.all);
    }
    for (GateRow row : GateRow.ALL) {
      Set<Iam.Call> more = of(row);
      calls.ofGates.addAll(more);
      calls.all.addAll(more);
    }
    return calls;
  }

  /** Those that a function makes: every function asks the gates. */
  Set<Iam.Call> of(EvaluatingFunction function) {
    Set<Iam.Call> calls = new LinkedHashSet<>(function.asksPolicy() ? all : ofWhatRuns);
    calls.addAll(ofGates);
    return calls;
  }

  /** Those of one image policy. */
  static EvaluationCalls of(PolicyRow row) {
    try (Account account = Account.with(row.slipwayYaml())) {
      ImageReference image = ImageReference.parse(REGISTRY + "web@" + row.begin(account));
      try (Clients clients = withEveryPermission(account)) {
        tellWhatRuns(new Ports(row.slipwayYaml(), clients), image);
        Set<Iam.Call> ofWhatRuns = account.simulator.iam().recordedCalls(ROLE);
        evaluate(new Ports(row.slipwayYaml(), clients), image);
        return new EvaluationCalls(
            ofWhatRuns, account.simulator.iam().recordedCalls(ROLE), Set.of());
      }
    }
  }

  /** Those of one gate, while an image waits at it. */
  static Set<Iam.Call> of(GateRow row) {
    try (Account account = row.account()) {
      ImageReference image = ImageReference.parse(REGISTRY + "web@" + row.begin(account, false));
      try (Clients clients = withEveryPermission(account)) {
        evaluate(new Ports(row.slipwayYaml(), clients), image);
        return account.simulator.iam().recordedCalls(ROLE);
      }
    }
  }

  private static Clients withEveryPermission(Account account) {
    Iam iam = account.simulator.iam();
    iam.add(
        new Role(
            ROLE,
            policy("'Principal': {'Service': 'lambda.amazonaws.com'}, 'Action': 'sts:AssumeRole'"),
            List.of(),
            List.of(policy("'Action': '*', 'Resource': '*'"))));
    iam.issue(ACCESS_KEY_ID, iam.session(ROLE, "evaluation"));
    iam.recordCalls(ROLE);
    return new Clients(
        account.simulator.clientEnvironment(),
        StaticCredentialsProvider.create(AwsBasicCredentials.create(ACCESS_KEY_ID, "-")));
  }

  private static Policy policy(String allow) {
    return Policy.parse(Account.json("{'Statement': {'Effect': 'Allow', " + allow + "}}"));
  }

  /**
   * An evaluator and what it finds services with, of an execution environment that knows nothing.
   */
  private static final class Ports {
    private final AwsEcs ecs;
    private final ServiceEvaluator evaluator;

    Ports(String slipwayYaml, Clients clients) {
      this.ecs = new AwsEcs(clients.ecs());
      this.evaluator =
          new ServiceEvaluator(
              Configuration.parse("slipway.yaml", slipwayYaml).environments(),
              RepositoryPattern.ALL,
              ecs,
              new AwsServiceDeployments(clients.ecs()),
              new EcrRegistry(clients.ecr()),
              new SsmCalendars(clients),
              new DynamoRecordStore(clients.dynamoDb(), "slipway-record"));
    }

    Service web() {
      List<Service> staging =
          ecs.services(Set.of()).stream()
              .filter(service -> service.environment().filter("staging"::equals).isPresent())
              .toList();
      if (staging.size() != 1) {
        throw new AssertionError("not one service follows staging: " + staging);
      }
      return staging.getFirst();
    }
  }

  private static void tellWhatRuns(Ports ports, ImageReference image) {
    Service web = ports.web();
    ports.ecs.taskDefinition(web.taskDefinition().orElseThrow());
    ports.evaluator.runningDigests(web);
    ports.evaluator.gone(web, List.of(image));
  }

  /** Evaluates the service with nothing in the record, and with an operator's pin. */
  private static void evaluate(Ports ports, ImageReference pinned) {
    Service web = ports.web();
    ServiceRecord unknown = ServiceRecord.unknown(web.arn());
    Pin pin =
        new Pin(
            web.taskDefinition().orElseThrow(),
            Map.of("container-1", pinned),
            Set.of(),
            "ann",
            Instant.EPOCH,
            "event",
            false,
            Optional.empty());
    for (ServiceRecord record : List.of(unknown, unknown.withPin(Optional.of(pin)))) {
      ports.evaluator.evaluate(web, new RecordedService(record, List.of()), Instant.EPOCH);
    }
  }
}
