package dev.slipway.simulator.iam;

import static java.util.stream.Collectors.joining;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.simulator.world.Account;
import dev.slipway.simulator.world.Authorizer;
import dev.slipway.simulator.world.AwsError;
import dev.slipway.simulator.world.Caller;
import dev.slipway.simulator.world.Journal;
import dev.slipway.simulator.world.ResourcePolicies;
import dev.slipway.simulator.world.World;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Who calls, and what they may. A key that belongs to no role is a person at the keyboard: the
 * account's root.
 */
public final class Iam implements Authorizer, ResourcePolicies {
  private static final Pattern SESSION =
      Pattern.compile("arn:aws:sts::\\d+:assumed-role/([^/]+)/.+");

  private final World world;
  private final Account account;
  private final Journal journal;
  private final Map<String, Caller> keys = new HashMap<>();
  private final Map<String, Role> roles = new LinkedHashMap<>();
  private final Map<Permission, Set<String>> used = new LinkedHashMap<>();
  private final Map<String, Set<Call>> recorded = new HashMap<>();
  private final List<String> denials = new ArrayList<>();

  /**
   * A call of a role, whether it was allowed or denied.
   *
   * @param context condition keys and their values, without the global ones
   */
  public record Call(String action, String resource, Map<String, String> context) {
    /** Copies the context. */
    public Call {
      context = Map.copyOf(context);
    }
  }

  public Iam(World world, Account account, Journal journal) {
    this.world = world;
    this.account = account;
    this.journal = journal;
  }

  /** Adds a role. */
  public void add(Role role) {
    world.run(() -> roles.put(role.name(), role));
  }

  /** The role of that name. */
  public Optional<Role> role(String name) {
    return world.call(() -> Optional.ofNullable(roles.get(name)));
  }

  /** The caller who has assumed a role under a session's name (of a function: its name). */
  public Caller session(String role, String session) {
    return new Caller(account.globalArn("sts", "assumed-role/" + role + "/" + session));
  }

  /** Lets an access key id stand for a caller. */
  public void issue(String accessKeyId, Caller caller) {
    world.run(() -> keys.put(accessKeyId, caller));
  }

  /** Whose access key id this is. */
  public Caller callerOf(String accessKeyId) {
    return world.call(() -> keys.getOrDefault(accessKeyId, account.root()));
  }

  @Override
  public void authorize(
      Caller caller, String action, String resource, Map<String, String> context) {
    world.run(() -> decide(caller, action, resource, context));
  }

  @Override
  public Verdict evaluate(
      JsonNode policy,
      String principal,
      String action,
      String resource,
      Map<String, String> context) {
    return Policy.parse(policy)
        .verdict(
            namesOf(principal),
            action,
            resource,
            new RequestContext(withGlobalKeys(context, new Caller(principal))));
  }

  /** A policy may mean a caller by its session, its role, its account, or as a service. */
  private Set<String> namesOf(String principal) {
    Set<String> names = new LinkedHashSet<>(List.of(principal));
    if (principal.startsWith("arn:")) {
      names.add(principalArn(principal));
      names.add(account.root().arn());
      names.add(account.id());
    }
    return names;
  }

  /** Of a session its role's ARN. */
  private String principalArn(String arn) {
    Matcher session = SESSION.matcher(arn);
    return session.matches() ? account.globalArn("iam", "role/" + session.group(1)) : arn;
  }

  private void decide(Caller caller, String action, String resource, Map<String, String> context) {
    if (caller.equals(account.root())) {
      return;
    }
    Matcher session = SESSION.matcher(caller.arn());
    Role role = session.matches() ? roles.get(session.group(1)) : null;
    if (role != null && recorded.containsKey(role.name())) {
      recorded.get(role.name()).add(new Call(action, resource, context));
    }
    RequestContext keys = new RequestContext(withGlobalKeys(context, caller));
    boolean allowed = false;
    if (role != null) {
      for (Policy policy : role.inline()) {
        allowed |= apply(policy, caller, action, resource, keys, role.name());
      }
      for (Policy policy : role.managed()) {
        allowed |= apply(policy, caller, action, resource, keys, "");
      }
    }
    if (!allowed) {
      throw denied(
          caller,
          action,
          resource,
          "because no identity-based policy allows the " + action + " action");
    }
  }

  private boolean apply(
      Policy policy,
      Caller caller,
      String action,
      String resource,
      RequestContext context,
      String recordedFor) {
    boolean allowed = false;
    for (Statement statement : policy.statements()) {
      if (!statement.appliesTo(action, resource, context)) {
        continue;
      }
      if (!statement.allows()) {
        throw denied(caller, action, resource, "with an explicit deny in an identity-based policy");
      }
      allowed = true;
      if (!recordedFor.isEmpty()) {
        permissions(recordedFor, statement, way -> way.isMetBy(context)).stream()
            .filter(permission ->
                new Wildcard(permission.action()).matchesIgnoringCase(action)
                    && new Wildcard(permission.resource()).matches(resource))
            .forEach(permission ->
                used.computeIfAbsent(permission, _ -> new LinkedHashSet<>()).add(resource));
      }
    }
    return allowed;
  }

  private AwsError denied(Caller caller, String action, String resource, String why) {
    String message =
        "User: %s is not authorized to perform: %s on resource: %s %s"
            .formatted(caller.arn(), action, resource, why);
    denials.add(message);
    journal.note("iam", "denied: " + message);
    return switch (action.substring(0, action.indexOf(':'))) {
      case "lambda" -> new AwsError("AccessDeniedException", 403, message);
      case "sns" -> new AwsError("AuthorizationError", 403, message);
      default -> AwsError.client("AccessDeniedException", message);
    };
  }

  private Map<String, String> withGlobalKeys(Map<String, String> context, Caller caller) {
    Map<String, String> all = new LinkedHashMap<>(context);
    all.putIfAbsent("aws:PrincipalArn", principalArn(caller.arn()));
    all.putIfAbsent("aws:PrincipalAccount", account.id());
    all.putIfAbsent("aws:RequestedRegion", account.region());
    // on this machine the services are spoken to in plain HTTP; AWS is not
    all.putIfAbsent("aws:SecureTransport", "true");
    return all;
  }

  /** Every refusal so far, in IAM's words. */
  public List<String> denials() {
    return world.call(() -> List.copyOf(denials));
  }

  /** Records the calls of a role from now on, each once. */
  public void recordCalls(String role) {
    world.run(() -> recorded.put(role, new LinkedHashSet<>()));
  }

  /** The calls of a role since {@link #recordCalls}. */
  public Set<Call> recordedCalls(String role) {
    return world.call(() -> new LinkedHashSet<>(recorded.getOrDefault(role, Set.of())));
  }

  /**
   * What the roles' own policies allow. Managed policies of AWS are not looked at: nobody here can
   * make them smaller.
   */
  public Set<Permission> permissions() {
    return world.call(() -> {
      Set<Permission> permissions = new LinkedHashSet<>();
      for (Role role : roles.values()) {
        for (Policy policy : role.inline()) {
          policy.statements().stream()
              .filter(Statement::allows)
              .forEach(
                  statement -> permissions.addAll(permissions(role.name(), statement, _ -> true)));
        }
      }
      return permissions;
    });
  }

  /** Those of {@link #permissions} that calls have needed so far. */
  public Set<Permission> usedPermissions() {
    return neededResources().keySet();
  }

  /** Of each of {@link #usedPermissions} the resources that it was needed on. */
  public Map<Permission, Set<String>> neededResources() {
    return world.call(() -> {
      Map<Permission, Set<String>> needed = new LinkedHashMap<>();
      used.forEach((permission, resources) -> needed.put(permission, Set.copyOf(resources)));
      return needed;
    });
  }

  /** Those of {@link #permissions} that no call has needed so far. */
  public Set<Permission> unusedPermissions() {
    Set<Permission> unused = permissions();
    unused.removeAll(usedPermissions());
    return unused;
  }

  /**
   * What a statement allows.
   *
   * @param met which values of its conditions count
   */
  private static List<Permission> permissions(
      String role, Statement statement, Predicate<Condition> met) {
    List<Permission> permissions = new ArrayList<>();
    if (statement.notAction() || statement.notResource()) {
      return permissions; // allows all but what it names: there is no list to go through
    }
    for (List<Condition> way : statement.waysToMeet()) {
      if (!way.stream().allMatch(met)) {
        continue;
      }
      String condition =
          way.stream().map(one -> one.key() + " " + one.values().getFirst()).collect(joining(", "));
      for (Wildcard action : statement.actions()) {
        for (Wildcard resource : statement.resources()) {
          permissions.add(
              new Permission(role, statement.sid(), action.text(), resource.text(), condition));
        }
      }
    }
    return permissions;
  }
}
