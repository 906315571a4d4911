package dev.slipway.cli.command;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code slipway completion}. */
@Command(
    name = "completion",
    header = "Print a script with which a shell completes commands and options.",
    footer = {
      "",
      "Examples:",
      "  source <(slipway completion bash)",
      "  slipway completion zsh > ~/.slipway-completion    then source it in ~/.zshrc"
    })
final class CompletionCommand implements Callable<Integer> {
  /** What can be completed in. */
  enum Shell {
    bash,
    zsh
  }

  private final Slipway slipway;

  @Spec private @Nullable CommandSpec spec;

  @Parameters(paramLabel = "SHELL", description = "${COMPLETION-CANDIDATES}")
  @SuppressWarnings("UnusedVariable") // that it is one of them is all that matters, see below
  private Shell shell = Shell.bash;

  CompletionCommand(Slipway slipway) {
    this.slipway = slipway;
  }

  @Override
  public Integer call() {
    if (spec == null) {
      throw new IllegalStateException("not run by picocli");
    }
    // one script for both: it loads bash's way of completing where the shell is zsh
    slipway.terminal().out().print(AutoComplete.bash("slipway", spec.root().commandLine()));
    slipway.terminal().out().flush();
    return ExitCode.DONE.number();
  }
}
