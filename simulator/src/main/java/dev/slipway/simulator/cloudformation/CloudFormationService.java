package dev.slipway.simulator.cloudformation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.simulator.template.Stack;
import dev.slipway.simulator.template.Template;
import dev.slipway.simulator.template.TemplateException;
import dev.slipway.simulator.world.Account;
import dev.slipway.simulator.world.Authorizer;
import dev.slipway.simulator.world.AwsError;
import dev.slipway.simulator.world.AwsOperation;
import dev.slipway.simulator.world.AwsService;
import dev.slipway.simulator.world.Caller;
import dev.slipway.simulator.world.Journal;
import dev.slipway.simulator.world.Members;
import dev.slipway.simulator.world.World;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * AWS CloudFormation's API, as far as {@code aws cloudformation deploy} needs it: change sets that
 * create or update a stack, and the stacks with their outputs.
 *
 * <p>A stack is complete as soon as its resources have been asked for: unlike CloudFormation it
 * does not wait until a service runs. Stacks cannot be deleted.
 *
 * @see <a href="https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/">CloudFormation
 *     API Reference</a>
 */
public final class CloudFormationService implements AwsService {
  /** What creates and updates the resources of stacks. */
  public interface Deployment {
    /** Resolves a template, next to the stacks that are there; changes nothing. */
    Stack read(Template template, String stackName, Map<String, String> parameters);

    /**
     * Creates or updates a stack's resources.
     *
     * @throws IllegalArgumentException for a resource with which that cannot be done
     */
    void carryOut(Stack stack);
  }

  /**
   * A stack that was deployed.
   *
   * @param status as CloudFormation names it, such as {@code CREATE_COMPLETE}
   * @param reason of a failure; null without one
   * @param template it was made by
   * @param parameters that were given
   * @param stack what is there; null if creating it has failed
   */
  private record Deployed(
      String status,
      @Nullable String reason,
      Template template,
      Map<String, String> parameters,
      @Nullable Stack stack) {}

  /**
   * A change set.
   *
   * @param parameters that were given
   */
  private record ChangeSet(
      String id, Template template, Map<String, String> parameters, Stack stack) {}

  private final World world;
  private final Authorizer authorizer;
  private final Journal journal;
  private final Account account;
  private final Deployment deployment;
  private final Map<String, Deployed> stacks = new LinkedHashMap<>();
  private final Map<String, ChangeSet> changeSets = new HashMap<>();

  /** Without stacks yet. */
  public CloudFormationService(
      World world, Authorizer authorizer, Journal journal, Account account, Deployment deployment) {
    this.world = world;
    this.authorizer = authorizer;
    this.journal = journal;
    this.account = account;
    this.deployment = deployment;
  }

  @Override
  public String signingName() {
    return "cloudformation";
  }

  @Override
  public Map<String, AwsOperation.OfMembers> operations() {
    return Map.of(
        "CreateChangeSet", this::createChangeSet,
        "DescribeChangeSet", this::describeChangeSet,
        "ExecuteChangeSet", this::executeChangeSet,
        "DescribeStacks", this::describeStacks,
        "GetTemplateSummary", this::getTemplateSummary);
  }

  /**
   * Deploys a stack at once, without a change set.
   *
   * @throws TemplateException for a mistake in the template
   * @throws IllegalArgumentException for a resource that cannot be created
   */
  public Stack deploy(Template template, String stackName, Map<String, String> parameters) {
    return world.call(() -> {
      Stack stack = deployment.read(template, stackName, parameters);
      deployment.carryOut(stack);
      complete(template, parameters, stack);
      return stack;
    });
  }

  private void complete(Template template, Map<String, String> parameters, Stack stack) {
    String done = exists(stack.name()) ? "UPDATE_COMPLETE" : "CREATE_COMPLETE";
    stacks.put(stack.name(), new Deployed(done, null, template, parameters, stack));
  }

  private boolean exists(String stackName) {
    return Optional.ofNullable(stacks.get(stackName)).map(Deployed::stack).isPresent();
  }

  private ObjectNode createChangeSet(Caller caller, ObjectNode body) {
    String stackName = Members.required(body, "StackName");
    String name = Members.required(body, "ChangeSetName");
    authorize(caller, "CreateChangeSet", stackName);
    String templateBody = Members.text(body, "TemplateBody");
    if (templateBody == null) {
      throw invalid("The simulated CloudFormation takes a TemplateBody only, no URL.");
    }
    boolean update = "UPDATE".equals(Members.text(body, "ChangeSetType"));
    if (update != exists(stackName)) {
      throw invalid(
          update
              ? "Stack [" + stackName + "] does not exist"
              : "Stack [" + stackName + "] already exists and cannot be created again");
    }
    Map<String, String> parameters = new LinkedHashMap<>();
    Deployed before = stacks.get(stackName);
    for (JsonNode parameter : body.path("Parameters")) {
      String key = parameter.path("ParameterKey").asText();
      if (!parameter.path("UsePreviousValue").asBoolean()) {
        parameters.put(key, parameter.path("ParameterValue").asText());
      } else if (before != null && before.parameters().containsKey(key)) {
        parameters.put(key, before.parameters().get(key));
      }
    }
    Template template;
    Stack stack;
    try {
      template = Template.of(templateBody, stackName);
      stack = deployment.read(template, stackName, parameters);
    } catch (TemplateException e) {
      throw invalid("Template error: " + e.getMessage());
    }
    if (templateBody.contains("AWS::IAM::")
        && Members.texts(body, "Capabilities").stream().noneMatch(it -> it.startsWith("CAPA"))) {
      throw AwsError.client(
          "InsufficientCapabilitiesException", "Requires capabilities : [CAPABILITY_IAM]");
    }
    ChangeSet changeSet =
        new ChangeSet(
            account.arn("cloudformation", "changeSet/" + name + "/" + stackName),
            template,
            parameters,
            stack);
    changeSets.put(changeSet.id(), changeSet);
    changeSets.put(stackName + "/" + name, changeSet);
    return object().put("Id", changeSet.id()).put("StackId", id(stackName));
  }

  private ObjectNode describeChangeSet(Caller caller, ObjectNode body) {
    ChangeSet changeSet = changeSet(body);
    authorize(caller, "DescribeChangeSet", changeSet.stack().name());
    return object()
        .put("ChangeSetId", changeSet.id())
        .put("StackName", changeSet.stack().name())
        .put("StackId", id(changeSet.stack().name()))
        .put("Status", "CREATE_COMPLETE")
        .put("ExecutionStatus", "AVAILABLE");
  }

  private ObjectNode executeChangeSet(Caller caller, ObjectNode body) {
    ChangeSet changeSet = changeSet(body);
    Stack stack = changeSet.stack();
    authorize(caller, "ExecuteChangeSet", stack.name());
    Deployed before = stacks.get(stack.name());
    try {
      deployment.carryOut(stack);
      complete(changeSet.template(), changeSet.parameters(), stack);
      journal.note("cloudformation", stack.name() + ": " + status(stack.name()));
    } catch (IllegalArgumentException e) {
      String reason = String.valueOf(e.getMessage());
      // what has been done is not undone: CloudFormation would
      stacks.put(
          stack.name(),
          before == null || before.stack() == null
              ? new Deployed("ROLLBACK_COMPLETE", reason, changeSet.template(), Map.of(), null)
              : new Deployed(
                  "UPDATE_ROLLBACK_COMPLETE",
                  reason,
                  before.template(),
                  before.parameters(),
                  before.stack()));
      journal.note("cloudformation", stack.name() + ": " + reason);
    }
    return object();
  }

  private String status(String stackName) {
    return Optional.ofNullable(stacks.get(stackName)).map(Deployed::status).orElse("");
  }

  private ObjectNode describeStacks(Caller caller, ObjectNode body) {
    String asked = Members.text(body, "StackName");
    String stackName = asked == null || !asked.startsWith("arn:") ? asked : asked.split("/", -1)[1];
    authorize(caller, "DescribeStacks", stackName == null ? "*" : stackName);
    if (stackName != null && !stacks.containsKey(stackName)) {
      throw invalid("Stack with id " + stackName + " does not exist");
    }
    ObjectNode output = object();
    ArrayNode all = output.putArray("Stacks");
    stacks.forEach((name, deployed) -> {
      if (stackName == null || stackName.equals(name)) {
        describe(name, deployed, all.addObject());
      }
    });
    return output;
  }

  private ObjectNode getTemplateSummary(Caller caller, ObjectNode body) {
    String stackName = Members.text(body, "StackName");
    if (stackName == null) {
      throw invalid("The simulated CloudFormation summarises templates of stacks only.");
    }
    authorize(caller, "GetTemplateSummary", stackName);
    Deployed deployed = stacks.get(stackName);
    if (deployed == null) {
      throw invalid("Stack with id " + stackName + " does not exist");
    }
    ObjectNode output = object();
    ArrayNode parameters = output.putArray("Parameters");
    deployed
        .template()
        .parameters()
        .forEach(name -> parameters.addObject().put("ParameterKey", name));
    return output;
  }

  private void describe(String name, Deployed deployed, ObjectNode json) {
    json.put("StackName", name)
        .put("StackId", id(name))
        .put("CreationTime", world.now().toString())
        .put("StackStatus", deployed.status());
    if (deployed.reason() != null) {
      json.put("StackStatusReason", deployed.reason());
    }
    if (deployed.stack() != null) {
      ArrayNode outputs = json.putArray("Outputs");
      deployed
          .stack()
          .outputs()
          .forEach((key, output) -> {
            ObjectNode one =
                outputs
                    .addObject()
                    .put("OutputKey", key)
                    .put("OutputValue", output.value())
                    .put("Description", output.description());
            if (output.export() != null) {
              one.put("ExportName", output.export());
            }
          });
    }
  }

  private ChangeSet changeSet(ObjectNode body) {
    String name = Members.required(body, "ChangeSetName");
    ChangeSet found = changeSets.get(name);
    if (found == null) {
      found = changeSets.get(Members.text(body, "StackName") + "/" + name);
    }
    if (found == null) {
      throw AwsError.client("ChangeSetNotFound", "ChangeSet [" + name + "] does not exist");
    }
    return found;
  }

  private void authorize(Caller caller, String operation, String stackName) {
    authorizer.authorize(caller, "cloudformation:" + operation, id(stackName), Map.of());
  }

  private String id(String stackName) {
    return account.arn("cloudformation", "stack/" + stackName + "/1");
  }

  private static AwsError invalid(String message) {
    return AwsError.client("ValidationError", message);
  }

  private static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }
}
