package dev.slipway.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.cli.view.Line;
import dev.slipway.cli.view.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;

/** {@code slipway names}: what shells complete names of services and environments from. */
@Command(
    name = "names",
    hidden = true,
    header = "The names of services and environments, a line each, for shell completion.",
    footer = {"", "Examples:", "  slipway names"})
final class NamesCommand extends StackCommand {
  /** A shell expands what it completes from: no other character gets there. */
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_./-]{1,512}");

  NamesCommand(Slipway slipway) {
    super(slipway);
  }

  @Override
  ExitCode run(Session session) {
    Set<String> services = new TreeSet<>();
    Set<String> environments = new TreeSet<>();
    for (JsonNode service :
        Response.list(StatusCommand.pages(session, Session.request()), "services")) {
      Response.text(service, "service")
          .ifPresent(name -> {
            services.add(name);
            services.add(name.substring(name.indexOf('/') + 1));
          });
      Response.text(service, "environment").ifPresent(environments::add);
    }
    List<Line> lines = new ArrayList<>();
    services.stream()
        .filter(name -> NAME.matcher(name).matches())
        .forEach(name -> lines.add(Line.of("service " + name)));
    environments.stream()
        .filter(name -> NAME.matcher(name).matches())
        .forEach(name -> lines.add(Line.of("environment " + name)));
    session.terminal().print(lines);
    return ExitCode.DONE;
  }
}
