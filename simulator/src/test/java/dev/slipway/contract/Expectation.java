package dev.slipway.contract;

/** What AWS does, and some emulator is known not to do. */
enum Expectation {
  /** A field of a task definition that this SDK's model does not have is stored and given back. */
  FIELDS_NEWER_THAN_THE_SDK,
  /** ListServices answers with no more than maxResults. */
  PAGE_SIZE,
  /** RegisterTaskDefinition refuses a request without containers. */
  REQUEST_IS_CHECKED,
  /** UpdateService starts a PRIMARY deployment of the revision asked for. */
  DEPLOYMENT_OF_THE_NEW_REVISION,
  /** A digest is the SHA-256 of the manifest's bytes. */
  DIGEST_OF_THE_MANIFEST,
  /** Publish refuses a subject with a line break. */
  SUBJECT_IS_CHECKED,
  /** TransactWriteItems with a ClientRequestToken that was used a moment ago changes nothing. */
  TRANSACTION_TOKEN,
  /** An expression with a value that is not given is refused. */
  EXPRESSION_IS_CHECKED,
  /** An expression that breaks off is refused. */
  SYNTAX_IS_CHECKED
}
