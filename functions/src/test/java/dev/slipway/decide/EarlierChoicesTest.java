package dev.slipway.decide;

import static dev.slipway.record.SampleDeployments.NOON;
import static dev.slipway.record.SampleDeployments.PUSH;
import static dev.slipway.record.SampleDeployments.WEB;
import static dev.slipway.record.SampleDeployments.change;
import static dev.slipway.record.SampleDeployments.digest;
import static dev.slipway.record.SampleDeployments.image;
import static dev.slipway.record.SampleDeployments.intent;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.ecs.TaskDefinition;
import dev.slipway.ecs.TaskDefinitionArn;
import dev.slipway.image.ImageTag;
import dev.slipway.image.NewestPolicy;
import dev.slipway.image.Repository;
import dev.slipway.image.TaggedImage;
import dev.slipway.image.WildcardPattern;
import dev.slipway.record.DeploymentRecord;
import dev.slipway.record.Pin;
import dev.slipway.record.RecordedService;
import dev.slipway.record.ServiceRecord;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class EarlierChoicesTest {
  private static final Repository REPOSITORY = PUSH.repository();

  private static TaggedImage listed(String tag, int number, Instant pushedAt) {
    return new TaggedImage(new ImageTag(tag), digest(number), pushedAt, false);
  }

  private static TaskDefinition runs(int number) {
    ObjectNode response = JsonNodeFactory.instance.objectNode();
    response
        .putObject("taskDefinition")
        .put("taskDefinitionArn", TaskDefinitionArn.of(WEB, "web:7").value())
        .withArray("containerDefinitions")
        .addObject()
        .put("name", "web")
        .put("image", image("web", number).toString());
    return TaskDefinition.parse(response);
  }

  private static RecordedService recorded(DeploymentRecord... deployments) {
    return new RecordedService(ServiceRecord.unknown(WEB), List.of(deployments));
  }

  private static EarlierChoices earlier(int running, DeploymentRecord... deployments) {
    return EarlierChoices.of(runs(running), List.of(), recorded(deployments));
  }

  @Test
  void knows_the_tag_and_the_first_deployment_of_what_runs() {
    EarlierChoices earlier =
        earlier(
            2,
            intent(0, PUSH, change("web", 9, 1)),
            intent(1, PUSH, change("web", 1, 2)),
            intent(2, PUSH, change("web", 1, 2)));

    assertThat(earlier.beside(REPOSITORY, List.of()))
        .containsExactly(listed("staging", 2, NOON.plusSeconds(1)));
  }

  @Test
  void knows_nothing_of_what_another_client_deployed() {
    assertThat(earlier(9, intent(1, PUSH, change("web", 1, 2))).beside(REPOSITORY, List.of()))
        .isEmpty();
  }

  @Test
  void believes_the_registry_where_it_has_the_image() {
    TaggedImage there = listed("staging", 2, Instant.EPOCH);
    TaggedImage byAnotherTag = listed("keep", 2, Instant.EPOCH);
    EarlierChoices earlier = earlier(2, intent(1, PUSH, change("web", 1, 2)));

    assertThat(earlier.beside(REPOSITORY, List.of(there))).containsExactly(there);
    assertThat(earlier.beside(REPOSITORY, List.of(byAnotherTag)))
        .containsExactly(byAnotherTag, there);
  }

  @Test
  void takes_what_runs_for_available_although_it_was_archived() {
    TaggedImage archived = listed("staging", 2, NOON).withArchived(true);

    assertThat(earlier(2).beside(REPOSITORY, List.of(archived)))
        .containsExactly(archived.withArchived(false));
    assertThat(earlier(1).beside(REPOSITORY, List.of(archived))).containsExactly(archived);
  }

  @Test
  void has_what_a_pin_passes_over() {
    Pin pin =
        new Pin(
            TaskDefinitionArn.of(WEB, "web:7"),
            Map.of(),
            Set.of(digest(2)),
            "ann",
            NOON,
            "o-1",
            true,
            Optional.empty());
    EarlierChoices earlier =
        EarlierChoices.of(
            runs(1),
            List.of(),
            new RecordedService(
                ServiceRecord.unknown(WEB).withPin(Optional.of(pin)),
                List.of(intent(1, PUSH, change("web", 1, 2)))));

    assertThat(earlier.has(digest(2))).isTrue();
    assertThat(earlier.beside(REPOSITORY, List.of()))
        .containsExactly(listed("staging", 2, NOON.plusSeconds(1)));
  }

  /** What was pushed after an image was deployed is newer than that image, whenever it came. */
  @Test
  void what_is_pushed_after_the_deployment_is_chosen() {
    EarlierChoices earlier = earlier(2, intent(1, PUSH, change("web", 1, 2)));
    NewestPolicy newest = new NewestPolicy(new WildcardPattern("*"));

    assertThat(
            newest
                .choose(earlier.beside(REPOSITORY, List.of(listed("a", 1, NOON.minusSeconds(60)))))
                .digest())
        .contains(digest(2));
    assertThat(
            newest
                .choose(earlier.beside(REPOSITORY, List.of(listed("b", 3, NOON.plusSeconds(2)))))
                .digest())
        .contains(digest(3));
  }
}
