package dev.slipway.record;

class InMemoryRecordStoreTest extends RecordStoreContract {
  private final InMemoryRecordStore store = new InMemoryRecordStore();

  @Override
  protected RecordStore store() {
    return store;
  }
}
