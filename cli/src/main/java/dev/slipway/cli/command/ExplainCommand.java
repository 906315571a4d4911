package dev.slipway.cli.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.cli.view.ExplainView;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
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
      "  slipway explain --repository web --tag staging     what a push of it would do"
    })
final class ExplainCommand extends StackCommand {
  @ArgGroup(multiplicity = "1")
  private Subject subject = new Subject();

  /** Either a service, or a push. */
  static final class Subject {
    @Parameters(
        paramLabel = "SERVICE",
        description = "The service: cluster/name, a name that is unique, or an ARN.")
    private @Nullable String service;

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

  ExplainCommand(Slipway slipway) {
    super(slipway);
  }

  @Override
  ExitCode run(Session session) {
    ObjectNode request = Session.request();
    Push push = subject.push;
    if (push != null) {
      request.put("repository", push.repository).put("tag", push.tag);
    } else {
      request.put("service", subject.service);
    }
    ObjectNode answer = session.ask("explain", request);
    session.show(answer, () -> new ExplainView(session.columns()).lines(answer));
    return ExitCode.DONE;
  }
}
