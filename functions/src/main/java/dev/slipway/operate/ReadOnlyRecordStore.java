package dev.slipway.operate;

import dev.slipway.ecs.ServiceArn;
import dev.slipway.image.Repository;
import dev.slipway.record.DeploymentRecord;
import dev.slipway.record.RecordChange;
import dev.slipway.record.RecordStore;
import dev.slipway.record.RecordedService;
import dev.slipway.record.RepositoryUsers;
import dev.slipway.record.ServiceRecords;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** A record that is read and not written: a preview must leave no traces. */
record ReadOnlyRecordStore(RecordStore records) implements RecordStore {
  @Override
  public RecordedService read(ServiceArn service) {
    return records.read(service);
  }

  @Override
  public ServiceRecords services(Collection<ServiceArn> services) {
    return records.services(services);
  }

  @Override
  public List<DeploymentRecord> history(ServiceArn service, int limit) {
    return records.history(service, limit);
  }

  @Override
  public boolean write(RecordChange change) {
    throw new UnsupportedOperationException("this record is read only");
  }

  @Override
  public RepositoryUsers usersOf(Repository repository) {
    return records.usersOf(repository);
  }

  /** That nobody was found is forgotten: the next push searches again. */
  @Override
  public void searched(Repository repository, Instant at) {}

  @Override
  public Optional<String> sweepPosition() {
    return records.sweepPosition();
  }

  @Override
  public void sweepPosition(Optional<String> position) {
    throw new UnsupportedOperationException("this record is read only");
  }
}
