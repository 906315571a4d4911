package dev.slipway;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The arrows between packages go inward only. */
class ArchitectureTest {
  private static final JavaClasses SLIPWAY =
      new ClassFileImporter()
          .withImportOption(new DoNotIncludeTests())
          .importPackages("dev.slipway");

  /** Which packages of Slipway each may know. */
  private static final Map<String, List<String>> KNOWS =
      Map.ofEntries(
          Map.entry("image", List.of("text")),
          Map.entry("text", List.of()),
          Map.entry("ecs", List.of("image", "text")),
          Map.entry("record", List.of("ecs", "image", "text")),
          Map.entry("gate", List.of("ecs", "image", "record")),
          Map.entry("decide", List.of("ecs", "gate", "image", "record")),
          Map.entry("announce", List.of("decide", "ecs", "image", "record", "text")),
          Map.entry("deploy", List.of("decide", "ecs", "gate", "image", "record")),
          Map.entry(
              "rollout", List.of("announce", "decide", "deploy", "ecs", "image", "record", "text")),
          Map.entry(
              "operate",
              List.of(
                  "announce",
                  "decide",
                  "deploy",
                  "ecs",
                  "gate",
                  "image",
                  "record",
                  "rollout",
                  "text")),
          Map.entry(
              "doctor",
              List.of("decide", "deploy", "ecs", "gate", "image", "operate", "record", "text")),
          Map.entry("housekeeping", List.of("decide", "deploy", "ecs", "image", "record")),
          Map.entry("config", List.of("decide", "gate", "image", "text")),
          Map.entry(
              "aws",
              List.of(
                  "announce",
                  "decide",
                  "deploy",
                  "doctor",
                  "ecs",
                  "gate",
                  "housekeeping",
                  "image",
                  "operate",
                  "record",
                  "rollout",
                  "text")),
          Map.entry(
              "handler",
              List.of(
                  "announce",
                  "aws",
                  "config",
                  "decide",
                  "deploy",
                  "doctor",
                  "ecs",
                  "gate",
                  "housekeeping",
                  "image",
                  "operate",
                  "record",
                  "rollout",
                  "text")));

  /** Values and rules: functions of their arguments, without ports. */
  private static final String[] RULES = {
    "dev.slipway.image..",
    "dev.slipway.text..",
    "dev.slipway.ecs..",
    "dev.slipway.record..",
    "dev.slipway.gate..",
    "dev.slipway.decide..",
    "dev.slipway.announce.."
  };

  /** What decides, and carries out through ports. */
  private static final String[] CORE = {
    "dev.slipway.image..",
    "dev.slipway.text..",
    "dev.slipway.ecs..",
    "dev.slipway.record..",
    "dev.slipway.gate..",
    "dev.slipway.decide..",
    "dev.slipway.announce..",
    "dev.slipway.deploy..",
    "dev.slipway.rollout..",
    "dev.slipway.operate..",
    "dev.slipway.doctor..",
    "dev.slipway.housekeeping.."
  };

  @Test
  void every_package_has_its_place() {
    assertThat(SLIPWAY.stream().map(c -> c.getPackageName()).distinct())
        .containsOnly(KNOWS.keySet().stream().map(p -> "dev.slipway." + p).toArray(String[]::new));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "image",
        "text",
        "ecs",
        "record",
        "gate",
        "decide",
        "announce",
        "deploy",
        "rollout",
        "operate",
        "doctor",
        "housekeeping",
        "config",
        "aws",
        "handler"
      })
  void packages_know_only_those_further_in(String name) {
    String[] others =
        KNOWS.keySet().stream()
            .filter(other ->
                !other.equals(name) && !KNOWS.getOrDefault(name, List.of()).contains(other))
            .map(other -> "dev.slipway." + other + "..")
            .toArray(String[]::new);

    noClasses()
        .that()
        .resideInAPackage("dev.slipway." + name + "..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(others)
        .allowEmptyShould(others.length == 0)
        .check(SLIPWAY);
  }

  @Test
  void packages_have_no_cycles() {
    slices().matching("dev.slipway.(*)..").should().beFreeOfCycles().check(SLIPWAY);
  }

  @Test
  void the_core_knows_json_and_the_language_and_nothing_else() {
    classes()
        .that()
        .resideInAnyPackage(CORE)
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "dev.slipway..",
            "java.lang..",
            "java.util..",
            "java.math",
            // for one class: the_expression_library_is_known_to_one_pattern_alone
            "com.google.re2j..",
            "com.fasterxml.jackson.databind..",
            "org.jspecify.annotations..",
            // for one class: Sha256
            "java.security",
            "java.nio.charset",
            // values such as an instant; the clocks among them are refused below
            "java.time",
            "java.time.format",
            "java.time.temporal",
            "java.time.zone")
        .check(SLIPWAY);
  }

  /**
   * Rules use no port. That of the record is beside its values, so it is named; the others are in
   * packages that the rules may not know.
   */
  @Test
  void rules_use_no_port() {
    noClasses()
        .that()
        .resideInAnyPackage("dev.slipway.decide..", "dev.slipway.announce..")
        .should()
        .dependOnClassesThat()
        .haveFullyQualifiedName("dev.slipway.record.RecordStore")
        .check(SLIPWAY);
    classes()
        .that()
        .resideInAnyPackage(RULES)
        .and()
        .areInterfaces()
        .and()
        .doNotHaveFullyQualifiedName("dev.slipway.record.RecordStore")
        .and()
        .doNotHaveSimpleName("package-info")
        .should(
            new ArchCondition<JavaClass>("be sealed: a choice of values, and not a port") {
              @Override
              public void check(JavaClass item, ConditionEvents events) {
                events.add(
                    new SimpleConditionEvent(
                        item,
                        item.reflect().isSealed(),
                        item.getName() + " is an interface that anybody may implement"));
              }
            })
        .check(SLIPWAY);
  }

  @Test
  void names_are_json_free() {
    noClasses()
        .that()
        .resideInAPackage("dev.slipway.image..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("com.fasterxml..")
        .check(SLIPWAY);
  }

  /**
   * By name, for what the packages allowed above still hold: the time, chance, threads, the world.
   */
  @Test
  void the_core_asks_nothing_but_its_ports() {
    noClasses()
        .that()
        .resideInAnyPackage(CORE)
        .should()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .callMethod(System.class, "nanoTime")
        .orShould()
        .callMethod(System.class, "getenv", String.class)
        .orShould()
        .callMethod(System.class, "getProperty", String.class)
        .orShould()
        .callMethodWhere(
            target(nameMatching("now|system.*|tick.*"))
                .and(target(owner(resideInAPackage("java.time")))))
        .orShould()
        .dependOnClassesThat()
        .haveNameMatching("java\\.time\\.(Clock|InstantSource)")
        .orShould()
        .callMethod(Thread.class, "sleep", long.class)
        .orShould()
        .dependOnClassesThat()
        .haveNameMatching("java\\.util\\.(Date|Calendar|Random|UUID|Timer)")
        .orShould()
        .dependOnClassesThat()
        .resideInAnyPackage("java.util.concurrent..", "java.util.random..", "java.util.logging..")
        .check(SLIPWAY);
  }

  @Test
  void lambda_is_known_to_handlers_alone() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.slipway.handler..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("com.amazonaws.services.lambda..")
        .check(SLIPWAY);
  }

  /** Handlers hand the adapters their clients. */
  @Test
  void the_aws_sdk_is_known_to_adapters_and_handlers_alone() {
    noClasses()
        .that()
        .resideOutsideOfPackages("dev.slipway.aws..", "dev.slipway.handler..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("software.amazon..")
        .check(SLIPWAY);
  }

  @Test
  void the_expression_library_is_known_to_one_pattern_alone() {
    noClasses()
        .that()
        .doNotHaveFullyQualifiedName("dev.slipway.image.RegularExpression")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("com.google.re2j..")
        .check(SLIPWAY);
  }

  @Test
  void yaml_is_known_to_the_configuration_alone() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.slipway.config..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.snakeyaml..")
        .check(SLIPWAY);
  }
}
