package dev.slipway.contract;

import dev.slipway.aws.DynamoRecordStore;
import dev.slipway.record.RecordStore;
import dev.slipway.record.RecordStoreContract;

/** The functions' own adapter of the record, over an emulator's DynamoDB: a table for each test. */
abstract class RecordStoreOnEmulator extends RecordStoreContract {
  private final RecordStore store;

  RecordStoreOnEmulator(RecordContract emulator) {
    store = new DynamoRecordStore(emulator.clients().dynamoDb(), emulator.table());
  }

  @Override
  protected final RecordStore store() {
    return store;
  }
}
