package dev.slipway.doctor;

import static dev.slipway.deploy.FakeImageRegistry.digest;
import static dev.slipway.deploy.FakeImageRegistry.uri;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.decide.Housekeeping;
import dev.slipway.ecs.TaskDefinitionArn;
import dev.slipway.image.Candidate;
import dev.slipway.image.ImageTag;
import dev.slipway.image.LimitedPolicy;
import dev.slipway.image.NewestPolicy;
import dev.slipway.image.Platform;
import dev.slipway.image.RepositoryPattern;
import dev.slipway.image.TagPolicy;
import dev.slipway.image.WildcardPattern;
import dev.slipway.operate.RejectedRequest;
import dev.slipway.record.HousekeepingRecord;
import dev.slipway.record.Pause;
import dev.slipway.record.RecordChange;
import dev.slipway.record.ServiceRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class DoctorTest {
  private final Scene scene = new Scene();

  /**
   * A row: what is otherwise than in a scene that is well, and all that is to be found, each as
   * severity, where, and a part of what.
   */
  record Row(String name, Consumer<Scene> but, List<String> findings) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static Row well(String name, Consumer<Scene> but) {
    return new Row(name, but, List.of());
  }

  private static Row bad(String name, Consumer<Scene> but, String... findings) {
    return new Row(name, but, List.of(findings));
  }

  private static Housekeeping keeping(int images) {
    return new Housekeeping(images, 0, Optional.empty());
  }

  private static String web(int number) {
    return uri("web") + "@" + digest(number);
  }

  static Stream<Row> ofTheStack() {
    return Stream.of(
        well("as it is", _ -> {}),
        well("a command that does not say its version", s -> s.commandVersion = Optional.empty()),
        bad(
            "another version",
            s -> s.commandVersion = Optional.of("1.1"),
            "warning | stack slipway | its functions are of version 1.0, and this command is of"
                + " version 1.1"),
        bad(
            "a rule that is disabled",
            s -> s.rules.put("slipway-tag", new RuleState(false, "tags")),
            "problem | rule slipway-tag | it is disabled (tags)"),
        bad(
            "a rule that is gone",
            s -> s.rules.remove("slipway-rollout"),
            "problem | rule slipway-rollout | it is gone"),
        bad(
            "a dead letter",
            s -> s.messages.put("slipway-undeliverable", 1),
            "problem | queue slipway-undeliverable | a message waits there"),
        bad(
            "dead letters",
            s -> s.messages.put("slipway-deploy-dead-letters", 3),
            "problem | queue slipway-deploy-dead-letters | 3 messages wait there"),
        well("one confirmed and one not", s -> s.subscribed = new Subscriptions(1, 1)),
        bad(
            "nobody",
            s -> s.subscribed = new Subscriptions(0, 0),
            "warning | topic slipway-notifications | no confirmed subscription: failures and alarms"
                + " reach no one"),
        bad(
            "nobody confirmed",
            s -> s.subscribed = new Subscriptions(0, 2),
            "warning | topic slipway-notifications | 2 subscriptions are not confirmed"));
  }

  static Stream<Row> ofEnvironmentsAndImages() {
    return Stream.of(
        bad(
            "a tag that no environment has",
            s -> tag(s, "stagign"),
            "problem | main/web | it is not followed: its tag slipway:environment says"
                + " \"stagign\""),
        bad(
            "CodeDeploy",
            s -> s.ecs.document(s.web).putObject("deploymentController").put("type", "CODE_DEPLOY"),
            "problem | main/web | nothing can be deployed to it: the service has the CODE_DEPLOY"),
        bad(
            "no image of Amazon ECR",
            s -> s.deploy("docker.io/library/nginx:1", _ -> {}),
            "problem | main/web | Slipway follows none of its images (docker.io/library/nginx)"),
        bad(
            "RepositoryNames that leave it out",
            s -> s.repositoryNames = "website/*",
            "problem | main/web | Slipway follows none of its images"),
        bad(
            "an environment that selects nothing",
            s -> s.ecr.untag("web", "staging"),
            "warning | main/web | tag staging selects no image in web"),
        bad(
            "an image for another platform",
            s -> {
              fargate(s);
              push(s, 3, Set.of(new Platform("linux", "arm64")));
            },
            "problem | main/web | nothing can be deployed to it: image 000000000003 of web is for"
                + " linux/arm64"),
        bad(
            "the same while it is paused",
            s -> {
              fargate(s);
              push(s, 3, Set.of(new Platform("linux", "arm64")));
              pause(s);
            },
            "problem | main/web | nothing can be deployed to it: image 000000000003 of web is for"
                + " linux/arm64"),
        bad(
            "an image for another platform beside one that can be deployed",
            s -> {
              fargate(s);
              s.deploy(web(2), d -> container(d, "jobs", uri("jobs") + "@" + digest(2)));
              s.stored("jobs", 2);
              push(s, 3, Set.of());
              s.ecr.push("jobs", "staging", digest(4), Set.of(new Platform("linux", "arm64")));
            },
            "problem | main/web | container jobs would get 000000000004, which is for linux/arm64,"
                + " and its tasks run on linux/amd64"),
        bad(
            "what is no image",
            s -> s.ecr.put("web", "staging", new Candidate.NotAnImage(digest(3), "a chart")),
            "problem | main/web | nothing can be deployed to it: tag staging selects"),
        well("an image that is not deployed yet", s -> push(s, 3, Set.of())),
        well(
            "a paused service",
            s -> {
              push(s, 3, Set.of());
              pause(s);
            }));
  }

  static Stream<Row> ofTags() {
    return Stream.of(
        bad(
            "IMMUTABLE",
            s -> s.mutability("IMMUTABLE"),
            "problem | repository web | its tags are IMMUTABLE: Amazon ECR refuses the next push of"
                + " the tag staging, which environment staging follows"),
        well("an exclusion of the tag", s -> s.mutability("IMMUTABLE_WITH_EXCLUSION", "stag*")),
        bad(
            "an exclusion of another",
            s -> s.mutability("IMMUTABLE_WITH_EXCLUSION", "prod*"),
            "problem | repository web | its tags are IMMUTABLE_WITH_EXCLUSION"),
        bad(
            "mutable but for the tag",
            s -> s.mutability("MUTABLE_WITH_EXCLUSION", "staging"),
            "problem | repository web | its tags are MUTABLE_WITH_EXCLUSION"),
        well(
            "IMMUTABLE where the newest image is followed",
            s -> {
              s.policy = new NewestPolicy(new WildcardPattern("stag*"));
              s.mutability("IMMUTABLE");
            }),
        well(
            "IMMUTABLE, a slip and a lifecycle policy where the environment selects nothing",
            s -> {
              s.policy =
                  new LimitedPolicy(
                      new TagPolicy(new ImageTag("staging")),
                      List.of(new RepositoryPattern("jobs")));
              s.deploy(web(2), d -> container(d, "jobs", uri("jobs") + "@" + digest(2)));
              s.stored("jobs", 2);
              s.ecr.push("jobs", "staging", digest(2));
              s.mutability("IMMUTABLE");
              s.stored(3, 0, "stagng");
              s.policy("tagged stag* imageCountMoreThan 2");
            }),
        slip("stagng"),
        slip("staging_"),
        slip("stagimg"),
        slip("stagign"),
        slip("Staging"),
        slip("taging"),
        slip("stagin"),
        well("a slip that is older than what is followed", s -> s.stored(3, 20, "stagng")),
        well("a slip beside the right tag", s -> s.stored(2, 1, "staging", "stagng")),
        well("a tag of another environment", s -> s.stored(3, 0, "production")),
        well(
            "tags of a usual repository",
            s -> s.stored(3, 0, "latest", "main", "1f2e3d4", "v1.2.3")),
        well("a numbered tag", s -> s.stored(3, 0, "staging2")),
        well("a branch", s -> s.stored(3, 0, "staging-fix")),
        well("other words", s -> s.stored(3, 0, "stable", "string", "stg", "s", "tagging")),
        well(
            "a word that is near a short one",
            s -> {
              s.policy = new TagPolicy(new ImageTag("main"));
              s.ecr.push("web", "main", digest(2));
              s.stored(2, 10, "main");
              s.stored(3, 0, "mail", "train", "rain");
            }));
  }

  private static Row slip(String tag) {
    return bad(
        "a slip: " + tag,
        s -> s.stored(3, 0, tag),
        "warning | repository web | its tag \"%s\" is followed by nothing".formatted(tag));
  }

  static Stream<Row> ofTaskDefinitions() {
    return Stream.of(
        well(
            "a pattern that has both roles",
            s -> s.passableRoles = "arn:aws:iam::123456789012:role/*t*"),
        bad(
            "a role that is not passable",
            s -> s.passableRoles = "arn:aws:iam::123456789012:role/ecs/*",
            "problem | main/web | DeployFunction may not pass its role task to tasks"),
        bad(
            "a role of another account",
            s -> s.deploy(web(2), d -> d.put("taskRoleArn", "arn:aws:iam::999999999999:role/task")),
            "problem | main/web | DeployFunction may not pass its role"
                + " arn:aws:iam::999999999999:role/task"),
        bad(
            "a log group that is missing",
            s -> s.logGroups.clear(),
            "problem | main/web | its log group /ecs/web is not there"),
        well(
            "one that the tasks create",
            s -> {
              s.logGroups.clear();
              s.deploy(web(2), d -> Scene.options(d).put("awslogs-create-group", "true"));
            }),
        well(
            "one of another Region",
            s -> {
              s.logGroups.clear();
              s.deploy(web(2), d -> Scene.options(d).put("awslogs-region", "us-east-1"));
            }),
        bad(
            "no room",
            s -> limits(s, 100, 100),
            "problem | main/web | the deployment could never make progress"),
        well("room to stop", s -> limits(s, 50, 100)),
        well(
            "no room for no tasks",
            s -> {
              limits(s, 100, 100);
              s.ecs.document(s.web).put("desiredCount", 0);
            }),
        bad(
            "no circuit breaker",
            s -> s.deployment.removeAll(),
            "warning | main/web | its deployment circuit breaker is off"),
        bad(
            "one that does not go back",
            s -> s.deployment = Scene.breaker(true, false),
            "warning | main/web | rollback is off"),
        well(
            "alarms that go back",
            s -> {
              s.deployment.removeAll();
              s.deployment.putObject("alarms").put("enable", true).put("rollback", true);
            }),
        well(
            "the service's own",
            s -> {
              s.deployment.removeAll();
              s.ecs.document(s.web).set("deploymentConfiguration", Scene.breaker(true, true));
            }),
        well(
            "blue/green",
            s -> {
              s.deployment.removeAll();
              s.ecs
                  .document(s.web)
                  .putObject("deploymentConfiguration")
                  .put("strategy", "BLUE_GREEN");
            }),
        bad(
            "as many tags as there may be",
            s -> s.deploy(web(2), d -> tags(d, 50)),
            "problem | main/web | web:3 has 50 tags, all that ECS allows"),
        well("one fewer", s -> s.deploy(web(2), d -> tags(d, 49))));
  }

  static Stream<Row> ofWhatRunsAndRanBefore() {
    return Stream.of(
        bad(
            "the image that runs is gone",
            s -> s.delete(2),
            "problem | main/web | image 000000000002 of web, which it runs, is no longer in Amazon"
                + " ECR"),
        bad(
            "it is archived",
            s -> s.stored(digest(2), 10, false, false, "staging"),
            "problem | main/web | image 000000000002 of web, which it runs, is archived in Amazon"
                + " ECR"),
        bad(
            "it expires",
            s -> s.policy("any sinceImagePushed 9"),
            "problem | main/web | Amazon ECR is about to remove image 000000000002 of web, which it"
                + " runs, by rule 1 (any, 9 days after the push)",
            "warning | main/web | a rollback would go back to web:1, and Amazon ECR is about to"
                + " remove its image"),
        bad(
            "it expires within a week",
            s -> {
              s.stored(1, 1);
              s.policy("any sinceImagePushed 14");
            },
            "warning | main/web | within 7 days Amazon ECR removes image 000000000002 of web, which"
                + " it runs"),
        bad(
            "it expires once its tag moves",
            s -> {
              s.stored(1, 40, "v1");
              s.policy("untagged sinceImagePushed 1");
            },
            "warning | main/web | once the next image is pushed, Amazon ECR removes image"
                + " 000000000002 of web, which it runs, by rule 1 (untagged, 1 day after the push)"
                + " of its lifecycle policy: a rollback could not go back to it"),
        well(
            "not where it has a second tag",
            s -> {
              s.stored(1, 40, "v1");
              s.stored(2, 10, "staging", "v2");
              s.policy("untagged sinceImagePushed 1");
            }),
        bad(
            "it expires once the newest is another",
            s -> {
              s.policy = new NewestPolicy(new WildcardPattern("stag*"));
              s.stored(1, 40, "v1");
              s.policy("tagged stag* imageCountMoreThan 1");
            },
            "warning | main/web | once the next image is pushed"),
        well(
            "nor where Slipway keeps it",
            s -> {
              s.housekeeping = keeping(1);
              s.stored(1, 40, "slipway-keep-main.web.1");
              s.stored(2, 10, "staging", "slipway-keep-main.web.2");
              s.policy("untagged sinceImagePushed 1");
            }),
        bad(
            "what is kept is counted by a rule about any image",
            s -> {
              s.housekeeping = keeping(2);
              s.stored(7, 50, "slipway-keep-main.web.3");
              s.stored(8, 50, "slipway-keep-main.other.1");
              s.stored(1, 40, "slipway-keep-main.web.1");
              s.stored(2, 10, "staging", "slipway-keep-main.web.2");
              s.policy("any imageCountMoreThan 2");
            },
            "warning | main/web | within 7 days Amazon ECR removes what is kept for a rollback"
                + " (000000000007 of web), by rule 1 (any, more than 2 images) of its lifecycle"
                + " policy"),
        bad(
            "tags that cannot move keep nothing for long",
            s -> {
              s.housekeeping = keeping(1);
              s.mutability("IMMUTABLE_WITH_EXCLUSION", "staging");
            },
            "warning | repository web | its tags are IMMUTABLE_WITH_EXCLUSION: the tags by which"
                + " Slipway keeps images, such as slipway-keep-main.web.1, cannot go on to newer"
                + " images"),
        well(
            "tags of which Slipway's can move",
            s -> {
              s.housekeeping = keeping(1);
              s.mutability("IMMUTABLE_WITH_EXCLUSION", "staging", "slipway-keep-*");
            }),
        bad(
            "what was to be done after a deployment failed",
            s -> {
              s.housekeeping = keeping(1);
              s.record(record ->
                  record.withHousekeeping(
                      new HousekeepingRecord(
                          Optional.empty(),
                          keeping(1).toString(),
                          Optional.empty(),
                          Optional.of(
                              new HousekeepingRecord.Failure(
                                  "images of web are not kept: access denied", s.now(), 3)),
                          Optional.empty())));
            },
            "warning | main/web | images of web are not kept: access denied (at "),
        well("a policy that keeps enough", s -> s.policy("any imageCountMoreThan 10")),
        bad(
            "the image before is gone",
            s -> s.delete(1),
            "problem | main/web | there is nothing left to roll back to: web:1 is not taken, since"
                + " its image 000000000001 of web is no longer in Amazon ECR"),
        bad(
            "it is gone, and there is one before it",
            s -> {
              s.stored(3, 1);
              s.deploy(web(3), _ -> {});
              s.delete(2);
              s.ecr.push("web", "staging", digest(3));
            },
            "warning | main/web | `slipway rollback` would pass over a deployment: web:2 is not"
                + " taken, since its image 000000000002 of web is no longer in Amazon ECR; it would"
                + " go to web:1"),
        bad(
            "three are gone, and there is one before them",
            s -> {
              for (int image = 3; image <= 5; image++) {
                s.stored(image, 1);
                s.deploy(web(image), _ -> {});
              }
              s.delete(2);
              s.delete(3);
              s.delete(4);
              s.ecr.push("web", "staging", digest(5));
            },
            "warning | main/web | `slipway rollback` would pass over a deployment: web:4 is not"
                + " taken, since its image 000000000004 of web is no longer in Amazon ECR; web:3 is"
                + " not taken, since its image 000000000003 of web is no longer in Amazon ECR;"
                + " web:2 is not taken, since its image 000000000002 of web is no longer in Amazon"
                + " ECR; it would go to web:1"),
        bad(
            "all that ECS lists are gone",
            s -> {
              for (int image = 3; image <= 22; image++) {
                s.deploy(web(image), _ -> {});
              }
              s.stored(22, 0, "staging");
              s.ecr.push("web", "staging", digest(22));
            },
            "problem | main/web | `slipway rollback` finds nothing to go back to: of the newest 20"
                + " deployments none can be taken: web:21 is not taken, since its image"
                + " 000000000021 of web is no longer in Amazon ECR; web:20 is"),
        bad(
            "it expires soon",
            s -> s.policy("untagged sinceImagePushed 45"),
            "warning | main/web | a rollback would go back to web:1, and within 7 days Amazon ECR"
                + " removes its image 000000000001 of web by rule 1"),
        bad(
            "its revision is INACTIVE",
            s -> s.ecs.deregister(TaskDefinitionArn.of(s.web, "web:1")),
            "warning | main/web | web:1, what a rollback would go back to, is INACTIVE"),
        bad(
            "its revision is deleted",
            s -> s.ecs.delete(TaskDefinitionArn.of(s.web, "web:1")),
            "problem | main/web | there is nothing left to roll back to: web:1 is not taken, since"
                + " it cannot be read"),
        well("a service's first deployment", s -> s.ecs.forgetHistory(s.web)));
  }

  @ParameterizedTest
  @MethodSource({
    "ofTheStack",
    "ofEnvironmentsAndImages",
    "ofTags",
    "ofTaskDefinitions",
    "ofWhatRunsAndRanBefore"
  })
  void finds_that_and_nothing_else(Row row) {
    row.but().accept(scene);

    List<Finding> findings = scene.page(Optional.empty(), Doctor.MAX_PAGE).findings();

    assertThat(findings).as(findings.toString()).hasSameSizeAs(row.findings());
    for (int i = 0; i < findings.size(); i++) {
      Finding finding = findings.get(i);
      String[] expected = row.findings().get(i).split(" \\| ", -1);
      assertThat(finding.severity().word()).as(finding.toString()).isEqualTo(expected[0]);
      assertThat(finding.where()).isEqualTo(expected[1]);
      assertThat(finding.what()).contains(expected[2]);
      assertThat(finding.remedy()).isNotBlank();
    }
  }

  private static void tag(Scene scene, String environment) {
    ((ObjectNode) scene.ecs.document(scene.web).path("tags").path(0)).put("value", environment);
  }

  private static void fargate(Scene scene) {
    scene.ecs.document(scene.web).put("launchType", "FARGATE");
  }

  private static void limits(Scene scene, int minimum, int maximum) {
    scene.deployment.put("minimumHealthyPercent", minimum).put("maximumPercent", maximum);
  }

  private static void push(Scene scene, int image, Set<Platform> platforms) {
    scene.ecr.push("web", "staging", digest(image), platforms);
    scene.stored(2, 10, "v2");
    scene.stored(image, 0, "staging");
  }

  private static void container(ObjectNode request, String name, String image) {
    request.withArray("containerDefinitions").addObject().put("name", name).put("image", image);
  }

  private static void pause(Scene scene) {
    ServiceRecord before = ServiceRecord.unknown(scene.web);
    assertThat(
            scene.records.write(
                RecordChange.of(
                    before,
                    before.withPause(
                        Optional.of(new Pause("ann", scene.now(), Optional.empty()))))))
        .isTrue();
  }

  private static void tags(ObjectNode request, int number) {
    for (int i = 0; i < number; i++) {
      request.withArray("tags").addObject().put("key", "key-" + i).put("value", "x");
    }
  }

  @Test
  void says_what_it_looked_at() {
    Doctor.Report report = scene.page(Optional.empty(), Doctor.MAX_PAGE);

    assertThat(report.stack()).contains("rules", "dead letters", "subscriptions");
    assertThat(report.services()).containsExactly("main/web");
    assertThat(report.subjects()).contains("log groups", "rollback targets");
    assertThat(report.next()).isEmpty();
  }

  @Test
  void looks_at_services_that_have_no_tag_only_if_one_is_asked_for() {
    scene.ecs.document(scene.web).putArray("tags");

    assertThat(scene.page(Optional.empty(), Doctor.MAX_PAGE).services()).isEmpty();
    assertThat(scene.of("web").findings())
        .singleElement()
        .satisfies(finding -> {
          assertThat(finding.severity()).isEqualTo(Severity.PROBLEM);
          assertThat(finding.what())
              .isEqualTo("it is not followed: it has no tag slipway:environment");
          assertThat(finding.remedy())
              .isEqualTo(
                  "if Slipway is to deploy to it: `slipway follow main/web ENVIRONMENT`, with one"
                      + " of staging, production");
        });
    assertThatThrownBy(() -> scene.of("nosuch")).isInstanceOf(RejectedRequest.class);
  }

  @Test
  void names_the_environment_that_a_tag_may_have_meant() {
    tag(scene, "stagin");

    assertThat(scene.of("web").findings())
        .extracting(Finding::remedy)
        .containsExactly(
            "`slipway follow main/web staging`, or add the environment to slipway.yaml");
  }

  @Test
  void names_the_environments_that_there_are_where_a_tag_is_like_none() {
    tag(scene, "qa");

    assertThat(scene.of("web").findings())
        .extracting(Finding::remedy)
        .containsExactly(
            "`slipway follow main/web ENVIRONMENT`, with one of staging, production, or add the"
                + " environment to slipway.yaml");
  }

  @Test
  void looks_at_the_stack_with_the_first_page_alone() {
    scene.ecs.have("main", "zeta", "staging", scene.revision(2));
    Doctor.Report first = scene.page(Optional.empty(), 1);
    Doctor.Report second = scene.page(first.next(), 1);

    assertThat(first.services()).containsExactly("main/web");
    assertThat(second.services()).containsExactly("main/zeta");
    assertThat(first.stack()).isNotEmpty();
    assertThat(second.stack()).isEmpty();
    assertThat(second.next()).isEmpty();
    assertThatThrownBy(() -> scene.page(Optional.of("nowhere"), 1))
        .isInstanceOf(RejectedRequest.class);
  }

  /** Each method of the ports, and what AWS's denial leaves unchecked. */
  @ParameterizedTest
  @CsvSource({
    "rule, rules (nor 2 more like it)",
    "messages, dead letters (nor 1 more like it)",
    "subscriptions, subscriptions",
    "mutability, tag immutability",
    "lifecyclePolicy, lifecycle policies",
    "images, images of repositories",
    "has, log groups",
  })
  void says_what_could_not_be_checked_and_goes_on(String method, String what) {
    scene.denied.add(method);
    scene.messages.put("slipway-undeliverable", 1);
    scene.logGroups.clear();

    List<Finding> findings = scene.page(Optional.empty(), Doctor.MAX_PAGE).findings();

    assertThat(findings)
        .filteredOn(finding -> finding.severity() == Severity.UNCHECKED)
        .extracting(Finding::what)
        .containsExactly("could not check %s: access denied: %s".formatted(what, method));
    assertThat(findings)
        .filteredOn(finding -> finding.severity() == Severity.PROBLEM)
        .hasSize(method.equals("messages") || method.equals("has") ? 1 : 2);
  }

  @Test
  void says_which_services_it_had_no_time_for() {
    scene.ecs.have("main", "zeta", "staging", scene.revision(2));
    scene.inTime = false;

    Doctor.Report report = scene.page(Optional.empty(), Doctor.MAX_PAGE);

    assertThat(report.services()).isEmpty();
    assertThat(report.findings())
        .extracting(Finding::where, Finding::what, Finding::remedy)
        .containsExactly(
            tuple(
                "main/web",
                "could not check it: the function's time is over",
                "`slipway doctor main/web`"),
            tuple(
                "main/zeta",
                "could not check it: the function's time is over",
                "`slipway doctor main/zeta`"));
  }

  /** Two services of one repository. */
  @Test
  void tells_what_services_share_once() {
    scene.ecs.have("main", "zeta", "staging", scene.revision(2));
    scene.mutability("IMMUTABLE");

    assertThat(scene.page(Optional.empty(), Doctor.MAX_PAGE).findings()).hasSize(1);
  }

  /** So that a new check is entered in the tables above, and in the lists of {@link Doctor}. */
  @Test
  void has_a_subject_of_its_own_for_each_check() {
    Doctor.Report report = scene.page(Optional.empty(), Doctor.MAX_PAGE);
    List<String> subjects = new ArrayList<>(report.stack());
    subjects.addAll(report.subjects());

    assertThat(subjects).doesNotHaveDuplicates().hasSize(17);
  }
}
