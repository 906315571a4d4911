/**
 * A simulated Amazon DynamoDB: tables with a partition key and perhaps a sort key, and the
 * operations on their items.
 *
 * <p>There are GetItem, PutItem, UpdateItem, DeleteItem, Query, Scan, the two batches and the two
 * transactions, with key, condition, filter, projection and update expressions; time to live;
 * eventually consistent reads that answer stale on request; and of the control plane CreateTable,
 * DescribeTable, DeleteTable, ListTables, DescribeContinuousBackups, DescribeTimeToLive and
 * ListTagsOfResource.
 *
 * <p>There are no secondary indexes, no streams, no PartiQL, no provisioned capacity, no backups
 * and none of the parameters that expressions replaced ({@code Expected}, {@code AttributeUpdates}
 * and their like). Who asks for one of them is told so.
 *
 * <p>{@link dev.slipway.simulator.dynamodb.ExpressionParser} reads expressions; {@link
 * dev.slipway.simulator.dynamodb.Condition} and {@link
 * dev.slipway.simulator.dynamodb.UpdateExpression} evaluate them; {@link
 * dev.slipway.simulator.dynamodb.Items} is what a table holds. The {@code …Operations} classes are
 * the API.
 */
@NullMarked
package dev.slipway.simulator.dynamodb;

import org.jspecify.annotations.NullMarked;
