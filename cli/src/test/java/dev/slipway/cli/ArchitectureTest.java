package dev.slipway.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The command is a thin client: see docs/decisions/0017-the-command-is-a-thin-client.md. */
class ArchitectureTest {
  private static final JavaClasses COMMAND =
      new ClassFileImporter()
          .withImportOption(new DoNotIncludeTests())
          .importPackages("dev.slipway.cli");

  @Test
  void it_can_call_no_service_but_lambda_sts_and_ecs() {
    List<String> clients =
        Arrays.stream(System.getProperty("java.class.path").split(":", -1))
            .map(path -> path.substring(path.lastIndexOf('/') + 1))
            .filter(jar -> jar.matches("(ecr|sqs|eventbridge|cloudwatch.*|sns|s3)-\\d.*jar"))
            .toList();

    assertThat(clients).isEmpty();
  }

  /** Everything else that it asks of ECS it asks of the functions. */
  @Test
  void of_ecs_it_calls_nothing_but_tag_resource_and_untag_resource() {
    Set<String> called =
        COMMAND.stream()
            .flatMap(known -> known.getMethodCallsFromSelf().stream())
            .filter(call ->
                call.getTargetOwner()
                    .getName()
                    .equals("software.amazon.awssdk.services.ecs.EcsClient"))
            .map(call -> call.getTarget().getName())
            .collect(toSet());

    assertThat(called)
        .containsExactlyInAnyOrder("builder", "tagResource", "untagResource", "close");
  }

  @Test
  void it_knows_nothing_of_the_functions_but_their_json() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "dev.slipway.aws..",
            "dev.slipway.config..",
            "dev.slipway.deploy..",
            "dev.slipway.handler..",
            "dev.slipway.image..",
            "dev.slipway.operate..",
            "dev.slipway.rollout..",
            "dev.slipway.simulator..")
        .check(COMMAND);
  }

  @ParameterizedTest
  @CsvSource({
    "software.amazon.., dev.slipway.cli.aws",
    "picocli.., dev.slipway.cli.command",
    "dev.slipway.cli.aws.., dev.slipway.cli",
    "dev.slipway.cli.command.., dev.slipway.cli",
    "dev.slipway.cli.dashboard.., dev.slipway.cli.command",
    "com.sun.net.httpserver.., dev.slipway.cli.dashboard",
  })
  void what_is_known_to_one_package_alone(String known, String only) {
    String itself = known.startsWith("dev.") ? known : only;

    noClasses()
        .that()
        .resideOutsideOfPackages(only, itself)
        .should()
        .dependOnClassesThat()
        .resideInAPackage(known)
        .check(COMMAND);
  }

  @Test
  void views_are_known_to_what_shows_them() {
    noClasses()
        .that()
        .resideOutsideOfPackages(
            "dev.slipway.cli.command", "dev.slipway.cli.dashboard", "dev.slipway.cli.view")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("dev.slipway.cli.view")
        .check(COMMAND);
  }

  @Test
  void the_stack_as_commands_see_it_knows_neither_aws_nor_text() {
    noClasses()
        .that()
        .resideInAPackage("dev.slipway.cli.stack")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "dev.slipway.cli",
            "dev.slipway.cli.aws",
            "dev.slipway.cli.command",
            "dev.slipway.cli.dashboard",
            "dev.slipway.cli.view",
            "software.amazon..",
            "picocli..")
        .check(COMMAND);
  }
}
