package dev.slipway.simulator.dynamodb;

/**
 * The key of an item.
 *
 * @param sort NULL where the table has no sort key
 */
record PrimaryKey(AttributeValue partition, AttributeValue sort) {}
