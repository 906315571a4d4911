/** What people see: answers of the functions as lines of text. Knows no AWS and no command line. */
@NullMarked
package dev.slipway.cli.view;

import org.jspecify.annotations.NullMarked;
