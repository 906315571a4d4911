package dev.slipway.simulator.ssm;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.simulator.world.Account;
import dev.slipway.simulator.world.Authorizer;
import dev.slipway.simulator.world.AwsError;
import dev.slipway.simulator.world.AwsOperation;
import dev.slipway.simulator.world.AwsService;
import dev.slipway.simulator.world.Caller;
import dev.slipway.simulator.world.Members;
import dev.slipway.simulator.world.World;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Parameters of AWS Systems Manager's Parameter Store: their newest version alone; and its change
 * calendars.
 *
 * @see <a href="https://docs.aws.amazon.com/systems-manager/latest/APIReference/">Systems Manager
 *     API Reference</a>
 */
public final class SsmService implements AwsService {
  private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9_.-]+|(/[a-zA-Z0-9_.-]+){1,15}");
  private static final int MAXIMUM_VALUE = 4_096;
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private record Parameter(String type, String value, int version, Instant changed) {}

  private final World world;
  private final Authorizer authorizer;
  private final Account account;
  private final Map<String, Parameter> parameters = new TreeMap<>();

  private final ChangeCalendars calendars = new ChangeCalendars();

  /** One without parameters and calendars. */
  public SsmService(World world, Authorizer authorizer, Account account) {
    this.world = world;
    this.authorizer = authorizer;
    this.account = account;
  }

  /** Its change calendars. */
  public ChangeCalendars calendars() {
    return calendars;
  }

  @Override
  public String signingName() {
    return "ssm";
  }

  @Override
  public Map<String, AwsOperation.OfMembers> operations() {
    return Map.of(
        "PutParameter", this::putParameter,
        "GetParameter", this::getParameter,
        "DeleteParameter", this::deleteParameter,
        "GetCalendarState", this::getCalendarState);
  }

  private ObjectNode putParameter(Caller caller, ObjectNode body) {
    String name = authorized(caller, "ssm:PutParameter", body);
    if (!NAME.matcher(name).matches() || name.matches("(?i)/?(aws|ssm).*")) {
      throw AwsError.client(
          "ValidationException",
          "Parameter name: can't be prefixed with \"ssm\" or \"aws\", and only a-zA-Z0-9_.- and /"
              + " are allowed");
    }
    String value = Members.required(body, "Value");
    if (value.length() > MAXIMUM_VALUE) {
      throw AwsError.client(
          "ValidationException", "Standard tier parameters support a maximum value of 4096 bytes");
    }
    @Nullable Parameter before = parameters.get(name);
    if (before != null && !Members.flag(body, "Overwrite")) {
      throw AwsError.client(
          "ParameterAlreadyExists",
          "The parameter already exists. To overwrite this value, set the overwrite option in the"
              + " request to true.");
    }
    @Nullable String given = Members.text(body, "Type");
    @Nullable String type = given == null && before != null ? before.type() : given;
    if (type == null) {
      throw AwsError.client(
          "ValidationException", "A parameter type is required when you create a parameter.");
    }
    Parameter parameter =
        new Parameter(type, value, before == null ? 1 : before.version() + 1, world.now());
    parameters.put(name, parameter);
    return JSON.objectNode().put("Version", parameter.version()).put("Tier", "Standard");
  }

  private ObjectNode getParameter(Caller caller, ObjectNode body) {
    String name = authorized(caller, "ssm:GetParameter", body);
    Parameter parameter = existing(name);
    ObjectNode output = JSON.objectNode();
    output
        .putObject("Parameter")
        .put("ARN", arn(name))
        .put("DataType", "text")
        .put("Name", name)
        .put("Type", parameter.type())
        .put("Value", parameter.value())
        .put("Version", parameter.version())
        .set("LastModifiedDate", Members.timestamp(parameter.changed()));
    return output;
  }

  private ObjectNode deleteParameter(Caller caller, ObjectNode body) {
    String name = authorized(caller, "ssm:DeleteParameter", body);
    existing(name);
    parameters.remove(name);
    return JSON.objectNode();
  }

  private Parameter existing(String name) {
    Parameter parameter = parameters.get(name);
    if (parameter == null) {
      throw AwsError.client("ParameterNotFound", "Parameter " + name + " not found.");
    }
    return parameter;
  }

  private String authorized(Caller caller, String action, ObjectNode body) {
    String name = Members.required(body, "Name");
    authorizer.authorize(caller, action, arn(name), Map.of());
    return name;
  }

  private String arn(String name) {
    return account.arn("ssm", "parameter" + (name.startsWith("/") ? "" : "/") + name);
  }

  private ObjectNode getCalendarState(Caller caller, ObjectNode body) {
    List<String> names = Members.texts(body, "CalendarNames");
    if (names.size() != 1) {
      throw AwsError.client("ValidationException", "one calendar is simulated, not " + names);
    }
    String name = names.getFirst();
    authorizer.authorize(
        caller, "ssm:GetCalendarState", account.arn("ssm", "document/" + name), Map.of());
    return calendars.state(name, world.now());
  }
}
