package dev.slipway.cli.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.cli.view.ExplainView;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code slipway explain}. */
@Command(
    name = "explain",
    header = "What Slipway would do now, and why. Changes nothing.",
    description = {
      "",
      "Runs the code of a deployment up to the point where it would act, and shows the difference",
      "in the task definition."
    },
    footer = {
      "",
      "Examples:",
      "  slipway explain web-staging",
      "  slipway explain web-staging --details     with the evidence of its newest failure",
      "  slipway explain web:staging               what a push of this tag would do"
    })
final class ExplainCommand extends StackCommand {
  @ArgGroup(multiplicity = "1")
  private Subject subject = new Subject();

  /** Either a service, or a push. */
  static final class Subject {
    @Parameters(
        paramLabel = "SERVICE|REPOSITORY:TAG",
        description =
            "The service: cluster/name, a name that is unique, or an ARN. Or a push: every service"
                + " that one of this tag to this repository concerns.")
    private @Nullable String name;

    @ArgGroup(exclusive = false)
    private @Nullable Push push;
  }

  /** What was, or would be, pushed. */
  static final class Push {
    @Option(
        names = "--repository",
        required = true,
        paramLabel = "NAME",
        description = "Every service that a push to this repository concerns,")
    private String repository = "";

    @Option(
        names = "--tag",
        required = true,
        paramLabel = "TAG",
        description = "of an image with this tag.")
    private String tag = "";
  }

  @Mixin private Details details = new Details();

  ExplainCommand(Slipway slipway) {
    super(slipway);
  }

  @Override
  ExitCode run(Session session) {
    ObjectNode request = Session.request();
    Push push = subject.push;
    String name = subject.name == null ? "" : subject.name;
    int colon = name.startsWith("arn:") ? -1 : name.indexOf(':');
    if (push != null) {
      request.put("repository", push.repository).put("tag", push.tag);
    } else if (colon >= 0) {
      request.put("repository", name.substring(0, colon)).put("tag", name.substring(colon + 1));
    } else {
      request.put("service", name);
    }
    ObjectNode answer = session.ask("explain", request);
    session.show(answer, () -> new ExplainView(session.layout(details.areWanted())).lines(answer));
    return ExitCode.DONE;
  }
}
