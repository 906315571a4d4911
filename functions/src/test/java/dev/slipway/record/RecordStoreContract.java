package dev.slipway.record;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.ecs.ServiceArn;
import dev.slipway.ecs.TaskDefinitionArn;
import dev.slipway.image.ImageDigest;
import dev.slipway.image.ImageReference;
import dev.slipway.image.Repository;
import dev.slipway.record.DeploymentRecord.Ended;
import dev.slipway.record.DeploymentRecord.Lease;
import dev.slipway.record.RepositoryUsers.User;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What every store of the record does. Each test has services and repositories of its own. */
public abstract class RecordStoreContract {
  private static final AtomicInteger NUMBERS = new AtomicInteger();
  private static final String ACCOUNT = "123456789012";
  private static final Instant NOW = Instant.parse("2026-11-28T03:00:00Z");
  private static final int NEWEST = 25;

  private final ServiceArn web = service("web");
  private final Repository repository = repository(ACCOUNT, "web");

  /** The store, which may have been used by other tests. */
  protected abstract RecordStore store();

  @Test
  void a_service_without_a_record_is_unknown() {
    assertThat(store().read(web)).isEqualTo(RecordedService.unknown(web));
    assertThat(store().history(web, 5)).isEmpty();
  }

  @Test
  void what_was_written_is_read_with_the_next_version() {
    ServiceRecord before = ServiceRecord.unknown(web);
    ServiceRecord after =
        before
            .withEnvironment(Optional.of("staging"))
            .withPause(Optional.of(new Pause("ann", NOW, Optional.of("release"))))
            .block(List.of(block('a')))
            .withRevision(Optional.of(using(1, repository)));
    DeploymentRecord deployment = intent(0);

    assertThat(store().write(RecordChange.of(before, after, deployment))).isTrue();

    RecordedService read = store().read(web);
    assertThat(read.service()).isEqualTo(after.tracking(deployment).written());
    assertThat(read.service().version()).isEqualTo(1);
    assertThat(read.deployments()).containsExactly(deployment);
  }

  @Test
  void of_two_writers_from_one_version_the_second_writes_nothing() {
    write(ServiceRecord.unknown(web).withEnvironment(Optional.of("staging")));
    ServiceRecord read = store().read(web).service();
    ServiceRecord first = read.block(List.of(block('a')));
    ServiceRecord second = read.withRevision(Optional.of(using(1, repository)));

    assertThat(store().write(RecordChange.of(read, first))).isTrue();
    assertThat(store().write(RecordChange.of(read, second, intent(0)))).isFalse();

    assertThat(store().read(web)).isEqualTo(new RecordedService(first.written(), List.of()));
    assertThat(usersOf(repository)).isEmpty();
  }

  @Test
  void two_writers_of_the_same_are_two_writers() {
    write(ServiceRecord.unknown(web).withEnvironment(Optional.of("staging")));
    ServiceRecord read = store().read(web).service();
    RecordChange change = RecordChange.of(read, read.block(List.of(block('a'))));

    assertThat(store().write(change)).isTrue();
    assertThat(store().write(change)).isFalse();
  }

  @Test
  void of_two_first_writers_the_second_writes_nothing() {
    ServiceRecord unknown = ServiceRecord.unknown(web);
    write(unknown.withEnvironment(Optional.of("staging")));

    assertThat(
            store()
                .write(
                    RecordChange.of(unknown, unknown.withEnvironment(Optional.of("production")))))
        .isFalse();

    assertThat(store().read(web).service().environment()).contains("staging");
  }

  @Test
  void a_deployment_is_replaced_as_a_whole() {
    DeploymentRecord intended = intent(0);
    DeploymentRecord dropped = ended(intended);
    writeAll(List.of(intended));
    assertThat(store().read(web).service().open()).containsExactly(intended.id());

    writeAll(List.of(dropped));

    assertThat(store().read(web).deployments()).containsExactly(dropped);
    assertThat(store().read(web).service().open()).isEmpty();
  }

  @Test
  void a_services_deployments_are_its_own() {
    ServiceArn worker = service("web-worker");
    writeAll(List.of(intent(0)));

    assertThat(store().read(worker).deployments()).isEmpty();
    assertThat(store().history(worker, 5)).isEmpty();
  }

  @Test
  void history_is_newest_first_and_no_longer_than_asked() {
    List<DeploymentRecord> all = IntStream.range(0, 7).mapToObj(n -> ended(intent(n))).toList();
    writeAll(all);

    assertThat(store().history(web, 3)).containsExactlyElementsOf(all.reversed().subList(0, 3));
    assertThat(store().history(web, 7)).containsExactlyElementsOf(all.reversed());
    assertThat(store().history(web, 100)).containsExactlyElementsOf(all.reversed());
  }

  @Test
  void a_read_gives_the_newest_deployments_and_every_open_one() {
    List<DeploymentRecord> all = new ArrayList<>();
    all.add(intent(0));
    all.add(ended(intent(1)));
    all.add(intent(2));
    IntStream.range(3, 40).forEach(n -> all.add(ended(intent(n))));
    writeAll(all);

    List<DeploymentRecord> expected = new ArrayList<>(all.reversed().subList(0, NEWEST));
    expected.add(all.get(2));
    expected.add(all.get(0));
    assertThat(store().read(web).deployments()).containsExactlyElementsOf(expected);
  }

  @Test
  void the_index_follows_the_repositories_of_the_revision() {
    Repository sidecar = repository(ACCOUNT, "sidecar");
    Repository other = repository(ACCOUNT, "other");

    write(following(web, using(1, repository, sidecar)));
    assertThat(usersOf(repository)).containsExactly(web);
    assertThat(usersOf(sidecar)).containsExactly(web);

    write(store().read(web).service().withRevision(Optional.of(using(2, other, sidecar))));
    assertThat(usersOf(repository)).isEmpty();
    assertThat(usersOf(sidecar)).containsExactly(web);
    assertThat(usersOf(other)).containsExactly(web);

    write(store().read(web).service().withRevision(Optional.empty()));
    assertThat(usersOf(sidecar)).isEmpty();
    assertThat(usersOf(other)).isEmpty();
  }

  @Test
  void the_index_follows_the_environment() {
    write(following(web, using(1, repository)));
    write(store().read(web).service().withEnvironment(Optional.of("production")));
    assertThat(store().usersOf(repository).users()).containsExactly(new User(web, "production"));

    write(store().read(web).service().withEnvironment(Optional.empty()));
    assertThat(usersOf(repository)).isEmpty();

    write(store().read(web).service().withEnvironment(Optional.of("staging")));
    assertThat(store().usersOf(repository).users()).containsExactly(new User(web, "staging"));
  }

  @Test
  void a_repository_has_all_its_users_and_no_others() {
    ServiceArn worker = service("worker");
    Repository namesake = new Repository("210987654321", "us-east-1", repository.name());
    write(following(web, using(1, repository)));
    write(following(worker, using(1, repository)));

    assertThat(usersOf(repository)).containsExactlyInAnyOrder(web, worker);
    assertThat(usersOf(namesake)).isEmpty();
  }

  @Test
  void when_users_were_searched_for_is_kept_beside_them() {
    assertThat(store().usersOf(repository))
        .isEqualTo(new RepositoryUsers(List.of(), Optional.empty()));

    store().searched(repository, NOW);
    store().searched(repository, NOW.plusSeconds(60));
    write(following(web, using(1, repository)));

    assertThat(store().usersOf(repository))
        .isEqualTo(
            new RepositoryUsers(
                List.of(new User(web, "staging")), Optional.of(NOW.plusSeconds(60))));
  }

  @Test
  void many_services_are_read_at_once_and_unknown_ones_are_left_out() {
    List<ServiceArn> services = IntStream.range(0, 103).mapToObj(n -> service("many")).toList();
    for (ServiceArn service : services.subList(1, services.size())) {
      write(ServiceRecord.unknown(service).withEnvironment(Optional.of("staging")));
    }

    Map<ServiceArn, ServiceRecord> read = store().services(services).known();

    assertThat(read.keySet())
        .containsExactlyInAnyOrderElementsOf(services.subList(1, services.size()));
    assertThat(read).allSatisfy((arn, record) -> assertThat(record.service()).isEqualTo(arn));
    assertThat(store().services(List.of())).isEqualTo(ServiceRecords.NONE);
    assertThat(store().services(List.of(web, web))).isEqualTo(ServiceRecords.NONE);
  }

  @Test
  void a_sweep_goes_on_where_it_stopped() {
    store().sweepPosition(Optional.of("demo/web"));
    assertThat(store().sweepPosition()).contains("demo/web");

    store().sweepPosition(Optional.empty());
    assertThat(store().sweepPosition()).isEmpty();
  }

  private List<ServiceArn> usersOf(Repository used) {
    return store().usersOf(used).users().stream().map(User::service).toList();
  }

  private static ServiceRecord following(ServiceArn service, KnownRevision revision) {
    return ServiceRecord.unknown(service)
        .withEnvironment(Optional.of("staging"))
        .withRevision(Optional.of(revision));
  }

  private void write(ServiceRecord after) {
    ServiceRecord before = store().read(after.service()).service();
    assertThat(store().write(RecordChange.of(before, after))).isTrue();
  }

  private void writeAll(List<DeploymentRecord> deployments) {
    ServiceRecord before = store().read(web).service();
    ServiceRecord after = before;
    for (DeploymentRecord deployment : deployments) {
      after = after.tracking(deployment);
    }
    assertThat(store().write(new RecordChange(before, after, deployments))).isTrue();
  }

  private DeploymentRecord intent(int minute) {
    Instant at = NOW.plus(Duration.ofMinutes(minute));
    return new DeploymentRecord(
        DeploymentId.of(at, minute),
        web,
        "staging",
        new Trigger.Sweep("event", at),
        revision(1),
        Optional.empty(),
        List.of(),
        Map.of(),
        "a newer image",
        at,
        Optional.of(new Lease("message", at.plusSeconds(60))),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Set.of());
  }

  private static DeploymentRecord ended(DeploymentRecord intent) {
    return intent.ended(Ended.because(DeploymentOutcome.DROPPED, NOW, "never started"));
  }

  private static Block block(char digit) {
    return new Block(
        new ImageDigest("sha256:" + Character.toString(digit).repeat(64)),
        "web",
        NOW,
        Block.SLIPWAY,
        Optional.empty(),
        "it failed");
  }

  private static KnownRevision using(int number, Repository... repositories) {
    Map<String, ImageReference> images = new LinkedHashMap<>();
    for (Repository each : repositories) {
      images.put(
          "container-" + images.size(),
          ImageReference.parse(
              "%s.dkr.ecr.%s.amazonaws.com/%s:staging"
                  .formatted(each.account(), each.region(), each.name())));
    }
    return new KnownRevision(revision(number), images);
  }

  private static TaskDefinitionArn revision(int number) {
    return new TaskDefinitionArn(
        "arn:aws:ecs:us-east-1:123456789012:task-definition/web:" + number);
  }

  private static ServiceArn service(String name) {
    return new ServiceArn(
        "arn:aws:ecs:us-east-1:123456789012:service/demo/"
            + name
            + "-"
            + NUMBERS.incrementAndGet());
  }

  private static Repository repository(String account, String name) {
    return new Repository(account, "us-east-1", name + "-" + NUMBERS.incrementAndGet());
  }
}
