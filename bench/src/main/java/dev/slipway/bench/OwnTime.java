package dev.slipway.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.aws.Json;
import dev.slipway.decide.Environment;
import dev.slipway.deploy.Attempt;
import dev.slipway.deploy.Deployer;
import dev.slipway.deploy.Ecs;
import dev.slipway.deploy.FakeAnnouncer;
import dev.slipway.deploy.FakeChangeCalendars;
import dev.slipway.deploy.FakeEcs;
import dev.slipway.deploy.FakeImageRegistry;
import dev.slipway.deploy.Hint;
import dev.slipway.deploy.Outcome;
import dev.slipway.deploy.ServiceDeployments;
import dev.slipway.deploy.ServicePage;
import dev.slipway.ecs.Service;
import dev.slipway.ecs.ServiceArn;
import dev.slipway.ecs.ServiceDeployment;
import dev.slipway.ecs.ServiceRevision;
import dev.slipway.ecs.TaskDefinition;
import dev.slipway.ecs.TaskDefinitionArn;
import dev.slipway.image.ImageDigest;
import dev.slipway.image.ImageTag;
import dev.slipway.image.Repository;
import dev.slipway.image.RepositoryPattern;
import dev.slipway.image.TagPolicy;
import dev.slipway.record.DeploymentId;
import dev.slipway.record.InMemoryRecordStore;
import dev.slipway.record.KnownRevision;
import dev.slipway.record.RecordChange;
import dev.slipway.record.ServiceRecord;
import dev.slipway.record.Trigger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * Slipway's own part of a deployment: documents are parsed, compared, decided on, copied and
 * written, as often as in a real one; nobody is called, and the record stays values. With the JVM's
 * first compiler only, as in Lambda.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(
    value = 1,
    jvmArgsAppend = {"-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"})
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class OwnTime {
  private static final String PREFIX =
      "arn:aws:ecs:%s:%s:".formatted(FakeEcs.REGION, FakeEcs.ACCOUNT);
  private static final ServiceArn WEB = new ServiceArn(PREFIX + "service/main/web");
  private static final Repository REPOSITORY = FakeImageRegistry.repository("web");
  private static final Instant NOW = Instant.parse("2026-11-28T03:00:00Z");
  private static final String IMAGE = FakeImageRegistry.uri("web");
  private static final ImageDigest NEW = FakeImageRegistry.digest(2);

  private static final Environment STAGING =
      new Environment(
          "staging",
          new TagPolicy(new ImageTag("staging")),
          JsonNodeFactory.instance.objectNode(),
          Set.of(),
          Environment.Drift.HOLD,
          List.of());

  private final TextEcs ecs = new TextEcs();
  private final FakeImageRegistry ecr = new FakeImageRegistry();
  private final RecordChange known =
      RecordChange.of(
          ServiceRecord.unknown(WEB),
          ServiceRecord.unknown(WEB)
              .withEnvironment(Optional.of("staging"))
              .withRevision(
                  Optional.of(
                      KnownRevision.of(
                          ecs.taskDefinition(
                              new TaskDefinitionArn(PREFIX + "task-definition/web:1"))))));

  /** The tag points at the new image. */
  public OwnTime() {
    ecr.push("web", "staging", NEW);
  }

  /**
   * The median of one deployment's time, in milliseconds: on a busy machine others' turns are not
   * in it.
   */
  static double milliseconds() {
    try {
      return new Runner(new OptionsBuilder().include(OwnTime.class.getName()).build())
          .runSingle()
          .getPrimaryResult()
          .getStatistics()
          .getPercentile(50);
    } catch (RunnerException e) {
      throw new IllegalStateException("JMH could not run", e);
    }
  }

  /** One push, one service. */
  @Benchmark
  public Outcome deployment() {
    ecs.begin();
    InMemoryRecordStore records = new InMemoryRecordStore();
    records.write(known);
    return new Deployer(
            new Deployer.Ports(
                List.of(STAGING),
                RepositoryPattern.ALL,
                ecs,
                ecs,
                ecr,
                new FakeChangeCalendars(),
                records,
                Optional.empty(),
                _ -> {},
                new FakeAnnouncer()))
        .handle(
            new Hint.ImagePushed(
                new Trigger.Push(
                    "event",
                    REPOSITORY,
                    new ImageTag("staging"),
                    Optional.of(NEW),
                    Optional.of(NOW))),
            new Attempt("message", NOW, at -> DeploymentId.of(at, 1), () -> Duration.ofMinutes(1)));
  }

  /** What ECS answers, as text; what it is asked becomes text too. */
  private static final class TextEcs implements Ecs, ServiceDeployments {
    private final String registered =
        answer(new TaskDefinitionArn(PREFIX + "task-definition/web:2"));
    private final List<String> services = List.of(text(1), text(2));
    private final Map<TaskDefinitionArn, TaskDefinition> known = new HashMap<>();
    private final List<String> written = new ArrayList<>();
    private boolean updated;

    /** As it was before the deployment. */
    void begin() {
      updated = false;
      written.clear();
    }

    private Service service() {
      return Service.parse(read(services.get(updated ? 1 : 0)));
    }

    private static String text(int revision) {
      return """
      {"serviceArn":"%1$sservice/main/web","clusterArn":"%1$scluster/main","serviceName":"web",
       "status":"ACTIVE","desiredCount":2,"launchType":"FARGATE","schedulingStrategy":"REPLICA",
       "taskDefinition":"%1$stask-definition/web:%2$d",
       "deployments":[{"id":"ecs-svc/%2$d","status":"PRIMARY","rolloutState":"COMPLETED"}],
       "tags":[{"key":"slipway:environment","value":"staging"}]}
      """
          .formatted(PREFIX, revision);
    }

    @Override
    public List<Service> services(Set<String> clusters) {
      return List.of(service());
    }

    @Override
    public ServicePage services(Set<String> clusters, Optional<String> position, int limit) {
      return new ServicePage(List.of(service()), List.of(), Optional.empty());
    }

    @Override
    public List<ServiceArn> serviceArns() {
      return List.of(WEB);
    }

    @Override
    public List<Service> describe(List<ServiceArn> services) {
      return List.of(service());
    }

    @Override
    public Optional<Service> find(String cluster, String name) {
      return Optional.of(service());
    }

    @Override
    public TaskDefinition taskDefinition(TaskDefinitionArn revision) {
      // a revision is asked for once
      return known.computeIfAbsent(revision, arn -> TaskDefinition.parse(read(answer(arn))));
    }

    @Override
    public TaskDefinition readTaskDefinition(TaskDefinitionArn revision) {
      return TaskDefinition.parse(read(answer(revision)));
    }

    private static String answer(TaskDefinitionArn revision) {
      StringBuilder settings = new StringBuilder();
      for (int i = 0; i < 20; i++) {
        settings
            .append(i == 0 ? "" : ",")
            .append("{\"name\":\"SETTING_")
            .append(i)
            .append("\",\"value\":\"value\"}");
      }
      return """
      {"taskDefinition":{"taskDefinitionArn":"%s","family":"web","revision":%d,"status":"ACTIVE",
        "networkMode":"awsvpc","cpu":"256","memory":"512","requiresCompatibilities":["FARGATE"],
        "containerDefinitions":[{"name":"web","image":"%s%s","essential":true,
          "environment":[%s]}]},"tags":[]}
      """
          .formatted(
              revision.value(),
              revision.revision(),
              IMAGE,
              revision.revision() == 1 ? ":staging" : "@" + NEW.value(),
              settings);
    }

    @Override
    public TaskDefinitionArn register(ObjectNode request) {
      written.add(Json.text(request));
      TaskDefinitionArn arn = new TaskDefinitionArn(PREFIX + "task-definition/web:2");
      known.put(arn, TaskDefinition.parse(read(registered)));
      return arn;
    }

    @Override
    public Service updateService(ObjectNode request) {
      written.add(Json.text(request));
      updated = true;
      return service();
    }

    @Override
    public List<ServiceDeployment> newest(ServiceArn service, int limit) {
      return List.of();
    }

    @Override
    public Map<String, ServiceRevision> revisions(Collection<String> arns) {
      return Map.of();
    }

    private static ObjectNode read(String text) {
      try {
        return (ObjectNode) Json.read(text);
      } catch (JsonProcessingException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
