package dev.slipway.simulator;

import dev.slipway.simulator.alarms.AlarmService;
import dev.slipway.simulator.autoscaling.AutoScalingService;
import dev.slipway.simulator.cloudformation.CloudFormationService;
import dev.slipway.simulator.dynamodb.DynamoDbService;
import dev.slipway.simulator.ecr.EcrService;
import dev.slipway.simulator.ecs.EcsService;
import dev.slipway.simulator.ecs.TaskTimings;
import dev.slipway.simulator.events.EventBridgeService;
import dev.slipway.simulator.faults.Faults;
import dev.slipway.simulator.http.CallRecorder;
import dev.slipway.simulator.http.Gateway;
import dev.slipway.simulator.http.HttpEndpoint;
import dev.slipway.simulator.iam.Iam;
import dev.slipway.simulator.lambda.FunctionEnvironment;
import dev.slipway.simulator.lambda.FunctionRuntime;
import dev.slipway.simulator.lambda.FunctionTarget;
import dev.slipway.simulator.lambda.InProcessRuntime;
import dev.slipway.simulator.lambda.LambdaService;
import dev.slipway.simulator.lambda.ProcessRuntime;
import dev.slipway.simulator.lambda.RuntimeTransport;
import dev.slipway.simulator.logs.LogsService;
import dev.slipway.simulator.scheduler.SchedulerService;
import dev.slipway.simulator.sns.SnsService;
import dev.slipway.simulator.sqs.QueueTarget;
import dev.slipway.simulator.sqs.SqsService;
import dev.slipway.simulator.ssm.SsmService;
import dev.slipway.simulator.template.Stack;
import dev.slipway.simulator.template.Template;
import dev.slipway.simulator.world.Account;
import dev.slipway.simulator.world.AwsService;
import dev.slipway.simulator.world.Journal;
import dev.slipway.simulator.world.World;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A small AWS in this JVM, reached over HTTP: ECR, ECS, DynamoDB, EventBridge, SQS, SNS, CloudWatch
 * Logs, Systems Manager, Lambda and IAM, with the resources of a template in it.
 */
public final class Simulator implements AutoCloseable {
  private final World world;
  private final Account account;
  private final Iam iam;
  private final Faults faults;
  private final SqsService sqs;
  private final SnsService sns;
  private final LogsService logs;
  private final LambdaService lambda;
  private final EventBridgeService events;
  private final SchedulerService scheduler;
  private final DynamoDbService dynamoDb;
  private final EcrService ecr;
  private final EcsService ecs;
  private final SsmService ssm;
  private final Gateway gateway;
  private final HttpEndpoint endpoint;
  private final ContainerStacks containers;
  private final CloudFormationService cloudFormation;
  private final Map<String, String> exports = new LinkedHashMap<>();
  private final Path packageDirectory;
  private final @Nullable Stack stack;

  private Simulator(Builder builder) throws IOException {
    account = builder.account;
    world = new World(builder.start, builder.speed);
    Journal journal = builder.journal.apply(world);
    iam = new Iam(world, account, journal);
    faults = new Faults(world);
    sqs = new SqsService(world, iam, iam, journal, account, this::address);
    sns = new SnsService(world, iam, iam, journal, account, sqs);
    logs = new LogsService(world, iam, account);
    FunctionEnvironment environment = new FunctionEnvironment(account, this::address);
    FunctionRuntime runtime =
        builder.handlers == null
            ? new ProcessRuntime(environment, RuntimeTransport.ofThisMachine())
            : new InProcessRuntime(environment, builder.handlers.apply(world::now));
    lambda = new LambdaService(world, iam, journal, account, sqs, logs, runtime);
    events =
        new EventBridgeService(
            world,
            iam,
            journal,
            account,
            List.of(new QueueTarget(sqs), new FunctionTarget(lambda)));
    scheduler = new SchedulerService(world, iam, journal, account, sqs, lambda);
    dynamoDb = new DynamoDbService(world, iam, account);
    ecr = new EcrService(world, events, iam, journal, account);
    ecs = new EcsService(world, events, iam, journal, ecr, logs, builder.timings, account);
    ssm = new SsmService(world, iam, account);
    containers = new ContainerStacks(ecr, ecs, account.root());
    packageDirectory = builder.packageDirectory;
    cloudFormation =
        new CloudFormationService(
            world,
            iam,
            journal,
            account,
            new CloudFormationService.Deployment() {
              @Override
              public Stack read(
                  Template template, String stackName, Map<String, String> parameters) {
                return Simulator.this.read(template, stackName, parameters);
              }

              @Override
              public void carryOut(Stack stack) {
                Simulator.this.carryOut(stack);
              }
            });
    gateway =
        new Gateway(
            world,
            account,
            journal,
            faults,
            iam::callerOf,
            List.of(
                ecs,
                ecr,
                dynamoDb,
                events,
                sqs,
                sns,
                logs,
                cloudFormation,
                ssm,
                new AutoScalingService(iam),
                new AlarmService(iam, ecs)),
            region -> elsewhere(region, journal, builder.timings),
            lambda);
    try {
      endpoint =
          new HttpEndpoint(
              gateway, CallRecorder.ofSystemProperty(), builder.port, builder.addresses());
    } catch (IOException e) {
      lambda.close();
      world.close();
      throw e;
    }
    try {
      stack =
          builder.template == null
              ? null
              : deploy(builder.template, builder.stackName, builder.parameters);
    } catch (IOException | RuntimeException e) {
      close();
      throw e;
    }
  }

  /** Another Region: whoever asks there finds nothing, and what is made there stays there. */
  private List<AwsService> elsewhere(String region, Journal journal, TaskTimings timings) {
    Account there = new Account(account.id(), region);
    SqsService queues = new SqsService(world, iam, iam, journal, there, this::address);
    LogsService groups = new LogsService(world, iam, there);
    EventBridgeService bus =
        new EventBridgeService(world, iam, journal, there, List.of(new QueueTarget(queues)));
    EcrService registry = new EcrService(world, bus, iam, journal, there);
    EcsService clusters =
        new EcsService(world, bus, iam, journal, registry, groups, timings, there);
    return List.of(
        clusters,
        registry,
        bus,
        queues,
        new SnsService(world, iam, iam, journal, there, queues),
        groups,
        new SsmService(world, iam, there),
        new AutoScalingService(iam),
        new AlarmService(iam, clusters));
  }

  /**
   * Deploys a further stack into it, as {@code aws cloudformation deploy} does: creates it, or
   * updates what it has of ECR and ECS. What it exports can be imported by later stacks.
   *
   * @param parameters values for parameters; the others have their defaults
   * @throws dev.slipway.simulator.template.TemplateException for a mistake in the template
   * @throws IllegalArgumentException for a resource that cannot be created
   */
  public Stack deploy(Path template, String stackName, Map<String, String> parameters)
      throws IOException {
    return cloudFormation.deploy(Template.read(template), stackName, parameters);
  }

  private Stack read(Template template, String stackName, Map<String, String> parameters) {
    return template.stack(
        stackName,
        account,
        parameters,
        name -> address() + "/" + account.id() + "/" + name,
        exports);
  }

  private void carryOut(Stack stack) {
    if (!containers.has(stack.name())) {
      new StackDeployment(
              account, iam, sqs, sns, logs, dynamoDb, lambda, events, scheduler, packageDirectory)
          .create(stack);
    }
    containers.deploy(stack);
    for (Stack.Output output : stack.outputs().values()) {
      if (output.export() != null) {
        exports.put(output.export(), output.value());
      }
    }
  }

  /** Begins to describe a simulator. */
  public static Builder builder() {
    return new Builder();
  }

  /** For AWS_ENDPOINT_URL. */
  public URI uri() {
    return endpoint.uri();
  }

  private String address() {
    return uri().toString();
  }

  /** Its time, and the lock on its state. */
  public World world() {
    return world;
  }

  /** The account and Region. */
  public Account account() {
    return account;
  }

  /** Who was refused what, and which permissions nobody needed. */
  public Iam iam() {
    return iam;
  }

  /** What goes wrong with calls. */
  public Faults faults() {
    return faults;
  }

  /** SQS: queues and their messages. */
  public SqsService sqs() {
    return sqs;
  }

  /** Systems Manager: parameters and change calendars. */
  public SsmService ssm() {
    return ssm;
  }

  /** SNS: what was delivered to e-mail addresses and URLs. */
  public SnsService sns() {
    return sns;
  }

  /** CloudWatch Logs: what functions and containers wrote. */
  public LogsService logs() {
    return logs;
  }

  /** Lambda: functions and their logs. */
  public LambdaService lambda() {
    return lambda;
  }

  /** EventBridge: the events so far, and what goes wrong with events. */
  public EventBridgeService events() {
    return events;
  }

  /** EventBridge Scheduler: what happens again and again. */
  public SchedulerService scheduler() {
    return scheduler;
  }

  /** CloudFormation: stacks, and how they are deployed over HTTP. */
  public CloudFormationService cloudFormation() {
    return cloudFormation;
  }

  /** DynamoDB: stale reads and other faults. */
  public DynamoDbService dynamoDb() {
    return dynamoDb;
  }

  /** ECR: repositories and images. */
  public EcrService ecr() {
    return ecr;
  }

  /** ECS: services, tasks, and stale reads. */
  public EcsService ecs() {
    return ecs;
  }

  /** What the template says is there; empty without a template. */
  public Optional<Stack> stack() {
    return Optional.ofNullable(stack);
  }

  /** What a simulated service should never throw, and did. */
  public List<Throwable> defects() {
    return gateway.defects();
  }

  /** The environment variables by which an AWS client finds it. */
  public Map<String, String> clientEnvironment() {
    Map<String, String> variables = new LinkedHashMap<>();
    variables.put("AWS_ENDPOINT_URL", address());
    variables.put("AWS_ACCESS_KEY_ID", "simulator");
    variables.put("AWS_SECRET_ACCESS_KEY", "simulator");
    variables.put("AWS_REGION", account.region());
    variables.put("AWS_DEFAULT_REGION", account.region());
    return variables;
  }

  /** Ends functions, frees the port, stops time. */
  @Override
  public void close() {
    lambda.close();
    endpoint.close();
    world.close();
  }

  /** What a simulator is to be like. */
  public static final class Builder {
    private Instant start = Instant.now();
    private double speed = 1;
    private Account account = new Account(Account.DEFAULT_ID, "us-east-1");
    private int port;
    private final List<InetAddress> furtherAddresses = new ArrayList<>();
    private Function<World, Journal> journal = _ -> (_, _) -> {};
    private TaskTimings timings = TaskTimings.realistic();
    private @Nullable Path template;
    private String stackName = "slipway";
    private Path packageDirectory = Path.of("functions/target/package");
    private final Map<String, String> parameters = new LinkedHashMap<>();
    private @Nullable Function<InstantSource, InProcessRuntime.HandlerSource> handlers;

    private Builder() {}

    /** The simulated time at which it begins; now if nothing is said. */
    public Builder startingAt(Instant time) {
      this.start = time;
      return this;
    }

    /** Simulated seconds for each real one. */
    public Builder speed(double secondsPerSecond) {
      this.speed = secondsPerSecond;
      return this;
    }

    /** Its Region; us-east-1 if nothing is said. */
    public Builder region(String region) {
      this.account = new Account(Account.DEFAULT_ID, region);
      return this;
    }

    /** The port to listen on; any that is free if nothing is said. */
    public Builder port(int port) {
      this.port = port;
      return this;
    }

    /** An address to listen on besides the loopback address, such as a container bridge's. */
    public Builder listen(InetAddress address) {
      furtherAddresses.add(address);
      return this;
    }

    /** Who is told what happens. */
    public Builder journal(Journal journal) {
      return journal(_ -> journal);
    }

    /** Who is told what happens, if it needs to know the time. */
    public Builder journal(Function<World, Journal> journal) {
      this.journal = journal;
      return this;
    }

    /** How long ECS takes for things. */
    public Builder timings(TaskTimings timings) {
      this.timings = timings;
      return this;
    }

    /** The template whose resources are to be there, and the directory of its function package. */
    public Builder template(Path template, Path packageDirectory) {
      this.template = template;
      this.packageDirectory = packageDirectory;
      return this;
    }

    /** The name of the template's stack; slipway if nothing is said. */
    public Builder stackName(String name) {
      this.stackName = name;
      return this;
    }

    /** A value for a parameter of the template. */
    public Builder parameter(String name, String value) {
      parameters.put(name, value);
      return this;
    }

    /**
     * Runs the functions in this JVM instead of in processes of their own.
     *
     * @param handlers makes their handlers, given the simulated time
     */
    public Builder inProcess(Function<InstantSource, InProcessRuntime.HandlerSource> handlers) {
      this.handlers = handlers;
      return this;
    }

    private List<InetAddress> addresses() {
      List<InetAddress> addresses = new ArrayList<>(List.of(InetAddress.getLoopbackAddress()));
      furtherAddresses.stream()
          .filter(further -> !addresses.contains(further))
          .forEach(addresses::add);
      return addresses;
    }

    /**
     * Starts it.
     *
     * @throws java.net.BindException if the port is in use
     * @throws dev.slipway.simulator.template.TemplateException for a mistake in the template
     * @throws IllegalArgumentException for a resource that cannot be created
     */
    public Simulator start() throws IOException {
      return new Simulator(this);
    }
  }
}
