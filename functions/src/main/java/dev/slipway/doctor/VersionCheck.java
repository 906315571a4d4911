package dev.slipway.doctor;

import java.util.List;

/** Whether the command that asks is of the version of the functions. */
final class VersionCheck implements Check<StackSeen> {
  @Override
  public String subject() {
    return "version";
  }

  @Override
  public List<Finding> findings(StackSeen seen) {
    String version = seen.resources().version();
    return seen
        .commandVersion()
        .filter(command -> !command.equals(version))
        .map(command ->
            Finding.warning(
                "stack " + seen.resources().name(),
                "its functions are of version %s, and this command is of version %s"
                    .formatted(version, command),
                "deploy the stack from the same version, or use that version of the command"))
        .stream()
        .toList();
  }
}
