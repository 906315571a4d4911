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

  /** Behind picocli's script: names, asked for at most once a minute in each shell. */
  private static final String NAMES =
      """

      _slipway_names() {
        local now kind name
        now=$(date +%s)
        if [ $((now - ${_slipway_asked:-0})) -gt 60 ]; then
          _slipway_known=$(slipway names 2>/dev/null)
          _slipway_asked=$now
        fi
        while read -r kind name; do
          if [ "$kind" = "$1" ]; then printf '%s\\n' "$name"; fi
        done <<< "$_slipway_known"
      }

      _complete_slipway_and_names() {
        local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]} kind=service
        _complete_slipway "$@"
        case $previous in
          -e|--environment) kind=environment ;;
          --timeout|--interval|--port|--limit|-n|--stack|--region|--profile|--endpoint-url|-o|--output) return ;;
          --tag|-t|--digest|-d|--to|--since|--from|--note|-m|--override|--container|-c|--repository) return ;;
        esac
        if [ "$COMP_CWORD" -lt 2 ]; then return; fi
        case ${COMP_WORDS[1]} in
          promote) kind=environment ;;
          follow) if [ "$COMP_CWORD" -gt 2 ]; then kind=environment; fi ;;
          unfollow|status|explain|history|watch|logs|events|diff|doctor|deploy|restart|rollback|approve|pause|resume) ;;
          *) return ;;
        esac
        case $current in -*) return ;; esac
        COMPREPLY+=($(compgen -W "$(_slipway_names "$kind")" -- "$current"))
      }

      complete -F _complete_slipway_and_names -o default slipway slipway.sh slipway.bash
      """;

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
    slipway.terminal().out().print(NAMES);
    slipway.terminal().out().flush();
    return ExitCode.DONE.number();
  }
}
