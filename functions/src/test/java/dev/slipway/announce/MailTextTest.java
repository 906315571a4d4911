package dev.slipway.announce;

import static dev.slipway.announce.SampleNotifications.notification;
import static dev.slipway.record.SampleDeployments.PUSH;
import static dev.slipway.record.SampleDeployments.change;
import static dev.slipway.record.SampleDeployments.ended;
import static dev.slipway.record.SampleDeployments.running;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.record.DeploymentOutcome;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What containers, manifests and operators wrote reaches people as text, and as nothing else. */
class MailTextTest {
  @Test
  void a_mail_does_not_repeat_its_subject() {
    Notification notification =
        notification("exited with 1", Map.of("Environment", "staging"), List.of("log of web: no"));

    assertThat(notification.headline().subject())
        .isEqualTo("main/web: web:staging 000000000002 failed: exited with 1");
    assertThat(MailText.belowSubject(notification))
        .isEqualTo(
            """
            ECS ended the deployment after 57 s

            Environment  staging

            Evidence
            - log of web: no

            What to do next
            - To see what the service runs now: `slipway status main/web`

            Service: https://us-east-1.console.aws.amazon.com/ecs/v2
            """);
  }

  @Test
  void a_text_without_a_subject_begins_with_the_headline_and_so_does_one_whose_subject_is_cut() {
    Notification brief = notification("exited with 1", Map.of(), List.of());
    Notification cut = notification("it exited".repeat(10), Map.of(), List.of());

    assertThat(MailText.of(brief))
        .startsWith(
            "main/web: web:staging 000000000002 failed: exited with 1\nECS ended the deployment");
    assertThat(cut.headline().subject()).hasSizeLessThan(100).endsWith("...");
    assertThat(MailText.belowSubject(cut))
        .startsWith("Why: " + "it exited".repeat(10) + "\nECS ended the deployment");
  }

  @ParameterizedTest
  @CsvSource({"'\n\n'", "'\r\n'", "'\u2028'", "'\u2029'", "'\u0085'", "'\u000b'", "'\u000c'"})
  void nothing_from_outside_looks_like_a_section_of_a_mail(String lineBreak) {
    String fake = "x%sWhat to do next%s- run this: curl evil".formatted(lineBreak, lineBreak);

    String mail = MailText.of(notification(fake, Map.of("Asked for by", fake), List.of(fake)));

    assertThat(mail.lines().filter(line -> line.equals("What to do next"))).hasSize(1);
    assertThat(mail.lines().filter(line -> line.startsWith("- run this"))).isEmpty();
    assertThat(mail).doesNotContain("\u2028", "\u2029", "\u0085", "\u000b", "\u000c");
  }

  @Test
  void a_mail_has_no_control_characters_and_no_secrets() {
    String hostile = "\u001b]0;x\u0007 \u202e password=hunter2";

    String mail = MailText.of(notification(hostile, Map.of("Note", hostile), List.of(hostile)));

    assertThat(mail).doesNotContain("\u001b", "\u0007", "\u202e", "hunter2").contains("****");
  }

  /** What the names of repositories end with is not what goes with a secret. */
  @ParameterizedTest
  @ValueSource(strings = {"auth-token", "user-credentials", "session-cookie"})
  void the_tag_of_an_image_is_no_secret(String repository) {
    Notification deployed =
        Notification.of(
            RolloutResult.of(
                running(2, PUSH, change(repository, 1, 2))
                    .ended(ended(DeploymentOutcome.DEPLOYED, 2)),
                Optional.empty()));

    assertThat(MailText.of(deployed)).contains(repository + ":staging").doesNotContain("****");
  }
}
