package dev.slipway.cli.stack;

/**
 * Who is asking.
 *
 * @param arn of the user, or of the role's session
 * @param account its twelve digits
 * @see <a
 *     href="https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html">GetCallerIdentity</a>
 */
public record Caller(String arn, String account) {}
