package dev.slipway.simulator.dynamodb;

import java.math.BigDecimal;

/**
 * DynamoDB's numbers: up to 38 significant digits, magnitudes from 1E-130 to below 1E+126.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html">Data
 *     types</a>
 */
final class Numbers {
  private static final int DIGITS = 38;
  private static final int GREATEST_EXPONENT = 125;
  private static final int SMALLEST_EXPONENT = -130;

  private Numbers() {}

  /** Reads a number as requests write it; equal numbers are equal objects. */
  static BigDecimal parse(String text) {
    BigDecimal number;
    try {
      number = new BigDecimal(text);
    } catch (NumberFormatException _) {
      throw Errors.validation(
          text.isEmpty()
              ? "The parameter cannot be converted to a numeric value"
              : "The parameter cannot be converted to a numeric value: " + text);
    }
    return checked(number);
  }

  /** The result of a calculation, if DynamoDB can keep it. */
  static BigDecimal checked(BigDecimal number) {
    BigDecimal shortest = number.stripTrailingZeros();
    if (shortest.signum() == 0) {
      return BigDecimal.ZERO;
    }
    if (shortest.precision() > DIGITS) {
      throw Errors.validation("Attempting to store more than 38 significant digits in a Number");
    }
    int exponent = shortest.precision() - shortest.scale() - 1;
    if (exponent > GREATEST_EXPONENT) {
      throw Errors.validation(
          "Number overflow. Attempting to store a number with magnitude larger than supported"
              + " range");
    }
    if (exponent < SMALLEST_EXPONENT) {
      throw Errors.validation(
          "Number underflow. Attempting to store a number with magnitude smaller than supported"
              + " range");
    }
    return shortest;
  }

  /** As answers write it. */
  static String text(BigDecimal number) {
    return number.toPlainString();
  }

  /** The bytes that it counts: one for two digits, one more, and one for a sign. */
  static int size(BigDecimal number) {
    return (number.precision() + 1) / 2 + 1 + (number.signum() < 0 ? 1 : 0);
  }
}
